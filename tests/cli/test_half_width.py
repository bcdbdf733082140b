"""`half_width` from the outside: what is said, what is saved, and where it does not hold."""

import json
from pathlib import Path

import pandas as pd
import pytest

from leaksim.cli import main
from leaksim.store.runs import load_run

SCENARIO = """\
leaksim: 1
name: {name}
title: Run until the interval is narrow
period: {{start: 2017-01-01, months: 4}}
measures: [{{use: cn_coal_stop_2017_02}}, {{use: cn_fuel_stop_2017_06}}, {{use: unscr_2321}}]
run: {{replications: {most}, half_width: {width}}}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path


def write(name: str, width: str, most: int = 60) -> str:
    file = Path(f"{name}.yaml")
    file.write_text(SCENARIO.format(name=name, width=width, most=most), encoding="utf-8")
    return str(file)


def test_what_it_took_is_told_and_the_trace_is_shown_and_saved(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", write("wide", "50 %"), "--jobs", "1"]) == 0
    shown, told = capsys.readouterr()
    text = " ".join(shown.split())
    assert "to have a half-width of 50 % of intended. It took 15 random histories, of at most 60." in text
    table = [line.split() for line in shown.splitlines()]
    assert [cells[0] for cells in table[-5:] if cells] == ["Random", "10", "15"]
    assert max(map(len, shown.splitlines())) <= 80
    assert "wide: warning" not in told
    saved = load_run("results/wide")
    assert saved.manifest["run"]["precision"] == {"on": "leakage.value", "half_width": 0.5, "most": 60, "reached": True}
    assert saved.manifest["run"]["replications"] == 15
    assert saved.trace is not None
    assert list(saved.trace["replications"]) == [10, 11, 12, 13, 14, 15]
    row = saved.table[saved.table["metric"] == "leakage.value"].iloc[0]
    assert saved.trace.iloc[-1]["low"] == row["low"]


def test_what_is_not_reached_is_a_warning_with_what_may_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", write("narrow", "0.00001"), "--jobs", "1", "--quiet"]) == 0
    shown, told = capsys.readouterr()
    assert shown.startswith("narrow: Of every 100 dollars")
    assert "narrow: warning: after 60 random histories the half-width of leakage by value is" in told
    assert "not 0.001 % of intended; about" in told
    assert "raise run.replications" in told
    assert load_run("results/narrow").manifest["run"]["precision"]["reached"] is False


def test_json_has_the_traces_of_all_scenarios(capsys: pytest.CaptureFixture[str]) -> None:
    files = [write("wide", "50 %"), write("narrow", "0.00001")]
    assert main(["run", *files, "--json", "--no-save", "--jobs", "1"]) == 0
    document = json.loads(capsys.readouterr().out)
    traces = pd.DataFrame(document["traces"])
    assert traces.groupby("scenario")["replications"].max().to_dict() == {"wide": 15, "narrow": 60}
    assert document["manifest"]["scenarios"]["narrow"]["run"]["precision"]["reached"] is False


def test_replications_on_the_command_line_come_first_and_an_older_trace_goes() -> None:
    file = write("wide", "50 %")
    assert main(["run", file, "--jobs", "1", "--quiet"]) == 0
    assert Path("results/wide/trace.csv").exists()
    assert main(["run", file, "--jobs", "1", "--quiet", "--replications", "24"]) == 0
    run = load_run("results/wide")
    assert run.trace is None
    assert not Path("results/wide/trace.csv").exists()
    assert run.manifest["run"]["replications"] == 24
    assert run.manifest["run"]["precision"] is None


@pytest.mark.parametrize("command", ["compare", "attribute"])
def test_other_commands_run_all_replications_and_say_so(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    files = [write("wide", "50 %", most=24), write("narrow", "0.00001", most=24)]
    files = files if command == "compare" else files[:1]
    assert main([command, *files, "--json", "--jobs", "1", "--quiet"]) == 0
    shown, told = capsys.readouterr()
    assert {row["replications"] for row in json.loads(shown)["results"]} == {24}
    assert "wide: half_width ends single runs only; here all 24 replications are run" in told
    assert main([command, *files, "--json", "--jobs", "1", "--quiet", "--replications", "8"]) == 0
    assert "half_width" not in capsys.readouterr().err
