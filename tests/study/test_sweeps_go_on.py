"""Sweeps that were interrupted, extended or failed in places: only what is missing is run, to the same bits."""

import json
from pathlib import Path

import pandas as pd
import pytest

from leaksim.cli import main
from leaksim.engine.lanes import Block, Floats
from leaksim.failing import BlocksFailedError
from leaksim.plan import Plan
from leaksim.study import running
from leaksim.sweeping import Sweep, sweep

WORLD = """\
leaksim: 1
name: {name}
title: A world
period: {{start: 2017-01-01, months: 2}}
measures: [{{use: cn_coal_stop_2017_02}}]
assumptions: {{rason.fee: {fee}}}
channels: {{cn_slippage: off, ru_fuel: off, ru_labour: off, sts_third: off, un_dilution: off}}
uncertainties: {{traders.capacity.exports: {{use: registry}}}}
run: {{seed: 5}}
"""

Ran = list[tuple[str, float, int]]
ALL = [(name, level, index) for index in (0, 1) for level in (0.0, 1.0) for name in ("one", "two")]


def study(
    levels: str = "[0, 1]",
    scenarios: str = "[one.yaml, two.yaml]",
    outcomes: str = "[pressure.realised]",
    run: str = "",
) -> Path:
    for fee, name in enumerate(("one", "two"), start=3):
        Path(f"{name}.yaml").write_text(WORLD.format(name=name, fee=fee), encoding="utf-8")
    text = f"axes: {{levers.bank_pressure.level: {levels}}}\noutcomes: {outcomes}\nrun: {{replications: 600{run}}}\n"
    head = f"study: 1\nname: levels\ntitle: A study\nscenarios: {scenarios}\n"
    Path("levels.yaml").write_text(head + text, encoding="utf-8")
    return Path("levels.yaml")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> Ran:
    """Scenario, level and number of each block that is run in this process."""
    real = running.lanes_of_block
    blocks: Ran = []

    def lanes_of_block(planned: Plan, block: Block, outcomes: tuple[str, ...]) -> tuple[int, Floats]:
        lever = planned.scenario.levers.bank_pressure
        assert lever is not None
        blocks.append((planned.scenario.name, lever.level, block.index))
        return real(planned, block, outcomes)

    monkeypatch.setattr(running, "lanes_of_block", lanes_of_block)
    return blocks


def fails_at(monkeypatch: pytest.MonkeyPatch, name: str, level: float, index: int, error: BaseException) -> None:
    real = running.lanes_of_block

    def lanes_of_block(planned: Plan, block: Block, outcomes: tuple[str, ...]) -> tuple[int, Floats]:
        lever = planned.scenario.levers.bank_pressure
        if lever is not None and (planned.scenario.name, lever.level, block.index) == (name, level, index):
            raise error
        return real(planned, block, outcomes)

    monkeypatch.setattr(running, "lanes_of_block", lanes_of_block)


def assert_as_undisturbed(found: Sweep, file: Path, replications: int | None = None) -> None:
    undisturbed = sweep(file, replications=replications)
    pd.testing.assert_frame_equal(found.table, undisturbed.table, check_exact=True)
    assert found.about() == undisturbed.about()


def test_an_interrupted_sweep_is_balanced_and_goes_on(ran: Ran, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        fails_at(patched, "one", 1.0, 1, KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            sweep(study(), store="kept")
    assert ran == ALL[:6]
    del ran[:]
    found = sweep(study(), store="kept")
    assert ran == ALL[6:]
    del ran[:]
    assert_as_undisturbed(found, study())
    assert ran == sorted(ALL)  # where nothing is kept, one point comes after the other: few are in memory


def test_more_points_scenarios_and_replications_run_what_is_new_only(ran: Ran) -> None:
    sweep(study(scenarios="[one.yaml]"), replications=100, store="kept")
    for levels, scenarios, replications, new in (
        ("[0, 1]", "[one.yaml]", 50, []),
        ("[0.5, 1, 0]", "[one.yaml]", 100, [("one", 0.5, 0)]),
        ("[1]", "[one.yaml, two.yaml]", 100, [("two", 1.0, 0)]),
        ("[0, 1]", "[one.yaml, two.yaml]", 600, ALL),  # the first blocks had fewer lanes
        ("[0, 1]", "[one.yaml, two.yaml]", 1000, ALL[4:]),
        ("[0, 1]", "[one.yaml, two.yaml]", 600, []),
    ):
        del ran[:]
        file = study(levels, scenarios)
        found = sweep(file, replications=replications, store="kept")
        assert ran == new
        assert_as_undisturbed(found, file, replications)


@pytest.mark.parametrize(
    "changed", [{"outcomes": "[leakage.value]"}, {"run": ", seed: 6"}, {"run": ", uncertain: drawn"}]
)
def test_what_the_numbers_depend_on_makes_other_blocks(changed: dict[str, str], ran: Ran) -> None:
    sweep(study(), replications=8, store="kept")
    file = study(**changed)
    found = sweep(file, replications=8, store="kept")
    assert len(ran) == 8
    assert_as_undisturbed(found, file, 8)


def test_fewer_draws_are_other_draws(ran: Ran) -> None:
    """Up to 200 draws share the replications, so each depends on how many there are."""
    file = study(scenarios="[one.yaml]", run=", uncertain: drawn")
    for replications, new in ((100, 2), (150, 2), (300, 2), (250, 0)):
        del ran[:]
        found = sweep(file, replications=replications, store="kept")
        assert len(ran) == new
        assert_as_undisturbed(found, file, replications)


def test_a_block_that_fails_leaves_the_other_points_and_is_listed(
    ran: Ran, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["sweep", str(study()), "--jobs", "1"]
    with monkeypatch.context() as patched:
        fails_at(patched, "two", 1.0, 1, ZeroDivisionError("no trade"))
        assert main(words) == 1
    shown, told = capsys.readouterr()
    failed = "two at point 2: block 2 of 2 (random histories 512 to 599)"
    assert "At 1 of 4 points a run failed." in shown
    assert told.splitlines()[-1].startswith(f"{failed} failed twice: ZeroDivisionError: no trade; see results/studies/")
    assert "in lanes_of_block" in Path(told.rpartition(" see ")[2].strip()).read_text(encoding="utf-8")
    folder = Path("results/studies/levels")
    table = pd.read_csv(folder / "sweep.csv")
    assert list(zip(table["scenario"], table["point"], strict=True)) == [("one", 1), ("one", 2), ("two", 1)]
    about = json.loads((folder / "sweep.json").read_text(encoding="utf-8"))
    assert about["failed"] == {failed: "ZeroDivisionError: no trade"}
    assert main(["runs"]) == 0
    listed = capsys.readouterr().out
    assert "levels (sweep): interrupted, 7 of 8 blocks done" in listed
    assert f"{failed} failed twice" in " ".join(listed.split())
    del ran[:]
    assert main([*words, "-q"]) == 0
    assert ran == ALL[-1:]
    capsys.readouterr()
    assert main(["runs"]) == 0
    assert "levels (sweep): complete, 8 of 8 blocks done" in capsys.readouterr().out
    whole = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert main([*words, "-q", "--out", "elsewhere"]) == 0
    assert whole == {file.name: file.read_bytes() for file in Path("elsewhere/levels").iterdir()}
    del ran[:]
    assert main([*words, "-q", "--fresh"]) == 0
    assert ran == ALL


def test_a_sweep_of_which_nothing_can_be_run_has_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    def lanes_of_block(*_: object) -> None:
        raise ZeroDivisionError("no trade")

    monkeypatch.setattr(running, "lanes_of_block", lanes_of_block)
    levels = ", ".join(str(number / 10) for number in range(11))
    with pytest.raises(BlocksFailedError, match=r"ZeroDivisionError: no trade\nTraceback") as caught:
        sweep(study(f"[{levels}]", "[one.yaml]"), replications=8)
    assert str(caught.value).endswith("and 1 more")
    assert len(caught.value.blocks) == 11
