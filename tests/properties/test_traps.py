"""Mistakes that a model of this kind is prone to, one test each."""

import numpy as np
import pytest

from leaksim.model.dimensions import CLASSES
from leaksim.outcomes.attribution import group_shapley
from leaksim.outcomes.statistics import ratio_of_means
from leaksim.simulation import simulate
from worlds import (
    EMPTY_STOCKS,
    FEEDBACK_OFF,
    LIKELIEST,
    LONG_AGO,
    OPEN_RUSSIA,
    ROUND_NUMBERS,
    catalogue,
    cut,
    live_in,
    scenario,
)

ALL = ("china", "russia", "other")


def test_legacy_barrels_keep_the_baseline_price_in_every_arm() -> None:
    run = live_in(scenario(*catalogue(), months=24, assumptions=ROUND_NUMBERS), lanes=8)
    flows = run.ledger.flows
    price = np.array([0.075, 0.075, 1.0])[:, None, None]
    permitted = sum(flows[f"permitted_{party}"] for party in ALL)
    assert flows["paid_permitted"] == pytest.approx(permitted * price, rel=1e-12)
    assert flows["paid_slipped"] == pytest.approx(flows["slipped_china"] * price, rel=1e-12)
    assert run.level("price", "motor_fuel").max() > 1.2


def test_when_supply_is_exhausted_the_price_is_on_the_demand_curve() -> None:
    """Pricing at the last offer instead would leave the price at what the dearest seller asks."""
    assumptions = {
        **FEEDBACK_OFF,
        **EMPTY_STOCKS,
        "suppliers.capacity": 60.0,
        "suppliers.cost.highest": 1.3,
        **{f"demand.priority.{user}": 1.0 for user in CLASSES},
    }
    what = scenario(cut("motor_fuel", 0.9, LONG_AGO), months=8, channels=("ru_fuel",), assumptions=assumptions)
    run = live_in(what, lanes=8, deterministic=True)
    price = run.level("price", "motor_fuel")[-1]
    dearest = 1.3 * 1.12
    assert (price > 1.5 * dearest).all()
    at_price = run.history.demand[0].total(np.broadcast_to(price, (1, 8)))
    assert run.used()[-1] == pytest.approx(at_price[0], rel=1e-9)


def test_the_shadow_price_of_fuel_stays_below_the_highest_choke() -> None:
    what = scenario(*(cut("motor_fuel", 1.0, LONG_AGO, binds=ALL),), months=6, channels=())
    starved = {**EMPTY_STOCKS, "baseline.motor_fuel.refinery": 0.0, "demand.choke.military": 12.0}
    run = live_in(what.model_copy(update={"assumptions": starved}), lanes=8)
    assert (run.used() == 0).all()
    assert (run.level("price", "motor_fuel") == 12).all()


def test_late_cargo_does_not_make_prices_swing() -> None:
    """A buyer who orders for a gap that cargo at sea will fill anyway buys much in one month and little in the next."""
    assumptions = {
        **LIKELIEST,
        **FEEDBACK_OFF,
        **EMPTY_STOCKS,
        "stock.drawdown_time": 4.0,
        "russia.posture.base": 0.3,
        "suppliers.delivery_time": 25.0,
        "suppliers.capacity": 400.0,
    }
    what = scenario(cut("motor_fuel", 0.9, LONG_AGO), months=24, channels=("ru_fuel",), assumptions=assumptions)
    run = live_in(what, lanes=64)
    assert (run.level("at_sea", "motor_fuel")[8:] > 0).mean() > 0.9
    price = run.level("price", "motor_fuel")[8:].mean(axis=1)
    assert np.ptp(price) / price.mean() < 0.1
    stock = run.level("stock", "motor_fuel")
    assert stock.max() < 100


@pytest.mark.parametrize("days", [12.0, 35.0, 60.0])
def test_in_a_constant_gap_the_price_is_constant_however_long_cargo_takes(days: float) -> None:
    assumptions = {
        **FEEDBACK_OFF,
        **OPEN_RUSSIA,
        **EMPTY_STOCKS,
        "suppliers.capacity": 300.0,
        "suppliers.delivery_time": days,
    }
    what = scenario(cut("motor_fuel", 0.8, LONG_AGO), months=14, channels=("ru_fuel",), assumptions=assumptions)
    price = live_in(what, lanes=1, deterministic=True).level("price", "motor_fuel")
    assert np.ptp(price[:, 0]) == 0


def test_a_channel_that_is_off_leaves_the_baseline_not_zero() -> None:
    run = live_in(scenario(cut("motor_fuel", 0.9), months=6, channels=()), lanes=8)
    assert (run.flow("permitted_russia", "motor_fuel", "intended") == 105).all()
    assert run.flow("permitted_china", "motor_fuel", "intended")[-1] == pytest.approx(18.5, rel=1e-12)


def test_leakage_is_a_ratio_of_means_not_a_mean_of_ratios() -> None:
    top, bottom = np.array([1.0, 9.0, 2.0]), np.array([1.0, 90.0, 4.0])
    assert next(ratio_of_means(top, bottom)).value == pytest.approx(12 / 95)


def test_one_at_a_time_attribution_would_miss_what_two_channels_share() -> None:
    """Two channels that can each fill the gap: first in 1, last in 0, and a half each by Shapley."""
    full, none = np.array([1.0]), np.array([0.0])
    cost = {frozenset[str](): full, frozenset("a"): none, frozenset("b"): none, frozenset("ab"): none}
    assert {group: float(relief[0]) for group, relief in group_shapley(cost, "ab").items()} == {"a": 0.5, "b": 0.5}


def test_shares_of_the_groups_add_up_to_the_leakage() -> None:
    table = simulate(scenario(*catalogue(), months=24), replications=32).table
    values = table.set_index(["metric", "item"])["estimate"]
    assert values["leakage.owen"].sum() == pytest.approx(values["leakage.value", ""], rel=1e-12)
    assert values["leakage.accounting"].sum() == pytest.approx(1, rel=1e-12)
    for thing in ("motor_fuel", "jet_fuel", "capital_goods", "hard_currency"):
        parts = [
            value for item, value in values["leakage.quantity_channel"].items() if str(item).startswith(f"{thing}/")
        ]
        assert sum(parts) == pytest.approx(values["leakage.quantity", thing], rel=1e-12)
