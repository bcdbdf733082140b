"""The results in the repository are those of the model in it."""

import shutil
import subprocess
from pathlib import Path

import pytest

from leaksim.cli import main
from leaksim.exhibits.checking import missing_files, table_agreement
from leaksim.exhibits.listing import LISTING, read_listing
from leaksim.report.reproduction import verdict_sentence
from leaksim.reproducing import leftovers, reproduce
from leaksim.scenario.files import scenario_files
from leaksim.scenario.loading import load_scenario
from leaksim.store.runs import manifest_in

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "results"
SCENARIOS = [(load_scenario(file), file) for file in scenario_files([ROOT / "scenarios"])]

EVERY_MECHANISM = (
    "article_january_2018",
    "china_tightens_russia_backfills_2017",
    "jet_fuel_only",
    "labour_expansion_50k",
    "maximum_pressure",
    "russia_follows_china",
    "status_quo",
    "stockpile_first",
)
"""Scenarios that together use every channel, lever and move; the slow test runs all."""


def test_some_shipped_results_come_out_again_with_fewer_histories(tmp_path: Path) -> None:
    some = [(scenario, file) for scenario, file in SCENARIOS if scenario.name in EVERY_MECHANISM]
    found = reproduce(RESULTS, some, tmp_path, fast=True, only_these=True)
    assert len(some) == len(EVERY_MECHANISM)
    assert found.agrees, verdict_sentence(found)


def test_every_scenario_has_a_run_of_what_it_asks_now() -> None:
    digests = {
        file.parent.name: manifest_in(file.parent)["scenario"]["digest"] for file in RESULTS.glob("*/summary.csv")
    }
    assert digests == {scenario.name: scenario.digest for scenario, _ in SCENARIOS}


def test_the_shipped_tables_are_those_of_the_shipped_runs() -> None:
    listing = read_listing(RESULTS / LISTING)
    tables, words = table_agreement(listing, RESULTS)
    moved = [
        (file, cell.line, cell.old, cell.new)
        for file, table in tables.items()
        for cell in table.cells
        if cell.old != cell.new
    ]
    assert not moved
    assert not words
    assert not missing_files(listing, RESULTS)
    assert not leftovers(RESULTS)


def test_tables_are_made_from_what_is_under_version_control(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("not under version control")
    kept = subprocess.run(
        ["git", "ls-files", "-z", "results", "scenarios"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in filter(None, kept.stdout.split("\0")):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    assert main(["table", "headline", "results"]) == 0
    table = capsys.readouterr().out
    for scenario, _ in SCENARIOS:
        assert f"| {scenario.title} |" in table
    assert main(["table", "comparison", "results/levers"]) == 0
    assert "| Banks are pressed |" in capsys.readouterr().out


@pytest.mark.slow
def test_the_shipped_results_come_out_again(tmp_path: Path) -> None:
    found = reproduce(RESULTS, SCENARIOS, tmp_path)
    assert found.agrees, verdict_sentence(found)
    assert not [cell for cell in found.cells if cell.verdict == "within"]
