"""Scenarios compared with a reference: the tables agree with those of single runs, and pairing pays."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import leaksim
from leaksim.comparing import Comparison
from leaksim.outcomes.comparison import COMPARISON_COLUMNS, HEADLINES, ComparisonError, Lanes, comparison_table
from leaksim.report.comparison import html, markdown, plain_text
from leaksim.scenario.schema import RunSettings, Scenario
from leaksim.scenario.what_if import WhatIfError, what_if
from worlds import cut, from_registry, scenario

SCENARIOS = Path(__file__).parents[2] / "scenarios"
LEVERS = ("hr1644_port_monitoring", "bank_squeeze", "hub_designations")
HEADLINE = "china_tightens_russia_backfills_2017"


def named(name: str, share: float = 0.9, **other: object) -> Scenario:
    update = {"name": name, "run": RunSettings(seed=3, replications=24), **other}
    return scenario(cut("motor_fuel", share), months=6).model_copy(update=update)


def rows(table: pd.DataFrame, metric: str, **wanted: str) -> pd.DataFrame:
    chosen = table[table["metric"] == metric]
    for column, value in wanted.items():
        chosen = chosen[chosen[column] == value]
    return chosen


@pytest.fixture(scope="module")
def levers() -> Comparison:
    headline, *others = (leaksim.load_scenario(SCENARIOS / f"{name}.yaml") for name in (HEADLINE, *LEVERS))
    run = RunSettings(seed=2017, replications=3, draws=60)
    return leaksim.compare([headline.model_copy(update={"run": run}), *others], jobs=2)


@pytest.mark.parametrize("name", LEVERS)
def test_pairing_makes_the_effect_of_a_lever_at_least_five_times_as_precise(levers: Comparison, name: str) -> None:
    found = rows(levers.table, "difference.pressure.realised", scenario=name, interval="parameter")
    assert found["variance_ratio"].item() >= 5


@pytest.mark.parametrize(("name", "least"), [(LEVERS[0], 5), (LEVERS[1], 5), (LEVERS[2], 1)])
def test_pairing_pays_within_a_draw_too(levers: Comparison, name: str, least: float) -> None:
    # Whom a designation hits, and when that firm is back, is luck that the reference does not share.
    found = rows(levers.table, "difference.pressure.realised", scenario=name, interval="replication")
    assert found["variance_ratio"].item() > least


def test_the_levels_are_those_of_a_run(levers: Comparison) -> None:
    alone = leaksim.simulate(levers.scenarios[0]).table
    for headline in HEADLINES:
        wanted = {"scenario": HEADLINE, "item": headline.item}
        ours, theirs = (rows(table, headline.metric, **wanted) for table in (levers.table, alone))
        assert ours["unit"].tolist() == theirs["unit"].tolist()
        columns = ["estimate", "low", "high"]
        assert ours[columns].to_numpy() == pytest.approx(theirs[columns].to_numpy(), rel=1e-12)


def test_a_difference_is_that_of_the_levels(levers: Comparison) -> None:
    for headline in HEADLINES:
        for name in LEVERS:
            level, base = (
                rows(levers.table, headline.metric, scenario=each, item=headline.item)["estimate"].iloc[0]
                for each in (name, HEADLINE)
            )
            difference = rows(levers.table, f"difference.{headline.metric}", scenario=name, item=headline.item)
            assert difference["estimate"].to_numpy() == pytest.approx(level - base, rel=1e-9)
            assert set(difference["reference"]) == {HEADLINE}


def test_the_columns_are_those_of_every_table_and_four_more(levers: Comparison) -> None:
    assert tuple(levers.table.columns) == COMPARISON_COLUMNS
    assert COMPARISON_COLUMNS[-4:] == ("reference", "p", "p_holm", "variance_ratio")
    differences = levers.table[levers.table["reference"] != ""]
    # What luck does not touch has no scatter, and so no test.
    untested = differences[differences["p"].isna()]
    assert set(untested["metric"]) <= {"difference.pressure.intended", "sender.added_per_dollar"}
    differences = differences[differences["p"].notna()]
    assert (differences["p_holm"] >= differences["p"]).all()


def test_somebody_is_first_in_every_draw_and_the_best_regrets_least(levers: Comparison) -> None:
    first = rows(levers.table, "rank.first").set_index("scenario")["estimate"]
    regret = rows(levers.table, "rank.regret").set_index("scenario")["estimate"]
    assert first.sum() == pytest.approx(1)
    assert first.idxmax() == regret.idxmin() == "hub_designations"
    assert regret.min() >= 0


def test_reports_fit_the_terminal_and_say_what_pairing_bought(levers: Comparison) -> None:
    text = plain_text(levers)
    assert max(map(len, text.splitlines())) <= 80
    assert "Realised pressure" in text
    assert "independent runs" in text
    assert repr(levers) == text
    assert html(levers).count("<table>") == len(HEADLINES) + 1
    assert markdown(levers).count("\n## ") == len(HEADLINES) + 1


def test_a_scenario_against_itself_is_zero_and_called_out() -> None:
    comparison = leaksim.compare([named("one"), named("two")])
    differences = comparison.table[comparison.table["metric"].str.startswith("difference.pressure")]
    assert (differences[["estimate", "low", "high"]] == 0).all(axis=None)
    assert comparison.same == {"two": "both files ask for the same"}
    assert "two differs from the reference in no output" in repr(comparison)
    assert rows(comparison.table, "rank.first")["estimate"].tolist() == [0.5, 0.5]


def test_a_value_that_nothing_reads_is_named() -> None:
    # Nobody is designated, so no firm has to re-form.
    comparison = leaksim.compare([named("one"), named("two", assumptions={"us.reformation_time": 99.0})])
    assert comparison.same["two"] == "nothing reads us.reformation_time"


def test_a_scenario_without_uncertain_parameters_is_paired_with_one_that_has_some() -> None:
    drawn = named(
        "drawn", uncertainties=from_registry("suppliers.capacity"), run=RunSettings(seed=3, replications=4, draws=5)
    )
    for order in ([drawn, named("fixed")], [named("fixed"), drawn]):
        comparison = leaksim.compare(order, reference="drawn")
        assert set(comparison.table["replications"]) == {20}
        assert set(comparison.table["draws"]) == {5}


def test_the_result_does_not_depend_on_order() -> None:
    scenarios = [named("one"), named("two", 0.5), named("three", 0.2)]
    first = leaksim.compare(scenarios, reference="one").table
    second = leaksim.compare(scenarios[::-1], reference="one").table
    key = ["scenario", "metric", "item", "interval"]
    first, second = (each.sort_values(key).reset_index(drop=True) for each in (first, second))
    pd.testing.assert_frame_equal(first, second)


@pytest.mark.parametrize(
    ("scenarios", "reference", "said"),
    [
        (lambda: [named("one")], None, "at least two"),
        (lambda: [named("one"), named("one", 0.5)], None, "two scenarios are called one"),
        (lambda: [named("one"), named("two")], "tow", "did you mean two"),
        (
            lambda: [named("one"), named("two"), named("three", period=scenario(months=9).period)],
            None,
            "three has 9 months.*Leave out",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused_with_advice(scenarios: object, reference: str | None, said: str) -> None:
    assert callable(scenarios)
    with pytest.raises(ComparisonError, match=said):
        leaksim.compare(scenarios(), reference=reference)


def test_lanes_that_do_not_belong_together_are_refused() -> None:
    totals = leaksim.simulate(named("one")).replications
    with pytest.raises(ComparisonError, match="same replications"):
        comparison_table([Lanes("one", totals, 1, 0.5), Lanes("two", totals[totals["lane"] < 8], 1, 0.5)], "one")


def test_without_any_measure_differences_of_leakage_are_undefined_and_say_so() -> None:
    nothing = scenario(months=6).model_copy(update={"name": "nothing", "run": RunSettings(seed=3, replications=8)})
    comparison = leaksim.compare([nothing, named("cut")])
    leakage = rows(comparison.table, "difference.leakage.value")
    assert np.isnan(leakage["estimate"]).all()
    assert leakage["note"].str.startswith("undefined").all()
    assert "undefined" in repr(comparison)


def test_a_what_if_fixes_what_was_drawn_and_leaves_the_rest() -> None:
    file = SCENARIOS / "no_russia.yaml"
    asked, base = what_if(file, ["gdp = 20"]), leaksim.load_scenario(file)
    assert asked.value("gdp") == 20
    drawn = next(iter(base.uncertainties))
    again = what_if(file, [f"{drawn}={base.uncertainties[drawn].low}"])
    assert drawn not in again.uncertainties
    assert len(again.uncertainties) == len(base.uncertainties) - 1
    assert again.measures == base.measures


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("supplirs.capacity=1", "did you mean suppliers.capacity"),
        ("suppliers.capacity", "write id=value"),
        ("suppliers.capacity=", "found nothing"),
        ("suppliers.capacity=[1]", "found a list"),
        ("suppliers.capacity=1 kg", "--set suppliers.capacity: .*mass"),
        ("suppliers.capacity=-5", "impossible"),
    ],
)
def test_a_what_if_that_cannot_be_is_refused_with_advice(setting: str, said: str) -> None:
    with pytest.raises((WhatIfError, KeyError), match=said):
        what_if(SCENARIOS / "no_russia.yaml", [setting])
