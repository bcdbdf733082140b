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
    written = {path.name for path in (folder / "here").glob("[!.]*")}
    assert written == {"comparison.csv", "comparison.md", "comparison.manifest.json"}
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
    assert "both ask for the same" in " ".join(done.stdout.split())


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


POLICIES = """\
policies:
  harder:
    title: No fuel at all
    measures:
      - id: cut
        title: China cuts all fuel
        provisions: [{flow: motor_fuel, binds: [china], cut: 100 %, in_force: 2017-02-01}]
  no_russian_firms: {channels: {ru_fuel: off}}
"""


def write_with_policies(folder: Path, name: str) -> Path:
    file = write(folder, name)
    file.write_text(file.read_text(encoding="utf-8") + POLICIES, encoding="utf-8")
    return file


def compared(done: Done) -> set[str]:
    return {row["scenario"] for row in json.loads(done.stdout)["results"]}


def test_a_file_is_compared_with_its_policies(leaksim: Leaksim, tmp_path: Path) -> None:
    write_with_policies(tmp_path, "trial")
    done = leaksim("trial.yaml", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["reference"] == "trial"
    assert compared(done) == {"trial", "trial_harder", "trial_no_russian_firms"}
    assert "No russian firms" in leaksim("trial.yaml").stdout


def test_the_policies_of_two_files_do_not_mix(leaksim: Leaksim, tmp_path: Path) -> None:
    write_with_policies(tmp_path, "one")
    write_with_policies(tmp_path, "two")
    done = leaksim("one.yaml", "two.yaml", "--json")
    names = {"one", "one_harder", "one_no_russian_firms", "two", "two_harder", "two_no_russian_firms"}
    assert compared(done) == names
    assert "'harder' may be one_harder or two_harder" in leaksim("one.yaml", "two.yaml", "--reference", "harder").stderr


@pytest.mark.parametrize("reference", ["harder", "trial_harder"])
def test_a_policy_can_be_the_reference(leaksim: Leaksim, tmp_path: Path, reference: str) -> None:
    write_with_policies(tmp_path, "trial")
    assert json.loads(leaksim("trial.yaml", "--reference", reference, "--json").stdout)["reference"] == "trial_harder"


def test_a_what_if_stands_beside_the_policies(leaksim: Leaksim, tmp_path: Path) -> None:
    write_with_policies(tmp_path, "trial")
    done = leaksim("trial.yaml", "--set", "gdp=20", "--json")
    assert compared(done) == {"trial", "trial_harder", "trial_no_russian_firms", "trial_what_if"}


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (["trial_harder.yaml", "trial.yaml"], "this policy is called 'trial_harder', as is trial_harder.yaml"),
        (["trial.yaml", "trial_harder.yaml"], "policy harder of trial.yaml has the same name"),
    ],
)
def test_a_policy_with_the_name_of_another_scenario_is_refused(
    leaksim: Leaksim, tmp_path: Path, files: list[str], said: str
) -> None:
    write(tmp_path, "trial_harder")
    write_with_policies(tmp_path, "trial")
    done = leaksim(*files)
    assert done.returncode == 2
    assert said in done.stderr


def test_what_has_another_period_in_a_folder_is_left_out_and_named(leaksim: Leaksim, folder: Path) -> None:
    write(folder, "long", months=6)
    done = leaksim(".", "--out", "here")
    told = "long is left out: it has 6 months from 2017-01-01, the reference 4 months from 2017-01-01."
    assert done.returncode == 0, done.stderr
    assert told in " ".join(done.stdout.split())
    assert f"- {told}" in (folder / "here" / "comparison.md").read_text(encoding="utf-8")
    assert "long: left out, since" in leaksim(".", "--quiet").stdout
    document = json.loads(leaksim(".", "--json").stdout)
    assert list(document["left_out"]) == ["long"]
    assert {row["scenario"] for row in document["results"]} == {"hard", "soft"}


def test_a_file_of_another_period_that_somebody_named_is_refused_with_advice(leaksim: Leaksim, folder: Path) -> None:
    write(folder, "long", months=6)
    done = leaksim("hard.yaml", "soft.yaml", "long.yaml")
    assert done.returncode == 2
    assert "long has 6 months from 2017-01-01. Leave out" in done.stderr


def test_a_folder_of_which_only_the_reference_is_left_is_refused(leaksim: Leaksim, folder: Path) -> None:
    write(folder, "long", months=6)
    done = leaksim(".", "--reference", "long")
    assert done.returncode == 2
    assert "hard has 4 months from 2017-01-01; soft has 4 months" in done.stderr
