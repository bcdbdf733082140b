"""Tables for Word: a caption that Word numbers, real styles, a head that is repeated on every page, and notes."""

from __future__ import annotations

import zipfile
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Length, Pt

from leaksim.evidence.bibliography import plain_reference
from leaksim.paper.word import frame
from leaksim.tables.cells import Cell
from leaksim.tables.latex_text import width
from leaksim.tables.model import Column, Row, Table
from leaksim.tables.tracing import mark_of
from leaksim.tables.word_styles import CELL, NOTES, TABLE, add_styles

if TYPE_CHECKING:
    from docx.document import Document as DocumentType
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.table import Table as WordTable
    from docx.table import _Cell as WordCell
    from docx.text.paragraph import Paragraph

_EPOCH = datetime(2000, 1, 1)
"""In place of the hour of writing, so that the same table gives the same bytes."""

_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip file can give to its parts."""

_SHORT, _LONG, _MARGIN = Cm(21.0), Cm(29.7), Cm(2.5)
"""A4, and the margin on each side."""

_LEAST_STUB = 95.0
"""Width that labels of rows need at least, in points."""

_ROOM_FOR_NUMBERS = 270.0
"""Width over which a few columns of numbers are spread, in points."""

_TYPE_SIZE = 9.0


def word(table: Table) -> bytes:
    """Write a table as a Word document; a wide one on a page in landscape."""
    document = Document()
    add_styles(document)
    widths = _set_page(document, table)
    _caption(document, table)
    _table(document, table, widths)
    _notes(document, table)
    properties = document.core_properties
    properties.author, properties.title, properties.comments = "leaksim", table.title, ""
    properties.created = properties.modified = _EPOCH
    sink = BytesIO()
    document.save(sink)
    return _with_fixed_times(sink.getvalue())


def _with_fixed_times(content: bytes) -> bytes:
    """Return the same zip file with one time for all its parts."""
    sink = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            entry = zipfile.ZipInfo(part.filename, _ZIP_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(part))
    return sink.getvalue()


def _set_page(document: DocumentType, table: Table) -> list[Length]:
    """Choose portrait or landscape, and return the widths of the columns."""
    section = document.sections[0]
    needed = [_needed(index, column, table) for index, column in enumerate(table.columns) if column.kind == "number"]
    portrait = Length(_SHORT - 2 * _MARGIN)
    is_wide = sum(needed) + _LEAST_STUB > portrait.pt or any(column.kind == "text" for column in table.columns)
    section.page_width, section.page_height = (_LONG, _SHORT) if is_wide else (_SHORT, _LONG)
    section.orientation = WD_ORIENT.LANDSCAPE if is_wide else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = _MARGIN
    room = Length(section.page_width - 2 * _MARGIN).pt
    if needed:
        return [Pt(max(room - sum(needed), _LEAST_STUB)), *map(Pt, needed)]
    weights = [table.stub_weight, *(column.weight for column in table.columns)]
    return [Pt(room * weight / sum(weights)) for weight in weights]


def _needed(index: int, column: Column, table: Table) -> float:
    """Width of a column of numbers, in points."""
    cells = (row.cells[index] for _, row in table.rows)
    words = (width(word, _TYPE_SIZE) for word in f"{column.heading} {column.unit}".split())
    lines = (width(line, _TYPE_SIZE) for cell in cells for line in cell.lines)
    return max([*words, *lines, min(_ROOM_FOR_NUMBERS / len(table.columns), 90.0)]) + 8.0


def _caption(document: DocumentType, table: Table) -> None:
    paragraph = document.add_paragraph("Table ", style="Caption")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), r"SEQ Table \* ARABIC")
    number = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    number.append(text)
    field.append(number)
    paragraph._p.append(field)
    paragraph.add_run(f". {table.title}")


def _table(document: DocumentType, table: Table, widths: list[Length]) -> None:
    has_spans = bool(table.spans)
    count = sum(bool(group.heading) + len(group.rows) for group in table.groups)
    made = document.add_table(rows=1 + has_spans + count, cols=len(table.columns) + 1, style=TABLE)
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    made.autofit = False
    for column, needed in zip(made.columns, widths, strict=True):
        column.width = needed
    for row in made.rows:
        for place, needed in zip(row.cells, widths, strict=True):
            place.width = needed
        _never_split(row._tr)
    # Cells of one row at a time: looking a cell up by row and column is slow in long tables.
    rows = [row.cells for row in made.rows]
    _head(made, rows, table)
    below = iter(rows[1 + has_spans :])
    for group in table.groups:
        if group.heading:
            first, *_, last = next(below)
            merged = first.merge(last)
            _write(merged, group.heading, italic=True)
            merged.paragraphs[0].paragraph_format.keep_with_next = True
            merged.paragraphs[0].paragraph_format.space_before = Pt(4)
        for row in group.rows:
            _row(next(below), row, table)


def _head(made: WordTable, rows: list[tuple[WordCell, ...]], table: Table) -> None:
    heads = rows[bool(table.spans)]
    for span in table.spans:
        merged = rows[0][span.first + 1].merge(rows[0][span.last + 1])
        _write(merged, span.text).alignment = WD_ALIGN_PARAGRAPH.CENTER
        _rule_below(merged)
    _write(heads[0], table.stub)
    for index, column in enumerate(table.columns):
        unit = table.own_unit(index)
        paragraph = _write(heads[index + 1], f"{column.heading}\n({unit})" if unit else column.heading)
        _align(paragraph, column)
    for place in heads:
        _rule_below(place)
    for row in made.rows[: 1 + bool(table.spans)]:
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:tblHeader"))


def _row(places: tuple[WordCell, ...], row: Row, table: Table) -> None:
    label = _write(places[0], row.label)
    _mark(label, row.remark, table)
    if row.indented:
        label.paragraph_format.left_indent = Cm(0.4)
    for place, cell, column in zip(places[1:], row.cells, table.columns, strict=True):
        _cell(place, cell, column, table)


def _cell(place: WordCell, cell: Cell, column: Column, table: Table) -> None:
    first, *below = cell.lines
    paragraph = _write(place, " ".join(filter(None, (first, table.cited(cell.sources)))))
    _mark(paragraph, cell.remark, table)
    for line in below:
        paragraph.add_run().add_break()
        paragraph.add_run(line).font.size = Pt(8)
    if (mark := mark_of(cell)) is not None:
        has_p = cell.number is not None and bool(cell.below)
        runs = [run._r for run in paragraph.runs][: -2 if has_p else None]  # a p stands behind a break
        at = paragraph._p.index(runs[0])
        paragraph._p.insert(at, frame(mark, mark.name, runs))
    _align(paragraph, column)


def _notes(document: DocumentType, table: Table) -> None:
    for remark, mark in table.marks.items():
        paragraph = document.add_paragraph(style=NOTES)
        paragraph.add_run(mark).font.superscript = True
        paragraph.add_run(f" {remark}")
    for note in table.notes:
        cited = f" {table.cited(note.sources)}." if note.sources else ""
        document.add_paragraph(f"{note.text}{cited}", style=NOTES)
    for key, number in table.numbers.items():
        document.add_paragraph(f"[{number}] {plain_reference(key)}", style=NOTES)


def _write(place: WordCell, text: str, *, italic: bool = False) -> Paragraph:
    paragraph: Paragraph = place.paragraphs[0]
    paragraph.style = CELL
    paragraph.add_run(text).italic = italic or None
    return paragraph


def _align(paragraph: Paragraph, column: Column) -> None:
    if column.kind == "number":
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _mark(paragraph: Paragraph, remark: str, table: Table) -> None:
    if mark := table.mark(remark):
        paragraph.add_run(mark).font.superscript = True


def _rule_below(place: WordCell) -> None:
    borders = OxmlElement("w:tcBorders")
    rule = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "auto")):
        rule.set(qn(f"w:{name}"), value)
    borders.append(rule)
    place._tc.get_or_add_tcPr().append(borders)


def _never_split(row: BaseOxmlElement) -> None:
    row.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
