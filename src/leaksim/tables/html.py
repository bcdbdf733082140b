"""Tables as HTML: a page that needs nothing else, or the table alone for another page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape

from leaksim.evidence.bibliography import plain_reference
from leaksim.tables.cells import Cell
from leaksim.tables.model import Column, Group, Note, Row, Table
from leaksim.tables.tracing import mark_of

_STYLE = """\
:root { color-scheme: light dark; }
body { margin: 2rem auto; max-width: 70rem; padding: 0 1rem; font: 16px/1.4 Georgia, "Times New Roman", serif; }
.leaksim { overflow-x: auto; }
.leaksim table { border-collapse: collapse; border-top: 2px solid; border-bottom: 2px solid; }
.leaksim caption { text-align: left; font-weight: bold; padding: 0.5rem 0; }
.leaksim th, .leaksim td { padding: 0.25rem 0.6rem; vertical-align: top; text-align: left; font-weight: normal; }
.leaksim thead th { border-bottom: 1px solid; vertical-align: bottom; }
.leaksim .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.leaksim thead .number { white-space: normal; }
.leaksim thead .span { text-align: center; }
.leaksim small { font-size: 0.85em; }
.leaksim .indented { padding-left: 1.8rem; }
.leaksim .heading th { font-style: italic; padding-top: 0.7rem; }
.leaksim ul { font-size: 0.85em; list-style: none; padding: 0; }
@media print { body { margin: 0; max-width: none; font-size: 10pt; } thead { display: table-header-group; }
tr { break-inside: avoid; } }
"""


def html_page(table: Table) -> str:
    """Write a table as a page that can be opened, printed and read aloud; it loads nothing."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(table.title)}</title>\n<style>\n{_STYLE}</style>\n</head>\n<body>\n"
        f"<main>\n{html_fragment(table)}</main>\n</body>\n</html>\n"
    )


def html_fragment(table: Table) -> str:
    """Write a table and its notes for another page.

    Each cell has its origin in `data-` attributes, and its mark as a title, which shows when one points at it.
    """
    heads = [_head(Column(table.stub, kind="text")), *(_head(column) for column in _with_own_units(table))]
    bodies = "".join(_body(group, table) for group in table.groups)
    notes = [f"<li><sup>{mark}</sup> {escape(remark)}</li>\n" for remark, mark in table.marks.items()]
    notes += [f"<li>{_noted(note, table)}</li>\n" for note in table.notes]
    if not table.numbering:
        notes += [f"<li>[{number}] {escape(plain_reference(key))}</li>\n" for key, number in table.numbers.items()]
    return (
        f'<div class="leaksim">\n<table>\n<caption>{escape(table.title)}</caption>\n'
        f"<thead>\n{_spans(table)}<tr>{''.join(heads)}</tr>\n</thead>\n{bodies}</table>\n<ul>\n{''.join(notes)}</ul>\n</div>\n"
    )


def _with_own_units(table: Table) -> Iterator[Column]:
    return (replace(column, unit=table.own_unit(index)) for index, column in enumerate(table.columns))


def _spans(table: Table) -> str:
    if not table.spans:
        return ""
    cells, done = ["<td></td>"], 0
    for span in table.spans:
        cells += ["<td></td>" for _ in range(span.first - done)]
        cells.append(f'<th scope="colgroup" colspan="{span.width}" class="span">{escape(span.text)}</th>')
        done = span.last + 1
    cells += ["<td></td>" for _ in range(len(table.columns) - done)]
    return f"<tr>{''.join(cells)}</tr>\n"


def _head(column: Column) -> str:
    unit = f"<br><small>{escape(column.unit)}</small>" if column.unit else ""
    kind = ' class="number"' if column.kind == "number" else ""
    return f'<th scope="col"{kind}>{escape(column.heading)}{unit}</th>'


def _body(group: Group, table: Table) -> str:
    heading = ""
    if group.heading:
        width = len(table.columns) + 1
        heading = f'<tr class="heading"><th scope="rowgroup" colspan="{width}">{escape(group.heading)}</th></tr>\n'
    return f"<tbody>\n{heading}{''.join(_row(row, table) for row in group.rows)}</tbody>\n"


def _row(row: Row, table: Table) -> str:
    indented = ' class="indented"' if row.indented else ""
    label = f'<th scope="row"{indented}>{escape(row.label)}{_mark(row.remark, table)}</th>'
    cells = (_cell(cell, column, table) for cell, column in zip(row.cells, table.columns, strict=True))
    return f"<tr>{label}{''.join(cells)}</tr>\n"


def _cell(cell: Cell, column: Column, table: Table) -> str:
    attributes = ' class="number"' if column.kind == "number" else ""
    if (origin := cell.origin) is not None:
        parts = {"run": origin.run, "scenario": origin.scenario, "metric": origin.metric, "item": origin.item}
        attributes += "".join(f' data-{name}="{escape(value)}"' for name, value in parts.items() if value)
    if (mark := mark_of(cell)) is not None:
        attributes += f' title="{escape(mark.line)}"'
    first, *others = cell.lines
    below = "".join(f"<br><small>{escape(line)}</small>" for line in others)
    cited = _cited(cell.sources, table)
    return (
        f"<td{attributes}>{escape(first)}{_mark(cell.remark, table)}{' ' if first and cited else ''}{cited}{below}</td>"
    )


def _mark(remark: str, table: Table) -> str:
    return f"<sup>{mark}</sup>" if (mark := table.mark(remark)) else ""


def _noted(note: Note, table: Table) -> str:
    text = escape(note.text)
    return f"{text} {_cited(note.sources, table)}." if note.sources else text


def _cited(keys: Sequence[str], table: Table) -> str:
    """Cite by number, with links where the page that holds the table lists the references."""
    if not table.numbering or not keys:
        return table.cited(keys)
    numbers = sorted(table.numbers[key] for key in keys)
    links = ", ".join(f'<a href="#{reference_id(number)}">{number}</a>' for number in numbers)
    return f"[{links}]"


def reference_id(number: int) -> str:
    """Name the place of a reference in a page that lists all of them."""
    return f"reference-{number}"
