"""Designations by the United States, and what they and the other levers do and cost."""

from datetime import date

import numpy as np
import pytest

from leaksim.model.designations import best_ranked
from leaksim.model.dimensions import FIRMS
from leaksim.scenario.schema import Designations, Lever, Levers
from worlds import LONG_AGO, World, cut, live_in, scenario

FUEL_CUT = cut("motor_fuel", 0.9, LONG_AGO)
COAL_BAN = cut("coal", 1.0, LONG_AGO)


def designated(target: str, *, months: int = 12, lanes: int = 32, **lever: object) -> World:
    settings = {"rounds_per_year": 12, "names_per_round": 4, "target": target, **lever}
    levers = Levers(designations=Designations.model_validate(settings))
    return live_in(scenario(FUEL_CUT, COAL_BAN, months=months, levers=levers), lanes=lanes)


def record(world: World, what: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Last record of all firms in the realised arm, ``(firm, lane)``."""
    setting, arm = world.history.setting, world.arm("realised")
    pages = [setting.records[f"firms.{group}.{what}"] for group in FIRMS]
    return np.concatenate([np.broadcast_to(page, (len(page), *setting.shape))[:, arm, : world.lanes] for page in pages])


def test_the_highest_ranked_of_the_active_are_named_and_a_fraction_of_the_next() -> None:
    score = np.array([0.1, 0.9, 0.5, 0.7])[:, None, None]
    active = np.array([1.0, 0.0, 1.0, 1.0])[:, None, None]
    for names, expected in ((0.0, [0, 0, 0, 0]), (1.0, [0, 0, 0, 1]), (1.25, [0, 0, 0.25, 1]), (9.0, [1, 0, 1, 1])):
        named = best_ranked(score, active, np.array([[names]]), np.zeros((1, 1, 1)))
        assert named[:, 0, 0].tolist() == expected


def test_rounds_come_as_often_as_the_lever_says() -> None:
    run = designated("random", months=24, lanes=256)
    named = run.level("designated").sum(axis=0)
    error = named.std() / np.sqrt(256)
    assert named.mean() == pytest.approx(24 * 4, abs=4 * error)
    assert (named % 4 == 0).all()


def test_outside_its_dates_nobody_is_designated() -> None:
    run = designated("hub", months=12, start=date(2017, 4, 1), until=date(2017, 6, 30))
    named = run.level("designated")
    assert not named[:3].any()
    assert named[3:6].any()
    assert not named[6:].any()


def test_hubs_are_the_largest_firms() -> None:
    run = designated("hub", months=1, lanes=256, names_per_round=3)
    named, size = record(run, "active") < 1, record(run, "size")
    hit = named.any(axis=0)
    assert hit.any()
    smallest_named = np.where(named, size, np.inf).min(axis=0)
    largest_spared = np.where(named, -np.inf, size).max(axis=0)
    assert (smallest_named[hit] >= largest_spared[hit] - 1e-6).all()


def test_by_volume_those_who_delivered_most_last_month_are_named() -> None:
    before = designated("by_volume", months=11, lanes=256, start=date(2017, 12, 1))
    run = designated("by_volume", months=12, lanes=256, names_per_round=3, start=date(2017, 12, 1))
    volume, named = record(before, "volume"), record(run, "active") < 1
    hit = named.any(axis=0)
    assert hit.any()
    assert (volume.max(axis=0) > 0).all()
    assert (np.where(named, volume, np.inf).min(axis=0) >= np.where(named, 0, volume).max(axis=0) - 1e-6)[hit].all()


def test_a_designated_firm_is_out_until_it_reforms_smaller_and_dearer() -> None:
    levers = Levers(designations=Designations(rounds_per_year=24, names_per_round=87, target="random"))
    what = scenario(
        COAL_BAN,
        months=6,
        levers=levers,
        assumptions={"us.reformation_time": 1e6},
    )
    run = live_in(what, lanes=16)
    free = live_in(scenario(COAL_BAN, months=6), lanes=16)
    assert not run.flow("earned_smuggled")[2:].any()
    assert free.flow("earned_smuggled")[2:].any()


@pytest.mark.parametrize("target", ["random", "by_volume", "hub"])
def test_designations_leave_arms_without_ways_around_alone(target: str) -> None:
    levers = Levers(
        designations=Designations.model_validate({"rounds_per_year": 12, "names_per_round": 5, "target": target})
    )
    what = scenario(FUEL_CUT, COAL_BAN, months=12)
    with_lever = live_in(what.model_copy(update={"levers": levers}), lanes=16)
    without = live_in(what, lanes=16)
    chill = {"fees_permitted", "paid_other_imports"}  # pressure scares shippers away from Rason in every arm
    for name, page in without.ledger.flows.items():
        if name not in chill:
            assert np.array_equal(page[:, :, :2], with_lever.ledger.flows[name][:, :, :2]), name


def test_a_lever_on_firms_draws_nothing_from_the_streams_of_others() -> None:
    """With designations that never come, every flow is the same to the last bit."""
    levers = Levers(designations=Designations(rounds_per_year=0, names_per_round=5, target="hub"))
    what = scenario(FUEL_CUT, COAL_BAN, months=12)
    with_lever = live_in(what.model_copy(update={"levers": levers}), lanes=16)
    for name, page in live_in(what, lanes=16).ledger.flows.items():
        assert np.array_equal(page, with_lever.ledger.flows[name]), name


def test_levers_cost_what_the_registry_says() -> None:
    levers = Levers(
        designations=Designations(rounds_per_year=12, names_per_round=4, target="random"),
        port_monitoring=Lever(level=0.5),
        bank_pressure=Lever(level=1.0, start=date(2017, 7, 1)),
    )
    assumptions = {"us.cost.designation": 0.4, "us.cost.port_monitoring": 36.0, "us.cost.bank_pressure": 24.0}
    run = live_in(scenario(FUEL_CUT, months=12, levers=levers, assumptions=assumptions), lanes=16)
    assert run.level("sender_cost", "designations").sum(axis=0) == pytest.approx(
        0.4 * run.level("designated").sum(axis=0)
    )
    assert run.level("sender_cost", "port_monitoring")[:, 0] == pytest.approx(0.5 * 36 / 12)
    assert run.level("sender_cost", "bank_pressure")[:, 0].tolist() == [0] * 6 + [2] * 6


def test_rounds_press_on_moscow_and_on_the_banks_for_a_year() -> None:
    lever = Designations(rounds_per_year=12, names_per_round=1, target="random", until=date(2017, 1, 31))
    assumptions = {
        "us.round_pressure": 0.2,
        "us.designation_friction": 0.03,
        "russia.bank_friction": 0.12,
        "payments.barter": 0.0,
    }
    for months, rounds in ((12, 1.0), (13, 0.0)):
        what = scenario(FUEL_CUT, months=months, levers=Levers(designations=lever), assumptions=assumptions)
        records = live_in(what, lanes=1, deterministic=True).history.setting.records
        assert records["us.pressure"][0, 0] == pytest.approx(0.2 * rounds)
        assert records["payments.russia.friction"][0, 0] == pytest.approx(0.12 + 0.03 * rounds)
