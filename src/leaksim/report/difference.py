"""How one lane goes under two scenarios, for terminals, Markdown and notebooks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from io import StringIO
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from leaksim.outcomes.deliveries import THINGS
from leaksim.outcomes.one_lane import differs
from leaksim.report.accounts import Account, account_of, account_rows, monthly_lines, moved_sentence, signed
from leaksim.report.asked import asked_in_words
from leaksim.report.labels import WORDS
from leaksim.report.markdown import plain, row
from leaksim.report.numbers import written
from leaksim.report.spread import first_sentence, places_of, spread_rows
from leaksim.report.terminal import WIDTH

if TYPE_CHECKING:
    from leaksim.difference import Difference

_ABOUT_SPREAD = (
    "Each line is the first time at which somebody's part in the books differs, with what differs most. Quantities are "
    "those of the month."
)
_NOTES = (
    "kb: thousand barrels; capital goods are in $m at baseline prices. Permitted: by the text in force and by the one "
    "proposed. By dilution: only since the adopted text came later or weaker. All together is used or added to the "
    "stock; currency is spent or added to the reserves. Differences are rounded so that they add up."
)
_ABOUT_MOVED = (
    "Where several ways bring less and several bring more, the books do not say which barrel or dollar replaced which."
)


@dataclass(frozen=True)
class Section:
    """A part of the report: sentences, and perhaps a table, whose first columns hold words and the others numbers."""

    heading: str
    before: tuple[str, ...] = ()
    """Sentences above the table."""
    heads: tuple[str, ...] = ()
    words: int = 1
    """How many columns hold words."""
    rows: tuple[tuple[str, ...], ...] = ()
    after: tuple[str, ...] = ()
    """Sentences below it."""


def sections(difference: Difference, *, months: bool = False) -> Iterator[Section]:
    """Write the parts of the report.

    Parameters
    ----------
    months
        Say of each month what came more and less, too.
    """
    yield Section("One history under two scenarios", (*_scenarios(difference), _facts(difference)))
    asked = [asked_in_words(each) for each in difference.asked]
    unread = [f"Nothing reads {', '.join(difference.unread)}."] if difference.unread else []
    yield Section("What is asked differently", (*(f"- {each}" for each in asked or ["nothing"]), *unread))
    if difference.same is not None:
        yield Section("The first difference", (f"There is none: {difference.same}.",))
        return
    yield Section("The first difference", (first_sentence(difference),))
    yield Section(
        "How it spread", (), ("Date", "Who", "What", "A", "B"), 3, tuple(spread_rows(difference)), (_ABOUT_SPREAD,)
    )
    for thing in THINGS:
        account = account_of(difference, thing)
        name = f"{WORDS[thing][0].upper()}{WORDS[thing][1:]}"
        if account is None:
            yield Section(name, ("The same in both.",))
            continue
        monthly = tuple(monthly_lines(difference, thing, account.places)) if months else ()
        heads = (f"{account.unit} in {_months(difference)}", "A", "B", "B less A")
        after = (moved_sentence(account), *_unclear(account), *monthly)
        yield Section(name, (), heads, 1, tuple(account_rows(account)), after)
    yield Section("How to read it", (_NOTES,))


def _scenarios(difference: Difference) -> Iterator[str]:
    for letter, each in zip("AB", difference.scenarios, strict=True):
        yield f"{letter}: {each.title} ({each.name})"


def _facts(difference: Difference) -> str:
    scenario = difference.scenarios[0]
    period = f"{_months(difference)} from {scenario.period.start:%Y-%m}"
    lane = f"lane {difference.lane} of {difference.lanes:,}, counted from 0"
    return f"{period}, {lane}, seed {scenario.run.seed}, {difference.arm} arm. {pressure_sentence(difference)}"


def _months(difference: Difference) -> str:
    months = difference.scenarios[0].period.months
    return "1 month" if months == 1 else f"{months} months"


def pressure_sentence(difference: Difference) -> str:
    """Say what pressure arrives in the lane under both."""
    in_a, in_b = difference.pressure
    change = in_b - in_a if differs(np.array([in_a]), np.array([in_b])).any() else 0.0
    places = places_of(change) if change else 0
    return (
        f"Pressure over the whole period: {written(in_a, places)} $m in A, {written(in_b, places)} in B "
        f"({signed(change, places)})."
    )


def _unclear(account: Account) -> Iterator[str]:
    if len(account.less) > 1 and len(account.more) > 1:
        yield _ABOUT_MOVED


def terminal_report(difference: Difference, *, months: bool = False) -> RenderableType:
    """Show a difference on a terminal."""
    parts: list[RenderableType] = []
    for section in sections(difference, months=months):
        parts += [Text(section.heading, style="bold"), *(_hanging(line) for line in section.before)]
        if section.rows:
            parts.append(_table(section))
        parts += [*(_hanging(line) for line in section.after), ""]
    return Group(*parts[:-1])


def _hanging(line: str) -> RenderableType:
    """Indent what does not fit on the first line of an entry of a list."""
    if not line.startswith("- "):
        return Text(line)
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_row("-", Text(line.removeprefix("- ")))
    return grid


def _table(section: Section) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for index, head in enumerate(section.heads):
        is_words = index < section.words
        folds = index == section.words - 1
        table.add_column(head, justify="left" if is_words else "right", no_wrap=not folds, overflow="fold")
    for cells in section.rows:
        table.add_row(*map(Text, cells))
    return table


def sentences(difference: Difference) -> Iterator[str]:
    """Say in a few sentences where the two part, and what moves."""
    yield f"{' and '.join(each.name for each in difference.scenarios)}, lane {difference.lane}:"
    yield first_sentence(difference)
    for thing in THINGS:
        account = account_of(difference, thing)
        if account is not None:
            yield f"{WORDS[thing][0].upper()}{WORDS[thing][1:]}: {moved_sentence(account)}"
    yield pressure_sentence(difference)


def plain_text(difference: Difference) -> str:
    """Write what the terminal shows as text."""
    text = StringIO()
    console = Console(file=text, width=WIDTH, markup=False, highlight=False, emoji=False, color_system=None)
    console.print(terminal_report(difference))
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines())


def markdown(difference: Difference) -> str:
    """Write a difference as Markdown, with what came more and less in every month."""
    lines: list[str] = []
    for level, section in enumerate(sections(difference, months=True)):
        lines += [f"{'##' if level else '#'} {plain(section.heading)}", "", *_listed(section.before)]
        if section.rows:
            aligned = [":--" if index < section.words else "--:" for index in range(len(section.heads))]
            lines += [row([plain(head) for head in section.heads]), row(aligned)]
            lines += [*(row([plain(cell) for cell in cells]) for cells in section.rows), ""]
        lines += _listed(section.after)
    return "\n".join(lines).rstrip() + "\n"


def _listed(lines: tuple[str, ...]) -> list[str]:
    return [f"- {plain(line.removeprefix('- '))}" for line in lines] + ([""] if lines else [])


def html(difference: Difference) -> str:
    """Write a difference for a notebook."""
    parts = []
    for section in sections(difference):
        parts.append(f"<h4>{escape(section.heading)}</h4>")
        parts += _html_lines(section.before)
        if section.rows:
            heads = "".join(f"<th>{escape(head)}</th>" for head in section.heads)
            body = "".join(
                f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>" for cells in section.rows
            )
            parts.append(f"<table><tr>{heads}</tr>{body}</table>")
        parts += _html_lines(section.after)
    return "".join(parts)


def _html_lines(lines: tuple[str, ...]) -> Iterator[str]:
    """Write sentences, and entries of a list as such."""
    for is_entry, group in groupby(lines, key=lambda line: line.startswith("- ")):
        if is_entry:
            yield f"<ul>{''.join(f'<li>{escape(line[2:])}</li>' for line in group)}</ul>"
        else:
            yield from (f"<p>{escape(line)}</p>" for line in group)
