"""Runs that go on until an interval is narrow: the rule by hand, and the same lanes as in any other run."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from leaksim.engine.lanes import Floats
from leaksim.model.channels import GROUP_OF_CHANNEL
from leaksim.outcomes.paired import Ratio
from leaksim.outcomes.precision import Watch
from leaksim.outcomes.statistics import mean
from leaksim.scenario.precision import CHANNELS_OF_GROUP, UNITS
from leaksim.scenario.schema import Scenario
from leaksim.simulation import Result, simulate, simulate_many
from worlds import catalogue, from_registry, scenario

ORDINARY = ("table", "monthly", "replications", "bands")


def watched(values: Floats, half_width: float, *, draws: int = 1, most: int = 1000) -> Watch:
    watch = Watch("leakage.value", half_width, draws=draws, step=draws, most=most)
    watch.see(Ratio(values, np.ones_like(values)))
    return watch


def what(*, months: int = 4, uncertain: bool = False, **run: object) -> Scenario:
    drawn = from_registry("price.fuel", "suppliers.capacity") if uncertain else {}
    base = scenario(*catalogue(), months=months, uncertainties=drawn)
    return base.model_copy(update={"run": base.run.model_copy(update=run)})


def same(one: Result, other: Result) -> Mapping[str, bool]:
    return {name: getattr(one, name).equals(getattr(other, name)) for name in ORDINARY}


def test_values_that_do_not_vary_need_ten_lanes_and_the_look_ahead() -> None:
    watch = watched(np.ones(100), 0.1)
    assert [count for count, _ in watch.looks] == [10, 11, 12, 13, 14, 15]
    assert watch.enough == 15


def test_the_look_ahead_begins_anew_where_the_interval_widens() -> None:
    """Twelve equal lanes, then an outlier: only when its weight has gone is the interval narrow again."""
    values = np.ones(400)
    values[12] = 2.0
    watch = watched(values, 0.05)
    narrow = [count for count, each in watch.looks if (each.high - each.low) / 2 <= 0.05]
    assert narrow[:3] == [10, 11, 12]
    first = narrow[3]
    # One outlier among n: the variance of the mean is 1/n², and t makes the half-width about 2/n.
    assert first == next(n for n in range(13, 400) if _half_width(values[:n]) <= 0.05)
    assert narrow[3:] == list(range(first, first + 6))
    assert watch.enough == first + 5


def _half_width(values: Floats) -> float:
    (found,) = mean(values)
    return (found.high - found.low) / 2


def test_beyond_a_hundred_lanes_looks_are_a_hundredth_and_the_look_ahead_a_twentieth_apart() -> None:
    values = np.tile([0.0, 1.0], 1000)
    watch = watched(values, 0.05, most=2000)
    counts = [count for count, _ in watch.looks]
    assert counts[:92] == list(range(10, 102))
    assert {250, 252, 254} <= set(counts)
    first = next(count for count, each in watch.looks if (each.high - each.low) / 2 <= 0.05)
    assert watch.enough is not None
    assert first + first // 20 <= watch.enough < first + first // 20 + 4
    # Half of the interval is 1.96 · 0.5 / √n: 384 lanes make it 0.05.
    assert 380 <= first <= 390


def test_it_makes_no_difference_in_which_portions_lanes_come() -> None:
    values = np.random.default_rng(3).normal(1, 1, 1000)
    whole = watched(values, 0.08)
    parts = Watch("leakage.value", 0.08, draws=1, step=1, most=1000)
    for portion in np.split(values, [1, 9, 250, 700]):
        if parts.enough is None:
            parts.see(Ratio(portion, np.ones_like(portion)))
    assert parts.enough == whole.enough
    assert parts.looks == whole.looks


def test_with_draws_the_lanes_are_whole_replications_of_all_draws() -> None:
    rng = np.random.default_rng(4)
    values = np.tile(rng.normal(0, 5, 50), 40) + rng.normal(0, 1, 2000)
    watch = watched(values, 0.1, draws=50, most=2000)
    assert all(count % 50 == 0 for count, _ in watch.looks)
    assert watch.looks[0][0] == 100
    assert watch.enough is not None
    # Only the scatter within draws counts: 1.96 · 1 / √n, and so 384 lanes, not the ten thousand of all the scatter.
    assert 300 <= watch.enough <= 500


def test_at_the_most_it_ends_and_says_so() -> None:
    watch = watched(np.random.default_rng(5).normal(0, 1, 40), 1e-6, most=40)
    assert watch.enough == 40
    assert not watch.precision("case").reached


def test_groups_are_those_of_the_model() -> None:
    for group, channels in CHANNELS_OF_GROUP.items():
        assert channels == tuple(channel for channel, of in GROUP_OF_CHANNEL.items() if of == group)


@pytest.mark.parametrize("outcome", UNITS)
def test_the_last_look_is_the_row_of_the_table(outcome: str) -> None:
    found = simulate(what(on=outcome, half_width=1e9, replications=100))
    metric, _, item = outcome.partition("/")
    row = found.table[(found.table["metric"] == metric) & (found.table["item"] == item)].iloc[0]
    assert found.precision is not None
    last = found.precision.trace.iloc[-1]
    assert found.plan.lanes == last["replications"] < 100 or pd.isna(row["estimate"])
    for name in ("estimate", "low", "high"):
        assert last[name] == pytest.approx(row[name], rel=1e-9, abs=1e-12, nan_ok=True)
    for name in ("scenario", "unit", "level", "interval", "replications", "draws"):
        assert last[name] == row[name]


def test_the_lanes_are_those_of_an_ordinary_run_with_as_many() -> None:
    found = simulate(what(half_width=0.004, replications=1500))
    assert found.precision is not None
    assert found.precision.reached
    assert 15 <= found.plan.lanes < 1500
    assert all(same(found, simulate(what(), replications=found.plan.lanes)).values())


@pytest.mark.parametrize("draws", [None, 30])
def test_draws_stay_while_replications_grow_over_several_blocks(draws: int | None) -> None:
    asked = what(uncertain=True, half_width=1e-9, replications=600 if draws is None else 20, draws=draws)
    found = simulate(asked)
    assert found.precision is not None
    assert not found.precision.reached
    assert found.plan.lanes == 600
    assert found.plan.draws == (200 if draws is None else 30)
    assert all(same(found, simulate(asked, replications=asked.run.replications)).values())


def test_several_scenarios_end_each_in_its_own_time_whatever_the_number_of_workers() -> None:
    asked = [
        what(half_width=0.004, replications=1500).model_copy(update={"name": "narrow"}),
        what(replications=520).model_copy(update={"name": "plain"}),
        what(half_width=1e-9, replications=600).model_copy(update={"name": "never"}),
    ]
    steps: list[tuple[int, int]] = []
    alone = {found.plan.scenario.name: found for found in simulate_many(asked, progress=lambda *now: steps.append(now))}
    # "narrow" turns out to need one block of three.
    assert steps[0] == (1, 1 + 2 + 2)
    assert steps[-1][0] == steps[-1][1]
    assert list(alone) == ["narrow", "plain", "never"]
    assert alone["plain"].precision is None
    together = {found.plan.scenario.name: found for found in simulate_many(asked, jobs=2)}
    for name, found in alone.items():
        assert found.plan.lanes == together[name].plan.lanes
        assert all(same(found, together[name]).values())
        if found.precision is not None:
            assert found.precision.trace.equals(together[name].precision.trace)  # type: ignore[union-attr]


def test_replications_that_are_asked_for_are_run_in_full() -> None:
    found = simulate(what(half_width=0.5, replications=1500), replications=60)
    assert found.plan.lanes == 60
    assert found.precision is None


def test_an_outcome_without_value_never_becomes_narrow() -> None:
    nothing = scenario(months=1)
    run = nothing.run.model_copy(update={"half_width": 0.1, "replications": 20})
    found = simulate(nothing.model_copy(update={"run": run}))
    assert found.precision is not None
    assert not found.precision.reached
    assert found.plan.lanes == 20
