"""PRIM finds boxes that were planted, with the measures that can be counted by hand."""

import numpy as np
import pytest
from scipy.stats import binom

from leaksim.discovery.prim import CHANCE, found_again, peeled, quasi_p_of
from leaksim.engine.lanes import Floats


@pytest.fixture(scope="module")
def cases() -> Floats:
    return np.random.default_rng(1).random((800, 6))


def test_a_planted_box_is_found(cases: Floats) -> None:
    hits = (cases[:, 2] > 0.7) & (cases[:, 5] < 0.4)
    peeling = peeled(cases, hits)
    box = peeling.chosen
    assert set(box.limits) == {(2, "low"), (5, "high")}
    assert box.low[2] == pytest.approx(0.7, abs=0.03)
    assert box.high[5] == pytest.approx(0.4, abs=0.03)
    inside = box.holds(cases)
    assert box.coverage == hits[inside].sum() / hits.sum() > 0.9
    assert box.density == hits[inside].mean() > 0.9
    assert box.mass == inside.mean()
    assert max(peeling.quasi_p) < 1e-20


def test_a_band_is_limited_at_both_ends(cases: Floats) -> None:
    box = peeled(cases, (cases[:, 0] > 0.3) & (cases[:, 0] < 0.6)).chosen
    assert set(box.limits) == {(0, "low"), (0, "high")}
    assert (box.low[0], box.high[0]) == pytest.approx((0.3, 0.6), abs=0.03)
    assert box.restricted == 1


def test_the_way_leads_from_all_cases_to_dense_boxes_with_the_best_balance_chosen(cases: Floats) -> None:
    noise = np.random.default_rng(2).random(800) < 0.15
    peeling = peeled(cases, ((cases[:, 2] > 0.6) & (cases[:, 5] < 0.5)) ^ noise)
    first, *others = peeling.trajectory
    assert (first.coverage, first.mass, first.restricted) == (1, 1, 0)
    assert all(one.mass > next_.mass >= 0.05 for one, next_ in zip([first, *others], others, strict=False))
    assert max(each.balance for each in others) == peeling.trajectory[peeling.step].balance
    assert peeled(cases, cases[:, 0] > 0.5, step=3).step == 3


def test_the_quasi_p_is_that_of_a_binomial(cases: Floats) -> None:
    hits = (cases[:, 2] > 0.7) & (np.random.default_rng(3).random(800) < 0.5)
    box = peeled(cases, hits, step=6).chosen
    assert box.limits == ((2, "low"),)
    inside = cases[:, 2] >= box.low[2]
    by_hand = binom.sf(hits[inside].sum() - 1, inside.sum(), hits.mean())
    assert quasi_p_of(box, 2, "low", cases, hits) == pytest.approx(by_hand, rel=1e-9)


def test_chance_leaves_no_limit_that_chance_would_make(cases: Floats) -> None:
    peeling = peeled(cases, np.random.default_rng(4).random(800) < 0.5)
    assert all(p <= CHANCE for p in peeling.quasi_p)
    again = found_again(peeling, cases, np.random.default_rng(4).random(800) < 0.5, resamples=3, seed=1)
    assert again.density < 0.65


def test_what_is_real_is_found_again_and_holds_elsewhere(cases: Floats) -> None:
    hits = (cases[:, 2] > 0.7) & (cases[:, 5] < 0.4)
    again = found_again(peeled(cases, hits), cases, hits, resamples=3, seed=1)
    assert again.again == (1, 1)
    assert min(again.coverage, again.density) > 0.9
    assert again == found_again(peeled(cases, hits), cases, hits, resamples=3, seed=1)


def test_equal_values_stay_together(cases: Floats) -> None:
    coarse = cases.copy()
    coarse[:, 2] = np.floor(4 * cases[:, 2])
    coarse[:, 3] = 1.0
    box = peeled(coarse, (coarse[:, 2] >= 2) & (coarse[:, 5] < 0.4)).chosen
    assert box.low[2] == 1.5
    assert {index for index, _ in box.limits} == {2, 5}


def test_units_change_nothing(cases: Floats) -> None:
    hits = (cases[:, 2] > 0.7) & (cases[:, 5] < 0.4)
    one, other = peeled(cases, hits).chosen, peeled(1000 * cases + 7, hits).chosen
    assert one.limits == other.limits
    assert (one.coverage, one.density, one.mass) == (other.coverage, other.density, other.mass)
