"""Compiled forms of `leaksim.model.designations`."""

from __future__ import annotations

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.model.compiled.kernel import in_full, kernel
from leaksim.model.designations import TINY, Listed


def best_ranked(score: Floats, active: Floats, names: Floats) -> Floats:
    """Find the firm after the last one that is named in full by going down from the highest score."""
    named = np.zeros(np.broadcast_shapes(score.shape, active.shape))
    _name(in_full(score, named.shape), in_full(active, named.shape), in_full(names, named.shape[1:]), named)
    return named


@kernel
def _name(score: Floats, active: Floats, names: Floats, named: Floats) -> None:
    firms, arms, lanes = named.shape
    scores, thresholds = np.empty((lanes, firms)), np.empty(lanes)
    for arm in range(arms):
        # Firms that are neighbours here lie far apart in memory, so they are read once only.
        for firm in range(firms):
            for lane in range(lanes):
                if names[arm, lane] > 0:
                    scores[lane, firm] = score[firm, arm, lane] if active[firm, arm, lane] > 0 else -np.inf
        for lane in range(lanes):
            if names[arm, lane] > 0:
                thresholds[lane] = _first_left_out(scores[lane], names[arm, lane])
        for firm in range(firms):
            for lane in range(lanes):
                if names[arm, lane] > 0:
                    own, threshold = scores[lane, firm], thresholds[lane]
                    fraction = names[arm, lane] - np.floor(names[arm, lane])
                    share = 1.0 if own > threshold else fraction if own == threshold and own > -np.inf else 0.0
                    named[firm, arm, lane] = min(share, active[firm, arm, lane])


@kernel
def _first_left_out(scores: Floats, names: float) -> float:
    """Return the score of the firm after the last one that is named in full; minus infinity if there is none."""
    threshold, above = np.inf, 0
    while above <= np.floor(names) and threshold > -np.inf:
        highest, equal = -np.inf, 0
        for score in scores:
            if highest < score < threshold:
                highest, equal = score, 1
            elif score == highest:
                equal += 1
        threshold = highest
        above += equal
    return threshold


def listed(
    active: Floats, reformed: Floats, returning: Floats, taken: Floats, capacity_left: Floats, cost_factor: Floats
) -> Listed:
    """Go through the firms once."""
    shape = active.shape
    factors = (in_full(factor[0], shape[2:]) for factor in (capacity_left, cost_factor))
    pages = np.empty((4, *shape))
    _list(active, reformed, in_full(returning, (len(active), 1, shape[2])), taken, *factors, *pages)
    return Listed(*pages)


@kernel
def _list(
    active: Floats,
    reformed: Floats,
    returning: Floats,
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
                back = (1 - before) * returning[firm, 0, lane]
                whole = before + back - named
                new = reformed[firm, arm, lane]
                new = new + back - new * (named / max(before, TINY))
                left[firm, arm, lane], again[firm, arm, lane] = whole, new
                capacity[firm, arm, lane] = whole - (1 - capacity_left[lane]) * new
                cost[firm, arm, lane] = 1 + (cost_factor[lane] - 1) * (new / max(whole, TINY))
