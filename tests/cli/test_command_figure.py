"""`leaksim figure`, from the outside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from leaksim.cli import main

SCENARIO = """\
leaksim: 1
name: {name}
title: A test & more
period: {{start: 2017-01-01, months: 3}}
measures:
  - id: cut
    title: China cuts fuel
    provisions:
      - {{flow: motor_fuel, binds: [china], cut: 90 %, in_force: 2017-02-01}}
channels: {{cn_slippage: {slippage}, ru_port: off, un_dilution: off}}
uncertainties:
  suppliers.capacity: {{use: registry}}
run: {{seed: 5, replications: 4}}
"""

KINDS = ("fan", "waterfall", "suppliers", "timeline", "monitor")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs")
    for name, slippage in (("one", "off"), ("two", "on")):
        (folder / f"{name}.yaml").write_text(SCENARIO.format(name=name, slippage=slippage), encoding="utf-8")
    assert (
        main(["run", str(folder / "one.yaml"), str(folder / "two.yaml"), "--out", str(folder), "-q", "--jobs", "1"])
        == 0
    )
    return folder


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def leaksim(*words: object) -> int:
    return main(
        ["figure", *map(str, words), "--jobs", "1"] if "timeline" not in words else ["figure", *map(str, words)]
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_saved_run_is_drawn_in_every_format(kind: str, runs: Path, tmp_path: Path) -> None:
    files = [tmp_path / "here" / f"{kind}.{ending}" for ending in ("pdf", "svg", "png")]
    out = [word for file in files for word in ("--out", file)]
    assert leaksim(kind, runs / "one", *out, "--width", "two") == 0
    starts = [file.read_bytes()[:5] for file in files]
    assert starts == [b"%PDF-", b"<?xml", b"\x89PNG\r"]
    names = {path.name for path in (tmp_path / "here").iterdir()}
    assert names == {f"{kind}.{ending}" for ending in ("pdf", "svg", "png", "alt.txt", "caption.txt", "csv")}


def test_it_says_which_files_are_there_and_what_they_show(
    runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert leaksim("waterfall", runs / "one") == 0
    shown = capsys.readouterr().out
    assert "waterfall.pdf\n" in shown
    assert "Of every 100 dollars of intended pressure" in shown
    alt = (tmp_path / "waterfall.alt.txt").read_text(encoding="utf-8")
    assert alt in shown
    caption = (tmp_path / "waterfall.caption.txt").read_text(encoding="utf-8")
    assert "A test & more: where 100 dollars" in caption
    assert "4 random histories with 4 draws" in caption
    assert "seed 5" in caption
    assert "leaksim 0" in caption


def test_json_is_one_document(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert leaksim("fan", runs / "one", "--out", "a/fan.svg", "--json", "-q") == 0
    document = json.loads(capsys.readouterr().out)
    assert Path("a/fan.svg") in map(Path, document["files"])
    assert document["alt"].startswith("Line chart")
    assert "Pressure" in document["caption"] or "pressure" in document["caption"]


def test_a_scenario_file_is_run_first_and_gives_what_its_run_gives(runs: Path, tmp_path: Path) -> None:
    assert leaksim("fan", runs / "one.yaml", "--out", "a.svg", "-q") == 0
    assert leaksim("fan", runs / "one", "--out", "b.svg", "-q") == 0
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_runs_are_compared_as_their_scenarios_are(runs: Path, tmp_path: Path) -> None:
    words = ("--metric", "leakage.value", "-q")
    assert leaksim("differences", runs / "one", runs / "two", *words, "--out", "runs.svg") == 0
    assert leaksim("differences", runs / "one.yaml", runs / "two.yaml", *words, "--out", "files.svg") == 0
    compared = ["compare", str(runs / "one.yaml"), str(runs / "two.yaml"), "--out", "compared", "-q", "--jobs", "1"]
    assert main(compared) == 0
    assert leaksim("differences", "compared/comparison.csv", *words, "--out", "table.svg") == 0
    numbers = [(tmp_path / f"{name}.csv").read_text(encoding="utf-8") for name in ("runs", "files", "table")]
    assert numbers[0] == numbers[1] == numbers[2]
    assert (tmp_path / "runs.svg").read_bytes() == (tmp_path / "files.svg").read_bytes()


def test_policies_are_compared_with_their_own_scenario(runs: Path, tmp_path: Path) -> None:
    policies = "policies:\n  closed:\n    title: China enforces\n    channels: {cn_slippage: off}\n"
    (tmp_path / "three.yaml").write_text(SCENARIO.format(name="three", slippage="on") + policies, encoding="utf-8")
    assert leaksim("differences", "three.yaml", "--out", "a.svg", "-q") == 0
    assert "China enforces +" in (tmp_path / "a.alt.txt").read_text(encoding="utf-8")


def test_the_reference_can_be_chosen(runs: Path, tmp_path: Path) -> None:
    words = ("differences", runs / "one", runs / "two", "-q")
    assert leaksim(*words, "--out", "a.svg") == 0
    assert leaksim(*words, "--out", "b.svg", "--reference", "two") == 0
    one, other = (float((tmp_path / f"{name}.csv").read_text().splitlines()[1].split(",")[2]) for name in "ab")
    assert one == pytest.approx(-other)
    assert one != 0


def test_two_scenarios_give_one_fan_and_their_difference(runs: Path, tmp_path: Path) -> None:
    assert leaksim("fan", runs / "one.yaml", runs / "two.yaml", "--out", "a.png", "-q") == 0
    assert "difference,2017-03," in (tmp_path / "a.csv").read_text(encoding="utf-8")


def test_a_tornado_can_be_drawn_again_from_a_table(runs: Path, tmp_path: Path) -> None:
    from leaksim.one_at_a_time import one_at_a_time
    from leaksim.store.formats import csv_bytes

    (tmp_path / "ranges.csv").write_bytes(csv_bytes(one_at_a_time(runs / "one.yaml")))
    assert leaksim("tornado", "ranges.csv", "--out", "a.svg", "-q") == 0
    assert leaksim("tornado", runs / "one.yaml", "--out", "b.svg", "-q") == 0
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_the_catalogue_needs_no_source(tmp_path: Path) -> None:
    assert leaksim("timeline", "-q") == 0
    assert (tmp_path / "timeline.pdf").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["fann", "one"], "there is no figure 'fann'; did you mean fan"),
        (["fan"], "fan is drawn from one scenario or run, not from 0"),
        (["fan", "one", "two"], "one is a finished run"),
        (["fan", "one", "--out", "a.jpg"], "a.jpg: name a file that ends in .pdf, .svg, .png"),
        (["fan", "one", "--product", "coal"], "fan has no option product; it has reference"),
        (["fan", "one", "--seed", "3"], "is run already: seed"),
        (["suppliers", "one", "--product", "jet_feul"], "no product 'jet_feul'; did you mean jet_fuel"),
        (["waterfall", "."], "scenarios; name one of them"),
        (["waterfall", "nothing.yaml"], "nothing.yaml"),
        (["differences", "one"], "a comparison needs at least two runs"),
        (["differences", "one.yaml"], "a comparison needs at least two scenarios"),
        (["differences", "one", "two", "--metric", "leakage.valu"], "did you mean leakage.value"),
        (["differences", "one", "two", "--reference", "three"], "'three' is not among the runs; there are one, two"),
        (["differences", "one/summary.csv"], "the table has no differences"),
        (["tornado", "one"], "one is a finished run"),
        (["tornado", "one/summary.csv"], "no rows one_at_a_time.leakage.value"),
        (["tornado", "one.yaml", "--top", "0"], "top"),
        (["tornado", "one.yaml", "--metric", "price"], "it has them for leakage.value"),
        (["differences", "broken.csv"], "broken.csv is not a tidy table of leaksim: it lacks the columns"),
        (["differences", "missing.csv"], "missing.csv cannot be read: No such file"),
        (["monitor", "one", "--width", "three"], "three"),
        (["fan", "nothing.yaml", "--out", "new/fan.pdf"], "nothing.yaml"),
        (["fan", "one", "--out", "one.yaml/fan.pdf"], "one.yaml is not a folder; choose another --out"),
    ],
)
def test_what_cannot_be_drawn_is_said_and_nothing_is_written(
    words: list[str], message: str, runs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (runs / "broken.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    monkeypatch.chdir(runs)
    before = sorted(runs.rglob("*"))
    assert main(["figure", *words, "--jobs", "1", "--quiet"]) == 2
    shown = capsys.readouterr()
    assert message in shown.err
    assert "Traceback" not in shown.err
    assert sorted(runs.rglob("*")) == before


def test_runs_of_other_luck_are_refused(runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    again = ["run", str(runs / "two.yaml"), "--out", str(tmp_path), "--seed", "6", "--replications", "5", "-q"]
    assert main([*again, "--jobs", "1"]) == 0
    assert leaksim("differences", runs / "one", tmp_path / "two", "-q") == 2
    said = capsys.readouterr().err
    assert "two has another seed; two has other replications" in said
    assert not (tmp_path / "differences.pdf").exists()


def test_a_wrong_format_is_told_before_anything_is_run(
    runs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("leaksim.drawing.sheet_for", lambda asked: pytest.fail("it was drawn"))
    assert leaksim("fan", runs / "one.yaml", "--out", "fan.docx") == 2
    assert "name a file that ends in" in capsys.readouterr().err
