"""How much of the leakage each channel, and each group of channels, accounts for, order-free.

Owen values (Owen 1977) with the groups as unions: the channels of a group add up to the Shapley value of the group, and
the groups to the whole relief.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import combinations
from math import comb

import numpy as np

from leaksim.engine.lanes import Floats

Cost = Mapping[frozenset[str], Floats]
"""Pressure with exactly these players on, shape ``(lane,)``, by the set of players."""


def group_shapley(cost: Cost, groups: Collection[str]) -> dict[str, Floats]:
    """Share out the relief between the groups.

    Parameters
    ----------
    cost
        Pressure with exactly these groups on, for every subset of `groups`.

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
    return owen(cost, {group: group for group in groups})


def owen(cost: Cost, group_of: Mapping[str, str]) -> dict[str, Floats]:
    """Share out the relief between the channels, whose groups come and go as a whole.

    Parameters
    ----------
    cost
        Pressure with exactly these channels on, for every set made of whole groups and a part of one more.
    group_of
        Group of each channel.

    Returns
    -------
    dict of str to Floats
        Relief that each channel brings, shape ``(lane,)``.
    """
    members: dict[str, list[str]] = {}
    for channel, group in group_of.items():
        members.setdefault(group, []).append(channel)
    relief = {}
    for channel, own in group_of.items():
        total = np.zeros_like(cost[frozenset()])
        companions = [other for other in members[own] if other != channel]
        for groups, of_groups in _coalitions([group for group in members if group != own]):
            before_it = [other for group in groups for other in members[group]]
            for partners, of_partners in _coalitions(companions):
                before = frozenset((*before_it, *partners))
                total += of_groups * of_partners * (cost[before] - cost[before | {channel}])
        relief[channel] = total
    return relief


def first_in(cost: Cost, players: Collection[str]) -> Floats:
    """Relief that players bring together when nobody else is there, shape ``(lane,)``."""
    return cost[frozenset()] - cost[frozenset(players)]


def last_in(cost: Cost, players: Collection[str]) -> Floats:
    """Relief that is lost when players leave while all others stay, shape ``(lane,)``."""
    everyone = max(cost, key=len)
    return cost[everyone - frozenset(players)] - cost[everyone]


def _coalitions(others: Collection[str]) -> Iterator[tuple[tuple[str, ...], float]]:
    """Yield every set of others that may have entered before, and how likely it is in a random order."""
    for size in range(len(others) + 1):
        weight = 1 / ((len(others) + 1) * comb(len(others), size))
        for chosen in combinations(others, size):
            yield chosen, weight
