"""The comparison of scenarios with a reference, for terminals, Markdown and notebooks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from io import StringIO
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from leaksim.outcomes.comparison import DIFFERENCE, FIRST, HEADLINES, REGRET, Headline
from leaksim.report.comparison_cells import NO_NUMBER, difference_cells, gain_cell, level_cell, rank_cells
from leaksim.report.labels import label
from leaksim.report.markdown import plain, row
from leaksim.report.outcomes import PARAMETER, REPLICATION

if TYPE_CHECKING:
    import pandas as pd

    from leaksim.comparing import Comparison

WIDTH = 80


@dataclass(frozen=True)
class Block:
    """A small table with its heading; the first column holds titles, the others written numbers."""

    heading: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def blocks(comparison: Comparison) -> Iterator[Block]:
    """Write a table for each outcome in which anything differs, and one for the ranks."""
    titles = _titles(comparison)
    found = _rows(comparison)
    idle = [*_without_difference(comparison), *_without_value(comparison)]
    heads: tuple[str, ...] = ("Scenario", "Difference", "95 % interval", "p (Holm)", "Gain")
    for headline in HEADLINES:
        metric, item = headline.metric, headline.item
        if headline in idle:
            continue
        level = found[comparison.reference, metric, item]
        rows: list[tuple[str, ...]] = [
            (titles[name], *difference_cells(found[name, f"{DIFFERENCE}{metric}", item]))
            for name in titles
            if name != comparison.reference
        ]
        yield Block(f"{label(metric, item)}: {level_cell(level)}", heads, tuple(rows))
    ranked: list[tuple[str, ...]] = [
        (titles[name], *rank_cells(found[name, FIRST, ""], found[name, REGRET, ""])) for name in titles
    ]
    heads = ("Scenario", "First, %", "Regret", "95 % interval")
    yield Block("Highest realised pressure, and regret in $m a year", heads, tuple(ranked))


def heading(comparison: Comparison) -> str:
    """Say what is compared with what."""
    base = next(each for each in comparison.scenarios if each.name == comparison.reference)
    lanes = comparison.table.iloc[0]["replications"]
    histories = "1 random history" if lanes == 1 else f"{lanes:,} random histories"
    period = f"{base.period.months} months from {base.period.start:%Y-%m}"
    return f"The reference is {base.name}. {period[0].upper()}{period[1:]}, {histories}, seed {base.run.seed}."


def called_out(comparison: Comparison) -> list[str]:
    """Name the outcomes that need no table, and the scenarios that are the same or were left out, with the reason."""
    alike, valueless = _without_difference(comparison), _without_value(comparison)
    return [
        *([f"No difference at all: {_listed(alike)}."] if alike else []),
        *([f"Without a value, so without a difference: {_listed(valueless)}."] if valueless else []),
        *(f"{name} differs from the reference in no output: {reason}." for name, reason in comparison.same.items()),
        *(f"{name} is left out: {reason}." for name, reason in comparison.left_out.items()),
    ]


def _without_difference(comparison: Comparison) -> list[Headline]:
    """Outcomes in which no scenario differs from the reference."""
    return [
        headline
        for headline, rows in _differences(comparison)
        if (rows[["estimate", "low", "high"]] == 0).all(axis=None)
    ]


def _without_value(comparison: Comparison) -> list[Headline]:
    """Outcomes in which no scenario can be compared with the reference."""
    return [headline for headline, rows in _differences(comparison) if rows["estimate"].isna().all()]


def _differences(comparison: Comparison) -> Iterator[tuple[Headline, pd.DataFrame]]:
    table = comparison.table
    for headline in HEADLINES:
        yield headline, table[(table["metric"] == f"{DIFFERENCE}{headline.metric}") & (table["item"] == headline.item)]


def _listed(headlines: list[Headline]) -> str:
    names = [label(headline.metric, headline.item) for headline in headlines]
    return ", ".join(f"{name[0].lower()}{name[1:]}" for name in names)


def notes(comparison: Comparison) -> list[str]:
    """Explain the columns, and say what pairing bought."""
    ratios = comparison.table.loc[
        (comparison.table["metric"] == f"{DIFFERENCE}pressure.realised")
        & (comparison.table["interval"] == _kind(comparison)),
        "variance_ratio",
    ].dropna()
    bought = ""
    if len(ratios):
        low, high = (gain_cell(float(end)) for end in (ratios.min(), ratios.max()))
        bought = f" Here it is {low if low == high else f'{low} to {high}'} for the realised pressure."
    by_parameters = _kind(comparison) == PARAMETER
    lines = [
        "Difference: scenario less reference in the same random histories; of outcomes in %, in percentage points.",
        f"95 % interval: {_covers(comparison)}.",
        "p (Holm): how easily chance alone would bring a mean difference this large, adjusted for the number of "
        f"scenarios{'; each draw of the parameters is one observation' if by_parameters else ''}.",
        f"Gain: how many times as many independent runs it would take to know the difference as well.{bought}",
        f"First: in how many of 100 {_worlds(comparison)} no other scenario has a higher realised pressure; ties are "
        "shared. Regret: how far its pressure falls short of the highest, on average.",
    ]
    shown = comparison.table[
        (comparison.table["reference"] != "") & (comparison.table["interval"] == _kind(comparison))
    ]
    if shown["variance_ratio"].isna().any():
        lines.append(f"{NO_NUMBER}: the difference is nought, the same everywhere, or has no value; nothing to test.")
    return lines


def _covers(comparison: Comparison) -> str:
    if _kind(comparison) == PARAMETER:
        return "over the uncertain parameters. The difference itself is the mean over them"
    only_one = comparison.table.iloc[0]["replications"] == 1
    return "a single random history gives none" if only_one else "from the random histories alone"


def _worlds(comparison: Comparison) -> str:
    unit = comparison.table.loc[comparison.table["metric"] == FIRST, "unit"].iloc[0]
    return "random histories" if unit == "share of lanes" else "parameter draws"


def terminal_report(comparison: Comparison) -> RenderableType:
    """Show a comparison on a terminal."""
    parts: list[RenderableType] = [Text("Comparison", style="bold"), Text(heading(comparison)), ""]
    for block in blocks(comparison):
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        for index, head in enumerate(block.heads):
            is_text = index == 0 or head == "95 % interval"
            table.add_column(head, justify="left" if is_text else "right", no_wrap=index > 0, overflow="fold")
        for cells in block.rows:
            table.add_row(*map(Text, cells))
        parts += [Text(block.heading, style="bold"), table, ""]
    parts += [Text(line) for line in called_out(comparison)]
    return Group(*parts, *map(Text, notes(comparison)))


def plain_text(comparison: Comparison) -> str:
    """Write what the terminal shows as text."""
    text = StringIO()
    console = Console(file=text, width=WIDTH, markup=False, highlight=False, emoji=False, color_system=None)
    console.print(terminal_report(comparison))
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines())


def sentences(comparison: Comparison) -> Iterator[str]:
    """Say in a sentence for each scenario how its realised pressure differs from the reference."""
    found = _rows(comparison)
    for each in comparison.scenarios:
        name = each.name
        if name in comparison.same:
            yield f"{name}: no difference in any output, since {comparison.same[name]}"
        elif name != comparison.reference:
            difference, between, p, _ = difference_cells(found[name, f"{DIFFERENCE}pressure.realised", ""])
            against = f"$m a year against {comparison.reference}"
            tested = "" if p == NO_NUMBER else f"; p {p}"
            yield f"{name}: realised pressure {difference} {against} ({between}{tested})"
    yield from (f"{name}: left out, since {reason}" for name, reason in comparison.left_out.items())


def markdown(comparison: Comparison) -> str:
    """Write a comparison as Markdown."""
    lines = ["# Comparison", "", plain(heading(comparison)), ""]
    for block in blocks(comparison):
        lines += [f"## {plain(block.heading)}", "", row(block.heads), row([":--", *("--:" for _ in block.heads[1:])])]
        lines += [*(row([plain(cell) for cell in cells]) for cells in block.rows), ""]
    remarks = [f"- {plain(line)}" for line in called_out(comparison)]
    explained = (f"- {plain(line)}" for line in notes(comparison))
    return "\n".join([*lines, *remarks, *([""] if remarks else []), *explained]) + "\n"


def html(comparison: Comparison) -> str:
    """Write a comparison for a notebook."""
    parts = [f"<p>{escape(heading(comparison))}</p>"]
    for block in blocks(comparison):
        heads = "".join(f"<th>{escape(head)}</th>" for head in block.heads)
        body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>" for cells in block.rows)
        parts.append(f"<table><caption>{escape(block.heading)}</caption><tr>{heads}</tr>{body}</table>")
    parts += [f"<p>{escape(line)}</p>" for line in (*called_out(comparison), *notes(comparison))]
    return "".join(parts)


def _kind(comparison: Comparison) -> str:
    return PARAMETER if (comparison.table["interval"] == PARAMETER).any() else REPLICATION


def _titles(comparison: Comparison) -> dict[str, str]:
    """Titles by name; with the name where two scenarios have the same title."""
    titles = [each.title for each in comparison.scenarios]
    return {
        each.name: f"{each.title} ({each.name})" if titles.count(each.title) > 1 else each.title
        for each in comparison.scenarios
    }


def _rows(comparison: Comparison) -> dict[tuple[str, str, str], dict[str, Any]]:
    """Rows by scenario, metric and item; those over the parameters where there are both."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for record in comparison.table.to_dict("records"):
        key = record["scenario"], record["metric"], record["item"]
        if key not in found or record["interval"] == PARAMETER:
            found[key] = {str(column): value for column, value in record.items()}
    return found
