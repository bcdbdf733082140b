"""Compiled forms of `leaksim.model.demand`.

Kernels go through the lanes tile by tile, so that what they work on stays in the processor's nearest memory.
"""

from __future__ import annotations

from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from leaksim.engine.lanes import Floats, Places
from leaksim.model.compiled import numpy_form
from leaksim.model.compiled.kernel import in_full, kernel
from leaksim.model.compiled.loops import EXP, LOG, WORDS, Addresses, apply
from leaksim.model.demand import (
    HIGHEST_LOG_PRICE,
    LAST_STEP,
    MOST_STEPS,
    TINY,
    WHOLE_EIGHT,
    DemandCurve,
    IsoelasticDemand,
)

TILE = 64
"""Neighbouring lanes that are computed together, in whole eights."""


class Columns(NamedTuple):
    """What a curve says of the classes that use the product, ``(class, lane)``, and of all together, ``(lane,)``."""

    quantity: Floats
    elasticity: Floats
    log_weight: Floats
    choke: Floats
    above_choke: Floats
    at_saturation: Floats
    at_price_one: Floats
    baseline_total: Floats
    floor: Floats
    ceiling: Floats


_columns: WeakKeyDictionary[IsoelasticDemand, Columns] = WeakKeyDictionary()


def columns_of(curve: IsoelasticDemand, lanes: int) -> Columns:
    """Return the columns of a curve, which are written out once."""
    found = _columns.get(curve)
    if found is None or found.quantity.shape[-1] != lanes:
        of_classes = [in_full(each[:, 0], (len(curve.quantity), lanes)) for each in curve.class_columns()]
        of_all = [in_full(each[0], (lanes,)) for each in (curve.baseline_total, curve.floor, curve.ceiling)]
        found = Columns(*of_classes, *of_all)
        _columns[curve] = found
    return found


def ration(curve: DemandCurve, total: Floats, guess: Floats | None = None) -> tuple[Floats, Floats]:
    """Find the prices of a tile of lanes, then serve class by class."""
    if not isinstance(curve, IsoelasticDemand):
        return numpy_form(DemandCurve.ration)(curve, total, guess)
    quantities, price = np.zeros((len(curve.users), *total.shape)), np.empty(total.shape)
    users = np.flatnonzero(curve.users)
    from_where = total if guess is None else guess
    _ration(
        EXP, LOG, columns_of(curve, total.shape[-1]), users, total, from_where, guess is not None, quantities, price
    )
    return quantities, price


class Room(NamedTuple):
    """What is worked on in a tile: a list of cells, in which some class is elastic."""

    ahead: Places
    """Where in the tile each cell is."""
    moving: Places
    """The cells whose price still moves."""
    kept: Places
    target: Floats
    log_price: Floats
    total: Floats
    slope: Floats
    elasticity: Floats
    """Of each class, ``(class, cell)``, as the next two."""
    at_price_one: Floats
    wanted: Floats
    lowest: Floats
    """Lowest choke price of those who buy in each lane of the tile."""
    words: Addresses


@kernel
def room_for(columns: Columns) -> Room:
    """Return room for one tile."""
    classes = columns.quantity.shape[0]
    return Room(
        np.empty(TILE, np.intp),
        np.empty(TILE, np.intp),
        np.empty(TILE, np.intp),
        np.empty(TILE),
        np.empty(TILE),
        np.empty(TILE),
        np.empty(TILE),
        np.empty((classes, TILE)),
        np.empty((classes, TILE)),
        np.empty((classes, TILE)),
        np.empty(TILE),
        np.empty(WORDS, np.intp),
    )


@kernel
def find_prices(
    exp: Addresses,
    log: Addresses,
    columns: Columns,
    first: int,
    number: int,
    where: Places,
    total: Floats,
    guess: Floats,
    guessed: bool,
    room: Room,
    price: Floats,
) -> int:
    """Find the price at which a total is demanded in some lanes of a tile; return where some class is elastic."""
    found = _gather(columns, first, number, where, total, room, price)
    if found == 0:
        return 0
    if guessed:
        for place in range(found):
            room.log_price[place] = guess[room.ahead[place]]
        _apply_to_list(log, room.log_price, found, 1.0, room)
        _set_exponents(found, room)
        _exponentials(exp, found, room)
    else:
        room.log_price[:] = 0.0
        room.wanted[:] = 1.0
    left = found
    for _ in range(MOST_STEPS):
        _aim(left, room)
        _apply_to_list(log, room.total, left, 1.0, room)
        left = _advance(left, room)
        if left == 0:
            break
        _set_exponents(left, room)
        _exponentials(exp, left, room)
    prices = room.total
    for place in range(found):
        prices[place] = min(room.log_price[place], HIGHEST_LOG_PRICE)
    _apply_to_list(exp, prices, found, 0.0, room)
    for place in range(found):
        ahead = room.ahead[place]
        price[ahead] = min(max(prices[place], columns.floor[first + ahead]), room.lowest[ahead])
    return found


@kernel
def _gather(columns: Columns, first: int, number: int, where: Places, total: Floats, room: Room, price: Floats) -> int:
    """List the cells in which some class is elastic; elsewhere take an extreme price."""
    found = 0
    for place in range(number):
        ahead = where[place]
        lane, aimed = first + ahead, total[ahead]
        lowest, saturated, any_buys, any_elastic = np.inf, 0.0, False, False
        for user in range(columns.quantity.shape[0]):
            buys, in_full = aimed > columns.above_choke[user, lane], aimed >= columns.at_saturation[user, lane]
            lowest = min(lowest, columns.choke[user, lane]) if buys else lowest
            saturated += columns.quantity[user, lane] if in_full else 0.0
            any_buys |= buys
            any_elastic |= buys and not in_full
        room.lowest[ahead] = lowest
        price[ahead] = columns.floor[lane] if any_buys else columns.ceiling[lane]
        room.ahead[found], room.moving[found], room.target[found] = ahead, found, max(aimed - saturated, TINY)
        found += any_elastic
    for user in range(columns.quantity.shape[0]):
        for place in range(found):
            lane, aimed = first + room.ahead[place], total[room.ahead[place]]
            is_elastic = (aimed > columns.above_choke[user, lane]) & (aimed < columns.at_saturation[user, lane])
            room.elasticity[user, place] = columns.elasticity[user, lane]
            room.at_price_one[user, place] = columns.at_price_one[user, lane] if is_elastic else 0.0
    return found


@kernel
def _apply_to_list(loop: Addresses, values: Floats, number: int, harmless: float, room: Room) -> None:
    """Replace values by a function of them, with something harmless where a whole eight goes on after the last."""
    padded = -(-number // WHOLE_EIGHT) * WHOLE_EIGHT
    for place in range(number, padded):
        values[place] = harmless
    apply(loop, values, padded, room.words)


@kernel
def _set_exponents(number: int, room: Room) -> None:
    for user in range(room.wanted.shape[0]):
        for place in range(number):
            log_price = room.log_price[room.moving[place]]
            room.wanted[user, place] = -room.elasticity[user, place] * log_price


@kernel
def _exponentials(exp: Addresses, number: int, room: Room) -> None:
    """Replace the exponents in `wanted`."""
    for user in range(room.wanted.shape[0]):
        _apply_to_list(exp, room.wanted[user], number, 0.0, room)


@kernel
def _aim(number: int, room: Room) -> None:
    """Say by what ratio each cell misses its target, and how far its price moves with the logarithm of that."""
    total, slope = room.total, room.slope
    for place in range(number):
        total[place] = slope[place] = 0.0
    for user in range(room.wanted.shape[0]):
        for place in range(number):
            bought = room.at_price_one[user, place] * room.wanted[user, place]
            total[place] += bought
            slope[place] += room.elasticity[user, place] * bought
    for place in range(number):
        at_least = max(total[place], TINY)
        total[place], slope[place] = at_least / room.target[place], at_least / max(slope[place], TINY)


@kernel
def _advance(number: int, room: Room) -> int:
    """Move the prices, and close up the lists of the cells whose price moves on."""
    left = 0
    for place in range(number):
        step = room.total[place] * room.slope[place]
        room.log_price[room.moving[place]] += step
        room.kept[left] = place
        left += abs(step) > LAST_STEP
    if left < number:
        for place in range(left):
            kept = room.kept[place]
            room.moving[place], room.target[place] = room.moving[kept], room.target[kept]
        for user in range(room.wanted.shape[0]):
            for place in range(left):
                kept = room.kept[place]
                room.elasticity[user, place] = room.elasticity[user, kept]
                room.at_price_one[user, place] = room.at_price_one[user, kept]
    return left


@kernel
def bought_at(
    exp: Addresses, log: Addresses, columns: Columns, first: int, number: int, where: Places, price: Floats, room: Room
) -> None:
    """Work out in `wanted` what share of its quantity each class wants at the price of each cell in a list."""
    if number == 0:
        return
    for place in range(number):
        room.total[place] = price[where[place]]
    _apply_to_list(log, room.total, number, 1.0, room)
    for user in range(columns.quantity.shape[0]):
        for place in range(number):
            lane = first + where[place]
            relative = columns.log_weight[user, lane] - room.total[place]
            room.wanted[user, place] = columns.elasticity[user, lane] * relative
    _exponentials(exp, number, room)


@kernel
def _ration(
    exp: Addresses,
    log: Addresses,
    columns: Columns,
    users: Places,
    totals: Floats,
    guesses: Floats,
    guessed: bool,
    quantities: Floats,
    prices: Floats,
) -> None:
    arms, lanes = totals.shape
    room = room_for(columns)
    total, guess, everywhere = np.empty(TILE), np.empty(TILE), np.arange(TILE)
    for arm in range(arms):
        for first in range(0, lanes, TILE):
            width = min(TILE, lanes - first)
            price = prices[arm, first : first + width]
            for ahead in range(width):
                total[ahead] = min(totals[arm, first + ahead], columns.baseline_total[first + ahead])
                guess[ahead] = guesses[arm, first + ahead]
            found = find_prices(exp, log, columns, first, width, everywhere, total, guess, guessed, room, price)
            bought_at(exp, log, columns, first, found, room.ahead, price, room)
            _serve(columns, users, first, width, total, found, room, quantities[:, arm])


@kernel
def _serve(
    columns: Columns, users: Places, first: int, width: int, total: Floats, found: int, room: Room, quantities: Floats
) -> None:
    """Share out `total`; `wanted` lists what the classes want of their quantity where some class is elastic."""
    place_of, of_all, of_marginal = room.moving, room.total, room.slope
    place_of[:width] = 0
    for place in range(found):
        place_of[room.ahead[place]] = place
    for ahead in range(width):
        of_all[ahead] = of_marginal[ahead] = 0.0
    served, marginal = room.elasticity, room.at_price_one
    for user in range(columns.quantity.shape[0]):
        for ahead in range(width):
            lane, aimed = first + ahead, total[ahead]
            buys, whole = aimed > columns.above_choke[user, lane], columns.quantity[user, lane]
            part = whole * room.wanted[user, place_of[ahead]] if buys else 0.0
            served[user, ahead] = whole if aimed >= columns.at_saturation[user, lane] else part
            at_margin = buys & (columns.choke[user, lane] == room.lowest[ahead])
            marginal[user, ahead] = served[user, ahead] if at_margin else 0.0
            of_all[ahead] += served[user, ahead]
            of_marginal[ahead] += marginal[user, ahead]
    for user in range(columns.quantity.shape[0]):
        for ahead in range(width):
            share = marginal[user, ahead] / max(of_marginal[ahead], TINY)
            quantities[users[user], first + ahead] = served[user, ahead] + share * (total[ahead] - of_all[ahead])
