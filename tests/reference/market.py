"""The market for increments: the offers are taken one by one, from the cheapest up."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from reference.case import Case
from reference.demand import Demand
from reference.things import PRODUCTS
from reference.timetable import MARKET_CLEARS

_NOTHING = 1e-12
"""A gap below this share of baseline use is rounding noise."""


@dataclass
class Offer:
    """What one seller can deliver of one product, from which price ratio on, and what comes of it."""

    reservation: float
    capacity: float
    sold: float = 0.0
    price: float = 0.0
    """What the seller is paid per unit, $m."""


class Market:
    """Increments to supply, cleared once a month."""

    def __init__(self, case: Case, demand: dict[str, Demand]) -> None:
        self._case, self._demand = case, demand
        self.expected = dict.fromkeys(PRODUCTS, 0.0)
        self.spendable = 0.0
        self.planned_use = dict.fromkeys(PRODUCTS, 0.0)
        self._offers: dict[str, list[Offer]] = {product: [] for product in PRODUCTS}
        self.duties = [(MARKET_CLEARS, self._clear)]
        for product in PRODUCTS:
            case.news.known[f"price of {product}"] = 1.0

    def offer(self, product: str, reservation: float, capacity: float) -> Offer:
        """Leave an offer for this month."""
        offer = Offer(reservation, capacity)
        self._offers[product].append(offer)
        return offer

    def _clear(self, _month: int) -> None:
        case = self._case
        for product, demand in self._demand.items():
            price = clear(demand, self.expected[product], self._offers[product])
            for offer in self._offers[product]:
                kept_back = case.value("market.buyer_power") * (price - offer.reservation)
                offer.price = case.price(product) * (price - kept_back)
            case.ledger.note("price", product, price)
            case.news.drafts[f"price of {product}"] = price
        offers = [offer for some in self._offers.values() for offer in some]
        outlay = sum(offer.sold * offer.price for offer in offers)
        if outlay > self.spendable:
            for offer in offers:
                offer.sold *= self.spendable / outlay
        for product, demand in self._demand.items():
            bought = sum(offer.sold for offer in self._offers[product])
            self.planned_use[product] = min(self.expected[product] + bought, demand.baseline)
            self.expected[product] = 0.0
            self._offers[product] = []


def clear(demand: Demand, there: float, offers: list[Offer]) -> float:
    """Write into each offer what is sold, and return the price ratio.

    Parameters
    ----------
    there
        Quantity that is there without offers.
    """
    if demand.baseline - there <= _NOTHING * demand.baseline:
        return 1.0
    bought = 0.0

    def at_least_one(offer: Offer) -> float:
        return max(offer.reservation, 1.0)

    for step, equals in groupby(sorted(offers, key=at_least_one), key=at_least_one):
        wanted = demand.total(step) - there - bought
        if wanted <= 0:
            break
        equal_offers = list(equals)
        capacity = sum(offer.capacity for offer in equal_offers)
        for offer in equal_offers:
            offer.sold = offer.capacity * min(1.0, wanted / capacity) if capacity > 0 else 0.0
        if capacity >= wanted:
            return step
        bought += capacity
    return demand.price_for(there + bought)
