"""Compiled forms of `leaksim.model.designations`."""

from __future__ import annotations

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.engine.streams import Chance
from leaksim.model.compiled.kernel import happens, in_full, kernel
from leaksim.model.designations import TIE_BREAK, TINY, Listed


def best_ranked(score: Floats, active: Floats, names: Floats, chance: Floats) -> Floats:
    """Find the firm after the last one that is named in full by going down from the highest score."""
    firms, arms, lanes = active.shape
    named = np.zeros(active.shape)
    ties = in_full(chance, (firms, 1, lanes))
    _name(np.ascontiguousarray(score), active, in_full(names, (arms, lanes)), ties, named)
    return named


@kernel
def _name(score: Floats, active: Floats, names: Floats, chance: Floats, named: Floats) -> None:
    firms, arms, lanes = named.shape
    scores, highest, thresholds = np.empty((lanes, firms)), np.empty(firms), np.empty(lanes)
    for arm in range(arms):
        # Firms that are neighbours here lie far apart in memory, so they are read once only.
        for firm in range(firms):
            for lane in range(lanes):
                if names[arm, lane] > 0:
                    own = score[firm, arm if score.shape[1] > 1 else 0, lane] + TIE_BREAK * chance[firm, 0, lane]
                    scores[lane, firm] = own if active[firm, arm, lane] > 0 else -np.inf
        for lane in range(lanes):
            if names[arm, lane] > 0:
                thresholds[lane] = _first_left_out(scores[lane], names[arm, lane], highest)
        for firm in range(firms):
            for lane in range(lanes):
                if names[arm, lane] > 0:
                    own, threshold = scores[lane, firm], thresholds[lane]
                    fraction = names[arm, lane] - np.floor(names[arm, lane])
                    share = 1.0 if own > threshold else fraction if own == threshold and own > -np.inf else 0.0
                    named[firm, arm, lane] = min(share, active[firm, arm, lane])


@kernel
def _first_left_out(scores: Floats, names: float, highest: Floats) -> float:
    """Return the score of the firm after the last one that is named in full; minus infinity if there is none.

    The highest scores found so far are kept in falling order, in `highest`.
    """
    if names >= len(scores):
        return -np.inf
    place = int(names)
    highest[: place + 1] = -np.inf
    for score in scores:
        if score > highest[place]:
            rank = place
            while rank > 0 and highest[rank - 1] < score:
                highest[rank] = highest[rank - 1]
                rank -= 1
            highest[rank] = score
    return float(highest[place])


def listed(
    active: Floats, reformed: Floats, returning: Chance, taken: Floats, capacity_left: Floats, cost_factor: Floats
) -> Listed:
    """Go through the firms once."""
    shape, lanes = active.shape, active.shape[2:]
    drawn = in_full(returning.draw, (len(active), 1, *lanes)), in_full(returning.probability[0], lanes)
    factors = (in_full(factor[0], lanes) for factor in (capacity_left, cost_factor))
    pages = np.empty((4, *shape))
    _list(active, reformed, *drawn, returning.deterministic, taken, *factors, *pages)
    return Listed(*pages)


@kernel
def _list(
    active: Floats,
    reformed: Floats,
    draw: Floats,
    probability: Floats,
    deterministic: bool,
    taken: Floats,
    capacity_left: Floats,
    cost_factor: Floats,
    left: Floats,
    again: Floats,
    capacity: Floats,
    cost: Floats,
) -> None:
    firms, arms, lanes = active.shape
    for firm in range(firms):
        for arm in range(arms):
            for lane in range(lanes):
                before, named = active[firm, arm, lane], taken[firm, arm, lane]
                back = (1 - before) * happens(draw[firm, 0, lane], probability[lane], deterministic)
                whole = before + back - named
                new = reformed[firm, arm, lane]
                new = new + back - new * (named / max(before, TINY))
                left[firm, arm, lane], again[firm, arm, lane] = whole, new
                capacity[firm, arm, lane] = whole - (1 - capacity_left[lane]) * new
                cost[firm, arm, lane] = 1 + (cost_factor[lane] - 1) * (new / max(whole, TINY))
