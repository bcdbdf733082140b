"""The comparison of scenarios with a reference, for terminals, Markdown and notebooks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from io import StringIO
from math import floor, isnan, log10
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from leaksim.outcomes.comparison import DIFFERENCE, FIRST, HEADLINES, REGRET
from leaksim.report.labels import label, unit_words
from leaksim.report.markdown import plain, row
from leaksim.report.numbers import decimals, interval_words, p_words, varies, written
from leaksim.report.outcomes import PARAMETER, REPLICATION

if TYPE_CHECKING:
    from leaksim.comparing import Comparison

WIDTH = 80
NO_NUMBER = "-"


@dataclass(frozen=True)
class Block:
    """A small table with its heading; the first column holds titles, the others written numbers."""

    heading: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def blocks(comparison: Comparison) -> Iterator[Block]:
    """Write a table for each outcome, and one for the ranks."""
    titles = _titles(comparison)
    found = _rows(comparison)
    heads: tuple[str, ...] = ("Scenario", "Difference", "95 % interval", "p (Holm)", "Gain")
    for headline in HEADLINES:
        metric, item = headline.metric, headline.item
        level = found[comparison.reference, metric, item]
        rows: list[tuple[str, ...]] = [
            (titles[name], *_difference(found[name, f"{DIFFERENCE}{metric}", item]))
            for name in titles
            if name != comparison.reference
        ]
        yield Block(f"{label(metric, item)}: {_level(level)}", heads, tuple(rows))
    ranked: list[tuple[str, ...]] = [
        (titles[name], *_rank(found[name, FIRST, ""], found[name, REGRET, ""])) for name in titles
    ]
    unit = found[comparison.reference, FIRST, ""]["unit"].removeprefix("share of ")
    heads = ("Scenario", f"First, % of {unit}", "Regret", "95 % interval")
    yield Block("Highest realised pressure, and regret in $m a year", heads, tuple(ranked))


def heading(comparison: Comparison) -> str:
    """Say what is compared with what."""
    base = next(each for each in comparison.scenarios if each.name == comparison.reference)
    first = comparison.table.iloc[0]
    period = f"{base.period.months} months from {base.period.start:%Y-%m}"
    return (
        f"The reference is {base.name}. {period[0].upper()}{period[1:]}, {first['replications']:,} random histories, "
        f"seed {base.run.seed}."
    )


def called_out(comparison: Comparison) -> list[str]:
    """Name the scenarios that differ from the reference in nothing, with the reason."""
    return [f"{name} differs from the reference in no output: {reason}." for name, reason in comparison.same.items()]


def notes(comparison: Comparison) -> str:
    """Explain the columns, and say what pairing bought."""
    ratios = comparison.table.loc[
        (comparison.table["metric"] == f"{DIFFERENCE}pressure.realised")
        & (comparison.table["interval"] == _kind(comparison)),
        "variance_ratio",
    ].dropna()
    bought = ""
    if len(ratios):
        low, high = (_gain(ratio) for ratio in (ratios.min(), ratios.max()))
        span = low if low == high else f"{low} to {high}"
        bought = (
            f" Here it is {span} for the realised pressure: so many times as many independent runs would be needed."
        )
    covers = (
        "Intervals are over the uncertain parameters, and p takes each draw of them as one observation."
        if _kind(comparison) == PARAMETER
        else "Intervals and p are from the random histories alone."
    )
    return (
        "Difference: scenario less reference in the same random histories; for outcomes in %, in percentage points. "
        f"{covers} p (Holm): how easily chance alone would bring a mean difference this large, adjusted for the number "
        "of scenarios. Gain: the variance of the difference between independent runs, over that of these paired ones."
        f"{bought} Regret: how far a scenario falls short of the best, on average."
    )


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
    return Group(*parts, Text(notes(comparison)))


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
            difference, between, p, _ = _difference(found[name, f"{DIFFERENCE}pressure.realised", ""])
            against = f"$m a year against {comparison.reference}"
            tested = "" if p == NO_NUMBER else f"; p {p}"
            yield f"{name}: realised pressure {difference} {against} ({between}{tested})"


def markdown(comparison: Comparison) -> str:
    """Write a comparison as Markdown."""
    lines = ["# Comparison", "", plain(heading(comparison)), ""]
    for block in blocks(comparison):
        lines += [f"## {plain(block.heading)}", "", row(block.heads), row([":--", *("--:" for _ in block.heads[1:])])]
        lines += [*(row([plain(cell) for cell in cells]) for cells in block.rows), ""]
    lines += [f"- {plain(line)}" for line in called_out(comparison)]
    return "\n".join([*lines, *([""] if comparison.same else []), plain(notes(comparison))]) + "\n"


def html(comparison: Comparison) -> str:
    """Write a comparison for a notebook."""
    parts = [f"<p>{escape(heading(comparison))}</p>"]
    for block in blocks(comparison):
        heads = "".join(f"<th>{escape(head)}</th>" for head in block.heads)
        body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>" for cells in block.rows)
        parts.append(f"<table><caption>{escape(block.heading)}</caption><tr>{heads}</tr>{body}</table>")
    parts += [f"<p>{escape(line)}</p>" for line in (*called_out(comparison), notes(comparison))]
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


def _numbers(record: dict[str, Any]) -> tuple[float, float, float]:
    scale = 100 if record["unit"].startswith("share") else 1
    return scale * record["estimate"], scale * record["low"], scale * record["high"]


def _level(record: dict[str, Any]) -> str:
    estimate, low, high = _numbers(record)
    if isnan(estimate):
        return "without a value in the reference"
    places = decimals(estimate, low, high)
    between = f" ({interval_words(estimate, low, high, places)})" if varies(estimate, low, high) else ""
    unit = unit_words(record["metric"], record["unit"])
    return f"{written(estimate, places)}{between} {unit} in the reference"


def _difference(record: dict[str, Any]) -> tuple[str, str, str, str]:
    estimate, low, high = _numbers(record)
    if isnan(estimate):
        return "undefined", "", NO_NUMBER, NO_NUMBER
    if estimate == low == high == 0:
        return "0", "no difference", NO_NUMBER, NO_NUMBER
    places = decimals(estimate, low, high)
    number = written(estimate, places)
    sign = "+" if estimate > 0 and number.strip("0.,") else ""
    return (
        f"{sign}{number}",
        interval_words(estimate, low, high, places),
        _p(record["p_holm"]),
        _gain(record["variance_ratio"]),
    )


def _p(p: float) -> str:
    return NO_NUMBER if isnan(p) else p_words(p)


def _gain(ratio: float) -> str:
    """Write a variance ratio with two digits; more would be noise."""
    return NO_NUMBER if isnan(ratio) else written(ratio, 1 - floor(log10(ratio)))


def _rank(first: dict[str, Any], regret: dict[str, Any]) -> tuple[str, ...]:
    estimate, low, high = _numbers(regret)
    places = decimals(estimate, low, high)
    return (
        f"{100 * first['estimate']:.0f}",
        written(estimate, places),
        interval_words(estimate, low, high, places),
    )
