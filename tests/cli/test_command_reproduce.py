"""`leaksim reproduce`, from the outside."""

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
period: {{start: 2017-01-01, months: 4}}
measures:
  - id: cut
    title: China cuts fuel
    provisions:
      - {{flow: motor_fuel, binds: [china], cut: {share} %, in_force: 2017-02-01}}
channels: {{ru_port: off, un_dilution: off, ru_labour: off}}
uncertainties:
  suppliers.capacity: {{use: registry}}
run: {{seed: 5, replications: 40, draws: 10}}
"""


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


Leaksim = Callable[..., Done]


@pytest.fixture
def leaksim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Leaksim:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    (tmp_path / "scenarios").mkdir()
    for name, share in (("hard", 90), ("soft", 30)):
        (tmp_path / "scenarios" / f"{name}.yaml").write_text(SCENARIO.format(name=name, share=share), encoding="utf-8")

    def called(*words: object) -> Done:
        return Done(main([*map(str, words), "--jobs", "1"]), *capsys.readouterr())

    called("run", "scenarios", "--replications", 8, "--seed", 3, "--quiet")
    return called


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def without_manifest(folder: Path) -> None:
    """Leave what is kept under version control."""
    for file in folder.rglob("manifest.json"):
        file.unlink()


def test_a_run_with_its_own_seed_and_histories_comes_out_again(leaksim: Leaksim, tmp_path: Path) -> None:
    before = contents(tmp_path)
    done = leaksim("reproduce")
    assert done.returncode == 0, done.stdout
    assert "come out again" in done.stdout
    assert "Chance: no more" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert contents(tmp_path) == before


def test_without_the_manifest_seed_and_histories_come_from_file_and_table(leaksim: Leaksim, tmp_path: Path) -> None:
    leaksim("run", "scenarios", "--quiet")
    without_manifest(tmp_path)
    done = leaksim("reproduce", "results", "scenarios", "--json")
    document = json.loads(done.stdout)
    assert document["agrees"]
    assert set(document["files"]) == {"hard/summary.csv", "soft/summary.csv", "headline.csv"}
    assert not [cell for file in document["files"].values() for cell in file["moved"]]
    assert sum(file["not_comparable"] for file in document["files"].values()) == 0


def test_another_model_is_found_and_its_worst_cells_are_shown(leaksim: Leaksim, tmp_path: Path) -> None:
    change(tmp_path / "scenarios" / "hard.yaml", "cut: 90 %", "cut: 60 %")
    done = leaksim("reproduce")
    assert done.returncode == 1
    assert "hard/summary.csv:" in done.stdout
    assert "do not come out again" in done.stdout
    assert ": different\n" in done.stdout
    fast = leaksim("reproduce", "--fast", "--quiet")
    assert fast.returncode == 1
    assert len(fast.stdout.splitlines()) == 1


def test_a_fast_rebuild_agrees_but_for_chance(leaksim: Leaksim, tmp_path: Path) -> None:
    leaksim("run", "scenarios", "--quiet")
    done = leaksim("reproduce", "--fast", "--json")
    document = json.loads(done.stdout)
    assert done.returncode == 0
    assert document["agrees"]
    assert document["fast"]
    kinds = {cell["verdict"] for file in document["files"].values() for cell in file["moved"]}
    assert "within" in kinds
    assert "different" not in kinds


def test_a_cell_that_somebody_changed_is_named_with_its_line(leaksim: Leaksim, tmp_path: Path) -> None:
    without_manifest(tmp_path)
    file = tmp_path / "results" / "soft" / "summary.csv"
    line = file.read_text(encoding="utf-8").splitlines()[1]
    change(file, line, line.replace(line.split(",")[3], "12345.0"))
    done = leaksim("reproduce", "--json")
    document = json.loads(done.stdout)
    assert done.returncode == 1
    first = document["files"]["soft/summary.csv"]["moved"][0]
    assert (first["line"], first["saved"], first["verdict"]) == (2, "12345.0", "different")


def test_what_is_on_one_side_only_is_reported(leaksim: Leaksim, tmp_path: Path) -> None:
    without_manifest(tmp_path)
    file = tmp_path / "results" / "soft" / "summary.csv"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(lines[:-1]), encoding="utf-8")
    last = lines[-1].split(",")[1]
    (tmp_path / "scenarios" / "new.yaml").write_text(SCENARIO.format(name="new", share=10), encoding="utf-8")
    (tmp_path / "scenarios" / "hard.yaml").unlink()
    (tmp_path / "results" / "headline.csv").unlink()
    (tmp_path / "results" / "notes.txt").write_text("mine", encoding="utf-8")
    done = leaksim("reproduce")
    shown = " ".join(done.stdout.split())
    assert done.returncode == 1
    assert "hard: saved, but no scenario file has this name" in shown
    assert "new: a scenario without saved results" in shown
    assert "headline.csv: not there" in shown
    assert f"soft/summary.csv: 1 row is not among the saved ones: {last}" in shown
    assert "Not rebuilt by this command: notes.txt" in shown


def test_a_file_without_its_folder_is_rebuilt_alone(leaksim: Leaksim, tmp_path: Path) -> None:
    done = leaksim("reproduce", "results", "scenarios/hard.yaml", "--json")
    document = json.loads(done.stdout)
    assert done.returncode == 0
    assert set(document["files"]) == {"hard/summary.csv", "headline.csv"}
    assert not document["without_scenario"]


def test_what_is_rebuilt_can_be_kept(leaksim: Leaksim, tmp_path: Path) -> None:
    leaksim("reproduce", "--out", "again", "--quiet")
    for name in ("headline.csv", "headline.md", "hard/summary.csv"):
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "results" / name).read_bytes()


def test_a_page_that_was_edited_is_noticed(leaksim: Leaksim, tmp_path: Path) -> None:
    change(tmp_path / "results" / "headline.md", "# What", "# How much")
    done = leaksim("reproduce")
    assert done.returncode == 1
    assert "headline.md: the numbers are the same, but the page is not" in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nothing",), "nothing is not a folder"),
        (("scenarios",), "scenarios holds no run"),
        (("results", "none.yaml"), "none.yaml"),
        (("results", "other"), "no run in results belongs"),
        (("results", "--out", "results"), "results would be overwritten"),
        (("results", "--jobs", 0), "jobs"),
        (("broken",), "broken/one/summary.csv: line 2: the estimate is not a number: 'x'"),
        (("broken",), "broken/two/summary.csv: the columns item"),
        (("altered",), "is not as its manifest.json says"),
    ],
)
def test_bad_input_is_told_before_anything_is_run(
    leaksim: Leaksim, tmp_path: Path, words: tuple[object, ...], said: str
) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "other.yaml").write_text(SCENARIO.format(name="other", share=10), encoding="utf-8")
    saved = (tmp_path / "results" / "hard" / "summary.csv").read_text(encoding="utf-8")
    first = saved.splitlines()[1]
    for folder, text in {
        "broken/one": saved.replace(first, first.replace(first.split(",")[3], "x", 1)),
        "broken/two": "scenario,metric\na,b\n",
        "altered/hard": saved.replace("0.0", "0.1"),
    }.items():
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "summary.csv").write_text(text, encoding="utf-8")
    manifest = (tmp_path / "results" / "hard" / "manifest.json").read_bytes()
    (tmp_path / "altered" / "hard" / "manifest.json").write_bytes(manifest)
    done = leaksim("reproduce", *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not done.stdout


def test_a_forecast_is_made_again_from_what_its_manifest_names(leaksim: Leaksim, tmp_path: Path) -> None:
    folder = Path("results") / "next_years"
    asked = ("--ensemble", "priors", "--points", "4", "--histories", "1", "--seed", "3")
    assert main(["forecast", *asked, "--jobs", "1", "--out", str(folder), "-q"]) == 0
    same = leaksim("reproduce", "--fast")
    assert same.returncode == 0, same.stdout + same.stderr
    assert "next_years/forecast.csv" in same.stdout
    table = folder / "forecast.csv"
    heading, first, *others = table.read_text(encoding="utf-8").splitlines()
    cells = first.split(",")
    cells[-1] = "12345.0"
    table.write_text("\n".join([heading, ",".join(cells), *others]) + "\n", encoding="utf-8")
    assert leaksim("reproduce", "--fast").returncode == 1
