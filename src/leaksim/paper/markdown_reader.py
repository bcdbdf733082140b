"""Marked numbers of a Markdown text: a comment of HTML right behind the number."""

from __future__ import annotations

import re
from pathlib import Path

from leaksim.paper.check import Found, plain_number
from leaksim.paper.marks import MarkError, read_mark
from leaksim.paper.texts import read_text

_MARK = re.compile(r"<!--\s*(leaksim:.*?)\s*-->", flags=re.DOTALL)
_DECORATION = re.compile(r"[*_`\\]|<[^>]*>|&nbsp;")
_BEFORE = 200
"""Letters before a mark in which its number is looked for."""


def read_markdown(file: Path) -> list[Found]:
    """Find the marked numbers of a Markdown text."""
    text = read_text(file)
    return [
        _found(f"{file}:{text.count(chr(10), 0, mark.start()) + 1}", text[: mark.start()], mark[1])
        for mark in _MARK.finditer(text)
    ]


def _found(place: str, before: str, words: str) -> Found:
    try:
        mark = read_mark(words)
    except MarkError as error:
        return Found(place, None, words, problem=str(error))
    if mark.value is None:
        return Found(place, None, words, problem="value= is missing: what the text says")
    plain = plain_number(_DECORATION.sub("", before[-_BEFORE:]))
    as_marked = plain.endswith(plain_number(mark.value))
    problem = "" if as_marked else f"the text before the mark does not end with '{mark.value}'"
    return Found(place, mark, mark.value, problem=problem)
