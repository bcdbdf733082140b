"""`leaksim checklist`: what a run answers of the STRESS-DES checklist."""

import json
from pathlib import Path

import pytest

from leaksim.cli import main
from leaksim.store.runs import manifest_in

FILE = Path(__file__).parents[2] / "scenarios" / "no_russia.yaml"


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs")
    assert main(["run", str(FILE), "--replications", "6", "--seed", "41", "--quiet", "--out", str(folder)]) == 0
    return folder


def test_what_the_manifest_says_is_filled_in(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifest = manifest_in(runs / "no_russia")
    assert main(["checklist", str(runs), "--json"]) == 0
    answers = {each["item"]: each["answer"] for each in json.loads(capsys.readouterr().out)["no_russia"]}
    assert answers["4.2"] == "36 months from 2017-01-01."
    assert answers["4.3"].startswith("6 replications over ")
    assert answers["5.2"].startswith("Seed 41; ")
    assert f"Python {manifest['software']['python']}; " in answers["5.1"]
    assert f"numpy {manifest['software']['numpy']}" in answers["5.1"]
    assert manifest["volatile"]["processor"] in answers["5.4"]
    assert "unscr_2397" in answers["2.3"]
    assert manifest["scenario"]["digest"] in answers["2.3"]
    assert "0 set by the scenario, 142 drawn" in answers["3.3"]


def test_it_is_a_table_in_markdown(runs: Path, tmp_path: Path) -> None:
    out = tmp_path / "paper" / "checklist.md"
    assert main(["checklist", str(runs / "no_russia"), "--out", str(out)]) == 0
    lines = out.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "## China tightens, Russia keeps to the measures (`no_russia`)"
    assert {line.count(" | ") for line in lines if line.startswith("| ") and not line.startswith("| item")} == {2}


def test_a_folder_without_runs_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["checklist", str(tmp_path), "--out", str(tmp_path / "list.md")]) == 2
    assert "no manifest.json in it" in capsys.readouterr().err
    assert not (tmp_path / "list.md").exists()
