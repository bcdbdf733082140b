"""The numbers of each figure, computed by hand from small tables."""

from __future__ import annotations

from datetime import date
from math import isnan

import numpy as np
import pandas as pd
import pytest

from leaksim.evidence.instruments import Instrument
from leaksim.evidence.registry import load_registry
from leaksim.figures.compared_fan import compared_fan_data
from leaksim.figures.differences import differences_data
from leaksim.figures.fan import fan, fan_data
from leaksim.figures.instruments import instruments, instruments_data
from leaksim.figures.monitor import monitor, monitor_data
from leaksim.figures.sheet import FigureError
from leaksim.figures.subject import Subject
from leaksim.figures.suppliers import suppliers, suppliers_data
from leaksim.figures.tornado import tornado_data
from leaksim.figures.waterfall import waterfall, waterfall_data
from leaksim.outcomes.comparison import COMPARISON_COLUMNS
from leaksim.outcomes.statistics import Estimate
from leaksim.outcomes.table import TableBuilder

MONTHS = ("2017-01", "2017-02")


def subject(
    *,
    totals: dict[tuple[str, str], tuple[float, float, float]] | None = None,
    monthly: dict[tuple[str, str], tuple[float, ...]] | None = None,
    draws: int = 10,
) -> Subject:
    """A run with these outcomes (value, low, high) and these series (one mean a month), by name and item or arm."""
    table, months = (TableBuilder("test", 100, draws) for _ in range(2))
    kind = "parameter" if draws > 1 else "replication"
    for (metric, item), (value, low, high) in (totals or {}).items():
        table.add(metric, item, "share", [Estimate(value, low, high, kind)])
    bands = []
    for (name, arm), means in (monthly or {}).items():
        for month, value in zip(MONTHS, means, strict=True):
            found = [Estimate(value, 0.9 * value, 1.1 * value, "replication")]
            if draws > 1:
                found.append(Estimate(value, 0.5 * value, 2 * value, "parameter"))
            months.add(f"monthly.{name}", f"{arm}/{month}", "kb/month", found)
            bands.append((arm, month, name, "kb/month", value, 0.4 * value, value, 2.5 * value))
    columns = ["arm", "month", "series", "unit", "mean", "q025", "q50", "q975"]
    return Subject(
        name="test",
        title="A test.",
        months=MONTHS,
        lanes=100,
        draws=draws,
        seed=7,
        table=table.table(),
        monthly=months.table(),
        bands=pd.DataFrame(bands, columns=columns),
        measures=(),
        proposed_holds=False,
        replications=pd.DataFrame(),
        facts={},
    )


def supplied(product: str, **by_party: tuple[float, float]) -> dict[tuple[str, str], tuple[float, ...]]:
    found: dict[tuple[str, str], tuple[float, ...]] = {}
    for party, means in by_party.items():
        found[f"supplied.{product}.{party}", "realised"] = means
        found[f"supplied.{product}.{party}", "baseline"] = (100.0, 100.0)
        found[f"recorded.{product}.{party}", "realised"] = (means[0] / 2, means[1] / 4)
    return found


def test_the_fan_has_each_kind_of_band_of_each_month() -> None:
    what = subject(monthly={("pressure", "intended"): (10, 20), ("pressure", "realised"): (4, 8)})
    rows = {(row["arm"], row["month"]): row for row in fan_data(what).to_dict("records")}
    row = rows["realised", "2017-02"]
    assert row["mean"] == 8
    assert (row["replication_low"], row["replication_high"]) == (pytest.approx(7.2), pytest.approx(8.8))
    assert (row["parameter_low"], row["parameter_high"]) == (4, 16)
    assert (row["history_low"], row["history_high"]) == (pytest.approx(3.2), 20)
    assert "highest in 2017-02, $8 million (4 to 16) a month, with $20 million (10 to 40) intended" in fan(what).alt


def test_without_uncertain_parameters_the_fan_has_no_band_for_them() -> None:
    what = subject(monthly={("pressure", "intended"): (10, 20), ("pressure", "realised"): (4, 8)}, draws=1)
    assert fan_data(what)["parameter_low"].isna().all()
    assert "parameters" not in fan(what).caption.replace("uncertain parameters, seed", "")


def test_the_waterfall_leads_from_a_hundred_to_what_arrives() -> None:
    totals = {
        ("pass_through.value", ""): (0.583, 0.40, 0.70),
        ("leakage.owen", "russia"): (0.117, 0.05, 0.2),
        ("leakage.owen", "china"): (0.30, 0.2, 0.4),
    }
    what = subject(totals=totals)
    data = waterfall_data(what)
    assert data["step"].tolist() == ["intended", "china", "russia", "realised"]
    assert data["dollars"].tolist() == [100, 30, 12, 58]
    assert data["start"].tolist() == pytest.approx([0, 100, 70, 0])
    assert data["end"].tolist() == pytest.approx([100, 70, 58.3, 58.3])
    assert data["low"].iloc[1] == pytest.approx(20)
    assert isnan(data["low"].iloc[0])
    assert "58 reach Pyongyang" in waterfall(what).alt


def test_a_group_that_adds_to_the_pressure_leads_up() -> None:
    totals = {
        ("pass_through.value", ""): (0.9, 0.8, 1.0),
        ("leakage.owen", "russia"): (-0.1, -0.2, 0.0),
        ("leakage.owen", "china"): (0.2, 0.1, 0.3),
    }
    data = waterfall_data(subject(totals=totals)).set_index("step")
    assert data["start"].to_dict()["russia"] == pytest.approx(80)
    assert data["end"].to_dict()["russia"] == pytest.approx(90)
    assert data["dollars"].to_dict() == {"intended": 100, "china": 20, "russia": -10, "realised": 90}


def test_where_nothing_is_intended_there_is_no_waterfall() -> None:
    what = subject(totals={("pass_through.value", ""): (float("nan"),) * 3})
    with pytest.raises(FigureError, match="no pressure is intended"):
        waterfall(what)


def test_shares_of_suppliers_are_of_the_sum_of_the_month() -> None:
    what = subject(monthly=supplied("jet_fuel", china=(30, 0), russia=(10, 0), other=(0, 0)))
    data = suppliers_data(what, "jet_fuel")
    assert data["share_china"].iloc[0] == 0.75
    assert data["share_russia"].iloc[0] == 0.25
    assert data["share_china"].isna().iloc[1]
    assert data["total"].tolist() == [40, 0]
    assert data["without_measures"].tolist() == [300, 300]
    assert "In 2017-01 the shares are China 75 %, Russia 25 %, other countries 0 %; in 2017-02 nobody supplies any" in (
        suppliers(what, "jet_fuel").alt
    )


def test_the_alternative_text_says_who_takes_over() -> None:
    what = subject(monthly=supplied("jet_fuel", china=(30, 10), russia=(10, 30), other=(0, 0)))
    assert "largest supplier is China from 2017-01, then Russia from 2017-02." in suppliers(what, "jet_fuel").alt


def test_the_monitor_sees_a_part_of_the_truth() -> None:
    what = subject(monthly=supplied("motor_fuel", china=(40, 80), russia=(0, 0), other=(10, 0)))
    rows = {(row["partner"], row["month"]): row for row in monitor_data(what, "motor_fuel").to_dict("records")}
    assert rows["china", "2017-02"]["true"] == 80
    assert rows["china", "2017-02"]["recorded"] == 20
    assert (rows["china", "2017-01"]["low"], rows["china", "2017-01"]["high"]) == (20, 80)
    alt = monitor(what, "motor_fuel").alt
    assert "from China 120 thousand barrels, of which 33 % are on record" in alt
    assert "from Russia 0 thousand barrels, so there is nothing to record" in alt


def comparison(*rows: tuple[str, str, float, float, float, str], unit: str = "$m/year") -> pd.DataFrame:
    """A table of differences: scenario, metric, value, low, high, interval."""
    found = []
    for scenario, metric, value, low, high, interval in rows:
        numbers = (scenario, f"difference.{metric}", "", value, low, high, 0.95, interval, unit, 10, 2, "")
        found.append((*numbers, "base", 0.01, 0.01, 5.0))
    return pd.DataFrame(found, columns=list(COMPARISON_COLUMNS))


def test_differences_are_in_order_with_both_intervals() -> None:
    table = comparison(
        ("less", "pressure.realised", -5.0, -6.0, -4.0, "replication"),
        ("less", "pressure.realised", -5.0, -9.0, -1.0, "parameter"),
        ("more", "pressure.realised", 7.0, 6.0, 8.0, "replication"),
    )
    data = differences_data(table, "pressure.realised", "")
    assert data["scenario"].tolist() == ["more", "less"]
    assert data["unit"].tolist() == ["$m a year"] * 2
    less = data.iloc[1]
    assert (less["replication_low"], less["parameter_low"], less["parameter_high"]) == (-6, -9, -1)
    assert isnan(data.iloc[0]["parameter_low"])


def test_differences_of_shares_are_in_percentage_points() -> None:
    table = comparison(("more", "leakage.value", 0.05, 0.04, 0.06, "replication"), unit="share")
    data = differences_data(table, "leakage.value", "")
    assert data["difference"].tolist() == [pytest.approx(5)]
    assert data["replication_high"].tolist() == [pytest.approx(6)]
    assert data["unit"].tolist() == ["percentage points"]


def test_an_outcome_that_is_not_compared_is_named_with_those_that_are() -> None:
    table = comparison(("more", "pressure.realised", 1.0, 0.5, 1.5, "replication"))
    with pytest.raises(FigureError, match=r"not compared in presure\.realised; did you mean pressure\.realised"):
        differences_data(table, "presure.realised", "")


def one_at_a_time_table(*rows: tuple[str, float, str]) -> pd.DataFrame:
    builder = TableBuilder("test", 10, 1)
    for item, value, note in rows:
        builder.add("one_at_a_time.leakage.value", item, "share", [Estimate(value, value, value, "replication")], note)
    return builder.table()


def test_the_tornado_begins_with_the_widest_swing() -> None:
    table = one_at_a_time_table(
        ("price.fuel/low", 0.01, "60 $/bbl"),
        ("price.fuel/high", -0.01, "100 $/bbl"),
        ("tankers.cargo/low", 0.02, "4 kb"),
        ("tankers.cargo/high", 0.05, "9 kb"),
        ("suppliers.capacity/low", 0.0, "20 kb/month"),
        ("suppliers.capacity/high", 0.001, "90 kb/month"),
    )
    data = tornado_data(table, "leakage.value", 2)
    assert data["parameter"].tolist() == ["tankers.cargo", "price.fuel"]
    assert data["swing"].tolist() == [pytest.approx(5), pytest.approx(2)]
    assert data["low"].tolist() == [pytest.approx(2), pytest.approx(1)]
    assert data["at_high"].tolist() == ["9 kb", "100 $/bbl"]


def test_a_tornado_needs_both_ends_of_each_parameter() -> None:
    with pytest.raises(FigureError, match=r"one row for its low and one for its high end: price\.fuel"):
        tornado_data(one_at_a_time_table(("price.fuel/low", 0.01, "")), "leakage.value", 5)


def test_a_table_without_ranges_says_what_it_lacks() -> None:
    with pytest.raises(FigureError, match=r"no rows one_at_a_time\.leakage\.value; it has none"):
        tornado_data(comparison(("a", "leakage.value", 0.1, 0.1, 0.1, "replication")), "leakage.value", 5)


def test_the_difference_of_two_fans_is_taken_history_by_history() -> None:
    ours, reference = np.array([[1.0, 2.0, 3.0]]), np.array([[3.0, 1.0, 2.0]])
    data = compared_fan_data(("2017-01",), ours, reference).set_index("of")
    # The medians themselves do not differ; the differences are -2, 1 and 1.
    assert data["median"].to_dict() == {"scenario": 2, "reference": 2, "difference": 1}
    assert data["low"].to_dict()["difference"] == pytest.approx(-2 + 0.05 * 3)


def test_the_timeline_has_every_event_with_its_last_day() -> None:
    coal = load_registry().instruments["cn_coal_stop_2017_02"]
    data = instruments_data([coal])
    order = data[data["event"] == "in force"].iloc[0]
    assert (order["date"], order["until"]) == (date(2017, 2, 19), date(2017, 12, 31))
    assert data[data["event"] == "adopted"]["date"].tolist() == [date(2017, 2, 18)]
    assert "adopted on 2017-02-18, first in force on 2017-02-19" in instruments("A test", [coal]).alt


def test_the_caption_of_the_timeline_says_where_the_proposal_holds() -> None:
    measures = tuple(load_registry().instruments.values())
    holds = "holds in this scenario instead of what was adopted"
    assert holds in instruments("A test", measures, proposed_holds=True).caption
    assert holds not in instruments("A test", measures).caption


def test_a_timeline_without_measures_is_refused() -> None:
    nothing: tuple[Instrument, ...] = ()
    with pytest.raises(FigureError, match="no measures"):
        instruments("A test", nothing)


def test_without_pressure_the_fan_says_so() -> None:
    what = subject(monthly={("pressure", "intended"): (0, 0), ("pressure", "realised"): (0, 0)})
    assert fan(what).alt.endswith("there is none in any month from 2017-01 to 2017-02.")
