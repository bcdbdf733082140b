"""Compiled forms of `leaksim.model.rason`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from leaksim.engine.lanes import Floats, Places
from leaksim.engine.streams import Chance
from leaksim.model.clearing import Sale
from leaksim.model.compiled.kernel import first_lines, happens, in_full, kernel
from leaksim.model.compiled.measures import Together, read_texts
from leaksim.model.rason import COAL_ACCOUNTS, FEES, FERRIED, FERRY_ACCOUNTS, Port

_OF_TRANSIT, _OF_COAL = first_lines(*FEES, "transit"), first_lines(*COAL_ACCOUNTS)
_OF_FERRY = np.add.outer(FERRIED, first_lines(*FERRY_ACCOUNTS))


def let_transit_pass(
    port: Port, month: int, pressure: Floats, trade_cut: Floats, posture: Floats, book: Floats
) -> None:
    """Go through the arms once."""
    shape = trade_cut.shape
    _let_pass(
        month,
        (port.transit, port.capacity, port.growth, port.chill, port.evasion, port.fee),
        (port.closed.proposed, port.closed.adopted),
        (port.closed.measured, port.closed.diluted, port.is_on),
        in_full(pressure, port.chill.shape),
        in_full(trade_cut, shape),
        in_full(posture, shape),
        book,
        _OF_TRANSIT,
        np.empty((4, shape[-1])),
    )


@kernel
def _let_pass(
    month: int,
    port: Together,
    closed: Together,
    factors: Together,
    pressure: Floats,
    trade_cut: Floats,
    posture: Floats,
    book: Floats,
    entered: Places,
    room: Floats,
) -> None:
    normal, capacity, growth, chill, evasion, fee = port
    measured, is_diluted, is_on = factors
    arms, lanes = trade_cut.shape
    texts, own, open_to = room[:2], room[2], room[3]
    read_texts(closed, month, 0, texts)
    for lane in range(lanes):
        open_to[lane] = 1 - chill[0, lane] * pressure[0, lane]
    for arm in range(arms):
        counts, text = measured[arm, 0], int(is_diluted[arm, 0] > 0)
        permitted_fees, diluted_fees = book[entered[0], arm], book[entered[1], arm]
        leaked_fees, through = book[entered[2], arm], book[entered[3], arm]
        for lane in range(lanes):
            own[lane] = counts * texts[text, lane]
            through[lane] = normal[0, lane] * open_to[lane] * (1 - own[lane])
        if text == 1:
            for lane in range(lanes):
                common = max(own[lane], counts * texts[0, lane])
                permitted = normal[0, lane] * open_to[lane] * (1 - common)
                permitted_fees[lane] += permitted * fee[0, lane]
                diluted_fees[lane] += (through[lane] - permitted) * fee[0, lane]
        else:
            for lane in range(lanes):
                permitted_fees[lane] += through[lane] * fee[0, lane]
        if is_on[arm, 0] > 0:
            for lane in range(lanes):
                filled = growth[0, lane] * posture[arm, lane] if trade_cut[arm, lane] > 0 else 0.0
                grown = normal[0, lane] + filled * max(capacity[0, lane] - normal[0, lane], 0.0)
                lawful = through[lane]
                through[lane] = grown * open_to[lane] * (1 - own[lane] * (1 - evasion[0, lane]))
                leaked_fees[lane] += (through[lane] - lawful) * fee[0, lane]


def ship(port: Port, sales: Sequence[Sale], blocked: Floats, gone: Floats, found_out: Chance, book: Floats) -> None:
    """Go through the arms in which the port ships."""
    in_lanes = port.relabelled.shape
    fuel, machines = (
        (in_full(each.quantity[0], each.quantity.shape[1:]), in_full(each.price[0], each.quantity.shape[1:]))
        for each in sales
    )
    _ship(
        (port.relabelled, port.relabelling_price, in_full(found_out.draw, in_lanes)),
        in_full(found_out.probability, in_lanes),
        found_out.deterministic,
        port.is_on,
        (fuel, machines),
        in_full(blocked, blocked.shape),
        in_full(gone, blocked.shape),
        book,
        _OF_FERRY,
        _OF_COAL,
    )


@kernel
def _ship(
    in_lanes: Together,
    probability: Floats,
    deterministic: bool,
    is_on: Floats,
    sales: tuple[Together, ...],
    blocked: Floats,
    gone: Floats,
    book: Floats,
    of_ferry: Places,
    of_coal: Places,
) -> None:
    most, price, draw = in_lanes
    arms, lanes = blocked.shape
    acting = 0
    for arm in range(arms):
        if is_on[arm, 0] > 0:
            for product in range(len(sales)):
                brought, paid = book[of_ferry[product, 0], arm], book[of_ferry[product, 1], arm]
                quantities, prices = sales[product]
                for lane in range(lanes):
                    brought[lane] += quantities[acting, lane]
                for lane in range(lanes):
                    paid[lane] += quantities[acting, lane] * prices[acting, lane]
            acting += 1
            shipped, seized = book[of_coal[0], arm], book[of_coal[1], arm]
            delivered, earned = book[of_coal[2], arm], book[of_coal[3], arm]
            for lane in range(lanes):
                cargo = min(most[0, lane], max(blocked[arm, lane] - gone[arm, lane], 0.0))
                lost = cargo * happens(draw[0, lane], probability[0, lane], deterministic)
                shipped[lane] += cargo
                seized[lane] += lost
                delivered[lane] += cargo - lost
                earned[lane] += (cargo - lost) * price[0, lane]
