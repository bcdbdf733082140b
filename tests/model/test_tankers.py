"""Tankers at sea: how much a fleet delivers, where every ship is on every day, and what monitoring does."""

import numpy as np
import pytest

from leaksim.scenario.schema import Lever, Levers
from worlds import EMPTY_STOCKS, LONG_AGO, NO_NOISE, ONE_CLASS, World, cut, live_in, scenario

PARTIES = ("china", "russia", "other")
STARVED = {
    **NO_NOISE,
    **EMPTY_STOCKS,
    **ONE_CLASS,
    "baseline.motor_fuel.refinery": 0.0,
    "reserves.initial": 1e6,
    "tankers.investment_share": 0.0,
}


def world(lanes: int = 0, *, watch: float = 0.0, **given: float) -> World:
    """Only tankers bring fuel, and everything they bring is bought; without lanes, in deterministic mode."""
    assumptions = {**STARVED, **{f"tankers.{name.replace('__', '.')}": value for name, value in given.items()}}
    levers = Levers(port_monitoring=Lever(level=watch)) if watch else None
    what = scenario(
        cut("motor_fuel", 1.0, LONG_AGO, binds=PARTIES),
        months=36,
        channels=("sts_third",),
        assumptions=assumptions,
        levers=levers,
    )
    return live_in(what, lanes=max(lanes, 1), deterministic=lanes == 0)


@pytest.mark.parametrize("detection", [0.0, 0.03, 0.15])
def test_a_fleet_delivers_by_its_cycle_and_the_time_in_port(detection: float) -> None:
    """CF4. With unbounded demand, ``N cap (1 - p) / (T + p T_imp)`` a day."""
    ships, cargo, cycle, impound = 9, 8.0, 22.0, 150.0
    run = world(number=ships, cargo=cargo, cycle=cycle, impound_time=impound, detection=detection)
    days = run.history.setting.calendar.month_starts[-1]
    expected = ships * cargo * (1 - detection) / (cycle + detection * impound)
    assert run.flow("tanker_delivered", "motor_fuel").sum() / days == pytest.approx(expected, rel=1e-9)


def test_real_voyages_come_close_to_the_mean_of_many() -> None:
    """Ships wait for the orders of a month and voyages take whole days, which costs some of them."""
    given = {"number": 12.0, "cycle": 25.0, "detection": 0.05, "impound_time": 150.0}
    smooth, real = world(0, watch=0.0, **given), world(128, watch=0.0, **given)
    expected = smooth.flow("tanker_delivered", "motor_fuel").sum()
    delivered = real.flow("tanker_delivered", "motor_fuel").sum(axis=0).mean()
    assert 0.8 * expected < delivered < 1.05 * expected


def test_every_ship_is_somewhere_on_every_day() -> None:
    """A4: idle, sailing and impounded days add up to ships times days, in every lane and month."""
    run = world(64, detection=0.15)
    days = run.history.ledger.levels["vessel_days"]
    calendar = run.history.setting.calendar
    lengths = np.diff(calendar.month_starts)[:, None, None]
    assert days.min() >= 0
    assert days.sum(axis=1) == pytest.approx(np.broadcast_to(12 * lengths, days[:, 0].shape), rel=1e-12)
    assert (days[:, 2, run.arm("realised")].sum(axis=0) > 0).mean() > 0.9


def test_what_is_loaded_is_delivered_seized_or_still_on_board() -> None:
    run = world(64, detection=0.15)
    loaded, seized = run.flow("tanker_loaded", "motor_fuel"), run.flow("tanker_seized", "motor_fuel")
    delivered, on_board = run.flow("tanker_delivered", "motor_fuel"), run.level("on_tankers", "motor_fuel")
    balance = (loaded - seized - delivered).cumsum(axis=0)
    assert balance == pytest.approx(on_board, abs=1e-9)
    assert seized.sum() > 0


def test_port_monitoring_lowers_what_arrives_by_sea() -> None:
    calm, watched = (world(32, watch=watch).flow("tanker_delivered").sum(axis=0).mean() for watch in (0.0, 1.0))
    assert watched < 0.85 * calm


def test_rents_buy_ships_only_where_a_scenario_lets_them() -> None:
    without, invested = (
        world(investment_share=share, ship_price=1.0).level("vessel_days")[-1, 0] for share in (0.0, 0.3)
    )
    assert without == pytest.approx(12 * 31, rel=1e-12)
    assert invested > 1.5 * without


def test_with_the_channel_off_no_tanker_sails() -> None:
    run = live_in(scenario(cut("motor_fuel", 0.9, binds=PARTIES), months=12, channels=()), lanes=8)
    assert not run.flow("tanker_loaded").any()
    assert (run.level("vessel_days", "idle") > 0).all()
    assert not run.level("vessel_days", "sailing").any()
