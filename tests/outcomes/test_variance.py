"""How the variance divides between parameters and luck: by hand, and where the truth is known."""

from math import isnan

import numpy as np
import pytest

from leaksim.outcomes.statistics import Estimate, pseudo_values
from leaksim.outcomes.variance import parameter_share, width_ratio


def test_two_draws_of_two_lanes_by_hand() -> None:
    """Lanes 1 and 3 carry draw 0, lanes 5 and 9 draw 1: mean squares 25 between, 5 within, so (25 - 5)/2 = 10 of 15."""
    assert parameter_share(np.array([1.0, 5.0, 3.0, 9.0]), 2).value == pytest.approx(10 / 15)


def test_draws_with_unequal_numbers_of_lanes_by_hand() -> None:
    """Draw 0 has 1, 3 and 2, draw 1 has 5 and 9: 30 between (1 degree), (2 + 8)/3 within, 5 - 13/5 = 2.4 lanes."""
    between = (30 - 10 / 3) / 2.4
    assert parameter_share(np.array([1.0, 5, 3, 9, 2]), 2).value == pytest.approx(between / (between + 10 / 3))


def test_draws_that_are_more_alike_than_luck_allows_are_reported_as_such() -> None:
    """Both means are 2: nothing between, 2 within, so -1 of 1; nothing is cut off at 0."""
    found = parameter_share(np.array([1.0, 1.0, 3.0, 3.0]), 2)
    assert found.value == pytest.approx(-1)
    assert "negative" in found.note


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_the_estimate_is_unbiased_and_its_interval_covers_a_known_truth(share: float) -> None:
    rng = np.random.default_rng(5)
    draws, each, times = 60, 5, 1500
    values, hits = np.empty(times), 0
    for trial in range(times):
        worlds = np.tile(rng.normal(0, np.sqrt(share), draws), each)
        found = parameter_share(worlds + rng.normal(0, np.sqrt(1 - share), draws * each), draws)
        values[trial] = found.value
        hits += found.low <= share <= found.high
    # The parts are unbiased, their ratio nearly so.
    assert abs(values.mean() - share) < 0.01
    assert 0.93 <= hits / times <= 0.97


def test_a_share_never_lies_above_one() -> None:
    rng = np.random.default_rng(1)
    found = parameter_share(np.tile(rng.normal(0, 1, 30), 3) + rng.normal(0, 0.05, 90), 30)
    assert 0.99 < found.low < found.value < found.high < 1


def test_a_ratio_is_divided_by_its_pseudo_values() -> None:
    """Numerators follow the draw, denominators are luck only, so their share is known: var 0.04 of 0.04 + 0.01."""
    rng = np.random.default_rng(2)
    numerator = np.tile(rng.normal(1, 0.2, 400), 10)
    denominator = rng.normal(1, 0.1, 4000)
    found = parameter_share(pseudo_values(numerator, denominator), 400)
    assert found.low < 0.8 < found.high
    assert found.value == pytest.approx(0.8, abs=0.04)


@pytest.mark.parametrize(
    ("lanes", "value", "note"),
    [
        ([1.0, 2.0, 3.0], None, "one replication per draw"),
        ([2.0] * 6, None, "no history differs"),
        ([1.0, 2.0, 3.0] * 2, 1.0, "nothing is left to luck"),
    ],
)
def test_what_cannot_be_told_apart_says_so(lanes: list[float], value: float | None, note: str) -> None:
    found = parameter_share(np.array(lanes), 3)
    assert note in found.note
    assert isnan(found.value) if value is None else found.value == value


def test_the_ratio_of_the_intervals() -> None:
    luck, worlds = Estimate(0.4, 0.38, 0.42, "replication"), Estimate(0.4, 0.2, 0.5, "parameter")
    assert width_ratio(luck, worlds).value == pytest.approx(7.5)
    assert isnan(width_ratio(Estimate(0.4, 0.4, 0.4, "replication"), worlds).value)
