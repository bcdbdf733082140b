"""How uncertain parameters are drawn: every stratum once, pairs kept, correlations reached, less chance than before."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import spearmanr

from leaksim.engine.lanes import Block, Floats
from leaksim.plan import plan
from leaksim.sampling import SamplingError, parameter_draws, probabilities, quantile
from leaksim.scenario.schema import Correlation, Uncertainty
from worlds import from_registry, scenario

NAMES = ("suppliers.capacity", "traders.penalty", "price.fuel", "reserves.initial")


def correlations(*written: tuple[str, str, float]) -> tuple[Correlation, ...]:
    return tuple(Correlation(between=(one, other), rank=rank) for one, other, rank in written)


def drawn(names: Sequence[str] = NAMES, *written: tuple[str, str, float], draws: int = 200) -> dict[str, Floats]:
    return probabilities(names, correlations(*written), draws=draws, seed=7)


@pytest.mark.parametrize("draws", [1, 2, 7, 200])
def test_each_parameter_falls_once_into_each_stratum(draws: int) -> None:
    for of_one in drawn(draws=draws).values():
        assert sorted((of_one * draws).astype(int)) == list(range(draws))


def test_a_parameter_keeps_its_draws_when_another_is_added_or_removed() -> None:
    alone, together = drawn(["price.fuel"]), drawn()
    assert np.array_equal(alone["price.fuel"], together["price.fuel"])
    assert not np.array_equal(together["price.fuel"], together["traders.penalty"])


def test_another_seed_draws_anew() -> None:
    assert not np.array_equal(drawn()["price.fuel"], probabilities(["price.fuel"], (), draws=200, seed=8)["price.fuel"])


def test_different_parameters_are_not_in_step() -> None:
    ranks = spearmanr(np.column_stack(list(drawn().values()))).statistic
    # Four standard errors of an independent pair.
    assert np.abs(ranks - np.eye(4)).max() < 4 / np.sqrt(199)


@pytest.mark.parametrize("rank", [-0.9, -0.3, 0.0, 0.6, 0.95])
def test_the_wanted_rank_correlation_is_reached(rank: float) -> None:
    found = drawn(NAMES, ("price.fuel", "traders.penalty", rank))
    assert spearmanr(found["price.fuel"], found["traders.penalty"]).statistic == pytest.approx(rank, abs=0.03)


def test_three_parameters_reach_all_their_correlations() -> None:
    pairs = [(*pair, rank) for pair, rank in zip(pairwise(NAMES[:3]), (0.6, -0.4), strict=True)]
    found = drawn(NAMES, *[(one, other, rank) for one, other, rank in pairs])
    for one, other, rank in (*pairs, (NAMES[0], NAMES[2], 0.0)):
        assert spearmanr(found[one], found[other]).statistic == pytest.approx(rank, abs=0.04)


def test_a_correlation_only_reorders_and_leaves_all_others_as_they_were() -> None:
    free, bound = drawn(), drawn(NAMES, ("price.fuel", "suppliers.capacity", 0.6))
    for name in NAMES:
        assert np.array_equal(np.sort(free[name]), np.sort(bound[name]))
    for name in ("traders.penalty", "reserves.initial", "price.fuel"):
        assert np.array_equal(free[name], bound[name])
    assert not np.array_equal(free["suppliers.capacity"], bound["suppliers.capacity"])


def test_the_order_of_the_file_does_not_matter() -> None:
    one = drawn(NAMES, ("price.fuel", "traders.penalty", 0.5), ("traders.penalty", "suppliers.capacity", 0.2))
    other = drawn(NAMES[::-1], ("suppliers.capacity", "traders.penalty", 0.2), ("traders.penalty", "price.fuel", 0.5))
    assert all(np.array_equal(one[name], other[name]) for name in NAMES)


def test_a_correlated_parameter_keeps_its_draws_when_its_partner_is_fixed() -> None:
    """A what-if that fixes one of a pair is compared in the same draws of the other."""
    pair = ("price.fuel", "suppliers.capacity", 0.6)
    both, one = drawn(NAMES, pair), drawn(["suppliers.capacity"], pair)
    assert list(one) == ["suppliers.capacity"]
    assert np.array_equal(both["suppliers.capacity"], one["suppliers.capacity"])


def test_rival_sources_share_the_draws_evenly() -> None:
    rivals = Uncertainty(distribution="choice", low=1, high=3, values=(1, 2, 3), rivals=("a", "b", "c"))
    found = parameter_draws({"price.fuel": rivals}, (), draws=60, seed=1)["price.fuel"]
    assert [int((found == value).sum()) for value in (1, 2, 3)] == [20, 20, 20]


def test_deterministic_draws_are_medians_whatever_is_correlated() -> None:
    pair = correlations(("price.fuel", "suppliers.capacity", 0.6))
    both = from_registry("price.fuel", "suppliers.capacity")
    found = parameter_draws(both, pair, draws=1, seed=1, deterministic=True)
    assert all(found[name] == quantile(each, np.array([0.5])) for name, each in both.items())


def test_too_few_draws_for_the_correlations_are_refused_before_anything_runs() -> None:
    what = scenario(months=1, uncertainties=from_registry(*NAMES[:3])).model_copy(
        update={"correlations": correlations((NAMES[0], NAMES[1], 0.5), (NAMES[1], NAMES[2], 0.5))}
    )
    with pytest.raises(SamplingError, match=r"^3 parameter draws are too few .* at least 4"):
        plan(what, replications=3)
    assert plan(what, replications=4).draws == 4
    assert plan(what, replications=1, deterministic=True).draws == 1


def test_a_plan_carries_the_draws_to_its_lanes() -> None:
    what = scenario(months=1, uncertainties=from_registry("price.fuel", "suppliers.capacity"))
    what = what.model_copy(
        update={
            "run": what.run.model_copy(update={"draws": 6}),
            "correlations": correlations(("price.fuel", "suppliers.capacity", 0.5)),
        }
    )
    few, many = plan(what, replications=2), plan(what, replications=200)
    expected = parameter_draws(what.uncertainties, what.correlations, draws=6, seed=1)
    for name in what.uncertainties:
        found = few.parameters(Block(0, 12))[name]
        assert np.array_equal(found[0, :12], np.tile(expected[name], 2))
        # Lanes grow, draws stay.
        assert np.array_equal(many.parameters(Block(0, 512))[name][:, :16], found)


def test_a_smooth_outcome_varies_less_than_with_independent_draws() -> None:
    """The error of a mean over 40 draws; with a sum of functions of single parameters nearly all of it goes."""
    additive, product = np.empty((2, 300)), np.empty((2, 300))
    for seed in range(300):
        rng = np.random.default_rng(seed)
        hypercube = np.array(list(probabilities(NAMES[:3], (), draws=40, seed=seed).values()))
        for row, (one, two, three) in enumerate(np.array([hypercube, rng.random((3, 40))])):
            additive[row, seed] = (one + two**2 + np.exp(three)).mean()
            product[row, seed] = ((1 + one) * (1 + two) * (1 + three)).mean()
    # Variances of 300 values each: their ratio is within a quarter of the true one, far from these bounds.
    assert additive[0].var() < additive[1].var() / 100
    assert product[0].var() < product[1].var() / 3
    # Both are unbiased: (3/2)^3, within four standard errors.
    for row in range(2):
        assert abs(product[row].mean() - 1.5**3) < 4 * product[row].std() / np.sqrt(300)
