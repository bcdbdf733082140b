"""Same lane, same bits: whatever the number of lanes, workers and arms, and whatever was run before."""

from functools import cache

import numpy as np
import pytest

from leaksim.engine.lanes import Arm, Block
from leaksim.evidence.registry import load_registry
from leaksim.model.channels import BASELINE, CHANNELS, INTENDED, REALISED
from leaksim.model.world import live
from leaksim.plan import plan
from leaksim.scenario.schema import Scenario
from leaksim.simulation import simulate
from worlds import World, catalogue, cut, from_registry, live_in, name_of, scenario, subset_arms, uncertain_parameters

MONTHS = 10
ALL_ON = name_of(CHANNELS)
FORMS = ["isoelastic", "linear"]


def record(form: str, *, uncertain: bool) -> Scenario:
    """The instruments of record, in the months when most of them come into force."""
    names = uncertain_parameters() if uncertain else []
    what = scenario(*catalogue(), months=MONTHS, assumptions={"demand.form": form}, uncertainties=from_registry(*names))
    return what.model_copy(update={"run": what.run.model_copy(update={"draws": 100 if uncertain else None})})


@cache
def wide(form: str, uncertain: bool) -> World:
    """512 lanes in the five arms of a plan."""
    return world(record(form, uncertain=uncertain), 512)


def world(what: Scenario, lanes: int, arms: tuple[Arm, ...] | None = None, block: int = 0) -> World:
    planned = plan(what, replications=1)
    where = Block(block, lanes)
    return World(live(what, planned.parameters(where), arms or planned.arms, where, seed=1), lanes)


def differing(one: World, other: World, names: dict[str, str], lanes: int) -> list[str]:
    """Pages of the books in which an arm of one world differs from its like in the other, in the first lanes."""
    different = []
    for kind in ("flows", "levels"):
        for page, book in getattr(one.ledger, kind).items():
            theirs = getattr(other.ledger, kind)[page]
            for mine, like in names.items():
                ours = book[:, :, one.arm(mine), :lanes]
                if not np.array_equal(ours, theirs[:, :, other.arm(like), :lanes]):
                    different.append(f"{page} in {mine}")
    return different


SAME = {name: name for name in (BASELINE, INTENDED, "china", "russia", REALISED)}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("uncertain", [False, True])
@pytest.mark.parametrize("lanes", [1, 8, 10, 500])
def test_the_first_lanes_of_many_are_those_of_a_few(form: str, uncertain: bool, lanes: int) -> None:
    few = world(record(form, uncertain=uncertain), lanes)
    assert not differing(few, wide(form, uncertain), SAME, lanes)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("uncertain", [False, True])
def test_an_arm_is_the_same_beside_any_other_arms(form: str, uncertain: bool) -> None:
    what = record(form, uncertain=uncertain)
    every = world(what, 24, subset_arms())
    assert len(every.history.setting.arms) == 1 + 2 ** len(CHANNELS)
    names = {
        BASELINE: BASELINE,
        INTENDED: INTENDED,
        REALISED: ALL_ON,
        "russia": name_of({"ru_fuel", "ru_labour", "ru_port"}),
    }
    names["china"] = name_of({"cn_slippage", "cn_smuggling"})
    assert not differing(wide(form, uncertain), every, names, 24)
    for kept in ((BASELINE,), (BASELINE, INTENDED, ALL_ON), (BASELINE, "cn_smuggling")):
        arms = tuple(arm for arm in subset_arms() if arm.name in kept)
        assert not differing(world(what, 8, arms), every, {name: name for name in kept}, 8)


def test_the_order_of_arms_does_not_matter() -> None:
    what = record("isoelastic", uncertain=False)
    arms = subset_arms()
    shuffled = (arms[0], *reversed(arms[1:]))
    names = {arm.name: arm.name for arm in arms}
    assert not differing(world(what, 8, arms), world(what, 8, shuffled), names, 8)


def test_a_run_can_be_repeated_and_leaves_nothing_behind_for_the_next_scenario() -> None:
    what = record("isoelastic", uncertain=True)
    other = scenario(cut("motor_fuel", 1.0, "2017-01-01"), months=5, assumptions={"traders.number.fuel": 7.0})
    first = world(what, 16)
    live_in(other, lanes=40, seed=9)
    assert not differing(first, world(what, 16), SAME, 16)


def test_a_lane_of_a_later_block_is_another_lane() -> None:
    what = record("isoelastic", uncertain=False)
    assert differing(world(what, 8), world(what, 8, block=1), {REALISED: REALISED}, 8)


@pytest.mark.parametrize("name", uncertain_parameters())
def test_a_parameter_of_one_lane_leaves_the_bits_of_the_others_alone(name: str) -> None:
    """Lane 3 gets the end of the range that is farther from the default; the others must not notice."""
    what = scenario(*catalogue(), months=MONTHS)
    parameter = load_registry().parameter(name)
    values = np.full(16, float(what.value(name)))
    ends = [end for end in (parameter.low, parameter.high) if end is not None]
    values[3] = max(ends, key=lambda end: abs(end - values[0]))
    changed = live_in(what, lanes=16, varied={name: values})
    for kind in ("flows", "levels"):
        for page, book in getattr(changed.ledger, kind).items():
            expected = np.delete(getattr(unchanged().ledger, kind)[page], 3, axis=-1)
            assert np.array_equal(np.delete(book, 3, axis=-1), expected), page


@cache
def unchanged() -> World:
    return live_in(scenario(*catalogue(), months=MONTHS), lanes=16)


def test_results_do_not_depend_on_the_number_of_workers() -> None:
    """523 lanes are two blocks; their numbers, tables and bands are the same from one process and from two."""
    what = scenario(*catalogue(), months=4, uncertainties=from_registry("price.fuel", "suppliers.capacity"))
    alone, together = (simulate(what, replications=523, jobs=jobs) for jobs in (1, 2))
    for name in ("table", "monthly", "replications", "bands"):
        mine, theirs = getattr(alone, name), getattr(together, name)
        assert mine.equals(theirs), name


def test_the_first_replications_of_a_long_run_are_those_of_a_short_one() -> None:
    what = scenario(*catalogue(), months=4)
    long, short = (simulate(what, replications=lanes).replications for lanes in (523, 10))
    first = long[long["lane"] < 10].reset_index(drop=True)
    assert first.equals(short)
    second_block = long[long["lane"] >= 512]
    assert len(second_block) == 3 * 11
