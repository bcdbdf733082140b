"""The market place: sellers leave offers, the buyer leaves its plan, and once a month the market clears."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from leaksim.engine.clock import Clock, Process
from leaksim.engine.lanes import Floats, SomeArms
from leaksim.model.clearing import clear, due, price_without_offers
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


@dataclass(frozen=True)
class Sale:
    """What a group of sellers sold of one product in one month."""

    quantity: Floats
    """Sold by each seller, in delivered quantity, shape ``(seller, arm, lane)``."""
    price: Floats
    """What each seller is paid, in $m per unit of the product, same shape."""


class Market:
    """Increments to the supply of each import product, cleared once a month.

    Flows that run anyway (official trade, the refinery, cargo on its way, planned releases from stock) are announced
    with `expect` and keep the baseline price; only offers are priced.
    """

    def __init__(self, setting: Setting, demand: Sequence[DemandCurve]) -> None:
        self._setting, self._demand = setting, demand
        self._prices = baseline_prices(setting.parameters)
        self._buyer_power = setting.parameters["market.buyer_power"]
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
        self._busy = self._quiet = SomeArms(())
        """The arms in which somebody sells, and the others: there the demand curve alone sets the price."""
        self._among_busy: dict[str, SomeArms] = {}
        self._sales: dict[str, dict[int, Sale]] = {}
        setting.records.announce("market.price", self.price)

    def expect(self, quantity: Floats) -> None:
        """Announce a quantity, ``(product, arm, lane)``, that will be there this month without new offers."""
        self.expected += quantity

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
        prices, bought, outlay = setting.zeros(len(PRODUCTS)), setting.zeros(len(PRODUCTS)), setting.zeros()
        self._find_busy_arms()
        busy, quiet, cleared = self._busy, self._quiet, []
        for product, (demand, expected) in enumerate(zip(self._demand, self.expected, strict=True)):
            prices[product, quiet.index] = price_without_offers(demand, quiet.of(expected))
            names = [sellers for sellers, offer in self._offers.items() if product in offer.capacity]
            offers = [self._offers[sellers] for sellers in names]
            reservation = self._side_by_side(names, [offer.reservation for offer in offers])
            capacity = self._side_by_side(names, [offer.capacity[product] for offer in offers])
            clearing = clear(demand, busy.of(expected), reservation, capacity)
            prices[product, busy.index] = clearing.price
            unit_price, due_to_all = due(
                clearing.sold, clearing.price, reservation, self._buyer_power, self._prices[product]
            )
            outlay[busy.index] += due_to_all
            cleared.append((product, names, Sale(clearing.sold, unit_price)))
        affordable = np.where(outlay > 0, np.minimum(1.0, self.spendable / np.where(outlay > 0, outlay, 1.0)), 1.0)
        self._sales = {sellers: {} for sellers in self._offers}
        for product, names, sale in cleared:
            sale.quantity[...] *= affordable[busy.index]
            bought[product, busy.index] = sale.quantity.sum(axis=0)
            self._hand_out(product, names, sale)
        self.planned_use = np.minimum(self.expected + bought, self._baseline_use)
        setting.ledger.note("price", month, prices)
        setting.records.record("market.price", prices)
        self.price = prices
        self.expected = setting.zeros(len(PRODUCTS))
        self._offers = {}

    def _find_busy_arms(self) -> None:
        """Look around in the first month: sellers stay in their arms."""
        if self._among_busy:
            return
        busy = np.any([arms.flags for arms in self._arms_of.values()], axis=0)
        self._busy, self._quiet = SomeArms(busy), SomeArms(~busy)
        self._among_busy = {sellers: arms.among(self._busy) for sellers, arms in self._arms_of.items()}

    def _side_by_side(self, names: Sequence[str], parts: Sequence[Floats]) -> Floats:
        """Put parts of several offers on one axis, ``(seller, busy arm, lane)``; zero in arms without the seller."""
        width = self._setting.block.width
        whole = np.zeros((sum(map(len, parts)), np.count_nonzero(self._busy.flags), width))
        start = 0
        for sellers, part in zip(names, parts, strict=True):
            end = start + len(part)
            whole[start:end, self._among_busy[sellers].index] = part
            start = end
        return whole

    def _hand_out(self, product: int, names: Sequence[str], sale: Sale) -> None:
        """Tell the sellers what they sold in their arms."""
        start = 0
        for sellers in names:
            end, arms = start + len(self._offers[sellers].reservation), self._among_busy[sellers]
            self._sales[sellers][product] = Sale(arms.of(sale.quantity[start:end]), arms.of(sale.price[start:end]))
            start = end
