"""The results in the repository are those of the model in it."""

from pathlib import Path

import pytest

from leaksim.report.reproduction import verdict_sentence
from leaksim.reproducing import reproduce
from leaksim.scenario.files import scenario_files
from leaksim.scenario.loading import load_scenario

ROOT = Path(__file__).parents[1]
SCENARIOS = [(load_scenario(file), file) for file in scenario_files([ROOT / "scenarios"])]


def test_the_shipped_results_come_out_again_with_fewer_histories(tmp_path: Path) -> None:
    found = reproduce(ROOT / "results", SCENARIOS, tmp_path, fast=True)
    assert found.agrees, verdict_sentence(found)


@pytest.mark.slow
def test_the_shipped_results_come_out_again(tmp_path: Path) -> None:
    found = reproduce(ROOT / "results", SCENARIOS, tmp_path)
    assert found.agrees, verdict_sentence(found)
    assert not [cell for cell in found.cells if cell.verdict == "within"]
