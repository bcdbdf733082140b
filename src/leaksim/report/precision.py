"""How an interval narrowed while a run went on, for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, isnan

from rich.console import Group, RenderableType
from rich.text import Text

from leaksim.outcomes.precision import Precision
from leaksim.report.labels import label, unit_words
from leaksim.report.numbers import decimals, interval_words, written
from leaksim.report.outcomes import Outcome
from leaksim.report.terminal import report_table


def trace_report(precision: Precision) -> RenderableType:
    """Show after how many random histories the interval was as narrow as asked, and how it became so."""
    looks = _looks(precision)
    table = report_table("Random histories", "Estimate", "95 % interval", "Half-width")
    for look in _at_doublings(looks):
        scale = _scale(look)
        estimate, low, high, half = (scale * number for number in (look.estimate, look.low, look.high, _half(look)))
        if isnan(half):
            table.add_row(f"{look.replications:,}", "none", "none", "none")
            continue
        places = decimals(estimate, low, high)
        between = interval_words(estimate, low, high, places)
        table.add_row(f"{look.replications:,}", written(estimate, places), between, _two_digits(half))
    return Group(Text(_verdict(precision, looks[-1])), "", table)


def not_reached(precision: Precision, lane_step: int) -> str:
    """Say that the interval is not as narrow as asked, and how many replications it would take.

    Parameters
    ----------
    lane_step
        Random histories that one replication more in the scenario file brings.
    """
    last = _looks(precision)[-1]
    if isnan(_half(last)):
        return f"{_name(last)} has no interval in this scenario, so all {last.replications:,} random histories were run"
    # The width falls with the root of the number.
    needed = ceil(last.replications * (_half(last) / precision.half_width) ** 2 / lane_step)
    found, wanted = _spoken(last, _half(last)), _spoken(last, precision.half_width)
    return (
        f"after {last.replications:,} random histories the half-width of {_name(last)} is {found}, not {wanted}; "
        f"about {_two_digits(needed)} replications may do: raise run.replications"
    )


def _verdict(precision: Precision, last: Outcome) -> str:
    wanted = _spoken(last, precision.half_width)
    count = f"{last.replications:,} random histories"
    found = f"It took {count}, of at most {precision.most:,}" if precision.reached else f"{count} did not suffice"
    return f"The interval of {_name(last)} from luck alone was to have a half-width of {wanted}. {found}."


def _at_doublings(looks: Sequence[Outcome]) -> list[Outcome]:
    """Pick the first look, one after each doubling of the lanes, and the last."""
    picked = [looks[0]]
    for look in looks[1:]:
        if look is looks[-1] or look.replications >= 2 * picked[-1].replications:
            picked.append(look)
    return picked


def _looks(precision: Precision) -> list[Outcome]:
    rows = precision.trace.to_dict("records")
    return [Outcome(**{str(column): value for column, value in row.items()}) for row in rows]


def _name(look: Outcome) -> str:
    name = label(look.metric, look.item)
    return name[0].lower() + name[1:]


def _half(look: Outcome) -> float:
    return (look.high - look.low) / 2


def _scale(look: Outcome) -> int:
    return 100 if look.unit.startswith("share") else 1


def _spoken(look: Outcome, half: float) -> str:
    return f"{_two_digits(_scale(look) * half)} {unit_words(look.metric, look.unit)}"


def _two_digits(number: float) -> str:
    """Write a number with two digits.

    >>> _two_digits(0.0123), _two_digits(1.0), _two_digits(1372)
    ('0.012', '1', '1,400')
    """
    return f"{float(f'{number:.2g}'):,.10g}"
