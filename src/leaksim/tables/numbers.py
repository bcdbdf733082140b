"""From a row of the tidy table to a cell."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan
from typing import Any

from leaksim.engine.calendar import Calendar
from leaksim.evidence.errors import UnitError
from leaksim.evidence.units import parse_quantity
from leaksim.outcomes.comparison import DIFFERENCE
from leaksim.paper.numbers import usual_scale
from leaksim.report.labels import unit_words
from leaksim.report.numbers import decimals, p_words
from leaksim.tables.cells import NO_VALUE, Cell, Number, Origin
from leaksim.tables.layout import Entry
from leaksim.tables.subjects import NothingToShowError, Subject

Record = Mapping[str, Any]
"""A row of the tidy table by column."""

_MOMENT = "supplier.first_month_on_top"
"""The outcome that is a month."""


def shown_unit(record: Record, entry: Entry) -> str:
    """Say in which unit the number of a record is shown."""
    if entry.unit is not None:
        return "" if entry.unit == "1" else entry.unit if entry.unit.startswith("%") else entry.unit.replace("/", " a ")
    if record["metric"] == _MOMENT:
        return ""
    words = unit_words(record["metric"].removeprefix(DIFFERENCE), record["unit"])
    return words.replace("share", "%", 1) if words.startswith("share") else words


def cell_of(record: Record, entry: Entry, subject: Subject, where: str) -> Cell:
    """Write a record as the entry wants it.

    Parameters
    ----------
    where
        How messages name the entry.

    Raises
    ------
    NothingToShowError
        When the entry wants a unit that the record cannot be shown in.
    """
    origin = Origin(subject.where, subject.name, record["metric"], record["item"])
    note = str(record["note"])
    if isnan(record["estimate"]):
        return Cell(NO_VALUE, remark=_sentence(note.removeprefix("undefined: ")), origin=origin)
    if record["metric"] == _MOMENT:
        return _moment(record, subject, origin)
    scale = _scale(record, entry, where)
    estimate, low, high = (scale * record[name] for name in ("estimate", "low", "high"))
    places = decimals(estimate, low, high)
    if entry.decimals is not None:
        places = min(places, entry.decimals)
    is_difference = record["metric"].startswith(DIFFERENCE)
    number = Number(
        estimate,
        low,
        high,
        record["interval"],
        shown_unit(record, entry),
        places,
        signed=is_difference,
        scale=None if scale == usual_scale(record["unit"]) else scale,
    )
    p = record.get("p_holm", float("nan"))
    below = f"p {p_words(p)}" if entry.p and is_difference and not isnan(p) else ""
    is_flagged = not record["metric"].startswith(("attribution.", "rank."))
    return Cell(number=number, below=below, remark=_sentence(note) if is_flagged else "", origin=origin)


def _scale(record: Record, entry: Entry, where: str) -> float:
    """Return the factor from the unit of a record to that of an entry."""
    unit = "1" if record["unit"].startswith("share") else record["unit"]
    wanted = entry.unit
    if wanted is None or wanted.startswith("%"):
        if wanted is not None and unit != "1":
            raise NothingToShowError(f"{where}: {record['metric']} is in {unit}, not a share that could be shown in %")
        return 100.0 if unit == "1" else 1.0
    try:
        return parse_quantity(f"1 {unit}" if unit != "1" else "1", wanted)
    except UnitError as error:
        raise NothingToShowError(f"{where}: {record['metric']} cannot be shown in {wanted}: {error}") from None


def _moment(record: Record, subject: Subject, origin: Origin) -> Cell:
    """Write a number of months since the start as the month that it is, where the start is known."""
    if subject.scenario is None:
        return Cell(f"{record['estimate']:g}", origin=origin)
    period = subject.scenario.period
    months = Calendar(period.start, period.months).labels
    month, low, high = (
        "never" if isnan(record[name]) else months[int(record[name])] for name in ("estimate", "low", "high")
    )
    return Cell(month, below=f"({low} to {high})" if low != high else "", origin=origin)


def _sentence(note: str) -> str:
    return f"{note[0].upper()}{note[1:].rstrip('.')}." if note else ""
