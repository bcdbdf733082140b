"""Tables as Markdown with citations as pandoc and Quarto read them."""

from __future__ import annotations

from leaksim.report.markdown import plain, row
from leaksim.tables.cells import Cell
from leaksim.tables.model import Column, Row, Table
from leaksim.tables.tracing import mark_of


def markdown(table: Table, *, marked: bool = False) -> str:
    """Write a table as Markdown; an interval stands behind its estimate.

    Parameters
    ----------
    marked
        Write a comment behind each number that says what it is: in a file, where it does not disturb.
    """
    lines = [
        f"**{plain(table.title)}**",
        "",
        row([plain(table.stub), *(_heading(column) for column in table.columns)]),
        row([":--", *("--:" if column.kind == "number" else ":--" for column in table.columns)]),
    ]
    for group in table.groups:
        if group.heading:
            lines.append(row([f"**{plain(group.heading)}**", *("" for _ in table.columns)]))
        lines += [
            row([_label(each, table), *(_cell(cell, table, marked) for cell in each.cells)]) for each in group.rows
        ]
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


def _cell(cell: Cell, table: Table, marked: bool) -> str:
    lines = [plain(line) for line in cell.lines]
    # The mark stands right behind the number, before a p.
    number, below = (lines[:-1], lines[-1:]) if cell.number is not None and cell.below else (lines, [])
    mark = mark_of(cell) if marked else None
    comment = "" if mark is None else f"<!-- {mark.line} -->"
    text = " ".join([f"{' '.join(number)}{comment}", *below])
    return f"{text}{_mark(cell.remark, table)}{_cited(cell.sources, after=bool(text))}"


def _mark(remark: str, table: Table) -> str:
    return f"<sup>{mark}</sup>" if (mark := table.mark(remark)) else ""


def _cited(keys: tuple[str, ...], *, after: bool) -> str:
    return f"{' ' * after}[{'; '.join(f'@{key}' for key in keys)}]" if keys else ""
