"""What was blocked, and through whom it came all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from leaksim.model.channels import CHANNELS
from leaksim.report.labels import WORDS
from leaksim.report.numbers import decimals, written
from leaksim.report.outcomes import Outcome, outcomes_of

if TYPE_CHECKING:
    from leaksim.simulation import Result

_ABOUT = "Percent of what is blocked, in all and by channel."


def displacement_report(result: Result) -> RenderableType:
    """Show what was blocked of each thing, and how much of it came all the same."""
    outcomes = outcomes_of(result.table)
    things = [item for metric, item in outcomes if metric == "leakage.quantity" and outcomes[metric, item].is_defined]
    if not things:
        return Text("Displacement: nothing is blocked.")
    channels = [
        each for each in CHANNELS if any(("leakage.quantity_channel", f"{of}/{each}") in outcomes for of in things)
    ]
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column("Displacement", no_wrap=True)
    for heading in ("in all", *(WORDS[channel] for channel in channels)):
        table.add_column(heading, justify="right")
    for thing in things:
        cells = [outcomes.get(("leakage.quantity_channel", f"{thing}/{channel}")) for channel in channels]
        name = WORDS[thing][0].upper() + WORDS[thing][1:]
        table.add_row(name, *map(_percent, (outcomes["leakage.quantity", thing], *cells)))
    return Group(table, "", Text(_ABOUT))


def _percent(outcome: Outcome | None) -> str:
    if outcome is None:
        return "-"
    estimate, low, high = (100 * number for number in (outcome.estimate, outcome.low, outcome.high))
    return written(estimate, max(decimals(estimate, low, high), 0))
