"""A case small enough to compute on paper, from the ledger to the rows of the table.

China stops buying coal, half of it, and sells a fifth less motor fuel, in every one of three months, and enforces six
tenths of both. Nothing is stored; demand for fuel is linear. So each month 49 of 98 $m of coal are forbidden and 19.6
come in all the same; 37 of 185 kb of fuel are forbidden and 14.8 come all the same, at 75 $ a barrel.
"""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from leaksim.engine.calendar import Calendar
from leaksim.engine.clock import Clock, Process
from leaksim.engine.memory import Memory
from leaksim.model.channels import BASELINE, INTENDED, REALISED
from leaksim.model.ledger import Ledger
from leaksim.outcomes.observation import joined, observe
from leaksim.scenario.schema import Scenario
from leaksim.simulation import Result, simulate
from worlds import EMPTY_STOCKS, LONG_AGO, NO_NOISE, ONE_CLASS, ROUND_NUMBERS, STEADY_CHINA, cut, live_in, scenario

ENFORCEMENT, ELASTICITY, MONTHS = 0.6, 0.4, 3
COAL, FUEL = 49.0, 37.0
LEAKED_COAL, LEAKED_FUEL = (1 - ENFORCEMENT) * COAL, (1 - ENFORCEMENT) * FUEL
PRICE = 0.075
"""$m per kb."""


def what() -> Scenario:
    return scenario(
        cut("coal", 0.5, LONG_AGO),
        cut("motor_fuel", 0.2, LONG_AGO),
        months=MONTHS,
        channels=["cn_slippage"],
        assumptions={
            **STEADY_CHINA,
            **NO_NOISE,
            **EMPTY_STOCKS,
            **ONE_CLASS,
            **ROUND_NUMBERS,
            "demand.form": "linear",
            "demand.elasticity.industry": ELASTICITY,
            **{f"china.enforcement.{group}.long_run": ENFORCEMENT for group in ("fuel", "exports")},
            **{f"china.enforcement.{group}.decay_time": 1e-3 for group in ("fuel", "exports")},
            "reserves.import_response": 0.4,
        },
    )


def lost_services(gap: float) -> float:
    """What `gap` kb less fuel costs beyond the money saved on it: a triangle under linear demand."""
    return PRICE * gap**2 / (2 * 620 * ELASTICITY)


@pytest.fixture(scope="module")
def result() -> Result:
    return simulate(what(), replications=4, deterministic=True)


@pytest.fixture(scope="module")
def estimates(result: Result) -> "pd.Series[float]":
    return result.table.set_index(["metric", "item"])["estimate"]


def test_pressure_is_currency_forgone_and_the_triangle_under_demand(estimates: "pd.Series[float]") -> None:
    intended = COAL + lost_services(FUEL)
    realised = ENFORCEMENT * COAL + lost_services(ENFORCEMENT * FUEL)
    assert estimates["pressure.intended", ""] == pytest.approx(12 * intended)
    assert estimates["pressure.realised", ""] == pytest.approx(12 * realised)
    assert estimates["pass_through.value", ""] == pytest.approx(realised / intended)
    assert estimates["leakage.value", ""] == pytest.approx(1 - realised / intended)
    assert estimates["leakage.owen", "china"] == pytest.approx(1 - realised / intended)
    assert estimates["pressure.intended_gdp", ""] == pytest.approx(12 * intended / 28_000 * 100)


def test_felt_pressure_is_lost_use_and_forgone_imports_and_the_rest_is_deferred(
    estimates: "pd.Series[float]",
) -> None:
    """Of a shortfall of net earnings, four tenths are met by cutting other imports while reserves are ample.

    Fuel that is not bought saves its price, so the shortfall is the coal less the fuel.
    """
    shortfall = COAL - PRICE * FUEL
    lost_use = PRICE * FUEL + lost_services(FUEL)
    assert estimates["pressure.intended", "other_imports"] == pytest.approx(12 * 0.4 * shortfall)
    assert estimates["pressure.intended", "deferred"] == pytest.approx(12 * 0.6 * shortfall)
    assert estimates["pressure.intended", "felt"] == pytest.approx(12 * (lost_use + 0.4 * shortfall))
    assert estimates["pressure.intended", "industry"] == pytest.approx(12 * lost_use)
    assert estimates["pressure.intended", "military"] == 0


def test_quantities_leak_by_what_is_not_enforced(estimates: "pd.Series[float]") -> None:
    for thing in ("motor_fuel", "hard_currency"):
        assert estimates["leakage.quantity", thing] == pytest.approx(1 - ENFORCEMENT)
        assert estimates["leakage.quantity_channel", f"{thing}/cn_slippage"] == pytest.approx(1 - ENFORCEMENT)
    assert np.isnan(estimates["leakage.quantity", "capital_goods"])
    assert estimates["leakage.accounting", "cn_slippage"] == 1


def test_suppliers_are_ranked_by_what_they_bring(estimates: "pd.Series[float]") -> None:
    china = 185 - ENFORCEMENT * FUEL
    everybody = china + 105 + 30
    for party, kb in (("china", china), ("russia", 105), ("other", 30)):
        assert estimates["supplier.share", f"motor_fuel/{party}"] == pytest.approx(kb / everybody)
    assert estimates["supplier.months_on_top", "motor_fuel/china"] == MONTHS
    assert estimates["supplier.first_month_on_top", "motor_fuel/china"] == 0
    assert np.isnan(estimates["supplier.first_month_on_top", "motor_fuel/russia"])


def test_the_premium_is_what_linear_demand_pays_for_the_last_barrel(estimates: "pd.Series[float]") -> None:
    premium = ENFORCEMENT * FUEL / (620 * ELASTICITY)
    assert estimates["price.premium_mean", "realised/motor_fuel"] == pytest.approx(premium)
    assert estimates["price.premium_peak", "realised/motor_fuel"] == pytest.approx(premium)
    assert estimates["price.premium_peak", "realised/jet_fuel"] == 0


def test_totals_and_months_of_a_lane_are_those_of_the_ledger() -> None:
    world = live_in(what(), lanes=3, deterministic=True)
    seen = observe(world.history)
    assert seen.totals["cut.motor_fuel"].shape == (3, 3)
    realised = world.arm(REALISED)
    assert seen.totals["cut.motor_fuel"][realised] == pytest.approx(MONTHS * FUEL)
    assert seen.totals["cut.hard_currency"][world.arm(INTENDED)] == pytest.approx(MONTHS * COAL)
    assert seen.totals["leaked.motor_fuel.cn_slippage"][realised] == pytest.approx(MONTHS * LEAKED_FUEL)
    value = MONTHS * (LEAKED_COAL + PRICE * LEAKED_FUEL)
    assert seen.totals["leaked.everything.cn_slippage"][realised] == pytest.approx(value)
    assert not seen.totals["leaked.everything.cn_slippage"][world.arm(BASELINE)].any()
    assert seen.monthly["used.motor_fuel"][:, realised] == pytest.approx(620 - ENFORCEMENT * FUEL)
    assert seen.monthly["pressure"].sum(axis=0) == pytest.approx(seen.totals["pressure"])


def test_blocks_are_joined_lane_by_lane_in_their_order() -> None:
    parts = [observe(live_in(what(), lanes=lanes, block=block).history) for block, lanes in ((0, 5), (1, 2))]
    whole = joined(parts)
    for name, total in whole.totals.items():
        assert np.array_equal(total, np.concatenate([part.totals[name] for part in parts], axis=-1)), name
    for name, series in whole.monthly.items():
        assert series.shape[-1] == 7, name


def test_months_that_are_not_kept_leave_no_series() -> None:
    assert not observe(live_in(what(), lanes=2).history, monthly=False).monthly


def test_what_is_kept_of_a_block_survives_the_block() -> None:
    """The next block is written over its ledger."""
    history = live_in(what(), lanes=2).history
    seen = observe(history)
    before = [values.copy() for kept in (seen.totals, seen.monthly) for values in kept.values()]
    for pages in (history.ledger.flows, history.ledger.levels):
        for page in pages.values():
            page.fill(7.0)
    after = [values for kept in (seen.totals, seen.monthly) for values in kept.values()]
    assert all(np.array_equal(one, other) for one, other in zip(before, after, strict=True))


def test_books_that_are_written_over_others_are_blank_when_their_month_begins() -> None:
    memory, clock = Memory(), Clock(Calendar(date(2017, 1, 1), MONTHS))
    last = Ledger(MONTHS, 2, 8, memory)
    for month in range(MONTHS):
        last.of_month(month).fill(1.0)
    books, seen = Ledger(MONTHS, 2, 8, memory), []

    class Reader:
        def process(self, clock: Clock) -> Process:
            yield from clock.monthly((1.0, lambda month: seen.append(books.of_month(month).any())))

    clock.run(Reader(), books)
    assert seen == [False] * MONTHS
    assert np.shares_memory(last.of_month(0), books.of_month(0))
    assert Ledger(MONTHS, 3, 8, memory).of_month(0).shape[1:] == (3, 8)


def test_without_pressure_leakage_is_undefined_and_says_why() -> None:
    table = simulate(what().model_copy(update={"measures": ()}), replications=3).table
    row = table[table["metric"] == "leakage.value"].iloc[0]
    assert np.isnan(row["estimate"])
    assert "intended pressure is zero" in row["note"]


def test_premium_and_forgone_imports_are_counted_once() -> None:
    """A dear barrel costs its premium once, whether reserves pay for it or other imports make way.

    However the bill is met, the total pressure is the same; only its felt part grows.
    """
    base = scenario(cut("motor_fuel", 0.6, LONG_AGO), cut("coal", 1.0, LONG_AGO), months=6)
    worlds = [
        live_in(
            base.model_copy(update={"assumptions": {**EMPTY_STOCKS, "reserves.import_response": response}}), lanes=8
        )
        for response in (0.0, 0.9)
    ]
    saved, paid = (world.pressure for world in worlds)
    realised = worlds[0].arm(REALISED)
    assert worlds[0].level("price", "motor_fuel").max() > 1.1
    assert paid.total[:, realised] == pytest.approx(saved.total[:, realised], rel=1e-9)
    assert (paid.felt[:, realised] > saved.felt[:, realised] + 1).all()
