"""A calibration from request to ensemble: what it says, what it leaves on disk, and where it goes on."""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import leaksim
from leaksim.calibrating import MEMBERS, Calibration, CalibrationError, calibrated
from leaksim.calibration.problem import Problem
from leaksim.calibration.saving import ASKED, OtherCalibrationError
from leaksim.calibration.waves import Settings
from leaksim.engine.lanes import Floats
from leaksim.evidence import ensembles
from leaksim.figures.calibration import learned, predicted
from leaksim.report.calibration import calibration_markdown
from synthetic import LEVEL, NAMES, Sums, sums

SETTINGS = Settings(points=256, seed=5)

FACTS = {"points": 256, "histories": 4, "excused": 0, "seed": 5, "patterns": "0123456789abcdef"}


def made(folder: Path | None = None, problem: Problem | None = None, settings: Settings = SETTINGS) -> Calibration:
    return calibrated(problem or sums(), settings, FACTS, folder)


@cache
def found() -> Calibration:
    return made()


@cache
def out_of_reach() -> Calibration:
    return made(problem=sums((0.3, 5.0)))


def by(table: pd.DataFrame, column: str) -> dict[Any, dict[Any, Any]]:
    return {row[column]: row for row in table.to_dict("records")}


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_a_calibration_that_was_interrupted_goes_on_with_the_same_bytes(tmp_path: Path) -> None:
    whole = made(tmp_path / "whole")
    calls = 0

    def tires(parameters: Mapping[str, Floats], seed: int) -> Floats:
        nonlocal calls
        calls += 1
        if calls == 30:
            raise KeyboardInterrupt
        return Sums()(parameters, seed)

    with pytest.raises(KeyboardInterrupt):
        made(tmp_path / "parts", replace(sums(), simulate=tires))
    begun = contents(tmp_path / "parts")
    resumed = made(tmp_path / "parts", replace(sums(), simulate=tires))
    assert contents(tmp_path / "parts") == contents(tmp_path / "whole")
    assert begun.items() < contents(tmp_path / "parts").items()
    assert resumed.ensemble.equals(whole.ensemble)
    assert resumed.patterns.equals(whole.patterns)
    assert whole.ensemble.equals(found().ensemble)


def test_a_folder_with_another_calibration_is_left_alone(tmp_path: Path) -> None:
    made(tmp_path, settings=replace(SETTINGS, waves=1))
    before = contents(tmp_path)
    with pytest.raises(OtherCalibrationError, match=r"another seed \(5 there, 6 asked\); choose another --out"):
        calibrated(sums(), replace(SETTINGS, seed=6), {**FACTS, "seed": 6}, tmp_path)
    assert contents(tmp_path) == before


def test_half_a_wave_is_no_wave(tmp_path: Path) -> None:
    made(tmp_path, settings=replace(SETTINGS, waves=3))
    before = contents(tmp_path)
    (tmp_path / "wave_03.json").unlink()
    made(tmp_path, settings=replace(SETTINGS, waves=3))
    assert contents(tmp_path) == before
    assert json.loads(before[ASKED]) == FACTS


def test_it_says_which_parameters_the_patterns_speak_of() -> None:
    by_name = by(found().parameters, "parameter")
    assert by_name[NAMES[0]]["verdict"] == "lower"
    assert by_name[NAMES[0]]["shrinkage"] > 0.7
    assert by_name[NAMES[3]]["verdict"] == "nothing learned"
    assert abs(by_name[NAMES[3]]["shrinkage"]) < 0.3
    assert by_name[NAMES[0]]["posterior_low"] < 0.3 < by_name[NAMES[0]]["posterior_high"]
    assert not any(row["edge"] for row in by_name.values())


def test_it_says_what_trades_off() -> None:
    (row,) = found().pairs.to_dict("records")
    assert (row["one"], row["other"]) == NAMES[1:3]
    assert row["rank_correlation"] < -0.7


def test_a_posterior_that_crowds_at_the_end_of_its_prior_is_named() -> None:
    crowded = by(made(problem=sums((-0.1, 1.0))).parameters, "parameter")
    assert crowded[NAMES[0]]["edge"] == "low"


def test_patterns_are_met_by_the_posterior_in_histories_that_no_wave_has_met() -> None:
    table = by(found().patterns, "pattern")
    assert found().finished
    assert all(row["met"] for row in table.values())
    assert table["alone"]["prior_median"] == pytest.approx(0.5, abs=0.05)
    assert table["alone"]["posterior_median"] == pytest.approx(0.3, abs=LEVEL / 2)
    # All but three standard deviations of error and luck to either side of 0.3, which ends at 0.
    assert table["alone"]["ruled_out"] == pytest.approx(1 - 0.3 - 3 * 0.115, abs=0.05)


def test_a_pattern_out_of_reach_is_missed_and_the_calibration_is_not_finished() -> None:
    missed = out_of_reach()
    assert not missed.finished
    assert not by(missed.patterns, "pattern")["sum"]["met"]
    assert "Not finished" in repr(missed)
    assert "Missed: sum: observed 5" in repr(missed)


def test_the_ensemble_has_members_by_weight_and_is_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = found().ensemble
    assert len(table) <= MEMBERS
    assert table["weight"].sum() == pytest.approx(1)
    files = found().ensemble_files("ensemble_test")
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    monkeypatch.setattr(ensembles, "FOLDER", tmp_path)
    ensembles.load_ensemble.cache_clear()
    read = ensembles.load_ensemble("ensemble_test")
    ensembles.load_ensemble.cache_clear()
    assert np.array_equal(read.columns[NAMES[0]], table[NAMES[0]])
    assert read.facts["seed"] == FACTS["seed"]


def test_text_tables_and_figures_say_the_same() -> None:
    text, markdown = repr(found()), calibration_markdown(found())
    assert "2 of 2 patterns are met" in text
    assert "Trade off: suppliers.capacity with tankers.cargo" in text
    assert max(map(len, text.splitlines())) <= 80
    assert "<caption>What was learned</caption>" in found()._repr_html_()
    assert "## Pairs that trade off" in markdown
    (silent,) = (line for line in markdown.splitlines() if line.startswith("Of these nothing or little was learned"))
    assert "payments.barter" in silent
    for sheet in (learned(found()), predicted(found())):
        assert sheet.alt.endswith(".")
        assert len(sheet.data) > 0
    assert list(predicted(found()).data["name"]) == ["alone", "sum"]


def test_nonsense_is_refused_with_all_reasons_at_once(tmp_path: Path) -> None:
    with pytest.raises(CalibrationError) as refused:
        leaksim.calibrate(out=tmp_path / "new", points=100, waves=0, histories=1, excused=99)
    told = str(refused.value)
    assert all(f"{word}: " in told for word in ("points", "waves", "histories", "excused"))
    assert not (tmp_path / "new").exists()
    with pytest.raises(CalibrationError, match="no parameter that calibration may move begins with 'chnia'"):
        leaksim.calibrate(only=["chnia"])
