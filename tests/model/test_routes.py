"""How trade moves between routes: networks that change sides, tankers that Russia sends, banks that are pressed."""

from datetime import date

import numpy as np
import pytest

from leaksim.scenario.schema import Lever, Levers, Move
from worlds import EMPTY_STOCKS, FEEDBACK_OFF, LONG_AGO, NO_NOISE, OPEN_RUSSIA, cut, live_in, scenario

CALM = {**FEEDBACK_OFF, **NO_NOISE, **EMPTY_STOCKS, **OPEN_RUSSIA}
CHEAP = {"suppliers.cost.lowest": 1.0, "suppliers.cost.highest": 1.0}
FUEL_CUT = cut("motor_fuel", 1.0, LONG_AGO)


def test_networks_follow_chinas_cut_and_come_back_when_it_ends() -> None:
    """The share that has moved closes a fixed part of its distance to China's cut each month."""
    rate = 0.2
    what = scenario(
        cut("motor_fuel", 0.75, LONG_AGO, until="2017-06-30"),
        cut("jet_fuel", 0.75, LONG_AGO, until="2017-06-30"),
        months=12,
        channels=("cn_smuggling", "ru_fuel"),
        assumptions={**CALM, "traders.migration": rate},
    )
    moved = live_in(what, lanes=8).level("migrated")[:, 0]
    # The first month knows no record yet; the cut of June is on record in July.
    expected, share = [], 0.0
    for month in range(12):
        share += rate * ((0.75 if 1 <= month <= 6 else 0.0) - share)
        expected.append(share)
    assert moved == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("missing", ["cn_smuggling", "ru_fuel"])
def test_nobody_moves_without_networks_or_without_somewhere_to_go(missing: str) -> None:
    channels = {"cn_smuggling", "ru_fuel"} - {missing}
    what = scenario(FUEL_CUT, months=6, channels=channels, assumptions={"traders.migration": 0.2})
    assert not live_in(what, lanes=8).level("migrated").any()


def test_what_leaves_china_adds_to_the_capacity_of_russian_firms() -> None:
    """With all smugglers priced out the Russian firms sell their own capacity and a part of what has moved."""
    rate, weight = 0.5, 0.4
    assumptions = {
        **CALM,
        **CHEAP,
        "traders.migration": rate,
        "suppliers.migration_weight": weight,
        "russia.posture.curvature": 1.0,
        "suppliers.capacity": 20.0,
        "traders.capacity.fuel": 50.0,
        "traders.cost.lowest": 90.0,
        "traders.cost.highest": 99.0,
    }
    what = scenario(
        FUEL_CUT,
        cut("jet_fuel", 1.0, LONG_AGO),
        months=4,
        channels=("cn_smuggling", "ru_fuel"),
        assumptions=assumptions,
    )
    run = live_in(what, lanes=8)
    moved = run.level("migrated")[:, 0]
    assert moved[-1] > 0.5
    assert run.flow("russian_shipped", "motor_fuel")[:, 0] == pytest.approx(20 + weight * 50 * moved, rel=1e-9)


def test_russian_tankers_bring_what_a_fleet_brings_on_average() -> None:
    move = Move(date=date(2017, 1, 1), actor="russia", act="tankers", amount=2, kind="response")
    assumptions = {
        **CALM,
        **CHEAP,
        "suppliers.capacity": 0.0,
        "russia.posture.curvature": 1.0,
        "tankers.cargo": 9.0,
        "tankers.cycle": 20.0,
        "tankers.detection": 0.1,
        "tankers.impound_time": 100.0,
    }
    what = scenario(FUEL_CUT, months=3, channels=("ru_fuel",), assumptions=assumptions, moves=(move,))
    per_day = 9 * (1 - 0.1) / (20 + 0.1 * 100)
    shipped = live_in(what, lanes=8).flow("russian_shipped", "motor_fuel")[:, 0]
    assert shipped == pytest.approx([2 * per_day * days for days in (31, 28, 31)], rel=1e-9)


def test_bank_pressure_makes_both_routes_dearer_and_the_russian_one_most() -> None:
    levers = Levers(bank_pressure=Lever(level=1.0))
    what = scenario(FUEL_CUT, months=2, levers=levers, assumptions={"payments.barter": 0.0})
    free, pressed = (
        live_in(each, lanes=8).history.setting.records for each in (what.model_copy(update={"levers": Levers()}), what)
    )
    rise = {
        route: float((pressed[f"payments.{route}.friction"] - free[f"payments.{route}.friction"]).max())
        for route in ("russia", "china")
    }
    assert rise["russia"] > rise["china"] > 0


def test_wages_pay_for_fuel_without_the_banks_as_far_as_they_go() -> None:
    """Barter: 40,000 workers at 7,200 dollars a year are 24 million a month, of which a tenth may pay for fuel."""
    assumptions = {**CALM, **CHEAP, "payments.barter": 0.1, "russia.bank_friction": 0.12, "suppliers.capacity": 60.0}
    what = scenario(FUEL_CUT, months=6, channels=("ru_fuel",), assumptions=assumptions)
    run = live_in(what, lanes=8, deterministic=True)
    records = run.history.setting.records
    realised = run.arm("realised")
    wages, outlay = records["labour.wages_russia"][0, 0], records["suppliers.outlay"][realised, 0]
    assert wages == pytest.approx(24.0)
    assert outlay > 2.4
    friction = records["payments.russia.friction"][realised, 0]
    assert friction == pytest.approx(0.12 * (1 - 2.4 / outlay), rel=1e-9)


def test_wages_that_cover_the_whole_bill_leave_no_payment_to_block() -> None:
    assumptions = {**CALM, **CHEAP, "payments.barter": 0.5, "russia.bank_block": 0.5, "suppliers.capacity": 10.0}
    what = scenario(FUEL_CUT, months=6, channels=("ru_fuel",), assumptions=assumptions)
    run = live_in(what, lanes=8)
    # In the first month no wages are on record yet.
    assert not run.level("awaiting_payment")[1:].any()
    blocked = live_in(what.model_copy(update={"assumptions": {**assumptions, "payments.barter": 0.0}}), lanes=8)
    assert np.any(blocked.level("awaiting_payment")[1:])
