"""Compiled forms of `leaksim.model.russian_suppliers`."""

from __future__ import annotations

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.model.compiled.kernel import in_full, kernel
from leaksim.model.russian_suppliers import LATEST, SentOff


def on_offer(
    noticed: Floats,
    price: Floats,
    threshold: Floats,
    lag: Floats,
    allowed: Floats,
    left: Floats,
    share: Floats,
    waiting: Floats,
    month: int,
) -> tuple[Floats, Floats]:
    """Go through the firms once."""
    shape = noticed.shape
    since, free = np.empty(shape), np.empty(shape)
    price, allowed, share = in_full(price, shape[1:]), in_full(allowed, shape[1:]), in_full(share[0], shape[2:])
    _offer(noticed, price, threshold, lag, allowed, left, share, waiting, float(month), since, free)
    return since, free


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
    since: Floats,
    free: Floats,
) -> None:
    firms, arms, lanes = noticed.shape
    for firm in range(firms):
        for arm in range(arms):
            own = arm if left.shape[1] > 1 else 0
            for lane in range(lanes):
                before = noticed[firm, arm, lane]
                tempted = price[arm, lane] - 1 >= threshold[firm, 0, lane]
                now = min(before, month) if tempted else before
                entered = min(max(month + 1 - (now + lag[firm, 0, lane]), 0.0), 1.0)
                capacity = allowed[arm, lane] * left[firm, own, lane] * share[lane] * entered
                since[firm, arm, lane] = now
                free[firm, arm, lane] = max(capacity - waiting[firm, arm, lane], 0.0)


def owed(quantity: Floats, price: Floats) -> Floats:
    """Go through the firms once."""
    total = np.zeros(quantity.shape[1:])
    _add_up(np.ascontiguousarray(quantity), np.ascontiguousarray(price), total)
    return total


@kernel
def _add_up(quantity: Floats, price: Floats, total: Floats) -> None:
    firms, arms, lanes = quantity.shape
    for arm in range(arms):
        for firm in range(firms):
            for lane in range(lanes):
                total[arm, lane] += quantity[firm, arm, lane] * price[firm, arm, lane]


def sent_off(quantity: Floats, value: Floats, arrival: Floats) -> SentOff:
    """Go through the firms once."""
    shipped, (arriving, due) = np.zeros(quantity.shape[1:]), np.zeros((2, LATEST + 1, *quantity.shape[1:]))
    _send_off(quantity, value, arrival, shipped, arriving, due)
    return SentOff(shipped, arriving, due)


@kernel
def _send_off(quantity: Floats, value: Floats, arrival: Floats, shipped: Floats, arriving: Floats, due: Floats) -> None:
    firms, arms, lanes = quantity.shape
    for arm in range(arms):
        for firm in range(firms):
            for lane in range(lanes):
                shipped[arm, lane] += quantity[firm, arm, lane]
            for ahead in range(LATEST + 1):
                for lane in range(lanes):
                    arrives = 1.0 if arrival[firm, 0, lane] == ahead else 0.0
                    arriving[ahead, arm, lane] += quantity[firm, arm, lane] * arrives
                    due[ahead, arm, lane] += value[firm, arm, lane] * arrives
