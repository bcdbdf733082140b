"""Values that are possible one by one but not together."""

import datetime as dt

import pytest

from leaksim.evidence.registry import load_registry
from leaksim.scenario.combinations import SOME_IS_NEEDED, combination_findings
from leaksim.scenario.parameters import assumptions_of, uncertainties_of
from leaksim.scenario.schema import ScenarioFile

PARAMETERS = load_registry().parameters
VARIED = [name for name, one in PARAMETERS.items() if one.low is not None and not one.structural]


def found(**sections: object) -> list[tuple[str, str]]:
    """Name of the value that is blamed, and why."""
    period = {"start": dt.date(2017, 1, 1), "months": 1}
    file = ScenarioFile.model_validate({"leaksim": 1, "name": "a", "title": "A", "period": period, **sections})
    assumptions, wrong = assumptions_of(file)
    uncertainties, also_wrong = uncertainties_of(file, assumptions)
    assert [*wrong, *also_wrong] == []
    return [
        (str(finding.path[1]), finding.message) for finding in combination_findings(file, assumptions, uncertainties)
    ]


def test_no_draw_from_the_registry_s_ranges_contradicts_another() -> None:
    assert found(uncertainties={name: {"use": "registry"} for name in VARIED}) == []


@pytest.mark.parametrize("end", ["low", "high"])
def test_each_end_of_a_range_of_the_registry_is_possible_with_all_defaults(end: str) -> None:
    for name in VARIED:
        assert found(assumptions={name: getattr(PARAMETERS[name], end)}) == []


def test_the_lower_end_may_meet_the_upper_one_but_not_pass_it() -> None:
    assert found(assumptions={"suppliers.cost.lowest": 1.4}) == []
    ((blamed, why),) = found(assumptions={"suppliers.cost.lowest": 1.41})
    assert blamed == "suppliers.cost.lowest"
    assert why == "suppliers.cost.lowest (1.41) has to be at most suppliers.cost.highest (1.4)"


def test_a_drawn_value_counts_with_its_whole_range() -> None:
    wide = {"distribution": "uniform", "low": 1.2, "high": 1.4}
    ((blamed, why),) = found(uncertainties={"suppliers.cost.highest": wide}, assumptions={"suppliers.cost.lowest": 1.3})
    assert blamed == "suppliers.cost.highest"
    assert "(drawn from 1.2 to 1.4)" in why


def test_reserves_run_short_above_their_floor() -> None:
    assert found(assumptions={"reserves.soft": 531}) == []
    ((_, why),) = found(assumptions={"reserves.soft": 530})
    assert why == "reserves.floor (530) has to be below reserves.soft (530)"


def test_inspectors_can_try_everything_as_long_as_some_are_bribed() -> None:
    assert found(assumptions={"china.inspection.maximum": 1}) == []
    assert found(assumptions={"china.inspection.corruption": 0}) == []
    assert len(found(assumptions={"china.inspection.maximum": 1, "china.inspection.corruption": 0})) == 1


@pytest.mark.parametrize("names", SOME_IS_NEEDED, ids=lambda names: names[0])
def test_of_what_is_shared_out_something_is_needed(names: tuple[str, ...]) -> None:
    assert found(assumptions=dict.fromkeys(names[1:], 0)) == []
    ((blamed, why),) = found(assumptions=dict.fromkeys(names, 0))
    assert blamed == names[-1]
    assert why.endswith("has to be above 0")
