"""Sensitivity of the model: points meet the same histories, and requests that make no sense are refused."""

import numpy as np
import pytest

from leaksim.comparing import compare
from leaksim.engine.lanes import Block
from leaksim.engine.streams import Streams
from leaksim.influence.request import SensitivityError
from leaksim.influence.runs import at_points, outcome_at
from leaksim.one_at_a_time import one_at_a_time
from leaksim.outcomes.comparison import HEADLINES
from leaksim.scenario.schema import Scenario, Uncertainty
from leaksim.sensitivities import sensitivity
from leaksim.simulation import simulate
from worlds import catalogue, scenario

STOCK, FEE = "stock.motor_fuel.initial", "rason.fee"
PRESSURE = HEADLINES[0]


def what(**changes: object) -> Scenario:
    uncertain = {
        STOCK: Uncertainty(distribution="uniform", low=100, high=900),
        FEE: Uncertainty(distribution="uniform", low=5, high=6),
    }
    return scenario(*catalogue(), months=6, uncertainties=uncertain).model_copy(update=changes)


def test_lanes_that_repeat_a_history_have_its_draws() -> None:
    plain = Streams(1, Block(0, 16), {"rain": 1})
    repeated = Streams(1, Block(3, 8, (5, 2, 5, 0, 0, 0, 0, 0)), {"rain": 1})
    for count in (None, 2):
        usual, again = plain.normal("rain", count), repeated.normal("rain", count)
        assert np.array_equal(again[..., :3], usual[..., [5, 2, 5]])
        assert again.shape == ((1, 8) if count is None else (2, 1, 8))


def test_equal_points_that_meet_the_same_histories_are_equal_in_every_bit() -> None:
    inputs = {STOCK: np.array([0.5, 0.9, 0.5]), FEE: np.full(3, 0.5)}
    found = at_points(what(), inputs, np.array([1, 1, 1]), "pressure.realised", 4, 3)
    assert found[0] == found[2] != found[1]
    elsewhere = at_points(what(), inputs, np.array([0, 1, 1]), "pressure.realised", 4, 3)
    assert elsewhere[0] != found[0]
    assert np.array_equal(elsewhere[1:], found[1:])


def test_a_point_is_what_a_run_with_its_values_gives() -> None:
    inputs = {STOCK: np.array([0.25]), FEE: np.array([0.5])}
    found = at_points(what(), inputs, np.array([0]), "leakage.value", 4, 3)
    alone = scenario(*catalogue(), months=6, assumptions={STOCK: 300.0, FEE: 5.5})
    table = simulate(alone, replications=4, seed=3).table.set_index(["metric", "item"])["estimate"]
    assert found[0] == pytest.approx(table["leakage.value", ""], rel=1e-9)


def test_worker_processes_and_blocks_do_not_change_the_outcome() -> None:
    probabilities = np.linspace(0, 1, 40)
    inputs = {STOCK: probabilities, FEE: probabilities}
    sets = np.zeros(40, dtype=np.intp)
    one, two = (outcome_at([what()], inputs, sets, PRESSURE, histories=16, seed=1, jobs=jobs) for jobs in (1, 2))
    assert np.array_equal(one, two)
    alone = at_points(what(), {name: values[35:36] for name, values in inputs.items()}, sets[:1], PRESSURE.name, 16, 1)
    assert one[0, 35] == alone[0]


def test_the_table_says_what_matters_and_what_does_not() -> None:
    found = sensitivity(what(), method="sobol", points=16, histories=2)
    total = found.table[found.table["metric"] == "sensitivity.total"].set_index("item")["estimate"]
    assert total[STOCK] > 10 * total[FEE]
    assert set(total.index) == {STOCK, FEE, "luck"}
    assert found.points == 16 * 5
    again = sensitivity(what(), method="sobol", points=16, histories=2)
    assert found.table.equals(again.table)


def test_one_at_a_time_agrees_with_the_runs_of_the_tornado() -> None:
    found = sensitivity(what(), method="oat", points=2, histories=2).table.set_index(["metric", "item"])["estimate"]
    one_by_one = one_at_a_time(what(), replications=4).set_index(["metric", "item"])["estimate"]
    for end in ("low", "high"):
        alone = one_by_one["one_at_a_time.leakage.value", f"{STOCK}/{end}"]
        # The mean of two ratios of two histories each is not quite the ratio of four.
        assert found[f"sensitivity.at_{end}", STOCK] == pytest.approx(alone, rel=0.05)
    assert found["sensitivity.rank", STOCK] == 1


def test_a_scenario_does_not_differ_from_itself() -> None:
    with pytest.raises(SensitivityError, match="the same at all"):
        sensitivity(what(), against=what(), points=4, histories=2)


def test_a_difference_is_that_of_a_comparison() -> None:
    other = what(name="other").model_copy(
        update={"uncertainties": {FEE: what().uncertainties[FEE]}, "assumptions": {STOCK: 100.0}}
    )
    found = sensitivity(what(), against=other, on="pressure.realised", only=[STOCK], points=8, histories=4)
    assert found.fixed == (FEE,)
    assert set(found.table["outcome"]) == {"difference.pressure.realised"}
    mean = found.table.set_index(["metric", "item"])["estimate"]["sensitivity.outcome", "mean"]
    table = compare([other, what(name="first")], replications=32).table
    paired = table[(table["metric"] == "difference.pressure.realised") & (table["interval"] == "replication")]
    assert np.sign(mean) == np.sign(paired["estimate"].iloc[0])


def test_everything_wrong_is_said_at_once() -> None:
    with pytest.raises(SensitivityError) as refused:
        sensitivity(what(), method="sobol", on="leakage.valeu", only=["supliers"], points=20, histories=3, groups=False)
    said = str(refused.value).splitlines()
    assert [line.partition(":")[0] for line in said] == ["on", "only", "points", "histories"]
    assert "did you mean leakage.value?" in said[0]
    assert "such as 32" in said[2]


def test_nothing_uncertain_is_refused() -> None:
    with pytest.raises(SensitivityError, match="nothing to be sensitive to"):
        sensitivity(what(uncertainties={}))
