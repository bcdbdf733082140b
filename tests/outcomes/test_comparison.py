"""Scenarios compared with a reference: the tables agree with those of single runs, and pairing pays."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import leaksim
from leaksim.comparing import Comparison
from leaksim.outcomes.comparison import COMPARISON_COLUMNS, HEADLINES, ComparisonError, Lanes, comparison_table
from leaksim.report.comparison import html, markdown, plain_text
from leaksim.report.comparison_cells import gain_cell, rank_cells
from leaksim.scenario.schema import Channels, RunSettings, Scenario
from leaksim.scenario.what_if import WhatIfError, what_if
from worlds import cut, from_registry, scenario

SCENARIOS = Path(__file__).parents[2] / "scenarios"
LEVERS = ("hr1644_port_monitoring", "bank_squeeze", "hub_designations", "random_designations", "maximum_pressure")
HEADLINE = "china_tightens_russia_backfills_2017"


def named(name: str, share: float = 0.9, **other: object) -> Scenario:
    update = {"name": name, "run": RunSettings(seed=3, replications=24), **other}
    return scenario(cut("motor_fuel", share), months=6).model_copy(update=update)


def rows(table: pd.DataFrame, metric: str, **wanted: str) -> pd.DataFrame:
    chosen = table[table["metric"] == metric]
    for column, value in wanted.items():
        chosen = chosen[chosen[column] == value]
    return chosen


def pulled(*, replications: int, draws: int) -> Comparison:
    """The levers of the sender against the headline."""
    headline, *others = (leaksim.load_scenario(SCENARIOS / f"{name}.yaml") for name in (HEADLINE, *LEVERS))
    run = RunSettings(seed=2017, replications=replications, draws=draws)
    return leaksim.compare([headline.model_copy(update={"run": run}), *others], jobs=2)


@pytest.fixture(scope="module")
def levers() -> Comparison:
    return pulled(replications=3, draws=60)


def gains(comparison: Comparison, interval: str) -> dict[tuple[str, str, str], float]:
    """What pairing bought in each outcome, by scenario, metric and item."""
    table = comparison.table[(comparison.table["interval"] == interval) & (comparison.table["reference"] != "")]
    keys = zip(table["scenario"], table["metric"].str.removeprefix("difference."), table["item"], strict=True)
    return {key: gain for key, gain in zip(keys, table["variance_ratio"], strict=True) if not np.isnan(gain)}


def shares_of_luck(comparison: Comparison) -> dict[tuple[str, str, str], float]:
    """How much of the scatter of a difference between draws is luck, by scenario, metric and item."""
    table = comparison.table[comparison.table["reference"] != ""]
    table = table.assign(metric=table["metric"].str.removeprefix("difference."), width=table["high"] - table["low"])
    widths = table.pivot_table(index=["scenario", "metric", "item"], columns="interval", values="width")
    # The mean of one draw has as many times the variance of the mean of all as there are draws.
    draws = float(table["draws"].iloc[0])
    shares = draws * (widths["replication"] / widths["parameter"]) ** 2
    return dict(zip(shares.index.tolist(), shares.tolist(), strict=True))


def judge_gains(comparison: Comparison) -> None:
    found = gains(comparison, "parameter")
    assert len(found) == len(LEVERS) * len(HEADLINES)
    # Levers take fuel away where it leaks and multiply the premium where it is high: that difference between draws is
    # no luck, and pairing leaves it as it is.
    luck = shares_of_luck(comparison)
    assert {key: gain for key, gain in found.items() if gain < 5 and luck[key] >= 1 / 4} == {}
    assert {key for key, gain in found.items() if gain < 5} <= {key for key in found if "motor_fuel" in key[2]}


def test_pairing_makes_the_effect_of_a_lever_at_least_five_times_as_precise(levers: Comparison) -> None:
    judge_gains(levers)


@pytest.mark.slow
def test_pairing_makes_the_effect_of_a_lever_at_least_five_times_as_precise_over_many_draws() -> None:
    judge_gains(pulled(replications=4, draws=256))


def test_most_of_what_pairing_leaves_of_the_scatter_of_the_price_is_no_luck(levers: Comparison) -> None:
    assert shares_of_luck(levers)["maximum_pressure", "price.premium_mean", "realised/motor_fuel"] < 1 / 4


@pytest.mark.parametrize(
    ("name", "least"),
    [("hr1644_port_monitoring", 5), ("bank_squeeze", 5), ("hub_designations", 1), ("maximum_pressure", 1)],
)
def test_pairing_pays_within_a_draw_too(levers: Comparison, name: str, least: float) -> None:
    # Whom a designation hits, and when that firm is back, is luck that the reference does not share.
    assert gains(levers, "replication")[name, "pressure.realised", ""] > least


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
    assert first.idxmax() == regret.idxmin() == "maximum_pressure"
    assert regret.min() >= 0


def test_reports_fit_the_terminal_and_say_what_pairing_bought(levers: Comparison) -> None:
    text = plain_text(levers)
    assert max(map(len, text.splitlines())) <= 80
    assert "Realised pressure" in text
    assert "independent runs" in text
    assert repr(levers) == text
    assert html(levers).count("<table>") == len(HEADLINES) + 1
    assert markdown(levers).count("\n## ") == len(HEADLINES) + 1


def test_outcomes_that_need_no_table_are_named_instead() -> None:
    text = repr(leaksim.compare([named("one"), named("two", share=0.8)], replications=1))
    assert "1 random history, seed 3." in text
    assert "a single random history gives none." in text
    assert "Without a value, so without a difference: leakage of hard currency." in " ".join(text.split())
    assert "Leakage of hard currency:" not in text
    closed = leaksim.compare([named("one"), named("two", channels=Channels(sts_third=False))])
    assert "No difference at all: intended pressure." in repr(closed)


def test_a_share_is_neither_none_nor_all_where_it_is_not() -> None:
    regret = {"estimate": 0.04, "low": 0.0, "high": 0.0, "unit": "$m/year"}
    assert rank_cells({"estimate": 0.998}, regret) == ("above 99", "0.04", "0 to 0")
    assert rank_cells({"estimate": 0.002}, {**regret, "low": 0.01, "high": 0.07})[0] == "below 1"
    assert rank_cells({"estimate": 1.0}, {**regret, "estimate": 0.0}) == ("100", "0", "does not vary")
    assert [gain_cell(gain) for gain in (0.914, 58.4, 9_940, 58e6, float("nan"))] == [
        *("0.91", "58", "9,900", "above 10,000", "-"),
    ]


def test_a_scenario_against_itself_is_zero_and_called_out() -> None:
    comparison = leaksim.compare([named("one"), named("two")])
    differences = comparison.table[comparison.table["metric"].str.startswith("difference.pressure")]
    assert (differences[["estimate", "low", "high"]] == 0).all(axis=None)
    assert comparison.same == {"two": "both ask for the same"}
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
    assert "Without a value, so without a difference: leakage by value" in " ".join(repr(comparison).split())


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
