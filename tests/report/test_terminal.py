"""What stands on the terminal, and what a pipe gets."""

from collections.abc import Iterable, Sequence
from io import StringIO
from math import inf, nan

import pytest
from rich.console import Console, RenderableType

from leaksim.outcomes.statistics import Estimate
from leaksim.outcomes.table import TableBuilder
from leaksim.report.headline import METRICS, headline_of, headline_rows
from leaksim.report.labels import NoLabelError, label
from leaksim.report.terminal import Subject, comparison, scenario_report
from leaksim.simulation import Result, simulate
from worlds import cut, from_registry, scenario

MONTHS = tuple(f"2017-{month:02d}" for month in range(1, 13))


@pytest.fixture(scope="module")
def result() -> Result:
    what = scenario(cut("motor_fuel", 0.9), months=12, uncertainties=from_registry("suppliers.capacity"))
    return simulate(what, replications=16)


def printed(*shown: RenderableType, width: int = 80, terminal: bool = False) -> str:
    file = StringIO()
    console = Console(file=file, width=width, force_terminal=terminal, markup=False, highlight=False, emoji=False)
    console.print(*shown, sep="\n")
    return file.getvalue()


def report(rows: TableBuilder, *, title: str = "A title", verbose: bool = False, width: int = 80) -> str:
    return printed(scenario_report(Subject(title, MONTHS, 1, rows.table()), verbose=verbose), width=width)


def builder(*, pressure: Sequence[float] = (900, 880, 920), draws: int = 1, name: str = "case") -> TableBuilder:
    """The least that a report needs, with both intervals where parameters are drawn."""
    rows = TableBuilder(name, 500, draws)
    kinds = ("replication",) if draws == 1 else ("replication", "parameter")
    widening = {"replication": 1.0, "parameter": 5.0}

    def both(middle: float, low: float, high: float) -> Iterable[Estimate]:
        for kind in kinds:
            by = widening[kind]
            yield Estimate(middle, middle - by * (middle - low), middle + by * (high - middle), kind)

    rows.add("pressure.intended", "", "$m/year", both(*pressure))
    rows.add("pressure.realised", "", "$m/year", both(*(0.7 * number for number in pressure)))
    rows.add("leakage.value", "", "share", both(0.3, 0.28, 0.32))
    rows.add("pass_through.value", "", "share", both(0.7, 0.68, 0.72))
    rows.add("leakage.owen", "china", "share", both(0.3, 0.28, 0.32))
    return rows


def test_a_pipe_gets_the_text_of_the_terminal_without_its_colours(result: Result) -> None:
    shown = scenario_report(Subject("Fuel [bold] is cut :fire:", MONTHS, 1, result.table))
    piped, seen = printed(shown), printed(shown, terminal=True)
    assert "\x1b" not in piped
    assert "\x1b[1m" in seen
    assert "Fuel [bold] is cut :fire:" in piped


@pytest.mark.parametrize("size", [1e-6, 1.0, 1e9])
def test_every_line_fits_whatever_the_numbers(size: float) -> None:
    numbers = [number * size for number in (-123456.789, -123456.987, -123456.543)]
    rows = builder(pressure=numbers, name="a_name_of_a_scenario_that_is_as_long_as_no_table_can_bear_on_a_terminal")
    for fuel in ("motor_fuel", "jet_fuel"):
        rows.add("supplier.months_on_top", f"{fuel}/other", "month", [Estimate(11.1, 10.2, 11.9, "replication")])
        first = Estimate(3.0, 2.0, inf, "replication")
        rows.add("supplier.first_month_on_top", f"{fuel}/other", "months from the start", [first])
    text = report(rows, title="A title " * 30) + printed(comparison([headline_of("A title", rows.table())]))
    assert max(map(len, text.splitlines())) <= 80


def test_a_narrow_terminal_is_kept_to_as_well(result: Result) -> None:
    shown = scenario_report(Subject("A title", MONTHS, 1, result.table), verbose=True)
    assert max(map(len, printed(shown, width=50).splitlines())) <= 50


def test_what_has_no_value_is_left_out_of_the_table_with_its_reason() -> None:
    rows = builder()
    rows.add_undefined("leakage.quantity", "jet_fuel", "share", "undefined: none of it is cut")
    rows.add_undefined("leakage.quantity", "capital_goods", "share", "undefined: none of it is cut")
    text = " ".join(report(rows).split())
    assert "Without a value, because none of it is cut: leakage of jet fuel, leakage of capital goods." in text
    assert "nan" not in text


def test_a_supplier_that_was_never_on_top_is_not_mentioned() -> None:
    rows = builder()
    for party, months, first in (("china", 7.5, 0.0), ("russia", 4.5, 7.0), ("other", 0.0, inf)):
        item = f"motor_fuel/{party}"
        rows.add("supplier.months_on_top", item, "month", [Estimate(months, months - 0.5, months + 0.5, "replication")])
        when = [Estimate(first, first, first + 1, "replication")]
        rows.add("supplier.first_month_on_top", item, "months from the start", when)
    text = report(rows)
    assert ["Motor fuel, Russia on top", "4.5", "4.0 to 5.0", "months of 12"] in columns(text)
    assert ["Motor fuel, Russia on top from", "2017-08", "2017-08 to 2017-09", "median month"] in columns(text)
    assert "other countries" not in text


def test_a_supplier_that_may_never_come_out_on_top_has_an_open_interval() -> None:
    rows = builder()
    when = [Estimate(7.0, 6.0, inf, "replication")]
    rows.add("supplier.first_month_on_top", "jet_fuel/russia", "months from the start", when)
    assert ["Jet fuel, Russia on top from", "2017-08", "2017-07 to never", "median month"] in columns(report(rows))


def test_with_uncertain_parameters_their_interval_is_shown_and_the_other_on_request() -> None:
    rows = builder(draws=100)
    first = [Estimate(7.0, 7.0, 8.0, "replication")]
    rows.add("supplier.first_month_on_top", "motor_fuel/russia", "months from the start", first)
    short, long = report(rows), report(rows, verbose=True)
    assert ["Intended pressure", "900", "800 to 1,000", "$m a year"] in columns(short)
    # The median of a month has an interval over the histories only, which must not pass for the other.
    assert ["Motor fuel, Russia on top from", "2017-08", "median month"] in columns(short)
    assert "over 100 draws of the uncertain parameters" in " ".join(short.split())
    assert "880 to 920" not in short
    assert ["Intended pressure", "900", "880 to 920", "$m a year"] in columns(long)
    assert long.startswith(short.rstrip("\n"))


def test_without_draws_nothing_is_said_of_parameters() -> None:
    assert "uncertain parameters" not in report(builder(), verbose=True)


def test_the_comparison_says_which_intervals_cover_what() -> None:
    certain = headline_of("Certain", builder(name="certain").table())
    uncertain = headline_of("Uncertain", builder(name="uncertain", draws=100).table())
    text = {
        "neither": comparison([certain]),
        "both": comparison([uncertain]),
        "mixed": comparison([uncertain, certain]),
    }
    said = {name: " ".join(printed(shown).split()) for name, shown in text.items()}
    assert said["neither"].endswith("Intervals are from the random histories alone.")
    assert said["both"].endswith("Intervals are over the uncertain parameters.")
    assert said["mixed"].endswith("but from the random histories alone for: Certain.")
    assert ["Uncertain", "900", "630", "70", "60 to 80"] in columns(printed(text["mixed"]))


def test_the_comparison_shows_where_nothing_is_intended() -> None:
    table = simulate(scenario(months=2), replications=4).table
    text = printed(comparison([headline_of("Nothing", table)]))
    assert ["Nothing", "0", "0", "-", "nothing intended"] in columns(text)
    assert "Intervals" not in text


def test_the_headline_rows_are_those_of_the_tidy_tables(result: Result) -> None:
    rows = headline_rows([result.table, result.table])
    assert set(rows["metric"]) == set(METRICS)
    assert list(rows.columns) == list(result.table.columns)
    assert len(rows) == 2 * len(headline_rows([result.table]))
    assert set(rows.loc[rows["metric"].str.startswith("pressure."), "item"]) == {""}


def test_every_month_of_every_series_has_a_label_of_its_own(result: Result) -> None:
    rows = result.monthly[["metric", "item"]].drop_duplicates().to_numpy()
    labels = {label(metric, item) for metric, item in rows}
    assert len(labels) == len(rows)
    assert not [text for text in labels if "_" in text or "/" in text or "{" in text]


@pytest.mark.parametrize(("metric", "item"), [("leakage.value", "moon"), ("leakage", ""), ("leakage.owen", "")])
def test_what_has_no_label_is_not_labelled_by_its_code(metric: str, item: str) -> None:
    with pytest.raises(NoLabelError, match=metric):
        label(metric, item)


def columns(text: str) -> list[list[str]]:
    """The cells of each line, which stand at least two blanks apart."""
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in text.splitlines()]


def test_a_single_history_shows_no_interval() -> None:
    assert ["Intended pressure", "900", "none", "$m a year"] in columns(report(builder(pressure=(900, nan, nan))))
