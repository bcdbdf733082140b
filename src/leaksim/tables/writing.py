"""The formats of a table, and the one place that knows them all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from leaksim.errors import InputError
from leaksim.store.atomic import replace_files
from leaksim.tables.model import Format, Table

_SUFFIXES: dict[str, Format] = {
    ".tex": "latex",
    ".docx": "docx",
    ".md": "markdown",
    ".html": "html",
    ".htm": "html",
    ".csv": "csv",
    ".dta": "stata",
}

BINARY = ("docx", "stata")
"""Formats that are no text."""


class FormatError(InputError):
    """It is not said, or not possible, in which format a table shall be written."""


def format_of(file: Path | None, wanted: Format | None) -> Format:
    """Return the format that is wanted, or that the name of the file says; without both, Markdown.

    Raises
    ------
    FormatError
        When the name of the file says nothing, or a format that is no text has no file.
    """
    if wanted is None and file is not None:
        if file.suffix.lower() not in _SUFFIXES:
            raise FormatError(f"{file}: end the name in {', '.join(_SUFFIXES)}, or give --format")
        return _SUFFIXES[file.suffix.lower()]
    if wanted in BINARY and file is None:
        raise FormatError(f"{wanted} is no text to be shown: give --out FILE")
    return wanted or "markdown"


def written(table: Table, format: Format, *, marked: bool = True) -> bytes:
    """Write a table; the same table gives the same bytes.

    Parameters
    ----------
    marked
        Whether Markdown has comments that say what each number is; the other formats have room for marks anyway.

    Raises
    ------
    FormatError
        For a format that does not exist.
    """
    # Each writer is imported when it is needed: python-docx and pandas take their time.
    if format == "latex":
        from leaksim.tables.latex import latex

        return latex(table).encode()
    if format == "docx":
        from leaksim.tables.word import word

        return word(table)
    if format == "markdown":
        from leaksim.tables.markdown import markdown

        return markdown(table, marked=marked).encode()
    if format == "html":
        from leaksim.tables.html import html_page

        return html_page(table).encode()
    if format in ("csv", "stata"):
        from leaksim.tables.data import csv, stata

        return csv(table) if format == "csv" else stata(table)
    raise FormatError(f"there is no format '{format}'; there are {', '.join(get_args(Format))}")


def save(table: Table, file: Path, format: Format) -> None:
    """Write a table to a file, which appears whole or not at all; its folder is made if need be."""
    replace_files(file.parent, {file.name: written(table, format)})


def warnings_on(table: Table, format: Format) -> Iterator[str]:
    """Yield what whoever makes a table should know before it goes into a text."""
    yield from table.warnings
    if format == "latex":
        from leaksim.tables.latex import warnings

        yield from warnings(table)
