"""Saved runs without a simulation: tables with numbers of one's choice."""

from collections.abc import Sequence
from pathlib import Path

from leaksim.outcomes.statistics import Estimate
from leaksim.outcomes.table import TableBuilder
from leaksim.paper.numbers import NumberInText
from leaksim.paper.saved import Saved
from leaksim.store.formats import csv_bytes
from leaksim.store.summaries import SavedSummary

Row = tuple[str, str, str, float, float, float]
"""Metric, item, unit, estimate, low, high."""

USUAL: tuple[Row, ...] = (
    ("pressure.realised", "", "$m/year", 2112.4, 1890.0, 2411.0),
    ("pass_through.value", "", "share", 0.5837, 0.4210, 0.7390),
    ("leakage.owen", "china", "share", 0.281, 0.15, 0.46),
    ("leakage.owen", "russia", "share", -0.0521, -0.081, -0.022),
    ("leakage.quantity", "motor_fuel", "share", 0.104, 0.104, 0.104),
)


def chosen(summaries: Sequence[SavedSummary], only: Sequence[str] = ()) -> list[NumberInText]:
    """The numbers of runs for sentences."""
    return Saved(tuple(summaries), ()).for_sentences(only)


def save(folder: Path, scenario: str, rows: Sequence[Row] = USUAL, *, months: Sequence[tuple[str, float]] = ()) -> Path:
    """Save a run of which only the table is left.

    Parameters
    ----------
    months
        Items of the outcome that is a month, with the number of months from January 2017.
    """
    builder = TableBuilder(scenario, 1000, 200)
    for metric, item, unit, estimate, low, high in rows:
        builder.add(metric, item, unit, [Estimate(estimate, low, high, "parameter")])
    for item, month in months:
        label = f"{2017 + int(month) // 12}-{int(month) % 12 + 1:02d}"
        median = Estimate(month, month - 1, month + 14, "replication")
        builder.add("supplier.first_month_on_top", item, "months from the start", [median], f"median {label}")
    place = folder / scenario
    place.mkdir(parents=True, exist_ok=True)
    (place / "summary.csv").write_bytes(csv_bytes(builder.table()))
    return place
