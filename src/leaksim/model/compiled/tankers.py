"""Compiled forms of `leaksim.model.tankers`."""

from __future__ import annotations

import numpy as np

from leaksim.engine.lanes import Floats, Places
from leaksim.model.clearing import Sale
from leaksim.model.compiled.kernel import in_full, kernel, place_of
from leaksim.model.compiled.payment_queue import add, add_product, is_any
from leaksim.model.tankers import MOST_VOYAGES, Due, Fleet, Orders, Pages


def offer(
    fleet: Fleet,
    costs: tuple[Floats, Floats],
    draw: Floats,
    left: Floats,
    detection: Floats,
    days: tuple[int, int],
    orders: Orders,
) -> None:
    """Go through the ships once."""
    draw = in_full(draw, orders.length.shape)
    ships_and_hold = np.empty((2, *orders.offered.shape[1:]))
    _offer(fleet, *costs, draw, left, detection, float(days[0]), float(days[1]), *orders, *ships_and_hold)


@kernel
def _offer(
    fleet: Fleet,
    cost: Floats,
    factor: Floats,
    draw: Floats,
    left: Floats,
    detection: Floats,
    first_day: float,
    month_ends: float,
    length: Floats,
    offered: Floats,
    reservation: Floats,
    ships: Floats,
    hold: Floats,
) -> None:
    number, arms, _ = offered.shape
    for arm in range(arms):
        _count_ships(fleet, arm, ships[arm], hold[arm])
    for ship in range(number):
        _take_time(draw[ship, 0], fleet.cycle[0], fleet.spread[0], length[ship, 0])
        for arm in range(arms):
            _set_price(cost[ship, 0], factor[place_of(factor, ship, arm)], reservation[ship, arm])
            can = offered[ship, arm]
            _count(fleet.free_from[ship, arm], length[ship, 0], first_day, month_ends, can)
            _fill(hold[arm], left[place_of(left, ship, arm)], detection[0], can)


@kernel
def _count_ships(fleet: Fleet, arm: int, ships: Floats, hold: Floats) -> None:
    """Count the ships now for each ship at the start, and what they hold together, in one arm."""
    for lane in range(ships.size):
        ships[lane] = 1 + np.floor(fleet.funds[arm, lane] / fleet.ship_price[0, lane]) / len(fleet.free_from)
        hold[lane] = ships[lane] * fleet.cargo[0, lane]


# Each of these works on neighbouring lanes of one ship, and writes into few arrays: so loops become vector
# instructions.


@kernel
def _set_price(cost: Floats, factor: Floats, price: Floats) -> None:
    for lane in range(price.size):
        price[lane] = cost[lane] * factor[lane]


@kernel
def _take_time(draw: Floats, cycle: Floats, spread: Floats, length: Floats) -> None:
    for lane in range(length.size):
        length[lane] = max(np.rint(cycle[lane] * (1 + spread[lane] * (2 * draw[lane] - 1))), 1.0)


@kernel
def _count(free_from: Floats, length: Floats, first_day: float, month_ends: float, voyages: Floats) -> None:
    for lane in range(voyages.size):
        begins = max(free_from[lane], first_day)
        voyages[lane] = min(np.ceil(max(month_ends - begins, 0.0) / length[lane]), MOST_VOYAGES)


@kernel
def _fill(hold: Floats, left: Floats, detection: Floats, voyages: Floats) -> None:
    """Turn voyages into what could be handed over."""
    for lane in range(voyages.size):
        voyages[lane] = hold[lane] * left[lane] * voyages[lane] * (1 - detection[lane])


def sail(
    fleet: Fleet,
    orders: Orders,
    sale: Sale,
    costs: tuple[Floats, Floats],
    left: Floats,
    draws: Floats,
    detection: Floats,
    days: tuple[int, int, int],
    due: Due,
    month: int,
    arms: Places,
    pages: Pages,
) -> None:
    """Go through the ships of each arm once."""
    shape = fleet.free_from.shape
    _sail(
        fleet,
        orders.length,
        orders.offered,
        in_full(sale.quantity, shape),
        in_full(sale.price, shape),
        *costs,
        left,
        in_full(draws, (len(draws), 1, shape[-1])),
        detection,
        float(days[0]),
        float(days[1]),
        float(days[2]),
        due,
        month,
        arms,
        *pages,
        np.empty((19 + shape[0], shape[2])),
    )


@kernel
def _sail(
    fleet: Fleet,
    length: Floats,
    offered: Floats,
    quantity: Floats,
    price: Floats,
    cost: Floats,
    factor: Floats,
    left: Floats,
    draws: Floats,
    detection: Floats,
    first: float,
    first_day: float,
    month_ends: float,
    due: Due,
    month: int,
    places: Places,
    loaded_page: Floats,
    seized_page: Floats,
    vessel_days: Floats,
    room: Floats,
) -> None:
    number, arms, lanes = quantity.shape
    days = month_ends - first
    ships, hold, made, caught, cargo, gain = room[0], room[1], room[2], room[3], room[4], room[5]
    at_sea, in_port, end, back = room[6], room[7], room[8], room[9]
    loaded, seized, rent = room[10], room[11], room[12]
    # Each of this month and the next.
    handed, cargo_due, payment_due = room[13:15], room[15:17], room[17:19]
    safe = room[19:]
    for ship in range(number):
        _find_safe(draws, ship, number, detection[0], safe[ship])
    for arm in range(arms):
        place = places[arm]
        idle, sailing, impounded = vessel_days[0, place], vessel_days[1, place], vessel_days[2, place]
        _count_ships(fleet, arm, ships, hold)
        loaded[:], seized[:], rent[:], cargo_due[:], payment_due[:] = 0.0, 0.0, 0.0, 0.0, 0.0
        idle[:], sailing[:], impounded[:] = 0.0, 0.0, 0.0
        for ship in range(number):
            until, free = fleet.sails_until[ship, arm], fleet.free_from[ship, arm]
            sold, paid, takes = quantity[ship, arm], price[ship, arm], length[ship, 0]
            _spend(until, free, first, days, at_sea, in_port)
            if is_any(sold):
                _count(free, takes, first_day, month_ends, made)
                _settle_fate(sold, safe[ship], made, caught)
                _hand_over(free, takes, first_day, month_ends, made, caught, handed[0])
                _hand_over_the_rest(made, caught, handed[0], handed[1])
                _load(hold, left[place_of(left, ship, arm)], sold, cargo)
                _divide(sold, offered[ship, arm], cargo)
                add_product(cargo, made, loaded)
                add_product(cargo, caught, seized)
                for ahead in range(2):
                    _add_cargo(cargo, handed[ahead], paid, cargo_due[ahead], payment_due[ahead])
                _gain(paid, fleet.fuel_price[0], cost[ship, 0], factor[place_of(factor, ship, arm)], gain)
                _add_rent(cargo, made, caught, gain, rent)
                _spend_more_at_sea(free, made, takes, first_day, first, days, end, at_sea)
                _spend_more_in_port(end, caught, fleet.impound_time[0], made, first, days, back, in_port)
                _put_off(made, end, until)
                _put_off(made, back, free)
            _add_idle(ships, days, at_sea, in_port, idle)
            add_product(at_sea, ships, sailing)
            add_product(in_port, ships, impounded)
        add(loaded, loaded_page[place])
        add(seized, seized_page[place])
        for ahead in range(2):
            then = (month + ahead) % 2
            add(cargo_due[ahead], due.cargo[then, arm])
            add(payment_due[ahead], due.payment[then, arm])
        for lane in range(lanes):
            fleet.funds[arm, lane] += fleet.invested[0, lane] * max(rent[lane], 0.0)


@kernel
def _find_safe(draws: Floats, ship: int, ships: int, detection: Floats, safe: Floats) -> None:
    """Say how many voyages a ship would make before one is caught."""
    safe[:] = MOST_VOYAGES
    for voyage in range(MOST_VOYAGES - 1, -1, -1):
        _find_earlier(draws[voyage * ships + ship, 0], detection, voyage, safe)


@kernel
def _find_earlier(draw: Floats, detection: Floats, voyage: int, safe: Floats) -> None:
    for lane in range(safe.size):
        safe[lane] = voyage if draw[lane] < detection[lane] else safe[lane]


@kernel
def _settle_fate(sold: Floats, safe: Floats, voyages: Floats, caught: Floats) -> None:
    """Turn the voyages that a ship can begin into those that it makes if it has orders, the last of which may fail."""
    for lane in range(voyages.size):
        able = voyages[lane] if sold[lane] > 0 else 0.0
        voyages[lane] = min(able, safe[lane] + 1)
        caught[lane] = 1.0 if safe[lane] < able else 0.0


@kernel
def _hand_over(
    free_from: Floats, length: Floats, first_day: float, month_ends: float, made: Floats, caught: Floats, soon: Floats
) -> None:
    """Count the cargoes that are handed over this month."""
    for lane in range(soon.size):
        begins, in_time = max(free_from[lane], first_day), 0.0
        for voyage in range(MOST_VOYAGES):
            in_time += 1.0 if begins + (voyage + 0.5) * length[lane] < month_ends else 0.0
        soon[lane] = min(in_time, made[lane] - caught[lane])


@kernel
def _hand_over_the_rest(made: Floats, caught: Floats, soon: Floats, late: Floats) -> None:
    for lane in range(late.size):
        late[lane] = made[lane] - caught[lane] - soon[lane]


@kernel
def _load(hold: Floats, left: Floats, sold: Floats, cargo: Floats) -> None:
    for lane in range(hold.size):
        cargo[lane] = hold[lane] * left[lane] * sold[lane]


@kernel
def _divide(sold: Floats, offered: Floats, cargo: Floats) -> None:
    for lane in range(sold.size):
        cargo[lane] /= offered[lane] if sold[lane] > 0 else 1.0


@kernel
def _add_cargo(cargo: Floats, handed: Floats, price: Floats, total: Floats, payment: Floats) -> None:
    for lane in range(cargo.size):
        amount = cargo[lane] * handed[lane]
        total[lane] += amount
        payment[lane] += amount * price[lane]


@kernel
def _gain(paid: Floats, price: Floats, cost: Floats, factor: Floats, gain: Floats) -> None:
    for lane in range(paid.size):
        gain[lane] = paid[lane] - price[lane] * (cost[lane] * factor[lane])


@kernel
def _add_rent(cargo: Floats, made: Floats, caught: Floats, gain: Floats, rent: Floats) -> None:
    for lane in range(cargo.size):
        rent[lane] += cargo[lane] * (made[lane] - caught[lane]) * gain[lane]


@kernel
def _within(day: float, first: float, days: float) -> float:
    """Days of a month before a day, none negative, none beyond its end."""
    return min(max(day - first, 0.0), days)


@kernel
def _spend(until: Floats, free: Floats, first: float, days: float, at_sea: Floats, in_port: Floats) -> None:
    """Count the days at sea and in port from earlier voyages."""
    for lane in range(at_sea.size):
        at_sea[lane] = _within(until[lane], first, days)
        in_port[lane] = _within(free[lane], first, days) - at_sea[lane]


@kernel
def _spend_more_at_sea(
    free: Floats, made: Floats, length: Floats, first_day: float, first: float, days: float, end: Floats, at_sea: Floats
) -> None:
    """Find the day on which this month's voyages end, and add their days."""
    for lane in range(at_sea.size):
        begins = max(free[lane], first_day)
        until = begins + made[lane] * length[lane]
        more = _within(until, first, days) - _within(begins, first, days)
        at_sea[lane] += more if made[lane] > 0 else 0.0
        end[lane] = until


@kernel
def _spend_more_in_port(
    end: Floats,
    caught: Floats,
    impound_time: Floats,
    made: Floats,
    first: float,
    days: float,
    back: Floats,
    in_port: Floats,
) -> None:
    """Find the day from which ships are free again after this month's voyages, and add their days in port."""
    for lane in range(in_port.size):
        free = end[lane] + caught[lane] * impound_time[lane]
        more = _within(free, first, days) - _within(end[lane], first, days)
        in_port[lane] += more if made[lane] > 0 else 0.0
        back[lane] = free


@kernel
def _put_off(made: Floats, later: Floats, day: Floats) -> None:
    """Move the day of ships that have set out."""
    for lane in range(day.size):
        new, old = later[lane], day[lane]
        day[lane] = new if made[lane] > 0 else old


@kernel
def _add_idle(ships: Floats, days: float, at_sea: Floats, in_port: Floats, total: Floats) -> None:
    for lane in range(ships.size):
        total[lane] += ships[lane] * (days - at_sea[lane] - in_port[lane])
