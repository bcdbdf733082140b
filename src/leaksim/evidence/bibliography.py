"""The references behind every number, from one BibTeX file."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from leaksim.evidence.data_files import DATA
from leaksim.evidence.errors import UnknownReference

if TYPE_CHECKING:
    from pybtex.style.formatting import BaseStyle


def bibliography_keys() -> frozenset[str]:
    """Give all BibTeX keys of the shipped bibliography."""
    return frozenset(_entries())


@cache
def plain_reference(key: str) -> str:
    """Format a reference as one line of plain text.

    Parameters
    ----------
    key : str
        A BibTeX key.

    Returns
    -------
    str
        The reference in the plain style of BibTeX.

    Raises
    ------
    UnknownReference
        There is no such key.

    Examples
    --------
    >>> plain_reference("nash1950")
    'John F. Nash. The Bargaining Problem. Econometrica, 18(2):155–162, 1950.'
    """
    from pybtex.backends.plaintext import Backend
    from pybtex.database.input.bibtex import Parser

    formatted = _style().format_bibliography(Parser().parse_string(_entry(key)))
    return str(next(iter(formatted)).text.render(Backend()))


def bibtex(keys: Iterable[str]) -> str:
    """Give the BibTeX entries of `keys`, each once, sorted by key.

    Parameters
    ----------
    keys : iterable of str
        BibTeX keys; repeated ones are given once.

    Returns
    -------
    str
        Entries as they stand in the shipped bibliography.

    Raises
    ------
    UnknownReference
        There is no such key.
    """
    return "\n\n".join(_entry(key) for key in sorted(set(keys))) + "\n"


def split_entries(path: Path) -> dict[str, str]:
    """Split a BibTeX file whose entries begin at the start of a line into the text of each by key."""
    # Keys are wanted on every start, and a full parse of the file costs ten times the rest of the registry.
    pieces = re.split(r"^(?=@\w+\{)", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {piece[piece.index("{") + 1 : piece.index(",")]: piece.strip() for piece in pieces}


@cache
def _style() -> "BaseStyle":
    # Building a style searches all installed packages for plugins, slower than formatting an entry.
    from pybtex.style.formatting.plain import Style

    return Style()


@cache
def _entries() -> dict[str, str]:
    return split_entries(DATA / "sources.bib")


def _entry(key: str) -> str:
    entries = _entries()
    if key not in entries:
        raise UnknownReference(key, get_close_matches(key, entries))
    return entries[key]
