"""Statistics of paired differences, on cases whose truth is known."""

from math import isnan, nan

import numpy as np
import pytest

from leaksim.engine.lanes import Floats
from leaksim.outcomes.paired import Ratio, holm, paired_difference

REPETITIONS = 4000
LANES = 60


def coverage(truth: float, pairs: list[tuple[Ratio, Ratio]], draws: int = 1) -> float:
    estimates = [next(paired_difference(*pair, draws)).estimate for pair in pairs]
    return float(np.mean([each.low <= truth <= each.high for each in estimates]))


def shared(generator: np.random.Generator, lanes: int = LANES) -> Floats:
    """What both scenarios of a lane have in common; mean 1."""
    return np.exp(0.4 * generator.standard_normal(lanes) - 0.08)


def ones(values: Floats) -> Ratio:
    return Ratio(values, np.ones_like(values))


def test_the_paired_interval_of_a_difference_of_ratios_covers_the_truth() -> None:
    generator = np.random.default_rng(1)
    pairs = []
    for _ in range(REPETITIONS):
        size = shared(generator)
        noise = 0.2 * generator.standard_normal((2, LANES))
        # Means 0.6 over 2 and 0.5 over 2.
        ours, reference = (Ratio(mean * size + shift, 2 * size) for mean, shift in zip((0.6, 0.5), noise, strict=True))
        pairs.append((ours, reference))
    assert 0.93 < coverage(0.05, pairs) < 0.97


def test_with_parameter_draws_the_interval_covers_what_luck_alone_would_average_out_to() -> None:
    generator = np.random.default_rng(2)
    draws = 12
    effect = np.linspace(-1, 3, draws)
    pairs = []
    for _ in range(REPETITIONS):
        size = shared(generator)
        noise = 0.3 * generator.standard_normal(LANES)
        pairs.append((ones(size + effect[np.arange(LANES) % draws] + noise), ones(size)))
    assert 0.93 < coverage(1.0, pairs, draws) < 0.97


def test_p_is_small_as_often_as_it_should_when_there_is_no_difference() -> None:
    generator = np.random.default_rng(3)
    values = [(shared(generator), *(0.2 * generator.standard_normal((2, LANES)))) for _ in range(REPETITIONS)]
    p = np.array([next(paired_difference(ones(size + one), ones(size + two))).p for size, one, two in values])
    assert 0.04 < (p < 0.05).mean() < 0.06
    assert 0.47 < (p < 0.5).mean() < 0.53


def test_interval_and_p_agree_on_whether_there_is_a_difference() -> None:
    generator = np.random.default_rng(4)
    for _ in range(200):
        size = shared(generator)
        ours, reference = ones(size + 0.05 + 0.2 * generator.standard_normal(LANES)), ones(size)
        (found,) = paired_difference(ours, reference)
        assert (found.p < 0.05) == (found.estimate.low > 0 or found.estimate.high < 0)


def test_the_variance_ratio_is_that_of_theory() -> None:
    generator = np.random.default_rng(5)
    common = generator.standard_normal(200_000)
    one, two = 0.5 * generator.standard_normal((2, 200_000))
    (found,) = paired_difference(ones(common + one), ones(common + two))
    # Independent runs: twice 1 + 1/4; paired ones: twice 1/4.
    assert found.variance_ratio == pytest.approx(5, rel=0.02)


def test_without_a_common_part_pairing_buys_nothing() -> None:
    one, two = np.random.default_rng(6).standard_normal((2, 200_000))
    assert next(paired_difference(ones(one), ones(two))).variance_ratio == pytest.approx(1, rel=0.02)


def test_the_parameter_interval_spans_the_draws() -> None:
    effect = np.linspace(0, 1, 101)
    lanes = np.arange(404) % 101
    base = np.random.default_rng(7).standard_normal(404)
    of_luck, of_parameters = paired_difference(ones(base + effect[lanes]), ones(base), draws=101)
    assert of_luck.estimate.interval == "replication"
    assert of_parameters.estimate.interval == "parameter"
    assert (of_parameters.estimate.low, of_parameters.estimate.high) == pytest.approx((0.025, 0.975))
    assert of_luck.estimate.high - of_luck.estimate.low < 1e-9


def test_what_is_the_same_but_for_rounding_does_not_differ() -> None:
    base = shared(np.random.default_rng(8))
    (found,) = paired_difference(ones(base * (1 + 1e-15)), ones(base))
    assert (found.estimate.value, found.estimate.low, found.estimate.high, found.p) == (0, 0, 0, 1)
    assert isnan(found.variance_ratio)


def test_one_lane_has_a_difference_but_no_interval() -> None:
    (found,) = paired_difference(ones(np.array([3.0])), ones(np.array([2.0])))
    assert found.estimate.value == 1
    assert isnan(found.estimate.low)
    assert isnan(found.p)


@pytest.mark.parametrize(
    ("p", "adjusted"),
    [
        # The smallest times four, the next times three (0.036 is below 0.04 and is lifted to it), and so on.
        ([0.01, 0.012, 0.03, 0.8], [0.04, 0.04, 0.06, 0.8]),
        ([0.8, 0.03, 0.01, 0.012], [0.8, 0.06, 0.04, 0.04]),
        ([0.4, 0.6], [0.8, 0.8]),
        ([0.9, 0.9, 0.9], [1.0, 1.0, 1.0]),
        ([0.02], [0.02]),
        ([nan, 0.02, 0.03], [nan, 0.04, 0.04]),
        ([], []),
    ],
)
def test_holm_gives_the_numbers_of_a_calculation_by_hand(p: list[float], adjusted: list[float]) -> None:
    assert holm(np.array(p)).tolist() == pytest.approx(adjusted, nan_ok=True)
