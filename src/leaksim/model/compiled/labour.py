"""Compiled form of `leaksim.model.labour`."""

from __future__ import annotations

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.model.compiled.kernel import in_full, kernel


def after_a_month(
    number: Floats, contract: Floats, adjustment: Floats, target: Floats, banned: Floats, departing: Floats
) -> tuple[Floats, Floats, Floats]:
    """Go through the hosts once."""
    shape = number.shape
    contract, adjustment = (in_full(each[0], shape[2:]) for each in (contract, adjustment))
    target, banned, departing = (in_full(each, shape) for each in (target, banned, departing))
    after, came, left = np.empty((3, *shape))
    _move(number, contract, adjustment, target, banned, departing, after, came, left)
    return after, came, left


@kernel
def _move(
    number: Floats,
    contract: Floats,
    adjustment: Floats,
    target: Floats,
    banned: Floats,
    departing: Floats,
    after: Floats,
    came: Floats,
    left: Floats,
) -> None:
    hosts, arms, lanes = number.shape
    for host in range(hosts):
        for arm in range(arms):
            for lane in range(lanes):
                there = number[host, arm, lane]
                ended = there / contract[lane]
                wanted = max(ended + (target[host, arm, lane] - there) / adjustment[lane], 0.0)
                new = wanted * (1 - banned[host, arm, lane])
                gone = ended + departing[host, arm, lane] * (there - ended)
                came[host, arm, lane], left[host, arm, lane] = new, gone
                after[host, arm, lane] = there + new - gone
