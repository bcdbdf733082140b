"""Durations that may be censored, by hand and against the implementation of scipy."""

import numpy as np
import pytest
from scipy import stats

from leaksim.outcomes.statistics import Estimate
from leaksim.outcomes.survival import Durations, first_month, median_duration, survival


def durations(months: list[float], watched: list[float]) -> Durations:
    return Durations(np.array(months), np.array(watched))


def at_random(lanes: int, seed: int) -> Durations:
    """Exponential times of mean 10 months, watched for 0 to 30 months."""
    rng = np.random.default_rng(seed)
    watched = np.floor(rng.uniform(0, 31, lanes))
    months = np.ceil(rng.exponential(10, lanes))
    return Durations(np.where(months <= watched, months, np.inf), watched)


def curve_of(which: Durations) -> np.ndarray:
    last_seen = np.minimum(which.months, which.watched).astype(int)
    length = last_seen.max() + 1
    happens = np.isfinite(which.months)
    return survival(*(np.bincount(each, minlength=length).astype(float) for each in (last_seen[happens], last_seen)))


def test_the_curve_of_five_lanes_is_the_one_on_paper() -> None:
    """Events after 1 and 3 months; one lane is last seen after 2, two after 4.

    After the first month 4 of 5 are left. In the third, one of the three still watched meets the event.
    """
    curve = curve_of(durations([1, 3, np.inf, np.inf, np.inf], [4, 4, 2, 4, 4]))
    assert curve == pytest.approx([1, 0.8, 0.8, 0.8 * 2 / 3, 0.8 * 2 / 3])


@pytest.mark.parametrize("seed", range(5))
def test_the_curve_is_that_of_scipy(seed: int) -> None:
    which = at_random(60, seed)
    last_seen = np.minimum(which.months, which.watched)
    censored = np.isinf(which.months)
    theirs = stats.ecdf(stats.CensoredData(uncensored=last_seen[~censored], right=last_seen[censored])).sf
    months = np.arange(last_seen.max() + 1)
    assert curve_of(which) == pytest.approx(theirs.evaluate(months), rel=1e-12, abs=1e-12)


def test_the_restricted_mean_is_the_area_under_the_curve_when_all_are_censored_at_once() -> None:
    """So the plain mean of what is within the horizon is the estimate of Kaplan and Meier."""
    months = np.ceil(np.random.default_rng(1).exponential(20, 50))
    within = np.minimum(months, 24)
    censored = months > 24
    curve = stats.ecdf(stats.CensoredData(uncensored=months[~censored], right=within[censored])).sf
    assert within.mean() == pytest.approx(curve.evaluate(np.arange(24)).sum(), rel=1e-12)


def test_without_censoring_the_median_is_that_of_the_lanes() -> None:
    which = durations([2, 3, 5, 8, 13], [20] * 5)
    assert next(median_duration(which)).value == 5


def test_an_even_number_of_lanes_has_its_median_where_half_are_gone() -> None:
    assert next(median_duration(durations([2, 3, 5, 8], [20] * 4))).value == 3


def test_leaving_out_the_censored_lanes_would_make_things_look_short() -> None:
    months, watched = [2.0, 4, 6, np.inf, np.inf, np.inf, np.inf], [12.0] * 7
    found = next(median_duration(durations(months, watched)))
    assert found.value == np.inf
    assert "outlast the run" in found.note
    assert next(median_duration(durations(months[:3], watched[:3]))).value == 4


def test_lanes_with_nothing_to_wait_for_are_no_subjects() -> None:
    which = durations([2, 3, np.inf, np.inf, 5], [9, 9, -1, -1, 9])
    assert which.subjects.sum() == 3
    assert which.censored == 0
    assert next(median_duration(which)).value == 3


def test_the_interval_is_open_above_where_too_few_lanes_meet_the_event() -> None:
    found = next(median_duration(durations([1, 2, 3, 4, 5, 6, np.inf, np.inf, np.inf, np.inf], [12] * 10)))
    assert found.value == 5
    assert found.low < 5
    assert found.high == np.inf
    assert "no upper end" in found.note


def test_the_interval_holds_the_true_median_about_as_often_as_it_says() -> None:
    """Half of those who wait 10 months on average are gone after the 7th month."""
    hits = 0
    for seed in range(400):
        found = next(median_duration(at_random(80, seed)))
        hits += found.low <= 7 <= found.high
    assert 0.93 <= hits / 400 <= 0.995


def test_lanes_that_are_all_alike_leave_no_doubt() -> None:
    found = next(median_duration(durations([4] * 8, [12] * 8)))
    assert (found.low, found.value, found.high) == (4, 4, 4)


def test_draws_are_the_outer_unit() -> None:
    """Five draws with medians of 2, 4, 6, 8 and never, the same in both lanes of each: no luck, all parameters."""
    months = np.tile([2.0, 4, 6, 8, np.inf], 2)
    replication, parameter = median_duration(Durations(months, np.full(10, 12.0)), draws=5)
    assert replication == Estimate(6, 6, 6, "replication", "")
    assert (parameter.low, parameter.value, parameter.high) == (2, 6, np.inf)


def test_draws_without_subjects_have_no_median() -> None:
    which = Durations(np.array([2.0, np.inf, 4, 2, np.inf, 4]), np.array([9.0, -1, 9, 9, -1, 9]))
    _, parameter = median_duration(which, draws=3)
    assert (parameter.low, parameter.high) == (2, 4)


@pytest.mark.parametrize(("lanes", "draws"), [(1, 1), (4, 4)])
def test_a_lone_lane_has_no_replication_interval_and_says_so(lanes: int, draws: int) -> None:
    found = next(median_duration(durations([3.0] * lanes, [9.0] * lanes), draws=draws))
    assert found.value == 3
    assert np.isnan(found.low)
    assert "no" in found.note


def test_the_first_month_of_what_never_happens_is_infinite() -> None:
    happens = np.array([[False, False], [False, True], [False, True]])
    assert first_month(happens).tolist() == [np.inf, 1]
