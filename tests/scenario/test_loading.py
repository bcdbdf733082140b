"""From a file to a scenario: units, defaults, resolved measures, one digest."""

import datetime as dt
import pickle
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from leaksim.evidence.errors import UnknownParameter
from leaksim.evidence.registry import load_registry
from leaksim.scenario import measures, schema
from leaksim.scenario.loading import check_scenario, load_scenario
from leaksim.scenario.problems import ScenarioProblems
from leaksim.scenario.schema import Channels, Period, Scenario

DATA = Path(__file__).parent / "data"
PARTS = [
    part
    for module in (schema, measures)
    for part in vars(module).values()
    if isinstance(part, type) and issubclass(part, BaseModel) and part.__module__ == module.__name__
]


@pytest.fixture(scope="module")
def everything() -> Scenario:
    return load_scenario(DATA / "everything.yaml")


def write(folder: Path, text: str, name: str = "scenario.yaml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_quantities_come_in_the_units_of_the_registry(everything: Scenario) -> None:
    assert everything.assumptions["suppliers.capacity"] == 160
    assert everything.assumptions["russia.bank_friction"] == pytest.approx(0.2)
    assert everything.moves[0].amount == pytest.approx(40)
    assert everything.levers.port_monitoring is not None
    assert everything.levers.port_monitoring.level == 0.5


def test_a_written_measure_becomes_an_instrument_of_the_scenario(everything: Scenario) -> None:
    named, _, own, *_ = everything.measures
    assert named == load_registry().instruments["cn_coal_stop_2017_02"]
    assert (own.id, own.issuer, own.sources) == ("my_embargo", "scenario", ("rinna2017",))
    fuel, coal = own.provisions
    assert (fuel.cut, fuel.cap, fuel.in_force) == (1, None, dt.date(2017, 10, 1))
    assert (coal.cut, coal.cap, coal.wind_down_days) == (None, 400, 30)


def test_a_measure_that_is_only_proposed_says_when_it_comes_up(everything: Scenario) -> None:
    proposed = everything.measures[3]
    assert proposed.negotiation is not None
    assert (proposed.trigger, proposed.proposed) == (dt.date(2017, 10, 1), dt.date(2017, 10, 10))
    assert (proposed.adopted, proposed.negotiation.hazard) == (None, 2)
    assert proposed.provisions[1].out_by == dt.date(2018, 10, 10)


def test_a_measure_that_was_weakened_has_two_texts(everything: Scenario) -> None:
    weakened = everything.measures[4]
    assert [provision.cut for provision in weakened.provisions] == [0.5]
    assert [provision.cut for provision in weakened.proposed_provisions] == [1]
    assert weakened.days_of_delay == 8
    assert "groll2017" in weakened.all_sources


def test_designations_say_how_often_how_many_and_whom(everything: Scenario) -> None:
    lever = everything.levers.designations
    assert lever is not None
    assert (lever.rounds_per_year, lever.names_per_round, lever.target) == (6, 8, "hub")
    assert everything.moves[1].amount == 2


def test_a_value_is_the_assumption_or_else_the_default(everything: Scenario) -> None:
    assert everything.value("demand.form") == "linear"
    assert everything.value("gdp") == load_registry().parameter("gdp").value
    with pytest.raises(UnknownParameter):
        everything.value("gpd")


def test_uncertainties_carry_all_that_a_draw_needs(everything: Scenario) -> None:
    rivals = everything.uncertainties["baseline.motor_fuel.russia"]
    known = {rival.name: rival.value for rival in load_registry().parameter("baseline.motor_fuel.russia").rivals}
    assert rivals.rivals == ("customs_h1_2017", "putin_novak_2017")
    assert rivals.values == tuple(known[name] for name in rivals.rivals)
    capacity = load_registry().parameter("suppliers.capacity")
    drawn = everything.uncertainties["suppliers.capacity"]
    assert (drawn.low, drawn.high, drawn.mode) == (capacity.low, capacity.high, 160)
    own = everything.uncertainties["russia.posture.base"]
    assert (own.distribution, own.low, own.high) == ("triangular", 0.1, 0.6)
    assert own.mode == load_registry().parameter("russia.posture.base").value


def test_all_rivals_are_those_of_the_registry(tmp_path: Path) -> None:
    text = (DATA / "smallest.yaml").read_text(encoding="utf-8")
    line = "uncertainties: {baseline.motor_fuel.russia: {rivals: all}}\n"
    drawn = load_scenario(write(tmp_path, text + line)).uncertainties["baseline.motor_fuel.russia"]
    rivals = load_registry().parameter("baseline.motor_fuel.russia").rivals
    assert drawn.distribution == "choice"
    assert drawn.rivals == tuple(rival.name for rival in rivals)


def test_what_is_not_written_has_a_default() -> None:
    scenario = load_scenario(DATA / "smallest.yaml")
    assert scenario.channels == Channels(cn_slippage=True, cn_smuggling=True, ru_fuel=True)
    assert (scenario.run.seed, scenario.run.replications, scenario.run.draws) == (1, 500, None)
    assert (scenario.measures, scenario.moves, scenario.expect) == ((), (), ())


@pytest.mark.parametrize("word", ["on", "off", "true", "False", '"on"'])
def test_a_channel_is_switched_by_on_off_true_or_false(tmp_path: Path, word: str) -> None:
    text = (DATA / "smallest.yaml").read_text(encoding="utf-8") + f"channels: {{ru_fuel: {word}}}\n"
    assert load_scenario(write(tmp_path, text)).channels.ru_fuel == (word.strip('"').lower() in ("on", "true"))


def test_the_channels_are_those_of_the_model() -> None:
    from leaksim.model.channels import CHANNELS

    assert tuple(Channels.model_fields) == CHANNELS


def test_the_digest_does_not_depend_on_comments_order_or_file_name(tmp_path: Path) -> None:
    first = """
leaksim: 1
name: a
title: A
period: {start: 2017-01-01, months: 12}
assumptions: {gdp: 30, price.fuel: 80}
"""
    second = """
# The same, written otherwise.
assumptions:
  price.fuel: 0.08 $k/bbl
  gdp: 30_000 $m/year  # large
period:
  months: 12
  start: 2017-01-01
channels: {ru_fuel: on}
title: 'A'
name: a
leaksim: 1
"""
    one, other = write(tmp_path, first, "one.yaml"), write(tmp_path, second, "other.yaml")
    assert load_scenario(one).digest == load_scenario(other).digest


@pytest.mark.parametrize(
    ("before", "after"), [("gdp: 30", "gdp: 30.1"), ("months: 12", "months: 13"), ("name: a", "name: b")]
)
def test_the_digest_depends_on_what_is_asked(tmp_path: Path, before: str, after: str) -> None:
    text = "leaksim: 1\nname: a\ntitle: A\nperiod: {start: 2017-01-01, months: 12}\nassumptions: {gdp: 30}\n"
    digest = load_scenario(write(tmp_path, text)).digest
    assert load_scenario(write(tmp_path, text.replace(before, after))).digest != digest


def test_a_scenario_travels_to_another_process_unchanged(everything: Scenario) -> None:
    arrived = pickle.loads(pickle.dumps(everything))
    assert arrived == everything
    assert arrived.digest == everything.digest


def test_a_scenario_cannot_be_changed(everything: Scenario) -> None:
    with pytest.raises(ValidationError):
        everything.name = "other"  # type: ignore[misc]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_every_field_is_documented(part: type[BaseModel]) -> None:
    assert [name for name, field in part.model_fields.items() if not field.description] == []


def test_a_period_ends_on_the_first_day_after_its_last_month() -> None:
    assert Period(start=dt.date(2017, 11, 1), months=3).end == dt.date(2018, 2, 1)


def test_loading_a_bad_file_raises_all_its_problems() -> None:
    file = DATA.parents[1] / "bad_scenarios" / "many_at_once.yaml"
    with pytest.raises(ScenarioProblems) as caught:
        load_scenario(file)
    assert len(caught.value.problems) > 20
    assert caught.value.problems == check_scenario(file)[1]
    assert caught.value.exit_code == 2


def test_a_mistake_in_one_list_item_hides_none_in_the_next(tmp_path: Path) -> None:
    ban = "{flow: coal, binds: [china], in_force: 2017-03-01}"
    text = (DATA / "smallest.yaml").read_text(encoding="utf-8") + (
        f"measures:\n  - use: unknown_measure\n  - {{id: no_limit, title: No limit, provisions: [{ban}]}}\n"
    )
    first, second = check_scenario(write(tmp_path, text))[1]
    assert first.path == ("measures", 0, "use")
    assert second.path == ("measures", 1, "provisions", 0)
    assert (first.place.line, second.place.line) == (6, 7)
