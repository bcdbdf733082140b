"""`leaksim calibrate` on the command line."""

import json
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import leaksim
from leaksim.calibration.patterns import priors
from leaksim.cli import main
from leaksim.evidence.patterns import load_patterns

SMALL = ["--only", "workers.russia", "--points", "16", "--histories", "2", "--waves", "2", "--seed", "3"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """A folder, and what was printed."""
    out = tmp_path_factory.mktemp("calibration")
    printed = StringIO()
    with redirect_stdout(printed):
        code = main(["calibrate", *SMALL, "--jobs", "1", "-q", "--json", "--out", str(out)])
    assert code == 0
    return out, json.loads(printed.getvalue())


def test_tables_figures_and_an_ensemble_are_written(made: tuple[Path, Any]) -> None:
    folder, _ = made
    names = {file.name for file in folder.iterdir()}
    assert {"asked.json", "wave_01.parquet", "wave_02.json", "calibration.md", "ensemble.csv", "ensemble.json"} <= names
    assert {f"{table}.csv" for table in ("waves", "parameters", "pairs", "patterns")} <= names
    endings = ("pdf", "svg", "png", "alt.txt", "caption.txt", "csv")
    assert {f"{figure}.{end}" for figure in ("learned", "predicted") for end in endings} <= names
    moved = [name for name in priors() if name.startswith("workers.russia.")]
    assert list(pd.read_csv(folder / "parameters.csv")["parameter"]) == moved
    assert list(pd.read_csv(folder / "ensemble.csv").columns) == ["weight", *moved]
    calibrated_to = [each.id for each in load_patterns().for_calibration]
    assert list(pd.read_csv(folder / "patterns.csv")["pattern"]) == calibrated_to
    facts = json.loads((folder / "ensemble.json").read_text(encoding="utf-8"))
    assert facts["patterns"] == load_patterns().digest
    assert facts["only"] == ["workers.russia"]


def test_processes_do_not_change_a_byte(made: tuple[Path, Any], tmp_path: Path) -> None:
    folder, _ = made
    leaksim.calibrate(out=tmp_path, only=["workers.russia"], points=16, histories=2, waves=1, seed=3, jobs=2)
    for file in tmp_path.iterdir():
        assert file.read_bytes() == (folder / file.name).read_bytes()


def test_json_is_one_document(made: tuple[Path, Any]) -> None:
    _, document = made
    assert document["finished"] is False
    assert document["manifest"]["seed"] == 3
    assert len(document["waves"]) == 2
    assert document["waves"][0]["bound"] is None


def test_a_wrong_request_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert main(["calibrate", "--points", "1000", "--excused", "99", "--out", str(out)]) == 2
    said = capsys.readouterr().err
    assert "points: 1000 is not a power of two from 1024 on, for" in said
    assert "excused: there are" in said
    assert not list(out.iterdir())


@pytest.mark.slow
def test_a_whole_calibration_of_few_parameters_finishes_or_says_why_not(tmp_path: Path) -> None:
    words = ["calibrate", "--only", "workers", "--only", "council", "--points", "64", "--excused", "12", "-q"]
    assert main([*words, "--out", str(tmp_path)]) == 0
    assert pd.read_csv(tmp_path / "waves.csv")["power"].iloc[-1] == 1
