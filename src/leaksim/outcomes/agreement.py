"""Whether two runs of the same scenario agree, cell by cell of their tables.

The same model with the same seed gives the same numbers. Where it does not, a difference may still be no more than
chance: other random histories, or fewer of them. It is judged by the scatter between histories that both runs report.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, isnan, nan, sqrt
from typing import Literal

import numpy as np

from leaksim.outcomes.chance import ByChance, Row, chance_of, row_of
from leaksim.outcomes.paired import holm

Verdict = Literal["identical", "rounding", "within", "different"]
"""`rounding`: the last bits of the arithmetic; `within`: within Monte Carlo error."""

VERDICTS: tuple[Verdict, ...] = ("identical", "rounding", "within", "different")

FALSE_ALARM = 0.01
"""Chance of calling any cell at all different when nothing but chance is at work (Holm's adjustment)."""

_ROUNDING = 1e-9
"""Numbers that differ by less than this, or this share of their size, differ by rounding in the arithmetic only."""

_WORDS = ("level", "unit", "replications", "draws", "note")
_OF_SIZE = ("replications", "draws", "note")
"""Columns that speak of the number of histories."""

Key = tuple[str, str, str, str]
"""Scenario, metric, item, and what the interval covers."""


@dataclass(frozen=True)
class Cell:
    """One cell of a table, as it was saved and as it comes out now."""

    key: Key
    column: str
    line: int
    """Of the saved file; the first line is 1."""
    old: str
    new: str
    verdict: Verdict
    z: float = nan
    """Difference in standard errors."""
    p: float = nan
    """Chance of such a difference between two runs of the same model, before the adjustment for the number of cells."""


@dataclass(frozen=True)
class Agreement:
    """How a table agrees with one that was saved."""

    cells: tuple[Cell, ...]
    missing: tuple[Key, ...]
    """Rows of the saved table that do not come out any more."""
    added: tuple[Key, ...]
    """Rows that were not there."""
    skipped: int
    """Cells that cannot be compared between runs of different length."""


def agreement(saved: Sequence[Mapping[str, str]], rebuilt: Sequence[Mapping[str, str]], *, shorter: bool) -> Agreement:
    """Compare two tidy tables, cell by cell; whether a difference is by chance is left to `judged`.

    Parameters
    ----------
    saved, rebuilt
        Rows of the tidy table with every cell as it is written.
    shorter
        The rebuilt run has fewer histories per parameter draw. Its replication intervals are wider then, and those
        cells, like the columns that count histories, are not compared. Nor are items of a metric that do not come out:
        what happened in one history of a hundred may have happened in none of ten.
    """
    old, new = _by_key(saved), _by_key(rebuilt)
    lines = {key: line for line, key in enumerate(old, start=2)}
    cells: list[Cell] = []
    metrics = {metric for _, metric, _, _ in new}
    missing = []
    skipped = 0
    for key, row in old.items():
        if key not in new and not (shorter and key[1] in metrics):
            missing.append(key)
            continue
        found = list(_cells(key, lines[key], old, new, shorter=shorter)) if key in new else []
        cells += found
        skipped += 3 + len([name for name in _WORDS if name in row]) - len(found)
    return Agreement(
        tuple(cells),
        missing=tuple(missing),
        added=tuple(key for key in new if key not in old),
        skipped=skipped,
    )


def judged(cells: Sequence[Cell]) -> list[Cell]:
    """Decide which differences are more than chance, over all cells of a family at once.

    Source: Holm 1979. Cells that are identical count as comparisons that found nothing.
    """
    chances = [1.0 if cell.verdict in ("identical", "rounding") else cell.p for cell in cells]
    adjusted = holm(np.array(chances)) if chances else np.array([])
    return [
        replace(cell, verdict="within") if cell.verdict == "different" and chance >= FALSE_ALARM else cell
        for cell, chance in zip(cells, adjusted, strict=True)
    ]


def _by_key(rows: Sequence[Mapping[str, str]]) -> dict[Key, Mapping[str, str]]:
    return {(row["scenario"], row["metric"], row["item"], row["interval"]): row for row in rows}


def _cells(
    key: Key,
    line: int,
    old: Mapping[Key, Mapping[str, str]],
    new: Mapping[Key, Mapping[str, str]],
    *,
    shorter: bool,
) -> Iterator[Cell]:
    *name, interval = key
    before, after = old[key], new[key]
    whole: Key = (name[0], name[1], name[2], "replication")
    scatter = row_of(old.get(whole)), row_of(new.get(whole))
    moved = False
    for column in ("estimate", "low", "high"):
        if shorter and column != "estimate" and interval == "replication":
            continue
        cell = _number_cell(Cell(key, column, line, before[column], after[column], "identical"), before, after, scatter)
        if cell is not None:
            moved = moved or (column == "estimate" and cell.verdict == "different")
            yield cell
    for column in _WORDS:
        if column not in before or (shorter and column in _OF_SIZE) or (moved and column == "note"):
            continue  # a note may name the number: it moves with it
        same = before[column] == after.get(column)
        yield Cell(key, column, line, before[column], after.get(column, ""), "identical" if same else "different")


def _number_cell(
    cell: Cell, before: Mapping[str, str], after: Mapping[str, str], scatter: tuple[Row | None, Row | None]
) -> Cell | None:
    """Return the cell with its verdict, before the number of cells is accounted for; None if it cannot be judged."""
    if cell.old == cell.new:
        return cell
    old, new = _number(cell.old), _number(cell.new)
    if is_rounding(old, new):
        return replace(cell, verdict="rounding")
    interval = cell.key[-1]
    found: ByChance | None = chance_of(cell.column, interval, (row_of(before), row_of(after)), scatter)
    if found is None:
        return None
    return replace(cell, verdict="different", z=found.z, p=found.p)


def is_rounding(old: float, new: float) -> bool:
    """Whether two numbers differ by no more than the last bits of the arithmetic."""
    return abs(old - new) <= _ROUNDING * max(1.0, abs(old), abs(new))


def _number(text: str) -> float:
    return float(text) if text else nan


def worst(cells: Sequence[Cell]) -> list[Cell]:
    """Return the cells that are not identical, the least likely first."""
    moved = [cell for cell in cells if cell.verdict != "identical"]
    return sorted(
        moved,
        key=lambda cell: (-VERDICTS.index(cell.verdict), 0.0 if isnan(cell.z) else -cell.z, -_change(cell)),
    )


def _change(cell: Cell) -> float:
    try:
        old, new = _number(cell.old), _number(cell.new)
    except ValueError:
        return inf
    return 0.0 if isnan(old - new) else abs(old - new) / sqrt(old * old + new * new + 1e-300)
