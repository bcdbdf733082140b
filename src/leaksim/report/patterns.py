"""How the model fares with patterns, as text and as a table for a paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from math import nan
from typing import TYPE_CHECKING, Any

from leaksim.calibration.parameter_sets import made_with
from leaksim.calibration.problem import CUTOFF
from leaksim.report.comparison import Block
from leaksim.report.numbers import decimals, written
from leaksim.tables.cells import Cell, Number
from leaksim.tables.model import Column, Group, Note, Row, Table
from leaksim.validation import INSIDE, OUT_OF_REACH, OUTSIDE
from leaksim.version import __version__

if TYPE_CHECKING:
    from leaksim.validation import Scorecard

_HEADS = ("Pattern", "Observed", "Model (90 %)", "Off", "Verdict")

_LARGE = 10.0
"""Numbers below this keep a digit more than their error supports: there are few enough."""

_LEGEND = (
    "Model: median and 90 % band. Off: standard deviations of all that is uncertain (observation, discrepancy, "
    "parameters, luck) between the observed value and the model's mean. Inside: within 90 % of what the model lets one "
    f"observe, errors included. Out of reach: no set of parameters comes within {CUTOFF:g} standard deviations. "
    "*: a check that calibration leaves out."
)


def told(card: Scorecard) -> Iterator[str | Block]:
    """Say how many patterns the model brings about, show all, and say a few words on each that is missed."""
    rows = _rows(card)
    verdicts = list(card.table["verdict"])
    counts = [(verdicts.count(each), each) for each in (INSIDE, OUTSIDE, OUT_OF_REACH)]
    how_many = ", ".join(f"{count} {verdict}" for count, verdict in counts if count)
    yield f"{len(rows)} patterns of 2016 and 2017: {how_many}."
    yield how_made(card)
    shown = (
        (_name(row), _observed(row), _modelled(row), f"{row['implausibility']:.1f}", row["verdict"]) for row in rows
    )
    yield Block("What was observed, and what the model has", _HEADS, tuple(shown))
    yield _LEGEND
    for row in rows:
        if row["verdict"] != INSIDE:
            yield f"Missed: {row['pattern']}: {row['title']}. {why(row)}"


def how_made(card: Scorecard) -> str:
    """Say how a scorecard was made."""
    made = made_with(card.source, card.points, card.histories)
    return f"{made}, seed {card.seed}; leaksim {__version__}, patterns {card.digest[:8]}."


def why(row: Mapping[str, Any]) -> str:
    """Say on which side the model misses a pattern, whether any parameters would do, and what it lacks."""
    side = "too little" if row["median"] < row["observed"] else "too much"
    places = _places(row)
    unit = "" if row["unit"] == "1" else f" {row['unit']}"
    told = f"The model has {side}: {written(row['median'], places)} against {written(row['observed'], places)}{unit}."
    if row["verdict"] == OUT_OF_REACH:
        told += " No set of parameters comes near."
    return f"{told} {row['reason']}".rstrip()


def scorecard_table(card: Scorecard) -> Table:
    """Lay a scorecard out for a paper."""
    groups = [
        Group(heading, tuple(_table_row(row) for row in rows))
        for heading, rows in groupby(_rows(card), key=lambda row: row["group"])
    ]
    columns = (
        Column("Observed"),
        Column("Model"),
        Column("Implausibility"),
        Column("Verdict", kind="text", weight=0.6),
    )
    notes = (
        Note("Observed: with twice the standard deviation of observation and discrepancy to either side."),
        Note("Model: median and 90 % band over sets of parameters and random histories."),
        Note(
            "Implausibility: distance of the observed value from the model's mean in standard deviations of "
            "observation, discrepancy, parameters and luck. Inside: within 90 % of what the model lets one observe, "
            f"errors included. Out of reach: no set of parameters comes within {CUTOFF:g}."
        ),
        Note(how_made(card)),
    )
    title = "The model against the patterns of 2016 and 2017"
    return Table("patterns", title, "tab:patterns", "Pattern", columns, tuple(groups), notes, stub_weight=2.4)


def _rows(card: Scorecard) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in card.table.to_dict("records")]


def _table_row(row: Mapping[str, Any]) -> Row:
    places, unit = _places(row), "" if row["unit"] == "1" else f" ({row['unit']})"
    twice = 2 * (row["sd"] ** 2 + row["discrepancy"] ** 2) ** 0.5
    shown = Number(row["observed"], row["observed"] - twice, row["observed"] + twice, "", row["unit"], places)
    model = Number(row["median"], row["low"], row["high"], "parameter", row["unit"], places)
    off = Number(row["implausibility"], nan, nan, "", "", 1)
    cells = (Cell(number=shown), Cell(number=model), Cell(number=off), Cell(row["verdict"]))
    return Row(f"{row['title']}{unit}", cells, remark=row["reason"])


def _places(row: Mapping[str, Any]) -> int:
    """Decimals that the error of observation and discrepancy support, of small numbers one more."""
    spread = (row["sd"] ** 2 + row["discrepancy"] ** 2) ** 0.5
    places = decimals(row["observed"], row["observed"] - spread, row["observed"] + spread)
    return places + 1 if places >= 0 and row["observed"] < _LARGE else places


def _name(row: Mapping[str, Any]) -> str:
    return f"{row['pattern']}{'*' if row['role'] == 'check' else ''}"


def _observed(row: Mapping[str, Any]) -> str:
    return written(row["observed"], _places(row))


def _modelled(row: Mapping[str, Any]) -> str:
    median, low, high = (written(row[name], _places(row)) for name in ("median", "low", "high"))
    return f"{median} ({low} to {high})"
