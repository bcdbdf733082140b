"""How a table fits on the page of an article: its width, its type size, and where it goes over to the next page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from textwrap import wrap

from leaksim.tables.latex_text import width
from leaksim.tables.model import Cell, Column, Group, Number, Row, Table

COLUMN, PAGE = 229.0, 469.0
"""Width of a column and of the text of a two-column article on letter paper, in points; on A4 both are wider."""

_GAP = 8.0
"""Between two columns, in points."""

_LINES = 46
"""Lines of text in small type that a page holds beside caption and notes, with some to spare."""

_HEADING_LETTERS = 12
"""A heading of a column of numbers is broken after about as many letters."""

_LEAST_STUB = 80.0
"""Width that labels of rows need at least, in points."""


@dataclass(frozen=True)
class Format:
    """Digits of a column of numbers, as siunitx wants them."""

    before: int
    after: int
    has_sign: bool

    def __str__(self) -> str:
        return f"{'+' if self.has_sign else ''}{self.before}{f'.{self.after}' if self.after else ''}"


@dataclass(frozen=True)
class Shape:
    """The measures of a table."""

    table: Table

    @cached_property
    def has_numbers(self) -> bool:
        """Whether this is a table of numbers, not of text."""
        return any(column.kind == "number" for column in self.table.columns)

    @cached_property
    def size(self) -> float:
        """Size of the type, in points: small from three outcomes on, and smaller for many, and for text."""
        if not self.has_numbers:
            return 8.0
        return 10.0 if len(self.table.columns) < 3 else 9.0 if len(self.table.columns) < 6 else 8.0

    @property
    def type_size(self) -> str:
        """The same for LaTeX."""
        return {10.0: r"\normalsize", 9.0: r"\small", 8.0: r"\footnotesize"}[self.size]

    @cached_property
    def number_widths(self) -> tuple[float, ...]:
        """Width of each column of numbers, with the gap before it, in points."""
        return tuple(
            _GAP + max(self._line_widths(index, column))
            for index, column in enumerate(self.table.columns)
            if column.kind == "number"
        )

    @property
    def is_wide(self) -> bool:
        """Whether it needs both columns of the page."""
        return not self.has_numbers or sum(self.number_widths) + _LEAST_STUB > COLUMN

    @property
    def fits(self) -> bool:
        """Whether it fits on the page at all."""
        return not self.has_numbers or sum(self.number_widths) + _LEAST_STUB <= PAGE

    @property
    def stub_letters(self) -> int:
        """Letters of a label that fit on a line."""
        room = (PAGE if self.is_wide else COLUMN) - sum(self.number_widths)
        return max(int(room / (0.5 * self.size)), 10)

    def heading(self, column: Column) -> list[str]:
        """Break the heading of a column of numbers into lines, with the unit on lines of its own."""
        widest = max(_HEADING_LETTERS, *(len(word) for word in column.heading.split()), 0)
        unit = wrap(f"({column.unit})", widest + 3) if column.unit else []
        return [*wrap(column.heading, widest), *unit]

    def format(self, index: int) -> Format:
        """Find the digits that the numbers of a column need."""
        numbers = [_plain(cell.number) for cell in self._cells(index) if cell.number is not None]
        parts = [number.lstrip("+-").partition(".") for number in numbers]
        return Format(
            before=max((len(whole) for whole, _, _ in parts), default=1),
            after=max((len(decimals) for _, _, decimals in parts), default=0),
            has_sign=any(number[0] in "+-" for number in numbers),
        )

    def parts(self) -> Iterator[tuple[Group, ...]]:
        """Cut the rows into parts that each fit on a page."""
        part: list[Group] = []
        used = 0.0
        for group in self.table.groups:
            rows: list[Row] = []
            for row in group.rows:
                lines = self._lines(row)
                if used + lines > _LINES and (part or rows):
                    if rows:
                        part.append(Group(group.heading, tuple(rows)))
                    yield tuple(part)
                    part, rows, used = [], [], 0.0
                if not rows and group.heading:
                    used += 1.3
                rows.append(row)
                used += lines
            part.append(Group(group.heading, tuple(rows)))
        yield tuple(part)

    def _lines(self, row: Row) -> float:
        if self.has_numbers:
            label = wrap(row.label, self.stub_letters)
            return max(len(label), *(len(cell.lines) for cell in row.cells)) + 0.4
        weights = [self.table.stub_weight, *(column.weight for column in self.table.columns)]
        texts = [row.label, *(_with_citations(cell) for cell in row.cells)]
        rooms = (weight / sum(weights) * (PAGE - _GAP * len(weights)) for weight in weights)
        return max(-(-width(text, self.size) * 1.1 // room) for text, room in zip(texts, rooms, strict=True)) + 0.4

    def _line_widths(self, index: int, column: Column) -> Iterable[float]:
        heads = (width(line, self.size) for line in self.heading(column))
        lines = (width(line, self.size) for cell in self._cells(index) for line in cell.lines[:1])
        # Intervals are set one size smaller.
        below = (width(line, self.size - 1) for cell in self._cells(index) for line in cell.lines[1:])
        digits = self.format(index)
        siunitx = width("0" * (digits.before + digits.after + digits.has_sign) + ",.", self.size)
        return chain(heads, lines, below, [siunitx])

    def _cells(self, index: int) -> Sequence[Cell]:
        return [row.cells[index] for _, row in self.table.rows]


def _plain(number: Number) -> str:
    return number.digits.replace(",", "")


def _with_citations(cell: Cell) -> str:
    # A citation may be a number, or author and year.
    return f"{cell.text} {' '.join('Somebody, 2017;' for _ in cell.sources)}"
