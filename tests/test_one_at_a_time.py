"""One parameter at a time: each end against all at their medians, in the same luck."""

import numpy as np
import pytest

from leaksim.one_at_a_time import NothingUncertainError, one_at_a_time
from leaksim.scenario.schema import Scenario, Uncertainty
from leaksim.simulation import simulate
from worlds import catalogue, cut, from_registry, scenario

CAPACITY, FEE = "suppliers.capacity", "rason.fee"


def what(**changes: object) -> Scenario:
    uncertain = {
        CAPACITY: Uncertainty(distribution="uniform", low=10, high=50),
        **from_registry("stock.motor_fuel.initial"),
    }
    return scenario(*catalogue(), months=6, uncertainties=uncertain).model_copy(update=changes)


def estimates(result_table: object) -> dict[tuple[str, str], float]:
    return result_table.set_index(["metric", "item"])["estimate"].to_dict()  # type: ignore[attr-defined, no-any-return]


def test_each_end_is_what_a_run_with_that_value_gives() -> None:
    found = one_at_a_time(what(), replications=4, seed=3)
    stock = what().uncertainties["stock.motor_fuel.initial"]
    assert stock.distribution in ("uniform", "loguniform", "triangular")
    median = np.sqrt(stock.low * stock.high) if stock.distribution == "loguniform" else (stock.low + stock.high) / 2
    assert stock.distribution != "triangular"

    def leakage(capacity: float) -> float:
        fixed = {CAPACITY: capacity, "stock.motor_fuel.initial": float(median)}
        alone = scenario(*catalogue(), months=6, assumptions=fixed)
        table = simulate(alone, replications=4, seed=3).table
        return estimates(table)["leakage.value", ""]

    rows = estimates(found)
    assert rows["leakage.value", ""] == pytest.approx(leakage(30), rel=1e-9)
    assert rows["one_at_a_time.leakage.value", f"{CAPACITY}/low"] == pytest.approx(leakage(10) - leakage(30), rel=1e-6)
    assert rows["one_at_a_time.leakage.value", f"{CAPACITY}/high"] == pytest.approx(leakage(50) - leakage(30), rel=1e-6)


def test_leakage_and_pass_through_mirror_each_other() -> None:
    rows = estimates(one_at_a_time(what(), replications=4))
    for end in ("low", "high"):
        leak = rows["one_at_a_time.leakage.value", f"{CAPACITY}/{end}"]
        assert leak == pytest.approx(-rows["one_at_a_time.pass_through.value", f"{CAPACITY}/{end}"], abs=1e-12)


def test_the_note_says_the_value_with_its_unit() -> None:
    table = one_at_a_time(what(), replications=2)
    notes = table[table["item"] == f"{CAPACITY}/high"]["note"]
    assert notes.str.startswith("50 kb/month").all()


def test_worker_processes_do_not_change_the_table() -> None:
    one, two = (one_at_a_time(what(), replications=2, jobs=jobs) for jobs in (1, 2))
    assert one.equals(two)


def test_draws_do_not_multiply_the_histories() -> None:
    run = what().run.model_copy(update={"draws": 5, "replications": 3})
    table = one_at_a_time(what(run=run))
    assert set(table["replications"]) == {3}


def test_without_uncertain_parameters_nothing_can_be_moved() -> None:
    with pytest.raises(NothingUncertainError, match="test has no `uncertainties`"):
        one_at_a_time(scenario(cut("coal", 0.5), months=3))


def test_without_measures_there_is_no_outcome_to_move() -> None:
    with pytest.raises(NothingUncertainError, match="no pressure is intended"):
        one_at_a_time(scenario(months=2, uncertainties=from_registry(FEE)), replications=2)
