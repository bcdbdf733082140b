"""Every number of the model has a unit, a range, a grade and something that it rests on."""

import numpy as np
import pytest
from pydantic import ValidationError

from leaksim.evidence.ensembles import load_ensemble
from leaksim.evidence.limits import Limits
from leaksim.evidence.registry import JUDGED, Figure, Parameter, load_registry
from leaksim.evidence.units import dimension
from leaksim.model.parameters import Parameters
from leaksim.model.setting import class_shares

REGISTRY = load_registry()
PARAMETERS = REGISTRY.parameters.values()


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda parameter: parameter.id)
def test_a_parameter_rests_on_sources_or_says_why_it_is_assumed(parameter: Parameter) -> None:
    assert parameter.title.endswith(".")
    assert parameter.title.count(".") == 1
    dimension(parameter.unit)
    if parameter.grade in JUDGED:
        assert parameter.reason
        assert len(parameter.reason) > 40
    else:
        assert parameter.sources
        assert parameter.figures


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda parameter: parameter.id)
def test_a_default_lies_within_what_the_evidence_allows(parameter: Parameter) -> None:
    if isinstance(parameter.value, str):
        assert parameter.value in parameter.choices
        return
    assert parameter.low is not None
    assert parameter.high is not None
    assert parameter.low <= parameter.value <= parameter.high
    assert parameter.low < parameter.high


def test_numbers_of_agents_are_whole_and_one_for_a_whole_scenario() -> None:
    numbers = [REGISTRY.parameters[name] for name in REGISTRY.parameters if ".number" in name]
    counts = [parameter for parameter in numbers if parameter.unit == "1"]
    assert len(counts) == 8
    for parameter in counts:
        assert parameter.structural
        assert all(float(bound or 0).is_integer() for bound in (parameter.value, parameter.low, parameter.high))


def test_there_are_sixty_traders() -> None:
    numbers = [p.value for p in PARAMETERS if p.id.startswith("traders.number.")]
    assert sum(map(float, numbers)) == 60


@pytest.mark.parametrize(
    "identifier",
    [
        "baseline.motor_fuel.russia",
        "baseline.motor_fuel.china",
        "workers.russia.number",
        "reserves.initial",
        "gdp",
    ],
)
def test_conflicting_sources_stand_side_by_side(identifier: str) -> None:
    rivals = REGISTRY.parameter(identifier).rivals
    assert len({rival.name for rival in rivals}) == len(rivals) >= 2
    assert len({rival.value for rival in rivals}) == len(rivals)


def test_the_shares_of_motor_fuel_add_up_to_one() -> None:
    """They are scaled to do so; in the middle of their ranges they do by themselves."""
    shares = [p for p in PARAMETERS if p.id.startswith("demand.motor_fuel.share.")]
    assert len(shares) == 4
    assert sum((p.low + p.high) / 2 for p in shares if p.low is not None and p.high is not None) == pytest.approx(1)
    defaults = Parameters({p.id: float(p.value) for p in shares})
    assert class_shares(defaults, "motor_fuel").sum() == pytest.approx(1)


def test_a_value_that_rests_only_on_later_publications_says_that_it_is_a_prior() -> None:
    later = {figure.id for figure in REGISTRY.figures.values() if figure.use == "prior"}
    only_later = [p for p in PARAMETERS if p.figures and later.issuperset(p.figures)]
    assert {p.id for p in only_later} == {"reserves.initial"}
    assert all("prior" in (p.note or "") for p in only_later)


def test_calibrated_values_are_the_centre_of_the_ensemble() -> None:
    ensemble = load_ensemble("ensemble_2017")
    calibrated = {parameter.id: parameter for parameter in PARAMETERS if parameter.grade == "calibrated"}
    assert set(calibrated) == set(ensemble.columns)
    informed = {name for name, parameter in calibrated.items() if parameter.informed}
    assert informed == set(ensemble.facts["speaks_of"])
    for name, parameter in calibrated.items():
        (median,) = ensemble.quantile(name, np.array([0.5]))
        assert parameter.ensemble == ensemble.name
        assert parameter.value == float(f"{median:.2g}")


GOOD = {
    "id": "a.b",
    "title": "A thing.",
    "value": "2",
    "unit": "1",
    "low": "1",
    "high": "3",
    "distribution": "triangular",
    "grade": "assumed",
    "reason": "It has to be something.",
}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"value": "4"}, "4.0 is not within 1.0 to 3.0"),
        ({"low": None}, "needs low and high"),
        ({"low": "2", "high": "2"}, "not within"),
        ({"low": "0", "distribution": "loguniform"}, "above 0"),
        ({"value": "much"}, "'much' is not a number"),
        ({"value": "much", "distribution": "choice"}, "none of the choices"),
        ({"reason": None}, "needs a reason"),
        ({"grade": "A"}, "needs a source"),
        ({"grade": "calibrated"}, "names an ensemble"),
        ({"ensemble": "ensemble_2017"}, "names an ensemble"),
        ({"informed": "false"}, "of which no pattern speaks"),
        ({"mode": "4"}, "mode, 4.0, is not within"),
        ({"mode": "2", "distribution": "uniform"}, "only a triangular"),
        ({"grade": "E"}, "Input should be"),
        ({"unti": "1"}, "Extra inputs are not permitted"),
        ({"above": "1"}, "1.0 is impossible: it is always above 1"),
        ({"at_most": "2.5"}, "3.0 is impossible: it is always at least 0 and at most 2.5"),
    ],
)
def test_a_parameter_that_contradicts_itself_is_refused(change: dict[str, str | None], complaint: str) -> None:
    Parameter.model_validate(GOOD)
    with pytest.raises(ValidationError, match=complaint):
        Parameter.model_validate(GOOD | change)


@pytest.mark.parametrize(
    ("change", "limits"),
    [
        ({}, Limits()),
        ({"high": "1", "low": "0", "value": "0.5"}, Limits(highest=1)),
        ({"high": "0.9", "low": "0", "value": "0.5", "below": "1"}, Limits(highest=1, without_highest=True)),
        ({"high": "1", "low": "0", "value": "0.5", "unit": "kb"}, Limits()),
        ({"distribution": "loguniform"}, Limits(without_lowest=True)),
        ({"distribution": "loguniform", "at_most": "3"}, Limits(highest=3, without_lowest=True)),
        ({"id": "price.fuel"}, Limits(without_lowest=True)),
        ({"above": "0.5"}, Limits(lowest=0.5, without_lowest=True)),
        ({"at_least": "1"}, Limits(lowest=1)),
    ],
)
def test_what_a_parameter_can_be_at_all_follows_from_its_entry(change: dict[str, str], limits: Limits) -> None:
    assert Parameter.model_validate(GOOD | change).limits == limits


def test_the_values_of_rival_sources_are_possible() -> None:
    for parameter in PARAMETERS:
        assert all(parameter.limits.allow(rival.value) for rival in parameter.rivals)


def test_chances_are_never_above_one() -> None:
    chances = [p for p in PARAMETERS if p.id.endswith((".bank_block", "detection"))]
    assert len(chances) == 7
    assert not any(p.limits.allow(1.01) for p in chances)


def test_a_number_in_a_file_is_a_number_and_a_word_stays_a_word() -> None:
    base = {
        "id": "E1",
        "title": "A",
        "unit": "1",
        "period": "2017",
        "grade": "A",
        "use": "prior",
        "sources": ["a"],
    }
    assert Figure.model_validate(base | {"value": "1e3"}).value == 1000.0
    assert Figure.model_validate(base | {"value": "NO"}).value == "NO"
    assert Figure.model_validate(base | {"value": "2017-05-18"}).value == "2017-05-18"
