"""``leaksim discover``, ``switch`` and ``compare --robustness``: what they write, print and refuse."""

import json
from pathlib import Path
from typing import Any

import pytest

from leaksim.cli import main
from leaksim.engine.lanes import Floats
from leaksim.influence import runs
from leaksim.store.formats import read_csv

WORLD = """\
leaksim: 1
name: small
title: A small world
period: {start: 2017-01-01, months: 3}
channels: {ru_fuel: off, ru_labour: off, ru_port: off, sts_third: off, un_dilution: off}
measures:
  - {use: cn_coal_stop_2017_02}
  - {use: unscr_2321}
assumptions: {china.enforcement.exports.decay_time: 0.01}
uncertainties:
  china.enforcement.exports.long_run: {use: registry}
  reserves.import_response: {use: registry}
  price.fuel: {use: registry}
policies:
  strict: {channels: {cn_slippage: off, cn_smuggling: off}}
"""


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("small.yaml").write_text(WORLD, encoding="utf-8")
    return "small.yaml"


def test_discover_writes_boxes_the_way_to_them_and_all_draws(world: str, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--where", "pressure.realised > 600 $m/year", "--draws", "100", "--histories", "1", "-q"]
    assert main(["discover", world, *asked, "--jobs", "1", "--out", "found"]) == 0
    printed = capsys.readouterr().out
    assert "Worlds in which realised pressure of small is above 600 $m/year" in printed
    assert "peeling trajectory" in printed
    draws = read_csv(Path("found/draws.csv").read_bytes())
    assert len(draws) == 100
    assert set(draws.columns) >= {"price.fuel", "outcome", "of_interest"}
    table = read_csv(Path("found/discovery.csv").read_bytes())
    assert (table["metric"] == "discovery.coverage").sum() == 1
    assert "coverage" in read_csv(Path("found/trajectory.csv").read_bytes()).columns


def test_another_question_about_the_same_draws_runs_nothing(
    world: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["discover", world, "--draws", "100", "--histories", "1", "--jobs", "1", "-q", "--out", "found"]
    assert main([*asked, "--where", "pressure.realised > 10000 $m/year"]) == 2  # which happens nowhere

    def at_points(*_: object) -> None:
        raise AssertionError("this was run before")

    with monkeypatch.context() as patched:
        patched.setattr(runs, "at_points", at_points)
        assert main([*asked, "--where", "pressure.realised > 600 $m/year", "--only", "china"]) == 0
    found = {file.name: file.read_bytes() for file in Path("found").glob("*.csv")}
    assert main([*asked, "--where", "pressure.realised > 600 $m/year", "--only", "china", "--fresh"]) == 0
    assert found == {file.name: file.read_bytes() for file in Path("found").glob("*.csv")}
    capsys.readouterr()
    assert main(["runs", "list", "found"]) == 0
    assert "small (discover): complete, 1 of 1 blocks done" in capsys.readouterr().out


def test_a_block_that_fails_does_not_take_the_others_with_it(
    world: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["discover", world, "--where", "pressure.realised > 600 $m/year", "--draws", "100", "--histories", "16"]
    asked += ["--jobs", "1", "-q", "--out", "found"]
    real, ran = runs.at_points, []

    def at_points(*words: Any) -> Floats:
        ran.append(words)
        if len(ran) in (2, 3):
            raise ZeroDivisionError("no trade")
        return real(*words)

    monkeypatch.setattr(runs, "at_points", at_points)
    assert main(asked) == 1
    told = capsys.readouterr().err
    assert "small: points 33 to 64 failed twice: ZeroDivisionError: no trade; see found/.blocks/" in told
    assert len(ran) == 5
    assert not list(Path("found").glob("*.csv"))
    assert main(["runs", "list", "found"]) == 0
    assert "small (discover): interrupted, 3 of 4 blocks done" in capsys.readouterr().out
    assert main(asked) == 0
    assert len(ran) == 6


def test_discover_against_a_policy_as_json(world: str, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--where", "pressure.realised < -350", "--draws", "100", "--histories", "1", "--jobs", "1"]
    assert main(["discover", world, "--against", "strict", *where, "-q", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert set(document["manifest"]["scenarios"]) == {"small", "small_strict"}
    assert 0 < document["share_of_interest"] < 1
    assert document["trajectory"][0]["coverage"] == 1


def test_nothing_is_written_when_the_question_is_wrong(world: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["discover", world, "--where", "leakage.value >", "--out", "found", "-q"]) == 2
    assert main(["discover", world, "--against", "stict", "-q"]) == 2
    assert main(["switch", world, "--against", "strict", "--on", "leakage.valeu", "-q"]) == 2
    assert main(["compare", world, "--threshold", "5", "-q"]) == 2
    assert main(["compare", world, "--robustness", "leakage", "-q"]) == 2
    told = capsys.readouterr().err
    for words in ("wanted OUTCOME > LEVEL", "did you mean strict", "did you mean leakage.value", "goes with --robust"):
        assert words in told
    assert not Path("found").exists() or not list(Path("found").iterdir())


def test_switch_says_what_reverses_a_ranking(world: str, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--against", "strict", "--only", "price.fuel", "--histories", "8", "--jobs", "1", "-q"]
    assert main(["switch", world, *asked, "--out", "found"]) == 0
    assert "small_strict is above small" in capsys.readouterr().out
    table = read_csv(Path("found/switch.csv").read_bytes())
    assert set(table["metric"]) == {"switch.difference", "switch.now", "switch.value", "switch.distance"}
    assert main(["switch", world, *asked, "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["results"]) == len(table)


def test_compare_says_what_is_robust(world: str, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--replications", "8", "--jobs", "1", "-q", "--robustness", "pressure.realised"]
    assert main(["compare", world, *asked, "--threshold", "50 $m/year", "--out", "found"]) == 0
    printed = capsys.readouterr().out
    assert "Greatest regret (minimax regret)" in printed
    assert "The threshold is 50 $m/year" in printed.replace("\n", " ")
    table = read_csv(Path("found/robustness.csv").read_bytes())
    strict = table[(table["metric"] == "robustness.minimax_regret") & (table["scenario"] == "small_strict")]
    assert strict["estimate"].iloc[0] == 0
    assert main(["compare", world, *asked, "--json"]) == 0
    assert {row["metric"] for row in json.loads(capsys.readouterr().out)["robustness"]} >= {"robustness.maximin"}
