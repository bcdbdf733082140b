"""The market place: sellers leave offers, the buyer leaves its plan, and once a month the market clears."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from leaksim.engine.clock import Clock, Process
from leaksim.engine.lanes import Floats, SomeArms
from leaksim.model.clearing import clear, paid, price_without_offers
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
        self._offers: dict[str, Offer] = {}
        self._arms_of: dict[str, SomeArms] = {}
        self._sales: dict[str, dict[int, Sale]] = {}
        setting.records.announce("market.price", np.ones((len(PRODUCTS), *setting.shape)))

    def expect(self, quantity: Floats) -> None:
        """Announce a quantity, ``(product, arm, lane)``, that will be there this month without new offers."""
        self.expected += quantity

    def offer(self, sellers: str, offer: Offer, arms: SomeArms) -> None:
        """Leave the offer of a group of sellers, who sell in some arms only, for this month."""
        self._arms_of[sellers] = arms
        self._offers[sellers] = Offer(
            arms.among_all(offer.reservation),
            {product: arms.among_all(capacity) for product, capacity in offer.capacity.items()},
        )

    def sales(self, sellers: str) -> Mapping[int, Sale]:
        """Sales of a group of sellers this month in their arms, by product index."""
        arms = self._arms_of[sellers]
        return {
            product: Sale(arms.of(sale.quantity), arms.of(sale.price)) for product, sale in self._sales[sellers].items()
        }

    def process(self, clock: Clock) -> Process:
        """Clear once a month."""
        yield from clock.monthly((MARKET_CLEARS, self._clear))

    def _clear(self, month: int) -> None:
        prices = np.ones((len(PRODUCTS), *self._setting.shape))
        self._sales = {sellers: {} for sellers in self._offers}
        outlay = self._setting.zeros()
        for product, (demand, expected) in enumerate(zip(self._demand, self.expected, strict=True)):
            offers = {sellers: offer for sellers, offer in self._offers.items() if product in offer.capacity}
            quiet, busy = self._quiet_and_busy(product, offers)
            reservation = np.concatenate([offer.reservation[:, busy] for offer in offers.values()])
            capacity = np.concatenate([offer.capacity[product][:, busy] for offer in offers.values()])
            clearing = clear(demand, expected[busy], np.maximum(reservation, 1.0), capacity)
            prices[product, quiet] = price_without_offers(demand, expected[quiet])
            prices[product, busy] = clearing.price
            unit_price = paid(clearing.price, reservation, self._buyer_power)
            unit_price *= self._prices[product]
            outlay[busy] += np.einsum("sal,sal->al", clearing.sold, unit_price)
            self._hand_out(offers, product, busy, clearing.sold, unit_price)
        self._settle(prices, outlay)
        self._setting.ledger.note("price", month, prices)
        self._setting.records.record("market.price", prices)
        self.expected = self._setting.zeros(len(PRODUCTS))
        self._offers = {}

    def _quiet_and_busy(self, product: int, sellers: Iterable[str]) -> tuple[slice, slice]:
        """Split the arms: clearing those before the first that has both offers and a gap would be work for nothing."""
        gap = (self.expected[product] < self._baseline_use[product]).any(axis=-1)
        busy = np.flatnonzero(gap & np.any([self._arms_of[name].flags for name in sellers], axis=0))
        first = busy[0] if len(busy) else len(gap)
        return slice(0, first), slice(first, None)

    def _hand_out(
        self, offers: Mapping[str, Offer], product: int, busy: slice, sold: Floats, unit_price: Floats
    ) -> None:
        """Tell the sellers what they sold; in the quiet arms it is nothing."""
        quantity, price = self._setting.zeros(len(sold)), self._setting.zeros(len(sold))
        quantity[:, busy], price[:, busy] = sold, unit_price
        start = 0
        for sellers, offer in offers.items():
            end = start + len(offer.reservation)
            self._sales[sellers][product] = Sale(quantity[start:end], price[start:end])
            start = end

    def _settle(self, prices: Floats, outlay: Floats) -> None:
        """Scale purchases down to what the buyer can pay, and say what use the month is heading for."""
        affordable = np.minimum(1.0, self.spendable / np.where(outlay > 0, outlay, 1.0))
        affordable = np.where(outlay > 0, affordable, 1.0)
        bought = self._setting.zeros(len(PRODUCTS))
        for sales in self._sales.values():
            for product, sale in sales.items():
                sale.quantity[...] *= affordable
                bought[product] += sale.quantity.sum(axis=0)
        self.planned_use = np.minimum(self.expected + bought, self._baseline_use)
