"""Compiled forms of `leaksim.model.chinese_traders`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from leaksim.engine.lanes import Floats, Places
from leaksim.engine.streams import Chance
from leaksim.model.chinese_traders import MOST_WARY, ExportTerms, ImportTerms
from leaksim.model.clearing import Sale
from leaksim.model.compiled.demand import Cells
from leaksim.model.compiled.kernel import happens, in_full, kernel, place_of
from leaksim.model.compiled.payment_queue import (
    add,
    add_product,
    draw_lots,
    is_any,
    multiply,
)
from leaksim.model.payment_queue import Cargo


class Room(NamedTuple):
    """What is worked on in one arm."""

    shipped: Floats
    """What each trader ships of all products, ``(trader, lane)``."""
    seized: Floats
    """Whether it is seized, or would be, same shape."""
    sums: Floats
    """What is entered of each product, ``(product, sum, lane)``."""
    by_lane: Floats
    """Three numbers of each lane."""
    lanes: Cells
    """A list of lanes, with room for one more, which is written and not counted."""


def _room_for(traders: int, products: int, sums: int, lanes: int) -> Room:
    of_traders = np.empty((2, traders, lanes))
    of_products, by_lane, listed = (
        np.empty((products, sums, lanes)),
        np.empty((3, lanes)),
        np.empty(lanes + 1, np.uint32),
    )
    return Room(of_traders[0], of_traders[1], of_products, by_lane, listed)


def offer(
    perceived: Floats,
    costs: tuple[Floats, Floats, Floats],
    terms: ImportTerms,
    friction: Floats,
    inspection: Floats,
    moved: Floats,
    capacity: Floats,
    left: Floats,
    waiting: Floats,
    reservation: Floats,
    free: Floats,
) -> None:
    """Go through the traders once."""
    shape = perceived.shape[1:]
    friction, inspection, moved = in_full(friction, shape), in_full(inspection, shape), in_full(moved, shape)
    prices = terms.purchase_price, terms.penalty
    working = np.empty(inspection.shape)
    _offer(perceived, *costs, *prices, friction, inspection, moved, capacity, left, waiting, reservation, free, working)


@kernel
def _offer(
    perceived: Floats,
    evasion: Floats,
    risk_loading: Floats,
    factor: Floats,
    purchase_price: Floats,
    penalty: Floats,
    friction: Floats,
    inspection: Floats,
    moved: Floats,
    capacity: Floats,
    left: Floats,
    waiting: Floats,
    reservation: Floats,
    free: Floats,
    working: Floats,
) -> None:
    products, traders, arms, lanes = free.shape
    for arm in range(arms):
        for lane in range(lanes):
            working[arm, lane] = (1 - inspection[arm, lane]) * (1 - moved[arm, lane])
    for trader in range(traders):
        for arm in range(arms):
            _set_price(
                perceived[trader, arm],
                evasion[trader, 0],
                risk_loading[trader, 0],
                factor[place_of(factor, trader, arm)],
                purchase_price[0],
                penalty[0],
                friction[arm],
                reservation[trader, arm],
            )
    for product in range(products):
        for trader in range(traders):
            for arm in range(arms):
                whole, part = capacity[product, trader, 0], left[place_of(left, trader, arm)]
                _subtract(whole, working[arm], part, waiting[product, trader, arm], free[product, trader, arm])


@kernel
def _set_price(
    chance: Floats,
    evasion: Floats,
    risk_loading: Floats,
    factor: Floats,
    purchase_price: Floats,
    penalty: Floats,
    friction: Floats,
    price: Floats,
) -> None:
    for lane in range(price.size):
        cost = purchase_price[lane] + evasion[lane] * factor[lane]
        risk = chance[lane] * penalty[lane] * risk_loading[lane]
        price[lane] = (cost + risk) / (1 - chance[lane]) * (1 + friction[lane])


@kernel
def _subtract(capacity: Floats, working: Floats, left: Floats, waiting: Floats, free: Floats) -> None:
    for lane in range(free.size):
        free[lane] = max(capacity[lane] * working[lane] * left[lane] - waiting[lane], 0.0)


def cross(
    waiting: Cargo,
    sales: Sequence[Sale],
    passes: Chance,
    seizure: Chance,
    perceived: Floats,
    rate: Floats,
    products: Places,
    arms: Places,
    pages: tuple[Floats, Floats, Floats, Floats, Floats],
    shipments: Floats,
) -> None:
    """Go through the traders of each arm twice: what becomes of their cargo, and what each makes of it."""
    shape = perceived.shape
    first, last = sales[0], sales[-1]
    _cross(
        waiting.quantity,
        waiting.value,
        (in_full(first.quantity, shape), in_full(last.quantity, shape)),
        (in_full(first.price, shape), in_full(last.price, shape)),
        *_drawn(passes, shape),
        *_drawn(seizure, shape),
        seizure.deterministic,
        perceived,
        rate,
        products,
        arms,
        *pages,
        shipments,
        _room_for(shape[0], len(products), 5, shape[-1]),
    )


def _drawn(chance: Chance, shape: tuple[int, ...]) -> tuple[Floats, Floats]:
    traders, arms, lanes = shape
    return in_full(chance.draw, (traders, 1, lanes)), in_full(chance.probability, (arms, lanes))


@kernel
def _cross(
    quantity: Floats,
    value: Floats,
    sold: tuple[Floats, Floats],
    price: tuple[Floats, Floats],
    payment: Floats,
    passing: Floats,
    draw: Floats,
    inspection: Floats,
    deterministic: bool,
    perceived: Floats,
    rate: Floats,
    products: Places,
    places: Places,
    waiting_page: Floats,
    shipped_page: Floats,
    seized_page: Floats,
    delivered_page: Floats,
    paid_page: Floats,
    shipments: Floats,
    room: Room,
) -> None:
    number, traders, arms, lanes = quantity.shape
    shipped, seized, sums, arriving = room.shipped, room.seized, room.sums, room.by_lane[0]
    for arm in range(arms):
        place = places[arm]
        shipped[:], sums[:] = 0.0, 0.0
        for lane in range(lanes):
            arriving[lane] = 1 - inspection[arm, lane]
        for trader in range(traders):
            draw_lots(draw[trader, 0], inspection[arm], deterministic, seized[trader])
            for product in range(number):
                new, due = sold[product][trader, arm], quantity[product, trader, arm]
                if not (deterministic or is_any(new) or is_any(due)):
                    continue
                _send(
                    room.lanes,
                    _look_for_cargo(new, due, deterministic, room.lanes),
                    new,
                    price[product][trader, arm],
                    payment[trader, 0],
                    passing[arm],
                    deterministic,
                    arriving,
                    seized[trader],
                    due,
                    value[product, trader, arm],
                    shipped[trader],
                    sums[product],
                )
        for product in range(number):
            item = products[product]
            add(sums[product, 0], waiting_page[item, place])
            add(sums[product, 1], shipped_page[item, place])
            add(sums[product, 2], seized_page[item, place])
            add(sums[product, 3], delivered_page[item, place])
            add(sums[product, 4], paid_page[item, place])
        _learn(0, traders, arm, perceived, rate[0], shipments[place], room)


@kernel
def _look_for_cargo(sold: Floats, waiting: Floats, deterministic: bool, lanes: Cells) -> int:
    """List the lanes in which a trader has any, mostly few; return in how many.

    In deterministic mode, in which payments pass in part, money may be due for cargo of which rounding left nothing.
    """
    found = 0
    for lane in range(sold.size):
        lanes[found] = lane
        found += deterministic | (sold[lane] + waiting[lane] > 0)
    return found


@kernel
def _send(
    lanes: Cells,
    found: int,
    sold: Floats,
    price: Floats,
    payment: Floats,
    passing: Floats,
    deterministic: bool,
    arriving: Floats,
    fate: Floats,
    quantity: Floats,
    value: Floats,
    shipped: Floats,
    sums: Floats,
) -> None:
    """Send across what is paid for in the lanes of a list, and add up what `_cross` enters."""
    for place in range(found):
        lane = lanes[place]
        passes = happens(payment[lane], passing[lane], deterministic)
        due, owed = quantity[lane] + sold[lane], value[lane] + sold[lane] * price[lane]
        paid, worth = due * passes, owed * passes
        quantity[lane], value[lane] = due - paid, owed - worth
        sent = paid / arriving[lane]
        lost = sent * fate[lane]
        shipped[lane] += sent
        sums[0, lane] += quantity[lane]
        sums[1, lane] += sent
        sums[2, lane] += lost
        sums[3, lane] += sent - lost
        sums[4, lane] += worth / arriving[lane] * (1 - fate[lane])


@kernel
def _learn(
    start: int,
    traders: int,
    arm: int,
    perceived: Floats,
    rate: Floats,
    shipments: Floats,
    room: Room,
) -> None:
    """Let traders learn in one arm, and add up how many shipped."""
    shipped, seized = room.shipped, room.seized
    number, seen_by_all, pace = room.by_lane[0], room.by_lane[1], room.by_lane[2]
    number[:], seen_by_all[:] = 0.0, 0.0
    for trader in range(traders):
        _look_on(shipped[trader], seized[trader], number, seen_by_all)
    for lane in range(rate.size):
        seen_by_all[lane] /= max(number[lane], 1.0)
        pace[lane] = rate[lane] if number[lane] > 0 else 0.0
        shipments[lane] += number[lane]
    for trader in range(traders):
        _move(perceived[start + trader, arm], shipped[trader], seized[trader], seen_by_all, pace)


@kernel
def _look_on(shipped: Floats, seized: Floats, number: Floats, seen: Floats) -> None:
    """Add up who shipped, and who of them was seized."""
    for lane in range(number.size):
        number[lane] += 1.0 if shipped[lane] > 0 else 0.0
        seen[lane] += seized[lane] if shipped[lane] > 0 else 0.0


@kernel
def _move(perceived: Floats, shipped: Floats, seized: Floats, seen_by_all: Floats, pace: Floats) -> None:
    for lane in range(perceived.size):
        # Both are read in any case: a choice of what to read takes longer.
        own, of_all = seized[lane], seen_by_all[lane]
        seen = own if shipped[lane] > 0 else of_all
        perceived[lane] = min(perceived[lane] + pace[lane] * (seen - perceived[lane]), MOST_WARY)


def take_out(
    perceived: Floats,
    costs: tuple[Floats, Floats],
    factors: Sequence[Floats],
    capacity: Floats,
    left: Sequence[Floats],
    starts: Places,
    terms: ExportTerms,
    friction: Floats,
    blocked: Floats,
    seizures: Sequence[Chance],
    rate: Floats,
    arms: Places,
    pages: tuple[Floats, Floats, Floats, Floats],
    shipments: Floats,
) -> None:
    """Go through the traders of a good three times: what they would carry, what they find, and what they learn."""
    _, *cell = perceived.shape
    shape, lanes = tuple(cell), cell[1]
    traders = max(len(each.draw) for each in seizures)
    _take_out(
        perceived,
        *costs,
        tuple(factors),
        capacity,
        tuple(left),
        starts,
        terms.resale_price,
        terms.penalty,
        terms.reserve_price,
        terms.bargaining,
        in_full(friction, shape),
        in_full(blocked, (len(blocked), *shape)),
        tuple([in_full(each.draw, (len(each.draw), 1, lanes)) for each in seizures]),
        in_full(seizures[0].probability, shape),
        seizures[0].deterministic,
        rate,
        arms,
        *pages,
        shipments,
        np.empty((traders, lanes)),
        _room_for(traders, 1, 3, lanes),
    )


@kernel
def _take_out(
    perceived: Floats,
    evasion: Floats,
    risk_loading: Floats,
    factors: tuple[Floats, ...],
    capacity: Floats,
    left: tuple[Floats, ...],
    starts: Places,
    resale_price: Floats,
    penalty: Floats,
    reserve_price: Floats,
    bargaining: Floats,
    friction: Floats,
    blocked: Floats,
    draws: tuple[Floats, ...],
    inspection: Floats,
    deterministic: bool,
    rate: Floats,
    places: Places,
    shipped_page: Floats,
    seized_page: Floats,
    delivered_page: Floats,
    earned_page: Floats,
    shipments: Floats,
    bids: Floats,
    room: Room,
) -> None:
    _, arms, lanes = perceived.shape
    shipped, seized, sums, share = room.shipped, room.seized, room.sums[0], room.by_lane[0]
    resale, fine, reserve, part_of_gain = resale_price[0], penalty[0], reserve_price[0], bargaining[0]
    for good in range(len(starts) - 1):
        start, number = starts[good], starts[good + 1] - starts[good]
        factor, part, draw = factors[good], left[good], draws[good]
        for arm in range(arms):
            place, there = places[arm], blocked[good, arm]
            sums[:], share[:] = 0.0, 0.0
            for trader in range(number):
                draw_lots(draw[trader, 0], inspection[arm], deterministic, seized[trader])
            if is_any(there):
                for trader in range(number):
                    one = start + trader
                    _bid(
                        perceived[one, arm],
                        evasion[one, 0],
                        factor[place_of(factor, trader, arm)],
                        risk_loading[one, 0],
                        resale,
                        fine,
                        friction[arm],
                        bids[trader],
                    )
                    can = part[place_of(part, trader, arm)]
                    _want(capacity[one, 0], can, bids[trader], reserve, shipped[trader], share)
                for lane in range(lanes):
                    wanted = share[lane]
                    share[lane] = min(1.0, there[lane] / (wanted if wanted > 0 else 1.0))
                for trader in range(number):
                    multiply(shipped[trader], share)
                    add(shipped[trader], sums[0])
                    add_product(shipped[trader], seized[trader], sums[1])
                    _earn(shipped[trader], bids[trader], reserve, part_of_gain, sums[2])
            else:
                shipped[:number] = 0.0
            add(sums[0], shipped_page[good, place])
            add(sums[1], seized_page[good, place])
            add(sums[2], earned_page[good, place])
            for lane in range(lanes):
                delivered_page[good, place, lane] += sums[0, lane] - sums[1, lane]
            _learn(start, number, arm, perceived, rate[0], shipments[place], room)


@kernel
def _bid(
    chance: Floats,
    evasion: Floats,
    factor: Floats,
    risk_loading: Floats,
    resale_price: Floats,
    penalty: Floats,
    friction: Floats,
    bid: Floats,
) -> None:
    for lane in range(bid.size):
        left_over = (1 - chance[lane]) * resale_price[lane] - evasion[lane] * factor[lane]
        risk = chance[lane] * penalty[lane] * risk_loading[lane]
        bid[lane] = (left_over - risk) / (1 + friction[lane])


@kernel
def _want(capacity: Floats, left: Floats, bid: Floats, reserve: Floats, willing: Floats, wanted: Floats) -> None:
    for lane in range(capacity.size):
        willing[lane] = capacity[lane] * left[lane] if bid[lane] >= reserve[lane] else 0.0
        wanted[lane] += willing[lane]


@kernel
def _earn(shipped: Floats, bid: Floats, reserve: Floats, bargaining: Floats, earned: Floats) -> None:
    for lane in range(shipped.size):
        earned[lane] += shipped[lane] * (reserve[lane] + bargaining[lane] * (bid[lane] - reserve[lane]))
