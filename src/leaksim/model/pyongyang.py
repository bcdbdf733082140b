"""The DPRK state: it stores fuel, shares it out, earns and spends hard currency.

It plans releases from its stock before it buys; each month's purchases cover that month's gap, and the stock takes up
what comes late. It shares out what there is by (weighted) willingness to pay, and it cuts other imports when earnings
fall, the more the lower its reserves.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from leaksim.engine.clock import Clock, Process
from leaksim.engine.lanes import Floats
from leaksim.model.demand import DemandCurve
from leaksim.model.dimensions import CLASSES, FUELS, MOTOR_FUEL, PRODUCTS
from leaksim.model.market import Market
from leaksim.model.schedule import ACCOUNTS_CLOSE, BUYER_PLANS, FUEL_IS_USED
from leaksim.model.setting import Setting, baseline_prices

_LESS_THAN_A_CENT = 1e-8
"""In $m. At the floor of the reserves rounding would leave so much, and it would buy cargoes of nothing."""


def import_response(reserves: Floats, response: Floats, soft: Floats, floor: Floats) -> Floats:
    """Share of a shortfall of net earnings that is met by cutting other imports rather than by reserves.

    It is `response` while reserves are above `soft` and rises in a straight line to 1 at `floor`.
    """
    scarcity = np.clip((soft - reserves) / np.maximum(soft - floor, np.finfo(np.float64).tiny), 0.0, 1.0)
    return response + (1 - response) * scarcity


class Pyongyang:
    """The DPRK state.

    Parameters
    ----------
    demand
        Demand of each product as the state weighs its users, by product index.
    net_earnings
        Receipts less import outlay of the world without measures, shape ``(1, 1 or lane)``, $m per month.
    """

    def __init__(self, setting: Setting, market: Market, demand: Sequence[DemandCurve], net_earnings: Floats) -> None:
        parameters = setting.parameters
        self._setting, self._market, self._demand = setting, market, demand
        self._normal_earnings = net_earnings
        self._other_imports = parameters["imports.other"]
        self._response = parameters["reserves.import_response"]
        self._soft, self._floor = parameters["reserves.soft"], parameters["reserves.floor"]
        self._reserves = parameters["reserves.initial"] + setting.zeros()
        self._stock = setting.zeros(len(PRODUCTS))
        self._stock_floor = setting.zeros(len(PRODUCTS))
        for product in FUELS:
            stem = f"stock.{PRODUCTS[product]}"
            self._stock[product] = parameters[f"{stem}.initial"]
            self._stock_floor[product] = parameters[f"{stem}.floor"]
        self._drawdown_time = np.maximum(parameters["stock.drawdown_time"], 1.0)
        self._tanks = parameters["stock.motor_fuel.capacity"]
        self._restocking = parameters["anticipation.restocking"]
        self._fuel_price = baseline_prices(parameters)[MOTOR_FUEL]

    def process(self, clock: Clock) -> Process:
        """Plan purchases early in the month; use fuel and close the accounts at its end."""
        yield from clock.monthly((BUYER_PLANS, self._plan), (FUEL_IS_USED, self._use), (ACCOUNTS_CLOSE, self._close))

    def _releasable(self) -> Floats:
        return np.maximum(self._stock - self._stock_floor, 0.0) / self._drawdown_time

    def _plan(self, month: int) -> None:
        market = self._market
        spendable = self._reserves - self._floor
        market.spendable = np.where(spendable > _LESS_THAN_A_CENT, spendable, 0.0)
        market.spendable = market.spendable - self._restock(month, market.spendable)
        releasable = self._releasable()
        for product, curve in enumerate(self._demand):
            gap = np.maximum(curve.baseline_total - market.expected[product], 0.0)
            market.expected[product] += np.minimum(gap, releasable[product])

    def _restock(self, month: int, spendable: Floats) -> Floats:
        """Fill the tanks while a measure looms; return what it costs, ``(arm, lane)``."""
        ledger = self._setting.ledger
        offered = self._restocking * self._setting.records["china.looming_fuel"]
        room = np.maximum(self._tanks - self._stock[MOTOR_FUEL], 0.0)
        bought = np.minimum(np.minimum(offered, room), spendable / self._fuel_price)
        ledger.post_item("restocked", month, MOTOR_FUEL, bought)
        cost: Floats = bought * self._fuel_price
        ledger.post_item("paid_restocked", month, MOTOR_FUEL, cost)
        return cost

    def _use(self, month: int) -> None:
        ledger = self._setting.ledger
        arrived = ledger.arrived(month)
        wanted = self._market.planned_use
        released = np.clip(wanted - arrived, 0.0, self._releasable())
        available = arrived + released
        used = np.minimum(wanted, available)
        stored = available - used
        self._stock = self._stock + stored - released
        ledger.post("released", month, released)
        ledger.post("stored", month, stored)
        for product, curve in enumerate(self._demand):
            quantities, _ = curve.ration(used[product], self._market.price[product])
            start = product * len(CLASSES)
            ledger.flows["used"][month, start : start + len(CLASSES)] += quantities
        ledger.note("stock", month, self._stock)
        total = self._demand[MOTOR_FUEL].baseline_total
        self._setting.records.record("pyongyang.fuel_shortage", 1 - used[MOTOR_FUEL] / total)

    def _close(self, month: int) -> None:
        ledger = self._setting.ledger
        net = ledger.receipts(month) - ledger.import_outlay(month)
        shortfall = np.maximum(self._normal_earnings - net, 0.0)
        forgone = import_response(self._reserves, self._response, self._soft, self._floor) * shortfall
        # No import is paid with currency that is not there.
        payable = np.maximum(net + self._reserves - self._floor, 0.0)
        other_imports = np.minimum(np.maximum(self._other_imports - forgone, 0.0), payable)
        self._reserves = self._reserves + net - other_imports
        ledger.post("paid_other_imports", month, other_imports)
        ledger.note("reserves", month, self._reserves)
