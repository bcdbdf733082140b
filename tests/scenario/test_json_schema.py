"""The JSON Schema that editors use says the same as leaksim, as far as a schema can."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from leaksim.scenario.files import scenario_files
from leaksim.scenario.json_schema import scenario_json_schema
from leaksim.scenario.problems import ScenarioProblems
from leaksim.scenario.reading import read_located

TESTS = Path(__file__).parents[1]
SHIPPED = TESTS.parent / "scenarios" / "schema" / "scenario.schema.json"
VALID = scenario_files([TESTS / "scenario" / "data", *sorted(SHIPPED.parents[1].glob("*.yaml"))])

BEYOND_A_SCHEMA = {
    # another file
    *("broken_base", "mistake_in_the_base"),
    *("extends_a_missing_file", "extends_an_absolute_name", "extends_in_a_circle"),
    *("extends_itself", "extends_out_of_the_folder"),
    # two places at once
    *("ends_before_it_begins", "expectation_with_bounds_reversed", "low_above_high", "mode_outside"),
    *("measure_in_force_before_adoption", "measure_used_twice", "measure_with_a_taken_id"),
    *("negotiated_in_force_too_early", "negotiated_with_another_trigger"),
    *("proposal_after_adoption", "proposal_in_force_before_adoption"),
    *("drawn_ends_that_can_cross", "ends_reversed", "every_shipment_seized"),
    *("correlations_that_contradict", "half_width_out_of_reach", "half_width_with_one_replication"),
    *("half_width_below_nothing", "half_width_in_the_wrong_unit"),
    *("nobody_uses_fuel", "nothing_to_smuggle_out", "reserves_upside_down"),
    "policy_at_odds_with_its_scenario",
    # inside a text, or no JSON at all
    *("cut_above_all", "infinite_number", "too_many_rounds"),
    # told by the YAML reader of the editor
    *("key_that_is_not_text", "key_written_twice", "tag_without_meaning"),
}


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def as_json(value: Any) -> Any:
    """What an editor sees: dates are text."""
    if isinstance(value, dict):
        return {key: as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def test_the_shipped_schema_is_the_one_that_the_command_writes() -> None:
    written = json.dumps(scenario_json_schema(), indent=2, ensure_ascii=False) + "\n"
    assert SHIPPED.read_text(encoding="utf-8") == written, (
        "rebuild it: leaksim schema --out scenarios/schema/scenario.schema.json"
    )


def test_the_schema_is_itself_valid() -> None:
    Draft202012Validator.check_schema(scenario_json_schema())


@pytest.mark.parametrize("file", VALID, ids=lambda file: file.stem)
def test_a_valid_scenario_is_not_flagged(file: Path, validator: Draft202012Validator) -> None:
    tree, _ = read_located(file, file)
    assert [error.message for error in validator.iter_errors(as_json(tree.plain()))] == []


def test_a_bad_scenario_is_flagged_unless_a_schema_cannot_know(validator: Draft202012Validator) -> None:
    missed = set()
    for file in (TESTS / "bad_scenarios").glob("*.yaml"):
        try:
            tree, _ = read_located(file, file)
        except ScenarioProblems:
            continue
        if validator.is_valid(as_json(tree.plain())):
            missed.add(file.stem)
    assert missed == BEYOND_A_SCHEMA


def test_every_parameter_is_offered_with_its_unit() -> None:
    offered = scenario_json_schema()["properties"]["assumptions"]["properties"]
    assert "kb/month" in offered["suppliers.capacity"]["description"]
