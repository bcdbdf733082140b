"""`leaksim sensitivity` on the command line."""

import json
from pathlib import Path

import pandas as pd
import pytest

from leaksim.cli import main
from leaksim.sensitivities import SENSITIVITY_COLUMNS

FILE = str(Path(__file__).parents[2] / "scenarios" / "no_russia.yaml")
SMALL = ["--points", "4", "--histories", "1", "--only", "china.enforcement", "--jobs", "1", "-q"]


def test_the_table_names_parameters_and_explains_its_columns(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["sensitivity", FILE, *SMALL, "--out", str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    assert "no_russia: what moves leakage by value" in shown
    assert "Enforcement of a Chinese" in shown
    assert "Luck: which random histories" in shown
    assert max(map(len, shown.splitlines())) <= 80
    table = pd.read_csv(tmp_path / "sensitivity.csv")
    assert tuple(table.columns) == SENSITIVITY_COLUMNS
    assert list(tmp_path.iterdir()) == [tmp_path / "sensitivity.csv"]


def test_json_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sensitivity", FILE, *SMALL, "--groups", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    items = {row["item"] for row in document["results"] if row["metric"] == "sensitivity.effect"}
    assert items == {"china", "luck"}
    assert document["method"] == "morris"


def test_a_wrong_request_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["sensitivity", FILE, "--on", "leekage", "--histories", "7", "--out", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert "on: 'leekage'" in said
    assert "histories: 7" in said
    assert not list(tmp_path.iterdir())
