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
from leaksim.model.compiled.loops import EXP, LOG, Addresses, apply
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
    target: Floats
    log_price: Floats
    ratio: Floats
    factor: Floats
    elasticity: Floats
    """Of each class, ``(cell, class)``, as the next two."""
    at_price_one: Floats
    wanted: Floats
    words: Addresses


@kernel
def room_for(columns: Columns) -> Room:
    """Return room for one tile."""
    classes = columns.quantity.shape[0]
    return Room(
        np.empty(TILE, np.intp),
        np.empty(TILE, np.intp),
        np.empty(TILE),
        np.empty(TILE),
        np.empty(TILE),
        np.empty(TILE),
        np.empty((TILE, classes)),
        np.empty((TILE, classes)),
        np.empty((TILE, classes)),
        np.empty(len(("from", "to", "number", "stride", "stride")), np.intp),
    )


@kernel
def find_prices(
    exp: Addresses,
    log: Addresses,
    columns: Columns,
    first: int,
    width: int,
    total: Floats,
    guess: Floats,
    guessed: bool,
    room: Room,
    price: Floats,
) -> int:
    """Find the price at which each total in a tile is demanded; return in how many cells some class is elastic."""
    found = _gather(columns, first, width, total, guess, guessed, room, price)
    if found == 0:
        return 0
    _fill_up(found, room.ratio, 1.0)
    if guessed:
        _fill_up(found, room.log_price, 1.0)
        apply(log, room.log_price, found, room.words)
        for place in range(found):
            for user in range(room.wanted.shape[1]):
                room.wanted[place, user] = -room.elasticity[place, user] * room.log_price[place]
        exponentials(exp, found, room)
    else:
        room.wanted[:found] = 1.0
        room.log_price[:] = 0.0
    left = found
    for _ in range(MOST_STEPS):
        _aim(left, room)
        apply(log, room.ratio, left, room.words)
        left = _advance(left, room)
        if left == 0:
            break
        exponentials(exp, left, room)
    prices = room.ratio
    for place in range(found):
        prices[place] = min(room.log_price[place], HIGHEST_LOG_PRICE)
    _fill_up(found, prices, 0.0)
    apply(exp, prices, found, room.words)
    _settle(columns, first, total, found, prices, room.ahead, price)
    return found


@kernel
def _gather(
    columns: Columns, first: int, width: int, total: Floats, guess: Floats, guessed: bool, room: Room, price: Floats
) -> int:
    """List the cells in which some class is elastic; elsewhere take an extreme price."""
    classes = columns.quantity.shape[0]
    found = 0
    for ahead in range(width):
        lane, aimed = first + ahead, total[ahead]
        any_buys, any_elastic, of_saturated = False, False, 0.0
        for user in range(classes):
            buys = aimed > columns.above_choke[user, lane]
            saturated = aimed >= columns.at_saturation[user, lane]
            any_buys |= buys
            if saturated:
                of_saturated += columns.quantity[user, lane]
            elastic = buys and not saturated
            any_elastic |= elastic
            room.elasticity[found, user] = columns.elasticity[user, lane]
            room.at_price_one[found, user] = columns.at_price_one[user, lane] if elastic else 0.0
        if any_elastic:
            room.ahead[found], room.moving[found] = ahead, found
            room.target[found] = max(aimed - of_saturated, TINY)
            if guessed:
                room.log_price[found] = guess[ahead]
            found += 1
        else:
            price[ahead] = columns.floor[lane] if any_buys else columns.ceiling[lane]
    return found


@kernel
def _fill_up(number: int, values: Floats, harmless: float) -> None:
    """Put something harmless where a whole eight goes on after the last cell."""
    for place in range(number, -(-number // WHOLE_EIGHT) * WHOLE_EIGHT):
        values[place] = harmless


@kernel
def exponentials(exp: Addresses, number: int, room: Room) -> None:
    """Replace the exponents in `wanted`."""
    classes = room.wanted.shape[1]
    padded = -(-number // WHOLE_EIGHT) * WHOLE_EIGHT
    room.wanted[number:padded] = 0.0
    apply(exp, room.wanted, padded * classes, room.words)


@kernel
def _aim(number: int, room: Room) -> None:
    """Say by what ratio each cell misses its target, and how far its price moves with the logarithm of that."""
    for place in range(number):
        total = slope = 0.0
        for user in range(room.wanted.shape[1]):
            bought = room.at_price_one[place, user] * room.wanted[place, user]
            total += bought
            slope += room.elasticity[place, user] * bought
        total, slope = max(total, TINY), max(slope, TINY)
        room.ratio[place], room.factor[place] = total / room.target[place], total / slope
    _fill_up(number, room.ratio, 1.0)


@kernel
def _advance(number: int, room: Room) -> int:
    """Move the prices, and close up the lists of the cells whose price moves on."""
    left = 0
    for place in range(number):
        step, cell = room.ratio[place] * room.factor[place], room.moving[place]
        room.log_price[cell] += step
        if abs(step) > LAST_STEP:
            room.moving[left], room.target[left] = cell, room.target[place]
            for user in range(room.wanted.shape[1]):
                elasticity = room.elasticity[place, user]
                room.elasticity[left, user] = elasticity
                room.at_price_one[left, user] = room.at_price_one[place, user]
                room.wanted[left, user] = -elasticity * room.log_price[cell]
            left += 1
    return left


@kernel
def _settle(
    columns: Columns, first: int, total: Floats, number: int, prices: Floats, where: Places, price: Floats
) -> None:
    """Keep prices between the floor and the lowest choke price of those who buy."""
    for place in range(number):
        ahead = where[place]
        lane, lowest = first + ahead, np.inf
        for user in range(columns.quantity.shape[0]):
            if total[ahead] > columns.above_choke[user, lane]:
                lowest = min(lowest, columns.choke[user, lane])
        price[ahead] = min(max(prices[place], columns.floor[lane]), lowest)


@kernel
def bought_at(
    exp: Addresses, log: Addresses, columns: Columns, first: int, number: int, where: Places, price: Floats, room: Room
) -> None:
    """Work out in `wanted` what share of its quantity each class wants at the price of each cell in a list."""
    if number == 0:
        return
    for place in range(number):
        room.ratio[place] = price[where[place]]
    _fill_up(number, room.ratio, 1.0)
    apply(log, room.ratio, number, room.words)
    for place in range(number):
        lane = first + where[place]
        for user in range(columns.quantity.shape[0]):
            relative = columns.log_weight[user, lane] - room.ratio[place]
            room.wanted[place, user] = columns.elasticity[user, lane] * relative
    exponentials(exp, number, room)


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
    total, guess, price = np.empty(TILE), np.empty(TILE), np.empty(TILE)
    for arm in range(arms):
        for first in range(0, lanes, TILE):
            width = min(TILE, lanes - first)
            for ahead in range(width):
                total[ahead] = min(totals[arm, first + ahead], columns.baseline_total[first + ahead])
                guess[ahead] = guesses[arm, first + ahead]
            found = find_prices(exp, log, columns, first, width, total, guess, guessed, room, price)
            bought_at(exp, log, columns, first, found, room.ahead, price, room)
            _serve(columns, users, arm, first, width, total, room.wanted, quantities)
            prices[arm, first : first + width] = price[:width]


@kernel
def _serve(
    columns: Columns,
    users: Places,
    arm: int,
    first: int,
    width: int,
    total: Floats,
    bought: Floats,
    quantities: Floats,
) -> None:
    """Share out `total`; `bought` lists what the classes want of their quantity where some class is elastic."""
    classes = columns.quantity.shape[0]
    served, marginal = np.empty(classes), np.empty(classes)
    place = 0
    for ahead in range(width):
        lane, aimed, lowest, any_elastic = first + ahead, total[ahead], np.inf, False
        for user in range(classes):
            buys = aimed > columns.above_choke[user, lane]
            if buys:
                lowest = min(lowest, columns.choke[user, lane])
            any_elastic |= buys and aimed < columns.at_saturation[user, lane]
        of_all = of_marginal = 0.0
        for user in range(classes):
            buys = aimed > columns.above_choke[user, lane]
            whole = columns.quantity[user, lane]
            if aimed >= columns.at_saturation[user, lane]:
                served[user] = whole
            elif buys:
                served[user] = whole * bought[place, user]
            else:
                served[user] = 0.0
            marginal[user] = served[user] if buys and columns.choke[user, lane] == lowest else 0.0
            of_all += served[user]
            of_marginal += marginal[user]
        of_marginal = max(of_marginal, TINY)
        for user in range(classes):
            quantities[users[user], arm, lane] = served[user] + marginal[user] / of_marginal * (aimed - of_all)
        place += any_elastic
