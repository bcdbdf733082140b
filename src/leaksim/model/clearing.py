"""The market for increments: what sellers add beyond the flows that run at the baseline price.

Clearing of one product in one month: with `base` the quantity that is there anyway, find the lowest price, not below
the baseline price, at which the offers with a reservation price up to it cover what the buyer still wants.
On a vertical supply segment (all offers sold) the price is on the demand curve; on a vertical demand segment, or where
the curve crosses a step, it is the reservation price of the marginal seller.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.model.demand import DemandCurve

_NOTHING = 1e-12
"""Wants below this share of baseline demand are rounding noise, not a gap in supply."""


@dataclass(frozen=True)
class Clearing:
    """Outcome of one clearing."""

    price: Floats
    """Ratio to the baseline price, shape ``(arm, lane)``, at least 1."""
    quantity: Floats
    """Increments sold, shape ``(arm, lane)``."""
    sold: Floats
    """What each seller sold, shape ``(seller, arm, lane)``; sellers with equal reservation prices sell pro rata."""


def sorted_offers(reservation: Floats) -> Floats:
    """Reservation prices in ascending order, shape ``(seller, arm, lane)`` as given."""
    prices = np.moveaxis(reservation, 0, -1).copy()
    prices.sort(axis=-1)
    return np.ascontiguousarray(np.moveaxis(prices, -1, 0))


def clear(demand: DemandCurve, base: Floats, reservation: Floats, capacity: Floats, ordered: Floats) -> Clearing:
    """Clear the market for one product.

    Parameters
    ----------
    demand
        The market's demand.
    base
        Quantity that is there without increments, shape ``(arm, lane)``.
    reservation, capacity
        Lowest price (ratio to the baseline price, at least 1) and greatest quantity of each offer, shape
        ``(seller, arm, lane)``.
    ordered
        `sorted_offers(reservation)`, passed in because products with the same sellers share it.
    """
    marginal = _marginal_price(demand, base, reservation, capacity, ordered)
    gap = demand.baseline_total - base > _NOTHING * demand.baseline_total
    # Without a gap no offer is low enough.
    marginal = np.where(gap, marginal, 0.0)
    sold = capacity * (reservation < marginal)
    cheaper: Floats = sold.sum(axis=0)
    at_margin = capacity * (reservation == marginal)
    wanted = demand.total(np.maximum(marginal, 1.0)) - base
    on_demand_curve = cheaper >= wanted
    quantity = np.where(gap, np.where(on_demand_curve, cheaper, wanted), 0.0)
    price = np.where(on_demand_curve, demand.price_for(base + quantity), marginal)
    margin_capacity: Floats = at_margin.sum(axis=0)
    missing = np.maximum(quantity - cheaper, 0.0)
    at_margin *= missing / np.where(margin_capacity > 0, margin_capacity, 1.0)
    sold += at_margin
    return Clearing(np.where(gap, price, 1.0), quantity, sold)


def price_without_offers(demand: DemandCurve, base: Floats) -> Floats:
    """Price when nobody offers anything, shape ``(arm, lane)``: what `clear` finds without sellers."""
    gap = demand.baseline_total - base > _NOTHING * demand.baseline_total
    return np.where(gap, demand.price_for(base), 1.0)


def _marginal_price(
    demand: DemandCurve, base: Floats, reservation: Floats, capacity: Floats, ordered: Floats
) -> Floats:
    """First step of supply that covers what is still wanted at its price, infinite where none does."""
    sellers = len(ordered)
    steps = np.concatenate([ordered, np.full((1, *base.shape), np.inf)])
    low = np.zeros((1, *base.shape), dtype=np.intp)
    high = np.full((1, *base.shape), sellers, dtype=np.intp)
    # A binary search of fixed length: steps 0 to `sellers`, the last being "none".
    for _ in range(sellers.bit_length()):
        middle = (low + high) // 2
        price = np.take_along_axis(steps, middle, axis=0)
        offered = np.einsum("sal,sal->al", reservation <= price, capacity)
        covers = offered >= demand.total(price[0]) - base
        high = np.where(covers, middle, high)
        low = np.where(covers, low, np.minimum(middle + 1, high))
    found: Floats = np.take_along_axis(steps, low, axis=0)[0]
    return found


def paid(price: Floats, reservation: Floats, buyer_power: Floats) -> Floats:
    """Price that each seller is paid: the buyer keeps the share `buyer_power` of the seller's margin."""
    return price - buyer_power * (price - reservation)
