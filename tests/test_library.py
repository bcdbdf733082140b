"""The shipped scenarios: sound, documented, and doing what their authors expect."""

from pathlib import Path

import pytest

from leaksim.scenario.expectations import verify_expectations
from leaksim.scenario.loading import load_scenario
from leaksim.simulation import simulate

SHIPPED = Path(__file__).parents[1] / "scenarios"
FILES = sorted(SHIPPED.glob("*.yaml"))
HEADLINE = SHIPPED / "china_tightens_russia_backfills_2017.yaml"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_shipped_scenario_does_what_its_author_expects(file: Path) -> None:
    scenario = load_scenario(file)
    assert scenario.name == file.stem
    assert scenario.description
    assert scenario.references
    assert scenario.expect
    verdicts = verify_expectations(scenario.expect, simulate(scenario, replications=200).table)
    assert [verdict for verdict in verdicts if not verdict.holds] == []


def test_the_headline_file_fits_on_one_screen_and_explains_itself() -> None:
    lines = HEADLINE.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 48
    assert max(map(len, lines)) <= 120
    assert sum("#" in line for line in lines) > 8


@pytest.mark.parametrize("file", [*FILES, *sorted(SHIPPED.glob("base/*.yaml"))], ids=lambda file: file.stem)
def test_a_shipped_file_tells_editors_where_its_schema_is(file: Path) -> None:
    first = file.read_text(encoding="utf-8").splitlines()[0]
    schema = first.removeprefix("# yaml-language-server: $schema=")
    assert (file.parent / schema).resolve() == (SHIPPED / "schema" / "scenario.schema.json").resolve()


def test_russia_relieves_part_of_the_gap_and_far_from_all() -> None:
    """As the article of June 2017 judges (E024)."""
    values = simulate(load_scenario(HEADLINE), replications=200).table.set_index(["metric", "item"])["estimate"]
    assert 0.02 < values["leakage.quantity_channel", "motor_fuel/ru_fuel"].iloc[0] < 0.6
    assert 0 < values["leakage.owen", "russia"].iloc[0] < 0.5 * values["leakage.owen", "china"].iloc[0]
