"""The market place: sellers leave offers, the buyer leaves its plan, and once a month the market clears."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from leaksim.engine.clock import Clock, Process
from leaksim.engine.lanes import Floats, SomeArms
from leaksim.model.clearing import Sale, Sellers, scale_down, trade
from leaksim.model.demand import DemandCurve
from leaksim.model.dimensions import PRODUCTS
from leaksim.model.schedule import MARKET_CLEARS
from leaksim.model.setting import Setting, baseline_prices


@dataclass(frozen=True)
class Offer:
    """What a group of sellers offers in one month."""

    reservation: Floats
    """Lowest price of each seller as a ratio to the baseline price, shape ``(seller, arm, lane)``."""
    capacity: Mapping[int, Floats]
    """Greatest delivery of each seller by product index, same shape."""


class Market:
    """Increments to the supply of each import product, cleared once a month.

    Flows that run anyway (official trade, the refinery, cargo on its way, planned releases from stock) are added to
    `expected` and keep the baseline price; only offers are priced.
    """

    def __init__(self, setting: Setting, demand: Sequence[DemandCurve]) -> None:
        self._setting, self._demand = setting, demand
        self._prices = setting.in_all_lanes(baseline_prices(setting.parameters))
        self._buyer_power = setting.in_all_lanes(setting.parameters["market.buyer_power"])
        self._baseline_use = np.stack(
            np.broadcast_arrays(*(np.broadcast_to(curve.baseline_total, setting.shape) for curve in demand))
        )
        self.expected = setting.zeros(len(PRODUCTS))
        """Quantity of each product that is there without new offers this month, ``(product, arm, lane)``."""
        self.spendable = setting.zeros()
        """Hard currency that the buyer can spend on offers this month, ``(arm, lane)``, in $m."""
        self.planned_use = setting.zeros(len(PRODUCTS))
        """Use that the cleared price calls for, ``(product, arm, lane)``."""
        self.price = np.ones((len(PRODUCTS), *setting.shape))
        """Price cleared this month as a ratio to the baseline price, ``(product, arm, lane)``."""
        self._offers: dict[str, Offer] = {}
        self._arms_of: dict[str, SomeArms] = {}
        self._sellers: list[tuple[list[str], Sellers]] = []
        """Of each product the groups who sell it, and where."""
        self._sales: dict[str, dict[int, Sale]] = {}
        setting.records.announce("market.price", self.price)

    def offer(self, sellers: str, offer: Offer, arms: SomeArms) -> None:
        """Leave the offer of a group of sellers, who sell in some arms only, for this month."""
        self._offers[sellers], self._arms_of[sellers] = offer, arms

    def sales(self, sellers: str) -> Mapping[int, Sale]:
        """Sales of a group of sellers this month in their arms, by product index."""
        return self._sales[sellers]

    def process(self, clock: Clock) -> Process:
        """Clear once a month."""
        yield from clock.monthly((MARKET_CLEARS, self._clear))

    def _clear(self, month: int) -> None:
        setting = self._setting
        self._find_sellers()
        trades = []
        for product, (names, sellers) in enumerate(self._sellers):
            offers = [self._offers[name] for name in names]
            trades.append(
                trade(
                    self._demand[product],
                    self.expected[product],
                    sellers,
                    [offer.reservation for offer in offers],
                    [offer.capacity[product] for offer in offers],
                    self._buyer_power,
                    self._prices[product],
                )
            )
        outlay = sum((each.outlay for each in trades), start=setting.zeros())
        scarce = outlay > np.maximum(self.spendable, 0.0)
        if scarce.any():
            affordable = np.where(scarce, self.spendable / np.where(scarce, outlay, 1.0), 1.0)
            for each, (_, sellers) in zip(trades, self._sellers, strict=True):
                scale_down(each, sellers, affordable)
        self._sales = {name: {} for name in self._offers}
        for product, (each, (names, _)) in enumerate(zip(trades, self._sellers, strict=True)):
            for name, sale in zip(names, each.sales, strict=True):
                self._sales[name][product] = sale
        use, self.price = np.empty_like(self.expected), np.empty_like(self.expected)
        for product, each in enumerate(trades):
            np.add(each.bought, self.expected[product], out=use[product])
            np.minimum(use[product], self._baseline_use[product], out=use[product])
            self.price[product] = each.price
        self.planned_use = use
        setting.ledger.note("price", month, self.price)
        setting.records.record("market.price", self.price)
        self.expected.fill(0.0)
        self._offers = {}

    def _find_sellers(self) -> None:
        """Look around in the first month: sellers stay in their arms and with their products."""
        if self._sellers:
            return
        for product in range(len(PRODUCTS)):
            names = [name for name, offer in self._offers.items() if product in offer.capacity]
            arms = [self._arms_of[name] for name in names]
            self._sellers.append((names, Sellers(arms, len(self._setting.arms))))
