"""What a table says, out of its readers' sight, of where its numbers stand."""

from __future__ import annotations

from collections.abc import Iterator

from leaksim.paper.marks import Mark
from leaksim.tables.cells import Cell
from leaksim.tables.model import Row

_NOT_CHECKED = ("rank.", "parameter", "measure")
"""How metrics begin that are no numbers of a run, or depend on all that a comparison is of."""


def places_of(row: Row) -> Iterator[str]:
    """Yield the folders of a row with the metrics and items that come from there."""
    by_run: dict[str, list[str]] = {}
    for origin in (cell.origin for cell in row.cells if cell.origin is not None):
        by_run.setdefault(origin.run, []).append(str(origin))
    for run, names in by_run.items():
        yield f"{' '.join(run.split())}: {', '.join(dict.fromkeys(names))}"


def marks_of(row: Row) -> Iterator[str]:
    """Yield the mark of each number of a row; `leaksim check-paper` reads them."""
    for cell in row.cells:
        mark = mark_of(cell)
        if mark is not None:
            yield mark.line


def mark_of(cell: Cell) -> Mark | None:
    """Return the mark of the number in a cell; None for what is no number of a run, a comparison or an attribution."""
    value = _value(cell)
    origin, number = cell.origin, cell.number
    if origin is None or not value or origin.metric.startswith(_NOT_CHECKED):
        return None
    scale, interval = (None, None) if number is None else (number.scale, number.interval)
    return Mark(origin.scenario, origin.metric, origin.item, None, value, scale, interval, origin.reference)


def _value(cell: Cell) -> str:
    if cell.number is not None:
        return f"{cell.number.digits} {cell.number.between}".rstrip()
    return f"{cell.text} {cell.below}".rstrip() if any(letter.isdigit() for letter in cell.text) else ""
