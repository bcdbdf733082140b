"""Who leaked, on a terminal and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from math import isnan
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from leaksim.model.channels import GROUP_OF_CHANNEL
from leaksim.model.dimensions import LEVERS
from leaksim.report.labels import WORDS
from leaksim.report.markdown import plain, row
from leaksim.report.numbers import decimals, interval_words, written
from leaksim.report.outcomes import Outcomes, intervals_are, outcomes_of
from leaksim.report.terminal import WIDTH

if TYPE_CHECKING:
    from leaksim.attribution import Attribution

_LEAKS = (
    ("owen", "Owen value"),
    ("first_in", "First in"),
    ("last_in", "Last in"),
    ("accounting", "Delivered"),
)
_LEVERS = (("levers", "Shapley value"), ("first_in", "First in"), ("last_in", "Last in"))
_MOTIVES = (("motive", "Owen value"),)

_ABOUT_LEAKS = (
    "Owen value: the pressure taken away, the mean over all orders in which channels may be opened, those of a group "
    "after each other. The channels sum to their group, and the groups to the total, exactly; here they are rounded.",
    "First in: taken away by this alone. Last in: taken away by this when all others are open. Where first in is "
    "more than last in, others would fill the gap: they are redundant.",
    "Delivered: goods at baseline prices and hard currency that came this way. It sums to its own total, since dear "
    "or unneeded deliveries take away less pressure than they are worth, and scarce ones more.",
)
_ABOUT_MOTIVES = (
    "Political: what would not leak through Russia without its political motives. Commercial: the rest. The two sum "
    "to Russia exactly, before rounding.",
)
_ABOUT_LEVERS = (
    "Shapley value: the pressure added, the mean over all orders in which levers may be pulled. The levers sum to the "
    "total exactly, before rounding. First in: added by this lever alone. Last in: added when all others are pulled.",
)

_MOST_DECIMALS = 1
"""Ten cents are enough, however narrow the interval."""


@dataclass(frozen=True)
class _Section:
    title: str
    columns: tuple[tuple[str, str], ...]
    """Metric without `attribution.`, and heading."""
    rows: tuple[tuple[str, str], ...]
    """Item and name."""
    about: tuple[str, ...]


def attribution_report(attribution: Attribution) -> RenderableType:
    """Show who leaked: a table for the channels, and others for Russia's motives and the levers."""
    outcomes = outcomes_of(attribution.table)
    parts: list[RenderableType] = [Text(attribution.plan.scenario.title, style="bold"), Text(_facts(attribution)), ""]
    for section in _sections(outcomes):
        table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
        table.add_column(section.title, no_wrap=True)
        for _, heading in section.columns:
            table.add_column(heading, justify="right")
        for item, name in section.rows:
            cells = [_cell(outcomes, metric, item) for metric, _ in section.columns]
            table.add_row(Text(name), *(Text("\n".join(filter(None, cell))) for cell in cells))
        parts += [table, "", *(Text(each) for each in section.about), ""]
    return Group(*parts, Text(_about_intervals(outcomes)))


def attribution_text(attribution: Attribution) -> str:
    """Write the report as text of 80 columns."""
    console = Console(file=StringIO(), width=WIDTH, markup=False, highlight=False, emoji=False, color_system=None)
    with console.capture() as captured:
        console.print(attribution_report(attribution))
    return "\n".join(line.rstrip() for line in captured.get().splitlines())


def attribution_markdown(attribution: Attribution) -> str:
    """Write the report as Markdown."""
    outcomes = outcomes_of(attribution.table)
    lines = [f"# {plain(attribution.plan.scenario.title)}", "", plain(_facts(attribution)), ""]
    for section in _sections(outcomes):
        lines += [
            row([section.title, *(heading for _, heading in section.columns)]),
            row([":--", *("--:" for _ in section.columns)]),
        ]
        for item, name in section.rows:
            cells = (_cell(outcomes, metric, item) for metric, _ in section.columns)
            numbers = [f"{number} ({interval})" if interval else number for number, interval in cells]
            lines.append(row([name.replace("  ", "&emsp;"), *numbers]))
        lines += ["", *(f"- {each}" for each in section.about), ""]
    return "\n".join([*lines, _about_intervals(outcomes)]) + "\n"


def attribution_sentence(attribution: Attribution) -> str:
    """Say in one sentence which group takes away how much."""
    outcomes = outcomes_of(attribution.table)
    total = outcomes["attribution.owen", ""]
    if not total.is_defined:
        return "no pressure is intended, so nothing can leak"
    groups = [
        f"{_cell(outcomes, 'owen', item)[0]} through {WORDS[item]}"
        for metric, item in outcomes
        if metric == "attribution.owen" and item in GROUP_OF_CHANNEL.values()
    ]
    through = f": {', '.join(groups)}" if groups else ""
    return f"of every 100 dollars of intended pressure {_cell(outcomes, 'owen', '')[0]} leak{through}"


def _facts(attribution: Attribution) -> str:
    plan = attribution.plan
    period = plan.scenario.period
    histories = "1 random history" if plan.lanes == 1 else f"{plan.lanes:,} random histories"
    return (
        f"{plan.scenario.name}: {period.months} months from {period.start:%Y-%m}, {histories}, "
        f"seed {plan.seed}. Dollars of every 100 of intended pressure."
    )


def _sections(outcomes: Outcomes) -> Iterator[_Section]:
    if not outcomes["attribution.owen", ""].is_defined:
        return
    channels = [item for metric, item in outcomes if metric == "attribution.owen" and item]
    names = tuple((item, f"  {_name(item)}" if item in GROUP_OF_CHANNEL else _name(item)) for item in channels)
    yield _Section("Who leaked", _LEAKS, (*names, ("", "Total leakage")), _ABOUT_LEAKS)
    if ("attribution.motive", "russia/political") in outcomes:
        motives = (("russia/political", "  Political"), ("russia/commercial", "  Commercial"))
        yield _Section("Why Russia backfills", _MOTIVES, motives, _ABOUT_MOTIVES)
    if ("attribution.levers", "") in outcomes:
        levers = tuple((lever, _name(lever)) for lever in LEVERS if ("attribution.levers", lever) in outcomes)
        about = _ABOUT_LEVERS if levers else ("The scenario pulls no lever.",)
        yield _Section("What the levers add", _LEVERS, (*levers, ("", "Total added")), about)


def _name(item: str) -> str:
    return WORDS[item][0].upper() + WORDS[item][1:]


def _cell(outcomes: Outcomes, metric: str, item: str) -> tuple[str, str]:
    """Return a number in dollars of a hundred, and its interval; both empty if there is none."""
    outcome = outcomes.get((f"attribution.{metric}", item))
    if outcome is None:
        return "", ""
    estimate, low, high = (100 * number for number in (outcome.estimate, outcome.low, outcome.high))
    places = min(decimals(estimate, low, high), _MOST_DECIMALS)
    number = written(estimate, places)
    if isnan(low):
        return number, ""
    return number, interval_words(estimate, low, high, places) if outcome.has_interval else "fixed"


def _about_intervals(outcomes: Outcomes) -> str:
    total = outcomes["attribution.owen", ""]
    if not total.is_defined:
        return "No pressure is intended, so nothing can leak."
    if isnan(total.low):
        return "A single random history gives no interval."
    return f"With each number its 95 % interval {intervals_are(outcomes)}; fixed: the same in all of them."
