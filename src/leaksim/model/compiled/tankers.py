"""Compiled forms of `leaksim.model.tankers`."""

from __future__ import annotations

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.model.compiled.kernel import in_full, kernel
from leaksim.model.tankers import MOST_VOYAGES, HandedOver, Ready, Voyages


def ready(
    free_from: Floats,
    length: Floats,
    hold: Floats,
    left: Floats,
    detection: Floats,
    ends: tuple[int, int],
    in_whole: bool,
) -> Ready:
    """Go through the ships once."""
    shape = free_from.shape
    pages = np.empty((4, *shape))
    chance = in_full(detection[0], shape[2:])
    _get_ready(free_from, length, hold, left, chance, float(ends[0]), float(ends[1]), in_whole, *pages)
    return Ready(*pages)


@kernel
def _get_ready(
    free_from: Floats,
    length: Floats,
    hold: Floats,
    left: Floats,
    detection: Floats,
    first: float,
    end: float,
    in_whole: bool,
    first_day: Floats,
    voyages: Floats,
    carried: Floats,
    offered: Floats,
) -> None:
    ships, arms, lanes = free_from.shape
    for ship in range(ships):
        for arm in range(arms):
            own = arm if left.shape[1] > 1 else 0
            for lane in range(lanes):
                begins = max(free_from[ship, arm, lane], first)
                number = max(end - begins, 0.0) / length[ship, 0, lane]
                if in_whole:
                    number = min(np.ceil(number), MOST_VOYAGES)
                cargo = hold[arm, lane] * left[ship, own, lane]
                first_day[ship, arm, lane], voyages[ship, arm, lane] = begins, number
                carried[ship, arm, lane] = cargo
                offered[ship, arm, lane] = cargo * number * (1 - detection[lane])


def fates(
    voyages: Floats, begins: Floats, length: Floats, draws: Floats, detection: Floats, month_ends: float
) -> Voyages:
    """Go through the ships once."""
    made, now, later, caught = np.empty((4, *voyages.shape))
    chance = in_full(detection[0], voyages.shape[-1:])
    _sail(voyages, begins, length, np.ascontiguousarray(draws), chance, float(month_ends), made, now, later, caught)
    return Voyages(made, now, later, caught)


@kernel
def _sail(
    voyages: Floats,
    begins: Floats,
    length: Floats,
    draws: Floats,
    detection: Floats,
    month_ends: float,
    made: Floats,
    now: Floats,
    later: Floats,
    caught: Floats,
) -> None:
    ships, arms, lanes = voyages.shape
    for arm in range(arms):
        for ship in range(ships):
            for lane in range(lanes):
                begun, out, in_time, late = 0.0, 0.0, 0.0, 0.0
                for voyage in range(MOST_VOYAGES):
                    # Numbers in place of branches, which nobody could foretell.
                    sails = (1.0 if voyage < voyages[ship, arm, lane] else 0.0) * (1.0 - out)
                    hit = 1.0 if draws[voyage * ships + ship, 0, lane] < detection[lane] else 0.0
                    half_way = begins[ship, arm, lane] + (voyage + 0.5) * length[ship, 0, lane]
                    handed, soon = sails * (1.0 - hit), 1.0 if half_way < month_ends else 0.0
                    begun += sails
                    out += sails * hit
                    in_time += handed * soon
                    late += handed * (1.0 - soon)
                made[ship, arm, lane], caught[ship, arm, lane] = begun, out
                now[ship, arm, lane], later[ship, arm, lane] = in_time, late


def handed_over(ready: Ready, quantity: Floats, price: Floats, cost: Floats, voyages: Voyages) -> HandedOver:
    """Go through the ships once."""
    sums = np.zeros((7, *quantity.shape[1:]))
    fate = voyages.made, voyages.handed_now, voyages.handed_later, voyages.caught
    _hand_over(
        ready.hold, ready.offered, np.ascontiguousarray(quantity), np.ascontiguousarray(price), cost, *fate, sums
    )
    return HandedOver(sums[0], sums[1], sums[2:4], sums[4:6], sums[6])


@kernel
def _hand_over(
    hold: Floats,
    offered: Floats,
    quantity: Floats,
    price: Floats,
    cost: Floats,
    made: Floats,
    now: Floats,
    later: Floats,
    caught: Floats,
    sums: Floats,
) -> None:
    ships, arms, lanes = hold.shape
    for arm in range(arms):
        own = arm if cost.shape[1] > 1 else 0
        for ship in range(ships):
            for lane in range(lanes):
                sold, paid = quantity[ship, arm, lane], price[ship, arm, lane]
                cargo = hold[ship, arm, lane] * sold / (offered[ship, arm, lane] if sold > 0 else 1.0)
                handed_now, handed_later = now[ship, arm, lane], later[ship, arm, lane]
                sums[0, arm, lane] += cargo * made[ship, arm, lane]
                sums[1, arm, lane] += cargo * caught[ship, arm, lane]
                sums[2, arm, lane] += cargo * handed_now
                sums[3, arm, lane] += cargo * handed_later
                sums[4, arm, lane] += cargo * handed_now * paid
                sums[5, arm, lane] += cargo * handed_later * paid
                sums[6, arm, lane] += cargo * (handed_now + handed_later) * (paid - cost[ship, own, lane])


def ships_days(
    sails_until: Floats,
    free_from: Floats,
    begins: Floats,
    length: Floats,
    voyages: Voyages,
    impound_time: Floats,
    fleet: Floats,
    first: float,
    days: float,
) -> tuple[Floats, Floats, Floats]:
    """Go through the ships once."""
    shape = sails_until.shape
    until, free = np.empty(shape), np.empty(shape)
    parts = np.zeros((3, *shape[1:]))
    lies = in_full(impound_time[0], shape[-1:])
    _count_days(
        sails_until,
        free_from,
        begins,
        length,
        voyages.made,
        voyages.caught,
        lies,
        fleet,
        float(first),
        days,
        until,
        free,
        parts,
    )
    return until, free, parts


@kernel
def _count_days(
    sails_until: Floats,
    free_from: Floats,
    begins: Floats,
    length: Floats,
    made: Floats,
    caught: Floats,
    lies: Floats,
    fleet: Floats,
    first: float,
    days: float,
    until: Floats,
    free: Floats,
    parts: Floats,
) -> None:
    ships, arms, lanes = made.shape
    for arm in range(arms):
        for ship in range(ships):
            for lane in range(lanes):
                at_sea = min(max(sails_until[ship, arm, lane] - first, 0.0), days)
                in_port = min(max(free_from[ship, arm, lane] - first, 0.0), days) - at_sea
                until[ship, arm, lane], free[ship, arm, lane] = sails_until[ship, arm, lane], free_from[ship, arm, lane]
                if made[ship, arm, lane] > 0:
                    begin = begins[ship, arm, lane]
                    end = begin + made[ship, arm, lane] * length[ship, 0, lane]
                    back = end + caught[ship, arm, lane] * lies[lane]
                    days_to_end = min(max(end - first, 0.0), days)
                    at_sea += days_to_end - min(max(begin - first, 0.0), days)
                    in_port += min(max(back - first, 0.0), days) - days_to_end
                    until[ship, arm, lane], free[ship, arm, lane] = end, back
                ships_now = fleet[arm, lane]
                parts[0, arm, lane] += ships_now * (days - at_sea - in_port)
                parts[1, arm, lane] += ships_now * at_sea
                parts[2, arm, lane] += ships_now * in_port
