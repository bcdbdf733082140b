"""A table for a paper before it has a format: what stands where, in which unit, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from pathlib import Path
from string import ascii_lowercase
from typing import Literal

from leaksim.tables.cells import Cell

Format = Literal["latex", "docx", "markdown", "html", "csv", "stata"]


@dataclass(frozen=True)
class Column:
    """A column beside the first one, which holds the labels of the rows."""

    heading: str
    unit: str = ""
    """Of all its cells; empty where the rows have units, or none is needed."""
    kind: Literal["number", "text"] = "number"
    weight: float = 1.0
    """Of a text column: its width in relation to others."""


@dataclass(frozen=True)
class Row:
    """A row of cells, as many as there are columns."""

    label: str
    cells: tuple[Cell, ...]
    indented: bool = False
    remark: str = ""
    """What a note below the table says about this row."""


@dataclass(frozen=True)
class Group:
    """Rows that stand together; without a heading if it is empty."""

    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Note:
    """A sentence or two below the table, and what they cite."""

    text: str
    sources: tuple[str, ...] = ()
    """BibTeX keys that are cited after the text, and then a full stop."""


@dataclass(frozen=True)
class Span:
    """Columns beside each other whose numbers have one unit."""

    text: str
    first: int
    last: int
    """Indices of its columns."""

    @property
    def width(self) -> int:
        """How many columns they are."""
        return self.last - self.first + 1


@dataclass(frozen=True, repr=False)
class Table:
    """A table without a format."""

    name: str
    """Name of its layout."""
    title: str
    """What stands above it."""
    label: str
    """By which a LaTeX text refers to it."""
    stub: str
    """Heading of the first column."""
    columns: tuple[Column, ...]
    groups: tuple[Group, ...]
    notes: tuple[Note, ...] = ()
    stub_weight: float = 1.0
    """Width of the first column in relation to text columns."""
    warnings: tuple[str, ...] = ()
    """What the one who makes the table should know and a reader need not."""
    numbering: Mapping[str, int] = field(default_factory=dict)
    """Numbers that the references have in a longer text, which lists them; empty to count those of the table alone."""

    def __repr__(self) -> str:
        from leaksim.tables.markdown import markdown

        return markdown(self)

    def _repr_html_(self) -> str:
        """Show the table in a notebook."""
        from leaksim.tables.html import html_fragment

        return html_fragment(self)

    def save(self, file: str | Path, format: Format | None = None) -> None:
        """Write the table to a file; its folder is made if need be.

        Parameters
        ----------
        format
            `latex`, `docx`, `markdown`, `html`, `csv` or `stata`; if not given, as the name of the file says.

        Raises
        ------
        FormatError
            When neither says a format.
        """
        from leaksim.tables.writing import format_of, save

        save(self, Path(file), format_of(Path(file), format))

    @property
    def rows(self) -> Iterator[tuple[Group, Row]]:
        """Every row with its group."""
        return ((group, row) for group in self.groups for row in group.rows)

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """Columns beside each other, two or more, that share a unit: it can be written once above them."""
        spans: list[Span] = []
        for unit, together in groupby(enumerate(self.columns), key=lambda numbered: numbered[1].unit):
            indices = [index for index, _ in together]
            if unit and len(indices) > 1:
                spans.append(Span(unit, indices[0], indices[-1]))
        return tuple(spans)

    def own_unit(self, index: int) -> str:
        """Return the unit of a column, if it does not share it with its neighbour."""
        shares = any(span.first <= index <= span.last for span in self.spans)
        return "" if shares else self.columns[index].unit

    @cached_property
    def marks(self) -> dict[str, str]:
        """Letter of each remark, in the order in which a reader meets them."""
        remarks = (text for _, row in self.rows for text in (row.remark, *(cell.remark for cell in row.cells)) if text)
        return {remark: _letters(index) for index, remark in enumerate(dict.fromkeys(remarks))}

    @property
    def sources(self) -> tuple[str, ...]:
        """BibTeX keys that the table cites, each once, sorted."""
        cells = (key for _, row in self.rows for cell in row.cells for key in cell.sources)
        return tuple(sorted({*cells, *(key for note in self.notes for key in note.sources)}))

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Number of each reference, for formats that list what they cite."""
        own = {key: number for number, key in enumerate(self.sources, start=1)}
        return {key: self.numbering.get(key, number) for key, number in own.items()}

    def cited(self, keys: Sequence[str]) -> str:
        """Write citations by number in square brackets; nothing for no citation."""
        return f"[{', '.join(str(number) for number in sorted(self.numbers[key] for key in keys))}]" if keys else ""

    def mark(self, remark: str) -> str:
        """Return the letter of a remark, or nothing for no remark."""
        return self.marks.get(remark, "")


def _letters(index: int) -> str:
    """Count with letters: a to z, then aa, ab and so on.

    >>> _letters(0), _letters(25), _letters(26), _letters(52)
    ('a', 'z', 'aa', 'ba')
    """
    more, last = divmod(index, len(ascii_lowercase))
    return (_letters(more - 1) if more else "") + ascii_lowercase[last]
