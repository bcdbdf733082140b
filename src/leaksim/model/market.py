"""The market place: sellers leave offers, the buyer leaves its plan, and once a month the market clears."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from leaksim.engine.clock import Clock, Process
from leaksim.engine.lanes import Floats, SomeArms
from leaksim.model.clearing import clear, paid, price_without_offers, sorted_offers
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
        # The arms before this one have no channel and so no offers: clearing them would be work for nothing.
        self._first_busy = next((index for index, arm in enumerate(setting.arms) if arm.channels), 0)
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
        quiet, busy = slice(0, self._first_busy), slice(self._first_busy, None)
        for sellers, products in self._sides():
            reservation = np.concatenate([self._offers[name].reservation[:, busy] for name in sellers])
            floored = np.maximum(reservation, 1.0)
            ordered = sorted_offers(floored)
            for product in products:
                demand, expected = self._demand[product], self.expected[product]
                capacity = np.concatenate([self._offers[name].capacity[product][:, busy] for name in sellers])
                clearing = clear(demand, expected[busy], floored, capacity, ordered)
                prices[product, quiet] = price_without_offers(demand, expected[quiet])
                prices[product, busy] = clearing.price
                unit_price = self._prices[product] * paid(clearing.price, reservation, self._buyer_power)
                outlay[busy] += np.einsum("sal,sal->al", clearing.sold, unit_price)
                self._hand_out(sellers, product, clearing.sold, unit_price)
        self._settle(prices, outlay)
        self._setting.ledger.note("price", month, prices)
        self._setting.records.record("market.price", prices)
        self.expected = self._setting.zeros(len(PRODUCTS))
        self._offers = {}

    def _sides(self) -> list[tuple[list[str], list[int]]]:
        """List the groups of sellers that compete for the same products, with those products."""
        sides: dict[tuple[int, ...], list[str]] = {}
        for sellers, offer in self._offers.items():
            sides.setdefault(tuple(offer.capacity), []).append(sellers)
        return [(sellers, list(products)) for products, sellers in sides.items()]

    def _hand_out(self, sellers: list[str], product: int, sold: Floats, unit_price: Floats) -> None:
        start = 0
        for name in sellers:
            end = start + len(self._offers[name].reservation)
            self._sales[name][product] = Sale(
                self._in_all_arms(sold[start:end]), self._in_all_arms(unit_price[start:end])
            )
            start = end

    def _in_all_arms(self, values: Floats) -> Floats:
        """Add the arms without offers, in which nothing is sold."""
        if self._first_busy == 0:
            return values
        whole = self._setting.zeros(len(values))
        whole[:, self._first_busy :] = values
        return whole

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
