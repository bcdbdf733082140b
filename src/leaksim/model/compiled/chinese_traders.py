"""Compiled forms of `leaksim.model.chinese_traders`."""

from __future__ import annotations

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.model.chinese_traders import MOST_WARY, Crossed
from leaksim.model.compiled.kernel import in_full, kernel


def learned(perceived: Floats, shipped: Floats, seized: Floats, rate: Floats) -> tuple[Floats, Floats]:
    """Go through the traders twice: what was seen on the line, and what each makes of it."""
    shape = perceived.shape
    after, shipments, line_rate = np.empty(shape), np.zeros(shape[1:]), np.zeros(shape[1:])
    _learn(perceived, shipped, in_full(seized, shape), in_full(rate, shape[1:]), shipments, line_rate, after)
    return after, shipments


@kernel
def _learn(
    perceived: Floats,
    shipped: Floats,
    seized: Floats,
    rate: Floats,
    shipments: Floats,
    line_rate: Floats,
    after: Floats,
) -> None:
    traders, arms, lanes = perceived.shape
    for trader in range(traders):
        for arm in range(arms):
            for lane in range(lanes):
                out = shipped[trader, arm, lane] > 0
                shipments[arm, lane] += 1.0 if out else 0.0
                line_rate[arm, lane] += seized[trader, arm, lane] if out else 0.0
    for arm in range(arms):
        for lane in range(lanes):
            line_rate[arm, lane] /= max(shipments[arm, lane], 1.0)
    for trader in range(traders):
        for arm in range(arms):
            for lane in range(lanes):
                own, common = seized[trader, arm, lane], line_rate[arm, lane]
                seen = own if shipped[trader, arm, lane] > 0 else common
                pace = rate[arm, lane] if shipments[arm, lane] > 0 else 0.0
                before = perceived[trader, arm, lane]
                after[trader, arm, lane] = min(before + pace * (seen - before), MOST_WARY)


def crossed(quantity: Floats, value: Floats, arriving: Floats, seized: Floats) -> Crossed:
    """Go through the traders once."""
    shape = quantity.shape
    shipped = np.empty(shape)
    sums = np.zeros((4, *shape[1:]))
    _cross(quantity, value, in_full(arriving, shape[1:]), in_full(seized, shape), shipped, sums)
    return Crossed(shipped, *sums)


@kernel
def _cross(quantity: Floats, value: Floats, arriving: Floats, seized: Floats, shipped: Floats, sums: Floats) -> None:
    traders, arms, lanes = quantity.shape
    for trader in range(traders):
        for arm in range(arms):
            for lane in range(lanes):
                sent = quantity[trader, arm, lane] / arriving[arm, lane]
                fate = seized[trader, arm, lane]
                lost = sent * fate
                passed = sent - lost
                shipped[trader, arm, lane] = sent
                sums[0, arm, lane] += sent
                sums[1, arm, lane] += lost
                sums[2, arm, lane] += passed
                sums[3, arm, lane] += value[trader, arm, lane] / arriving[arm, lane] * (1 - fate)
