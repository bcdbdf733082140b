"""When stocks and reserves run out, and how much time the leaks buy.

The state never spends its stores below their floors, and comes ever closer to them without reaching them. A store is
therefore called empty when at most a tenth is left of what stood above its floor at the start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.model.channels import BASELINE, INTENDED, REALISED
from leaksim.model.dimensions import FUELS, PRODUCTS
from leaksim.model.world import History
from leaksim.outcomes.statistics import mean, proportion
from leaksim.outcomes.survival import Durations, first_month, median_duration
from leaksim.outcomes.table import TableBuilder

if TYPE_CHECKING:
    from leaksim.outcomes.summary import Summary

STORES = (*(f"{PRODUCTS[fuel]}_stock" for fuel in FUELS), "reserves")
"""What can run out."""

_EMPTY = 0.1
"""Share of what could be spent at the start; with less, a store is empty."""


def exhaustion_totals(history: History) -> dict[str, Floats]:
    """Months after which each store is empty, by name, shape ``(arm, lane)``; infinity where the run ends before."""
    ledger, parameters = history.ledger, history.setting.parameters
    stores = [(ledger.levels["stock"][:, fuel], f"stock.{PRODUCTS[fuel]}") for fuel in FUELS]
    stores.append((ledger.levels["reserves"][:, 0], "reserves"))
    return {
        f"exhausted.{store}": months_to_empty(level, parameters[f"{name}.initial"], parameters[f"{name}.floor"])
        for store, (level, name) in zip(STORES, stores, strict=True)
    }


def months_to_empty(level: Floats, initial: Floats, floor: Floats) -> Floats:
    """Count the months until a store is first empty, shape ``(arm, lane)``.

    None at all where there was nothing above the floor to begin with; infinity where it never is.

    Parameters
    ----------
    level
        At the end of each month, shape ``(month, arm, lane)``.
    initial, floor
        At the start, and what is never spent; shape ``(1, 1 or lane)``, in the unit of `level`.
    """
    spendable = np.maximum(initial - floor, 0.0)
    months = first_month(level - floor <= _EMPTY * spendable) + 1
    return np.where(spendable > 0, months, 0.0)


def add_exhaustion(table: TableBuilder, summary: Summary) -> None:
    """Add when stores run out in each arm, and the months that leakage buys."""
    for store in STORES:
        for arm in (BASELINE, INTENDED, REALISED):
            _add_arm(table, summary, store, arm)
        _add_bought(table, summary, store)


def _add_arm(table: TableBuilder, summary: Summary, store: str, arm: str) -> None:
    item, horizon = f"{arm}/{store}", summary.calendar.months
    months = summary.total(f"exhausted.{store}", arm)
    durations = Durations(months, np.full_like(months, horizon))
    note = f"{100 * durations.censored:.3g} % of lanes censored"
    table.add("exhaustion.median", item, "month", median_duration(durations, summary.draws), note)
    # All lanes are censored at the same horizon: the area under the Kaplan-Meier curve is then a plain mean.
    within = mean(np.minimum(months, horizon), summary.draws)
    table.add("exhaustion.mean", item, "month", within, f"of the first {horizon} months")
    table.add("exhaustion.censored", item, "share of lanes", proportion(np.isinf(months), summary.draws))


def _add_bought(table: TableBuilder, summary: Summary, store: str) -> None:
    metric, horizon = "exhaustion.bought", summary.calendar.months
    if not summary.has_pressure(INTENDED):
        table.add_undefined(metric, store, "month", "undefined: the intended pressure is zero")
        return
    intended, realised = (np.minimum(summary.total(f"exhausted.{store}", arm), horizon) for arm in (INTENDED, REALISED))
    lasts = (intended == horizon).all() and (realised == horizon).all()
    note = "lasts longer than the run with and without leaks" if lasts else f"of the first {horizon} months"
    table.add(metric, store, "month", mean(realised - intended, summary.draws), note)
