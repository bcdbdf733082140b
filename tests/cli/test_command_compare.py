"""`leaksim compare`, from the outside."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from leaksim.cli import main

SCENARIO = """\
leaksim: 1
name: {name}
title: Cut of {share} %
period: {{start: 2017-01-01, months: {months}}}
measures:
  - id: cut
    title: China cuts fuel
    provisions:
      - {{flow: motor_fuel, binds: [china], cut: {share} %, in_force: 2017-02-01}}
run: {{seed: 5, replications: 16}}
"""


def write(folder: Path, name: str, share: int = 90, months: int = 4) -> Path:
    file = folder / f"{name}.yaml"
    file.write_text(SCENARIO.format(name=name, share=share, months=months), encoding="utf-8")
    return file


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


Leaksim = Callable[..., Done]


@pytest.fixture
def leaksim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Leaksim:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")

    def called(*words: object) -> Done:
        return Done(main(["compare", *map(str, words), "--jobs", "1"]), *capsys.readouterr())

    return called


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "hard")
    write(tmp_path, "soft", 30)
    return tmp_path


def test_a_folder_is_compared_with_its_first_file_and_written(leaksim: Leaksim, folder: Path) -> None:
    done = leaksim(".", "--out", "here")
    assert done.returncode == 0, done.stderr
    assert "The reference is hard." in done.stdout
    assert "Cut of 30 %" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert {path.name for path in (folder / "here").iterdir()} == {"comparison.csv", "comparison.md"}
    assert "p_holm" in (folder / "here" / "comparison.csv").read_text(encoding="utf-8").splitlines()[0]


@pytest.mark.parametrize("reference", ["soft", "soft.yaml"])
def test_the_reference_is_a_name_or_a_file(leaksim: Leaksim, folder: Path, reference: str) -> None:
    done = leaksim("hard.yaml", "soft.yaml", "--reference", reference, "--json", "--replications", 8)
    document = json.loads(done.stdout)
    assert document["reference"] == "soft"
    assert {row["replications"] for row in document["results"]} == {8}
    assert {row["reference"] for row in document["results"]} == {"", "soft"}


def test_a_what_if_needs_no_file_and_a_quiet_answer_is_one_sentence(leaksim: Leaksim, folder: Path) -> None:
    done = leaksim("hard.yaml", "--set", "gdp=20", "--set", "demand.elasticity.industry=0.1", "--quiet")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("hard_what_if: realised pressure +")
    assert len(done.stdout.splitlines()) == 1


def test_a_scenario_that_changes_nothing_is_called_out(leaksim: Leaksim, folder: Path) -> None:
    write(folder, "again")
    done = leaksim("hard.yaml", "again.yaml")
    assert "both files ask for the same" in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["hard.yaml"], "at least two"),
        (["hard.yaml", "sotf.yaml"], "soft.yaml"),
        (["hard.yaml", "soft.yaml", "--reference", "sotf"], "did you mean soft"),
        (["hard.yaml", "soft.yaml", "--set", "gdp=20"], "one scenario file"),
        (["hard.yaml", "--set", "gpd=20"], "did you mean gdp"),
        (["hard.yaml", "--set", "gdp=20 kg"], "gdp"),
        (["hard.yaml", "soft.yaml", "--out", "hard.yaml"], "not a folder"),
        (["hard.yaml", "soft.yaml", "--replications", "0"], "replications"),
    ],
)
def test_bad_input_is_explained(leaksim: Leaksim, folder: Path, words: list[str], said: str) -> None:
    done = leaksim(*words)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not done.stdout


def test_other_periods_are_refused_with_advice(leaksim: Leaksim, folder: Path) -> None:
    write(folder, "long", months=6)
    done = leaksim(".")
    assert done.returncode == 2
    assert "long has 6 months from 2017-01-01. Leave out" in done.stderr
