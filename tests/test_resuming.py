"""Runs that are interrupted, killed, short of a worker or of a block: they end with the bytes of an undisturbed one."""

import json
import logging
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from pathlib import Path

import pandas as pd
import pytest

import leaksim.simulation
from leaksim.attribution import attribute
from leaksim.cli import main
from leaksim.discovering import discover
from leaksim.engine.lanes import Block
from leaksim.failing import BlocksFailedError
from leaksim.forecasting import forecast
from leaksim.outcomes.observation import Observation
from leaksim.plan import Plan
from leaksim.sensitivities import sensitivity
from leaksim.simulation import Result, simulate, simulate_many
from leaksim.store.runs import RECORD
from leaksim.switching import switches
from leaksim.validation import validate
from worlds import FEEDBACK_OFF, LONG_AGO, NO_NOISE, cut, from_registry, scenario

CERTAIN = scenario(cut("coal", 0.9, "2017-01-01"), months=2, channels=("cn_smuggling", "ru_port"))
DRAWN = CERTAIN.model_copy(update={"name": "drawn", "uncertainties": from_registry("traders.capacity.exports")})
TABLES = ("table", "monthly", "replications", "bands")

SCENARIO = """\
leaksim: 1
name: {name}
title: A test
period: {{start: 2017-01-01, months: 2}}
measures:
  - id: cut
    title: China cuts coal
    provisions:
      - {{flow: coal, binds: [china], cut: 90 %, in_force: 2017-01-01}}
channels: {{cn_slippage: off, ru_fuel: off, ru_labour: off, sts_third: off, un_dilution: off}}
run: {{seed: 5, replications: 1300}}
"""

Ran = list[tuple[str, int]]


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> Ran:
    """Scenario and number of each block that is run in this process."""
    real = leaksim.simulation.run_block
    blocks: Ran = []

    def run_block(planned: Plan, block: Block) -> tuple[Observation, frozenset[str]]:
        blocks.append((planned.scenario.name, block.index))
        return real(planned, block)

    monkeypatch.setattr(leaksim.simulation, "run_block", run_block)
    return blocks


def fails_at(monkeypatch: pytest.MonkeyPatch, name: str, index: int, error: BaseException) -> None:
    real = leaksim.simulation.run_block

    def run_block(planned: Plan, block: Block) -> tuple[Observation, frozenset[str]]:
        if (planned.scenario.name, block.index) == (name, index):
            raise error
        return real(planned, block)

    monkeypatch.setattr(leaksim.simulation, "run_block", run_block)


def assert_same(one: Result, other: Result) -> None:
    for table in TABLES:
        pd.testing.assert_frame_equal(getattr(one, table), getattr(other, table), check_exact=True)
    assert (one.unread, one.plan.lanes) == (other.unread, other.plan.lanes)


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path: Path, ran: Ran, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        fails_at(patched, "drawn", 2, KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            simulate(DRAWN, replications=1500, store=tmp_path)
    del ran[:]
    resumed = simulate(DRAWN, replications=1500, store=tmp_path)
    assert ran == [("drawn", 2)]
    assert resumed.reused == 2
    assert_same(resumed, simulate(DRAWN, replications=1500))


def test_more_replications_run_the_new_blocks_only_and_fewer_run_none(tmp_path: Path, ran: Ran) -> None:
    simulate(CERTAIN, replications=600, store=tmp_path)
    del ran[:]
    more = simulate(CERTAIN, replications=1100, store=tmp_path)
    assert ran == [("test", 1), ("test", 2)]  # the second block had 88 lanes
    del ran[:]
    fewer = simulate(CERTAIN, replications=530, store=tmp_path)
    assert not ran
    assert_same(more, simulate(CERTAIN, replications=1100))
    assert_same(fewer, simulate(CERTAIN, replications=530))


def test_parameters_that_are_drawn_anew_make_another_run(tmp_path: Path, ran: Ran) -> None:
    """Up to 200 draws share the replications: beyond that, more of them change no draw."""
    for replications, new in ((150, [0]), (512, [0]), (600, [1])):
        del ran[:]
        simulate(DRAWN, replications=replications, store=tmp_path)
        assert ran == [("drawn", index) for index in new]


@pytest.mark.parametrize(("seed", "deterministic"), [(9, False), (1, True)])
def test_what_the_numbers_depend_on_makes_another_run(tmp_path: Path, ran: Ran, seed: int, deterministic: bool) -> None:
    simulate(CERTAIN, replications=8, seed=1, store=tmp_path)
    changed = partial(simulate, CERTAIN, replications=8, seed=seed, deterministic=deterministic)
    assert_same(changed(store=tmp_path), changed())
    assert len(ran) == 3


def test_what_the_numbers_do_not_depend_on_changes_nothing(tmp_path: Path, ran: Ran) -> None:
    simulate(CERTAIN, replications=8, store=tmp_path)
    simulate(
        CERTAIN.model_copy(update={"title": "Other words", "description": "More."}), replications=8, store=tmp_path
    )
    assert len(ran) == 1


def test_a_run_until_the_interval_is_narrow_goes_on_too(
    tmp_path: Path, ran: Ran, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = CERTAIN.run.model_copy(update={"half_width": 0.0003, "replications": 5000})
    narrow = CERTAIN.model_copy(update={"run": settings})
    undisturbed = simulate(narrow)
    blocks = len(ran)
    assert 2 < blocks < 10
    with monkeypatch.context() as patched:
        fails_at(patched, "test", 2, KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            simulate(narrow, store=tmp_path)
    del ran[:]
    for new in (blocks - 2, 0):
        resumed = simulate(narrow, store=tmp_path)
        assert len(ran) == new
        assert_same(resumed, undisturbed)
        assert resumed.precision is not None
        assert undisturbed.precision is not None
        pd.testing.assert_frame_equal(resumed.precision.trace, undisturbed.precision.trace)
        del ran[:]


def test_scenarios_take_turns_where_their_blocks_are_kept(tmp_path: Path, ran: Ran) -> None:
    list(simulate_many([CERTAIN, DRAWN], replications=1100))
    assert ran == [(name, index) for name in ("test", "drawn") for index in range(3)]
    del ran[:]
    list(simulate_many([CERTAIN, DRAWN], replications=1100, store=tmp_path))
    assert ran == [(name, index) for index in range(3) for name in ("test", "drawn")]


def test_a_block_that_fails_takes_its_own_scenario_only(
    tmp_path: Path, ran: Ran, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        fails_at(patched, "test", 1, ZeroDivisionError("no trade"))
        results = simulate_many([CERTAIN, DRAWN], replications=1100, store=tmp_path)
        assert next(results).plan.scenario.name == "drawn"
        said = r"test: block 2 of 3 \(random histories 512 to 1,023\) failed twice: ZeroDivisionError: no trade; see "
        with pytest.raises(BlocksFailedError, match=said) as caught:
            next(results)
    told = Path(str(caught.value).rpartition(" see ")[2])
    assert "in run_block" in told.read_text(encoding="utf-8")
    del ran[:]
    simulate(CERTAIN, replications=1100, store=tmp_path)
    assert ran == [("test", 1), ("test", 2)]
    assert not told.exists()


def test_a_block_that_fails_is_told_in_full_where_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    fails_at(monkeypatch, "test", 0, ZeroDivisionError("no trade"))
    with pytest.raises(BlocksFailedError, match=r"ZeroDivisionError: no trade\nTraceback"):
        simulate(CERTAIN, replications=8)


def write(*names: str) -> list[str]:
    for name in names:
        Path(f"{name}.yaml").write_text(SCENARIO.format(name=name), encoding="utf-8")
    return [f"{name}.yaml" for name in names]


def test_the_exit_code_tells_of_a_block_that_failed_and_the_others_are_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["run", *write("one", "two", "three"), "--replications", "8", "--jobs", "1"]
    with monkeypatch.context() as patched:
        fails_at(patched, "two", 0, ZeroDivisionError("no trade"))
        assert main([*words, "--json"]) == 1
    shown, told = capsys.readouterr()
    assert "two: block 1 of 1 (random histories 0 to 7) failed twice: ZeroDivisionError: no trade" in told
    assert {row["scenario"] for row in json.loads(shown)["results"]} == {"one", "three"}
    assert [Path("results", name, "summary.csv").exists() for name in ("one", "two", "three")] == [True, False, True]
    assert not Path("results/headline.csv").exists()
    assert main([*words, "-q"]) == 0
    assert Path("results/headline.csv").exists()


def test_processes_and_a_cluster_exclude_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["run", *write("one"), "--jobs", "2", "--dask", "local"]) == 2
    assert "give one of them" in capsys.readouterr().err
    assert not Path("results").exists()


def test_a_damaged_file_is_told_and_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["run", *write("one"), "--replications", "8", "--jobs", "1"]
    assert main(words) == 0
    before = Path("results/one/summary.csv").read_bytes()
    (file,) = Path("results/.blocks").glob("*/*.blocks")
    content = bytearray(file.read_bytes())
    content[-5] ^= 1
    file.write_bytes(content)
    capsys.readouterr()
    assert main(words) == 0
    assert f"{file}: warning: not all of it is as it was written" in capsys.readouterr().err
    assert Path("results/one/summary.csv").read_bytes() == before


class Counted:
    """A function that counts its calls, and is interrupted at one of them."""

    def __init__(self, real: Callable[..., object], interrupted_at: int = -1) -> None:
        self.calls = 0
        self._real = real
        self._interrupted_at = interrupted_at

    def __call__(self, *words: object) -> object:
        if self.calls == self._interrupted_at:
            raise KeyboardInterrupt
        self.calls += 1
        return self._real(*words)


def indices(store: Path | None) -> pd.DataFrame:
    return sensitivity(DRAWN, points=120, store=store).table


def shares(store: Path | None) -> pd.DataFrame:
    return attribute(DRAWN, replications=520, store=store).table


def boxes(store: Path | None) -> pd.DataFrame:
    return discover(DRAWN, where="leakage.value > 8 %", draws=100, histories=16, resamples=1, store=store).draws


def reversals(store: Path | None) -> pd.DataFrame:
    still = {**FEEDBACK_OFF, **NO_NOISE, "china.enforcement.exports.long_run": 0.85}
    slips, strict = (
        scenario(cut("coal", share, LONG_AGO), months=4, channels=channels, assumptions=still)
        for share, channels in ((0.8, ("cn_slippage",)), (0.4, ()))
    )
    strict = strict.model_copy(update={"name": "strict"})
    return switches(slips, strict, only=["china.enforcement.exports.long_run"], histories=8, store=store).table


def verdicts(store: Path | None) -> pd.DataFrame:
    return validate(points=4, histories=8, store=store).table


def quantiles(store: Path | None) -> pd.DataFrame:
    return forecast(points=4, histories=8, store=store).table


@pytest.mark.parametrize(
    ("study", "task", "tasks"),
    [
        (indices, "leaksim.influence.runs.at_points", 3),
        (shares, "leaksim.attribution._run_part", 4),
        (boxes, "leaksim.influence.runs.at_points", 4),
        (reversals, "leaksim.switching._at_values", 16),
        (verdicts, "leaksim.calibration.patterns._at_points", 2),
        (quantiles, "leaksim.calibration.patterns._at_points", 2),
    ],
)
def test_other_studies_go_on_too(
    study: Callable[[Path | None], pd.DataFrame],
    task: str,
    tasks: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module, _, name = task.rpartition(".")
    real = getattr(import_module(module), name)
    monkeypatch.setattr("leaksim.calibration.patterns._LANES_AT_ONCE", 16)
    undisturbed = study(None)
    monkeypatch.setattr(task, Counted(real, interrupted_at=tasks - 1))
    with pytest.raises(KeyboardInterrupt):
        study(tmp_path)
    for new in (1, 0):
        counted = Counted(real)
        monkeypatch.setattr(task, counted)
        pd.testing.assert_frame_equal(study(tmp_path), undisturbed, check_exact=True)
        assert counted.calls == new


def files_of(folder: Path) -> dict[str, bytes]:
    """What a run has left, without the record of when, where and at which revision it ran."""
    files = sorted(file for file in folder.glob("[!.]*/[!.]*") if file.name != RECORD)
    assert files
    return {"/".join(file.parts[-2:]): file.read_bytes() for file in files}


def start(*words: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "leaksim", *map(str, words), "-q"], stdout=subprocess.DEVNULL)


def kept_bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.glob(".blocks/*/*.blocks"))


def kills(times: int, folder: Path, words: list[str], last: str, chance: random.Random) -> Iterator[Path]:
    """Kill runs at random moments; yield each folder in which one has come to its end, with the last file it writes."""
    undisturbed = folder / "undisturbed"
    start(*words, "--out", undisturbed).wait()
    assert (undisturbed / last).exists()
    whole = kept_bytes(undisturbed)
    killed = number = 0
    while killed < times:
        out = folder / str(number)
        number += 1
        while not (out / last).exists():
            process = start(*words, "--out", out)
            moment = chance.uniform(kept_bytes(out), whole), chance.uniform(0, 0.3)
            while process.poll() is None and kept_bytes(out) < moment[0]:
                time.sleep(0.002)
            time.sleep(moment[1])
            if killed < times and process.poll() is None:
                process.kill()
                killed += 1
            process.wait()
        yield out


@pytest.mark.parametrize("times", [4, pytest.param(24, marks=pytest.mark.slow)])
def test_a_run_that_is_killed_at_any_moment_ends_with_the_same_bytes(
    times: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["run", *write("one", "two"), "--jobs", "1" if times == 4 else "2"]
    for out in kills(times, tmp_path, words, "headline.csv", random.Random(times)):
        assert files_of(out) == files_of(tmp_path / "undisturbed")


STUDY = """\
study: 1
name: small
title: A study
scenarios: [one.yaml, two.yaml]
axes: {levers.bank_pressure.level: [0, 0.5, 1]}
run: {replications: 520}
"""


@pytest.mark.parametrize("times", [2, pytest.param(12, marks=pytest.mark.slow)])
def test_a_sweep_that_is_killed_at_any_moment_ends_with_the_same_bytes(
    times: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write("one", "two")
    Path("study.yaml").write_text(STUDY, encoding="utf-8")
    words = ["sweep", "study.yaml", "--jobs", "1" if times == 2 else "2"]
    for out in kills(times, tmp_path, words, "small/sweep.json", random.Random(times)):
        assert files_of(out) == files_of(tmp_path / "undisturbed")


def test_a_run_that_loses_a_worker_ends_with_the_same_numbers(tmp_path: Path) -> None:
    killed: list[multiprocessing.process.BaseProcess] = []

    def kill_one(*_: int) -> None:
        if not killed:
            killed.append(multiprocessing.active_children()[0])
            killed[0].kill()

    lost = simulate(DRAWN, replications=2500, jobs=2, store=tmp_path, progress=kill_one)
    assert killed[0].exitcode == -signal.SIGKILL
    assert_same(lost, simulate(DRAWN, replications=2500))


def test_a_cluster_gives_the_same_numbers(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(2, processes=False, dashboard_address="127.0.0.1:0") as cluster:
        found = simulate(DRAWN, replications=1500, jobs=cluster.scheduler_address, store=tmp_path)
    assert_same(found, simulate(DRAWN, replications=1500))


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_gives_the_same_numbers(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(2, dashboard_address="127.0.0.1:0", silence_logs=logging.CRITICAL) as cluster:
        killed: list[int] = []

        def kill_one(*_: int) -> None:
            if not killed:
                killed.append(cluster.workers[0].pid)
                os.kill(killed[0], signal.SIGKILL)

        lost = simulate(DRAWN, replications=4000, jobs=cluster.scheduler_address, store=tmp_path, progress=kill_one)
    assert killed
    assert_same(lost, simulate(DRAWN, replications=4000))


@pytest.mark.slow
def test_a_cluster_that_is_started_here_gives_the_same_numbers(tmp_path: Path) -> None:
    found = simulate(DRAWN, replications=1500, jobs="local", store=tmp_path)
    assert_same(found, simulate(DRAWN, replications=1500))
