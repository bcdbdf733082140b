"""How a table fits on the page of an article: its width, its type size, and where it goes over to the next page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, groupby
from math import ceil
from textwrap import wrap

from leaksim.tables.cells import Cell, Number
from leaksim.tables.latex_text import width, wrapped
from leaksim.tables.model import Group, Row, Table

COLUMN, PAGE = 229.0, 469.0
"""Width of a column and of the text of a two-column article on letter paper, in points; on A4 both are wider."""

_GAP = 8.0
"""Between two columns, in points."""

_HEIGHT = 530.0
"""Of the text of a page, with some to spare for a caption of two lines, in points."""

_CAPTION, _RULES = 40.0, 15.0
"""Height of a caption, and of rules with the room around them, in points."""

_SKIP = {9.0: 11.0, 8.0: 9.5}
"""Distance of lines by the size of the type, in points."""

_BETWEEN_ROWS = 2.0
"""Room between two rows, in points."""

_INDENT = 10.0
"""Of the label of a row that is set in, in points."""

_HEADING_LETTERS = 60
"""So many letters of headings stand beside each other, but at least nine of each; longer ones are broken."""

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
        """Size of the type, in points: small, and smaller for many columns and for text."""
        return 9.0 if self.has_numbers and len(self.table.columns) < 6 else 8.0

    @property
    def type_size(self) -> str:
        """The same for LaTeX."""
        return {9.0: r"\small", 8.0: r"\footnotesize"}[self.size]

    @property
    def smaller(self) -> str:
        """The type of intervals, for LaTeX."""
        return {9.0: r"\footnotesize", 8.0: r"\scriptsize"}[self.size]

    @cached_property
    def number_widths(self) -> tuple[float, ...]:
        """Width of each column of numbers, with the gap before it, in points."""
        return tuple(
            _GAP + max(self._line_widths(index))
            for index, column in enumerate(self.table.columns)
            if column.kind == "number"
        )

    @cached_property
    def is_wide(self) -> bool:
        """Whether it needs both columns of the page, since it is wide or would be too high in one."""
        if not self.has_numbers or sum(self.number_widths) + _LEAST_STUB > COLUMN:
            return True
        rows = sum(self._row_height(row, COLUMN) for _, row in self.table.rows)
        return self._frame + rows + self._notes_height(COLUMN) > _HEIGHT

    @property
    def fits(self) -> bool:
        """Whether it fits on the page at all."""
        return not self.has_numbers or sum(self.number_widths) + _LEAST_STUB <= PAGE

    def label(self, row: Row) -> list[str]:
        """Break the label of a row of numbers into lines."""
        return self._label(row, self._line)

    def heading(self, index: int) -> list[str]:
        """Break the heading of a column of numbers into lines, with a unit of its own at the end."""
        heading, unit = self.table.columns[index].heading, self.table.own_unit(index)
        letters = max(_HEADING_LETTERS // len(self.table.columns), 9, *(len(word) for word in heading.split()))
        return [*wrap(heading, letters), *(wrap(f"({unit})", letters + 3) if unit else [])]

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
        """Cut the rows into parts of like height that each fit on a page; the notes stand below the last."""
        rows = list(self.table.rows)
        heights = [self._row_height(row, self._line) for _, row in rows]
        left = sum(heights) + self._notes_height(self._line)
        first = 0
        while left > self._room and len(rows) - first > 1:
            share = left / ceil(left / self._room)
            used, end = heights[first], first + 1
            # One row at least is left for the page with the notes.
            while end < len(rows) - 1 and used + heights[end] <= share:
                used += heights[end]
                end += 1
            yield _regrouped(rows[first:end])
            left -= used
            first = end
        yield _regrouped(rows[first:])

    @property
    def _line(self) -> float:
        return PAGE if self.is_wide else COLUMN

    @cached_property
    def _frame(self) -> float:
        """Height of caption, heads and rules, and of the headings of groups, in points."""
        heads = 2 if not self.has_numbers else max(len(self.heading(index)) for index in range(len(self.table.columns)))
        headings = 1.5 * sum(bool(group.heading) for group in self.table.groups)
        return _CAPTION + _RULES + (heads + bool(self.table.spans) + headings) * _SKIP[self.size]

    @property
    def _room(self) -> float:
        return _HEIGHT - self._frame

    def _notes_height(self, line: float) -> float:
        texts = [*self.table.marks, *(f"{note.text} {_citations(len(note.sources))}" for note in self.table.notes)]
        return sum(len(wrapped(text, line - _GAP, 8.0)) for text in texts) * _SKIP[8.0]

    def _label(self, row: Row, line: float) -> list[str]:
        room = line - sum(self.number_widths) - _INDENT * row.indented
        return wrapped(row.label, room, self.size)

    def _row_height(self, row: Row, line: float) -> float:
        if self.has_numbers:
            lines = max(len(self._label(row, line)), *(len(cell.lines) for cell in row.cells))
        else:
            weights = [self.table.stub_weight, *(column.weight for column in self.table.columns)]
            texts = [row.label, *(f"{cell.text} {_citations(len(cell.sources))}" for cell in row.cells)]
            rooms = (weight / sum(weights) * (line - _GAP * len(weights)) for weight in weights)
            lines = max(len(wrapped(text, room, self.size)) for text, room in zip(texts, rooms, strict=True))
        return lines * _SKIP[self.size] + _BETWEEN_ROWS

    def _line_widths(self, index: int) -> Iterable[float]:
        heads = (width(line, self.size) for line in self.heading(index))
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


def _citations(number: int) -> str:
    """Return text as long as citations by author and year; those by number are shorter."""
    return " ".join(["Author, 2017;"] * number)


def _regrouped(rows: Sequence[tuple[Group, Row]]) -> tuple[Group, ...]:
    by_group = groupby(rows, key=lambda pair: id(pair[0]))
    together = [list(pairs) for _, pairs in by_group]
    return tuple(Group(pairs[0][0].heading, tuple(row for _, row in pairs)) for pairs in together)
