"""Compiled forms of `leaksim.model.clearing`."""

from __future__ import annotations

import math
from weakref import WeakKeyDictionary

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.model import clearing
from leaksim.model.clearing import NOTHING, Clearing
from leaksim.model.compiled import numpy_form
from leaksim.model.compiled.demand import Columns, Places, columns_of, exponents_at, whole_eights
from leaksim.model.compiled.kernel import approximate_kernel, in_full, kernel
from leaksim.model.demand import DemandCurve, IsoelasticDemand

_SURE = 1e-11
"""Share by which supply and demand must differ at a step, where both are known to 1e-13 or so."""

_RUNGS = 65
"""Prices at which demand is worked out once for all months."""

_ladders: WeakKeyDictionary[IsoelasticDemand, tuple[Floats, Floats]] = WeakKeyDictionary()

_TILE = 64
"""Neighbouring lanes that are read together: what the processor fetches at once is then used at once."""


def clear(demand: DemandCurve, base: Floats, reservation: Floats, capacity: Floats) -> Clearing:
    """Find the marginal step of each cell by other exponentials than NumPy's, and all quantities by NumPy's.

    Where a comparison is so close that these could differ, the NumPy form clears the market.
    """
    if not isinstance(demand, IsoelasticDemand):
        return numpy_form(clearing.clear)(demand, base, reservation, capacity)
    columns = columns_of(demand, base.shape[-1])
    shape = base.shape
    marginal, quantity, missing = np.empty(shape), np.empty(shape), np.empty(shape)
    on_curve, at_step = np.empty(shape), np.empty(base.size, dtype=np.intp)
    stepped = _find_steps(
        columns,
        _ladder_of(demand, base.shape[-1]),
        base,
        reservation,
        capacity,
        marginal,
        quantity,
        missing,
        on_curve,
        at_step,
    )
    if stepped < 0:
        return numpy_form(clearing.clear)(demand, base, reservation, capacity)
    at_step = at_step[:stepped]
    price = demand.price_for(on_curve)
    log_price = np.ones(whole_eights(stepped))
    log_price[:stepped] = marginal.take(at_step)
    np.log(log_price, out=log_price)
    bought = exponents_at(columns, at_step, log_price)
    np.exp(bought, out=bought)
    _fill_at_step(columns, base, at_step, bought, marginal, quantity, missing, price)
    sold = np.empty(capacity.shape)
    _sell(reservation, capacity, marginal, missing, price, sold)
    return Clearing(price, quantity, sold)


def _ladder_of(demand: IsoelasticDemand, lanes: int) -> tuple[Floats, Floats]:
    """Return prices from the baseline price to the highest choke price and what is wanted there, ``(lane, rung)``."""
    found = _ladders.get(demand)
    if found is None or len(found[0]) != lanes:
        ceiling = np.broadcast_to(demand.ceiling, (1, lanes))
        rungs = 1.0 + (ceiling - 1.0) * np.linspace(0.0, 1.0, _RUNGS)[:, None]
        rungs[-1] = ceiling[0]
        found = np.ascontiguousarray(rungs.T), np.ascontiguousarray(demand.total(rungs).T)
        _ladders[demand] = found
    return found


def due(
    sold: Floats, price: Floats, reservation: Floats, buyer_power: Floats, baseline_price: Floats
) -> tuple[Floats, Floats]:
    """Go through the sellers once."""
    unit_price, outlay = np.empty(sold.shape), np.zeros(price.shape)
    power, baseline = (in_full(each[0], price.shape[-1:]) for each in (buyer_power, baseline_price))
    _pay(sold, price, reservation, power, baseline, unit_price, outlay)
    return unit_price, outlay


@kernel
def _find_steps(
    columns: Columns,
    ladder: tuple[Floats, Floats],
    base: Floats,
    reservation: Floats,
    capacity: Floats,
    marginal: Floats,
    quantity: Floats,
    missing: Floats,
    on_curve: Floats,
    at_step: Places,
) -> int:
    """Find the marginal step of each cell, and what is sold below it.

    Return how many cells are at a step, or -1 where one cannot be told apart from the next. `missing` becomes the
    capacity at the margin, and `on_curve` the total to ask the demand curve for. Where all that is offered below some
    price is sold, `marginal` is a price between that of the last seller and of the next.
    """
    sellers, arms, lanes = reservation.shape
    tile_asked, tile_size = np.empty((_TILE, sellers)), np.empty((_TILE, sellers))
    asked, size = np.empty(sellers + 1), np.empty(sellers + 1)
    steps, offered = np.empty(sellers), np.empty(sellers)
    rungs, wanted_at = ladder
    curve = columns.quantity, columns.elasticity, columns.choke, columns.ceiling
    baselines = columns.baseline_total
    stepped = 0
    for arm in range(arms):
        for first in range(0, lanes, _TILE):
            width = min(_TILE, lanes - first)
            for seller in range(sellers):
                for ahead in range(width):
                    tile_asked[ahead, seller] = reservation[seller, arm, first + ahead]
                    tile_size[ahead, seller] = capacity[seller, arm, first + ahead]
            for ahead in range(width):
                lane = first + ahead
                there, baseline = base[arm, lane], baselines[lane]
                on_curve[arm, lane] = baseline
                quantity[arm, lane] = missing[arm, lane] = marginal[arm, lane] = 0.0
                if not baseline - there > NOTHING * baseline:
                    continue
                number = 0
                for seller in range(sellers):
                    # Who offers nothing is written over by the next.
                    asked[number] = max(tile_asked[ahead, seller], 1.0)
                    size[number] = tile_size[ahead, seller]
                    number += size[number] > 0

                # Between two rungs of the ladder there are few sellers left to try.
                low, high, supply = -1, rungs.shape[1], 0.0
                while high - low > 1:
                    middle = (low + high) // 2
                    up_to = _offered(number, asked, size, rungs[lane, middle])
                    surplus = up_to + there - wanted_at[lane, middle]
                    if abs(surplus) < _SURE * (up_to + baseline):
                        return -1
                    if surplus > 0:
                        high = middle
                    else:
                        low, supply = middle, up_to
                bottom = rungs[lane, low] if low >= 0 else 0.0
                top = rungs[lane, high] if high < rungs.shape[1] else np.inf
                tried = 0
                for seller in range(number):
                    price, at = asked[seller], tried
                    if bottom < price <= top:
                        while at > 0 and steps[at - 1] > price:
                            steps[at], offered[at] = steps[at - 1], offered[at - 1]
                            at -= 1
                        steps[at], offered[at] = price, size[seller]
                        tried += 1
                # Wants fall from `most` to `least` between the rungs, which mostly says enough.
                most = wanted_at[lane, low] if low >= 0 else baseline
                least = wanted_at[lane, high] if high < rungs.shape[1] else 0.0
                limit, place = top, 0
                while place < tried:
                    price = steps[place]
                    while place < tried and steps[place] == price:
                        supply += offered[place]
                        place += 1
                    covers = _compare(supply + there, _SURE * (supply + baseline), most, least, price, lane, curve)
                    if covers == 0:
                        return -1
                    if covers > 0:
                        limit = price
                        break

                cheaper = at_margin = 0.0
                for seller in range(number):
                    cheaper += size[seller] if asked[seller] < limit else 0.0
                    at_margin += size[seller] if asked[seller] == limit else 0.0
                marginal[arm, lane], quantity[arm, lane] = limit, cheaper
                below = 1
                if at_margin > 0:
                    below = _compare(cheaper + there, _SURE * (cheaper + baseline), most, least, limit, lane, curve)
                if below == 0:
                    return -1
                if below > 0:
                    on_curve[arm, lane] = there + cheaper
                else:
                    missing[arm, lane] = at_margin
                    at_step[stepped] = arm * lanes + lane
                    stepped += 1
    return stepped


@kernel
def _compare(
    supply: float,
    sure: float,
    most: float,
    least: float,
    price: float,
    lane: int,
    curve: tuple[Floats, Floats, Floats, Floats],
) -> int:
    """Say whether supply covers (1) what is wanted at a price or not (-1); 0 where that is too close to say."""
    quantity, elasticity, choke, ceiling = curve
    if price > ceiling[lane] or supply > most + sure:
        return 1
    if supply < least - sure:
        return -1
    wanted, log_price = 0.0, math.log(price)
    for user in range(quantity.shape[0]):
        if price <= choke[user, lane]:
            wanted += quantity[user, lane] * math.exp(-elasticity[user, lane] * log_price)
    if abs(supply - wanted) < sure:
        return 0
    return 1 if supply > wanted else -1


@approximate_kernel
def _offered(number: int, asked: Floats, size: Floats, price: float) -> float:
    """Add up what is offered at a price, in any order."""
    total = 0.0
    for seller in range(number):
        total += size[seller] if asked[seller] <= price else 0.0
    return total


@kernel
def _fill_at_step(
    columns: Columns,
    base: Floats,
    at_step: Places,
    bought: Floats,
    marginal: Floats,
    quantity: Floats,
    missing: Floats,
    price: Floats,
) -> None:
    """Where the marginal seller sets the price, sell him what is wanted; where there is no gap, the price is 1.

    `missing` becomes the share of the capacity at the margin that is sold.
    """
    arms, lanes = base.shape
    for arm in range(arms):
        for lane in range(lanes):
            if marginal[arm, lane] == 0.0:
                price[arm, lane] = 1.0
    for place in range(at_step.size):
        arm, lane = at_step[place] // lanes, at_step[place] % lanes
        total = 0.0
        for user in range(columns.quantity.shape[0]):
            if marginal[arm, lane] <= columns.choke[user, lane]:
                whole = columns.quantity[user, lane]
                total += min(whole * bought[place, user], whole)
        wanted = total - base[arm, lane]
        at_margin = missing[arm, lane]
        missing[arm, lane] = max(wanted - quantity[arm, lane], 0.0) / (at_margin if at_margin > 0 else 1.0)
        quantity[arm, lane] = wanted
        price[arm, lane] = marginal[arm, lane]


@kernel
def _sell(
    reservation: Floats, capacity: Floats, marginal: Floats, missing: Floats, price: Floats, sold: Floats
) -> None:
    sellers, arms, lanes = reservation.shape
    for seller in range(sellers):
        for arm in range(arms):
            for lane in range(lanes):
                asked = max(reservation[seller, arm, lane], 1.0)
                limit = marginal[arm, lane]
                share = missing[arm, lane] if asked == limit else 0.0
                sold[seller, arm, lane] = capacity[seller, arm, lane] * (1.0 if asked < limit else share)


@kernel
def _pay(
    sold: Floats,
    price: Floats,
    reservation: Floats,
    buyer_power: Floats,
    baseline_price: Floats,
    unit_price: Floats,
    outlay: Floats,
) -> None:
    sellers, arms, lanes = sold.shape
    for seller in range(sellers):
        for arm in range(arms):
            for lane in range(lanes):
                cleared = price[arm, lane]
                margin = (cleared - reservation[seller, arm, lane]) * buyer_power[lane]
                paid = (cleared - margin) * baseline_price[lane]
                unit_price[seller, arm, lane] = paid
                outlay[arm, lane] += sold[seller, arm, lane] * paid
