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
from leaksim.model.compiled import has_compiled_form
from leaksim.model.demand import DemandCurve, Flags

NOTHING = 1e-12
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


@has_compiled_form
def clear(demand: DemandCurve, base: Floats, reservation: Floats, capacity: Floats) -> Clearing:
    """Clear the market for one product.

    Parameters
    ----------
    demand
        The market's demand.
    base
        Quantity that is there without increments, shape ``(arm, lane)``.
    reservation, capacity
        Lowest price (ratio to the baseline price; below 1 it counts as 1) and greatest quantity of each offer, shape
        ``(seller, arm, lane)``.
    """
    gap = demand.baseline_total - base > NOTHING * demand.baseline_total
    if not gap.any():
        return Clearing(np.ones_like(base), np.zeros_like(base), np.zeros_like(capacity))
    reservation = np.maximum(reservation, 1.0)
    # Without a gap no offer is low enough.
    marginal = _marginal_price(demand, gap, base, reservation, capacity)
    sold = capacity * (reservation < marginal)
    cheaper: Floats = sold.sum(axis=0)
    at_margin = capacity * (reservation == marginal)
    wanted = demand.total(np.maximum(marginal, 1.0)) - base
    on_demand_curve = cheaper >= wanted
    quantity = np.where(gap, np.where(on_demand_curve, cheaper, wanted), 0.0)
    # Where the marginal seller sets the price, the curve is asked for the baseline price: that costs nothing.
    on_curve = demand.price_for(np.where(on_demand_curve, base + quantity, demand.baseline_total))
    price = np.where(on_demand_curve, on_curve, marginal)
    margin_capacity: Floats = at_margin.sum(axis=0)
    missing = np.maximum(quantity - cheaper, 0.0)
    at_margin *= missing / np.where(margin_capacity > 0, margin_capacity, 1.0)
    sold += at_margin
    return Clearing(np.where(gap, price, 1.0), quantity, sold)


def price_without_offers(demand: DemandCurve, base: Floats) -> Floats:
    """Price when nobody offers anything, shape ``(arm, lane)``: what `clear` finds without sellers."""
    gap = demand.baseline_total - base > NOTHING * demand.baseline_total
    return np.where(gap, demand.price_for(base), 1.0)


def _marginal_price(demand: DemandCurve, gap: Flags, base: Floats, reservation: Floats, capacity: Floats) -> Floats:
    """First step of supply that covers what is still wanted at its price, infinite where none does, 0 without a gap."""
    sellers = len(reservation)
    steps = np.empty((*base.shape, sellers + 1))
    # Seller by seller the copy reads what lies together.
    for seller, asked in enumerate(reservation):
        steps[..., seller] = asked
    steps[..., -1] = np.inf
    steps.sort(axis=-1)
    # Positions in the flattened steps. A binary search of fixed length; the last step of each cell is "none".
    low = np.arange(0, steps.size, sellers + 1).reshape(base.shape)
    high = low + sellers
    for _ in range(sellers.bit_length()):
        middle = (low + high) // 2
        price = steps.take(middle)
        offered = np.einsum("sal,sal->al", reservation <= price, capacity)
        covers = offered >= demand.total(price) - base
        high = np.where(covers, middle, high)
        low = np.where(covers, low, np.minimum(middle + 1, high))
    return np.where(gap, steps.take(low), 0.0)


def paid(price: Floats, reservation: Floats, buyer_power: Floats) -> Floats:
    """Price that each seller is paid: the buyer keeps the share `buyer_power` of the seller's margin."""
    margin = price - reservation
    margin *= buyer_power
    return np.subtract(price, margin, out=margin)


@has_compiled_form
def due(
    sold: Floats, price: Floats, reservation: Floats, buyer_power: Floats, baseline_price: Floats
) -> tuple[Floats, Floats]:
    """Return what one unit brings each seller, $m, ``(seller, arm, lane)``, and what all are due, ``(arm, lane)``."""
    unit_price = paid(price, reservation, buyer_power)
    unit_price *= baseline_price
    outlay: Floats = (sold * unit_price).sum(axis=0)
    return unit_price, outlay
