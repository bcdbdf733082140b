"""Marked numbers of a Word document: content controls, bookmarks that are left of some, and comments of the author."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from leaksim.paper.check import Found
from leaksim.paper.marks import OPENING, Mark, MarkError, read_mark
from leaksim.paper.numbers import NumberInText
from leaksim.paper.texts import TextError
from leaksim.paper.word import BOOKMARK, mark_of_bookmark, mark_of_tag, marks_by_digest

if TYPE_CHECKING:
    from lxml.etree import _Element

_EXCERPT = 30
"""Letters around a number by which a reader finds it."""

_NO_RUN = ""
"""In place of the run of a number whose tag is not known: only its title is left."""


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
    known = marks_by_digest(numbers)
    found: list[Found] = []
    for name, content in _parts(file).items():
        if name == "word/comments.xml":
            continue
        root = _parsed(file, content)
        where = f"{file}" if name == "word/document.xml" else f"{file}, {Path(name).stem}"
        found += _controls(root, where, known)
        found += _bookmarks(root, where, known)
    return found + list(_commented(file))


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


def parsed(content: bytes) -> _Element:
    """Parse a part of a document."""
    from lxml import etree

    # A document from somebody else must not make the reader follow its entities.
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


def _parsed(file: Path, content: bytes) -> _Element:
    from lxml import etree

    try:
        return parsed(content)
    except etree.XMLSyntaxError:
        raise TextError(f"{file} is damaged: what is in it is not XML; save it again from Word") from None


def _controls(root: _Element, where: str, known: Mapping[str, Mark]) -> Iterator[Found]:
    for control in root.iter(w("sdt")):
        if not _has_tag(control):
            continue
        words = control.find(f"{w('sdtPr')}/{w('tag')}").get(w("val"))
        alias = control.find(f"{w('sdtPr')}/{w('alias')}")
        title = "" if alias is None else alias.get(w("val"), "")
        content = control.find(w("sdtContent"))
        text = "" if content is None else _text(content)
        place = f"{where}, {_around(control, text)}"
        mark = mark_of_tag(words, known)
        yield Found(place, mark or Mark(_NO_RUN, title), text, problem="" if mark else f"no run has '{title}'")


def _bookmarks(root: _Element, where: str, known: Mapping[str, Mark]) -> Iterator[Found]:
    """Yield the numbers in bookmarks whose content control has lost its tag."""
    open_: dict[str | None, tuple[_Element, list[str]]] = {}
    for element in root.iter(w("bookmarkStart"), w("bookmarkEnd"), w("t"), w("br")):
        identity = element.get(w("id"))
        name = element.get(w("name"), "")
        if element.tag == w("bookmarkStart"):
            if name.startswith(f"{BOOKMARK}_") and not any(map(_has_tag, element.iterancestors(w("sdt")))):
                open_[identity] = element, []
        elif element.tag != w("bookmarkEnd"):
            if not is_raised(element):
                for _, pieces in open_.values():
                    pieces.append(_piece(element))
        elif identity in open_:
            start, pieces = open_.pop(identity)
            yield _of_bookmark(start, "".join(pieces), where, known)


def _of_bookmark(start: _Element, text: str, where: str, known: Mapping[str, Mark]) -> Found:
    name = start.get(w("name"), "")
    mark = mark_of_bookmark(name, known)
    problem = "" if mark else f"no run has the number of the bookmark {name}"
    return Found(f"{where}, {_around(start, text)}", mark or Mark(_NO_RUN, name), text, problem=problem)


def _has_tag(control: _Element) -> bool:
    tag = control.find(f"{w('sdtPr')}/{w('tag')}")
    return tag is not None and tag.get(w("val"), "").startswith(OPENING)


def _commented(file: Path) -> Iterator[Found]:
    """Yield the numbers to which a comment is attached that is a mark."""
    parts = _parts(file)
    if "word/comments.xml" not in parts:
        return
    marks = {
        comment.get(w("id")): words
        for comment in _parsed(file, parts["word/comments.xml"]).iter(w("comment"))
        if (words := " ".join(_text(comment).split())).startswith(OPENING)
    }
    root = _parsed(file, parts["word/document.xml"])
    texts = dict.fromkeys(marks, "")
    anchors: dict[str | None, _Element] = {}
    inside: set[str | None] = set()
    for element in root.iter():
        identity = element.get(w("id"))
        if element.tag == w("commentRangeStart") and identity in marks:
            inside.add(identity)
            anchors[identity] = element
        elif element.tag == w("commentRangeEnd"):
            inside.discard(identity)
        elif element.tag == w("t"):
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
    paragraph = next((each for each in element.iterancestors() if each.tag == w("p")), None)
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
    return "".join(_piece(each) for each in element.iter(w("t"), w("br")) if not is_raised(each))


def _piece(element: _Element) -> str:
    """Return a piece of text; a break between lines is a blank."""
    return (element.text or "") if element.tag == w("t") else " "


def is_raised(text: _Element) -> bool:
    """Say whether a text is set as the letter of a note is."""
    run = text.getparent()
    raised = None if run is None else run.find(f"{w('rPr')}/{w('vertAlign')}")
    return raised is not None and raised.get(w("val")) == "superscript"


def w(name: str) -> str:
    """Return the full name of an element or an attribute of Word."""
    return f"{{http://schemas.openxmlformats.org/wordprocessingml/2006/main}}{name}"
