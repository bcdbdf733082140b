"""Runs of a few arms: the same worlds as a full run, and alike for all scenarios."""

import numpy as np

from leaksim.paired_runs import ARMS, observe_all, paired_plans
from leaksim.scenario.schema import Scenario
from leaksim.simulation import simulate
from worlds import cut, from_registry, scenario

UNCERTAIN = from_registry("suppliers.capacity", "china.enforcement.exports.long_run")


def what(*, certain: bool = False, draws: int | None = None, seed: int = 1) -> Scenario:
    made = scenario(cut("coal", 0.9), cut("motor_fuel", 0.9), months=4, uncertainties={} if certain else UNCERTAIN)
    return made.model_copy(
        update={"run": made.run.model_copy(update={"replications": 6, "draws": draws, "seed": seed})}
    )


def test_three_arms_say_what_all_arms_say() -> None:
    (observed,) = observe_all(paired_plans([what()], replications=None, seed=None), monthly=True)
    lanes = simulate(what()).replications
    for index, arm in enumerate(ARMS):
        assert np.array_equal(observed.totals["pressure"][index], lanes.loc[lanes["arm"] == arm, "pressure"])
    bands = simulate(what()).bands
    realised = bands[(bands["series"] == "pressure") & (bands["arm"] == "realised")]
    assert np.allclose(np.median(observed.monthly["pressure"][:, -1], axis=-1), realised["q50"], rtol=1e-12)


def test_the_first_scenario_says_how_all_are_run() -> None:
    plans = paired_plans([what(draws=2, seed=9), what(draws=3, seed=4)], replications=None, seed=None)
    assert [(each.lanes, each.draws, each.seed) for each in plans] == [(12, 2, 9)] * 2


def test_a_scenario_without_uncertain_parameters_has_as_many_lanes() -> None:
    for scenarios in ([what(certain=True), what()], [what(), what(certain=True)]):
        plans = paired_plans(scenarios, replications=8, seed=3)
        assert [(each.lanes, each.draws, each.seed) for each in plans] == [(8, 8, 3)] * 2


def test_blocks_and_processes_do_not_change_what_is_observed() -> None:
    plans = paired_plans([what(certain=True)], replications=520, seed=1)
    one, two = (observe_all(plans, jobs=jobs)[0].totals["pressure"] for jobs in (1, 2))
    assert one.shape == (3, 520)
    assert np.array_equal(one, two)
