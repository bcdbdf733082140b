"""What theory says must follow when one thing is changed, lane by lane."""

from itertools import pairwise

import numpy as np
import pytest

from leaksim.evidence.registry import load_registry
from leaksim.evidence.units import dimension
from leaksim.model.channels import CHANNELS
from leaksim.model.dimensions import FLOWS
from leaksim.simulation import simulate
from worlds import EMPTY_STOCKS, FEEDBACK_OFF, LIKELIEST, LONG_AGO, OPEN_RUSSIA, cap, catalogue, cut, live_in, scenario

ALL = ("china", "russia", "other")
SHARP = [cut("motor_fuel", 0.9, binds=ALL), cut("coal", 1.0), cut("capital_goods", 0.9, binds=ALL)]
CALM = dict(FEEDBACK_OFF)


def test_without_measures_there_is_no_pressure_at_all() -> None:
    """M0, to the last bit."""
    run = live_in(scenario(months=12), lanes=32)
    assert not run.pressure.total.any()


def test_with_all_channels_off_nothing_leaks() -> None:
    """M1, to the last bit."""
    run = live_in(scenario(*catalogue(), months=24, channels=()), lanes=32)
    assert np.array_equal(run.cost("intended"), run.cost())
    assert (run.cost() > 0).all()


def test_with_smuggling_alone_all_leakage_is_the_smugglers() -> None:
    """M2."""
    table = simulate(scenario(*catalogue(), months=24, channels=("cn_smuggling",)), replications=16).table
    values = table.set_index(["metric", "item"])["estimate"]
    assert values["leakage.value", ""] > 0
    assert values["leakage.accounting", "cn_smuggling"] == 1
    assert values["leakage.owen", "china"] == pytest.approx(values["leakage.value", ""], rel=1e-12)
    assert "russia" not in table.loc[table["metric"] == "leakage.owen", "item"].to_numpy()


def test_more_russian_capacity_never_raises_the_pressure() -> None:
    """M3, pathwise with the feedback off."""
    costs = [
        live_in(scenario(*SHARP, months=24, assumptions={**CALM, "suppliers.capacity": capacity}), lanes=32).cost()
        for capacity in (60.0, 100.0, 140.0, 200.0)
    ]
    for less, more in pairwise(costs):
        assert (more <= less * (1 + 1e-9)).all()


@pytest.mark.parametrize("parameter", ["traders.penalty", "china.inspection.maximum"])
def test_a_higher_penalty_or_detection_never_raises_smuggling(parameter: str) -> None:
    """M4, with learning off: a higher chance of seizure that traders do not know of takes cargo; a penalty deters."""
    delivered = []
    for value in {"traders.penalty": (1.0, 2.5, 5.0), "china.inspection.maximum": (0.05, 0.25, 0.6)}[parameter]:
        what = scenario(
            *SHARP,
            months=12,
            channels=("cn_smuggling",),
            assumptions={**CALM, parameter: value, "stock.drawdown_time": 2},
        )
        run = live_in(what, lanes=32, deterministic=True)
        delivered.append(run.flow("smuggled_delivered", "motor_fuel").sum(axis=0))
    for low, high in pairwise(delivered):
        assert (high <= low * (1 + 1e-9)).all()


def test_a_larger_cut_brings_more_realised_pressure() -> None:
    """M5, with the feedback off."""
    costs = [
        live_in(scenario(cut("motor_fuel", share), months=18, assumptions=CALM), lanes=32).cost()
        for share in (0.3, 0.5, 0.7, 0.9)
    ]
    for smaller, larger in pairwise(costs):
        assert (larger >= smaller - 1e-9).all()
    assert (costs[-1] > costs[0]).all()


def test_in_a_static_market_leakage_is_a_share() -> None:
    """M6: no stock, no delay, no reaction."""
    assumptions = {**CALM, **EMPTY_STOCKS, **OPEN_RUSSIA}
    # Workers and transit bring currency however little is cut, and tankers take time: they stay out of the theorem.
    channels = set(CHANNELS) - {"ru_labour", "ru_port", "sts_third"}
    what = scenario(cut("motor_fuel", 0.8, LONG_AGO), months=6, assumptions=assumptions, channels=channels)
    run = live_in(what, lanes=64)
    leakage = 1 - run.cost() / run.cost("intended")
    assert ((leakage >= 0) & (leakage <= 1)).all()


def test_a_larger_stock_lasts_longer() -> None:
    """M8."""
    emptied = []
    for stock in (500.0, 1000.0, 2000.0, 4000.0):
        stocks = {"stock.motor_fuel.initial": stock, "stock.motor_fuel.floor": 300.0, "stock.drawdown_time": 4.0}
        what = scenario(cut("motor_fuel", 1.0), months=36, channels=(), assumptions=stocks)
        left = live_in(what, lanes=8).level("stock", "motor_fuel") - 300
        emptied.append((left < 20).argmax(axis=0))
    for smaller, larger in pairwise(emptied):
        assert (larger > smaller).all()


def test_unlimited_supply_at_the_baseline_price_undoes_the_measure() -> None:
    """M9: leakage 1, no premium."""
    assumptions = {
        **CALM,
        **EMPTY_STOCKS,
        **OPEN_RUSSIA,
        "suppliers.capacity": 10_000.0,
        "suppliers.cost.lowest": 1.0,
        "suppliers.cost.highest": 1.0,
    }
    what = scenario(cut("motor_fuel", 0.8, LONG_AGO), months=6, channels=("ru_fuel",), assumptions=assumptions)
    run = live_in(what, lanes=8)
    assert (run.level("price", "motor_fuel") == 1).all()
    assert run.flow("russian_delivered", "motor_fuel").sum(axis=0) == pytest.approx(6 * 0.8 * 185, rel=1e-9)
    assert np.abs(run.cost()) == pytest.approx(0, abs=1e-9)


def test_pairing_makes_the_effect_of_a_channel_far_more_certain() -> None:
    """M10: the variance of the paired difference against that of unpaired runs."""
    run = live_in(scenario(*SHARP, months=24, assumptions=LIKELIEST), lanes=256)
    channels = ("cn_slippage", "cn_smuggling")
    without = live_in(scenario(*SHARP, months=24, channels=channels, assumptions=LIKELIEST), lanes=256)
    paired = (without.cost() - run.cost()).var()
    assert without.cost().var() + run.cost().var() > 5 * paired


@pytest.mark.parametrize("what_scales", ["quantities", "currency"])
def test_scaling_everything_leaves_shares_unchanged(what_scales: str) -> None:
    """A9: twice as large a country, or half as dear a dollar, has the same leakage and the same prices."""
    kinds = ("money",) if what_scales == "currency" else ("volume", "mass", "money", "person")

    def factor(unit: str) -> float:
        powers = dimension(unit)
        return 2.0 ** sum(powers.get(kind, 0) for kind in kinds)

    scaled = {
        parameter.id: float(parameter.value) * factor(parameter.unit)
        for parameter in load_registry().parameters.values()
        if not parameter.structural and factor(parameter.unit) != 1
    }
    barrels = 2.0 if what_scales == "quantities" else 1.0
    plain = [cut("coal", 1.0), cut("capital_goods", 0.8), cap("motor_fuel", 2000, binds=ALL), cap("textiles", 300)]
    larger = [*plain[:2], cap("motor_fuel", 2000 * barrels, binds=ALL), cap("textiles", 600)]
    one = simulate(scenario(*plain, months=18), replications=16).table
    two = simulate(scenario(*larger, months=18, assumptions=scaled), replications=16).table
    shares = one["unit"].str.startswith("share") | (one["unit"] == "% of GDP") | (one["unit"] == "month")
    assert shares.sum() > 30
    assert two.loc[shares, "estimate"].to_numpy() == pytest.approx(
        one.loc[shares, "estimate"].to_numpy(), rel=1e-9, abs=1e-12, nan_ok=True
    )
    assert (two["estimate"] != one["estimate"]).any()


def test_every_flow_of_the_model_can_be_cut() -> None:
    for flow in FLOWS:
        run = live_in(scenario(cut(flow, 1.0, binds=ALL), months=6, channels=()), lanes=8)
        assert (run.cost() > 0).all(), flow
    assert set(CHANNELS) == {
        *("cn_slippage", "cn_smuggling", "ru_fuel", "ru_labour", "ru_port", "sts_third", "un_dilution")
    }
