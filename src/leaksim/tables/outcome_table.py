"""Tables of outcomes: which rows and columns a layout asks for, and the cell where they meet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from leaksim.model.channels import GROUP_OF_CHANNEL
from leaksim.outcomes.comparison import DIFFERENCE
from leaksim.report.labels import NoLabelError, label
from leaksim.report.labels import item_words as words_of_item
from leaksim.report.outcomes import PARAMETER, REPLICATION
from leaksim.tables.cells import NO_VALUE, Cell
from leaksim.tables.layout import METRICS_WITHOUT_LABEL, Entry, OutcomeLayout
from leaksim.tables.model import Column, Group, Row
from leaksim.tables.numbers import Record, cell_of, shown_unit
from leaksim.tables.subjects import NothingToShowError, Subject, table_rows, titles

_REFERENCE, _DIFFERENCES = "Level in the reference", "Difference from the reference"


@dataclass(frozen=True)
class _Line:
    """A row or a column, before its cells."""

    entry: Entry
    metric: str | None
    item: str | None
    heading: str

    @property
    def label(self) -> str:
        """What it is called."""
        if self.entry.label is not None:
            return self.entry.label.replace("{item}", words_of_item(self.item or ""))
        if self.metric is None:
            words = words_of_item(self.item or "")
            return words[:1].upper() + words[1:]
        try:
            return label(self.metric, self.item or "")
        except NoLabelError:
            return f"{self.metric} {self.item or ''}".rstrip()

    @property
    def name(self) -> str:
        """How messages call it."""
        return self.entry.label or " ".join(filter(None, (self.metric, self.item))) or "a line of the layout"


@dataclass(frozen=True)
class OutcomeParts:
    """What comes of a layout of outcomes."""

    columns: tuple[Column, ...]
    groups: tuple[Group, ...]
    warnings: tuple[str, ...]


class OutcomeTable:
    """The outcomes of some subjects, laid out."""

    def __init__(self, layout: OutcomeLayout, subjects: Sequence[Subject]) -> None:
        self.layout = layout
        self.subjects = subjects
        entries = [entry for part in (layout.rows, layout.columns) if part != "scenarios" for entry in part]
        monthly = any(entry.metric is not None and entry.metric.startswith("monthly.") for entry in entries)
        self._found = [_index(subject, layout.interval, monthly=monthly) for subject in subjects]
        self._titles = titles(subjects)
        self._warnings: list[str] = []

    def parts(self) -> OutcomeParts:
        """Return columns and rows.

        Raises
        ------
        NothingToShowError
            When the subjects have nothing that the layout asks for.
        """
        if self.layout.rows == "scenarios":
            columns, groups = self._scenarios_down()
        elif self.layout.columns == "scenarios":
            columns, groups = self._scenarios_across(self._lines(self.layout.rows))
        else:
            columns, groups = self._outcomes_both(self.layout.rows, self.layout.columns)
        if not columns or not any(group.rows for group in groups):
            have = ", ".join(sorted({metric for found in self._found for metric, _ in found})) or "no results"
            raise NothingToShowError(f"nothing that the layout {self.layout.name} asks for is there; there are {have}")
        return OutcomeParts(columns, groups, tuple(self._warnings))

    def _scenarios_down(self) -> tuple[tuple[Column, ...], tuple[Group, ...]]:
        assert self.layout.columns != "scenarios"
        lines = [line for line in self._lines(self.layout.columns) if self._has(line)]
        rows = [
            Row(title, tuple(self._cell(number, line, line.entry) for line in lines))
            for number, title in enumerate(self._titles)
        ]
        columns = tuple(Column(line.label, self._unit(line, line.entry)) for line in lines)
        if self.layout.of == "comparison":
            return columns, (Group(_REFERENCE, tuple(rows[:1])), Group(_DIFFERENCES, tuple(rows[1:])))
        return columns, (Group("", tuple(rows)),)

    def _scenarios_across(self, lines: Sequence[_Line]) -> tuple[tuple[Column, ...], tuple[Group, ...]]:
        lines = [line for line in lines if self._has(line)]
        columns = tuple(Column(title) for title in self._titles)
        if self.layout.of == "comparison":
            columns = (
                columns[0],
                *(replace(column, heading=f"Difference: {column.heading}") for column in columns[1:]),
            )
        rows = [
            (line.heading, self._row(line, [self._cell(number, line, line.entry) for number in range(len(columns))]))
            for line in lines
        ]
        return columns, _grouped(rows)

    def _row(self, line: _Line, cells: Sequence[Cell]) -> Row:
        unit = self._unit(line, line.entry)
        indented = line.entry.indented or (line.metric is None and line.item in GROUP_OF_CHANNEL)
        return Row(f"{line.label} ({unit})" if unit else line.label, tuple(cells), indented)

    def _outcomes_both(
        self, rows: Sequence[Entry], columns: Sequence[Entry]
    ) -> tuple[tuple[Column, ...], tuple[Group, ...]]:
        across = [_Line(entry, entry.metric, entry.item, "") for entry in columns]
        down = self._lines(rows, [entry.metric for entry in columns if entry.metric])
        units = [[self._unit(*_met(line, column)) for column in across] for line in down]
        of_columns = [_only(row[index] for row in units) for index in range(len(across))]
        shown: list[tuple[str, Row]] = []
        for number, title in enumerate(self._titles):
            for line, own in zip(down, units, strict=True):
                cells = [self._cell(number, *_met(line, column)) for column in across]
                if not any(cell.origin for cell in cells):
                    continue
                headings = (title if len(self.subjects) > 1 else "", line.heading)
                # Where a column mixes units, each row says its own.
                unit = _only(one for one, common in zip(own, of_columns, strict=True) if not common)
                indented = line.entry.indented or line.item in GROUP_OF_CHANNEL
                row = Row(f"{line.label} ({unit})" if unit else line.label, tuple(cells), indented)
                shown.append((": ".join(filter(None, headings)), row))
        heads = tuple(Column(column.label, unit) for column, unit in zip(across, of_columns, strict=True))
        return heads, _grouped(shown)

    def _lines(self, entries: Sequence[Entry] | Literal["scenarios"], metrics: Sequence[str] = ()) -> list[_Line]:
        """Write out entries, each heading with all that follow it up to the next."""
        assert entries != "scenarios"
        heading = ""
        lines: list[_Line] = []
        for entry in entries:
            heading = entry.heading or heading
            if not entry.is_heading:
                lines += [_Line(entry, entry.metric, item, heading) for item in self._items(entry, metrics)]
        return lines

    def _items(self, entry: Entry, metrics: Sequence[str]) -> Iterator[str]:
        if entry.items is None:
            yield entry.item or ""
        elif entry.items != ("all",):
            yield from entry.items
        else:
            wanted = entry.metric or metrics[0]
            items = (item for found in self._found for metric, item in found if metric == wanted and item)
            yield from dict.fromkeys(items)

    def _has(self, line: _Line) -> bool:
        """Say whether any subject has a line; tell when none does."""
        found = any(self._record(number, line) is not None for number in range(len(self.subjects)))
        if not found:
            self._warnings.append(f"left out, since no run has it: {line.name}")
        return found

    def _record(self, number: int, line: _Line) -> Record | None:
        metric = line.metric or ""
        is_difference = self.layout.of == "comparison" and number > 0 and metric not in METRICS_WITHOUT_LABEL
        return self._found[number].get((f"{DIFFERENCE}{metric}" if is_difference else metric, line.item or ""))

    def _cell(self, number: int, line: _Line, entry: Entry) -> Cell:
        record = self._record(number, line)
        if record is None:
            return Cell(NO_VALUE)
        cell = cell_of(record, entry, self.subjects[number], f"layout {self.layout.name}, {line.name}")
        if self.layout.of != "comparison" or cell.origin is None:
            return cell
        return replace(cell, origin=replace(cell.origin, reference=self.subjects[0].name))

    def _unit(self, line: _Line, entry: Entry) -> str:
        records = (self._record(number, line) for number in range(len(self.subjects)))
        return next((shown_unit(record, entry) for record in records if record is not None), "")


def _index(subject: Subject, interval: str, *, monthly: bool) -> dict[tuple[str, str], Record]:
    """Return the records of a subject by metric and item, those with the wanted interval where there are two."""
    found: dict[tuple[str, str], Record] = {}
    kind = PARAMETER if interval == PARAMETER else REPLICATION
    for record in table_rows(subject, monthly=monthly):
        key = record["metric"], record["item"]
        if key not in found or record["interval"] == kind:
            found[key] = record
    return found


def _met(row: _Line, column: _Line) -> tuple[_Line, Entry]:
    """Return what stands where a row and a column meet, and how: as the column says, else as the row says."""
    item = row.item if column.item is None else column.item.replace("{item}", row.item or "")
    unit = row.entry.unit if column.entry.unit is None else column.entry.unit
    decimals = row.entry.decimals if column.entry.decimals is None else column.entry.decimals
    entry = column.entry.model_copy(update={"unit": unit, "decimals": decimals, "p": column.entry.p or row.entry.p})
    return _Line(column.entry, column.metric or row.metric, item, ""), entry


def _only(units: Iterable[str]) -> str:
    """Return the unit that all have which have one; nothing if they differ."""
    different = set(units) - {""}
    return different.pop() if len(different) == 1 else ""


def _grouped(rows: Sequence[tuple[str, Row]]) -> tuple[Group, ...]:
    by_heading = groupby(rows, key=lambda row: row[0])
    return tuple(Group(heading, tuple(row for _, row in group)) for heading, group in by_heading)
