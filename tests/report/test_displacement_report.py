"""The displacement table that a person reads."""

from io import StringIO
from itertools import pairwise

import pytest
from rich.console import Console

from leaksim.model.channels import CHANNELS
from leaksim.report.displacement import displacement_report
from leaksim.report.sections import SECTIONS
from leaksim.scenario.schema import Scenario
from leaksim.simulation import simulate
from worlds import LONG_AGO, NO_NOISE, STEADY_CHINA, catalogue, cut, from_registry, scenario

UNCERTAIN = from_registry("suppliers.capacity", "china.enforcement.exports.long_run", "price.fuel")


def shown(what: Scenario, replications: int = 16, *, deterministic: bool = False) -> str:
    result = simulate(what, replications=replications, deterministic=deterministic)
    console = Console(file=StringIO(), width=80, markup=False, highlight=False, emoji=False)
    with console.capture() as captured:
        console.print(displacement_report(result))
    return captured.get()


def row(text: str, thing: str, table: int = 0) -> list[str]:
    """Numbers of a thing in the first, second or third table."""
    lines = [line for line in text.splitlines() if line.startswith(f"{thing}  ")]
    return lines[table].removeprefix(thing).split()


@pytest.fixture(scope="module")
def busy() -> str:
    return shown(scenario(*catalogue(), months=24, uncertainties=UNCERTAIN))


def test_it_is_what_run_shows_on_request() -> None:
    assert SECTIONS["displacement"] is displacement_report


def test_every_line_fits_and_can_be_read_aloud(busy: str) -> None:
    assert max(map(len, busy.splitlines())) <= 80
    assert "_" not in busy
    assert "nan" not in busy
    assert "…" not in busy


def test_things_stand_below_each_other_in_all_three_tables(busy: str) -> None:
    heads = ("Blocked", "Reappeared with", "Reappeared by")
    starts = [busy.index(head) for head in heads]
    assert starts == sorted(starts)
    things = ("Motor fuel", "Jet fuel", "Capital goods", "Coal", "Ores", "Hard currency", "Workers", "Everything")
    for table in range(3):
        assert all(row(busy, thing, table) for thing in things)
    assert all(first < second for first, second in pairwise(busy.index(thing) for thing in things))


def test_numbers_are_those_of_the_world_by_hand() -> None:
    """China forbids 49 of 98 $m of coal a month and lets four tenths pass: 588, 235.2, 352.8 $m a year and 40 %."""
    assumptions = {
        **STEADY_CHINA,
        **NO_NOISE,
        "china.enforcement.exports.long_run": 0.6,
        "china.enforcement.exports.decay_time": 1e-3,
    }
    what = scenario(cut("coal", 0.5, LONG_AGO), months=6, channels=["cn_slippage"], assumptions=assumptions)
    text = shown(what, deterministic=True)
    assert row(text, "Coal") == ["588", "235", "353", "40", "0"]
    assert "Ores  " not in text
    assert row(text, "Coal", 1) == ["235", "-", "-"]
    assert row(text, "Coal", 2) == ["235"]
    assert text.splitlines()[[line.split()[:2] for line in text.splitlines()].index(["Reappeared", "by"])].endswith(
        "slippage"
    )
    assert "Neither blocked nor brought: motor fuel, jet fuel, capital goods, ores" in text
    assert "fixed" in text


def test_where_nothing_is_blocked_one_line_says_so() -> None:
    text = shown(scenario(months=3))
    assert text.splitlines()[1:] == ["Nothing is blocked, and nothing comes instead."]


def test_where_nothing_leaks_there_is_a_balance_and_no_more() -> None:
    text = shown(scenario(cut("coal", 0.5, LONG_AGO), months=3, channels=[]))
    assert row(text, "Coal")[1] == "0"
    assert "Nothing of it reappears." in text
    assert "Reappeared with" not in text


def test_without_russia_s_channels_there_is_no_backfill() -> None:
    others = [channel for channel in CHANNELS if not channel.startswith("ru_")]
    text = shown(scenario(cut("motor_fuel", 0.8, LONG_AGO), months=12, channels=others))
    assert row(text, "Motor fuel")[-1] == "0"
    assert row(text, "Motor fuel", 1)[1] == "-"
    assert "Russian" not in text[text.index("Reappeared by") :]


def test_a_single_history_has_numbers_and_no_intervals() -> None:
    text = shown(scenario(cut("motor_fuel", 0.8, LONG_AGO), months=6), 1)
    assert row(text, "Motor fuel")[0] == "1,776"
    assert "single random history gives no interval" in text
    assert " to " not in text[text.index("Reappeared with") : text.index("The partner is")]


def test_intervals_say_what_they_cover(busy: str) -> None:
    assert "over 16 draws of the uncertain" in " ".join(busy.split())
    alone = shown(scenario(cut("motor_fuel", 0.8, LONG_AGO), months=6))
    assert "from 16 random histories" in " ".join(alone.split())
