"""Numbers that are marked in a Word document, and a list from which they are copied.

A content control is a frame around a number that shows only when it is clicked. Copied from a document of leaksim and
pasted into a paper, it keeps its tag. The tag has room for 64 letters, so it is a short digest of what the number is;
its title says it in words. A bookmark of the same meaning remains where a program forgets the tag, as LibreOffice did
before 7.5.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING

from leaksim.paper.macros import about
from leaksim.paper.marks import OPENING, Mark, mark_of
from leaksim.paper.numbers import FORMS, Form, NumberInText
from leaksim.report.outcomes import PARAMETER, REPLICATION
from leaksim.store.summaries import SavedSummary

if TYPE_CHECKING:
    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.table import _Cell

_LONGEST = 64
"""Letters for which a tag or a title of a content control has room."""

_COLUMNS = {"What it is": 6.3, "Number": 2.3, "Low": 1.9, "High": 1.9, "With interval": 5.0}
"""Columns of the list and their widths in centimetres."""

_MARGIN = 2.0
"""On the left and the right of the list, in centimetres."""

_USUAL: Form = "full"
"""What a mark without a form is in a document: tables show numbers with their intervals."""

_INTERVALS = {kind[0]: kind for kind in (PARAMETER, REPLICATION)}

BOOKMARK, _SHORTER = "leaksim", 16
"""How the names of bookmarks begin, and the digits of the digest for which they have room."""

_INTO_NAME, _FROM_NAME = str.maketrans({".": "p", "-": "m", "+": ""}), str.maketrans({"p": ".", "m": "-"})
"""A factor has letters that the name of a bookmark has not."""

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
"""Time of every part of a document, so that the same numbers give the same bytes."""


def tag_of(mark: Mark) -> str:
    """Return the tag of the content control of a number: a digest of what it is, then interval and factor, if any."""
    return OPENING + ":".join((_digest(mark), *_details(mark)))


def _digest(mark: Mark) -> str:
    name = "\n".join((mark.run, mark.metric, mark.item, mark.form or _USUAL, *filter(None, [mark.reference])))
    return hashlib.sha256(name.encode()).hexdigest()[:24]


def _details(mark: Mark) -> list[str]:
    interval = [] if mark.interval is None else [mark.interval[0]]
    return interval if mark.scale is None else [*interval, f"{mark.scale:g}"]


def _bookmark_of(mark: Mark) -> str:
    """Return the name of the bookmark of a number: letters, digits and underscores, at most 40."""
    details = (each.translate(_INTO_NAME) for each in _details(mark))
    return "_".join((BOOKMARK, _digest(mark)[:_SHORTER], *details))


def marks_by_digest(numbers: Iterable[NumberInText]) -> dict[str, Mark]:
    """Return the marks of numbers by that of them which tags and bookmarks have."""
    marks = (
        Mark(number.run, number.metric, number.item, form, reference=number.reference)
        for number in numbers
        for form in FORMS
    )
    return {_digest(mark)[:_SHORTER]: mark for mark in marks}


def mark_of_tag(tag: str, known: Mapping[str, Mark]) -> Mark | None:
    """Return what a tag means; None if it is none of the known marks."""
    name, *more = tag.removeprefix(OPENING).split(":")
    return _with_details(known.get(name[:_SHORTER]), more)


def mark_of_bookmark(name: str, known: Mapping[str, Mark]) -> Mark | None:
    """Return what the name of a bookmark means; None if it is none of the known marks."""
    _, digest, *more = name.split("_")
    return _with_details(
        known.get(digest), [word if word in _INTERVALS else word.translate(_FROM_NAME) for word in more]
    )


def _with_details(mark: Mark | None, more: Sequence[str]) -> Mark | None:
    if mark is None:
        return None
    interval = next((_INTERVALS[word] for word in more if word in _INTERVALS), None)
    scale = next((float(word) for word in more if word not in _INTERVALS), None)
    return replace(mark, interval=interval, scale=scale)


def word_list(numbers: Sequence[NumberInText], summaries: Sequence[SavedSummary]) -> bytes:
    """Write a Word document from which numbers are copied with their content controls."""
    import docx

    document = docx.Document()
    section = document.sections[0]
    section.left_margin = section.right_margin = docx.shared.Cm(_MARGIN)
    document.add_heading("Numbers for a text", level=1)
    document.add_paragraph(
        "Click on a number, select the whole frame, copy it and paste it where it belongs. The frame is not printed. "
        "leaksim check-paper finds it again and says whether the number is still that of the run."
    )
    for line in about(summaries):
        document.add_paragraph(line)
    for run, of_run in groupby(numbers, key=lambda number: number.run):
        document.add_heading(run, level=2)
        _table(document, list(of_run))
    return _same_bytes(document)


def _table(document: Document, numbers: Sequence[NumberInText]) -> None:
    from docx.shared import Cm

    table = document.add_table(rows=1 + len(numbers), cols=len(_COLUMNS), style="Table Grid")
    table.autofit = False
    head, *rows = table.rows
    for column, cell, (words, width) in zip(table.columns, head.cells, _COLUMNS.items(), strict=True):
        column.width = Cm(width)  # for LibreOffice; Word looks at the cells
        cell.paragraphs[0].add_run(words).bold = True
        cell.width = Cm(width)
    head._tr.get_or_add_trPr().append(_element("w:tblHeader"))
    for row, number in zip(rows, numbers, strict=True):
        row._tr.get_or_add_trPr().append(_element("w:cantSplit"))
        name, *places = row.cells
        for cell, width in zip(row.cells, _COLUMNS.values(), strict=True):
            cell.width = Cm(width)
        name.text = f"{number.words}, {number.unit}" if number.unit else number.words
        for place, form in zip(places, ("estimate", "low", "high", "full"), strict=True):
            if form in number.forms:
                _fill(place, number, form)


def _fill(place: _Cell, number: NumberInText, form: Form) -> None:
    place.paragraphs[0]._p.append(content_control(number, form))


def content_control(number: NumberInText, form: Form) -> BaseOxmlElement:
    """Return a number in a content control, to be put into a paragraph."""
    run, text = _element("w:r"), _element("w:t")
    text.text = number.text(form)
    run.append(text)
    return frame(mark_of(number, form), f"{number.run}: {number.words}", [run])


def frame(mark: Mark, title: str, runs: Iterable[BaseOxmlElement]) -> BaseOxmlElement:
    """Put runs of a paragraph into a content control that says what they are."""
    from docx.oxml.ns import qn

    tag = tag_of(mark)
    control, properties, content = map(_element, ("w:sdt", "w:sdtPr", "w:sdtContent"))
    identity = int(hashlib.sha256(tag.encode()).hexdigest()[:7], 16)
    for name, value in (("w:alias", title[:_LONGEST]), ("w:tag", tag), ("w:id", str(identity))):
        properties.append(_element(name, value))
    start, end = _element("w:bookmarkStart"), _element("w:bookmarkEnd")
    for each in (start, end):
        each.set(qn("w:id"), str(identity))
    start.set(qn("w:name"), _bookmark_of(mark))
    content.extend((start, *runs, end))
    control.extend((properties, content))
    return control


def _element(name: str, value: str | None = None) -> BaseOxmlElement:
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement

    element: BaseOxmlElement = OxmlElement(name)
    if value is not None:
        element.set(qn("w:val"), value)
    return element


def _same_bytes(document: Document) -> bytes:
    """Save a document without the time of writing."""
    sink, fixed = BytesIO(), BytesIO()
    document.save(sink)
    with zipfile.ZipFile(sink) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            entry = zipfile.ZipInfo(part.filename, _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(part))
    return fixed.getvalue()
