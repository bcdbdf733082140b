"""`leaksim run --show time`: tables that fit, in words, with the numbers of the tidy table."""

from dataclasses import replace
from io import StringIO
from math import nan

import pytest
from rich.console import Console

from leaksim.report.terminal import WIDTH
from leaksim.report.time import time_report
from leaksim.scenario.schema import Levers
from leaksim.simulation import Result, simulate
from worlds import catalogue, from_registry, scenario


@pytest.fixture(scope="module")
def result() -> Result:
    uncertain = from_registry("suppliers.capacity", "stock.motor_fuel.initial")
    levers = Levers.model_validate({"port_monitoring": {"level": 1.0}})
    return simulate(scenario(*catalogue(), months=12, levers=levers, uncertainties=uncertain), replications=24)


def shown(result: Result) -> str:
    console = Console(file=StringIO(), width=WIDTH, markup=False, highlight=False)
    console.print(time_report(result))
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def altered(result: Result, metric: str, item: str, **values: float | str) -> Result:
    """The result with other values in all rows of one outcome."""
    table = result.table.copy()
    rows = (table["metric"] == metric) & (table["item"] == item)
    assert rows.any()
    for column, value in values.items():
        table.loc[rows, column] = value
    return replace(result, table=table)


def line(text: str, start: str) -> str:
    return next(line for line in text.splitlines() if line.startswith(start))


def test_every_line_fits_and_is_in_words(result: Result) -> None:
    text = shown(result)
    assert max(map(len, text.splitlines())) <= WIDTH
    assert "_" not in text
    assert "nan" not in text
    for start in ("Up to month 12", "Pressure  ", "Motor fuel stock", "Reserves", "Households", "At least 90 %"):
        assert line(text, start)
    assert "Up to month 24" not in text
    assert "uncertain parameters" in text


def test_medians_may_lie_beyond_the_run(result: Result) -> None:
    half_life = ("pressure.half_life", "realised")
    for values, expected in (
        ({"estimate": 5.0, "low": 3.0, "high": 8.0}, "5 (3 to 8)"),
        ({"estimate": 5.0, "low": 3.0, "high": nan}, "5 (3 or more)"),
        ({"estimate": nan, "low": 7.0, "high": nan}, "longer (7 or more)"),
        ({"estimate": nan, "low": nan, "high": nan, "note": "all censored"}, "longer"),
        ({"estimate": 4.0, "low": 4.0, "high": 4.0}, "4"),
        ({"estimate": nan, "low": nan, "high": nan, "note": "undefined: there is no pressure"}, "–"),
    ):
        assert line(shown(altered(result, *half_life, **values)), "Pressure  ").rstrip().endswith(f"  {expected}")


def test_shares_are_shown_in_percent_with_the_digits_that_the_interval_supports(result: Result) -> None:
    text = shown(altered(result, "incidence.relief", "household", estimate=0.0712, low=0.0211, high=0.1532))
    assert line(text, "Households").rstrip().endswith("7 (2 to 15)")
    text = shown(altered(result, "incidence.relief", "household", estimate=0.000312, low=0.000211, high=0.000532))
    assert line(text, "Households").rstrip().endswith("0.0 (0.0 to 0.1)")
    text = shown(altered(result, "incidence.relief", "household", estimate=-1e-14, low=-4e-14, high=2e-14))
    assert line(text, "Households").rstrip().endswith("  0")


def test_months_bought_may_be_months_lost(result: Result) -> None:
    text = shown(altered(result, "exhaustion.bought", "reserves", estimate=-0.5, low=-1.2, high=0.3))
    lines = text.splitlines()
    after = lines[[each.startswith("Reserves") for each in lines].index(True) :]
    assert line("\n".join(after), "  bought by leaks").split()[-3:] == ["(-1.2", "to", "0.3)"]


def test_what_the_sender_gets_for_a_dollar_is_said(result: Result) -> None:
    text = shown(altered(result, "sender.pressure_per_dollar", "", estimate=31.2, low=13.1, high=146.0))
    assert "Realised pressure for one dollar of the sender: 31 (13 to 146) dollars." in text
    free = {"estimate": nan, "low": nan, "high": nan}
    assert "The sender spends nothing." in shown(altered(result, "sender.pressure_per_dollar", "", **free))


def test_without_draws_there_is_no_column_of_draws(result: Result) -> None:
    text = shown(simulate(scenario(*catalogue(), months=3), replications=8))
    assert "Of draws" in shown(result)
    assert "Of draws" not in text
    assert "from the random histories" in text


def test_a_single_history_is_shown_without_intervals() -> None:
    text = shown(simulate(scenario(*catalogue(), months=6), replications=1))
    assert " to " not in line(text, "Industry")
    assert "nan" not in text


def test_without_intended_pressure_there_is_nothing_to_tell() -> None:
    assert "no pressure is intended" in shown(simulate(scenario(months=3), replications=4))
