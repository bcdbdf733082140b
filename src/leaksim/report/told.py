"""Sentences and small tables in a row, for terminals and notebooks."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from io import StringIO

from rich.console import Console, Group, RenderableType
from rich.text import Text

from leaksim.report.comparison import Block
from leaksim.report.terminal import WIDTH, report_table

Told = Iterable[str | Block]
"""What is told: lines of text, and tables."""


def on_terminal(told: Told) -> RenderableType:
    """Show lines and tables on a terminal, a blank line before and after each table."""
    parts: list[RenderableType] = []
    for each in told:
        if isinstance(each, str):
            parts.append(Text(each))
            continue
        table = report_table(*each.heads)
        for cells in each.rows:
            table.add_row(*map(Text, cells))
        parts += ["", Text(each.heading, style="bold"), table, ""]
    return Group(*parts)


def as_text(told: Told) -> str:
    """Write what a terminal shows as text."""
    text = StringIO()
    console = Console(file=text, width=WIDTH, markup=False, highlight=False, emoji=False, color_system=None)
    console.print(on_terminal(told))
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines())


def as_html(told: Told) -> str:
    """Write it for a notebook."""
    parts = []
    for each in told:
        if isinstance(each, str):
            parts.append(f"<p>{escape(each)}</p>")
            continue
        heads = "".join(f"<th>{escape(head)}</th>" for head in each.heads)
        body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>" for cells in each.rows)
        parts.append(f"<table><caption>{escape(each.heading)}</caption><tr>{heads}</tr>{body}</table>")
    return "".join(parts)
