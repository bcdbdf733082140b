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
    Room,
    bought_at,
    find_prices,
    prepared,
)
from leaksim.model.compiled.kernel import aligned, copy, in_full, kernel
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

_UNSURE, _ON_CURVE, _AT_STEP, _HIGHER = range(4)
"""Where a market clears: too close to say, on the demand curve, at a step of supply, or at a higher one."""

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
        _prepared_for(demand, lanes, sum(map(len, capacities))),
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


def scale_down(whole: Trade, sellers: Sellers, share: Floats) -> None:
    """Go through the sellers once, and only where there is something to cut."""
    sold = [sale.quantity for sale in whole.sales]
    if len(sold) > _MOST_GROUPS or not all(each.flags.c_contiguous for each in sold):
        return numpy_form(clearing.scale_down)(whole, sellers, share)
    cells = np.empty(share.shape[-1] + 1, np.uint32)
    _scale_down(sellers.places, _filled_up(sold), share, whole.bought, whole.outlay, cells)
    return None


def _asked_of(asked: Floats, size: Floats) -> Floats:
    """Return prices as kernels know them: one row is enough where all sellers ask the same."""
    same = asked.strides[0] == 0 or len(asked) == 1
    return in_full(asked[:1] if same else asked, (1 if same else len(size), *size.shape[1:]))


def _filled_up(groups: list[Floats]) -> Groups:
    first, second, third, fourth = groups + [_NOBODY] * (_MOST_GROUPS - len(groups))
    return first, second, third, fourth


class Ladder(NamedTuple):
    """Prices, and what is wanted at each, ``(rung, lane)``.

    Between zero, at which wants are greatest, and infinity they run from the baseline price to the highest choke price.
    The market's own demand has no weights.
    """

    prices: Floats
    wants: Floats


class Tile(NamedTuple):
    """What is offered in some neighbouring lanes, and the steps at which their markets clear."""

    step: Floats
    """Price from which each seller sells, ``(seller, lane)``: at least 1, infinite if he offers nothing or nobody
    wants it."""
    size: Floats
    """What he offers, same shape."""
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
    """In the end what the market clears at; before, the last price tried, infinite where that was enough."""
    wanted: Floats
    """What is wanted at that, or at the rung below it."""
    supply: Floats
    """What is offered up to it."""
    following: Floats
    """The next price asked, and what is offered at it."""
    offered: Floats
    surplus: Floats
    sure: Floats
    """By how much more than rounding the surplus is away from nothing."""
    rung: Rungs
    """The last rung of the ladder at which too little is offered."""
    above: Floats
    """Price of the next rung, and what is wanted there."""
    wanted_above: Floats
    at_step: Cells
    """Where the marginal seller sets the price, a list."""


class Prepared(NamedTuple):
    """What is needed to clear a market."""

    columns: Columns
    room: Room
    ladder: Ladder
    tile: Tile


_prepared: WeakKeyDictionary[IsoelasticDemand, Prepared] = WeakKeyDictionary()


def _prepared_for(demand: IsoelasticDemand, lanes: int, sellers: int) -> Prepared:
    """Return what is needed to clear a market: demand is known before the first month, and memory is used again."""
    found = _prepared.get(demand)
    if found is None or found.tile.step.shape[0] != sellers or found.ladder.prices.shape[-1] != lanes:
        columns, room = prepared(demand, lanes)
        ladder = Ladder(*np.zeros((2, _RUNGS + 1, lanes)))
        _build(columns, ladder, np.empty(lanes), np.empty(lanes), np.empty(lanes))
        found = _prepared[demand] = Prepared(columns, room, ladder, _tile_for(sellers))
    return found


def _tile_for(sellers: int) -> Tile:
    rooms = dict(zip(Tile._fields, aligned(len(Tile._fields), TILE), strict=True))
    rooms |= dict(zip(("step", "size"), aligned(2, sellers, TILE), strict=True))
    rooms |= {"gap": np.empty(TILE, np.bool_), "rung": np.empty(TILE, np.uint64)}
    return Tile(**rooms | {"at_step": np.empty(TILE + 1, np.uint32)})


@kernel
def _build(columns: Columns, ladder: Ladder, height: Floats, ratio: Floats, wanted: Floats) -> None:
    """Go up by the same ratio from rung to rung, so that wants fall by one ratio for each class, up to its choke price.

    Products of so many ratios are as good as exponentials to 1e-13 or so. The last three arguments are room for a
    number of each lane.
    """
    prices, wants, lanes, last = ladder.prices, ladder.wants, height.size, _RUNGS - 1
    ceiling, of_class = columns.of_all[CEILING], columns.of_class
    for lane in range(lanes):
        height[lane] = math.log(ceiling[lane]) / (last - 1)
        ratio[lane] = math.exp(height[lane])
        prices[0, lane], prices[1, lane], prices[_RUNGS, lane] = 0.0, 1.0, np.inf
        wants[0, lane] = columns.of_all[BASELINE_TOTAL, lane]
    for rung in range(2, last):
        for lane in range(lanes):
            prices[rung, lane] = prices[rung - 1, lane] * ratio[lane]
    copy(ceiling, prices[last])
    for user in range(of_class.shape[1]):
        for lane in range(lanes):
            wanted[lane] = of_class[QUANTITY, user, lane]
            ratio[lane] = math.exp(-of_class[ELASTICITY, user, lane] * height[lane])
        for rung in range(1, _RUNGS):
            for lane in range(lanes):
                wants[rung, lane] += wanted[lane] if prices[rung, lane] <= of_class[CHOKE, user, lane] else 0.0
            for lane in range(lanes):
                wanted[lane] *= ratio[lane]


@kernel
def _trade(
    exp: Addresses,
    log: Addresses,
    market: Prepared,
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
    columns, room, ladder, tile = market
    # Arm after arm of the same lanes: their ladders stay at hand.
    for first in range(0, lanes, TILE):
        width = min(TILE, lanes - first)
        baseline = columns.of_all[BASELINE_TOTAL, first : first + width]
        for arm in range(arms):
            there = base[arm, first : first + width]
            ceiling = columns.of_all[CEILING, first : first + width]
            number = _read(arm, first, width, places, reservations, capacities, ceiling, tile)
            gaps, stepped = _look_for_gaps(baseline, there, tile), 0
            if gaps > 0 and number > 0:
                stepped = _find_steps(number, columns, ladder, first, width, there, tile)
            if stepped < 0:
                return False
            if gaps > stepped:
                find_prices(exp, log, columns, first, width, tile.on_curve, tile.on_curve, False, room, tile.price)
            bought_at(exp, log, columns, first, stepped, tile.at_step, tile.marginal, room)
            _fill_at_step(columns, first, stepped, there, room.wanted, tile)
            for ahead in range(width):
                tile.price[ahead] = tile.price[ahead] if tile.gap[ahead] else 1.0
                price[arm, first + ahead] = tile.price[ahead]
            _sell(
                arm, first, width, places, reservations, capacities, buyer_power, baseline_price, tile, sums, sold, paid
            )
    return True


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
def _find_steps(
    number: int, columns: Columns, ladder: Ladder, first: int, width: int, there: Floats, tile: Tile
) -> int:
    """Find the marginal step of each lane, and what is sold below it.

    Return how many lanes are at a step, or -1 where one cannot be told apart from the next.
    """
    if not _climb(number, ladder, first, width, there, tile):
        return -1
    searching, stepped = _stand_on_rung(ladder, first, width, tile), 0
    # Between two rungs of the ladder there are few sellers left to try.
    while searching > 0:
        _find_next(number, width, tile.step, tile.size, tile.price, tile.following, tile.offered)
        for ahead in range(width):
            if tile.price[ahead] == np.inf:
                continue
            fate = _try_step(columns, first + ahead, ahead, there[ahead], tile)
            if fate == _UNSURE:
                return -1
            searching -= fate != _HIGHER
            tile.at_step[stepped] = ahead
            stepped += fate == _AT_STEP
    _add_below_and_at(number, width, tile.step, tile.size, tile.marginal, tile.cheaper, tile.offered)
    baseline = columns.of_all[BASELINE_TOTAL, first : first + width]
    for ahead in range(width):
        tile.on_curve[ahead] = there[ahead] + tile.cheaper[ahead] if tile.gap[ahead] else baseline[ahead]
    for place in range(stepped):
        ahead = tile.at_step[place]
        tile.on_curve[ahead], tile.at_margin[ahead] = baseline[ahead], tile.offered[ahead]
    return stepped


@kernel
def _stand_on_rung(ladder: Ladder, first: int, width: int, tile: Tile) -> int:
    """Note the rungs below and above each lane's price, and return in how many lanes it is wanted."""
    number = 0
    for ahead in range(width):
        rung = tile.rung[ahead]
        tile.price[ahead] = ladder.prices[rung, first + ahead] if tile.gap[ahead] else np.inf
        tile.wanted[ahead] = ladder.wants[rung, first + ahead]
        tile.above[ahead] = ladder.prices[rung + np.uint64(1), first + ahead]
        tile.wanted_above[ahead] = ladder.wants[rung + np.uint64(1), first + ahead]
        number += tile.gap[ahead]
    return number


@kernel
def _try_step(columns: Columns, lane: int, ahead: int, there: float, tile: Tile) -> int:
    """Say where the market of a lane clears, given the next step above the last price that was too low.

    Wants fall from one rung to the next, which mostly says enough.
    """
    step, without = tile.following[ahead], tile.supply[ahead] + there
    tile.price[ahead], tile.marginal[ahead] = np.inf, min(step, tile.above[ahead])
    if step > tile.above[ahead] or step == np.inf:
        return _ON_CURVE
    supply, least, most = without + tile.offered[ahead], tile.wanted_above[ahead], tile.wanted[ahead]
    sure = _SURE * (supply + columns.of_all[BASELINE_TOTAL, lane])
    if supply > least - sure and (without > least - sure or supply < most + sure):
        least = most = _wanted_at(step, columns, lane)
        if min(abs(without - most), abs(supply - most)) < sure:
            return _UNSURE
    if supply < most:
        tile.price[ahead] = step
        tile.supply[ahead] += tile.offered[ahead]
        return _HIGHER
    return _ON_CURVE if without > most else _AT_STEP


@kernel
def _climb(number: int, ladder: Ladder, first: int, width: int, there: Floats, tile: Tile) -> bool:
    """Find the last rung of each lane at which too little is offered, and how much; say whether that is sure."""
    price, wanted, rung, supply, offered = tile.price, tile.wanted, tile.rung, tile.supply, tile.offered
    surplus, sure = tile.surplus, tile.sure
    prices, wants = ladder.prices[:, first:], ladder.wants[:, first:]
    rung[:], supply[:], sure[:] = 0, 0.0, np.inf
    stride = np.uint64(_RUNGS // 2)
    while stride > 0:
        for ahead in range(width):
            price[ahead] = prices[rung[ahead] + stride, ahead]
        for ahead in range(width):
            wanted[ahead] = wants[rung[ahead] + stride, ahead]
        _add_up_to(number, width, tile.step, tile.size, price, offered)
        for ahead in range(width):
            surplus[ahead] = offered[ahead] + there[ahead] - wanted[ahead]
        for ahead in range(width):
            unsure = _SURE * (offered[ahead] + wants[0, ahead])
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
    ceiling: Floats,
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
            size = capacity[seller, place, first : first + width]
            _note_steps(reservation[min(seller, last), place, first : first + width], size, ceiling, tile.step[number])
            copy(size, tile.size[number])
            number += 1
    return number


@kernel
def _note_steps(reservation: Floats, size: Floats, ceiling: Floats, step: Floats) -> None:
    for ahead in range(size.size):
        at_least_one = max(reservation[ahead], 1.0)
        step[ahead] = at_least_one if (at_least_one <= ceiling[ahead]) & (size[ahead] > 0) else np.inf


@kernel
def _add_up_to(number: int, width: int, step: Floats, size: Floats, price: Floats, offered: Floats) -> None:
    """Add up what is offered at a price in each lane."""
    offered[:] = 0.0
    for seller in range(number):
        for ahead in range(width):
            offered[ahead] += size[seller, ahead] if step[seller, ahead] <= price[ahead] else 0.0


@kernel
def _find_next(
    number: int, width: int, step: Floats, size: Floats, price: Floats, following: Floats, offered: Floats
) -> None:
    """Find the lowest step above a price in each lane, infinity if there is none, and what is offered at it."""
    following[:], offered[:] = np.inf, 0.0
    for seller in range(number):
        for ahead in range(width):
            at = step[seller, ahead] if step[seller, ahead] > price[ahead] else np.inf
            lowest = following[ahead]
            kept = offered[ahead] if at >= lowest else 0.0
            following[ahead] = at if at < lowest else lowest
            offered[ahead] = kept + (size[seller, ahead] if at <= lowest else 0.0)


@kernel
def _add_below_and_at(
    number: int, width: int, step: Floats, size: Floats, price: Floats, below: Floats, at_price: Floats
) -> None:
    """Add up what is offered below a price in each lane and at it, seller by seller."""
    below[:], at_price[:] = 0.0, 0.0
    for seller in range(number):
        for ahead in range(width):
            below[ahead] += size[seller, ahead] if step[seller, ahead] < price[ahead] else 0.0
            at_price[ahead] += size[seller, ahead] if step[seller, ahead] == price[ahead] else 0.0


@kernel
def _wanted_at(price: float, columns: Columns, lane: int) -> float:
    """Say what is wanted at a price, to 1e-13 or so."""
    of_class, wanted, log_price = columns.of_class, 0.0, math.log(price)
    for user in range(of_class.shape[1]):
        if price <= of_class[CHOKE, user, lane]:
            wanted += of_class[QUANTITY, user, lane] * math.exp(-of_class[ELASTICITY, user, lane] * log_price)
    return wanted


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
    reservations: Groups,
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
            step, size = tile.step[number, :width], tile.size[number, :width]
            asked = reservations[group][min(seller, reservations[group].shape[0] - 1), place, first:last]
            quantity, unit_price = sold[row + first : row + last], paid[row + first : row + last]
            _quantities(step, size, tile.marginal, tile.at_margin, quantity)
            _unit_prices(asked, tile.price, power, baseline, unit_price)
            _add_up(quantity, unit_price, bought, due)
            number += 1
        start += sellers * arms * lanes


# Loops that touch few arrays become vector instructions.


@kernel
def _quantities(step: Floats, size: Floats, marginal: Floats, at_margin: Floats, quantity: Floats) -> None:
    for ahead in range(step.size):
        share = at_margin[ahead] if step[ahead] == marginal[ahead] else 0.0
        quantity[ahead] = size[ahead] * (1.0 if step[ahead] < marginal[ahead] else share)


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
def _scale_down(places: Places, sold: Groups, share: Floats, bought: Floats, outlay: Floats, cells: Cells) -> None:
    for arm in range(share.shape[0]):
        number = 0
        for lane in range(share.shape[1]):
            cells[number] = lane
            number += share[arm, lane] != 1.0
        for cell in cells[:number]:
            bought[arm, cell] = 0.0
            outlay[arm, cell] *= share[arm, cell]
        for group in range(places.shape[0] if number > 0 else 0):
            place = places[group, arm]
            for seller in range(sold[group].shape[0] if place >= 0 else 0):
                _cut(sold[group][seller, place], share[arm], bought[arm], cells[:number])


@kernel
def _cut(quantity: Floats, share: Floats, bought: Floats, cells: Cells) -> None:
    for cell in cells:
        quantity[cell] *= share[cell]
        bought[cell] += quantity[cell]
