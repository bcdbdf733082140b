"""The market for increments: what sellers add beyond the flows that run at the baseline price.

Clearing of one product in one month: with `base` the quantity that is there anyway, find the lowest price, not below
the baseline price, at which the offers with a reservation price up to it cover what the buyer still wants.
On a vertical supply segment (all offers sold) the price is on the demand curve; on a vertical demand segment, or where
the curve crosses a step, it is the reservation price of the marginal seller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from leaksim.engine.lanes import Floats, SomeArms
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


@dataclass(frozen=True)
class Sale:
    """What a group of sellers sold of one product in one month."""

    quantity: Floats
    """Sold by each seller, in delivered quantity, shape ``(seller, arm, lane)``."""
    price: Floats
    """What each seller is paid, in $m per unit of the product, same shape."""


@dataclass(frozen=True)
class Trade:
    """Increments to the supply of one product in one month."""

    price: Floats
    """Ratio to the baseline price, shape ``(arm, lane)``, at least 1."""
    bought: Floats
    """Increments of all sellers, same shape."""
    outlay: Floats
    """What they cost, $m, same shape."""
    sales: tuple[Sale, ...]
    """What each group of sellers sold in its arms."""


class Sellers:
    """In which arms the groups of sellers of a product sell.

    Parameters
    ----------
    groups
        The arms of each group.
    arms
        How many arms there are.
    """

    def __init__(self, groups: Sequence[SomeArms], arms: int) -> None:
        self.groups = groups
        somebody = np.any([np.zeros(arms, dtype=np.bool_), *(group.flags for group in groups)], axis=0)
        self.busy, self.quiet = SomeArms(somebody), SomeArms(~somebody)
        """The arms in which somebody sells, and the others: there the demand curve alone sets the price."""
        self._among_busy = [group.among(self.busy) for group in groups]
        self.places = np.full((len(groups), arms), -1, dtype=np.intp)
        """Place of each arm among the arms of each group, -1 where it does not sell."""
        for places, group in zip(self.places, groups, strict=True):
            places[group.flags] = np.arange(np.count_nonzero(group.flags))

    def side_by_side(self, parts: Sequence[Floats], lanes: int) -> Floats:
        """Put what groups hold on one axis, ``(seller, busy arm, lane)``; zero in arms in which a group is not."""
        whole = np.zeros((sum(map(len, parts)), np.count_nonzero(self.busy.flags), lanes))
        start = 0
        for part, arms in zip(parts, self._among_busy, strict=True):
            end = start + len(part)
            whole[start:end, arms.index] = part
            start = end
        return whole

    def apart(self, whole: Floats, parts: Sequence[Floats]) -> list[Floats]:
        """Give each group its own again; `parts` say how many sellers each has."""
        ends = np.cumsum([len(part) for part in parts])
        return [
            arms.of(whole[end - len(part) : end]) for part, end, arms in zip(parts, ends, self._among_busy, strict=True)
        ]


@has_compiled_form
def trade(
    demand: DemandCurve,
    base: Floats,
    sellers: Sellers,
    reservations: Sequence[Floats],
    capacities: Sequence[Floats],
    buyer_power: Floats,
    baseline_price: Floats,
) -> Trade:
    """Clear the market for one product in every arm, and say what each group of sellers sold.

    Parameters
    ----------
    demand
        The market's demand.
    base
        Quantity that is there without increments, shape ``(arm, lane)``.
    sellers
        Who sells in which arms.
    reservations, capacities
        Of each group the lowest prices (ratios to the baseline price) and greatest quantities of its sellers, shape
        ``(seller, arm of the group, lane)``.
    buyer_power, baseline_price
        See `paid`; the price in $m per unit, shape ``(1, 1 or lane)``.
    """
    price, bought, outlay = np.empty_like(base), np.zeros_like(base), np.zeros_like(base)
    busy, quiet = sellers.busy.index, sellers.quiet.index
    price[quiet] = price_without_offers(demand, base[quiet])
    reservation, capacity = (sellers.side_by_side(parts, base.shape[-1]) for parts in (reservations, capacities))
    clearing = clear(demand, base[busy], reservation, capacity)
    unit_price = paid(clearing.price, reservation, buyer_power)
    unit_price *= baseline_price
    price[busy], bought[busy] = clearing.price, clearing.sold.sum(axis=0)
    outlay[busy] = (clearing.sold * unit_price).sum(axis=0)
    shares = (sellers.apart(whole, capacities) for whole in (clearing.sold, unit_price))
    return Trade(price, bought, outlay, tuple(map(Sale, *shares)))


@has_compiled_form
def scale_down(whole: Trade, sellers: Sellers, share: Floats) -> None:
    """Cut all sales to a share, ``(arm, lane)``, of what they would be if the buyer could pay for all of them."""
    for sale, arms in zip(whole.sales, sellers.groups, strict=True):
        np.multiply(sale.quantity, arms.of(share), out=sale.quantity)
    quantity = sellers.side_by_side([sale.quantity for sale in whole.sales], share.shape[-1])
    whole.bought[sellers.busy.index] = quantity.sum(axis=0)
    np.multiply(whole.outlay, share, out=whole.outlay)


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
