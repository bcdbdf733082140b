"""`leaksim check`: what is wrong, for people and for programs."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

import leaksim
from leaksim.cli import main
from leaksim.scenario.schema import Scenario

DATA = Path(__file__).parents[1] / "scenario" / "data"
BAD = Path(__file__).parents[1] / "bad_scenarios"


@pytest.fixture
def simulated(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the scenarios that were simulated; half of the pressure leaks in each."""
    names: list[str] = []

    def simulate(scenario: Scenario) -> SimpleNamespace:
        names.append(scenario.name)
        rows = [("leakage.value", "", 0.5, 0.4, 0.6, "")]
        columns = ["metric", "item", "estimate", "low", "high", "note"]
        return SimpleNamespace(table=pd.DataFrame(rows, columns=columns))

    monkeypatch.setitem(leaksim.__dict__, "simulate", simulate)
    return names


def scenario_expecting(folder: Path, *comparisons: str, name: str = "short") -> Path:
    lines = [f"  - {{metric: leakage.value, {one}, because: somebody fills the gap}}" for one in comparisons]
    file = folder / f"{name}.yaml"
    text = (DATA / "smallest.yaml").read_text(encoding="utf-8").replace("smallest", name)
    file.write_text(text + "\n".join(["expect:", *lines]) + "\n", encoding="utf-8")
    return file


def output(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_a_valid_file_ends_with_code_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(DATA / "smallest.yaml")]) == 0
    assert capsys.readouterr().out == "1 file checked: nothing to report\n"


def test_warnings_and_notes_are_printed_and_are_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(DATA / "everything.yaml")]) == 0
    assert "note: unscr_2375" in capsys.readouterr().out


def test_a_bad_file_ends_with_code_2_and_all_its_problems(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(BAD / "many_at_once.yaml"), str(DATA / "smallest.yaml")]) == 2
    shown = capsys.readouterr()
    assert shown.out.count(": error: ") > 20
    assert "2 files checked" in shown.out
    assert shown.err == ""


def test_a_folder_stands_for_its_scenarios_without_their_bases(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(DATA), "--json"]) == 0
    files = [Path(one["file"]).name for one in output(capsys)["files"]]
    assert files == ["everything.yaml", "smallest.yaml"]


def test_a_folder_without_scenarios_is_a_wrong_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path)]) == 2
    assert "no *.yaml file" in capsys.readouterr().err


def test_json_is_one_document_with_places(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--json", str(BAD / "unknown_key.yaml")]) == 2
    (file,) = output(capsys)["files"]
    assert file["valid"] is False
    (problem,) = file["problems"]
    assert (problem["line"], problem["column"], problem["nearest"]) == (5, 1, ["channels"])


def test_two_scenarios_of_one_name_are_a_mistake(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text((DATA / "smallest.yaml").read_text(encoding="utf-8"))
    assert main(["check", str(tmp_path)]) == 2
    assert f"two.yaml:2:7: error: {tmp_path / 'one.yaml'} has the same name" in capsys.readouterr().out


def test_without_run_nothing_is_simulated(tmp_path: Path, simulated: list[str]) -> None:
    assert main(["check", str(scenario_expecting(tmp_path, "above: 0.9"))]) == 0
    assert simulated == []


def test_expectations_that_hold_end_with_code_0(
    tmp_path: Path, simulated: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--run", str(scenario_expecting(tmp_path, "above: 0", "below: 1"))]) == 0
    assert simulated == ["short"]
    assert "2 of 2 expectations hold" in capsys.readouterr().out


def test_an_expectation_that_fails_ends_with_code_1_and_the_reason(
    tmp_path: Path, simulated: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--run", str(scenario_expecting(tmp_path, "above: 0.9", "below: 1"))]) == 1
    shown = capsys.readouterr().out
    assert "FAILS: leakage.value: expected > 0.9, found 0.5 (0.4 to 0.6)" in shown
    assert "because somebody fills the gap" in shown
    assert "1 of 2 expectations hold" in shown


def test_verdicts_are_part_of_the_json_document(
    tmp_path: Path, simulated: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--run", "--json", str(scenario_expecting(tmp_path, "above: 0.9"))]) == 1
    (verdict,) = output(capsys)["files"][0]["expectations"]
    assert (verdict["holds"], verdict["found"], verdict["expected"]) == (False, 0.5, "> 0.9")


def test_nothing_is_simulated_while_a_file_is_wrong(tmp_path: Path, simulated: list[str]) -> None:
    good = scenario_expecting(tmp_path, "above: 0.9")
    assert main(["check", "--run", str(good), str(BAD / "unknown_key.yaml")]) == 2
    assert simulated == []


def test_a_scenario_that_expects_nothing_is_not_simulated(simulated: list[str]) -> None:
    assert main(["check", "--run", str(DATA / "smallest.yaml")]) == 0
    assert simulated == []


def test_a_remark_on_a_shared_base_is_printed_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "shared.yaml").write_text("assumptions: {gdp: 99}\n", encoding="utf-8")
    for name in ("one", "two"):
        text = (DATA / "smallest.yaml").read_text(encoding="utf-8").replace("smallest", name)
        (tmp_path / f"{name}.yaml").write_text(text + "extends: base/shared.yaml\n", encoding="utf-8")
    assert main(["check", str(tmp_path)]) == 0
    assert capsys.readouterr().out.count("outside the range") == 1


def test_what_is_expected_of_a_policy_is_verified_too(
    tmp_path: Path, simulated: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    file = scenario_expecting(tmp_path, "above: 0")
    wanted = "{metric: leakage.value, above: 0.9, because: why not}"
    policy = f"policies: {{firms: {{channels: {{ru_fuel: off}}, expect: [{wanted}]}}}}\n"
    file.write_text(file.read_text(encoding="utf-8") + policy, encoding="utf-8")
    assert main(["check", "--run", str(file)]) == 1
    assert simulated == ["short", "short_firms"]
    shown = capsys.readouterr().out
    assert f"{file}, policy firms: FAILS: leakage.value: expected > 0.9" in shown
    assert "1 file with 1 policy checked" in shown
    assert "1 of 2 expectations hold" in shown
    assert main(["check", "--run", "--json", str(file)]) == 1
    (found,) = output(capsys)["files"][0]["policies"]
    assert (found["policy"], found["scenario"]) == ("firms", "short_firms")
    assert [verdict["holds"] for verdict in found["expectations"]] == [False]


def test_names_that_clash_through_a_base_are_a_mistake(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "base").mkdir()
    text = (DATA / "smallest.yaml").read_text(encoding="utf-8")
    (tmp_path / "base" / "shared.yaml").write_text(text, encoding="utf-8")
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text("extends: base/shared.yaml\n", encoding="utf-8")
    assert main(["check", str(tmp_path)]) == 2
    assert f"{tmp_path / 'one.yaml'} has the same name" in capsys.readouterr().out
