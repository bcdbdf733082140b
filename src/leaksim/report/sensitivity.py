"""What an outcome is sensitive to, as text."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.table import Table

from leaksim.errors import LeaksimError
from leaksim.evidence.ensembles import load_ensemble
from leaksim.evidence.registry import load_registry
from leaksim.influence.designs import AT_HIGH, AT_LOW, DISTANCE, EFFECT, FIRST, SECOND, SIGNED, SPREAD, SWING, TOTAL
from leaksim.influence.estimating import RANK, STABILITY
from leaksim.report.labels import label, unit_words
from leaksim.report.numbers import decimals, written
from leaksim.sensitivities import DUMMY, LUCK, OUTCOME

if TYPE_CHECKING:
    from leaksim.sensitivities import Sensitivity

_SHOWN = 12
"""Parameters in the table; the file has all of them."""

_PAIRS = 5
"""Pairs that are named."""

_WIDTH = 80

_HEADS = {
    "sobol": {TOTAL: "Total", FIRST: "First"},
    "morris": {EFFECT: "Effect", SIGNED: "Signed", SPREAD: "Spread"},
    "pawn": {DISTANCE: "Distance"},
    "oat": {SWING: "Swing", AT_LOW: "At low", AT_HIGH: "At high"},
}
"""Columns of each method; the first has an interval and decides on the ranks."""

_METHODS = {"morris": "Morris", "sobol": "Sobol'", "pawn": "PAWN", "oat": "One at a time"}

_UNITS = {"morris": "trajectories", "sobol": "base points", "pawn": "points", "oat": "sets of histories"}

_SENTENCES = {
    "sobol": "Total: share of the variance, in %, in which the parameter has a hand. First: its own share, without its "
    "interplay with others.",
    "morris": "Effect: mean size of what a step over two thirds of the range does, per whole range{unit}; Signed and "
    "Spread, for single parameters: mean with the sign, and standard deviation over places.",
    "pawn": "Distance: how far, in % of certainty, the distribution of the outcome moves once the parameter is known. "
    "What is not above the dummy is noise.",
    "oat": "At low, at high: the outcome with the parameter at that end of its range, all others at their medians, "
    "less the outcome with all at their medians{unit}. Swing: how far these two and no change lie apart. Interplay is "
    "not seen.",
}

_NAMES = {LUCK: "Luck: which random histories", DUMMY: "Dummy: an input that nothing reads"}


def terminal_report(found: Sensitivity) -> RenderableType:
    """Show the most influential parameters, and how far to trust their order."""
    first, *others = _heads(found).values()
    table = Table(width=_WIDTH, box=None, pad_edge=False)
    table.add_column("Parameter")
    for head in (first, "95 %", *others, "Rank"):
        table.add_column(head, justify="right", no_wrap=True)
    for row in _rows(found):
        table.add_row(*row)
    return Group(*heading(found), "", table, "", *notes(found))


def heading(found: Sensitivity) -> list[str]:
    """Say what was asked, of which worlds."""
    outcome = label(found.headline.metric, found.headline.item)
    what = outcome if found.against is None else f"{outcome}, less that in {found.against.name}"
    values = _of(found, OUTCOME)
    mean, low, high = (_scaled(found, number) for number in values["mean"])
    spread = _scaled(found, values["standard_deviation"][0])
    places = decimals(mean, low, high)
    return [
        f"{found.scenario.name}: what moves {what[0].lower()}{what[1:]}",
        f"Mean {written(mean, places)} ({written(low, places)} to {written(high, places)}), standard deviation "
        f"{written(spread, places)}, {_unit(found)}.",
        f"{_METHODS[found.method]}, {found.units:,} {_UNITS[found.method]}: {found.points:,} points, {_met(found)} "
        f"each; seed {found.seed}.",
    ]


def _met(found: Sensitivity) -> str:
    return "1 random history" if found.histories == 1 else f"{found.histories} random histories"


def notes(found: Sensitivity) -> Iterator[str]:
    """Explain the columns, and say what is left out and how stable the order is."""
    yield _SENTENCES[found.method].format(unit=f", in {_unit(found)}")
    ranks = _of(found, RANK)
    if len(ranks) > _SHOWN:
        yield f"{len(ranks) - _SHOWN} more have lower ranks; --out writes all."
    if found.fixed:
        yield f"At their medians: {len(found.fixed)} other uncertain parameters."
    for ensemble, names in found.taken_apart.items():
        one, other, tie = load_ensemble(ensemble).strongest_tie(names)
        yield (
            f"The {len(names)} parameters of {ensemble} vary independently of each other here; their strongest tie, "
            f"{one} with {other} (rank correlation {written(tie, 2)}), is cut. --method pawn keeps it."
        )
    parts = {part: value for part, (value, _, _) in _of(found, STABILITY).items() if not isnan(value)}
    if parts:
        told = ", ".join(f"{value:.2f} with {int(part):,}" for part, value in parts.items())
        yield f"Correlation of the ranks with those that fewer {_UNITS[found.method]} give: {told}."
    pairs = sorted(_of(found, SECOND).items(), key=lambda each: -each[1][0])[:_PAIRS]
    if pairs:
        yield "Strongest pairs, % of the variance:"
    for pair, (value, low, high) in pairs:
        one, _, two = pair.partition("/")
        yield f"  {one} with {two}: {100 * value:.1f} ({100 * low:.1f} to {100 * high:.1f})"


def _rows(found: Sensitivity) -> Iterator[tuple[str, ...]]:
    main, *others = (_of(found, metric) for metric in _heads(found))
    ranks = _of(found, RANK)
    factor = _factor(found) if found.method in ("morris", "oat") else 100.0
    size = max(abs(value) for value, _, _ in main.values()) * factor
    places = max(decimals(size, size, size), 1) if size < 1000 else 0
    in_order = sorted(ranks, key=lambda name: ranks[name][0])[:_SHOWN]
    for name in (*in_order, *(each for each in (LUCK, DUMMY) if each in main)):
        value, low, high = (factor * number for number in main[name])
        rank = "" if name not in ranks else "{:.0f} ({:.0f}–{:.0f})".format(*ranks[name])
        yield (
            _title(name),
            written(value, places),
            f"{written(low, places)} to {written(high, places)}",
            *(written(factor * each[name][0], places) for each in others),
            rank,
        )


def _heads(found: Sensitivity) -> dict[str, str]:
    """Return the columns of the method by metric, without those that groups have not."""
    return {metric: head for metric, head in _HEADS[found.method].items() if _of(found, metric)}


def _of(found: Sensitivity, metric: str) -> dict[str, tuple[float, float, float]]:
    """Return estimate, low and high of each item of a metric."""
    rows = found.table[found.table["metric"] == metric]
    return {
        item: (float(value), float(low), float(high))
        for item, value, low, high in rows[["item", "estimate", "low", "high"]].itertuples(index=False)
    }


def _title(name: str) -> str:
    if name in _NAMES:
        return _NAMES[name]
    try:
        return load_registry().parameter(name).title.rstrip(".")
    except LeaksimError:
        return f"All of {name}"


def _factor(found: Sensitivity) -> float:
    return 100.0 if found.headline.unit.startswith("share") else 1.0


def _scaled(found: Sensitivity, value: float) -> float:
    return value * _factor(found)


def _unit(found: Sensitivity) -> str:
    if found.against is not None and found.headline.unit.startswith("share"):
        return "percentage points"
    return unit_words(found.headline.metric, found.headline.unit)
