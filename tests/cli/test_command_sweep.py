"""``leaksim sweep``: what it writes and prints, and the way from a starter file to a picture."""

import json
from pathlib import Path

import pytest

from leaksim.cli import main
from leaksim.store.formats import read_csv

WORLD = """\
leaksim: 1
name: small
title: A small world
period: {start: 2017-01-01, months: 2}
measures: [{use: cn_coal_stop_2017_02}]
"""


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("small.yaml").write_text(WORLD, encoding="utf-8")
    assert main(["new", "my_study", "--study", "--from", "small.yaml"]) == 0
    text = Path("my_study.yaml").read_text(encoding="utf-8")
    Path("my_study.yaml").write_text(text.replace("steps: 7", "steps: 2"), encoding="utf-8")
    return Path("my_study.yaml")


def test_from_a_starter_file_to_a_table_and_a_picture(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["sweep", str(study), "--replications", "2", "--jobs", "1"]) == 0
    printed = capsys.readouterr().out
    assert "6 points in 1 scenario, all in the same 2 random histories" in printed
    assert "saved in results/studies/my_study" in printed
    folder = Path("results/studies/my_study")
    table = read_csv((folder / "sweep.csv").read_bytes())
    assert len(table) == 6 * 2
    assert set(table["levers.bank_pressure.level"]) == {0, 0.5, 1}
    about = json.loads((folder / "sweep.json").read_text(encoding="utf-8"))
    assert about["study"]["name"] == "my_study"
    assert list(about["scenarios"]) == ["small"]
    at_level = ["--metric", "pressure.realised", "--level", "10 $m/year", "--out", "map.svg", "-q"]
    assert main(["figure", "heat-map", str(folder / "sweep.csv"), *at_level]) == 0
    assert "heat map of 2 by 3 cells" in Path("map.alt.txt").read_text(encoding="utf-8")


def test_json_is_one_document_with_the_same_rows(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["sweep", str(study), "--replications", "1", "--jobs", "1", "--json", "--no-save", "-q"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert len(document["results"]) == 12
    assert document["results"][0]["low"] is None
    assert document["manifest"]["run"]["points"] == 6
    assert not Path("results").exists()


def test_nothing_is_written_when_the_study_is_wrong(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = study.read_text(encoding="utf-8").replace("small.yaml", "big.yaml")
    study.write_text(text, encoding="utf-8")
    assert main(["sweep", str(study)]) == 2
    assert "there is no file big.yaml" in capsys.readouterr().err
    assert not Path("results").exists()


def test_a_study_needs_a_scenario(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "my_study", "--study", "--out", str(tmp_path / "a.yaml")]) == 2
    assert "--from" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
