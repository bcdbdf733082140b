"""Compiled forms of `leaksim.model.demand`.

Kernels pass over compact lists of cells, places in a flattened ``(arm, lane)``; between them NumPy takes logarithms and
exponentials of whole eights of cells.
"""

from __future__ import annotations

from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from leaksim.engine.lanes import Floats
from leaksim.model.compiled import numpy_form
from leaksim.model.compiled.kernel import in_full, kernel
from leaksim.model.demand import (
    HIGHEST_LOG_PRICE,
    LAST_STEP,
    MOST_STEPS,
    TINY,
    WHOLE_EIGHT,
    DemandCurve,
    IsoelasticDemand,
)

Places = npt.NDArray[np.intp]


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


def price_for(curve: DemandCurve, total: Floats) -> Floats:
    """Take the price from the list of cells in which some class is elastic, and the extremes elsewhere."""
    if not isinstance(curve, IsoelasticDemand):
        return numpy_form(DemandCurve.price_for)(curve, total)
    columns = columns_of(curve, total.shape[-1])
    _cells, _prices_there, price = _prices(columns, total, total, guessed=False)
    return price


def ration(curve: DemandCurve, total: Floats, guess: Floats | None = None) -> tuple[Floats, Floats]:
    """Find the prices, then serve class by class."""
    if not isinstance(curve, IsoelasticDemand):
        return numpy_form(DemandCurve.ration)(curve, total, guess)
    columns = columns_of(curve, total.shape[-1])
    total = np.minimum(total, curve.baseline_total)
    cells, prices, price = _prices(columns, total, total if guess is None else guess, guessed=guess is not None)
    bought = exponents_at(columns, cells, np.log(prices))
    np.exp(bought, out=bought)
    quantities = np.zeros((len(curve.users), *total.shape))
    _serve(columns, np.flatnonzero(curve.users), total, bought, quantities)
    return quantities, price


def whole_eights(number: int) -> int:
    """Round a number of cells up."""
    return -(-number // WHOLE_EIGHT) * WHOLE_EIGHT


def _prices(columns: Columns, total: Floats, guess: Floats, *, guessed: bool) -> tuple[Places, Floats, Floats]:
    """Return the cells in which some class is elastic, the prices there, and the price in all cells."""
    classes, size = len(columns.quantity), whole_eights(total.size)
    cells = np.empty(total.size, dtype=np.intp)
    target, log_price = np.empty(size), np.zeros(size)
    elasticity, at_price_one = np.empty((size, classes)), np.empty((size, classes))
    wanted = np.empty((size, classes))
    price = np.empty(total.shape)
    found = _gather(columns, total, guess, guessed, cells, target, log_price, elasticity, at_price_one, price)
    cells, used = cells[:found], whole_eights(found)
    moving = np.arange(used)
    ratio, factor = np.ones(used), np.empty(used)
    if guessed:
        log_price[:used] = np.log(log_price[:used])
        _exponents(found, elasticity, log_price, wanted)
        np.exp(wanted[:used], out=wanted[:used])
    else:
        wanted[:used] = 1.0
    left = found
    for _ in range(MOST_STEPS):
        if not left:
            break
        padded = whole_eights(left)
        _aim(left, elasticity, at_price_one, wanted, target, ratio, factor)
        np.log(ratio[:padded], out=ratio[:padded])
        left = _advance(left, moving, ratio, factor, log_price, elasticity, at_price_one, target, wanted)
        padded = whole_eights(left)
        np.exp(wanted[:padded], out=wanted[:padded])
    prices = np.exp(np.minimum(log_price[:used], HIGHEST_LOG_PRICE))
    _settle(columns, total, cells, prices, price)
    return cells, prices, price


@kernel
def _gather(
    columns: Columns,
    total: Floats,
    guess: Floats,
    guessed: bool,
    cells: Places,
    target: Floats,
    log_price: Floats,
    elasticity: Floats,
    at_price_one: Floats,
    price: Floats,
) -> int:
    """List the cells in which some class is elastic; elsewhere take an extreme price."""
    quantities, above_chokes, at_saturations, elasticities, at_price_ones, floors, ceilings = (
        columns.quantity,
        columns.above_choke,
        columns.at_saturation,
        columns.elasticity,
        columns.at_price_one,
        columns.floor,
        columns.ceiling,
    )
    arms, lanes = total.shape
    classes = quantities.shape[0]
    found = 0
    for arm in range(arms):
        for lane in range(lanes):
            aimed = total[arm, lane]
            any_buys, any_elastic, of_saturated = False, False, 0.0
            for user in range(classes):
                buys = aimed > above_chokes[user, lane]
                saturated = aimed >= at_saturations[user, lane]
                any_buys |= buys
                if saturated:
                    of_saturated += quantities[user, lane]
                elastic = buys and not saturated
                any_elastic |= elastic
                elasticity[found, user] = elasticities[user, lane]
                at_price_one[found, user] = at_price_ones[user, lane] if elastic else 0.0
            if any_elastic:
                cells[found] = arm * lanes + lane
                target[found] = max(aimed - of_saturated, TINY)
                if guessed:
                    log_price[found] = guess[arm, lane]
                found += 1
            else:
                price[arm, lane] = floors[lane] if any_buys else ceilings[lane]
    if guessed:
        for place in range(found, min(found + WHOLE_EIGHT, log_price.size)):
            log_price[place] = 1.0
    return found


@kernel
def _exponents(number: int, elasticity: Floats, log_price: Floats, exponents: Floats) -> None:
    classes = elasticity.shape[1]
    for place in range(number):
        for user in range(classes):
            exponents[place, user] = -elasticity[place, user] * log_price[place]
    _fill_up(number, exponents)


@kernel
def _fill_up(number: int, exponents: Floats) -> None:
    for place in range(number, -(-number // WHOLE_EIGHT) * WHOLE_EIGHT):
        for user in range(exponents.shape[1]):
            exponents[place, user] = 0.0


@kernel
def _aim(
    number: int, elasticity: Floats, at_price_one: Floats, wanted: Floats, target: Floats, ratio: Floats, factor: Floats
) -> None:
    """Say by what ratio each cell misses its target, and how far its price moves with the logarithm of that."""
    classes = elasticity.shape[1]
    for place in range(number):
        total = slope = 0.0
        for user in range(classes):
            bought = at_price_one[place, user] * wanted[place, user]
            total += bought
            slope += elasticity[place, user] * bought
        total, slope = max(total, TINY), max(slope, TINY)
        ratio[place], factor[place] = total / target[place], total / slope
    for place in range(number, -(-number // WHOLE_EIGHT) * WHOLE_EIGHT):
        ratio[place] = 1.0


@kernel
def _advance(
    number: int,
    moving: Places,
    log_ratio: Floats,
    factor: Floats,
    log_price: Floats,
    elasticity: Floats,
    at_price_one: Floats,
    target: Floats,
    exponents: Floats,
) -> int:
    """Move the prices, and close up the lists of the cells whose price moves on."""
    classes = elasticity.shape[1]
    left = 0
    for place in range(number):
        step = log_ratio[place] * factor[place]
        cell = moving[place]
        log_price[cell] += step
        if abs(step) > LAST_STEP:
            moving[left], target[left] = cell, target[place]
            for user in range(classes):
                elasticity[left, user] = elasticity[place, user]
                at_price_one[left, user] = at_price_one[place, user]
                exponents[left, user] = -elasticity[place, user] * log_price[cell]
            left += 1
    _fill_up(left, exponents)
    return left


@kernel
def _settle(columns: Columns, total: Floats, cells: Places, prices: Floats, price: Floats) -> None:
    """Keep prices between the floor and the lowest choke price of those who buy; write them to their cells."""
    quantities, above_chokes = columns.quantity, columns.above_choke
    chokes, floors = columns.choke, columns.floor
    lanes = total.shape[1]
    classes = quantities.shape[0]
    for place in range(cells.size):
        arm, lane = cells[place] // lanes, cells[place] % lanes
        lowest = np.inf
        for user in range(classes):
            if total[arm, lane] > above_chokes[user, lane]:
                lowest = min(lowest, chokes[user, lane])
        prices[place] = min(max(prices[place], floors[lane]), lowest)
        price[arm, lane] = prices[place]


@kernel
def exponents_at(columns: Columns, cells: Places, log_price: Floats) -> Floats:
    """Exponents of what the classes want at the price of each cell in the list."""
    quantities, elasticities = columns.quantity, columns.elasticity
    log_weights = columns.log_weight
    lanes = quantities.shape[1]
    classes = quantities.shape[0]
    exponents = np.zeros((log_price.size, classes))
    for place in range(cells.size):
        lane = cells[place] % lanes
        for user in range(classes):
            exponents[place, user] = elasticities[user, lane] * (log_weights[user, lane] - log_price[place])
    return exponents


@kernel
def _serve(columns: Columns, users: Places, total: Floats, bought: Floats, quantities: Floats) -> None:
    """Share out `total`; `bought` lists what the classes want of their quantity where some class is elastic."""
    whole, above_chokes, chokes, at_saturations = (
        columns.quantity,
        columns.above_choke,
        columns.choke,
        columns.at_saturation,
    )
    arms, lanes = total.shape
    classes = whole.shape[0]
    served, marginal = np.empty(classes), np.empty(classes)
    place = 0
    for arm in range(arms):
        for lane in range(lanes):
            aimed, lowest, any_elastic = total[arm, lane], np.inf, False
            for user in range(classes):
                buys = aimed > above_chokes[user, lane]
                if buys:
                    lowest = min(lowest, chokes[user, lane])
                any_elastic |= buys and aimed < at_saturations[user, lane]
            of_all = of_marginal = 0.0
            for user in range(classes):
                buys = aimed > above_chokes[user, lane]
                if aimed >= at_saturations[user, lane]:
                    served[user] = whole[user, lane]
                elif buys:
                    served[user] = whole[user, lane] * bought[place, user]
                else:
                    served[user] = 0.0
                marginal[user] = served[user] if buys and chokes[user, lane] == lowest else 0.0
                of_all += served[user]
                of_marginal += marginal[user]
            of_marginal = max(of_marginal, TINY)
            for user in range(classes):
                quantities[users[user], arm, lane] = served[user] + marginal[user] / of_marginal * (aimed - of_all)
            place += any_elastic
