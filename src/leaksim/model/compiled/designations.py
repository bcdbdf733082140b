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
    scores = np.empty(firms)
    for arm in range(arms):
        for lane in range(lanes):
            if names[arm, lane] == 0:
                continue
            for firm in range(firms):
                scores[firm] = score[firm, arm, lane] if active[firm, arm, lane] > 0 else -np.inf
            whole = np.floor(names[arm, lane])
            fraction = names[arm, lane] - whole
            threshold, before = np.inf, 0.0
            while before <= whole and threshold > -np.inf:
                highest, equal = -np.inf, 0
                for firm in range(firms):
                    if scores[firm] < threshold:
                        if scores[firm] > highest:
                            highest, equal = scores[firm], 1
                        elif scores[firm] == highest:
                            equal += 1
                threshold = highest
                before += equal
            for firm in range(firms):
                if scores[firm] > threshold:
                    share = 1.0
                elif scores[firm] == threshold and threshold > -np.inf:
                    share = fraction
                else:
                    share = 0.0
                named[firm, arm, lane] = min(share, active[firm, arm, lane])


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
