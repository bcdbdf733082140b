"""`leaksim report`, from the outside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from leaksim.cli import main

SCENARIO = """\
leaksim: 1
name: {name}
title: Title of {name}
period: {{start: 2017-01-01, months: 2}}
measures:
  - id: cut
    title: China cuts fuel
    provisions:
      - {{flow: motor_fuel, binds: [china], cut: 90 %, in_force: 2017-02-01}}
run: {{seed: {seed}, replications: 4}}
"""


@pytest.fixture(autouse=True)
def in_a_folder_of_two_scenarios(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, seed in (("one", 1), ("two", 2)):
        (tmp_path / f"{name}.yaml").write_text(SCENARIO.format(name=name, seed=seed), encoding="utf-8")


def report(*words: str) -> int:
    return main(["report", *words, "--jobs", "1"])


def test_it_writes_one_file_and_says_which(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert report("one.yaml", "--out", "pages/study.html") == 0
    assert capsys.readouterr().out.startswith("pages/study.html written: Title of one (")
    assert [path.name for path in (tmp_path / "pages").iterdir()] == ["study.html"]


def test_a_page_has_the_numbers_of_the_seed_that_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert report("one.yaml", "two.yaml", "--seed", "9", "--replications", "3", "--json", "-q") == 0
    assert json.loads(capsys.readouterr().out) == {
        "file": "study.html",
        "title": "Title of two against: Title of one",
        "not_compared": None,
    }
    html = Path("study.html").read_text(encoding="utf-8")
    assert "3 random histories, seed 9" in html
    assert "leaksim report one.yaml two.yaml --reference one --replications 3 --seed 9" in html


def test_runs_that_cannot_be_compared_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "one.yaml", "two.yaml", "-q", "--jobs", "1"]) == 0
    assert report("results", "--quiet") == 0
    assert "warning: no comparison: only runs of the same luck" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["one.yaml", "--out", "study.pdf"], "a page is a file that ends in .html"),
        (["missing.yaml"], "missing.yaml"),
        (["one.yaml", "--reference", "three"], "the reference 'three' is not among the scenarios; there are one"),
    ],
)
def test_wrong_input_is_told_and_nothing_is_written(
    words: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report(*words) == 2
    assert told in capsys.readouterr().err
    assert {path.suffix for path in tmp_path.iterdir()} == {".yaml"}
