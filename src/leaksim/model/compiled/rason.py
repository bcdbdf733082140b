"""Compiled forms of `leaksim.model.rason`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.engine.streams import Chance
from leaksim.model.compiled.kernel import happens, in_full, kernel
from leaksim.model.compiled.measures import Together, read_texts
from leaksim.model.rason import Port


def let_transit_pass(
    port: Port, month: int, pressure: Floats, trade_cut: Floats, posture: Floats, pages: Sequence[Floats]
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
        tuple(pages),
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
    pages: Together,
) -> None:
    normal, capacity, growth, chill, evasion, fee = port
    measured, is_diluted, is_on = factors
    permitted_fees, diluted_fees, leaked_fees, transit = pages
    arms, lanes = trade_cut.shape
    texts, own, open_to = np.empty((2, lanes)), np.empty(lanes), np.empty(lanes)
    read_texts(closed, month, 0, texts)
    for lane in range(lanes):
        open_to[lane] = 1 - chill[0, lane] * pressure[0, lane]
    for arm in range(arms):
        counts, text, through = measured[arm, 0], int(is_diluted[arm, 0] > 0), transit[0, arm]
        for lane in range(lanes):
            own[lane] = counts * texts[text, lane]
            through[lane] = normal[0, lane] * open_to[lane] * (1 - own[lane])
        if text == 1:
            for lane in range(lanes):
                common = max(own[lane], counts * texts[0, lane])
                permitted = normal[0, lane] * open_to[lane] * (1 - common)
                permitted_fees[0, arm, lane] += permitted * fee[0, lane]
                diluted_fees[0, arm, lane] += (through[lane] - permitted) * fee[0, lane]
        else:
            for lane in range(lanes):
                permitted_fees[0, arm, lane] += through[lane] * fee[0, lane]
        if is_on[arm, 0] > 0:
            for lane in range(lanes):
                filled = growth[0, lane] * posture[arm, lane] if trade_cut[arm, lane] > 0 else 0.0
                grown = normal[0, lane] + filled * max(capacity[0, lane] - normal[0, lane], 0.0)
                lawful = through[lane]
                through[lane] = grown * open_to[lane] * (1 - own[lane] * (1 - evasion[0, lane]))
                leaked_fees[0, arm, lane] += (through[lane] - lawful) * fee[0, lane]


def relabel(port: Port, blocked: Floats, gone: Floats, found_out: Chance, pages: Sequence[Floats]) -> None:
    """Go through the arms in which the port ships coal."""
    in_lanes = port.relabelled.shape
    _ship(
        (port.relabelled, port.relabelling_price, in_full(found_out.draw, in_lanes)),
        in_full(found_out.probability, in_lanes),
        found_out.deterministic,
        port.is_on,
        in_full(blocked, blocked.shape),
        in_full(gone, blocked.shape),
        tuple(pages),
    )


@kernel
def _ship(
    in_lanes: Together,
    probability: Floats,
    deterministic: bool,
    is_on: Floats,
    blocked: Floats,
    gone: Floats,
    pages: Together,
) -> None:
    most, price, draw = in_lanes
    shipped, seized, delivered, earned = pages
    arms, lanes = blocked.shape
    for arm in range(arms):
        if is_on[arm, 0] > 0:
            for lane in range(lanes):
                cargo = min(most[0, lane], max(blocked[arm, lane] - gone[arm, lane], 0.0))
                lost = cargo * happens(draw[0, lane], probability[0, lane], deterministic)
                shipped[0, arm, lane] += cargo
                seized[0, arm, lane] += lost
                delivered[0, arm, lane] += cargo - lost
                earned[0, arm, lane] += (cargo - lost) * price[0, lane]
