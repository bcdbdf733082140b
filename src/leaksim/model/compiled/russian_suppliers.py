"""Compiled forms of `leaksim.model.russian_suppliers`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from leaksim.engine.lanes import Floats, Places
from leaksim.engine.streams import Chance
from leaksim.model.clearing import Sale
from leaksim.model.compiled.kernel import in_full, kernel, place_of
from leaksim.model.compiled.payment_queue import add, add_product, draw_lots, is_any, settle_quantity, settle_value
from leaksim.model.dimensions import FUELS
from leaksim.model.payment_queue import Cargo
from leaksim.model.russian_suppliers import LATEST
from leaksim.model.schedule import ORDER_DAY


def offer(
    noticed: Floats,
    price: Floats,
    entry: tuple[Floats, Floats],
    allowed: Floats,
    left: Floats,
    share: Floats,
    waiting: Floats,
    month: int,
    costs: tuple[Floats, Floats],
    friction: Floats,
    reservation: Floats,
    free: Floats,
) -> None:
    """Go through the firms once for each fuel."""
    fuels, _, *shape = noticed.shape
    price = in_full(price, (fuels, *shape))
    allowed, friction = (in_full(each, tuple(shape)) for each in (allowed, friction))
    _offer(noticed, price, *entry, allowed, left, share, waiting, float(month), *costs, friction, reservation, free)


@kernel
def _offer(
    noticed: Floats,
    price: Floats,
    threshold: Floats,
    lag: Floats,
    allowed: Floats,
    left: Floats,
    share: Floats,
    waiting: Floats,
    month: float,
    cost: Floats,
    factor: Floats,
    friction: Floats,
    reservation: Floats,
    free: Floats,
) -> None:
    fuels, firms, arms, _ = noticed.shape
    for firm in range(firms):
        for arm in range(arms):
            each = factor[place_of(factor, firm, arm)]
            _set_price(cost[firm, 0], each, friction[arm], reservation[firm, arm])
    for fuel in range(fuels):
        for firm in range(firms):
            for arm in range(arms):
                first_seen, can = noticed[fuel, firm, arm], free[fuel, firm, arm]
                _look(price[fuel, arm], threshold[firm, 0], month, first_seen)
                _enter(first_seen, lag[firm, 0], month, can)
                kept = left[place_of(left, firm, arm)]
                _subtract(allowed[arm], kept, share[fuel, 0], waiting[fuel, firm, arm], can)


@kernel
def _set_price(cost: Floats, factor: Floats, friction: Floats, price: Floats) -> None:
    for lane in range(price.size):
        price[lane] = cost[lane] * factor[lane] * (1 + friction[lane])


@kernel
def _look(price: Floats, threshold: Floats, month: float, noticed: Floats) -> None:
    for lane in range(noticed.size):
        now = min(noticed[lane], month)
        noticed[lane] = now if price[lane] - 1 >= threshold[lane] else noticed[lane]


@kernel
def _enter(noticed: Floats, lag: Floats, month: float, entered: Floats) -> None:
    for lane in range(entered.size):
        entered[lane] = min(max(month + 1 - (noticed[lane] + lag[lane]), 0.0), 1.0)


@kernel
def _subtract(allowed: Floats, left: Floats, share: Floats, waiting: Floats, entered: Floats) -> None:
    """Turn the share that has entered into what can be sold."""
    for lane in range(entered.size):
        capacity = allowed[lane] * left[lane] * share[lane] * entered[lane]
        entered[lane] = max(capacity - waiting[lane], 0.0)


def send(
    waiting: Cargo,
    sales: Sequence[Sale],
    passes: Chance,
    delivery: tuple[Floats, Floats, Floats],
    at_sea: Cargo,
    month: int,
    arms: Places,
    pages: tuple[Floats, Floats],
    outlay: Floats,
) -> None:
    """Go through the firms of each arm once."""
    fuels, firms, *cell = waiting.quantity.shape
    shape, lanes = (firms, *cell), cell[-1]
    motor_fuel, jet_fuel = sales
    draw, way, ends = delivery
    _send(
        waiting.quantity,
        waiting.value,
        (in_full(motor_fuel.quantity, shape), in_full(jet_fuel.quantity, shape)),
        (in_full(motor_fuel.price, shape), in_full(jet_fuel.price, shape)),
        in_full(passes.draw, (firms, 1, cell[1])),
        in_full(passes.probability, tuple(cell)),
        passes.deterministic,
        in_full(draw, (firms, 1, cell[1])),
        way,
        ends,
        at_sea.quantity,
        at_sea.value,
        month,
        arms,
        *pages,
        outlay,
        (np.empty((firms, lanes)), np.empty((3, lanes))),
        (np.empty((fuels, 3, lanes)), np.empty((fuels, 2, LATEST + 1, lanes))),
    )


@kernel
def _send(
    quantity: Floats,
    value: Floats,
    sold: tuple[Floats, Floats],
    price: tuple[Floats, Floats],
    payment: Floats,
    passing: Floats,
    deterministic: bool,
    draw: Floats,
    way: Floats,
    ends: Floats,
    at_sea: Floats,
    owed_at_sea: Floats,
    month: int,
    places: Places,
    waiting_page: Floats,
    shipped_page: Floats,
    outlay: Floats,
    of_firms: tuple[Floats, Floats],
    of_fuels: tuple[Floats, Floats],
) -> None:
    """Go through the firms; the last two arguments are room to work in."""
    fuels, firms, arms, _ = quantity.shape
    ahead, of_firm = of_firms
    paid, worth, passes = of_firm[0], of_firm[1], of_firm[2]
    sums, cargo = of_fuels
    for firm in range(firms):
        _time(draw[firm, 0], way[0], (ends[0], ends[1]), ahead[firm])
    for arm in range(arms):
        place = places[arm]
        sums[:], cargo[:] = 0.0, 0.0
        for firm in range(firms):
            draw_lots(payment[firm, 0], passing[arm], deterministic, passes)
            for fuel in range(fuels):
                due, owed = quantity[fuel, firm, arm], value[fuel, firm, arm]
                new, unit = sold[fuel][firm, arm], price[fuel][firm, arm]
                if not (is_any(new) or is_any(due) or is_any(owed)):
                    continue
                add_product(new, unit, sums[fuel, 2])
                settle_value(new, owed, unit, passes, worth)
                settle_quantity(due, new, passes, paid, sums[fuel, 0])
                add(paid, sums[fuel, 1])
                for month_ahead in range(LATEST + 1):
                    _add_if(paid, ahead[firm], month_ahead, cargo[fuel, 0, month_ahead])
                    _add_if(worth, ahead[firm], month_ahead, cargo[fuel, 1, month_ahead])
        for fuel in range(fuels):
            item = FUELS[fuel]
            add(sums[fuel, 0], waiting_page[item, place])
            add(sums[fuel, 1], shipped_page[item, place])
            add(sums[fuel, 2], outlay[place])
            for month_ahead in range(LATEST + 1):
                then = (month + month_ahead) % (LATEST + 1)
                add(cargo[fuel, 0, month_ahead], at_sea[then, fuel, arm])
                add(cargo[fuel, 1, month_ahead], owed_at_sea[then, fuel, arm])


@kernel
def _time(draw: Floats, way: Floats, ends: tuple[float, float], ahead: Floats) -> None:
    """Say in how many months a firm's cargo arrives."""
    this_month, next_month = ends
    for lane in range(draw.size):
        days = ORDER_DAY + np.ceil(way[lane] * (1 + draw[lane]))
        ahead[lane] = (1.0 if days > this_month else 0.0) + (1.0 if days > next_month else 0.0)


@kernel
def _add_if(values: Floats, ahead: Floats, wanted: int, total: Floats) -> None:
    for lane in range(ahead.size):
        total[lane] += values[lane] if ahead[lane] == wanted else 0.0


def arrive(at_sea: Cargo, month: int, arms: Places, pages: tuple[Floats, ...]) -> None:
    """Go through the cells once."""
    _arrive(at_sea.quantity, at_sea.value, month % len(at_sea.quantity), arms, *pages)


@kernel
def _arrive(
    cargo: Floats, owed: Floats, now: int, places: Places, delivered: Floats, paid: Floats, still_at_sea: Floats
) -> None:
    months, fuels, arms, _ = cargo.shape
    for fuel in range(fuels):
        for arm in range(arms):
            item, place = FUELS[fuel], places[arm]
            add(cargo[now, fuel, arm], delivered[item, place])
            add(owed[now, fuel, arm], paid[item, place])
            cargo[now, fuel, arm], owed[now, fuel, arm], still_at_sea[item, place] = 0.0, 0.0, 0.0
            for month in range(months):
                add(cargo[month, fuel, arm], still_at_sea[item, place])
