"""The intervals, against plain loops and against cases with a known truth."""

from dataclasses import astuple

import numpy as np
import pytest
from scipy.stats import binom
from scipy.stats import t as student

from leaksim.outcomes.statistics import by_draw, mean, means, median, ratio_of_means


def test_the_jackknife_is_the_one_of_the_textbooks() -> None:
    rng = np.random.default_rng(1)
    top, bottom = rng.random(40), 1 + rng.random(40)
    estimate = next(ratio_of_means(top, bottom))
    value = top.sum() / bottom.sum()
    left_out = [np.delete(top, lane).sum() / np.delete(bottom, lane).sum() for lane in range(40)]
    pseudo = 40 * value - 39 * np.array(left_out)
    half = student.ppf(0.975, 39) * pseudo.std(ddof=1) / np.sqrt(40)
    assert estimate.value == pytest.approx(value, rel=1e-14)
    assert (estimate.low, estimate.high) == pytest.approx((value - half, value + half), rel=1e-9)


@pytest.mark.parametrize("lanes", [20, 100])
def test_intervals_cover_the_truth_about_as_often_as_they_say(lanes: int) -> None:
    rng = np.random.default_rng(2)
    hits = np.zeros(2)
    for _ in range(4000):
        bottom = rng.gamma(4.0, 1.0, lanes)
        top = 0.3 * bottom + rng.normal(0, 0.3, lanes)
        ratio = next(ratio_of_means(top, bottom))
        average = next(mean(top))
        hits += [ratio.low <= 0.3 <= ratio.high, average.low <= 1.2 <= average.high]
    assert (np.abs(hits / 4000 - 0.95) < 0.02).all()


def test_with_draws_the_two_intervals_speak_of_different_things() -> None:
    """Draws spread widely, lanes of one draw hardly: a narrow replication and a wide parameter interval."""
    rng = np.random.default_rng(3)
    draws = np.tile(rng.uniform(0, 1, 200), 5)
    values = draws + rng.normal(0, 0.01, 1000)
    replication, parameter = mean(values, draws=200)
    assert (replication.interval, parameter.interval) == ("replication", "parameter")
    assert replication.value == parameter.value == pytest.approx(values.mean())
    assert replication.high - replication.low < 0.002
    assert (parameter.low, parameter.high) == pytest.approx((0.025, 0.975), abs=0.03)


def test_one_lane_has_no_interval_and_says_so() -> None:
    estimate = next(mean(np.array([3.0])))
    assert estimate.value == 3
    assert np.isnan(estimate.low)
    assert "no interval" in estimate.note


def test_one_lane_per_draw_has_only_a_parameter_interval() -> None:
    replication, parameter = mean(np.arange(10.0), draws=10)
    assert np.isnan(replication.low)
    assert parameter.low < 4.5 < parameter.high


def test_the_median_of_events_that_may_never_happen() -> None:
    values = np.array([1.0] * 70 + [np.inf] * 30)
    estimate = median(values)
    assert estimate.value == 1
    assert np.isfinite(estimate.high)
    assert np.isinf(median(values[50:]).value)


@pytest.mark.parametrize("lanes", [2, 5, 6, 7, 20, 51, 100, 1000])
def test_the_ranks_of_the_median_are_those_of_the_binomial(lanes: int) -> None:
    rank = int(binom.ppf(0.025, lanes, 0.5))
    estimate = median(np.arange(float(lanes)))
    assert (estimate.low, estimate.high) == (max(rank - 1, 0), min(lanes - rank, lanes - 1))


def test_the_interval_of_the_median_covers_it() -> None:
    rng = np.random.default_rng(4)
    estimates = [median(rng.exponential(1.0, 51)) for _ in range(1000)]
    covered = sum(each.low <= np.log(2) <= each.high for each in estimates)
    assert covered > 940


@pytest.mark.parametrize(("lanes", "draws"), [(1, 1), (9, 1), (9, 9), (20, 6), (1000, 200)])
def test_several_rows_at_once_have_the_bits_of_each_alone(lanes: int, draws: int) -> None:
    rows = np.random.default_rng(8).normal(size=(5, 2, lanes))[:, 1]
    for several, row in zip(means(rows, draws), rows, strict=True):
        np.testing.assert_equal(list(map(astuple, several)), list(map(astuple, mean(row.copy(), draws))))


def test_means_of_draws_add_up_lane_after_lane() -> None:
    rows = np.random.default_rng(9).normal(size=(3, 2, 11))
    of_draws = by_draw(rows, 4)
    for place in np.ndindex(3, 2):
        for draw in range(4):
            own = rows[place][draw::4].tolist()
            assert of_draws[(*place, draw)] == sum(own) / len(own)
