"""What is kept of a run: all totals of the arms that tables show, and of the others what the attribution reads."""

import numpy as np

from leaksim.engine.lanes import Block, blocks_of
from leaksim.model.world import live
from leaksim.outcomes.lane_tables import lane_totals
from leaksim.outcomes.observation import NONE, SHOWN, Joined, Named, Observation, observe
from leaksim.outcomes.pressure import pressure
from leaksim.plan import Plan, plan
from leaksim.simulation import run_block
from worlds import cut, from_registry, scenario

UNCERTAIN = from_registry("suppliers.capacity", "china.enforcement.exports.long_run")


def planned(lanes: int = 8) -> Plan:
    what = scenario(cut("coal", 0.9), cut("motor_fuel", 0.9), months=3, uncertainties=UNCERTAIN)
    return plan(what, replications=lanes)


def test_parts_of_the_arms_say_what_all_arms_together_say() -> None:
    one = planned()
    assert len(one.arms) == 17  # more than are run together
    block = Block(0, 8)
    kept, _ = run_block(one, block)
    together = live(one.scenario, one.parameters(block), one.arms, block, seed=one.seed)
    by_arm = pressure(together).total.sum(axis=0)
    assert set(kept.pressure) == {arm.name for arm in one.arms}
    for arm, lanes in zip(one.arms, by_arm, strict=True):
        assert np.array_equal(kept.pressure[arm.name], lanes), arm.name
    seen = observe(together)
    assert list(seen.totals) == list(kept.totals)
    for name, total in seen.totals.items():
        assert total.shape == (len(SHOWN), 8)
        assert np.array_equal(kept.totals[name], total), name
    for name, series in seen.monthly.items():
        assert np.array_equal(kept.monthly[name], series), name


def part(number: float, lanes: int, *, monthly: bool) -> Observation:
    def named(*shape: int) -> Named:
        return Named(["one", "two"], np.full((2, *shape, lanes), number))

    return Observation(named(3), named(), named(4, 3) if monthly else NONE)


def test_blocks_may_come_in_any_order() -> None:
    """A block without months may be the first to come."""
    whole = Joined(7, 5)
    whole.put(slice(5, 7), part(3.0, 2, monthly=False))
    whole.put(slice(3, 5), part(2.0, 2, monthly=True))
    whole.put(slice(3), part(1.0, 3, monthly=True))
    seen = whole.lanes(slice(6))
    assert seen.totals["two"].tolist() == [[1, 1, 1, 2, 2, 3]] * 3
    assert seen.pressure["one"].tolist() == [1, 1, 1, 2, 2, 3]
    assert seen.monthly["one"][3, 2].tolist() == [1, 1, 1, 2, 2]


def test_the_table_of_lanes_is_no_copy() -> None:
    """The totals of many lanes would fill the memory twice."""
    one = planned(lanes=16)
    (block,) = blocks_of(16)
    seen, _ = run_block(one, block)
    table = lane_totals(seen, one.arms, one.draws)
    assert np.shares_memory(table["cut.coal"].to_numpy(), seen.totals.array)
    assert list(table.columns[:4]) == ["lane", "draw", "arm", "pressure"]
    realised = table[table["arm"] == SHOWN[2]]
    assert np.array_equal(realised["cut.coal"], seen.totals["cut.coal"][2])
    assert np.array_equal(realised["lane"], np.arange(16))
