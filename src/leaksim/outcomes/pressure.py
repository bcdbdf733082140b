"""Pressure on the DPRK: what the measures cost it, felt at once or deferred, against the same lane without them.

For arm S and baseline B in one month::

    felt     = sum over products and classes of [B(q^B) - B(q)]  +  [M^B - M]
    deferred = [dH^B - dH]  +  sum over products of p0 [dS^B - dS]

with B the area under a class's inverse demand, q use, M other imports, H reserves and S stocks. Since reserves change
by receipts R less import outlay E less M, the same total is ``sum [B(q^B) - B(q)] + (R^B - R) + (E - E^B) + sum p0
[dS^B - dS]``: `by_budget`. The two agree to rounding in every lane and month.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from leaksim.engine.lanes import Floats, SomeArms
from leaksim.model.dimensions import CLASSES, PRODUCTS
from leaksim.model.ledger import Ledger
from leaksim.model.world import History

BASELINE_ARM = 0
"""Index of the baseline on the arm axis: comparisons are against it."""


@dataclass(frozen=True)
class Pressure:
    """Pressure of one block in $m per month; arrays end in the axes ``(month, arm, lane)``."""

    lost_use: Floats
    """Lost services of fuel and machines, shape ``(product, class, month, arm, lane)``."""
    forgone_imports: Floats
    """Other imports not bought, ``(month, arm, lane)``."""
    reserves_run_down: Floats
    """Extra fall of hard-currency reserves, ``(month, arm, lane)``."""
    stock_run_down: Floats
    """Extra fall of fuel stocks at baseline prices, ``(month, arm, lane)``."""

    @cached_property
    def felt(self) -> Floats:
        """Pressure felt in the month itself."""
        total: Floats = self.lost_use.sum(axis=(0, 1)) + self.forgone_imports
        return total

    @property
    def deferred(self) -> Floats:
        """Pressure put off by running down reserves and stocks."""
        return self.reserves_run_down + self.stock_run_down

    @property
    def total(self) -> Floats:
        """Felt and deferred pressure together."""
        return self.felt + self.deferred

    def by_budget(self, ledger: Ledger) -> Floats:
        """Total pressure computed from the trade budget instead of from reserves and other imports."""
        budget = _against_baseline(ledger.receipts() - ledger.import_outlay())
        total: Floats = self.lost_use.sum(axis=(0, 1)) + budget + self.stock_run_down
        return total

    def within(self, arms: SomeArms) -> Pressure:
        """Return that of some of the arms."""
        return Pressure(*(getattr(self, part.name)[..., arms.index, :] for part in fields(self)))


def pressure(history: History) -> Pressure:
    """Measure the pressure of every arm of a block against its baseline arm."""
    ledger, parameters = history.ledger, history.setting.parameters
    prices = history.prices
    lost_use = []
    for product, curve in enumerate(history.demand):
        start = product * len(CLASSES)
        used = ledger.flows["used"][:, start : start + len(CLASSES)]
        benefit = np.moveaxis(curve.benefit(used) * prices[product], 1, 0)
        lost_use.append(_against_baseline(benefit))
    reserves = _changes(ledger.levels["reserves"], parameters["reserves.initial"][None])[:, 0]
    initial_stock = np.zeros((len(PRODUCTS), 1, prices.shape[-1])) + np.stack(
        np.broadcast_arrays(
            parameters["stock.motor_fuel.initial"], parameters["stock.jet_fuel.initial"], np.zeros((1, 1))
        )
    )
    stocks = (_changes(ledger.levels["stock"], initial_stock) * prices).sum(axis=1)
    return Pressure(
        lost_use=np.stack(lost_use),
        forgone_imports=_against_baseline(ledger.other_imports()),
        reserves_run_down=_against_baseline(reserves),
        stock_run_down=_against_baseline(stocks),
    )


def _against_baseline(values: Floats) -> Floats:
    """Baseline less arm, for arrays that end in ``(arm, lane)``."""
    return values[..., BASELINE_ARM : BASELINE_ARM + 1, :] - values


def _changes(levels: Floats, initial: Floats) -> Floats:
    """Monthly changes of recorded states, shape ``(month, item, arm, lane)``."""
    first = levels[:1] - initial
    return np.concatenate([first, np.diff(levels, axis=0)])
