"""`leaksim new` and `leaksim schema`: files to start from."""

import json
from pathlib import Path

import pytest

from leaksim.cli import main
from leaksim.scenario.json_schema import scenario_json_schema
from leaksim.scenario.loading import check_scenario, load_scenario


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_starter_is_valid_as_it_stands() -> None:
    assert main(["new", "my_first"]) == 0
    scenario, problems = check_scenario("my_first.yaml")
    assert problems == []
    assert scenario is not None
    assert scenario.name == "my_first"


def test_the_starter_is_still_valid_with_every_example_switched_on() -> None:
    assert main(["new", "my_first"]) == 0
    file = Path("my_first.yaml")
    head, _, body = file.read_text(encoding="utf-8").partition("leaksim: 1\n")
    examples = ("assumptions", "uncertainties", "correlations", "policies", "half_width", "on: ", "expect", "  ", "- ")
    lines = []
    for line in body.splitlines():
        comment = line.lstrip()
        text = comment[2:]
        opened = comment.startswith("# ") and text.startswith(examples)
        lines.append(line.replace("# ", "", 1) if opened else line)
    file.write_text(f"{head}leaksim: 1\n" + "\n".join(lines) + "\n", encoding="utf-8")
    scenario = load_scenario(file)
    assert [measure.id for measure in scenario.measures] == ["cn_coal_stop_2017_02", "my_embargo"]
    assert scenario.assumptions == {"suppliers.capacity": 160}
    assert len(scenario.expect) == 1
    assert [each.rank for each in scenario.correlations] == [0.5]
    assert (scenario.run.half_width, scenario.run.on) == (0.01, "leakage.value")


def test_an_existing_file_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    Path("mine.yaml").write_text("precious", encoding="utf-8")
    assert main(["new", "mine"]) == 2
    assert "exists" in capsys.readouterr().err
    assert Path("mine.yaml").read_text(encoding="utf-8") == "precious"


@pytest.mark.parametrize("name", ["My scenario", "../escape", "1st", ""])
def test_a_name_that_cannot_be_a_scenario_is_refused(name: str, tmp_path: Path) -> None:
    assert main(["new", name]) == 2
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_does_not_exist_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "mine", "--out", "nowhere/mine.yaml"]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_the_starter_points_the_editor_to_the_schema_above_it() -> None:
    for folder in ("scenarios/schema", "scenarios/mine"):
        Path(folder).mkdir(parents=True)
    assert main(["schema", "--out", "scenarios/schema/scenario.schema.json"]) == 0
    assert main(["new", "first", "--out", "scenarios/mine/first.yaml"]) == 0
    line = Path("scenarios/mine/first.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert line == "# yaml-language-server: $schema=../schema/scenario.schema.json"


def test_a_starter_from_a_base_inherits_from_it() -> None:
    Path("base").mkdir()
    Path("base/early.yaml").write_text("period: {start: 2015-01-01, months: 6}\nrun: {seed: 9}\n", encoding="utf-8")
    assert main(["new", "child", "--from", "base/early.yaml"]) == 0
    scenario = load_scenario("child.yaml")
    assert (scenario.period.months, scenario.run.seed) == (6, 9)


def test_a_base_that_cannot_be_used_leaves_no_file_behind(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "child", "--from", "missing.yaml"]) == 2
    assert "there is no file missing.yaml" in capsys.readouterr().err
    assert not Path("child.yaml").exists()


def test_the_answer_can_be_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "mine", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"file": "mine.yaml", "scenario": "mine"}
    assert main(["schema", "--json", "--out", "new/schema.json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"file": "new/schema.json"}


def test_the_schema_is_printed_as_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == scenario_json_schema()
