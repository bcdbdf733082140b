"""Results on a terminal or in a pipe: at most 80 columns, and every line can be read aloud."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from math import isnan
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from leaksim.model.dimensions import PRODUCTS
from leaksim.report.headline import Headline, what_intervals_cover
from leaksim.report.labels import label, unit_words
from leaksim.report.numbers import decimals, interval_words, written
from leaksim.report.outcomes import PARAMETER, REPLICATION, Outcome, Outcomes, outcomes_of, shown_interval
from leaksim.report.sentence import sentence
from leaksim.report.uncertainty import dominance

if TYPE_CHECKING:
    import pandas as pd

WIDTH = 80

_SHOWN = (
    ("pressure.*", ""),
    ("pressure.realised", "felt"),
    ("pressure.realised", "deferred"),
    ("leakage.value", ""),
    ("leakage.owen", "*"),
    *(("leakage.quantity", thing) for thing in (*PRODUCTS, "hard_currency", "everything")),
    ("leakage.accounting", "*"),
    ("price.premium_*", "realised/*_fuel"),
    ("supplier.*_on_top", "*_fuel/*"),
    ("workers.end", "realised/russia"),
    ("reserves.end", "realised"),
    ("trade.share", "china"),
    ("monitor.leakage", "everything"),
    ("council.delay", "*"),
    ("sender.cost", "*"),
)
"""Outcomes in the table, as patterns of metric and item; the others are in the files."""


@dataclass(frozen=True)
class Subject:
    """What a table speaks of."""

    title: str
    months: tuple[str, ...]
    """The months of the run, such as ``2017-06``."""
    seed: int
    table: pd.DataFrame


def scenario_report(subject: Subject, *, verbose: bool = False) -> RenderableType:
    """Show a scenario: the sentence, then the table.

    Parameters
    ----------
    verbose
        With uncertain parameters, add a table with the intervals from the random histories alone.
    """
    outcomes = outcomes_of(subject.table)
    shown = shown_interval(outcomes)
    table = _outcome_table(outcomes, subject.months, shown)
    parts: list[RenderableType] = [_heading(subject, outcomes), "", Text(sentence(outcomes)), "", table, ""]
    parts += [Text(line) for line in _without_value(outcomes)]
    if shown == PARAMETER:
        draws = next(iter(outcomes.values())).draws
        about = f"Intervals are over {draws:,} draws of the uncertain parameters. {dominance(outcomes)}"
        parts.append(Text(about.rstrip()))
    if shown == PARAMETER and verbose:
        again = outcomes_of(subject.table, REPLICATION)
        alone = Text("The same with intervals from the random histories alone:")
        parts += ["", alone, "", _outcome_table(again, subject.months, REPLICATION)]
    return Group(*parts)


def comparison(headlines: Sequence[Headline]) -> RenderableType:
    """Show the headlines of several scenarios below each other."""
    table = report_table("Scenario", "Intended", "Realised", "Reaches", "95 % interval")
    for each in headlines:
        table.add_row(Text(each.title), each.intended, each.realised, each.reaches, each.interval)
    about = (
        "Pressure in $m a year, and dollars of every 100 intended that reach Pyongyang. "
        f"{what_intervals_cover(headlines)}"
    )
    return Group(Text("All scenarios", style="bold"), "", table, "", Text(about.rstrip()))


def _heading(subject: Subject, outcomes: Outcomes) -> Text:
    first = next(iter(outcomes.values()))
    period = f"{len(subject.months)} months from {subject.months[0]}"
    histories = f"{first.replications:,} random histories"
    facts = f"{first.scenario}: {period}, {histories}, seed {subject.seed}"
    return Text.assemble((subject.title, "bold"), "\n", facts)


def _outcome_table(outcomes: Outcomes, months: Sequence[str], interval: str) -> Table:
    table = report_table("Outcome", "Estimate", "95 % interval", "Unit")
    for outcome in _curated(outcomes):
        if outcome.is_defined:
            name = label(outcome.metric, outcome.item)
            write = _moment if outcome.metric == "supplier.first_month_on_top" else _number
            # A median of months has no interval over parameters; another one in its place would mislead.
            estimate, between = write(outcome, months)
            table.add_row(name, estimate, between if outcome.interval == interval else "", _unit(outcome, months))
    return table


def _curated(outcomes: Outcomes) -> Iterator[Outcome]:
    for (metric, item), outcome in outcomes.items():
        wanted = any(fnmatchcase(metric, shown) and fnmatchcase(item, of) for shown, of in _SHOWN)
        never = metric in ("supplier.months_on_top", "sender.cost") and outcome.estimate == 0
        if wanted and not never:
            yield outcome


def _number(outcome: Outcome, _months: Sequence[str]) -> tuple[str, str]:
    scale = 100 if outcome.unit.startswith("share") else 1
    estimate, low, high = (scale * number for number in (outcome.estimate, outcome.low, outcome.high))
    places = decimals(estimate, low, high)
    return written(estimate, places), interval_words(estimate, low, high, places)


def _moment(outcome: Outcome, months: Sequence[str]) -> tuple[str, str]:
    estimate, low, high = (
        "never" if isnan(number) else months[int(number)] for number in (outcome.estimate, outcome.low, outcome.high)
    )
    return estimate, f"{low} to {high}"


def _unit(outcome: Outcome, months: Sequence[str]) -> str:
    if outcome.metric == "supplier.months_on_top":
        return f"months of {len(months)}"
    return unit_words(outcome.metric, outcome.unit)


def _without_value(outcomes: Outcomes) -> Iterator[str]:
    """Say why outcomes are missing from the table."""
    missing = defaultdict(list)
    for outcome in _curated(outcomes):
        if not outcome.is_defined and outcome.note.startswith("undefined: "):
            name = label(outcome.metric, outcome.item)
            missing[outcome.note.removeprefix("undefined: ")].append(name[0].lower() + name[1:])
    for reason, names in missing.items():
        yield f"Without a value, because {reason}: {', '.join(names)}."


def report_table(first: str, *others: str) -> Table:
    """Begin a table of a report: text in the first column, then numbers, intervals and units."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column(first, overflow="fold")
    for name in others:
        is_number = name not in ("95 % interval", "Unit")
        table.add_column(name, justify="right" if is_number else "left", no_wrap=name != "Unit")
    return table
