"""How much of the leakage each group of channels accounts for, order-free.

The Shapley value over the groups. It equals the sum of the Owen values of a group's channels with the groups as unions
(Owen 1977), so the finer attribution by channel adds up to it exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import comb

import numpy as np

from leaksim.engine.lanes import Floats


def group_shapley(cost: Mapping[frozenset[str], Floats], groups: Sequence[str]) -> dict[str, Floats]:
    """Share out the relief between the groups.

    Parameters
    ----------
    cost
        Pressure with exactly these groups on, shape ``(lane,)``, for every subset of `groups`.

    Returns
    -------
    dict of str to Floats
        Relief that each group brings, shape ``(lane,)``; adds up to the pressure without any group less the pressure
        with all.

    Examples
    --------
    >>> cost = {frozenset(): np.array([10.0]), frozenset("a"): np.array([6.0]),
    ...         frozenset("b"): np.array([8.0]), frozenset("ab"): np.array([5.0])}
    >>> {group: float(relief[0]) for group, relief in group_shapley(cost, "ab").items()}
    {'a': 3.5, 'b': 1.5}
    """
    relief = {}
    for group in groups:
        others = [other for other in groups if other != group]
        total = np.zeros_like(cost[frozenset()])
        for size in range(len(groups)):
            weight = 1 / (len(groups) * comb(len(others), size))
            for chosen in combinations(others, size):
                before = frozenset(chosen)
                total += weight * (cost[before] - cost[before | {group}])
        relief[group] = total
    return relief
