"""What is done in haste while a measure looms: tanks are filled, goods are shipped before they are banned."""

import numpy as np
import pytest

from leaksim.evidence.instruments import Instrument
from worlds import live_in, scenario

BAN = Instrument.model_validate(
    {
        "id": "ban",
        "title": "A ban on fuel and textiles that is negotiated through March.",
        "issuer": "security_council",
        "trigger": "2017-03-01",
        "adopted": "2017-04-01",
        "provisions": (
            {"flow": "motor_fuel", "binds": ("china",), "cut": 0.8, "in_force": "2017-04-01"},
            {"flow": "textiles", "binds": ("china",), "cut": 1.0, "in_force": "2017-04-01", "wind_down_days": 15},
        ),
    }
)
HASTE = {"anticipation.restocking": 0.3, "anticipation.export_rush": 0.5}


def test_goods_are_shipped_in_haste_until_the_ban_bites() -> None:
    run = live_in(scenario(BAN, months=6, channels=(), assumptions=HASTE), lanes=8)
    textiles = run.flow("earned_early", "textiles")[:, 0]
    assert textiles == pytest.approx([0, 0, 0.5 * 52, 0.5 * 0.5 * 0.5 * 52, 0, 0])
    assert not run.flow("earned_early", "coal").any()


def test_tanks_are_filled_while_a_fuel_measure_looms() -> None:
    run = live_in(scenario(BAN, months=6, channels=(), assumptions=HASTE), lanes=8)
    assert run.flow("restocked", "motor_fuel")[:, 0] == pytest.approx([0, 0, 0.3 * 185, 0, 0, 0])
    stock = run.level("stock", "motor_fuel")[:, 0]
    assert stock[2] - stock[1] == pytest.approx(0.3 * 185)


@pytest.mark.parametrize(("tanks", "bought"), [(1020.0, 20.0), (900.0, 0.0), (5000.0, 55.5)])
def test_no_more_is_bought_than_the_tanks_hold(tanks: float, bought: float) -> None:
    assumptions = {**HASTE, "stock.motor_fuel.initial": 1000.0, "stock.motor_fuel.capacity": tanks}
    run = live_in(scenario(BAN, months=4, channels=(), assumptions=assumptions), lanes=8)
    assert run.flow("restocked", "motor_fuel")[2, 0] == pytest.approx(bought)


def test_no_more_is_bought_than_currency_above_the_floor_pays_for() -> None:
    assumptions = {**HASTE, "reserves.initial": 501.0, "reserves.soft": 501.0, "reserves.floor": 500.0}
    run = live_in(scenario(BAN, months=4, channels=(), assumptions=assumptions), lanes=8)
    spendable = run.level("reserves")[1, 0] - 500
    assert run.flow("paid_restocked")[2, 0] <= spendable + 1e-9
    assert run.flow("restocked", "motor_fuel")[2, 0] < 0.3 * 185


def test_haste_changes_no_pressure_in_the_month_itself_but_what_early_goods_earn() -> None:
    """Stored fuel is worth what it cost; goods sold earlier earn currency that the ban cannot take back."""
    run = live_in(scenario(BAN, months=3, channels=(), assumptions=HASTE), lanes=8)
    march = run.pressure.total[2, run.arm("intended")]
    assert march == pytest.approx(-run.flow("earned_early")[2, 0])


def test_without_measures_nobody_hurries() -> None:
    run = live_in(scenario(BAN, months=6, assumptions=HASTE), lanes=8)
    for flow in ("restocked", "earned_early"):
        assert not run.flow(flow, arm="baseline").any()


def test_the_longer_a_text_is_negotiated_the_more_is_shipped_before_it() -> None:
    sooner = BAN.model_copy(update={"proposal": None})
    later = Instrument.model_validate(
        {
            **BAN.model_dump(),
            "adopted": "2017-05-01",
            "provisions": [
                {**provision.model_dump(), "in_force": "2017-05-01", "wind_down_days": 0}
                for provision in BAN.provisions
            ],
        }
    )
    earned = [
        live_in(scenario(each, months=6, channels=(), assumptions=HASTE), lanes=8).flow("earned_early").sum(axis=0)
        for each in (sooner, later)
    ]
    assert (earned[1] > np.asarray(earned[0])).all()
