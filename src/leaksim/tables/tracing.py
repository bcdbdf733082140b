"""What a table says, out of its readers' sight, of where its numbers stand."""

from __future__ import annotations

from collections.abc import Iterator

from leaksim.outcomes.comparison import DIFFERENCE
from leaksim.paper.marks import Mark
from leaksim.tables.cells import Cell
from leaksim.tables.model import Row

_NOT_OF_A_RUN = (DIFFERENCE, "rank.", "attribution.", "parameter", "measure")
"""How metrics begin that stand in no table of a run."""


def places_of(row: Row) -> Iterator[str]:
    """Yield the folders of a row with the metrics and items that come from there."""
    by_run: dict[str, list[str]] = {}
    for origin in (cell.origin for cell in row.cells if cell.origin is not None):
        by_run.setdefault(origin.run, []).append(str(origin))
    for run, names in by_run.items():
        yield f"{' '.join(run.split())}: {', '.join(dict.fromkeys(names))}"


def marks_of(row: Row) -> Iterator[str]:
    """Yield the mark of each number of a row that stands in the table of a run; `leaksim check-paper` reads them."""
    for cell in row.cells:
        value = _value(cell)
        origin, number = cell.origin, cell.number
        if origin is None or not value or origin.metric.startswith(_NOT_OF_A_RUN):
            continue
        scale, interval = (None, None) if number is None else (number.scale, number.interval)
        yield Mark(origin.scenario, origin.metric, origin.item, None, value, scale, interval).line


def _value(cell: Cell) -> str:
    if cell.number is not None:
        return f"{cell.number.digits} {cell.number.between}".rstrip()
    return f"{cell.text} {cell.below}".rstrip() if any(letter.isdigit() for letter in cell.text) else ""
