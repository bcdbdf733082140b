"""Every number that a run prints is defined in the docs, and the parts add up as the docs say."""

import re
from pathlib import Path

import numpy as np
import pytest

from leaksim.outcomes.table import COLUMNS
from leaksim.simulation import Result, simulate
from worlds import catalogue, from_registry, scenario

DEFINITIONS = Path(__file__).parents[2] / "docs" / "background" / "outcomes.md"


@pytest.fixture(scope="module")
def result() -> Result:
    uncertain = from_registry("suppliers.capacity", "traders.penalty")
    return simulate(scenario(*catalogue(), months=24, uncertainties=uncertain), replications=24)


def test_every_metric_is_defined_in_the_docs(result: Result) -> None:
    defined = set(re.findall(r"`([a-z_.<>]+)`", DEFINITIONS.read_text(encoding="utf-8")))
    metrics = set(result.table["metric"]) | {"monthly.top_supplier", "monthly.<series>"}
    assert metrics <= defined


def test_the_tables_have_the_columns_of_the_docs(result: Result) -> None:
    assert tuple(result.table.columns) == COLUMNS == tuple(result.monthly.columns)
    assert ", ".join(COLUMNS) in re.sub(r"\s+", " ", DEFINITIONS.read_text(encoding="utf-8"))


def test_the_parts_of_the_pressure_add_up(result: Result) -> None:
    for arm in ("intended", "realised"):
        parts = result.table[
            (result.table["metric"] == f"pressure.{arm}") & (result.table["interval"] == "replication")
        ]
        values = parts.set_index("item")["estimate"]
        assert values["felt"] + values["deferred"] == pytest.approx(values[""], rel=1e-12)
        classes = values[["military", "government", "industry", "household", "other_imports"]]
        assert classes.sum() == pytest.approx(values["felt"], rel=1e-12)


def test_leakage_and_pass_through_follow_from_the_lanes(result: Result) -> None:
    lanes = result.replications.pivot_table(index="lane", columns="arm", values="pressure")
    values = result.table.set_index(["metric", "item"])["estimate"]
    expected = 1 - lanes["realised"].sum() / lanes["intended"].sum()
    assert values["leakage.value", ""].iloc[0] == pytest.approx(expected, rel=1e-12)
    assert values["pass_through.value", ""].iloc[0] == pytest.approx(1 - expected, rel=1e-12)
    assert values["pressure.realised", ""].iloc[0] == pytest.approx(lanes["realised"].mean() / 2, rel=1e-12)


def test_the_months_add_up_to_the_whole(result: Result) -> None:
    monthly = result.monthly[
        (result.monthly["metric"] == "monthly.pressure")
        & result.monthly["item"].str.startswith("realised/")
        & (result.monthly["interval"] == "replication")
    ]
    whole = result.table.set_index(["metric", "item"])["estimate"]["pressure.realised", ""].iloc[0]
    assert len(monthly) == 24
    assert monthly["estimate"].sum() / 2 == pytest.approx(whole, rel=1e-12)


def test_in_each_month_some_partner_is_the_top_supplier(result: Result) -> None:
    top = result.monthly[
        (result.monthly["metric"] == "monthly.top_supplier") & (result.monthly["interval"] == "replication")
    ]
    product = top["item"].str.split("/").str[0]
    month = top["item"].str.split("/").str[2]
    totals = top.groupby([product, month])["estimate"].sum()
    assert len(totals) == 48
    assert np.allclose(totals, 1)


def test_both_intervals_are_there_for_every_number_with_uncertain_parameters(result: Result) -> None:
    kinds = result.table.groupby(["metric", "item"])["interval"].agg(set)
    assert (kinds.drop("supplier.first_month_on_top", level="metric") == {"replication", "parameter"}).mean() > 0.9


def test_the_profile_ends_in_the_leakage_of_the_whole_run(result: Result) -> None:
    values = result.table[result.table["interval"] == "replication"].set_index(["metric", "item"])["estimate"]
    assert values["leakage.profile", "24"] == pytest.approx(values["leakage.value", ""], rel=1e-12)
    lanes = result.monthly[result.monthly["interval"] == "replication"].set_index(["metric", "item"])["estimate"]
    months = [f"2017-{number:02d}" for number in range(1, 7)]
    intended, realised = (
        sum(lanes["monthly.pressure", f"{arm}/{month}"] for month in months) for arm in ("intended", "realised")
    )
    assert values["leakage.profile", "6"] == pytest.approx(1 - realised / intended, rel=1e-9)
    assert ("leakage.profile", "36") not in values.index
