"""Compiled forms of `leaksim.model.designations`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from leaksim.engine.lanes import Floats, Places
from leaksim.engine.streams import Chance
from leaksim.model.compiled.kernel import happens, in_full, kernel
from leaksim.model.compiled.measures import Together
from leaksim.model.designations import TIE_BREAK, TINY, Factors, Listed


def live_on(
    firms: Listed,
    scores: Sequence[Floats],
    chance: Floats,
    names: Floats,
    returning: Sequence[Chance],
    factors: Factors,
) -> Floats:
    """Go through the firms once, with the score in mind that is too low to be named."""
    number, arms, lanes = firms.active.shape
    named, some = np.zeros((arms, lanes)), returning[0]
    # Most months bring no round to most lanes.
    hit = np.flatnonzero(names[0] > 0)
    _live_on(
        (firms.active, firms.reformed, firms.capacity, firms.cost),
        tuple(in_full(each, (len(each), arms, lanes)) for each in scores),
        in_full(chance, (number, 1, lanes)),
        (names, hit),
        tuple(in_full(each.draw, (len(each.draw), 1, lanes)) for each in returning),
        (some.probability, factors.capacity, factors.cost),
        some.deterministic,
        named,
        np.zeros((3, lanes)),
        np.empty((len(hit) + 1, number)),
    )
    return named


@kernel
def _live_on(
    firms: Together,
    scores: Together,
    chance: Floats,
    naming: tuple[Floats, Places],
    draws: Together,
    in_lanes: Together,
    deterministic: bool,
    named: Floats,
    room: Floats,
    of_hit: Floats,
) -> None:
    active, reformed, capacity, cost = firms
    names, hit = naming
    probability, capacity_left, cost_factor = in_lanes
    _, arms, lanes = active.shape
    thresholds, taken, back = room[0], room[1], room[2]
    for arm in range(arms):
        _find_thresholds(arm, active, scores, chance, names, hit, of_hit, thresholds)
        firm = 0
        for group in range(len(scores)):
            for member in range(len(scores[group])):
                whole, part = active[firm, arm], reformed[firm, arm]
                if len(hit) > 0:
                    _name(scores[group][member, arm], whole, chance[firm, 0], names[0], thresholds, taken)
                    for lane in range(lanes):
                        named[arm, lane] += taken[lane]
                draw = draws[group][member, 0]
                for lane in range(lanes):
                    back[lane] = happens(draw[lane], probability[0, lane], deterministic)
                _change(whole, part, back, taken)
                _add_up(whole, part, capacity_left[0], capacity[firm, arm])
                _weigh(whole, part, cost_factor[0], cost[firm, arm])
                firm += 1


@kernel
def _name(score: Floats, active: Floats, chance: Floats, names: Floats, thresholds: Floats, taken: Floats) -> None:
    for lane in range(len(taken)):
        fraction = names[lane] - np.floor(names[lane])
        own = score[lane] + TIE_BREAK * chance[lane] if active[lane] > 0 else -np.inf
        as_last = fraction if own == thresholds[lane] and own > -np.inf else 0.0
        taken[lane] = min(1.0 if own > thresholds[lane] else as_last, active[lane])


@kernel
def _change(active: Floats, reformed: Floats, returning: Floats, taken: Floats) -> None:
    for lane in range(len(active)):
        back = (1 - active[lane]) * returning[lane]
        again = reformed[lane]
        reformed[lane] = again + back - again * (taken[lane] / max(active[lane], TINY))
        active[lane] = active[lane] + back - taken[lane]


@kernel
def _add_up(active: Floats, reformed: Floats, capacity_left: Floats, capacity: Floats) -> None:
    for lane in range(len(active)):
        capacity[lane] = active[lane] - (1 - capacity_left[lane]) * reformed[lane]


@kernel
def _weigh(active: Floats, reformed: Floats, cost_factor: Floats, cost: Floats) -> None:
    for lane in range(len(active)):
        cost[lane] = 1 + (cost_factor[lane] - 1) * (reformed[lane] / max(active[lane], TINY))


@kernel
def _find_thresholds(
    arm: int,
    active: Floats,
    scores: Together,
    chance: Floats,
    names: Floats,
    hit: Places,
    of_hit: Floats,
    thresholds: Floats,
) -> None:
    """Find the score above which firms are named in full in each of the lanes that are hit.

    In `of_hit`, ``(lane that is hit and one more, firm)``, is room for their scores and the highest ones of a lane.
    """
    thresholds[:] = np.inf
    firm = 0
    for group in range(len(scores)):
        for member in range(len(scores[group])):
            for each in range(len(hit)):
                lane = hit[each]
                score = scores[group][member, arm, lane] + TIE_BREAK * chance[firm, 0, lane]
                of_hit[each, firm] = score if active[firm, arm, lane] > 0 else -np.inf
            firm += 1
    for each in range(len(hit)):
        thresholds[hit[each]] = _first_left_out(of_hit[each], names[0, hit[each]], of_hit[len(hit)])


@kernel
def _first_left_out(scores: Floats, names: float, highest: Floats) -> float:
    """Return the score of the firm after the last one that is named in full; minus infinity if there is none.

    The highest scores found so far are kept in falling order, in `highest`.
    """
    if names >= len(scores):
        return -np.inf
    place = int(names)
    highest[: place + 1] = -np.inf
    for firm in range(len(scores)):
        score = scores[firm]
        if score > highest[place]:
            rank = place
            while rank > 0 and highest[rank - 1] < score:
                highest[rank] = highest[rank - 1]
                rank -= 1
            highest[rank] = score
    return float(highest[place])
