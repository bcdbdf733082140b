"""When stores are empty, and the months that leaks buy, by hand."""

import numpy as np
import pandas as pd
import pytest

from leaksim.model.channels import INTENDED, REALISED
from leaksim.outcomes.exhaustion import STORES, months_to_empty
from leaksim.simulation import Result, simulate
from worlds import LONG_AGO, NO_NOISE, STEADY_CHINA, catalogue, cut, from_registry, scenario


def test_a_store_is_empty_when_a_tenth_is_left_of_what_could_be_spent() -> None:
    """At most 300 + 0.1 x 700 = 370 kb: one lane gets there in the third month, one stays just above, one refills."""
    level = np.array([[900.0, 900, 370], [600, 600, 800], [370, 370.1, 900]])[:, None]
    assert months_to_empty(level, np.array([[1000.0]]), np.array([[300.0]])).tolist() == [[3, np.inf, 1]]


def test_a_store_with_nothing_to_spend_is_empty_from_the_start() -> None:
    level = np.full((3, 1, 2), 500.0)
    assert months_to_empty(level, np.array([[300.0, 500.0]]), np.array([[500.0]])).tolist() == [[0, 0]]


def drained(*channels: str) -> Result:
    """China has to stop its 185 kb of motor fuel a month, more than the 175 that the stock releases, and stops none."""
    return simulate(
        scenario(
            cut("motor_fuel", 1.0, LONG_AGO),
            months=24,
            channels=channels,
            assumptions={
                **STEADY_CHINA,
                **NO_NOISE,
                "anticipation.restocking": 0.0,
                "stock.drawdown_time": 4.0,
                "china.enforcement.fuel.long_run": 0.0,
                "china.enforcement.fuel.decay_time": 1e-3,
            },
        ),
        replications=4,
        deterministic=True,
    )


def estimates(result: Result) -> "pd.Series[float]":
    return result.table.set_index(["metric", "item"])["estimate"]


def test_a_stock_released_by_a_quarter_a_month_lasts_nine_months() -> None:
    """(3/4)^8 = 0.1001 of it is left after eight months, 0.075 after nine (closed form 7)."""
    found = estimates(drained())
    assert found["exhaustion.median", "intended/motor_fuel_stock"] == 9
    assert found["exhaustion.mean", "intended/motor_fuel_stock"] == 9
    assert found["exhaustion.censored", "intended/motor_fuel_stock"] == 0
    assert found["exhaustion.bought", "motor_fuel_stock"] == 0


def test_a_leak_that_fills_the_gap_buys_all_months_of_the_run() -> None:
    found = drained("cn_slippage").table.set_index(["metric", "item"])
    assert np.isnan(found["estimate"]["exhaustion.median", "realised/motor_fuel_stock"])
    assert "100 % of lanes censored" in found["note"]["exhaustion.median", "realised/motor_fuel_stock"]
    assert found["estimate"]["exhaustion.mean", "realised/motor_fuel_stock"] == 24
    assert found["estimate"]["exhaustion.bought", "motor_fuel_stock"] == 24 - 9
    assert found["estimate"]["exhaustion.bought", "jet_fuel_stock"] == 0
    assert "with and without leaks" in found["note"]["exhaustion.bought", "jet_fuel_stock"]


def test_reserves_run_out_when_a_tenth_is_left_above_their_floor() -> None:
    """Nothing is earned from coal and nothing is saved: reserves fall by 98 $m a month more than without measures.

    Without measures they change by a constant; so the month in which 500 + 0.1 (H - 500) is passed is a division.
    """
    initial, floor = 1000.0, 500.0
    fixed = {
        "baseline.capital_goods.china": 46.0,
        "baseline.jet_fuel.russia": 0.5,
        "reserves.initial": initial,
        "reserves.soft": floor + 1,
        "reserves.floor": floor,
        "reserves.import_response": 0.0,
    }
    result = simulate(
        scenario(cut("coal", 1.0, LONG_AGO), months=12, channels=[], assumptions={**NO_NOISE, **fixed}),
        replications=2,
        deterministic=True,
    )
    months = result.monthly.set_index(["metric", "item"])["estimate"]
    fall = initial - months["monthly.reserves", "baseline/2017-01"]
    expected = np.ceil(0.9 * (initial - floor) / (fall + 98))
    assert expected == 5
    found = estimates(result)
    assert found["exhaustion.median", "intended/reserves"] == expected
    assert found["exhaustion.mean", "intended/reserves"] == expected


def test_the_months_bought_are_the_paired_difference_of_the_restricted_means() -> None:
    uncertain = from_registry("suppliers.capacity", "stock.motor_fuel.initial", "stock.drawdown_time")
    result = simulate(scenario(*catalogue(), months=24, uncertainties=uncertain), replications=40)
    lanes = result.replications
    table = result.table[result.table["interval"] == "replication"].set_index(["metric", "item"])["estimate"]
    for store in STORES:
        within = lanes.assign(months=lanes[f"exhausted.{store}"].clip(upper=24)).groupby("arm")["months"].mean()
        assert table["exhaustion.bought", store] == pytest.approx(within[REALISED] - within[INTENDED], abs=1e-12)
        for arm in (INTENDED, REALISED):
            assert table["exhaustion.mean", f"{arm}/{store}"] == pytest.approx(within[arm], rel=1e-12)
    assert table["exhaustion.bought", "motor_fuel_stock"] > 0


def test_without_measures_there_is_nothing_to_buy_and_the_reason_is_given() -> None:
    table = simulate(scenario(months=3), replications=3).table.set_index(["metric", "item"])
    for store in STORES:
        assert np.isnan(table["estimate"]["exhaustion.bought", store])
        assert table["note"]["exhaustion.bought", store] == "undefined: the intended pressure is zero"
        assert table["estimate"]["exhaustion.censored", f"baseline/{store}"] == 1
