"""Compiled forms of `leaksim.model.demand`.

Kernels go through the lanes tile by tile, so that what they work on stays in the processor's nearest memory.
"""

from __future__ import annotations

from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from leaksim.engine.lanes import Floats, Places
from leaksim.model.compiled import numpy_form
from leaksim.model.compiled.kernel import aligned, copy, kernel
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

TILE = 256
"""Neighbouring lanes that are computed together, in whole eights."""

QUANTITY, ELASTICITY, LOG_WEIGHT, CHOKE, ABOVE_CHOKE, AT_SATURATION, AT_PRICE_ONE = range(7)
BASELINE_TOTAL, FLOOR, CEILING = range(3)


class Columns(NamedTuple):
    """What a curve says of the classes that use the product, and of all together."""

    of_class: Floats
    """From `QUANTITY` to `AT_PRICE_ONE`, ``(column, class, lane)``."""
    of_all: Floats
    """From `BASELINE_TOTAL` to `CEILING`, ``(column, lane)``."""


Cells = npt.NDArray[np.uint32]
"""Where in a tile some cells are: without a sign, or each use would ask whether it counts from the end."""


class Room(NamedTuple):
    """What is worked on in a tile."""

    lowest: Floats
    """Lowest choke price of those who buy in each lane, infinite where nobody does."""
    saturated: Floats
    """What classes with all they want buy together in each lane; later what all classes buy."""
    elastic: Floats
    """1.0 in lanes in which some class is elastic; later what the marginal class buys."""
    of_elastic: Floats
    """What each class buys at price one, 0 where it is not elastic, ``(class, lane)``; later what each is served."""
    cells: Cells
    """A list of lanes in which some class is elastic."""
    solved: Floats
    """The logarithm of the price of each, once it is found."""
    moving: Cells
    """Places in that list of the cells whose price still moves; what follows is theirs."""
    moves: Floats
    """1.0 while it does."""
    kept: Cells
    """A list of those whose price moves on."""
    log_price: Floats
    target: Floats
    ratio: Floats
    slope: Floats
    elasticity: Floats
    """Of each class, ``(class, cell)``, as the next two."""
    at_price_one: Floats
    wanted: Floats
    total: Floats
    """What there is in each lane."""
    words: Addresses


def _room_for(classes: int) -> Room:
    rooms = dict(zip(Room._fields, aligned(len(Room._fields), TILE), strict=True))
    of_classes = ("of_elastic", "elasticity", "at_price_one", "wanted")
    rooms |= dict(zip(of_classes, aligned(len(of_classes), classes, TILE), strict=True))
    # A list has room for one more, which is written and not counted.
    rooms |= {name: np.empty(TILE + 1, np.uint32) for name in ("cells", "moving", "kept")}
    return Room(**rooms | {"words": np.empty(WORDS, np.intp)})


_prepared: WeakKeyDictionary[IsoelasticDemand, tuple[Columns, Room]] = WeakKeyDictionary()


def prepared(curve: IsoelasticDemand, lanes: int) -> tuple[Columns, Room]:
    """Return the columns of a curve and room to work on a tile, which are written out and made once."""
    found = _prepared.get(curve)
    if found is None or found[0].of_all.shape[-1] != lanes:
        classes = len(curve.quantity)
        columns = Columns(np.empty((7, classes, lanes)), np.empty((3, lanes)))
        for column, of_class in enumerate(curve.class_columns()):
            columns.of_class[column] = of_class[:, 0]
        for column, of_all in enumerate((curve.baseline_total, curve.floor, curve.ceiling)):
            columns.of_all[column] = of_all[0]
        found = _prepared[curve] = columns, _room_for(classes)
    return found


def ration(
    curve: DemandCurve, total: Floats, guess: Floats | None = None, page: Floats | None = None
) -> tuple[Floats, Floats]:
    """Find the prices of a tile of lanes, then serve class by class."""
    if not isinstance(curve, IsoelasticDemand):
        return numpy_form(DemandCurve.ration)(curve, total, guess, page)
    quantities = np.zeros((len(curve.users), *total.shape)) if page is None else page
    price = np.empty(total.shape)
    from_where = total if guess is None else guess
    users = np.flatnonzero(curve.users)
    columns, room = prepared(curve, total.shape[-1])
    ration_in_tiles(EXP, LOG, columns, room, users, total, from_where, guess is not None, quantities, price)
    return quantities, price


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
    """Find the price at which a total is demanded in each lane of a tile; return in how many some class is elastic."""
    found = _look_for_elastic(columns, first, width, total, room, price)
    if found == 0:
        return 0
    _gather(columns, first, found, total, room)
    if guessed:
        pick(guess, room.cells, found, room.log_price)
        _apply_to_list(log, room.log_price, found, 1.0, room)
        _set_wants(exp, found, room)
    else:
        room.log_price[:] = 0.0
        room.wanted[:] = 1.0
    number = found
    for _ in range(MOST_STEPS):
        _aim(number, room)
        _apply_to_list(log, room.ratio, number, 1.0, room)
        left = _advance(number, room)
        if left == 0:
            break
        # Closing up the list costs about as much as the wants of a third of the cells.
        if number - left > number // 4:
            number = _close_up(number, room)
        _set_wants(exp, number, room)
    _note_prices(number, room)
    for place in range(found):
        room.solved[place] = min(room.solved[place], HIGHEST_LOG_PRICE)
    _apply_to_list(exp, room.solved, found, 0.0, room)
    floor = columns.of_all[FLOOR, first : first + width]
    for place in range(found):
        ahead = room.cells[place]
        price[ahead] = min(max(room.solved[place], floor[ahead]), room.lowest[ahead])
    return found


@kernel
def _look_for_elastic(columns: Columns, first: int, width: int, total: Floats, room: Room, price: Floats) -> int:
    """List the cells in which some class is elastic, and begin with an extreme price, which holds elsewhere."""
    last = first + width
    lowest, saturated, elastic = room.lowest[:width], room.saturated[:width], room.elastic[:width]
    lowest[:], saturated[:], elastic[:] = np.inf, 0.0, 0.0
    for user in range(columns.of_class.shape[1]):
        above = columns.of_class[ABOVE_CHOKE, user, first:last]
        saturation = columns.of_class[AT_SATURATION, user, first:last]
        _lower(total, above, columns.of_class[CHOKE, user, first:last], lowest)
        _add_if_saturated(total, saturation, columns.of_class[QUANTITY, user, first:last], saturated)
        at_price_one = columns.of_class[AT_PRICE_ONE, user, first:last]
        _take_if_elastic(total, above, saturation, at_price_one, room.of_elastic[user])
        _mark_if_elastic(total, above, saturation, elastic)
    floor, ceiling = columns.of_all[FLOOR, first:last], columns.of_all[CEILING, first:last]
    for ahead in range(width):
        highest = ceiling[ahead]
        price[ahead] = floor[ahead] if lowest[ahead] < np.inf else highest
    found = 0
    for ahead in range(width):
        room.cells[found] = ahead
        found += elastic[ahead] > 0
    return found


# Loops that write one array become vector instructions.


@kernel
def _lower(total: Floats, above: Floats, choke: Floats, lowest: Floats) -> None:
    for ahead in range(lowest.size):
        at_most = choke[ahead] if total[ahead] > above[ahead] else np.inf
        lowest[ahead] = min(lowest[ahead], at_most)


@kernel
def _add_if_saturated(total: Floats, saturation: Floats, quantity: Floats, saturated: Floats) -> None:
    for ahead in range(saturated.size):
        saturated[ahead] += quantity[ahead] if total[ahead] >= saturation[ahead] else 0.0


@kernel
def _take_if_elastic(
    total: Floats, above: Floats, saturation: Floats, at_price_one: Floats, of_elastic: Floats
) -> None:
    for ahead in range(above.size):
        is_elastic = (total[ahead] > above[ahead]) & (total[ahead] < saturation[ahead])
        of_elastic[ahead] = at_price_one[ahead] if is_elastic else 0.0


@kernel
def _mark_if_elastic(total: Floats, above: Floats, saturation: Floats, elastic: Floats) -> None:
    for ahead in range(elastic.size):
        is_elastic = (total[ahead] > above[ahead]) & (total[ahead] < saturation[ahead])
        elastic[ahead] = 1.0 if is_elastic else elastic[ahead]


@kernel
def pick(values: Floats, cells: Cells, number: int, picked: Floats) -> None:
    """Pick the values of the cells in a list, which may go to where they come from if the list goes up."""
    for place in range(number):
        picked[place] = values[cells[place]]


@kernel
def _gather(columns: Columns, first: int, found: int, total: Floats, room: Room) -> None:
    """Write out what is listed of each cell that moves."""
    for place in range(found):
        ahead = room.cells[place]
        room.moving[place], room.moves[place] = place, 1.0
        room.target[place] = max(total[ahead] - room.saturated[ahead], TINY)
    for user in range(columns.of_class.shape[1]):
        pick(columns.of_class[ELASTICITY, user, first:], room.cells, found, room.elasticity[user])
        pick(room.of_elastic[user], room.cells, found, room.at_price_one[user])


@kernel
def _apply_to_list(loop: Addresses, values: Floats, number: int, harmless: float, room: Room) -> None:
    """Replace values by a function of them, with something harmless where a whole eight goes on after the last."""
    padded = -(-number // WHOLE_EIGHT) * WHOLE_EIGHT
    for place in range(number, padded):
        values[place] = harmless
    apply(loop, values, padded, room.words)


@kernel
def _set_wants(exp: Addresses, number: int, room: Room) -> None:
    for user in range(room.wanted.shape[0]):
        wanted, elasticity = room.wanted[user], room.elasticity[user]
        for place in range(number):
            wanted[place] = -elasticity[place] * room.log_price[place]
        _apply_to_list(exp, wanted, number, 0.0, room)


@kernel
def _aim(number: int, room: Room) -> None:
    """Say by what ratio each cell misses its target, and how far its price moves with the logarithm of that."""
    total, slope, target = room.ratio[:number], room.slope[:number], room.target
    total[:], slope[:] = 0.0, 0.0
    for user in range(room.wanted.shape[0]):
        at_price_one, wanted, elasticity = room.at_price_one[user], room.wanted[user], room.elasticity[user]
        for place in range(number):
            wanted[place] *= at_price_one[place]
        for place in range(number):
            total[place] += wanted[place]
        for place in range(number):
            slope[place] += elasticity[place] * wanted[place]
    for place in range(number):
        slope[place] = max(total[place], TINY) / max(slope[place], TINY)
    for place in range(number):
        total[place] = max(total[place], TINY) / target[place]


@kernel
def _advance(number: int, room: Room) -> int:
    """Move the prices; return how many move on."""
    step, slope, moves, log_price = room.ratio[:number], room.slope[:number], room.moves, room.log_price
    for place in range(number):
        step[place] = moves[place] * step[place] * slope[place]
    for place in range(number):
        log_price[place] += step[place]
    for place in range(number):
        moves[place] = 1.0 if abs(step[place]) > LAST_STEP else 0.0
    left = 0
    for place in range(number):
        left += moves[place] > 0
    return left


@kernel
def _close_up(number: int, room: Room) -> int:
    """Note the prices, and keep those cells in the lists whose price moves on; return how many there are."""
    _note_prices(number, room)
    kept, left = room.kept, 0
    for place in range(number):
        kept[left] = place
        left += room.moves[place] > 0
    for place in range(left):
        room.moving[place], room.moves[place] = room.moving[kept[place]], 1.0
    pick(room.log_price, kept, left, room.log_price)
    pick(room.target, kept, left, room.target)
    for user in range(room.wanted.shape[0]):
        pick(room.elasticity[user], kept, left, room.elasticity[user])
        pick(room.at_price_one[user], kept, left, room.at_price_one[user])
    return left


@kernel
def _note_prices(number: int, room: Room) -> None:
    for place in range(number):
        room.solved[room.moving[place]] = room.log_price[place]


@kernel
def bought_at(
    exp: Addresses, log: Addresses, columns: Columns, first: int, number: int, cells: Cells, price: Floats, room: Room
) -> None:
    """Work out in `wanted` what share of its quantity each class wants at the price of each cell in a list."""
    if number == 0:
        return
    pick(price, cells, number, room.log_price)
    _apply_to_list(log, room.log_price, number, 1.0, room)
    for user in range(columns.of_class.shape[1]):
        wanted, elasticity = room.wanted[user], room.elasticity[user]
        pick(columns.of_class[LOG_WEIGHT, user, first:], cells, number, wanted)
        pick(columns.of_class[ELASTICITY, user, first:], cells, number, elasticity)
        for place in range(number):
            wanted[place] = elasticity[place] * (wanted[place] - room.log_price[place])
        _apply_to_list(exp, wanted, number, 0.0, room)


@kernel
def ration_in_tiles(
    exp: Addresses,
    log: Addresses,
    columns: Columns,
    room: Room,
    users: Places,
    totals: Floats,
    guesses: Floats,
    guessed: bool,
    quantities: Floats,
    prices: Floats,
) -> None:
    """Share out a product among its `users`, see `ration`, and write down at what price."""
    arms, lanes = totals.shape
    total = room.total
    for first in range(0, lanes, TILE):
        width = min(TILE, lanes - first)
        last = first + width
        baseline = columns.of_all[BASELINE_TOTAL, first:last]
        for arm in range(arms):
            price, guess, there = prices[arm, first:last], guesses[arm, first:last], totals[arm, first:last]
            for ahead in range(width):
                total[ahead] = min(there[ahead], baseline[ahead])
            found = find_prices(exp, log, columns, first, width, total, guess, guessed, room, price)
            bought_at(exp, log, columns, first, found, room.cells, price, room)
            _serve(columns, first, width, total, found, room)
            for user in range(users.size):
                copy(room.of_elastic[user, :width], quantities[users[user], arm, first:last])


@kernel
def _serve(columns: Columns, first: int, width: int, total: Floats, found: int, room: Room) -> None:
    """Share out `total`; `wanted` lists what the classes want of their quantity where some class is elastic."""
    last, classes = first + width, columns.of_class.shape[1]
    of_all, of_marginal, share = room.saturated[:width], room.elastic[:width], room.slope[:width]
    of_all[:], of_marginal[:], share[:] = 0.0, 0.0, 0.0
    for user in range(classes):
        wanted = room.wanted[user]
        for place in range(found):
            share[room.cells[place]] = wanted[place]
        above, choke = columns.of_class[ABOVE_CHOKE, user, first:last], columns.of_class[CHOKE, user, first:last]
        quantity = columns.of_class[QUANTITY, user, first:last]
        served = room.of_elastic[user]
        for ahead in range(width):
            served[ahead] = quantity[ahead] * share[ahead] if total[ahead] > above[ahead] else 0.0
        _serve_in_full(total, columns.of_class[AT_SATURATION, user, first:last], quantity, served)
        for ahead in range(width):
            of_all[ahead] += served[ahead]
        for ahead in range(width):
            at_margin = (total[ahead] > above[ahead]) & (choke[ahead] == room.lowest[ahead])
            of_marginal[ahead] += served[ahead] if at_margin else 0.0
    for user in range(classes):
        above, choke = columns.of_class[ABOVE_CHOKE, user, first:last], columns.of_class[CHOKE, user, first:last]
        served = room.of_elastic[user]
        for ahead in range(width):
            at_margin = (total[ahead] > above[ahead]) & (choke[ahead] == room.lowest[ahead])
            share[ahead] = served[ahead] / max(of_marginal[ahead], TINY) if at_margin else 0.0
        for ahead in range(width):
            served[ahead] += share[ahead] * (total[ahead] - of_all[ahead])


@kernel
def _serve_in_full(total: Floats, saturation: Floats, quantity: Floats, served: Floats) -> None:
    for ahead in range(saturation.size):
        in_full, in_part = quantity[ahead], served[ahead]
        served[ahead] = in_full if total[ahead] >= saturation[ahead] else in_part
