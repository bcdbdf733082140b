"""What the model expects, as text and as a table for a paper."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

from leaksim.calibration.parameter_sets import made_with
from leaksim.report.comparison import Block
from leaksim.report.numbers import decimals, written
from leaksim.tables.cells import Cell, Number
from leaksim.tables.model import Column, Group, Note, Row, Table
from leaksim.version import __version__

if TYPE_CHECKING:
    from leaksim.forecasting import Forecast

CUT_OFF = "18 January 2018"
"""The day after which nothing is known."""


def told(made: Forecast) -> Iterator[str | Block]:
    """Say how a forecast was made, and what is expected."""
    yield f"{made.scenario.title}."
    yield how_made(made)
    rows = (
        (row["quantity"], *(written(row[name], _places(row)) for name in ("q50", "q05", "q95")), _unit(row))
        for row in _rows(made)
    )
    yield Block("What the model expects", ("Quantity", "Median", "5 %", "95 %", "Unit"), tuple(rows))


def forecast_table(made: Forecast) -> Table:
    """Lay a forecast out for a paper."""
    groups = tuple(
        Group(heading, tuple(_table_row(row) for row in rows))
        for heading, rows in groupby(_rows(made), key=lambda row: row["group"])
    )
    notes = (
        Note("Median and 90 % interval over sets of parameters and random histories."),
        Note(how_made(made)),
    )
    title = f"{made.scenario.title}: what the model expects"
    return Table("forecast", title, "tab:forecast", "Quantity", (Column("Expected"),), groups, notes)


def how_made(made: Forecast) -> str:
    """Say how a forecast was made."""
    return (
        f"{made_with(made.source, made.points, made.histories)}, seed {made.seed}; leaksim {__version__}, quantities "
        f"{made.digest[:8]}. Nothing known after {CUT_OFF} is used."
    )


def _rows(made: Forecast) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in made.table.to_dict("records")]


def _table_row(row: dict[str, Any]) -> Row:
    unit = f" ({row['unit']})" if _unit(row) else ""
    number = Number(row["q50"], row["q05"], row["q95"], "parameter", row["unit"], _places(row))
    return Row(f"{row['title']}{unit}", (Cell(number=number),))


def _places(row: dict[str, Any]) -> int:
    return decimals(row["q50"], row["q05"], row["q95"]) + 1


def _unit(row: dict[str, Any]) -> str:
    return "" if row["unit"] == "1" else str(row["unit"])
