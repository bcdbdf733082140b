"""Compiled forms of `leaksim.model.clearing`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from leaksim.engine.lanes import Floats, Places
from leaksim.model import clearing
from leaksim.model.clearing import NOTHING, Sale, Sellers, Trade
from leaksim.model.compiled import numpy_form
from leaksim.model.compiled.demand import (
    BASELINE_TOTAL,
    CEILING,
    CHOKE,
    ELASTICITY,
    QUANTITY,
    TILE,
    Cells,
    Columns,
    bought_at,
    columns_of,
    find_prices,
    room_for,
)
from leaksim.model.compiled.kernel import in_full, kernel
from leaksim.model.compiled.loops import EXP, LOG, Addresses
from leaksim.model.demand import DemandCurve, Flags, IsoelasticDemand

_SURE = 1e-11
"""Share by which supply and demand must differ at a step, where both are known to 1e-13 or so."""

_RUNGS = 64
"""Prices at which demand is worked out once for all months, counting zero; a power of two."""

_MOST_GROUPS = 4
"""Groups of sellers of a product at most. Kernels are given as many, some of them empty, so that one kernel will do."""

Rungs = npt.NDArray[np.uint64]
"""Numbers without a sign: with one, each use would ask whether they count from the end."""

_NOBODY = np.empty((0, 0, 0))

_ladders: WeakKeyDictionary[IsoelasticDemand, Floats] = WeakKeyDictionary()

Groups = tuple[Floats, Floats, Floats, Floats]
"""What the groups of sellers of a product hold, each ``(seller, arm of the group, lane)``; prices may be one row."""


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
    lanes = base.shape[-1]
    price, sums = np.empty(base.shape), np.zeros((2, *base.shape))
    sold, paid = np.empty((2, sum(each.size for each in capacities)))
    cleared = _trade(
        EXP,
        LOG,
        columns_of(demand, lanes),
        _ladder_of(demand, lanes),
        base,
        sellers.places,
        _filled_up([_asked_of(asked, size) for asked, size in zip(reservations, capacities, strict=True)]),
        _filled_up([in_full(each, each.shape) for each in capacities]),
        in_full(buyer_power[0], (lanes,)),
        in_full(baseline_price[0], (lanes,)),
        price,
        sums,
        sold,
        paid,
    )
    if not cleared:
        return numpy_form(clearing.trade)(*given)
    sales, end = [], 0
    for each in capacities:
        start, end = end, end + each.size
        sales.append(Sale(sold[start:end].reshape(each.shape), paid[start:end].reshape(each.shape)))
    return Trade(price, sums[0], sums[1], tuple(sales))


def reduced(whole: Trade, sellers: Sellers, share: Floats) -> Trade:
    """Go through the sellers once."""
    if len(whole.sales) > _MOST_GROUPS:
        return numpy_form(clearing.reduced)(whole, sellers, share)
    sold = [in_full(sale.quantity, sale.quantity.shape) for sale in whole.sales]
    left, bought = [np.empty(each.shape) for each in sold], np.zeros(share.shape)
    _reduce(sellers.places, _filled_up(sold), share, _filled_up(left), bought)
    sales = tuple(Sale(quantity, sale.price) for quantity, sale in zip(left, whole.sales, strict=True))
    return Trade(whole.price, bought, whole.outlay * share, sales)


def _asked_of(asked: Floats, size: Floats) -> Floats:
    """Return prices as kernels know them: one row is enough where all sellers ask the same."""
    same = asked.strides[0] == 0 or len(asked) == 1
    return in_full(asked[:1] if same else asked, (1 if same else len(size), *size.shape[1:]))


def _filled_up(groups: list[Floats]) -> Groups:
    first, second, third, fourth = groups + [_NOBODY] * (_MOST_GROUPS - len(groups))
    return first, second, third, fourth


def _ladder_of(demand: IsoelasticDemand, lanes: int) -> Floats:
    """Return prices, and what is wanted at each, ``(lane, rung, 2)``.

    Between zero, at which wants are greatest, and infinity they run from the baseline price to the highest choke price.
    The market's own demand has no weights.
    """
    found = _ladders.get(demand)
    if found is None or len(found) != lanes:
        found = np.empty((lanes, _RUNGS + 1, 2))
        _build(columns_of(demand, lanes), found)
        _ladders[demand] = found
    return found


@kernel
def _build(columns: Columns, ladder: Floats) -> None:
    """Go up by the same ratio from rung to rung, so that wants fall by one ratio for each class, up to its choke price.

    Products of so many ratios are as good as exponentials to 1e-13 or so.
    """
    of_class, last = columns.of_class, _RUNGS - 1
    for lane in range(ladder.shape[0]):
        rungs, ceiling = ladder[lane], columns.of_all[CEILING, lane]
        height = math.log(ceiling) / (last - 1)
        rungs[0, 0], rungs[0, 1] = 0.0, columns.of_all[BASELINE_TOTAL, lane]
        rungs[_RUNGS, 0], rungs[_RUNGS, 1] = np.inf, 0.0
        price, ratio = 1.0, math.exp(height)
        for rung in range(1, last):
            rungs[rung, 0], rungs[rung, 1] = price, 0.0
            price *= ratio
        rungs[last, 0], rungs[last, 1] = ceiling, 0.0
        for user in range(of_class.shape[1]):
            wanted, ratio = of_class[QUANTITY, user, lane], math.exp(-of_class[ELASTICITY, user, lane] * height)
            for rung in range(1, _RUNGS):
                if rungs[rung, 0] > of_class[CHOKE, user, lane]:
                    break
                rungs[rung, 1] += wanted
                wanted *= ratio


class Tile(NamedTuple):
    """What is offered in some neighbouring lanes, and the steps at which their markets clear."""

    asked: Floats
    """As offered, ``(seller, lane)`` as the next; below 1 it counts as 1."""
    size: Floats
    gap: Flags
    """Whether anything is wanted of the sellers, ``(lane,)``, as are all that follow."""
    marginal: Floats
    """Price of the marginal seller, infinite if all sell, 0 where nothing is wanted. Where all that is offered below
    some price is sold, a price between that of the last seller and of the next."""
    cheaper: Floats
    """What is offered below that."""
    at_margin: Floats
    """What is offered at that, where not all of it is sold; later the share of it that is."""
    on_curve: Floats
    """The total for which the demand curve sets the price: all that is wanted where it does not."""
    price: Floats
    rung: Rungs
    supply: Floats
    offered: Floats
    wanted: Floats
    surplus: Floats
    sure: Floats
    """By how much more than rounding the surplus is away from nothing."""
    at_step: Cells
    """Where the marginal seller sets the price, a list."""


@kernel
def _trade(
    exp: Addresses,
    log: Addresses,
    columns: Columns,
    ladder: Floats,
    base: Floats,
    places: Places,
    reservations: Groups,
    capacities: Groups,
    buyer_power: Floats,
    baseline_price: Floats,
    price: Floats,
    sums: Floats,
    sold: Floats,
    paid: Floats,
) -> bool:
    """Clear the market arm by arm in tiles of lanes; say whether all steps could be told apart."""
    arms, lanes = base.shape
    sellers = 0
    for group in range(_MOST_GROUPS):
        sellers += capacities[group].shape[0]
    room, tile = room_for(columns), _tile_for(sellers)
    # Arm after arm of the same lanes: their ladders stay at hand.
    for first in range(0, lanes, TILE):
        width = min(TILE, lanes - first)
        baseline, rungs = columns.of_all[BASELINE_TOTAL, first : first + width], ladder[first : first + width]
        for arm in range(arms):
            there = base[arm, first : first + width]
            number = _read(arm, first, width, places, reservations, capacities, tile)
            gaps, stepped = _look_for_gaps(baseline, there, tile), 0
            if gaps > 0 and number > 0:
                stepped = _find_steps(number, columns, rungs, first, width, there, tile)
            if stepped < 0:
                return False
            if gaps > stepped:
                find_prices(exp, log, columns, first, width, tile.on_curve, tile.on_curve, False, room, tile.price)
            bought_at(exp, log, columns, first, stepped, tile.at_step, tile.marginal, room)
            _fill_at_step(columns, first, stepped, there, room.wanted, tile)
            for ahead in range(width):
                tile.price[ahead] = tile.price[ahead] if tile.gap[ahead] else 1.0
                price[arm, first + ahead] = tile.price[ahead]
            _sell(arm, first, width, places, capacities, buyer_power, baseline_price, tile, sums, sold, paid)
    return True


@kernel
def _tile_for(sellers: int) -> Tile:
    return Tile(
        np.empty((sellers, TILE)),
        np.empty((sellers, TILE)),
        np.empty(TILE, np.bool_),
        np.empty(TILE),
        np.empty(TILE),
        np.empty(TILE),
        np.empty(TILE),
        np.empty(TILE),
        np.empty(TILE, np.uint64),
        np.empty(TILE),
        np.empty(TILE),
        np.empty(TILE),
        np.empty(TILE),
        np.empty(TILE),
        np.empty(TILE, np.uint32),
    )


@kernel
def _look_for_gaps(baseline: Floats, there: Floats, tile: Tile) -> int:
    """Say where anything is wanted of sellers, return in how many lanes, and begin as if there were none."""
    number = 0
    for ahead in range(there.size):
        gap = baseline[ahead] - there[ahead] > NOTHING * baseline[ahead]
        number += gap
        tile.gap[ahead] = gap
        tile.on_curve[ahead] = there[ahead] if gap else baseline[ahead]
        tile.marginal[ahead] = np.inf if gap else 0.0
        tile.cheaper[ahead] = tile.at_margin[ahead] = 0.0
    return number


@kernel
def _find_steps(number: int, columns: Columns, rungs: Floats, first: int, width: int, there: Floats, tile: Tile) -> int:
    """Find the marginal step of each lane, and what is sold below it.

    Return how many lanes are at a step, or -1 where one cannot be told apart from the next.
    """
    price, rung, gap, supply, offered = tile.price, tile.rung, tile.gap, tile.supply, tile.offered
    if not _climb(number, rungs, width, there, tile):
        return -1

    # Between two rungs of the ladder there are few sellers left to try.
    limit, following = tile.marginal, tile.at_margin
    searching = 0
    for ahead in range(width):
        searching += gap[ahead]
        price[ahead] = rungs[ahead, rung[ahead], 0] if gap[ahead] else np.inf
    while searching > 0:
        _find_next(number, width, tile.asked, tile.size, price, following, offered)
        for ahead in range(width):
            if price[ahead] == np.inf:
                continue
            step, covered = following[ahead], 1
            limit[ahead] = rungs[ahead, rung[ahead] + np.uint64(1), 0]
            if step <= limit[ahead] and step < np.inf:
                supply[ahead] += offered[ahead]
                limit[ahead] = step
                covered = _compare(supply[ahead], there[ahead], step, rungs[ahead], rung[ahead], columns, first + ahead)
            if covered == 0:
                return -1
            price[ahead] = np.inf if covered > 0 else step
            searching -= covered > 0

    _add_below_and_at(number, width, tile.asked, tile.size, limit, tile.cheaper, tile.at_margin)
    stepped = 0
    for ahead in range(width):
        if not gap[ahead]:
            continue
        cheaper, covered = tile.cheaper[ahead], 1
        if tile.at_margin[ahead] > 0:
            covered = _compare(cheaper, there[ahead], limit[ahead], rungs[ahead], rung[ahead], columns, first + ahead)
        if covered == 0:
            return -1
        if covered > 0:
            tile.on_curve[ahead], tile.at_margin[ahead] = there[ahead] + cheaper, 0.0
        else:
            tile.on_curve[ahead] = rungs[ahead, 0, 1]
            tile.at_step[stepped] = ahead
            stepped += 1
    return stepped


@kernel
def _climb(number: int, rungs: Floats, width: int, there: Floats, tile: Tile) -> bool:
    """Find the last rung of each lane at which too little is offered, and how much; say whether that is sure."""
    price, wanted, rung, supply, offered = tile.price, tile.wanted, tile.rung, tile.supply, tile.offered
    surplus, sure = tile.surplus, tile.sure
    rung[:], supply[:], sure[:] = 0, 0.0, np.inf
    stride, baseline = np.uint64(_RUNGS // 2), rungs[:, 0, 1]
    while stride > 0:
        for ahead in range(width):
            tried = rung[ahead] + stride
            price[ahead], wanted[ahead] = rungs[ahead, tried, 0], rungs[ahead, tried, 1]
        _add_up_to(number, width, tile.asked, tile.size, price, offered)
        for ahead in range(width):
            surplus[ahead] = offered[ahead] + there[ahead] - wanted[ahead]
        for ahead in range(width):
            unsure = _SURE * (offered[ahead] + baseline[ahead])
            sure[ahead] = min(sure[ahead], abs(surplus[ahead]) - unsure)
        for ahead in range(width):
            supply[ahead] = offered[ahead] if surplus[ahead] < 0 else supply[ahead]
        for ahead in range(width):
            rung[ahead] += stride if surplus[ahead] < 0 else np.uint64(0)
        stride //= np.uint64(2)
    close = False
    for ahead in range(width):
        close |= tile.gap[ahead] & (sure[ahead] < 0)
    return not close


@kernel
def _read(
    arm: int,
    first: int,
    width: int,
    places: Places,
    reservations: Groups,
    capacities: Groups,
    tile: Tile,
) -> int:
    """Copy the offers to a tile of lanes, group by group, and return how many there are."""
    number = 0
    for group in range(places.shape[0]):
        place = places[group, arm]
        if place < 0:
            continue
        reservation, capacity = reservations[group], capacities[group]
        last = reservation.shape[0] - 1
        for seller in range(capacity.shape[0]):
            _copy(reservation[min(seller, last), place, first : first + width], tile.asked[number])
            _copy(capacity[seller, place, first : first + width], tile.size[number])
            number += 1
    return number


@kernel
def _copy(values: Floats, to: Floats) -> None:
    for ahead in range(values.size):
        to[ahead] = values[ahead]


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
            at_least_one = max(asked[seller, ahead], 1.0)
            is_next = (at_least_one > price[ahead]) & (size[seller, ahead] > 0)
            at, lowest = at_least_one if is_next else np.inf, following[ahead]
            kept = offered[ahead] if at >= lowest else 0.0
            following[ahead] = at if at < lowest else lowest
            offered[ahead] = kept + (size[seller, ahead] if at <= lowest else 0.0)


@kernel
def _add_below_and_at(
    number: int, width: int, asked: Floats, size: Floats, price: Floats, below: Floats, at_price: Floats
) -> None:
    """Add up what is offered below a price in each lane and at it, seller by seller."""
    below[:], at_price[:] = 0.0, 0.0
    for seller in range(number):
        for ahead in range(width):
            at_least_one = max(asked[seller, ahead], 1.0)
            below[ahead] += size[seller, ahead] if at_least_one < price[ahead] else 0.0
            at_price[ahead] += size[seller, ahead] if at_least_one == price[ahead] else 0.0


@kernel
def _compare(supply: float, there: float, price: float, rungs: Floats, rung: int, columns: Columns, lane: int) -> int:
    """Say whether supply and what is there cover (1) what is wanted at a price or not (-1); 0 if too close to say.

    Wants fall between a rung and the next, which mostly says enough.
    """
    total, sure = supply + there, _SURE * (supply + rungs[0, 1])
    if price > rungs[_RUNGS - 1, 0] or total > rungs[rung, 1] + sure:
        return 1
    if total < rungs[rung + np.uint64(1), 1] - sure:
        return -1
    of_class, wanted, log_price = columns.of_class, 0.0, math.log(price)
    for user in range(of_class.shape[1]):
        if price <= of_class[CHOKE, user, lane]:
            wanted += of_class[QUANTITY, user, lane] * math.exp(-of_class[ELASTICITY, user, lane] * log_price)
    if abs(total - wanted) < sure:
        return 0
    return 1 if total > wanted else -1


@kernel
def _fill_at_step(columns: Columns, first: int, stepped: int, there: Floats, bought: Floats, tile: Tile) -> None:
    """Where the marginal seller sets the price, sell him what is wanted."""
    for place in range(stepped):
        ahead = tile.at_step[place]
        marginal, total = tile.marginal[ahead], 0.0
        for user in range(columns.of_class.shape[1]):
            if marginal <= columns.of_class[CHOKE, user, first:][ahead]:
                whole = columns.of_class[QUANTITY, user, first:][ahead]
                total += min(whole * bought[user, place], whole)
        wanted, at_margin = total - there[ahead], tile.at_margin[ahead]
        tile.at_margin[ahead] = max(wanted - tile.cheaper[ahead], 0.0) / at_margin
        tile.price[ahead] = marginal


@kernel
def _sell(
    arm: int,
    first: int,
    width: int,
    places: Places,
    capacities: Groups,
    buyer_power: Floats,
    baseline_price: Floats,
    tile: Tile,
    sums: Floats,
    sold: Floats,
    paid: Floats,
) -> None:
    """Say what each seller sold and is paid, seller after seller in one row, and add up what is bought and due."""
    last, start, number = first + width, 0, 0
    power, baseline = buyer_power[first:last], baseline_price[first:last]
    bought, due = sums[0, arm, first:last], sums[1, arm, first:last]
    for group in range(places.shape[0]):
        sellers, arms, lanes = capacities[group].shape
        place = places[group, arm]
        for seller in range(sellers if place >= 0 else 0):
            row = start + (seller * arms + place) * lanes
            asked, size = tile.asked[number, :width], tile.size[number, :width]
            quantity, unit_price = sold[row + first : row + last], paid[row + first : row + last]
            _quantities(asked, size, tile.marginal, tile.at_margin, quantity)
            _unit_prices(asked, tile.price, power, baseline, unit_price)
            _add_up(quantity, unit_price, bought, due)
            number += 1
        start += sellers * arms * lanes


# Loops that touch few arrays become vector instructions.


@kernel
def _quantities(asked: Floats, size: Floats, marginal: Floats, at_margin: Floats, quantity: Floats) -> None:
    for ahead in range(asked.size):
        at_least_one = max(asked[ahead], 1.0)
        share = at_margin[ahead] if at_least_one == marginal[ahead] else 0.0
        quantity[ahead] = size[ahead] * (1.0 if at_least_one < marginal[ahead] else share)


@kernel
def _unit_prices(asked: Floats, price: Floats, buyer_power: Floats, baseline_price: Floats, unit_price: Floats) -> None:
    for ahead in range(asked.size):
        margin = (price[ahead] - asked[ahead]) * buyer_power[ahead]
        unit_price[ahead] = (price[ahead] - margin) * baseline_price[ahead]


@kernel
def _add_up(quantity: Floats, unit_price: Floats, bought: Floats, due: Floats) -> None:
    for ahead in range(quantity.size):
        bought[ahead] += quantity[ahead]
        due[ahead] += quantity[ahead] * unit_price[ahead]


@kernel
def _reduce(places: Places, sold: Groups, share: Floats, left: Groups, bought: Floats) -> None:
    for group in range(places.shape[0]):
        before, after = sold[group], left[group]
        for seller in range(before.shape[0]):
            for arm in range(share.shape[0]):
                place = places[group, arm]
                if place >= 0:
                    _cut(before[seller, place], share[arm], after[seller, place], bought[arm])


@kernel
def _cut(before: Floats, share: Floats, after: Floats, bought: Floats) -> None:
    for lane in range(share.size):
        after[lane] = before[lane] * share[lane]
    for lane in range(share.size):
        bought[lane] += after[lane]
