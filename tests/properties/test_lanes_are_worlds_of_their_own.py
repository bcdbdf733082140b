"""A lane has the same bits whatever surrounds it: other lanes, arms, workers, scenarios."""

import numpy as np
import pytest

from leaksim.engine.lanes import Arm
from leaksim.model.channels import BASELINE, INTENDED, REALISED
from leaksim.simulation import simulate
from worlds import FEEDBACK_OFF, World, catalogue, cut, from_registry, live_in, scenario, subset_arms

UNCERTAIN = from_registry("suppliers.capacity", "traders.penalty", "demand.elasticity.industry", "reserves.initial")
WHAT = scenario(*catalogue(), months=12, uncertainties=UNCERTAIN)


def same(one: World, other: World, lanes: int, arms: tuple[str, ...] = (BASELINE, INTENDED, REALISED)) -> None:
    for book, pages in (("flows", one.ledger.flows), ("levels", one.ledger.levels)):
        for name, page in pages.items():
            for arm in arms:
                mine = page[:, :, one.arm(arm), :lanes]
                theirs = getattr(other.ledger, book)[name][:, :, other.arm(arm), :lanes]
                assert np.array_equal(mine, theirs), (name, arm)


@pytest.mark.parametrize("lanes", [1, 2, 8, 10, 100])
def test_a_lane_does_not_depend_on_how_many_others_there_are(lanes: int) -> None:
    plain = scenario(*catalogue(), months=12)
    same(live_in(plain, lanes=lanes), live_in(plain, lanes=512), lanes)


def test_ten_lanes_are_the_first_ten_of_a_thousand_with_the_same_draws() -> None:
    """Each draw depends on how many there are; lanes do not."""
    five_draws = WHAT.model_copy(update={"run": WHAT.run.model_copy(update={"draws": 5})})
    few, many = (simulate(five_draws, replications=each).replications for each in (2, 200))
    first = many[many["lane"] < 10].reset_index(drop=True)
    assert few.equals(first)


def test_one_worker_equals_two() -> None:
    alone, together = (simulate(WHAT, replications=600, jobs=jobs) for jobs in (1, 2))
    assert alone.replications.equals(together.replications)
    assert alone.table.equals(together.table)
    assert alone.bands.equals(together.bands)


def test_an_arm_does_not_depend_on_the_other_arms() -> None:
    plain = scenario(*catalogue(), months=12)
    three = (
        Arm(BASELINE, measured=False),
        Arm(INTENDED, measured=True),
        Arm(REALISED, measured=True, channels=frozenset(("cn_slippage", "cn_smuggling", "ru_fuel"))),
    )
    wide = live_in(plain, lanes=16, arms=(*three[:2], *subset_arms()[2:], three[2]))
    same(live_in(plain, lanes=16, arms=three), wide, 16)


def test_a_run_does_not_depend_on_what_ran_before() -> None:
    plain = scenario(*catalogue(), months=6)
    first = live_in(plain, lanes=8)
    live_in(scenario(cut("coal", 0.5), months=9), lanes=24, seed=9)
    same(first, live_in(plain, lanes=8), 8)


def test_a_lanes_parameters_do_not_shift_the_draws_of_the_others() -> None:
    usual = np.full(16, 130.0)
    odd = usual.copy()
    odd[3] = 190.0
    worlds = [
        live_in(scenario(*catalogue(), months=18), lanes=16, varied={"suppliers.capacity": values})
        for values in (usual, odd)
    ]
    delivered = [world.flow("russian_delivered", "motor_fuel").sum(axis=0) for world in worlds]
    assert list(np.flatnonzero(delivered[0] != delivered[1])) == [3]


def test_scenarios_with_one_seed_share_their_random_world() -> None:
    """The same seed is not enough: the draws themselves must be the same whatever the parameters and measures."""
    calm = {**FEEDBACK_OFF}
    one = live_in(scenario(*catalogue(), months=12, assumptions=calm), lanes=16)
    other_rules = {**calm, "suppliers.capacity": 60.0, "traders.penalty": 5.0, "traders.capacity.fuel": 40.0}
    other = live_in(scenario(*catalogue(), months=12, assumptions=other_rules), lanes=16)
    assert np.array_equal(one.ledger.levels["enforcement"], other.ledger.levels["enforcement"])
    apart = live_in(scenario(*catalogue(), months=12, assumptions=calm), lanes=16, seed=2)
    assert not np.array_equal(one.ledger.levels["enforcement"], apart.ledger.levels["enforcement"])
