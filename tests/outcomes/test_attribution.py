"""Who leaked: the axioms of Shapley, and the textbook's glove game."""

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaksim.engine.lanes import Floats
from leaksim.outcomes.attribution import group_shapley, owen

PLAYERS = "abcd"
SUBSETS = [frozenset(chosen) for size in range(5) for chosen in combinations(PLAYERS, size)]

GAMES = st.integers(0, 10**6).map(
    lambda seed: dict(zip(SUBSETS, np.random.default_rng(seed).normal(size=(len(SUBSETS), 3)), strict=True))
)


def by_orders(cost: dict[frozenset[str], Floats]) -> dict[str, Floats]:
    """Mean over all orders of entry of what each player brings when he enters."""
    relief = {player: np.zeros(3) for player in PLAYERS}
    orders = list(permutations(PLAYERS))
    for order in orders:
        present = frozenset[str]()
        for player in order:
            relief[player] += (cost[present] - cost[present | {player}]) / len(orders)
            present |= {player}
    return relief


@given(GAMES)
def test_shares_are_the_means_over_all_orders_of_entry(cost: dict[frozenset[str], Floats]) -> None:
    shares = group_shapley(cost, PLAYERS)
    for player, relief in by_orders(cost).items():
        assert shares[player] == pytest.approx(relief, abs=1e-12)


@given(GAMES)
def test_shares_add_up_to_the_relief_of_all_together(cost: dict[frozenset[str], Floats]) -> None:
    total = sum(group_shapley(cost, PLAYERS).values(), start=np.zeros(3))
    assert total == pytest.approx(cost[frozenset()] - cost[frozenset(PLAYERS)], abs=1e-12)


@given(GAMES)
def test_who_changes_nothing_gets_exactly_nothing(cost: dict[frozenset[str], Floats]) -> None:
    idle = {subset: cost[subset - {"d"}] for subset in SUBSETS}
    assert not group_shapley(idle, PLAYERS)["d"].any()


@given(GAMES)
def test_who_brings_the_same_gets_the_same(cost: dict[frozenset[str], Floats]) -> None:
    names = {"a": "b", "b": "a"}
    swapped = {subset: frozenset(names.get(player, player) for player in subset) for subset in SUBSETS}
    even = {subset: cost[subset] + cost[swapped[subset]] for subset in SUBSETS}
    shares = group_shapley(even, PLAYERS)
    assert shares["a"] == pytest.approx(shares["b"], abs=1e-12)


def test_the_holder_of_the_only_left_glove_gets_two_thirds() -> None:
    """One left glove, two right ones; a pair relieves by 1. Shapley (1953): 2/3, 1/6, 1/6."""
    cost = {
        frozenset(chosen): np.array([0.0 if "a" in chosen and len(chosen) > 1 else 1.0])
        for size in range(4)
        for chosen in combinations("abc", size)
    }
    shares = group_shapley(cost, "abc")
    assert [float(shares[player][0]) for player in "abc"] == pytest.approx([2 / 3, 1 / 6, 1 / 6])


UNIONS = {"a": "first", "b": "first", "c": "second", "d": "third"}


@given(GAMES)
def test_the_values_of_a_groups_channels_add_up_to_the_value_of_the_group(cost: dict[frozenset[str], Floats]) -> None:
    """Owen (1977)."""
    by_channel = owen(cost, UNIONS)
    whole = {
        frozenset(groups): cost[frozenset(player for player, group in UNIONS.items() if group in groups)]
        for size in range(4)
        for groups in combinations(("first", "second", "third"), size)
    }
    for group, relief in group_shapley(whole, ("first", "second", "third")).items():
        of_members = sum(by_channel[player] for player, own in UNIONS.items() if own == group)
        assert of_members == pytest.approx(relief, abs=1e-12)


@given(GAMES)
def test_owen_values_are_means_over_the_orders_that_keep_groups_together(cost: dict[frozenset[str], Floats]) -> None:
    relief = {player: np.zeros(3) for player in PLAYERS}
    orders = [order for order in permutations(PLAYERS) if abs(order.index("a") - order.index("b")) == 1]
    for order in orders:
        present = frozenset[str]()
        for player in order:
            relief[player] += (cost[present] - cost[present | {player}]) / len(orders)
            present |= {player}
    for player, value in owen(cost, UNIONS).items():
        assert value == pytest.approx(relief[player], abs=1e-12)
