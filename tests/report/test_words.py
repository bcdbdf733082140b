"""What readers get to see: sentences that can be read aloud, tables that fit, labels for everything."""

from io import StringIO

import pandas as pd
import pytest
from rich.console import Console

from leaksim.outcomes.statistics import Estimate
from leaksim.outcomes.table import TableBuilder
from leaksim.report.headline import headline_of
from leaksim.report.labels import label
from leaksim.report.markdown import headline_markdown
from leaksim.report.outcomes import outcomes_of
from leaksim.report.sentence import sentence
from leaksim.report.terminal import WIDTH, Subject, comparison, scenario_report
from leaksim.simulation import Result, simulate
from worlds import catalogue, from_registry, scenario

MONTHS = tuple(f"2017-{month:02d}" for month in range(1, 13))


def table(
    passes: float, low: float, high: float, *, groups: dict[str, float], interval: str = "replication"
) -> pd.DataFrame:
    builder = TableBuilder("test", 100, 10 if interval == "parameter" else 1)

    def add(metric: str, item: str, value: float, low: float, high: float, unit: str) -> None:
        builder.add(metric, item, unit, [Estimate(value, low, high, interval)])

    add("pressure.intended", "", 1000, 900, 1100, "$m/year")
    add("pressure.realised", "", 1000 * passes, 900 * passes, 1100 * passes, "$m/year")
    add("leakage.value", "", 1 - passes, 1 - high, 1 - low, "share")
    add("pass_through.value", "", passes, low, high, "share")
    for group, share in groups.items():
        add("leakage.owen", group, share, share - 0.01, share + 0.01, "share")
    return builder.table()


@pytest.mark.parametrize(
    ("numbers", "groups", "said"),
    [
        ((0.63, 0.60, 0.66), {"china": 0.21, "russia": 0.16}, "63 reach Pyongyang"),
        ((0.63, 0.60, 0.66), {"china": 0.21, "russia": 0.16}, "21 leak through China, 16 through Russia"),
        ((0.634, 0.60, 0.66), {"china": 0.213, "russia": 0.153}, "64 reach|63 reach"),
        ((1.0, 1.0, 1.0), {"china": 0.0}, "nothing leaks"),
        ((1.08, 1.05, 1.11), {"china": 0.02, "russia": -0.10}, "more than intended"),
        ((1.08, 1.05, 1.11), {"china": 0.02, "russia": -0.10}, "Russia adds 10"),
        ((-0.2, -0.3, -0.1), {"china": 1.2}, "better off"),
    ],
)
def test_the_sentence_says_where_a_hundred_dollars_go(
    numbers: tuple[float, float, float], groups: dict[str, float], said: str
) -> None:
    text = sentence(outcomes_of(table(*numbers, groups=groups)))
    assert any(part in text for part in said.split("|")), text


def test_the_sentence_names_what_its_interval_covers() -> None:
    of_luck = sentence(outcomes_of(table(0.63, 0.60, 0.66, groups={"china": 0.37})))
    of_parameters = sentence(outcomes_of(table(0.63, 0.45, 0.80, interval="parameter", groups={"china": 0.37})))
    assert "95 % interval 60 to 66 from 100 random histories" in of_luck
    assert "95 % interval 45 to 80 over the uncertain parameters" in of_parameters


def test_without_intended_pressure_the_sentence_claims_nothing() -> None:
    empty = simulate(scenario(months=3), replications=8).table
    assert sentence(outcomes_of(empty)) == "No pressure is intended, so nothing can leak."


@pytest.fixture(scope="module")
def result() -> Result:
    uncertain = from_registry("suppliers.capacity", "china.enforcement.fuel.long_run")
    return simulate(scenario(*catalogue(), months=12, uncertainties=uncertain), replications=24)


def shown(result: Result, *, verbose: bool, width: int = WIDTH) -> str:
    console = Console(file=StringIO(), width=width, markup=False, highlight=False)
    console.print(scenario_report(Subject("A title", MONTHS, 1, result.table), verbose=verbose))
    console.print(comparison([headline_of("A title that is long enough to need another line", result.table)]))
    output = console.file
    assert isinstance(output, StringIO)
    return output.getvalue()


@pytest.mark.parametrize("verbose", [False, True])
def test_every_line_fits_on_a_terminal_of_80_columns(result: Result, verbose: bool) -> None:
    text = shown(result, verbose=verbose)
    assert max(len(line) for line in text.splitlines()) <= 80
    assert ("random histories alone" in text) == verbose
    assert "Intended pressure" in text
    assert "_" not in text.replace("test: 12 months", "")


def test_every_outcome_has_a_label_of_its_own(result: Result) -> None:
    rows = result.table[["metric", "item"]].drop_duplicates().to_numpy()
    labels = [label(metric, item) for metric, item in rows]
    assert len(set(labels)) == len(labels)
    assert not [text for text in labels if "_" in text or "/" in text or not text[0].isupper()]


def test_the_markdown_table_is_a_table(result: Result) -> None:
    text = headline_markdown([headline_of("China | Russia", result.table)])
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len({line.replace("\\|", "").count("|") for line in rows}) == 1
    assert r"China \| Russia" in text
