"""What the measures block in a year, and with whom and by which channel it reappears."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import isnan
from textwrap import fill
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from leaksim.model.channels import CHANNELS
from leaksim.model.dimensions import PARTIES
from leaksim.report.labels import WORDS, unit_words
from leaksim.report.numbers import decimals, interval_words, written
from leaksim.report.outcomes import Outcome, Outcomes, intervals_are, outcomes_of

if TYPE_CHECKING:
    from leaksim.simulation import Result

_BLOCKED, _REAPPEARED, _WITH = "displacement.blocked", "displacement.reappeared", "displacement.reappeared_partner"

_BALANCE = {
    "Blocked": _BLOCKED,
    "Reappeared": _REAPPEARED,
    "Net": "displacement.net",
    "Undone %": "leakage.quantity",
    "Backfill %": "displacement.backfill_ratio",
}
"""Heading and metric of each column of the balance."""

_MOST_DECIMALS_OF_PERCENT = 1

_NARROW = 9
"""Width of a heading of seven beside each other."""

_ABOUT_THE_BALANCE = (
    "Blocked: trade without measures, less what the measures permit as they were proposed. Reappeared: what comes all "
    "the same. Net: blocked less reappeared. Undone: reappeared in percent of blocked. Backfill: what comes by "
    "Russia's channels, in percent of what is blocked of the trade with China.",
    "Workers: their mean number. Exports are counted at baseline prices. Hard currency is what exports, workers and "
    "transit earn. Everything: imports at baseline prices and hard currency, so both sides of trade, added up.",
)
_ABOUT_PARTNERS = (
    "The partner is who sells, buys or employs, or lets pass what others buy. Tankers that Russia sends are Russia's, "
    "and so is coal that leaves Rason under Russian papers."
)
_ABOUT_CHANNELS = (
    "Slippage and smuggling are China's; tankers at sea are those of other countries. Dilution in the Council is what "
    "the text adopted permits and the one proposed did not, in the trade with all partners."
)


def displacement_report(result: Result) -> RenderableType:
    """Show what is blocked of each thing and what stays away, with whom it reappears, and by which channel."""
    outcomes = outcomes_of(result.table)
    things = [item for metric, item in outcomes if metric == _BLOCKED and "/" not in item]
    touched = [thing for thing in things if _is_touched(outcomes, thing)]
    title = Text("Displacement: what is blocked, and where it reappears", style="bold")
    if not touched:
        return Group(title, Text("Nothing is blocked, and nothing comes instead."))
    parts: list[RenderableType] = [title, "", _balance(outcomes, touched), "", *map(Text, _ABOUT_THE_BALANCE)]
    if untouched := [WORDS[thing] for thing in things if thing not in touched]:
        parts.append(Text(f"Neither blocked nor brought: {', '.join(untouched)}."))
    if back := [thing for thing in touched if outcomes[_REAPPEARED, thing].estimate]:
        parts += ["", _partners(outcomes, back), "", Text(_ABOUT_PARTNERS)]
        parts += ["", _channels(outcomes, back), "", Text(_ABOUT_CHANNELS)]
    else:
        parts.append(Text("Nothing of it reappears."))
    return Group(*parts, "", Text(_about_intervals(outcomes)))


def _about_intervals(outcomes: Outcomes) -> str:
    if all(isnan(each.low) for (metric, _), each in outcomes.items() if metric == _BLOCKED):
        return "A single random history gives no interval."
    return (
        f"Below a number stands its 95 % interval, {intervals_are(outcomes)}; fixed: the same in all of them. The "
        "intervals of the channels are in the files."
    )


def _is_touched(outcomes: Outcomes, thing: str) -> bool:
    return any(outcomes[metric, thing].estimate for metric in (_BLOCKED, _REAPPEARED))


def _balance(outcomes: Outcomes, things: Sequence[str]) -> Table:
    return _table("", list(_BALANCE), _rows(outcomes, things, lambda thing: [(of, thing) for of in _BALANCE.values()]))


def _partners(outcomes: Outcomes, things: Sequence[str]) -> Table:
    def cells(thing: str) -> list[tuple[str, str]]:
        return [(_WITH, f"{thing}/{party}") for party in PARTIES]

    return _table("Reappeared with", [WORDS[party] for party in PARTIES], _rows(outcomes, things, cells))


def _channels(outcomes: Outcomes, things: Sequence[str]) -> Table:
    found = [each for each in CHANNELS if any((_REAPPEARED, f"{thing}/{each}") in outcomes for thing in things)]

    def cells(thing: str) -> list[tuple[str, str]]:
        return [(_REAPPEARED, f"{thing}/{channel}") for channel in found]

    headings = [fill(WORDS[channel], _NARROW) for channel in found]
    return _table("Reappeared by", headings, _rows(outcomes, things, cells, intervals=False))


def _rows(
    outcomes: Outcomes,
    things: Sequence[str],
    cells: Callable[[str], list[tuple[str, str]]],
    *,
    intervals: bool = True,
) -> Iterator[list[str]]:
    for thing in things:
        name = WORDS[thing][0].upper() + WORDS[thing][1:]
        unit = unit_words(_BLOCKED, outcomes[_BLOCKED, thing].unit)
        first = f"{name}\n  {unit}" if intervals else name
        yield [first, *(_cell(outcomes.get(key), intervals=intervals) for key in cells(thing))]


def _cell(outcome: Outcome | None, *, intervals: bool) -> str:
    """Write a number and, on a line of its own, its interval."""
    if outcome is None or not outcome.is_defined:
        return "-"
    scale = 100 if outcome.unit == "share" else 1
    estimate, low, high = (scale * number for number in (outcome.estimate, outcome.low, outcome.high))
    places = decimals(estimate, low, high)
    if outcome.unit == "share":
        places = min(places, _MOST_DECIMALS_OF_PERCENT)
    number = written(estimate, places)
    if not intervals or not outcome.estimate:
        return number
    if outcome.has_interval:
        return f"{number}\n{interval_words(estimate, low, high, places)}"
    return number if isnan(low) else f"{number}\nfixed"


def _table(first: str, headings: Sequence[str], rows: Iterator[list[str]]) -> Table:
    few = len(headings) <= len(_BALANCE)
    table = Table(box=None, pad_edge=False, padding=(0, 2 if few else 1, 0, 0), header_style="bold")
    table.add_column(first, no_wrap=True)
    for heading in headings:
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(*map(Text, row))
    return table
