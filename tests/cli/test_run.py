"""`leaksim run`, step by step: what is said where, what is saved when, and what stops it."""

import errno
import json
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any, Never

import pandas as pd
import pytest
from rich.console import Console

import leaksim.simulation
from leaksim.cli import main
from leaksim.cli.progress import Bar, Lines, Silence, progress_on
from leaksim.engine.lanes import Block
from leaksim.outcomes.observation import Observation
from leaksim.plan import Plan
from leaksim.store.runs import RunError, load_run

SCENARIO = """\
leaksim: 1
name: {name}
title: China cuts fuel [{name}]
period: {{start: 2017-01-01, months: 3}}
measures:
  - id: cut
    title: China cuts fuel
    provisions:
      - {{flow: motor_fuel, binds: [china], cut: 90 %, in_force: 2017-02-01}}
run: {{replications: 8}}
"""

DRAWN = "uncertainties: {suppliers.capacity: {use: registry}}\n"

RunBlock = Callable[[Plan, Block], tuple[Observation, frozenset[str]]]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path


def write(name: str, more: str = "") -> str:
    file = Path(f"{name}.yaml")
    file.write_text(SCENARIO.format(name=name) + more, encoding="utf-8")
    return str(file)


def run(*words: str) -> int:
    return main(["run", *words, "--jobs", "1"])


def is_whole(name: str, out: str = "results") -> bool:
    try:
        return bool(load_run(Path(out, name)).manifest["scenario"]["name"] == name)
    except RunError:
        return False


def before_each(monkeypatch: pytest.MonkeyPatch, names: dict[str, Callable[[], None]]) -> None:
    """Do something before the blocks of these scenarios are run."""
    real: RunBlock = leaksim.simulation.run_block

    def run_block(planned: Plan, block: Block) -> tuple[Observation, frozenset[str]]:
        names.get(planned.scenario.name, lambda: None)()
        return real(planned, block)

    monkeypatch.setattr(leaksim.simulation, "run_block", run_block)


def test_the_sentence_comes_first_and_the_file_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(write("one")) == 0
    heading, facts, _, *rest = capsys.readouterr().out.splitlines()
    assert heading == "China cuts fuel [one]"
    assert facts == "one: 3 months from 2017-01, 8 random histories, seed 1"
    assert rest[0].startswith("Of every 100 dollars of intended pressure")
    saved = load_run("results/one").table
    assert (saved["scenario"] == "one").all()
    assert set(saved["replications"]) == {8}


def test_tables_go_to_standard_output_and_everything_else_does_not(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(write("one"), write("two")) == 0
    captured = capsys.readouterr()
    assert "saved" not in captured.out
    assert [line.split(" after")[0] for line in captured.err.splitlines()] == [
        "one: saved in results/one",
        "two: saved in results/two",
    ]
    assert max(map(len, captured.out.splitlines())) <= 80


def test_quiet_prints_one_line_for_each_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(write("one"), write("two"), "-q") == 0
    captured = capsys.readouterr()
    assert [line.split(":")[0] for line in captured.out.splitlines()] == ["one", "two"]
    assert all(line.endswith(".") for line in captured.out.splitlines())
    assert not captured.err
    assert is_whole("one")


def test_verbose_shows_both_intervals(capsys: pytest.CaptureFixture[str]) -> None:
    file = write("drawn", DRAWN)
    assert run(file) == 0
    assert "random histories alone" not in capsys.readouterr().out
    assert run(file, "-v") == 0
    assert "random histories alone" in capsys.readouterr().out


def test_options_take_the_place_of_what_the_file_says() -> None:
    assert run(write("one"), "--replications", "9", "--seed", "4", "--out", "else/where") == 0
    facts = load_run("else/where/one").manifest["run"]
    assert (facts["replications"], facts["seed"]) == (9, 4)


def test_with_no_save_nothing_is_written(folder: Path) -> None:
    assert run(write("one"), write("two"), "--no-save") == 0
    assert {path.name for path in folder.iterdir()} == {"one.yaml", "two.yaml"}


def test_json_has_every_row_with_null_for_what_is_undefined(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(write("two"), write("one"), "--json") == 0
    captured = capsys.readouterr()
    document = json.loads(captured.out, parse_constant=not_json)
    assert list(document["manifest"]["scenarios"]) == ["two", "one"]
    assert {"software", "evidence", "streams"} < set(document["manifest"])
    undefined = [row for row in document["results"] if row["estimate"] is None]
    assert ("leakage.quantity", "jet_fuel") in {(row["metric"], row["item"]) for row in undefined}
    for name in ("one", "two"):
        rows = pd.DataFrame([row for row in document["results"] if row["scenario"] == name])
        saved = load_run(Path("results", name)).table
        pd.testing.assert_frame_equal(rows[list(saved)], saved, check_exact=True, check_dtype=False)


def not_json(constant: str) -> Never:
    raise AssertionError(f"{constant} is not JSON")


def test_json_and_files_agree_on_the_facts(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(write("one"), "--json") == 0
    manifest = json.loads(capsys.readouterr().out)["manifest"]
    saved = load_run("results/one").manifest
    assert manifest.pop("scenarios")["one"].items() <= saved.items()
    assert manifest.items() <= saved.items()


def test_warnings_are_told_once_and_on_standard_error(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write("one", "levers: {port_monitoring: {level: 0}}\nassumptions: {suppliers.capacity: 100}\n")
    real: RunBlock = leaksim.simulation.run_block

    def forgets(planned: Plan, block: Block) -> tuple[Observation, frozenset[str]]:
        seen, read = real(planned, block)
        return seen, read - {"suppliers.capacity"}

    monkeypatch.setattr(leaksim.simulation, "run_block", forgets)
    assert run(file, "--json") == 0
    captured = capsys.readouterr()
    json.loads(captured.out)
    assert captured.err.count("port_monitoring at level 0 changes nothing") == 1
    assert captured.err.count("nothing reads suppliers.capacity") == 1


def test_notes_are_counted_and_shown_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    text = Path(write("one")).read_text(encoding="utf-8").replace("measures:", "measures:\n  - use: unscr_2375")
    Path("one.yaml").write_text(text, encoding="utf-8")
    assert run("one.yaml") == 0
    assert "1 note: shown with -v" in capsys.readouterr().err
    assert run("one.yaml", "-v") == 0
    assert "note: unscr_2375 also orders" in capsys.readouterr().err


def test_two_scenarios_of_one_name_are_both_named(capsys: pytest.CaptureFixture[str]) -> None:
    write("one")
    Path("again.yaml").write_text(SCENARIO.format(name="one"), encoding="utf-8")
    assert run(".") == 2
    message = capsys.readouterr().err
    assert "again.yaml" in message
    assert "one.yaml" in message
    assert not Path("results").exists()


@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("one.yaml", "one.yaml is not a folder"),
        ("one.yaml/in/it", "cannot be made: Not a directory"),
        ("taken", "taken/one is not a folder"),
    ],
)
def test_a_folder_that_cannot_be_used_is_refused_before_the_run(
    out: str, said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("taken").mkdir()
    Path("taken/one").touch()
    before_each(monkeypatch, {"one": lambda: pytest.fail("it was run")})
    assert run(write("one"), "--out", out) == 2
    assert said in capsys.readouterr().err


def test_a_write_protected_folder_is_refused_before_the_run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("results").mkdir()
    before_each(monkeypatch, {"one": lambda: pytest.fail("it was run")})
    # The tests may be run by root, for whom no folder is protected.
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != Path("results"))
    assert run(write("one")) == 2
    assert "results is write-protected" in capsys.readouterr().err


def test_a_full_disk_is_told_in_words(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    assert run(write("one")) == 1
    assert f"cannot be written: {os.strerror(errno.ENOSPC)}" in capsys.readouterr().err
    assert not [path for path in Path("results").rglob("*") if path.is_file()]


def test_each_scenario_is_saved_and_shown_before_the_next_begins(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    before_each(monkeypatch, {"two": lambda: seen.append((is_whole("one"), "[one]" in capsys.readouterr().out))})
    assert run(write("one"), write("two")) == 0
    assert seen == [(True, True)]


def test_an_interrupt_loses_only_what_was_being_done(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    before_each(monkeypatch, {"two": interrupt})
    assert run(write("one"), write("two"), write("three")) == 130
    assert "interrupted" in capsys.readouterr().err
    assert [is_whole(name) for name in ("one", "two", "three")] == [True, False, False]
    assert not Path("results/headline.md").exists()


def test_a_run_again_takes_the_place_of_the_one_before() -> None:
    file = write("one")
    assert run(file, "--seed", "1") == 0
    first = load_run("results/one")
    assert run(file, "--seed", "2") == 0
    second = load_run("results/one")
    assert second.manifest["run"]["seed"] == 2
    assert not first.replications.equals(second.replications)


def test_several_scenarios_are_put_side_by_side_in_the_order_asked_for() -> None:
    assert run(write("two"), write("one")) == 0
    rows = pd.read_csv("results/headline.csv")
    assert list(dict.fromkeys(rows["scenario"])) == ["two", "one"]
    text = Path("results/headline.md").read_text(encoding="utf-8")
    assert text.index("(two)") < text.index("(one)")


def test_a_folder_with_one_scenario_gets_its_headline_too_but_a_file_does_not() -> None:
    file = write("one")
    assert run(file) == 0
    assert not Path("results/headline.md").exists()
    assert run(".") == 0
    assert Path("results/headline.md").exists()


def test_the_number_of_processes_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    files = [write("one"), write("two", DRAWN)]
    assert run(*files, "--out", "alone") == 0
    assert main(["run", *files, "--jobs", "2", "--out", "together"]) == 0
    for file in ("one/summary.csv", "two/summary.csv", "two/replications.parquet", "two/bands.parquet", "headline.md"):
        assert Path("alone", file).read_bytes() == Path("together", file).read_bytes(), file


class Clock:
    """Time that passes when it is told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_plain_progress_is_a_line_now_and_then_with_the_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(time, "monotonic", clock)
    file = StringIO()
    progress = Lines(Console(file=file, width=80))
    for done in range(1, 11):
        clock.now += 2.0
        progress.advance(done, 10)
    assert file.getvalue().splitlines() == [
        "3 of 10 blocks done, about 14 s left",
        "6 of 10 blocks done, about 8 s left",
        "9 of 10 blocks done, about 2 s left",
    ]


def test_progress_suits_where_it_is_read() -> None:
    assert type(progress_on(Console(file=StringIO()), quiet=False)) is Lines
    assert type(progress_on(Console(file=StringIO(), force_terminal=True), quiet=False)) is Bar
    assert type(progress_on(Console(file=StringIO(), force_terminal=True), quiet=True)) is Silence


def in_a_terminal(*words: str, output: Any = None) -> tuple[int, str]:
    """Run with standard error, and if not told otherwise standard output, on a terminal of 80 columns."""
    outside, inside = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80"}
    process = subprocess.Popen(
        [sys.executable, "-m", "leaksim", "run", *words], stdout=output or inside, stderr=inside, env=environment
    )
    os.close(inside)
    seen = b""
    while select.select([outside], [], [], 60)[0]:
        try:
            seen += os.read(outside, 65536)
        except OSError:  # nobody is at the other end any more
            break
    os.close(outside)
    return process.wait(60), seen.decode()


def test_a_terminal_sees_a_bar_that_goes_away_and_a_file_gets_the_tables() -> None:
    with Path("out.txt").open("w", encoding="utf-8") as output:
        code, seen = in_a_terminal(write("one"), write("two"), "--jobs", "1", output=output)
    written = Path("out.txt").read_text(encoding="utf-8")
    assert code == 0
    assert "Simulating" in seen
    assert "2/2" in seen
    assert "Of every 100 dollars" not in seen
    assert written.count("Of every 100 dollars") == 2
    assert "\x1b" not in written


def test_whoever_closes_the_pipe_early_is_told_that_not_all_was_done() -> None:
    files = [write("one"), write("two")]
    command = [sys.executable, "-m", "leaksim", "run", *files, "--jobs", "1", "-q"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    errors = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) == 1
    assert "Traceback" not in errors
