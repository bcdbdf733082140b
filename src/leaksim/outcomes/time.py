"""How fast the pressure and the price premia fade: their half-lives.

The half-life is counted from the month of the highest value to the first month from which on, to the end of the run,
the value is at most half of the highest. A value that falls and comes back has not faded: monthly values are lumpy (one
cargo more or less moves a price), so the first month below half would often be a trough in the noise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.model.channels import INTENDED, REALISED
from leaksim.model.dimensions import PRODUCTS
from leaksim.model.ledger import Ledger
from leaksim.outcomes.pressure import Pressure
from leaksim.outcomes.survival import Durations, median_duration
from leaksim.outcomes.table import TableBuilder

if TYPE_CHECKING:
    from leaksim.outcomes.summary import Summary

_NOTHING = 1e-9
"""A highest value up to this, in $m or as a share of the price, is rounding and no peak."""


def half_life_totals(felt: Pressure, ledger: Ledger) -> dict[str, Floats]:
    """Peak month and half-life of the pressure and of each premium, by name, shape ``(arm, lane)``."""
    series = {"pressure": felt.total}
    series |= {f"premium.{product}": ledger.levels["price"][:, index] - 1 for index, product in enumerate(PRODUCTS)}
    totals = {}
    for name, values in series.items():
        totals[f"peak.month.{name}"], totals[f"half_life.{name}"] = peak_and_half_life(values)
    return totals


def peak_and_half_life(series: Floats) -> tuple[Floats, Floats]:
    """Find the peak of monthly values, and how long half of it lasts.

    Parameters
    ----------
    series
        Shape ``(month, ...)``.

    Returns
    -------
    peak
        Month of the highest value, counted from 0, the first if there are several; infinity where no value is positive.
    half_life
        Months from there to the first month from which on all values are at most half of it; infinity where the last
        value is still above half, or where there is no peak.
    """
    highest = series.max(axis=0)
    above = series > highest / 2
    last_above = len(series) - 1 - above[::-1].argmax(axis=0)
    peak = np.where(highest > _NOTHING, series.argmax(axis=0).astype(np.float64), np.inf)
    fades = np.isfinite(peak) & (last_above < len(series) - 1)
    return peak, np.where(fades, last_above + 1 - series.argmax(axis=0), np.inf)


def add_half_lives(table: TableBuilder, summary: Summary) -> None:
    """Add the half-lives of the pressure and of the premia."""
    for arm in (INTENDED, REALISED):
        _add(table, summary, "pressure.half_life", arm, "pressure")
        for product in PRODUCTS:
            _add(table, summary, "price.premium_half_life", f"{arm}/{product}", "premium")


def _add(table: TableBuilder, summary: Summary, metric: str, item: str, what: str) -> None:
    arm, _, product = item.partition("/")
    name = f"{what}.{product}" if product else what
    peak = summary.total(f"peak.month.{name}", arm)
    watched = np.where(np.isfinite(peak), summary.calendar.months - 1 - peak, -1)
    durations = Durations(summary.total(f"half_life.{name}", arm), watched)
    if not durations.subjects.any():
        table.add_undefined(metric, item, "month", f"undefined: there is no {what}")
        return
    notes = [f"{100 * durations.censored:.3g} % of lanes censored"]
    if not durations.subjects.all():
        notes.insert(0, f"{100 * durations.subjects.mean():.3g} % of lanes have a peak")
    table.add(metric, item, "month", median_duration(durations, summary.draws), ", ".join(notes))
