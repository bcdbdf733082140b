"""`leaksim table`: from runs and scenario files to a file for a paper."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from leaksim.cli import main
from leaksim.scenario.loading import load_scenario
from leaksim.simulation import simulate
from leaksim.store.formats import read_csv
from leaksim.store.runs import save_run
from leaksim.tables.subjects import of_run

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "scenario" / "data"
SHORT = """\
leaksim: 1
name: {name}
title: {title}
references: [groll2017]
period: {{start: 2017-09-01, months: 8}}
measures:
  - use: unscr_2375
channels: {{ru_fuel: {russia}}}
uncertainties:
  suppliers.capacity: {{use: registry}}
run: {{replications: 8, seed: 5}}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two scenario files and their runs."""
    made = tmp_path_factory.mktemp("table")
    for name, title, russia in (("backfills", "Russia backfills 50 %", "on"), ("keeps", "Russia keeps to it", "off")):
        file = made / f"{name}.yaml"
        file.write_text(SHORT.format(name=name, title=title, russia=russia), encoding="utf-8")
        save_run(simulate(load_scenario(file)), made / "results", file=file)
    return made


def shown(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    assert main(["table", *map(str, words)]) == 0
    return capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    assert main(["table", *map(str, words)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Traceback" not in printed.err
    return printed.err


def test_runs_become_the_headline_table(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    text = shown(capsys, folder / "results")
    assert "| Scenario | Intended pressure" in text
    assert text.index("Russia backfills 50 %") < text.index("Russia keeps to it")
    assert "8 months from September 2017, 8 random histories, seed 5." in text


def test_a_scenario_file_is_run_first_and_gives_the_table_of_its_run(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    rows = {}
    for words in ((folder / "results" / "keeps",), (folder / "keeps.yaml", "--quiet")):
        found = json.loads(shown(capsys, *words, "--json"))
        rows[words] = [{name: value for name, value in cell.items() if name != "run"} for cell in found["cells"]]
    one, other = rows.values()
    assert one == other


def test_a_saved_run_brings_its_scenario_back_whole(folder: Path, tmp_path: Path) -> None:
    everything = load_scenario(DATA / "everything.yaml")
    small = everything.model_copy(update={"run": everything.run.model_copy(update={"replications": 4, "draws": None})})
    saved = save_run(simulate(small), tmp_path)
    assert of_run(saved).scenario == small
    assert of_run(folder / "results" / "keeps").scenario == load_scenario(folder / "keeps.yaml")


@pytest.mark.parametrize("name", ["table.tex", "table.docx", "table.md", "table.html", "table.csv", "table.dta"])
def test_the_name_of_the_file_says_the_format(
    name: str, capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path
) -> None:
    file = tmp_path / "new" / name
    assert shown(capsys, "time", folder / "results", "--out", file) == f"{file} written\n"
    first = file.read_bytes()
    shown(capsys, "time", folder / "results", "--out", file)
    assert file.read_bytes() == first


def test_scenarios_are_compared_with_the_reference(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    words = (
        "comparison",
        folder / "backfills.yaml",
        folder / "keeps.yaml",
        "--reference",
        "keeps",
        "--quiet",
        "--json",
    )
    found: Any = json.loads(shown(capsys, *words))
    by_heading = {(cell["heading"], cell["row"]): cell["metric"] for cell in found["cells"][::-1]}
    assert by_heading == {
        ("Level in the reference", "Russia keeps to it"): "pressure.realised",
        ("Difference from the reference", "Russia backfills 50 %"): "difference.pressure.realised",
    }
    level, difference = (
        next(cell for cell in found["cells"] if cell["metric"] == metric)
        for metric in ("leakage.value", "difference.leakage.value")
    )
    assert 0 < level["estimate"] < 100
    assert difference["estimate"] > 0
    assert re.fullmatch(r"\+[\d.]+ \([\d.]+ to [\d.]+\) p (below )?0\.\d+", difference["text"])


def test_policies_of_a_file_are_compared_with_it(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "backfills.yaml"
    policies = "policies:\n  closed:\n    title: Russia keeps to it\n    channels: {ru_fuel: off}\n"
    text = SHORT.format(name="backfills", title="Russia backfills", russia="on")
    file.write_text(f"{text}{policies}", encoding="utf-8")
    found: Any = json.loads(shown(capsys, "comparison", file, "--quiet", "--json"))
    assert {(cell["row"], cell["run"]) for cell in found["cells"]} == {
        ("Russia backfills", file.as_posix()),
        ("Russia keeps to it", file.as_posix()),
    }


def test_what_attribute_and_compare_have_saved_is_read(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path
) -> None:
    assert main(["attribute", str(folder / "keeps.yaml"), "--out", str(tmp_path), "--quiet"]) == 0
    compared = [str(folder / "keeps.yaml"), str(folder / "backfills.yaml"), "--out", str(tmp_path), "--quiet"]
    assert main(["compare", *compared]) == 0
    capsys.readouterr()
    assert "| Total |" in shown(capsys, "channels", tmp_path)
    text = shown(capsys, "comparison", tmp_path)
    assert text.index("| Russia keeps to it |") < text.index("**Difference from the reference**")
    assert text.index("**Difference from the reference**") < text.index("| Russia backfills 50 % |")
    altered = (tmp_path / "attribution.csv").read_text(encoding="utf-8").replace("metric", "metrik", 1)
    (tmp_path / "attribution.csv").write_text(altered, encoding="utf-8")
    assert "is not as leaksim wrote it" in refused(capsys, "channels", tmp_path)


def test_a_layout_can_be_copied_and_changed(capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    assert "next: leaksim table --layout" in shown(capsys, "time", "--write-layout", mine)
    mine.write_text(mine.read_text(encoding="utf-8").replace("label: 3 months", "label: A quarter"), encoding="utf-8")
    text = shown(
        capsys, "--layout", mine, folder / "results", "--title", "Soon", "--label", "tab:soon", "--format", "latex"
    )
    assert "A\\\\quarter" in text or "A quarter" in text
    assert r"\caption{Soon}\label{tab:soon}" in text
    before = mine.read_bytes()
    assert "exists and is left as it is" in refused(capsys, "time", "--write-layout", mine)
    assert mine.read_bytes() == before


def test_the_layouts_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert "headline" in shown(capsys, "--list")
    names = [each["name"] for each in json.loads(shown(capsys, "--list", "--json"))["layouts"]]
    assert names == sorted(names)


def test_measures_need_no_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    assert "| 2016-01-06 | trigger |" in shown(capsys, "instruments")


def test_what_cannot_be_done_is_told_and_nothing_is_written(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "table.tex"
    run = folder / "results" / "keeps"
    assert "did you mean headline?" in refused(capsys, "headlin", run, "--out", out)
    assert "needs a run or a scenario file" in refused(capsys, "headline", "--out", out)
    assert "there is no such file" in refused(capsys, "headline", folder / "gone.yaml", "--out", out)
    assert "there is no run (leaksim run makes one)" in refused(capsys, tmp_path, "--out", out)
    assert "end the name in .tex" in refused(capsys, run, "--out", tmp_path / "table.pdf")
    assert "is a folder; name a file in it" in refused(capsys, run, "--out", tmp_path, "--format", "latex")
    assert "give --out FILE" in refused(capsys, run, "--format", "docx")
    words = ("comparison", folder / "keeps.yaml", folder / "backfills.yaml", "--reference", "keep", "--quiet")
    assert "the reference 'keep' is not among the scenarios; did you mean keeps?" in refused(capsys, *words)
    bad = tmp_path / "bad.yaml"
    bad.write_text("layout: 1\n", encoding="utf-8")
    assert "bad.yaml:1:1: error: 'of' is missing" in refused(capsys, "--layout", bad, run, "--out", out)
    assert not out.exists()


def test_mistakes_in_all_scenario_files_are_told_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    bad = ROOT / "tests" / "bad_scenarios"
    told = refused(capsys, bad / "unknown_key.yaml", bad / "negative_seed.yaml")
    assert "unknown_key.yaml:" in told
    assert "negative_seed.yaml:" in told


def test_a_stranger_gets_from_a_cell_to_the_line_and_the_source_in_two_commands(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    # The notes of the printed table name the scenario; these are the two commands.
    text = shown(capsys, folder / "keeps.yaml", "--format", "latex", "--quiet")
    assert f"% {folder / 'keeps.yaml'}: pressure.intended" in text
    assert "Scenario: keeps." in text
    assert main(["explain", str(folder / "keeps.yaml")]) == 0
    explained = capsys.readouterr().out
    assert "keeps.yaml:8" in next(line for line in explained.splitlines() if "channels.ru_fuel" in line)
    assert main(["explain", str(folder / "keeps.yaml"), "suppliers.capacity"]) == 0
    assert "source" in capsys.readouterr().out


def test_a_csv_of_all_runs_has_a_row_for_each_cell(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path
) -> None:
    file = tmp_path / "table.csv"
    shown(capsys, folder / "results", "--out", file)
    rows = read_csv(file.read_bytes())
    assert set(rows["run"]) == {(folder / "results" / name).as_posix() for name in ("backfills", "keeps")}
