"""Tables inside a page, with links that save them in other formats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from leaksim.pages.markup import download, downloads
from leaksim.tables.html import html_fragment
from leaksim.tables.making import lay_out
from leaksim.tables.model import Format, Note, Table
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


class Tables:
    """Writes the tables of one page."""

    def __init__(self, numbering: Mapping[str, int]) -> None:
        self._numbering = numbering
        """Numbers of the references by key, as the page lists them."""
        self._told: set[Note] = set()

    def built_in(self, layout: str, subjects: Sequence[Subject]) -> str:
        """Write a table by a built-in layout, or say why there is none."""
        try:
            table = lay_out(read_layout(built_in_file(layout)), subjects)
        except NothingToShowError as error:
            return f"<p>No table: {escape(str(error))}.</p>\n"
        return self.part(table)

    def part(self, table: Table) -> str:
        """Write a table with links that save it; a note that stands below an earlier table is not repeated."""
        new = tuple(note for note in table.notes if note not in self._told)
        self._told.update(new)
        shown = html_fragment(replace(table, notes=new, numbering=self._numbering))
        # A table that is wider than a small screen is moved sideways, by keyboard too.
        region = f'<div class="table" role="region" tabindex="0" aria-label="Table: {escape(table.title)}">'
        return f"{region}\n{shown}</div>\n{downloads('Save the table', list(_links(table)))}"


def _links(table: Table) -> Iterator[str]:
    for format, ending, words, kind in _SAVED_AS:
        content = written(table, format)
        if format == "csv" or len(content) <= _LARGEST:
            yield download(f"{table.name}.{ending}", words, kind, content)
