"""Marked numbers of a page: elements whose title is a mark, as the cells of `leaksim table` have it."""

from __future__ import annotations

from pathlib import Path

from leaksim.paper.check import Found, plain_number
from leaksim.paper.marks import OPENING, MarkError, read_mark
from leaksim.paper.texts import read_text


def read_html(file: Path) -> list[Found]:
    """Find the marked numbers of a page."""
    from lxml import html

    text = read_text(file)
    if not text.strip():
        return []
    page = html.document_fromstring(text)
    return [
        _found(f"{file}:{element.sourceline}", element.get("title"), _shown(element))
        for element in page.iter("td", "th", "span", "data")
        if element.get("title", "").startswith(OPENING)
    ]


def _shown(element: object) -> str:
    """Return what a reader sees in an element, without letters of notes."""
    return " ".join(" ".join(element.xpath(".//text()[not(ancestor::sup)]")).split())  # type: ignore[attr-defined]


def _found(place: str, words: str, shown: str) -> Found:
    try:
        mark = read_mark(words)
    except MarkError as error:
        return Found(place, None, words, problem=str(error))
    if mark.value is None:
        return Found(place, mark, shown)
    as_marked = plain_number(shown).startswith(plain_number(mark.value))
    return Found(place, mark, mark.value, problem="" if as_marked else f"the text does not begin with '{mark.value}'")
