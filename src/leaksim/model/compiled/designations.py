"""Compiled form of `leaksim.model.designations`."""

from __future__ import annotations

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.model.compiled.kernel import in_full, kernel


def best_ranked(score: Floats, active: Floats, names: Floats) -> Floats:
    """Find the firm after the last one that is named in full by going down from the highest score."""
    named = np.empty(np.broadcast_shapes(score.shape, active.shape))
    _name(in_full(score, named.shape), np.ascontiguousarray(active), in_full(names, named.shape[1:]), named)
    return named


@kernel
def _name(score: Floats, active: Floats, names: Floats, named: Floats) -> None:
    firms, arms, lanes = named.shape
    scores = np.empty(firms)
    for arm in range(arms):
        for lane in range(lanes):
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
