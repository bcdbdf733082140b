"""`leaksim runs`: what is saved and what was interrupted, one run in full, two compared, some removed."""

import json
import shutil
from io import StringIO
from pathlib import Path

import pytest

from leaksim.cli import main
from leaksim.store.blocks import BlockStore

SCENARIO = """\
leaksim: 1
name: {name}
title: A test
period: {{start: 2017-01-01, months: 2}}
measures:
  - id: cut
    title: China cuts coal
    provisions:
      - {{flow: coal, binds: [china], cut: {share} %, in_force: 2017-01-01}}
channels: {{cn_slippage: off, ru_fuel: off, ru_labour: off, sts_third: off, un_dilution: off}}
run: {{seed: 5, replications: 8}}
"""


def run(name: str, out: str, share: int = 90, *more: str) -> None:
    Path(f"{name}.yaml").write_text(SCENARIO.format(name=name, share=share), encoding="utf-8")
    assert main(["run", f"{name}.yaml", "--out", out, "--jobs", "1", "-q", *more]) == 0


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs in `results`, beside one that stopped after three of seven blocks."""
    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(folder)
        run("one", "results")
        run("two", "results")
    interrupted = BlockStore(folder / "results").run("run", "long", {"seed": 7}, needed=7)
    for index in range(3):
        interrupted.keep(index, 512, b"block")
    return folder


@pytest.fixture(autouse=True)
def folder(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The same in a folder of this test alone."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    capsys.readouterr()


def test_complete_and_interrupted_runs_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs"]) == 0
    heading, heads, one, two, long = capsys.readouterr().out.splitlines()
    assert heading == "results"
    assert heads.split() == ["Scenario", "Histories", "Draws", "Seed", "Date", "Version", "Digest"]
    assert [one.split()[0], *one.split()[1:4]] == ["one", "8", "1", "5"]
    assert two.split()[0] == "two"
    assert long.startswith("long: interrupted, 3 of 7 blocks done, in .blocks/long-run-")


def test_what_is_kept_of_studies_is_listed_too_and_can_be_removed(capsys: pytest.CaptureFixture[str]) -> None:
    store = BlockStore("results/studies")
    switch, sweep = store.run("switch", "pair", {}, needed=None), store.run("sweep", "grid", {}, needed=1)
    for kept in (switch, sweep):
        kept.keep(2**127, 1, b"block")
        kept.keep(1, 1, b"block")
    sweep.finish()
    assert main(["runs"]) == 0
    listed = capsys.readouterr().out
    assert "grid (sweep): complete, 1 of 1 blocks done" in listed  # the other is of a point that is not asked for
    assert "pair (switch): interrupted, 2 blocks done" in listed
    assert main(["runs", "remove", "results/studies", "--yes"]) == 0
    assert not list(Path("results/studies/.blocks").glob("*-*"))
    assert Path("results/one/summary.csv").exists()


def test_json_has_all_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", "list", "results", "--json"]) == 0
    found = {each["scenario"]: each for each in json.loads(capsys.readouterr().out)["runs"]}
    assert [found[name]["state"] for name in ("one", "two", "long")] == ["complete", "complete", "interrupted"]
    assert (found["long"]["blocks_done"], found["long"]["blocks_needed"]) == (3, 7)
    assert found["long"]["same_software"] is True
    assert found["one"]["seed"] == 5


def test_what_is_not_as_it_should_be_is_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("results/one/manifest.json").unlink()
    summary = Path("results/two/summary.csv")
    summary.write_bytes(summary.read_bytes().replace(b"leakage", b"lekkage"))
    BlockStore("results").run("run", "long", {"seed": 7}, needed=7).note_failure("long: block 4 failed\ntraceback")
    monkeypatch.setattr("leaksim.store.listing.software", lambda: {"leaksim": "0.0"})
    assert main(["runs"]) == 0
    told = capsys.readouterr().out
    assert "two: damaged: results/two/summary.csv is not as its manifest.json says" in " ".join(told.split())
    assert "  long: block 4 failed" in told
    assert "asked for again, it begins anew" in told
    assert [line.split()[:3] for line in told.splitlines() if line.startswith("one")] == [["one", "8", "1"]]


def test_one_run_is_shown_with_its_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", "show", "results/one"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Of every 100 dollars of intended pressure")
    assert max(map(len, shown.splitlines())) <= 80
    facts = dict(line.split(maxsplit=1) for line in shown.splitlines() if len(line.split()) > 1)
    assert (facts["Title"].strip(), facts["File"].strip(), facts["Months"].strip()) == ("A test", "one.yaml", "2")


def test_two_runs_are_compared_cell_by_cell(capsys: pytest.CaptureFixture[str]) -> None:
    run("one", "same")
    run("one", "changed", 30)
    run("one", "longer", 90, "--replications", "16")
    capsys.readouterr()
    assert main(["runs", "compare", "results/one", "same/one"]) == 0
    assert "cells" in (told := capsys.readouterr().out)
    assert "different" not in told
    assert main(["runs", "compare", "results/one", "changed/one"]) == 1
    assert "Farthest from what was saved" in capsys.readouterr().out
    assert main(["runs", "compare", "results/one", "longer/one", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["agree"] is True
    assert document["not_comparable"] > 0
    assert {cell["verdict"] for cell in document["moved"]} <= {"rounding", "within"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["compare"], "say which runs"),
        (["compare", "results/one"], "two complete runs can be compared"),
        (["compare", "results/one", "results/two"], "`leaksim compare` says how scenarios differ"),
        (["remove"], "say which runs"),
        (["remove", "results/one"], "--yes removes without asking"),
        (["list", "nowhere"], "nowhere is not a folder"),
        (["lits"], "lits"),
    ],
)
def test_wrong_words_are_refused(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", *words]) == 2
    assert said in " ".join(capsys.readouterr().err.split())
    assert Path("results/one/manifest.json").exists()


def test_what_leaksim_wrote_of_a_run_is_removed_and_nothing_else() -> None:
    Path("results/two/notes.txt").write_text("mine", encoding="utf-8")
    (interrupted,) = Path("results/.blocks").glob("long-*")
    assert main(["runs", "remove", "results/one", "results/two", str(interrupted), "--yes"]) == 0
    assert sorted(path.name for path in Path("results").iterdir()) == [".blocks", "two"]
    assert [path.name for path in Path("results/two").iterdir()] == ["notes.txt"]
    assert [path.name for path in Path("results/.blocks").iterdir()] == [".gitignore"]


class Keyboard(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "is_there"), [("n\n", True), ("\n", True), ("y\n", False)])
def test_a_run_is_removed_when_the_answer_is_yes(
    answer: str, is_there: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", Keyboard(answer))
    assert main(["runs", "remove", "results/one"]) == 0
    assert "Remove this run? [y/N]" in capsys.readouterr().err
    assert Path("results/one").exists() is is_there
