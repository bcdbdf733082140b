"""Scenario discovery over a small world: planted boxes come back in the parameters' own units."""

from typing import Any

import numpy as np
import pytest

from leaksim import discovering
from leaksim.discovering import DiscoveryError, discover
from leaksim.discovery.conditions import ConditionError, better, condition
from leaksim.influence.runs import outcome_at
from leaksim.outcomes.comparison import HEADLINES
from leaksim.report.discovery import limits_in_words
from leaksim.scenario.schema import Scenario
from worlds import EMPTY_STOCKS, LONG_AGO, cut, from_registry, scenario

CAPACITY, PENALTY, BARTER = "suppliers.capacity", "traders.penalty", "payments.barter"


def what(**changes: object) -> Scenario:
    uncertain = from_registry(CAPACITY, PENALTY, BARTER, "tankers.cargo")
    measures = cut("motor_fuel", 0.9, LONG_AGO), cut("coal", 0.9, LONG_AGO)
    world = scenario(*measures, months=4, uncertainties=uncertain, assumptions=EMPTY_STOCKS)
    return world.model_copy(update=changes)


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> None:
    """In place of runs: high leakage where Russian capacity is in its upper half and barter in its lower third."""

    def outcome(scenarios: Any, inputs: Any, *_: object, **__: object) -> Any:
        leaks = 0.2 + 0.5 * ((inputs[CAPACITY] > 0.5) & (inputs[BARTER] < 1 / 3))
        return np.array([leaks, np.full(len(leaks), 0.4)])[: len(scenarios)]

    monkeypatch.setattr(discovering, "outcome_at", outcome)


@pytest.mark.usefixtures("planted")
def test_a_planted_box_comes_back_in_units_and_words() -> None:
    found = discover(what(), where="leakage.value > 50 %", draws=600, resamples=4)
    (box,) = found.boxes
    assert found.share == pytest.approx(1 / 6, abs=0.03)
    limits = found.table[found.table["metric"] == "discovery.limit"].set_index("item")
    assert set(limits.index) == {f"1/{CAPACITY}/low", f"1/{BARTER}/high"}
    uncertain = what().uncertainties[CAPACITY]
    middle, width = (uncertain.low + uncertain.high) / 2, uncertain.high - uncertain.low
    if uncertain.distribution == "uniform":
        assert limits["estimate"][f"1/{CAPACITY}/low"] == pytest.approx(middle, abs=0.05 * width)
    assert limits["unit"][f"1/{CAPACITY}/low"] == "kb/month"
    assert limits["quasi_p"].max() < 1e-20
    measures = found.table.set_index("metric")["estimate"]
    assert min(measures["discovery.coverage"], measures["discovery.density"]) > 0.9
    words = limits_in_words(found, box.peeling.chosen)
    assert "beyond what they sold before above" in words
    assert "kb/month" in words
    assert " and " in words
    assert "In words: " in repr(found).replace("\n", " ")
    assert "<caption>limits</caption>" in found._repr_html_()
    assert list(found.trajectory["step"]) == list(range(len(box.peeling.trajectory)))
    assert found.trajectory["chosen"].sum() == 1


@pytest.mark.usefixtures("planted")
def test_worlds_in_which_a_policy_does_not_win_are_those_of_the_box() -> None:
    found = discover(what(), against=what(name="other"), on="leakage.value", draws=300, resamples=2)
    # Less leakage is better: where the scenario leaks 0.7 and the other 0.4, it fails.
    assert found.share == pytest.approx(1 / 6, abs=0.06)
    assert "test does not beat other in leakage by value" in repr(found).replace("\n", " ")


@pytest.mark.usefixtures("planted")
def test_only_named_parameters_get_limits() -> None:
    found = discover(what(), where="leakage.value > 0.5", draws=300, only=["suppliers"], resamples=2)
    assert {found.parameters[index] for index, _ in found.boxes[0].peeling.chosen.limits} == {CAPACITY}


@pytest.mark.usefixtures("planted")
def test_a_second_box_is_looked_for_in_what_is_left() -> None:
    found = discover(what(), where="leakage.value > 0.5", draws=300, only=["suppliers"], boxes=2, resamples=2)
    first, *rest = found.boxes
    assert all(each.cases < 300 for each in rest)
    assert first.cases == 300


def test_the_worlds_are_those_that_were_run() -> None:
    world = what()
    found = discover(world, where="leakage.value > 0.518", draws=100, histories=1, resamples=2)
    low, high = (world.uncertainties[CAPACITY].low, world.uncertainties[CAPACITY].high)
    assert found.draws[CAPACITY].between(low, high).all()
    inputs = {name: np.full(2, 0.5) for name in world.uncertainties}
    sets = np.zeros(2, dtype=np.intp)
    leakage = next(each for each in HEADLINES if each.name == "leakage.value")
    middle = outcome_at([world], inputs, sets, leakage, histories=1, seed=1)[0, 0]
    assert found.draws["outcome"].min() < middle < found.draws["outcome"].max()
    assert (found.draws["of_interest"] == (found.draws["outcome"] > 0.518)).all()
    again = discover(world, where="leakage.value > 0.518", draws=100, histories=1, resamples=2)
    assert found.draws.equals(again.draws)
    assert found.table.equals(again.table)


@pytest.mark.parametrize(
    ("text", "name", "sign", "level"),
    [
        ("leakage.value > 0.5", "leakage.value", ">", 0.5),
        ("leakage.value>=50 %", "leakage.value", ">=", 0.5),
        ("pressure.realised < 2 $bn/year", "pressure.realised", "<", 2000),
        ("leakage.quantity/motor_fuel <= 1", "leakage.quantity/motor_fuel", "<=", 1),
    ],
)
def test_conditions_are_read_with_their_units(text: str, name: str, sign: str, level: float) -> None:
    found = condition(text)
    assert (found.headline.name, found.sign) == (name, sign)
    assert found.level == pytest.approx(level)
    outcome = np.array([level - 1, level, level + 1, np.nan])
    assert found.holds(outcome).tolist() == [sign[0] == "<", "=" in sign, sign[0] == ">", False]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("leakage.value", "wanted OUTCOME > LEVEL"),
        ("leakage.vale > 0.5", "did you mean leakage.value"),
        ("leakage.value > 5 kb", "kb"),
        ("pressure.realised > much", "much"),
    ],
)
def test_conditions_that_cannot_be_read_are_refused(text: str, said: str) -> None:
    with pytest.raises(ConditionError, match=said):
        condition(text)


def test_a_sender_wants_pressure_and_no_leakage() -> None:
    assert {each.name for each in HEADLINES if better(each) < 0} == {
        "leakage.value",
        "leakage.quantity/motor_fuel",
        "leakage.quantity/hard_currency",
        "reserves.end/realised",
    }


def test_everything_wrong_is_said_at_once() -> None:
    with pytest.raises(DiscoveryError) as refused:
        discover(what(), only=["supliers"], draws=10, histories=3, boxes=0)
    said = str(refused.value).splitlines()
    assert [line.split(":")[0] for line in said[1:]] == ["only", "draws", "histories", "boxes"]
    assert said[0].startswith("say what is of interest")
    with pytest.raises(DiscoveryError, match="no `uncertainties`"):
        discover(what(uncertainties={}), where="leakage.value > 0")


@pytest.mark.usefixtures("planted")
def test_what_happens_everywhere_or_nowhere_is_refused_with_the_range() -> None:
    with pytest.raises(DiscoveryError, match=r"in no draw.* from 0.2 to 0.7"):
        discover(what(), where="leakage.value > 0.9", draws=200)
    with pytest.raises(DiscoveryError, match="in all 200 draws"):
        discover(what(), where="leakage.value > 0.1", draws=200)
