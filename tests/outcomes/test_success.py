"""The chance of success, and pressure per dollar of the sender."""

import numpy as np
import pytest

from leaksim.comparing import compare
from leaksim.engine.calendar import Calendar
from leaksim.engine.lanes import Arm
from leaksim.model.channels import BASELINE, INTENDED, REALISED
from leaksim.outcomes.observation import NONE, Named, Observation
from leaksim.outcomes.statistics import proportion
from leaksim.outcomes.success import PASS_THROUGHS, add_pressure_per_dollar, add_success, per_dollar
from leaksim.outcomes.summary import Summary
from leaksim.outcomes.table import TableBuilder
from leaksim.scenario.schema import Levers, RunSettings
from leaksim.simulation import simulate
from worlds import START, catalogue, scenario

ARMS = tuple(Arm(name, measured=name != BASELINE) for name in (BASELINE, INTENDED, REALISED))


def summary(intended: list[float], realised: list[float], cost: list[float], draws: int = 1) -> Summary:
    lanes = np.zeros(len(intended))
    totals = {
        "pressure": np.array([lanes, intended, realised]),
        "sender.cost.designations": np.array([lanes, lanes, cost]),
        "sender.cost.port_monitoring": np.zeros((3, len(lanes))),
        "sender.cost.bank_pressure": np.zeros((3, len(lanes))),
    }
    return Summary(Observation(Named.of(totals), NONE, NONE), ARMS, Calendar(START, 12), draws)


def rows(of: Summary) -> dict[tuple[str, str, str], tuple[float, float, float]]:
    table = TableBuilder("test", len(of.gdp) if "gdp" in of.observation.totals else 0, of.draws)
    add_success(table, of)
    add_pressure_per_dollar(table, of)
    found = table.table()
    return {
        (metric, item, interval): (estimate, low, high)
        for metric, item, interval, estimate, low, high in found[
            ["metric", "item", "interval", "estimate", "low", "high"]
        ].itertuples(index=False)
    }


def test_the_chance_of_success_counts_lanes() -> None:
    """Of four lanes 20, 50, 80 and 100 of every hundred arrive."""
    found = rows(summary([100.0] * 4, [20.0, 50, 80, 100], [0.0] * 4))
    chances = [found["success.pass_through", f"{least:g}", "replication"][0] for least in PASS_THROUGHS]
    assert chances == [0.75, 0.75, 0.5, 0.25]


def test_with_draws_the_chance_is_over_lanes_and_over_draws() -> None:
    """Draw one passes 40 and 90 in its two lanes, 65 on average; draw two 20 and 30."""
    found = rows(summary([100.0] * 4, [40.0, 20, 90, 30], [0.0] * 4, draws=2))
    assert found["success.pass_through", "0.5", "replication"][0] == 0.25
    assert found["success.pass_through", "0.5", "parameter"] == pytest.approx((0.25, 0.0125, 0.4875))
    assert found["success.pass_through_draws", "0.5", "parameter"][0] == 0.5
    assert found["success.pass_through_draws", "0.75", "parameter"][0] == 0


def test_a_lane_in_which_nothing_is_intended_is_no_success() -> None:
    found = rows(summary([100.0, 0.0], [100.0, 0.0], [0.0] * 2))
    assert found["success.pass_through", "0.9", "replication"][0] == 0.5


def test_the_interval_of_a_share_is_that_of_wilson() -> None:
    """Wilson 1927 with Student's t on 9 degrees of freedom and, from the scatter, nine lanes: 2.2622^2 / 9 = 0.5686."""
    found = next(proportion(np.arange(10) < 3))
    weight = 2.262157**2 / 9
    centre = (0.3 + weight / 2) / (1 + weight)
    half = np.sqrt(weight * (0.21 + weight / 4)) / (1 + weight)
    assert (found.low, found.high) == pytest.approx((centre - half, centre + half), rel=1e-5)


@pytest.mark.parametrize("chance", [0.02, 0.3, 0.97])
def test_the_interval_of_a_share_covers_it(chance: float) -> None:
    rng = np.random.default_rng(7)
    found = [next(proportion(rng.random(60) < chance)) for _ in range(1000)]
    assert 0.92 <= sum(each.low <= chance <= each.high for each in found) / 1000 <= 0.99


def test_what_happens_in_no_lane_may_still_happen() -> None:
    found = next(proportion(np.zeros(40, dtype=np.bool_)))
    assert (found.value, found.low) == (0, 0)
    assert 0.05 < found.high < 0.12


def test_what_only_the_draw_decides_leaves_nothing_to_luck() -> None:
    replication, parameter = proportion(np.tile([True, False, False, False], 3), draws=4)
    assert (replication.low, replication.value, replication.high) == pytest.approx((0.25, 0.25, 0.25))
    assert (parameter.low, parameter.high) == pytest.approx((0, 0.925))


def test_one_lane_has_no_interval() -> None:
    assert np.isnan(next(proportion(np.array([True]))).low)


def test_pressure_per_dollar_is_a_ratio_of_means() -> None:
    found = rows(summary([100.0] * 2, [60.0, 90.0], [2.0, 1.0]))
    assert found["sender.pressure_per_dollar", "", "replication"][0] == pytest.approx(50)


def test_an_additional_dollar_is_judged_by_the_differences_of_two_scenarios() -> None:
    """30 and 50 $m more pressure for 1 and 3 $m: 20 for one."""
    pressure, cost = np.array([90.0, 150]) - np.array([60.0, 100]), np.array([4.0, 6]) - np.array([3.0, 3])
    assert next(per_dollar(pressure, cost)).value == pytest.approx(20)


def test_where_the_sender_pays_nothing_there_is_no_pressure_per_dollar() -> None:
    assert not list(per_dollar(np.array([1.0, 2.0]), np.zeros(2)))
    table = simulate(scenario(*catalogue(), months=6), replications=3).table.set_index("metric")
    assert np.isnan(table["estimate"]["sender.pressure_per_dollar"])
    assert table["note"]["sender.pressure_per_dollar"] == "undefined: the sender's levers cost nothing"


def test_a_dollar_in_one_lane_only_gives_no_interval() -> None:
    (found,) = per_dollar(np.array([10.0, 20.0]), np.array([0.0, 3.0]))
    assert found.value == pytest.approx(10)
    assert np.isnan(found.low)


def test_draws_that_cost_nothing_leave_no_interval_over_draws() -> None:
    (found,) = per_dollar(np.array([10.0, 20, 30, 40]), np.array([0.0, 3, 0, 2]), draws=2)
    assert found.value == pytest.approx(20)
    assert found.interval == "replication"
    assert "cost nothing" in found.note


def test_a_lever_has_its_price() -> None:
    what = scenario(*catalogue(), months=12, levers=Levers.model_validate({"port_monitoring": {"level": 1.0}}))
    table = simulate(what, replications=4).table
    values = table[table["interval"] == "replication"].set_index(["metric", "item"])["estimate"]
    expected = values["pressure.realised", ""] / values["sender.cost", "port_monitoring"]
    assert values["sender.pressure_per_dollar", ""] == pytest.approx(expected, rel=1e-12)


def test_a_comparison_says_what_an_additional_dollar_goes_with() -> None:
    run = RunSettings(seed=3, replications=6)
    watched = Levers.model_validate({"port_monitoring": {"level": 1.0}})
    scenarios = [
        scenario(*catalogue(), months=12, levers=levers).model_copy(update={"name": name, "run": run})
        for name, levers in (("none", Levers()), ("watched", watched), ("same", Levers()))
    ]
    table = compare(scenarios).table.set_index(["scenario", "metric", "item"])
    found = table.xs(("watched", "sender.added_per_dollar", ""))
    alone = simulate(scenarios[1]).table.set_index(["metric", "item"])["estimate"]
    more = table["estimate"]["watched", "difference.pressure.realised", ""]
    assert found["estimate"] == pytest.approx(more / alone["sender.cost", "port_monitoring"], rel=1e-9)
    assert found["reference"] == "none"
    assert np.isnan(table["estimate"]["same", "sender.added_per_dollar", ""])
    assert "cost as much in both" in table["note"]["same", "sender.added_per_dollar", ""]


def test_without_measures_nothing_can_succeed_and_the_reason_is_given() -> None:
    table = simulate(scenario(months=3), replications=3).table
    chances = table[table["metric"] == "success.pass_through"]
    assert chances["estimate"].isna().all()
    assert chances["note"].unique().tolist() == ["undefined: the intended pressure is zero"]
