"""Compiled forms of `leaksim.model.clearing`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from weakref import WeakKeyDictionary

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.model import clearing
from leaksim.model.clearing import NOTHING, Sale, Sellers, Trade
from leaksim.model.compiled import numpy_form
from leaksim.model.compiled.demand import Columns, Places, columns_of, exponents_at, whole_eights
from leaksim.model.compiled.kernel import in_full, kernel
from leaksim.model.demand import DemandCurve, IsoelasticDemand

_SURE = 1e-11
"""Share by which supply and demand must differ at a step, where both are known to 1e-13 or so."""

_RUNGS = 64
"""Prices at which demand is worked out once for all months, counting zero; a power of two."""

_TILE = 64
"""Neighbouring lanes that are read together: what the processor fetches at once is then used at once."""

_MOST_GROUPS = 4
"""Groups of sellers of a product at most. Kernels are given as many, some of them empty, so that one kernel will do."""

_NOBODY = np.empty((0, 0, 0))

_ladders: WeakKeyDictionary[IsoelasticDemand, Floats] = WeakKeyDictionary()

Groups = tuple[Floats, Floats, Floats, Floats]
"""What the groups of sellers of a product hold, each ``(seller, arm of the group, lane)``."""


def trade(
    demand: DemandCurve,
    base: Floats,
    sellers: Sellers,
    reservations: Sequence[Floats],
    capacities: Sequence[Floats],
    buyer_power: Floats,
    baseline_price: Floats,
) -> Trade:
    """Find the marginal step of each cell by other exponentials than NumPy's, and all quantities by NumPy's.

    Where a comparison is so close that these could differ, the NumPy form clears the market.
    """
    given = demand, base, sellers, reservations, capacities, buyer_power, baseline_price
    if not isinstance(demand, IsoelasticDemand) or len(capacities) > _MOST_GROUPS:
        return numpy_form(clearing.trade)(*given)
    shape, lanes = base.shape, base.shape[-1]
    columns = columns_of(demand, lanes)
    asked, sizes = _groups(reservations, capacities), _groups(capacities, capacities)
    marginal, bought, missing, on_curve = np.empty((4, *shape))
    at_step = np.empty(base.size, dtype=np.intp)
    stepped = _find_steps(
        columns,
        _ladder_of(demand, lanes),
        base,
        sellers.places,
        asked,
        sizes,
        marginal,
        bought,
        missing,
        on_curve,
        at_step,
    )
    if stepped < 0:
        return numpy_form(clearing.trade)(*given)
    at_step = at_step[:stepped]
    price = demand.price_for(on_curve)
    log_price = np.ones(whole_eights(stepped))
    log_price[:stepped] = marginal.take(at_step)
    np.log(log_price, out=log_price)
    wanted = exponents_at(columns, at_step, log_price)
    np.exp(wanted, out=wanted)
    _fill_at_step(columns, base, at_step, wanted, marginal, bought, missing, price)
    outlay = np.zeros((2, *shape))
    sold, paid = np.empty((2, sum(each.size for each in capacities)))
    power, baseline = (in_full(each[0], (lanes,)) for each in (buyer_power, baseline_price))
    _sell(sellers.places, asked, sizes, marginal, missing, price, power, baseline, sold, paid, outlay)
    sales, end = [], 0
    for each in capacities:
        start, end = end, end + each.size
        sales.append(Sale(sold[start:end].reshape(each.shape), paid[start:end].reshape(each.shape)))
    return Trade(price, outlay[0], outlay[1], tuple(sales))


def reduced(sales: Sequence[Sale], sellers: Sellers, share: Floats) -> tuple[Floats, tuple[Sale, ...]]:
    """Go through the sellers once."""
    if len(sales) > _MOST_GROUPS:
        return numpy_form(clearing.reduced)(sales, sellers, share)
    sold = [sale.quantity for sale in sales]
    left, bought = [np.empty(each.shape) for each in sold], np.zeros(share.shape)
    _reduce(sellers.places, _groups(sold, sold), share, _groups(left, left), bought)
    return bought, tuple(Sale(quantity, sale.price) for quantity, sale in zip(left, sales, strict=True))


def _groups(values: Sequence[Floats], like: Sequence[Floats]) -> Groups:
    whole = [in_full(each, shaped.shape) for each, shaped in zip(values, like, strict=True)]
    first, second, third, fourth = whole + [_NOBODY] * (_MOST_GROUPS - len(whole))
    return first, second, third, fourth


def _ladder_of(demand: IsoelasticDemand, lanes: int) -> Floats:
    """Return prices, and what is wanted at each, ``(lane, rung, 2)``.

    Between zero, at which wants are greatest, and infinity they run from the baseline price to the highest choke price.
    """
    found = _ladders.get(demand)
    if found is None or len(found) != lanes:
        ceiling = np.broadcast_to(demand.ceiling, (1, lanes))
        prices = 1.0 + (ceiling - 1.0) * np.linspace(0.0, 1.0, _RUNGS - 1)[:, None]
        found = np.empty((lanes, _RUNGS + 1, 2))
        found[:, 0, 0], found[:, 0, 1] = 0.0, demand.baseline_total[0]
        found[:, 1:-1, 0], found[:, 1:-1, 1] = prices.T, demand.total(prices).T
        found[:, -1, 0], found[:, -1, 1] = np.inf, 0.0
        _ladders[demand] = found
    return found


@kernel
def _find_steps(
    columns: Columns,
    ladder: Floats,
    base: Floats,
    places: Places,
    reservations: Groups,
    capacities: Groups,
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
    arms, lanes = base.shape
    sellers = 0
    for group in range(_MOST_GROUPS):
        sellers += capacities[group].shape[0]
    asked, size = np.empty((sellers, _TILE)), np.empty((sellers, _TILE))
    price, limit = np.empty(_TILE), np.empty(_TILE)
    supply, offered, at_price = np.empty(_TILE), np.empty(_TILE), np.empty(_TILE)
    rung, gap = np.empty(_TILE, np.intp), np.empty(_TILE, np.bool_)
    baselines = columns.baseline_total
    stepped = 0
    for arm in range(arms):
        for first in range(0, lanes, _TILE):
            width = min(_TILE, lanes - first)
            any_gap = False
            for ahead in range(width):
                lane = first + ahead
                there, baseline = base[arm, lane], baselines[lane]
                gap[ahead] = baseline - there > NOTHING * baseline
                any_gap |= gap[ahead]
                on_curve[arm, lane] = there if gap[ahead] else baseline
                marginal[arm, lane] = np.inf if gap[ahead] else 0.0
                quantity[arm, lane] = missing[arm, lane] = 0.0
            number = _read(arm, first, width, places, reservations, capacities, asked, size) if any_gap else 0
            if number == 0:
                continue

            # Between two rungs of the ladder there are few sellers left to try.
            rung[:], supply[:] = 0, 0.0
            stride, close = _RUNGS // 2, False
            while stride > 0:
                for ahead in range(width):
                    price[ahead] = ladder[first + ahead, rung[ahead] + stride, 0]
                _add_up_to(number, width, asked, size, price, offered)
                for ahead in range(width):
                    lane = first + ahead
                    surplus = offered[ahead] + base[arm, lane] - ladder[lane, rung[ahead] + stride, 1]
                    close |= gap[ahead] & (abs(surplus) < _SURE * (offered[ahead] + baselines[lane]))
                    rung[ahead] += stride if surplus < 0 else 0
                    supply[ahead] = offered[ahead] if surplus < 0 else supply[ahead]
                stride //= 2
            if close:
                return -1

            searching = 0
            for ahead in range(width):
                searching += gap[ahead]
                price[ahead] = ladder[first + ahead, rung[ahead], 0] if gap[ahead] else np.inf
                limit[ahead] = 0.0
            while searching > 0:
                _find_next(number, width, asked, size, price, at_price, offered)
                for ahead in range(width):
                    if price[ahead] == np.inf:
                        continue
                    lane, step = first + ahead, at_price[ahead]
                    limit[ahead], found = ladder[lane, rung[ahead] + 1, 0], 1
                    if step <= limit[ahead] and step < np.inf:
                        supply[ahead] += offered[ahead]
                        found = _compare(supply[ahead], base[arm, lane], step, lane, rung[ahead], ladder, columns)
                        limit[ahead] = step
                    if found == 0:
                        return -1
                    price[ahead] = np.inf if found > 0 else step
                    searching -= found > 0

            _add_below_and_at(number, width, asked, size, limit, offered, at_price)
            for ahead in range(width):
                if not gap[ahead]:
                    continue
                lane, cheaper = first + ahead, offered[ahead]
                marginal[arm, lane], quantity[arm, lane] = limit[ahead], cheaper
                covered = 1
                if at_price[ahead] > 0:
                    covered = _compare(cheaper, base[arm, lane], limit[ahead], lane, rung[ahead], ladder, columns)
                if covered == 0:
                    return -1
                if covered > 0:
                    on_curve[arm, lane] = base[arm, lane] + cheaper
                else:
                    on_curve[arm, lane], missing[arm, lane] = baselines[lane], at_price[ahead]
                    at_step[stepped] = arm * lanes + lane
                    stepped += 1
    return stepped


@kernel
def _read(
    arm: int,
    first: int,
    width: int,
    places: Places,
    reservations: Groups,
    capacities: Groups,
    asked: Floats,
    size: Floats,
) -> int:
    """Copy the offers to a tile of lanes, group by group, and return how many there are."""
    number = 0
    for group in range(places.shape[0]):
        place = places[group, arm]
        if place < 0:
            continue
        reservation, capacity = reservations[group], capacities[group]
        for seller in range(capacity.shape[0]):
            for ahead in range(width):
                asked[number, ahead] = max(reservation[seller, place, first + ahead], 1.0)
                size[number, ahead] = capacity[seller, place, first + ahead]
            number += 1
    return number


@kernel
def _add_up_to(number: int, width: int, asked: Floats, size: Floats, price: Floats, offered: Floats) -> None:
    """Add up what is offered at a price in each lane."""
    offered[:] = 0.0
    for seller in range(number):
        for ahead in range(width):
            offered[ahead] += size[seller, ahead] if asked[seller, ahead] <= price[ahead] else 0.0


@kernel
def _find_next(
    number: int, width: int, asked: Floats, size: Floats, price: Floats, following: Floats, offered: Floats
) -> None:
    """Find the lowest price asked above a price in each lane, infinity if there is none, and what is offered at it."""
    following[:], offered[:] = np.inf, 0.0
    for seller in range(number):
        for ahead in range(width):
            at = asked[seller, ahead]
            is_next = (at > price[ahead]) & (at < following[ahead]) & (size[seller, ahead] > 0)
            following[ahead] = at if is_next else following[ahead]
    for seller in range(number):
        for ahead in range(width):
            offered[ahead] += size[seller, ahead] if asked[seller, ahead] == following[ahead] else 0.0


@kernel
def _add_below_and_at(
    number: int, width: int, asked: Floats, size: Floats, price: Floats, below: Floats, at_price: Floats
) -> None:
    """Add up what is offered below a price in each lane and at it, seller by seller."""
    below[:], at_price[:] = 0.0, 0.0
    for seller in range(number):
        for ahead in range(width):
            below[ahead] += size[seller, ahead] if asked[seller, ahead] < price[ahead] else 0.0
            at_price[ahead] += size[seller, ahead] if asked[seller, ahead] == price[ahead] else 0.0


@kernel
def _compare(supply: float, there: float, price: float, lane: int, rung: int, ladder: Floats, columns: Columns) -> int:
    """Say whether supply and what is there cover (1) what is wanted at a price or not (-1); 0 if too close to say.

    Wants fall between a rung and the next, which mostly says enough.
    """
    total, sure = supply + there, _SURE * (supply + columns.baseline_total[lane])
    if price > columns.ceiling[lane] or total > ladder[lane, rung, 1] + sure:
        return 1
    if total < ladder[lane, rung + 1, 1] - sure:
        return -1
    wanted, log_price = 0.0, math.log(price)
    for user in range(columns.quantity.shape[0]):
        if price <= columns.choke[user, lane]:
            wanted += columns.quantity[user, lane] * math.exp(-columns.elasticity[user, lane] * log_price)
    if abs(total - wanted) < sure:
        return 0
    return 1 if total > wanted else -1


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
    places: Places,
    reservations: Groups,
    capacities: Groups,
    marginal: Floats,
    missing: Floats,
    price: Floats,
    buyer_power: Floats,
    baseline_price: Floats,
    sold: Floats,
    paid: Floats,
    sums: Floats,
) -> None:
    """Say what each seller sold and is paid, seller after seller in one row, and add up what is bought and due."""
    arms, lanes = price.shape
    start = 0
    for group in range(places.shape[0]):
        reservation, capacity = reservations[group], capacities[group]
        sellers, arms_there = capacity.shape[:2]
        for seller in range(sellers):
            for arm in range(arms):
                place = places[group, arm]
                if place < 0:
                    continue
                row = start + (seller * arms_there + place) * lanes
                for lane in range(lanes):
                    asked = reservation[seller, place, lane]
                    at_least_one, limit = max(asked, 1.0), marginal[arm, lane]
                    share = missing[arm, lane] if at_least_one == limit else 0.0
                    quantity = capacity[seller, place, lane] * (1.0 if at_least_one < limit else share)
                    margin = (price[arm, lane] - asked) * buyer_power[lane]
                    unit_price = (price[arm, lane] - margin) * baseline_price[lane]
                    sold[row + lane], paid[row + lane] = quantity, unit_price
                    sums[0, arm, lane] += quantity
                    sums[1, arm, lane] += quantity * unit_price
        start += capacity.size


@kernel
def _reduce(places: Places, sold: Groups, share: Floats, left: Groups, bought: Floats) -> None:
    arms, lanes = share.shape
    for group in range(places.shape[0]):
        before, after = sold[group], left[group]
        for seller in range(before.shape[0]):
            for arm in range(arms):
                place = places[group, arm]
                if place < 0:
                    continue
                for lane in range(lanes):
                    quantity = before[seller, place, lane] * share[arm, lane]
                    after[seller, place, lane] = quantity
                    bought[arm, lane] += quantity
