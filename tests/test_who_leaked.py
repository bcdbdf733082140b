"""Who leaked, through the command's own path: exact sums, null channels, and closed forms."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import leaksim
from leaksim.attribution import Attribution
from leaksim.model.channels import CHANNELS, GROUP_OF_CHANNEL
from leaksim.report.labels import label
from leaksim.scenario.schema import Designations, Lever, Levers
from leaksim.simulation import simulate
from worlds import EITHER_FILLS_THE_GAP, FEEDBACK_OFF, LONG_AGO, NO_NOISE, catalogue, cut, from_registry, scenario

CALM = {**FEEDBACK_OFF, **NO_NOISE}

LEVERS = Levers(
    designations=Designations(rounds_per_year=6, names_per_round=5, target="hub"),
    port_monitoring=Lever(level=1.0),
    bank_pressure=Lever(level=1.0),
)


def values(found: Attribution, metric: str, interval: str = "replication") -> dict[str, float]:
    rows = found.table[(found.table["metric"] == f"attribution.{metric}") & (found.table["interval"] == interval)]
    return dict(zip(rows["item"], rows["estimate"], strict=True))


@pytest.fixture(scope="module")
def whole() -> Attribution:
    what = scenario(*catalogue(), months=12, levers=LEVERS, uncertainties=from_registry("suppliers.capacity"))
    return leaksim.attribute(what, replications=16, levers=True)


def test_channels_add_up_to_their_group_and_groups_to_the_total(whole: Attribution) -> None:
    owen = values(whole, "owen")
    assert set(owen) == {*CHANNELS, *GROUP_OF_CHANNEL.values(), ""}
    smallest = 1e-12 * abs(owen[""])
    for group in set(GROUP_OF_CHANNEL.values()):
        members = sum(owen[channel] for channel, own in GROUP_OF_CHANNEL.items() if own == group)
        assert members == pytest.approx(owen[group], rel=0, abs=smallest)
    assert sum(owen[group] for group in set(GROUP_OF_CHANNEL.values())) == pytest.approx(owen[""], rel=0, abs=smallest)
    note = whole.table.query("metric == 'attribution.owen' and item == ''")["note"].iloc[0]
    assert note.startswith("the parts add up to this exactly")


def test_the_total_and_the_groups_are_those_of_a_run(whole: Attribution) -> None:
    table = simulate(whole.plan.scenario, replications=16).table
    run = table[table["interval"] == "replication"].set_index(["metric", "item"])["estimate"]
    owen = values(whole, "owen")
    assert owen[""] == pytest.approx(run["leakage.value", ""], rel=1e-12)
    for group in set(GROUP_OF_CHANNEL.values()):
        assert owen[group] == pytest.approx(run["leakage.owen", group], rel=1e-9)
    delivered = values(whole, "accounting")
    for channel in CHANNELS:
        share = delivered[channel] / delivered[""]
        assert share == pytest.approx(run["leakage.accounting", channel], rel=1e-9, abs=1e-15)


def test_redundancy_is_first_in_less_last_in(whole: Attribution) -> None:
    first, last, gap = (values(whole, metric) for metric in ("first_in", "last_in", "redundancy"))
    assert gap.keys() == first.keys()
    for item, of_item in gap.items():
        assert of_item == pytest.approx(first[item] - last[item], abs=1e-14)


def test_the_political_and_the_commercial_part_add_up_to_russia(whole: Attribution) -> None:
    motives = values(whole, "motive")
    assert sum(motives.values()) == pytest.approx(values(whole, "owen")["russia"], abs=1e-14)
    assert motives["russia/political"] > 0


def test_a_russia_without_political_motives_leaks_for_money_only() -> None:
    weights = ("base", "response_to_china", "access_stake", "thaw", "follow_china")
    none = dict.fromkeys((f"russia.posture.{name}" for name in weights), 0.0)
    channels = ("ru_fuel", "ru_labour")
    what = scenario(*catalogue(), months=12, channels=channels, assumptions=none)
    assert values(leaksim.attribute(what, replications=8), "motive")["russia/political"] == 0


def test_the_levers_add_up_to_what_the_package_adds(whole: Attribution) -> None:
    what = whole.plan.scenario
    package, none = (
        simulate(each, replications=16).replications.pivot_table(index="lane", columns="arm", values="pressure")
        for each in (what, what.model_copy(update={"levers": Levers()}))
    )
    expected = (package["realised"] - none["realised"]).sum() / package["intended"].sum()
    levers = values(whole, "levers")
    assert set(levers) == {"designations", "port_monitoring", "bank_pressure", ""}
    assert levers[""] == pytest.approx(expected, rel=1e-9)
    assert sum(levers.values()) - levers[""] == pytest.approx(levers[""], rel=1e-12)


def test_every_number_has_both_intervals(whole: Attribution) -> None:
    what = scenario(*catalogue(), months=6, channels=("ru_fuel",), uncertainties=from_registry("suppliers.capacity"))
    settings = what.run.model_copy(update={"draws": 4})
    found = leaksim.attribute(what.model_copy(update={"run": settings}), replications=4).table
    assert set(found["draws"]) == {4}
    assert found.groupby(["metric", "item"])["interval"].agg(set).map({"replication", "parameter"}.__eq__).all()
    assert found[["low", "high"]].notna().all(axis=None)


def test_a_channel_without_capacity_gets_exactly_nothing() -> None:
    what = scenario(
        *catalogue(),
        months=8,
        channels=("cn_smuggling", "ru_fuel", "ru_labour", "sts_third"),
        assumptions={"suppliers.capacity": 0.0, "suppliers.migration_weight": 0.0},
    )
    found = leaksim.attribute(what, replications=8)
    nothing = found.table[found.table["item"].isin(["ru_fuel"])]
    assert len(nothing) == 5
    assert (nothing[["estimate", "low", "high"]] == 0).all(axis=None)


def test_channels_that_bring_only_currency_get_the_same_first_and_last() -> None:
    """CF11, through the whole command."""
    channels = ("cn_slippage", "cn_smuggling")
    what = scenario(
        cut("coal", 1.0, LONG_AGO),
        months=12,
        channels=channels,
        assumptions={**CALM, "reserves.import_response": 0.0},
    )
    found = leaksim.attribute(what, replications=8)
    for channel in channels:
        shares = [values(found, metric)[channel] for metric in ("owen", "first_in", "last_in")]
        assert shares[0] > 0
        assert shares == pytest.approx([shares[0]] * 3, rel=1e-9)


def test_two_channels_that_can_each_fill_the_gap_get_half_each() -> None:
    """CF12, through the whole command."""
    assumptions: dict[str, float | str] = {**CALM, **EITHER_FILLS_THE_GAP}
    channels = ("ru_fuel", "sts_third")
    what = scenario(cut("motor_fuel", 0.8, LONG_AGO), months=6, channels=channels, assumptions=assumptions)
    found = leaksim.attribute(what, replications=8)
    expected = {"owen": 0.5, "first_in": 1.0, "last_in": 0.0, "redundancy": 1.0}
    for metric, share in expected.items():
        for channel in channels:
            assert values(found, metric)[channel] == pytest.approx(share, abs=0.02), (metric, channel)


def test_the_result_depends_on_neither_the_processes_nor_the_cut_into_parts() -> None:
    what = scenario(*catalogue(), months=3, channels=("cn_smuggling", "ru_fuel", "ru_labour", "ru_port", "sts_third"))
    one, two = (leaksim.attribute(what, replications=520, jobs=jobs).table for jobs in (1, 2))
    pd.testing.assert_frame_equal(one, two, check_exact=True)


def test_nothing_intended_and_nothing_open_are_told_apart() -> None:
    idle = leaksim.attribute(scenario(months=3), replications=8)
    assert np.isnan(values(idle, "owen")[""])
    assert "No pressure is intended" in idle._repr_html_()
    shut = leaksim.attribute(scenario(cut("coal", 1.0), months=6, channels=()), replications=8)
    assert values(shut, "owen") == {"": 0.0}
    assert "Total leakage" in shut._repr_html_()


def test_the_result_says_what_it_is(whole: Attribution) -> None:
    assert repr(whole).startswith("<Attribution of test, of 100 intended: china ")
    html = whole._repr_html_()
    assert "Russian fuel firms" in html
    assert max(map(len, html.splitlines())) <= 90


def test_every_metric_is_defined_in_the_docs_and_has_words(whole: Attribution) -> None:
    page = Path(__file__).parents[1] / "docs" / "background" / "outcomes.md"
    assert set(whole.table["metric"]) <= set(re.findall(r"`([a-z_.]+)`", page.read_text(encoding="utf-8")))
    rows = whole.table[["metric", "item"]].drop_duplicates().to_numpy()
    labels = [label(metric, item) for metric, item in rows]
    assert len(set(labels)) == len(labels)
    assert not [text for text in labels if "_" in text or "/" in text]


def test_a_scenario_without_levers_adds_nothing_by_levers() -> None:
    found = leaksim.attribute(scenario(cut("coal", 1.0), months=4, channels=("ru_fuel",)), replications=1, levers=True)
    assert values(found, "levers") == {"": 0.0}
    text = found._repr_html_()
    assert "The scenario pulls no lever." in text
    assert "A single random history gives no interval." in text
