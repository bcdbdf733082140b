"""Waves of points: how much space is left, who survives, and whether they are distributed as they should."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import kstest, norm, truncnorm

from leaksim.calibration.problem import CUTOFF, Problem, largest
from leaksim.calibration.waves import Settings, Wave, chosen, waves_after
from leaksim.engine.lanes import Floats
from synthetic import LEVEL, LUCK, NAMES, Sums, priors, sums

SETTINGS = Settings(points=512, seed=3)


def all_waves(problem: Problem, settings: Settings = SETTINGS) -> list[Wave]:
    return list(waves_after(problem, settings))


@pytest.fixture(scope="module")
def waves() -> list[Wave]:
    return all_waves(sums())


def test_no_point_that_is_left_is_beyond_the_cutoff(waves: list[Wave]) -> None:
    for wave in waves[1:]:
        assert largest(wave.cloud.implausibility, 0).max() <= wave.bound
    assert waves[-1].bound == CUTOFF
    assert waves[-1].power == 1


def test_a_short_step_to_the_cutoff_is_taken(waves: list[Wave]) -> None:
    before = next(wave for wave, following in pairwise(waves) if following.bound == CUTOFF)
    near = replace(before, bound=1.01 * CUTOFF)
    assert next(waves_after(sums(), SETTINGS, near)).bound == CUTOFF


def test_the_space_that_is_left_is_a_volume_known_in_closed_form() -> None:
    # Of the first parameter all within so much of 0.3 is left; luck counts once, and a fifth for the mean of four.
    problem = sums((0.3, 1.0), error=0.02)
    problem = replace(problem, simulate=_without_luck)
    last = next(wave for wave in all_waves(problem, Settings(points=2048, seed=1)) if wave.bound == CUTOFF)
    width = CUTOFF * 0.02
    alone = 2 * width
    of_sum = 1 - (1 - width) ** 2  # a stripe along the diagonal of the unit square
    low, high = last.space_interval
    assert low < alone * of_sum < high
    assert last.space == pytest.approx(alone * of_sum, rel=0.25)


def _without_luck(parameters: Mapping[str, Floats], seed: int) -> Floats:
    alone, one, other, _ = parameters.values()
    return np.repeat(np.array([alone, one + other])[:, :, None], 2, axis=2)


def test_what_is_left_is_distributed_as_bayes_says(waves: list[Wave]) -> None:
    places = waves[-1].cloud.places
    # A normal density around what was observed, cut off where the prior ends: error and luck together.
    spread = np.hypot(LEVEL, LUCK)
    cut = (0 - 0.3) / spread, (1 - 0.3) / spread
    exact = truncnorm(*cut, loc=0.3, scale=spread)
    assert places[:, 0].mean() == pytest.approx(exact.mean(), abs=4 * exact.std() / np.sqrt(len(places) / 2))
    assert places[:, 0].std() == pytest.approx(exact.std(), rel=0.15)
    assert (places[:, 1] + places[:, 2]).std() == pytest.approx(spread, rel=0.15)


def test_a_parameter_that_no_pattern_speaks_of_keeps_its_prior(waves: list[Wave]) -> None:
    assert kstest(waves[-1].cloud.places[:, 3], "uniform").pvalue > 0.001


def test_parameters_of_which_only_the_sum_is_observed_trade_off(waves: list[Wave]) -> None:
    assert np.corrcoef(*waves[-1].cloud.places[:, 1:3].T)[0, 1] < -0.7


def test_a_wave_follows_from_the_one_before_to_the_last_bit(waves: list[Wave]) -> None:
    (again, *_) = waves_after(sums(), SETTINGS, waves[2])
    assert np.array_equal(again.cloud.places, waves[3].cloud.places)
    assert again.space == waves[3].space


def test_nothing_is_left_where_patterns_contradict_each_other() -> None:
    # The sum of two shares cannot be 5.
    problem = sums((0.3, 5.0))
    waves = all_waves(problem)
    assert not waves[-1].is_last(SETTINGS)
    assert waves[-1].bound > CUTOFF
    assert len(waves) < SETTINGS.waves


def test_a_pattern_out_of_reach_can_be_excused() -> None:
    settings = replace(SETTINGS, excused=1)
    waves = all_waves(sums((0.3, 5.0)), settings)
    assert waves[-1].is_last(settings)
    assert abs(waves[-1].cloud.places[:, 0].mean() - 0.3) < LEVEL


def test_points_where_the_model_has_no_value_are_ruled_out() -> None:
    def holes(parameters: Mapping[str, Floats], seed: int) -> Floats:
        found = Sums()(parameters, seed)
        found[0, parameters[NAMES[3]] > 0.2] = np.nan
        return found

    last = all_waves(replace(sums(), simulate=holes))[-1]
    assert last.cloud.places[:, 3].max() <= 0.2
    assert last.is_last(SETTINGS)


def test_luck_of_one_more_history_is_part_of_the_distance() -> None:
    problem = sums(error=3.0)
    simulated = np.array([[[0.0, 8.0]], [[1.0, 1.0]]])
    # Mean 4 is 3.7 from 0.3; variance 9 of the error, 32 of luck once for the world and half for the mean.
    implausibility, closeness = problem.distances(simulated)
    assert implausibility[0, 0] == pytest.approx(3.7 / np.sqrt(9 + 32 * 1.5))
    density = norm.logpdf(4 - 0.3, scale=np.sqrt(9 + 48)) - norm.logpdf(0, scale=3)
    assert closeness[0] == pytest.approx(density)


def test_a_pattern_missed_by_far_weighs_no_more_than_one_at_the_cutoff() -> None:
    problem = sums(error=1.0)
    far, farther = (problem.distances(np.array([[[0.3] * 2], [[value] * 2]])) for value in (50.0, 500.0))
    assert far[1][0] == farther[1][0] == pytest.approx(-(CUTOFF**2) / 2)


def test_systematic_choice_takes_each_as_often_as_its_weight_asks() -> None:
    weights = np.array([1.0, 2.5, 0.0, 6.5])
    counts = np.bincount(chosen(weights, 100, np.random.default_rng(1)), minlength=4)
    assert np.all(np.abs(counts - 10 * weights) < 1)


def recovery(trials: int, settings: Settings) -> tuple[Floats, Floats]:
    """Calibrate to data of the model itself; in which share of trials each parameter's band holds its true value, and
    how wide the bands are."""
    generator = np.random.default_rng(11)
    inside, width = [], []
    for trial in range(trials):
        truth = generator.random(4)
        noise = np.hypot(LEVEL, LUCK) * generator.standard_normal(2)
        observed = np.array([truth[0], truth[1] + truth[2]]) + noise
        problem = Problem(priors(), ("alone", "sum"), observed, np.full(2, LEVEL), Sums())
        last = all_waves(problem, replace(settings, seed=trial))[-1]
        low, high = np.quantile(last.cloud.places, [0.05, 0.95], axis=0)
        inside.append((low <= truth) & (truth <= high))
        width.append(high - low)
    return np.mean(inside, axis=0), np.mean(width, axis=0)


def check_recovery(trials: int, settings: Settings) -> None:
    covered, width = recovery(trials, settings)
    # Four standard errors of a binomial share of 90 %.
    assert np.all(np.abs(covered - 0.9) < 4 * np.sqrt(0.09 / trials))
    assert width[0] < 0.5
    assert width[3] == pytest.approx(0.9, abs=0.03)


def test_bands_hold_the_truth_as_often_as_they_say() -> None:
    check_recovery(40, Settings(points=128, steps=6, settling=2))


@pytest.mark.slow
def test_bands_hold_the_truth_as_often_as_they_say_in_many_trials() -> None:
    check_recovery(400, Settings(points=512))


def test_the_normal_scores_of_places_are_moved_without_changing_their_distribution() -> None:
    # Where no pattern says anything, all steps are taken and the places stay uniform.
    problem = Problem(priors(3), ("none",), np.zeros(1), np.ones(1), lambda parameters, seed: np.zeros((1, 256, 2)))
    last = all_waves(problem, Settings(points=256))[-1]
    assert last.accepted == 1
    assert all(kstest(column, "uniform").pvalue > 0.001 for column in last.cloud.places.T)
