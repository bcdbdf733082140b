"""What two scenarios ask that is not the same, in words."""

from __future__ import annotations

from leaksim.evidence.instruments import Instrument
from leaksim.evidence.registry import load_registry
from leaksim.report.book_words import book_unit
from leaksim.report.labels import WORDS
from leaksim.report.numbers import with_unit
from leaksim.report.timeline import ordered_in_words
from leaksim.scenario.contrast import Asked, Contrast
from leaksim.scenario.schema import MOVE_UNITS, Designations, Lever, Move


def asked_in_words(contrast: Contrast) -> str:
    """Say in what way two scenarios, A and B, differ in something.

    >>> asked_in_words(Contrast("channel", "ru_fuel", True, False))
    'Russian fuel firms: open in A, closed in B'
    """
    if contrast.kind in ("measure", "move") and None in (contrast.in_a, contrast.in_b):
        only = contrast.in_a if contrast.in_b is None else contrast.in_b
        return f"{_named(contrast.name, only)}: only in {'A' if contrast.in_b is None else 'B'}"
    if isinstance(contrast.in_a, Instrument) and isinstance(contrast.in_b, Instrument):
        return _of_measure(contrast.in_a, contrast.in_b)
    if contrast.kind == "parameter":
        parameter = load_registry().parameter(contrast.name)
        in_a, in_b = (
            with_unit(each if isinstance(each, str) else _brief(each), parameter.unit)
            for each in (contrast.in_a, contrast.in_b)
        )
        return f"{parameter.title.rstrip('.')} ({parameter.id}): {in_a} in A, {in_b} in B"
    name = WORDS[contrast.name]
    return f"{name[0].upper()}{name[1:]}: {_state(contrast.in_a)} in A, {_state(contrast.in_b)} in B"


def _brief(value: Asked) -> float:
    """Cut a drawn value to four digits."""
    assert isinstance(value, float | int)
    return float(f"{value:.4g}")


def _named(name: str, asked: Asked) -> str:
    if isinstance(asked, Move):
        amount = f"{asked.amount:+,g} {book_unit(MOVE_UNITS[asked.act])}"
        act = f"{asked.act.replace('_', ' ')} {amount} from {asked.date}, {asked.kind}"
        return f"{asked.title} ({act})" if asked.title else f"{act[0].upper()}{act[1:]}"
    assert isinstance(asked, Instrument)
    return f"{asked.title.rstrip('.')} ({name})"


def _of_measure(one: Instrument, other: Instrument) -> str:
    """Name the orders that only one of two versions of a measure gives."""
    orders = [
        [f"{ordered_in_words(each)} from {each.in_force}" for each in mine.provisions if each not in theirs.provisions]
        for mine, theirs in ((one, other), (other, one))
    ]
    named = _named(one.id, one)
    if not any(orders):
        return f"{named}: the same orders, but other dates, another proposal or other negotiations"
    in_a, in_b = ("; ".join(each) or "nothing more" for each in orders)
    return f"{named}: in A {in_a}; in B {in_b}"


def _state(asked: Asked) -> str:
    if isinstance(asked, bool):
        return "open" if asked else "closed"
    if isinstance(asked, Designations):
        words = f"{asked.rounds_per_year:g} rounds a year of {asked.names_per_round} names ({_target(asked)})"
    elif isinstance(asked, Lever):
        words = f"{asked.level:.0%}".replace("%", " %")
    else:
        return "none"
    begin = f" from {asked.start}" if asked.start else ""
    end = f" until {asked.until}" if asked.until else ""
    return f"{words}{begin}{end}"


def _target(designations: Designations) -> str:
    return {"random": "at random", "by_volume": "by volume", "hub": "of hubs"}[designations.target]
