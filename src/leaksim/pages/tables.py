"""Tables inside a page, with links that save them in other formats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from leaksim.pages.markup import download, downloads
from leaksim.tables.html import html_fragment
from leaksim.tables.making import lay_out
from leaksim.tables.model import Format, Table
from leaksim.tables.reading import built_in_file, read_layout
from leaksim.tables.subjects import NothingToShowError
from leaksim.tables.writing import written

if TYPE_CHECKING:
    from leaksim.tables.subjects import Subject

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SAVED_AS: tuple[tuple[Format, str, str, str], ...] = (
    ("csv", "csv", "CSV", "text/csv"),
    ("latex", "tex", "LaTeX", "application/x-tex"),
    ("docx", "docx", "Word", _WORD),
)
"""Format, ending of the file, words of the link, media type."""

_LARGEST = 100_000
"""Bytes of a file that a page carries for a table beside its CSV."""


def built_in_table(layout: str, subjects: Sequence[Subject], numbering: Mapping[str, int]) -> str:
    """Write a table by a built-in layout, or say why there is none."""
    try:
        table = lay_out(read_layout(built_in_file(layout)), subjects)
    except NothingToShowError as error:
        return f"<p>No table: {escape(str(error))}.</p>\n"
    return table_part(table, numbering)


def table_part(table: Table, numbering: Mapping[str, int]) -> str:
    """Write a table with links that save it.

    Parameters
    ----------
    numbering
        Numbers of the references by key, as the page lists them.
    """
    links = []
    for format, ending, words, kind in _SAVED_AS:
        content = written(table, format)
        if format == "csv" or len(content) <= _LARGEST:
            links.append(download(f"{table.name}.{ending}", words, kind, content))
    shown = html_fragment(replace(table, numbering=numbering))
    # A table that is wider than a small screen is moved sideways, by keyboard too.
    region = (
        f'<div class="table" role="region" tabindex="0" aria-label="Table: {escape(table.title)}">\n{shown}</div>\n'
    )
    return region + downloads("Save the table", links)
