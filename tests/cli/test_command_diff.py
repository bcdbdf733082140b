"""`leaksim diff`, from the outside."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from leaksim.cli import main
from leaksim.outcomes.deliveries import DELIVERY_COLUMNS, MOVED_COLUMNS
from leaksim.outcomes.one_lane import SPREAD_COLUMNS
from leaksim.store.formats import read_csv

SCENARIO = """\
leaksim: 1
name: {name}
title: Cut of {share} % [a test]
period: {{start: 2017-01-01, months: {months}}}
measures:
  - id: cut
    title: China cuts fuel
    provisions:
      - {{flow: motor_fuel, binds: [china], cut: {share} %, in_force: 2017-02-01}}
run: {{seed: 5, replications: 16}}
"""


def write(folder: Path, name: str, share: int = 90, months: int = 4, file: str = "") -> Path:
    path = folder / f"{file or name}.yaml"
    path.write_text(SCENARIO.format(name=name, share=share, months=months), encoding="utf-8")
    return path


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


Leaksim = Callable[..., Done]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "hard")
    write(tmp_path, "soft", 30)
    return tmp_path


@pytest.fixture
def leaksim(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Leaksim:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "80")

    def called(*words: object) -> Done:
        return Done(main(["diff", *map(str, words)]), *capsys.readouterr())

    return called


def test_the_report_can_be_read_aloud(leaksim: Leaksim) -> None:
    done = leaksim("hard.yaml", "soft.yaml", "--lane", 3)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[1:3] == ["A: Cut of 90 % [a test] (hard)", "B: Cut of 30 % [a test] (soft)"]
    assert "On 1 February 2017, Chinese customs: " in done.stdout
    assert "in A motor fuel: cut by 90%" in " ".join(done.stdout.split())
    assert "Permitted trade with China" in done.stdout
    assert "lane 3 of 16" in done.stdout
    assert "- 2017-02: " not in done.stdout


def test_months_are_shown_when_asked_for(leaksim: Leaksim) -> None:
    assert "- 2017-02: " in leaksim("hard.yaml", "soft.yaml", "--months").stdout


def test_versions_of_a_file_may_have_one_name(leaksim: Leaksim, folder: Path) -> None:
    write(folder, "hard", 50, file="other")
    done = leaksim("hard.yaml", "other.yaml", "--quiet")
    assert done.returncode == 0
    assert done.stdout.startswith("hard and hard, lane 0:\nOn 1 February 2017, Chinese customs: ")


def test_a_what_if_takes_the_place_of_the_second_file(leaksim: Leaksim) -> None:
    done = leaksim("hard.yaml", "--set", "suppliers.capacity=0 kb/month", "--set", "tankers.number=1", "--lane", 2)
    assert done.returncode == 0, done.stderr
    assert "(suppliers.capacity):" in done.stdout
    assert "(tankers.number):" in done.stdout
    assert "B: What if suppliers.capacity=0 kb/month, tankers.number=1" in done.stdout


def test_a_what_if_that_changes_nothing_is_called_out(leaksim: Leaksim) -> None:
    done = leaksim("hard.yaml", "--set", "us.cost.designation=7", "--quiet")
    assert "Nothing differs: they differ in us.cost.designation" in done.stdout.replace("\n", " ")


def test_json_is_one_document_and_nothing_is_saved(leaksim: Leaksim, folder: Path) -> None:
    done = leaksim("hard.yaml", "soft.yaml", "--json", "--lane", 2, "--arm", "intended", "--seed", 9)
    document = json.loads(done.stdout)
    assert (document["lane"], document["arm"], document["manifest"]["run"]["seed"]) == (2, "intended", 9)
    assert document["manifest"]["a"]["name"] == "hard"
    assert list(document["results"][0]) == list(DELIVERY_COLUMNS)
    assert document["spread"][0]["date"] == "2017-02-01"
    assert document["asked"][0]["in_b"]["provisions"][0]["cut"] == 0.3
    assert document["same"] is None
    assert sorted(path.name for path in folder.iterdir()) == ["hard.yaml", "soft.yaml"]


def test_tables_and_report_are_saved_in_a_folder(leaksim: Leaksim, folder: Path) -> None:
    assert leaksim("hard.yaml", "soft.yaml", "--out", "here", "--quiet").returncode == 0
    saved = {path.name: path for path in (folder / "here").iterdir()}
    assert set(saved) == {"difference.csv", "spread.csv", "moved.csv", "difference.md"}
    for name, columns in (("difference", DELIVERY_COLUMNS), ("spread", SPREAD_COLUMNS), ("moved", MOVED_COLUMNS)):
        assert tuple(read_csv(saved[f"{name}.csv"].read_bytes()).columns) == columns
    assert saved["difference.md"].read_text(encoding="utf-8").startswith("# One history under two scenarios\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("hard.yaml",), "--set id=value"),
        (("hard.yaml", "soft.yaml", "--set", "us.cost.designation=7"), "--set id=value"),
        (("hard.yaml", "none.yaml"), "none.yaml"),
        (("hard.yaml", "soft.yaml", "--lane", 16), "there is no lane 16: the run has 16, numbered from 0 to 15"),
        (("hard.yaml", "soft.yaml", "--lane", -1), "lane"),
        (("hard.yaml", "soft.yaml", "--arm", "intend"), "did you mean intended?"),
        (("hard.yaml", "long.yaml"), "long has 5 months"),
        (("hard.yaml", "--set", "suppliers.capacity=60 ships"), "suppliers.capacity"),
        (("hard.yaml", "soft.yaml", "--out", "hard.yaml"), "hard.yaml"),
    ],
)
def test_wrong_input_is_told_before_anything_is_written(
    leaksim: Leaksim, folder: Path, words: tuple[object, ...], said: str
) -> None:
    write(folder, "long", months=5)
    done = leaksim(*words)
    assert done.returncode == 2
    assert said in done.stderr
    assert not done.stdout
    assert sorted(path.name for path in folder.iterdir()) == ["hard.yaml", "long.yaml", "soft.yaml"]


def test_no_folder_is_made_when_the_lane_is_wrong(leaksim: Leaksim, folder: Path) -> None:
    assert leaksim("hard.yaml", "soft.yaml", "--lane", 16, "--out", "new").returncode == 2
    assert not (folder / "new").exists()
