"""Tables as Markdown with citations as pandoc and Quarto read them."""

from __future__ import annotations

from leaksim.report.markdown import plain, row
from leaksim.tables.cells import Cell
from leaksim.tables.model import Column, Row, Table


def markdown(table: Table) -> str:
    """Write a table as Markdown; an interval stands behind its estimate."""
    lines = [
        f"**{plain(table.title)}**",
        "",
        row([plain(table.stub), *(_heading(column) for column in table.columns)]),
        row([":--", *("--:" if column.kind == "number" else ":--" for column in table.columns)]),
    ]
    for group in table.groups:
        if group.heading:
            lines.append(row([f"**{plain(group.heading)}**", *("" for _ in table.columns)]))
        lines += [row([_label(each, table), *(_cell(cell, table) for cell in each.cells)]) for each in group.rows]
    lines.append("")
    lines += [f"- <sup>{mark}</sup> {plain(remark)}" for remark, mark in table.marks.items()]
    lines += [
        f"- {plain(note.text)}{_cited(note.sources, after=True)}{'.' if note.sources else ''}" for note in table.notes
    ]
    return "\n".join(lines) + "\n"


def _heading(column: Column) -> str:
    return plain(f"{column.heading} ({column.unit})" if column.unit else column.heading)


def _label(each: Row, table: Table) -> str:
    return f"{'&emsp;' * each.indented}{plain(each.label)}{_mark(each.remark, table)}"


def _cell(cell: Cell, table: Table) -> str:
    text = plain(" ".join(cell.lines))
    return f"{text}{_mark(cell.remark, table)}{_cited(cell.sources, after=bool(text))}"


def _mark(remark: str, table: Table) -> str:
    return f"<sup>{mark}</sup>" if (mark := table.mark(remark)) else ""


def _cited(keys: tuple[str, ...], *, after: bool) -> str:
    return f"{' ' * after}[{'; '.join(f'@{key}' for key in keys)}]" if keys else ""
