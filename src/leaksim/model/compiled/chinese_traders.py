"""Compiled forms of `leaksim.model.chinese_traders`."""

from __future__ import annotations

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.model.chinese_traders import MOST_WARY, Crossed, Traded
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
    shipped, delivered = np.empty(shape), np.empty(shape)
    sums = np.zeros((4, *shape[1:]))
    _cross(quantity, value, in_full(arriving, shape[1:]), in_full(seized, shape), shipped, delivered, sums)
    return Crossed(shipped, delivered, *sums)


@kernel
def _cross(
    quantity: Floats, value: Floats, arriving: Floats, seized: Floats, shipped: Floats, delivered: Floats, sums: Floats
) -> None:
    traders, arms, lanes = quantity.shape
    for trader in range(traders):
        for arm in range(arms):
            for lane in range(lanes):
                sent = quantity[trader, arm, lane] / arriving[arm, lane]
                fate = seized[trader, arm, lane]
                lost = sent * fate
                passed = sent - lost
                shipped[trader, arm, lane], delivered[trader, arm, lane] = sent, passed
                sums[0, arm, lane] += sent
                sums[1, arm, lane] += lost
                sums[2, arm, lane] += passed
                sums[3, arm, lane] += value[trader, arm, lane] / arriving[arm, lane] * (1 - fate)


def traded(
    perceived: Floats,
    cost: Floats,
    capacity: Floats,
    loading: Floats,
    terms: tuple[Floats, ...],
    blocked: Floats,
    seized: Floats,
) -> Traded:
    """Go through the traders twice: what they would carry, and what they carry of it."""
    shape = perceived.shape
    shipped, delivered, price = np.empty(shape), np.empty(shape), np.empty(shape)
    wanted, sums = np.zeros(shape[1:]), np.zeros((3, *shape[1:]))
    full_terms = np.stack([np.broadcast_to(each, shape[1:]) for each in terms])
    _trade(
        perceived,
        np.ascontiguousarray(cost),
        np.ascontiguousarray(capacity),
        loading,
        full_terms,
        in_full(blocked, shape[1:]),
        in_full(seized, shape),
        wanted,
        price,
        shipped,
        delivered,
        sums,
    )
    return Traded(shipped, delivered, *sums)


@kernel
def _trade(
    perceived: Floats,
    cost: Floats,
    capacity: Floats,
    loading: Floats,
    terms: Floats,
    blocked: Floats,
    seized: Floats,
    wanted: Floats,
    price: Floats,
    shipped: Floats,
    delivered: Floats,
    sums: Floats,
) -> None:
    traders, arms, lanes = perceived.shape
    resale_price, penalty, reserve_price, bargaining, friction = terms
    for trader in range(traders):
        for arm in range(arms):
            of_cost, of_capacity = arm % cost.shape[1], arm % capacity.shape[1]
            for lane in range(lanes):
                expected = perceived[trader, arm, lane]
                left_over = (1 - expected) * resale_price[arm, lane] - cost[trader, of_cost, lane]
                bid = (left_over - expected * penalty[arm, lane] * loading[trader, 0, lane]) / (1 + friction[arm, lane])
                reserve = reserve_price[arm, lane]
                willing = capacity[trader, of_capacity, lane] if bid >= reserve else 0.0
                shipped[trader, arm, lane] = willing
                wanted[arm, lane] += willing
                price[trader, arm, lane] = reserve + bargaining[arm, lane] * (bid - reserve)
    for arm in range(arms):
        for lane in range(lanes):
            carried = wanted[arm, lane]
            wanted[arm, lane] = min(1.0, blocked[arm, lane] / (carried if carried > 0 else 1.0))
    for trader in range(traders):
        for arm in range(arms):
            for lane in range(lanes):
                sent = shipped[trader, arm, lane] * wanted[arm, lane]
                fate = seized[trader, arm, lane]
                shipped[trader, arm, lane] = sent
                delivered[trader, arm, lane] = sent * (1 - fate)
                sums[0, arm, lane] += sent
                sums[1, arm, lane] += sent * fate
                sums[2, arm, lane] += sent * price[trader, arm, lane]
