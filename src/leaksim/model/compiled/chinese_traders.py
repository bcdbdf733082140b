"""Compiled forms of `leaksim.model.chinese_traders`."""

from __future__ import annotations

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.engine.streams import Chance
from leaksim.model.chinese_traders import MOST_WARY, Crossed, ExportTerms, TakenOut
from leaksim.model.compiled.kernel import happens, in_full, kernel


def learned(perceived: Floats, shipped: Floats, seizure: Chance, rate: Floats) -> tuple[Floats, Floats]:
    """Go through the traders twice: what was seen on the line, and what each makes of it."""
    shape = perceived.shape
    after, shipments, line_rate = np.empty(shape), np.zeros(shape[1:]), np.zeros(shape[1:])
    _learn(perceived, shipped, *_drawn(seizure, shape), in_full(rate[0], shape[2:]), shipments, line_rate, after)
    return after, shipments


def _drawn(seizure: Chance, shape: tuple[int, ...]) -> tuple[Floats, Floats, bool]:
    traders, arms, lanes = shape
    draw, probability = in_full(seizure.draw, (traders, 1, lanes)), in_full(seizure.probability, (arms, lanes))
    return draw, probability, seizure.deterministic


@kernel
def _learn(
    perceived: Floats,
    shipped: Floats,
    draw: Floats,
    probability: Floats,
    deterministic: bool,
    rate: Floats,
    shipments: Floats,
    line_rate: Floats,
    after: Floats,
) -> None:
    traders, arms, lanes = perceived.shape
    for arm in range(arms):
        for trader in range(traders):
            for lane in range(lanes):
                out = shipped[trader, arm, lane] > 0
                shipments[arm, lane] += 1.0 if out else 0.0
                seized = happens(draw[trader, 0, lane], probability[arm, lane], deterministic)
                line_rate[arm, lane] += seized if out else 0.0
        for lane in range(lanes):
            line_rate[arm, lane] /= max(shipments[arm, lane], 1.0)
        for trader in range(traders):
            for lane in range(lanes):
                own = happens(draw[trader, 0, lane], probability[arm, lane], deterministic)
                seen = own if shipped[trader, arm, lane] > 0 else line_rate[arm, lane]
                pace = rate[lane] if shipments[arm, lane] > 0 else 0.0
                before = perceived[trader, arm, lane]
                after[trader, arm, lane] = min(before + pace * (seen - before), MOST_WARY)


def crossed(quantity: Floats, value: Floats, arriving: Floats, seizure: Chance) -> Crossed:
    """Go through the traders once."""
    shape = quantity.shape
    shipped = np.empty(shape)
    sums = np.zeros((4, *shape[1:]))
    _cross(quantity, value, in_full(arriving, shape[1:]), *_drawn(seizure, shape), shipped, sums)
    return Crossed(shipped, *sums)


@kernel
def _cross(
    quantity: Floats,
    value: Floats,
    arriving: Floats,
    draw: Floats,
    probability: Floats,
    deterministic: bool,
    shipped: Floats,
    sums: Floats,
) -> None:
    traders, arms, lanes = quantity.shape
    for arm in range(arms):
        for trader in range(traders):
            for lane in range(lanes):
                sent = quantity[trader, arm, lane] / arriving[arm, lane]
                fate = happens(draw[trader, 0, lane], probability[arm, lane], deterministic)
                lost = sent * fate
                passed = sent - lost
                shipped[trader, arm, lane] = sent
                sums[0, arm, lane] += sent
                sums[1, arm, lane] += lost
                sums[2, arm, lane] += passed
                sums[3, arm, lane] += value[trader, arm, lane] / arriving[arm, lane] * (1 - fate)


def reservation_price(
    perceived: Floats, cost: Floats, penalty: Floats, risk_loading: Floats, friction: Floats
) -> Floats:
    """Go through the traders once."""
    shape = perceived.shape
    prices = np.empty(shape)
    in_lanes = in_full(penalty[0], shape[2:])
    _set_price(perceived, cost, in_lanes, risk_loading, in_full(friction, shape[1:]), prices)
    return prices


@kernel
def _set_price(
    perceived: Floats, cost: Floats, penalty: Floats, risk_loading: Floats, friction: Floats, prices: Floats
) -> None:
    traders, arms, lanes = perceived.shape
    for trader in range(traders):
        for arm in range(arms):
            own = arm if cost.shape[1] > 1 else 0
            for lane in range(lanes):
                chance = perceived[trader, arm, lane]
                expected = cost[trader, own, lane] + chance * penalty[lane] * risk_loading[trader, 0, lane]
                prices[trader, arm, lane] = expected / (1 - chance) * (1 + friction[arm, lane])


def not_taken(capacity: Floats, working: Floats, left: Floats, waiting: Floats) -> Floats:
    """Go through the traders once."""
    free = np.empty(waiting.shape)
    _subtract(capacity, working, left, waiting, free)
    return free


@kernel
def _subtract(capacity: Floats, working: Floats, left: Floats, waiting: Floats, free: Floats) -> None:
    traders, arms, lanes = free.shape
    for trader in range(traders):
        for arm in range(arms):
            own = arm if left.shape[1] > 1 else 0
            for lane in range(lanes):
                whole = capacity[trader, 0, lane] * working[arm, lane] * left[trader, own, lane]
                free[trader, arm, lane] = max(whole - waiting[trader, arm, lane], 0.0)


def taken_out(
    perceived: Floats,
    cost: Floats,
    risk_loading: Floats,
    capacity: Floats,
    friction: Floats,
    blocked: Floats,
    seizure: Chance,
    terms: ExportTerms,
) -> TakenOut:
    """Go through the traders twice: what they would carry, and what they find."""
    shape = perceived.shape
    shipped, sums = np.empty(shape), np.zeros((4, *shape[1:]))
    _take_out(
        perceived,
        cost,
        risk_loading,
        capacity,
        in_full(friction, shape[1:]),
        np.ascontiguousarray(blocked),
        *_drawn(seizure, shape),
        in_full(terms.resale_price[0], shape[2:]),
        in_full(terms.penalty[0], shape[2:]),
        in_full(terms.reserve_price[0], shape[2:]),
        in_full(terms.bargaining[0], shape[2:]),
        shipped,
        sums,
    )
    return TakenOut(shipped, *sums[:-1])


@kernel
def _take_out(
    perceived: Floats,
    cost: Floats,
    risk_loading: Floats,
    capacity: Floats,
    friction: Floats,
    blocked: Floats,
    draw: Floats,
    probability: Floats,
    deterministic: bool,
    resale_price: Floats,
    penalty: Floats,
    reserve_price: Floats,
    bargaining: Floats,
    shipped: Floats,
    sums: Floats,
) -> None:
    traders, arms, lanes = perceived.shape
    share, price = sums[-1], np.empty((traders, lanes))
    for arm in range(arms):
        own = arm if cost.shape[1] > 1 else 0
        for trader in range(traders):
            for lane in range(lanes):
                chance, reserve = perceived[trader, arm, lane], reserve_price[lane]
                left_over = (1 - chance) * resale_price[lane] - cost[trader, own, lane]
                risk = chance * penalty[lane] * risk_loading[trader, 0, lane]
                bid = (left_over - risk) / (1 + friction[arm, lane])
                willing = capacity[trader, own, lane] if bid >= reserve else 0.0
                shipped[trader, arm, lane] = willing
                price[trader, lane] = reserve + bargaining[lane] * (bid - reserve)
                share[arm, lane] += willing
        for lane in range(lanes):
            wanted = share[arm, lane]
            share[arm, lane] = min(1.0, blocked[arm, lane] / (wanted if wanted > 0 else 1.0))
        for trader in range(traders):
            for lane in range(lanes):
                found = shipped[trader, arm, lane] * share[arm, lane]
                shipped[trader, arm, lane] = found
                sums[0, arm, lane] += found
                sums[1, arm, lane] += found * happens(draw[trader, 0, lane], probability[arm, lane], deterministic)
                sums[2, arm, lane] += found * price[trader, lane]
