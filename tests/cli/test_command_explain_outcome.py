"""From a cell of a LaTeX table to the line of YAML and the source, in two commands."""

import json
import shutil
from pathlib import Path

import pytest

from leaksim.cli import main
from leaksim.paper.latex_reader import read_latex
from saved import save

ROOT = Path(__file__).parents[2]
FILE = ROOT / "scenarios" / "no_russia.yaml"


def shown(capsys: pytest.CaptureFixture[str], *words: object, code: int = 0) -> str:
    assert main([str(word) for word in words]) == code
    said = capsys.readouterr()
    return said.err if code else said.out


def test_two_commands_lead_from_a_cell_to_the_line_and_the_source(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shown(capsys, "run", FILE, "--replications", 8, "--quiet", "--out", tmp_path)
    table = tmp_path / "headline.tex"
    shown(capsys, "table", "headline", tmp_path / "no_russia", "--out", table)
    (cell,) = [each.mark for each in read_latex(table)[0] if each.mark and each.mark.item == "china"]

    first = shown(capsys, "explain", FILE, "--outcome", cell.metric, "--item", cell.item, "--runs", tmp_path)
    assert cell.value is not None
    assert f"value      {cell.value} % of intended" in first
    assert "scenario since then unchanged" in first
    number = next(int(row.rpartition(":")[2]) for row in first.splitlines() if "stands in" in row)
    line = (tmp_path / "no_russia" / "summary.csv").read_text(encoding="utf-8").splitlines()[number - 1]
    assert line.startswith("no_russia,leakage.owen,china,")
    assert "channels.ru_fuel       off  no_russia.yaml:16" in first
    assert "unscr2397" in first

    parameter = "reserves.initial"
    assert f"\n  {parameter} " in first
    second = shown(capsys, "explain", FILE, parameter)
    base = ROOT / "scenarios" / "base" / "sanctions_2017.yaml"
    lines = base.read_text(encoding="utf-8").splitlines()
    place = next(number for number, text in enumerate(lines, start=1) if text.strip().startswith(f"{parameter}:"))
    assert f"sanctions_2017.yaml:{place}, inherited" in second
    assert "source" in second


def test_a_scenario_that_has_changed_since_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(FILE.parent, tmp_path / "scenarios")
    file = tmp_path / "scenarios" / "mine.yaml"
    text = "leaksim: 1\nname: mine\ntitle: Mine\nextends: no_russia.yaml\n"
    file.write_text(text, encoding="utf-8")
    shown(capsys, "run", file, "--replications", 4, "--quiet", "--out", tmp_path / "results")
    file.write_text(f"{text}assumptions: {{gdp: 27}}\n", encoding="utf-8")
    asked = ("explain", file, "--outcome", "leakage.value", "--runs", tmp_path / "results")
    assert "scenario since then CHANGED" in shown(capsys, *asked)
    assert json.loads(shown(capsys, *asked, "--json"))["outcome"]["as_run"] is False


def test_of_a_run_without_manifest_the_table_is_enough(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = save(tmp_path, "no_russia")
    found = json.loads(
        shown(capsys, "explain", FILE, "--outcome", "leakage.owen", "--item", "china", "--runs", folder, "--json")
    )["outcome"]
    assert found["estimate"] == pytest.approx(0.281)
    assert found["text"] == "28 (15 to 46)"
    assert (found["as_run"], found["line"]) == (None, 4)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--outcome", "leakage.owne"), "has no leakage.owne; did you mean leakage.owen?"),
        (("--outcome", "leakage.owen", "--item", "chna"), "its items are china, russia"),
        (("--outcome", "pressure.realised", "--item", "china"), "it has no item, not 'china'"),
        (("--outcome", "difference.leakage.value"), "`leaksim compare --out` and `leaksim attribute --out` write them"),
        (("--item", "china"), "name it with --outcome"),
    ],
)
def test_what_no_run_has_is_told_with_what_it_has(
    words: tuple[str, ...], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(tmp_path, "no_russia")
    assert told in shown(capsys, "explain", FILE, *words, "--runs", tmp_path, code=2)


def test_a_missing_run_or_one_of_another_scenario_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("explain", FILE, "--outcome", "leakage.value", "--runs")
    assert "holds no run of no_russia" in shown(capsys, *asked, tmp_path, code=2)
    other = save(tmp_path, "other")
    assert "is a run of other, not of no_russia" in shown(capsys, *asked, other, code=2)
