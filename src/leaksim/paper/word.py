"""Marked numbers of a Word document: content controls, and comments of the author.

A content control is a frame around a number that shows only when it is clicked. Copied from a document of leaksim and
pasted into a paper, it keeps its tag. The tag has room for 64 letters, so it is a short digest of what the number is;
its title says it in words. A bookmark of the same meaning remains where a program forgets the tag, as LibreOffice did
before 7.5.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from leaksim.paper.check import Found
from leaksim.paper.macros import about
from leaksim.paper.marks import OPENING, Mark, MarkError, mark_of, read_mark
from leaksim.paper.numbers import FORMS, MINUS, Form, NumberInText
from leaksim.paper.texts import TextError
from leaksim.report.outcomes import PARAMETER, REPLICATION
from leaksim.store.summaries import SavedSummary

if TYPE_CHECKING:
    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.table import _Cell
    from lxml.etree import _Element

_LONGEST = 64
"""Letters for which a tag or a title of a content control has room."""

_COLUMNS = {"What it is": 6.3, "Number": 2.3, "Low": 1.9, "High": 1.9, "With interval": 5.0}
"""Columns of the list and their widths in centimetres."""

_MARGIN = 2.0
"""On the left and the right of the list, in centimetres."""

_EXCERPT = 30
"""Letters around a number by which a reader finds it."""

_USUAL: Form = "full"
"""What a mark without a form is in a document: tables show numbers with their intervals."""

_INTERVALS = {kind[0]: kind for kind in (PARAMETER, REPLICATION)}

_BOOKMARK, _SHORTER = "leaksim", 16
"""How the names of bookmarks begin, and the digits of the digest for which they have room."""

_INTO_NAME, _FROM_NAME = str.maketrans({".": "p", "-": "m", "+": ""}), str.maketrans({"p": ".", "m": "-"})
"""A factor has letters that the name of a bookmark has not."""

_NO_RUN = ""
"""In place of the run of a number whose tag is not known: only its title is left."""

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
    return "_".join((_BOOKMARK, _digest(mark)[:_SHORTER], *details))


def _read_tag(tag: str, known: Mapping[str, Mark]) -> Mark | None:
    name, *more = tag.removeprefix(OPENING).split(":")
    return _with_details(known.get(name[:_SHORTER]), more)


def _read_bookmark(name: str, known: Mapping[str, Mark]) -> Mark | None:
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


def read_word(file: Path, numbers: Iterable[NumberInText]) -> list[Found]:
    """Find the marked numbers of a Word document.

    Parameters
    ----------
    numbers
        Those of the runs, by which tags are known.

    Raises
    ------
    TextError
        When it is not a Word document.
    """
    marks = (
        Mark(number.run, number.metric, number.item, form, reference=number.reference)
        for number in numbers
        for form in FORMS
    )
    known = {_digest(mark)[:_SHORTER]: mark for mark in marks}
    found: list[Found] = []
    for name, content in _parts(file).items():
        if name == "word/comments.xml":
            continue
        root = _parsed(file, content)
        where = f"{file}" if name == "word/document.xml" else f"{file}, {Path(name).stem}"
        found += _controls(root, where, known)
        found += _bookmarks(root, where, known)
    return found + list(_commented(file))


def rewritten(content: bytes, stale: Mapping[Mark, str], done: list[str]) -> bytes:
    """Return a document with new numbers in the content controls of stale ones.

    Parameters
    ----------
    stale
        New text by mark.
    done
        Takes a line for each number that was rewritten.
    """
    from lxml import etree

    by_tag = {tag_of(mark): now for mark, now in stale.items()}
    sink = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            inside = source.read(part)
            if part.filename.startswith("word/") and OPENING.encode() in inside:
                root = etree.fromstring(inside, etree.XMLParser(resolve_entities=False, no_network=True))
                told = [line for control in root.iter(_w("sdt")) if (line := _rewrite(control, by_tag))]
                if told:
                    inside = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
                done += told
            target.writestr(part, inside)
    return sink.getvalue()


def _rewrite(control: _Element, by_tag: Mapping[str, str]) -> str:
    """Write a number anew; leave a control that holds anything else than the number and its interval."""
    tag = control.find(f"{_w('sdtPr')}/{_w('tag')}")
    now = None if tag is None else by_tag.get(tag.get(_w("val"), ""))
    content = control.find(_w("sdtContent"))
    if now is None or content is None or any(content.iter(_w("ins"), _w("del"), _w("sdt"))):
        return ""
    texts = [text for text in content.iter(_w("t")) if not _is_raised(text)]
    first, bracket, interval = now.partition(" (")
    pieces = [now] if len(texts) == 1 else [first, f"({interval}"] if bracket and len(texts) == 2 else []
    if not pieces:
        return ""
    old = " ".join(text.text or "" for text in texts)
    for text, piece in zip(texts, pieces, strict=True):
        text.text = piece.replace("-", MINUS)
    return f"{old} is now {now}"


def _parts(file: Path) -> dict[str, bytes]:
    """Return the parts of a document that hold text, by name."""
    try:
        with zipfile.ZipFile(file) as document:
            names = [name for name in document.namelist() if name.startswith("word/") and name.endswith(".xml")]
            wanted = ("document", "comments", "header", "footer", "footnotes", "endnotes")
            parts = {name: document.read(name) for name in names if Path(name).stem.rstrip("0123456789") in wanted}
    except FileNotFoundError:
        raise TextError(f"{file} cannot be read: there is no such file") from None
    except (OSError, zipfile.BadZipFile):
        parts = {}
    if "word/document.xml" not in parts:
        raise TextError(f"{file} is not a Word document (.docx); save it in this format")
    return parts


def _parsed(file: Path, content: bytes) -> _Element:
    from lxml import etree

    # A document from somebody else must not make the reader follow its entities.
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise TextError(f"{file} is damaged: what is in it is not XML; save it again from Word") from None


def _controls(root: _Element, where: str, known: Mapping[str, Mark]) -> Iterator[Found]:
    for control in root.iter(_w("sdt")):
        if not _has_tag(control):
            continue
        words = control.find(f"{_w('sdtPr')}/{_w('tag')}").get(_w("val"))
        alias = control.find(f"{_w('sdtPr')}/{_w('alias')}")
        title = "" if alias is None else alias.get(_w("val"), "")
        content = control.find(_w("sdtContent"))
        text = "" if content is None else _text(content)
        place = f"{where}, {_around(control, text)}"
        mark = _read_tag(words, known)
        yield Found(place, mark or Mark(_NO_RUN, title), text, problem="" if mark else f"no run has '{title}'")


def _bookmarks(root: _Element, where: str, known: Mapping[str, Mark]) -> Iterator[Found]:
    """Yield the numbers in bookmarks whose content control has lost its tag."""
    open_: dict[str | None, tuple[_Element, list[str]]] = {}
    for element in root.iter(_w("bookmarkStart"), _w("bookmarkEnd"), _w("t"), _w("br")):
        identity = element.get(_w("id"))
        name = element.get(_w("name"), "")
        if element.tag == _w("bookmarkStart"):
            if name.startswith(f"{_BOOKMARK}_") and not any(map(_has_tag, element.iterancestors(_w("sdt")))):
                open_[identity] = element, []
        elif element.tag != _w("bookmarkEnd"):
            if not _is_raised(element):
                for _, pieces in open_.values():
                    pieces.append(_piece(element))
        elif identity in open_:
            start, pieces = open_.pop(identity)
            yield _of_bookmark(start, "".join(pieces), where, known)


def _of_bookmark(start: _Element, text: str, where: str, known: Mapping[str, Mark]) -> Found:
    name = start.get(_w("name"), "")
    mark = _read_bookmark(name, known)
    problem = "" if mark else f"no run has the number of the bookmark {name}"
    return Found(f"{where}, {_around(start, text)}", mark or Mark(_NO_RUN, name), text, problem=problem)


def _has_tag(control: _Element) -> bool:
    tag = control.find(f"{_w('sdtPr')}/{_w('tag')}")
    return tag is not None and tag.get(_w("val"), "").startswith(OPENING)


def _commented(file: Path) -> Iterator[Found]:
    """Yield the numbers to which a comment is attached that is a mark."""
    parts = _parts(file)
    if "word/comments.xml" not in parts:
        return
    marks = {
        comment.get(_w("id")): words
        for comment in _parsed(file, parts["word/comments.xml"]).iter(_w("comment"))
        if (words := " ".join(_text(comment).split())).startswith(OPENING)
    }
    root = _parsed(file, parts["word/document.xml"])
    texts = dict.fromkeys(marks, "")
    anchors: dict[str | None, _Element] = {}
    inside: set[str | None] = set()
    for element in root.iter():
        identity = element.get(_w("id"))
        if element.tag == _w("commentRangeStart") and identity in marks:
            inside.add(identity)
            anchors[identity] = element
        elif element.tag == _w("commentRangeEnd"):
            inside.discard(identity)
        elif element.tag == _w("t"):
            for each in inside:
                texts[each] += element.text or ""
    for identity, words in marks.items():
        text = texts[identity].strip()
        around = _around(anchors[identity], text) if identity in anchors else "a comment without a text"
        try:
            yield Found(f"{file}, {around}", read_mark(words), text)
        except MarkError as error:
            yield Found(f"{file}, {around}", None, words, problem=str(error))


def _around(element: _Element, text: str) -> str:
    """Say where an element is: the words around it."""
    paragraph = next((each for each in element.iterancestors() if each.tag == _w("p")), None)
    if paragraph is None:
        return f"'{text}'"
    before, found, after = _text(paragraph).partition(text)
    if not found:
        return f"'{text}'"
    left = f"…{before[-_EXCERPT:]}" if len(before) > _EXCERPT else before
    right = f"{after[:_EXCERPT]}…" if len(after) > _EXCERPT else after
    return f"'{left}{text}{right}'"


def _text(element: _Element) -> str:
    """Return what a reader sees, without letters of notes and what was deleted under tracked changes."""
    return "".join(_piece(each) for each in element.iter(_w("t"), _w("br")) if not _is_raised(each))


def _piece(element: _Element) -> str:
    """Return a piece of text; a break between lines is a blank."""
    return (element.text or "") if element.tag == _w("t") else " "


def _is_raised(text: _Element) -> bool:
    run = text.getparent()
    raised = None if run is None else run.find(f"{_w('rPr')}/{_w('vertAlign')}")
    return raised is not None and raised.get(_w("val")) == "superscript"


def _w(name: str) -> str:
    return f"{{http://schemas.openxmlformats.org/wordprocessingml/2006/main}}{name}"
