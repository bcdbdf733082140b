"""Closed forms of single actors: stocks, Russia's posture, slippage, and currency."""

import numpy as np
import pytest

from leaksim.model.russia import best_posture
from worlds import (
    EMPTY_STOCKS,
    FEEDBACK_OFF,
    LONG_AGO,
    NO_NOISE,
    ONE_CLASS,
    OPEN_RUSSIA,
    cut,
    live_in,
    scenario,
    subset_arms,
)

CALM = {**FEEDBACK_OFF, **NO_NOISE}
STEADY_ENFORCEMENT = {f"china.enforcement.{group}.decay_time": 0.01 for group in ("fuel", "goods", "exports")}
BASELINE_CHINA = 185.0


@pytest.mark.parametrize("enforcement", [1.0, 0.6])
def test_a_stock_lasts_as_long_as_the_gap_lets_it(enforcement: float) -> None:
    """CF7. With a constant gap d and backfill y, ``T = (S0 - floor) / (d - y)``; the stock falls in a straight line."""
    opening, floor, gap = 1000.0, 300.0, 0.5 * BASELINE_CHINA
    assumptions = {
        **CALM,
        **STEADY_ENFORCEMENT,
        "stock.motor_fuel.initial": opening,
        "stock.motor_fuel.floor": floor,
        "stock.drawdown_time": 1.0,
        "china.enforcement.fuel.long_run": enforcement,
    }
    what = scenario(cut("motor_fuel", 0.5, LONG_AGO), months=24, channels=("cn_slippage",), assumptions=assumptions)
    run = live_in(what, lanes=1, deterministic=True)
    net = gap * enforcement
    months = np.arange(1, 25)
    assert run.level("stock", "motor_fuel")[:, 0] == pytest.approx(np.maximum(opening - months * net, floor), rel=1e-9)
    first_shortage = int((run.used()[:, 0] < 620 - 1e-6).argmax())
    assert first_shortage == int((opening - floor) / net)


def test_a_capped_release_empties_the_stock_geometrically() -> None:
    """CF7. At most ``(S - floor) / tau`` a month: ``S_n - floor = (S0 - floor) (1 - 1 / tau)^n``."""
    what = scenario(
        cut("motor_fuel", 1.0, LONG_AGO),
        months=12,
        channels=(),
        assumptions={
            **CALM,
            "stock.drawdown_time": 5.0,
            "stock.motor_fuel.initial": 900.0,
            "stock.motor_fuel.floor": 300.0,
        },
    )
    run = live_in(what, lanes=1, deterministic=True)
    months = np.arange(1, 13)
    left = (900 - 300) * (1 - 1 / 5) ** months
    assert run.level("stock", "motor_fuel")[:, 0] - 300 == pytest.approx(left, rel=1e-9)


@pytest.mark.parametrize(
    ("value", "margin", "penalty", "curvature", "posture"),
    [(0.5, 0.2, 0.1, 1.0, 0.6), (0.5, 0.2, 0.1, 2.0, 0.3), (0.1, 0.0, 0.4, 1.0, 0.0), (1.5, 0.2, 0.1, 1.0, 1.0)],
)
def test_moscow_maximises_its_payoff(
    value: float, margin: float, penalty: float, curvature: float, posture: float
) -> None:
    """CF8. ``b* = clip((g + m - pi) / chi, 0, 1)`` maximises ``(g + m - pi) b - chi b^2 / 2``."""
    arrays = [np.full((1, 1), number) for number in (value, margin, penalty, curvature)]
    assert best_posture(*arrays)[0, 0] == pytest.approx(posture, abs=1e-15)
    grid = np.linspace(0, 1, 100_001)
    payoff = (value + margin - penalty) * grid - curvature * grid**2 / 2
    assert grid[payoff.argmax()] == pytest.approx(posture, abs=1e-5)


@pytest.mark.parametrize("capacity", [130.0, 400.0])
def test_russia_sells_what_moscow_allows_up_to_the_gap(capacity: float) -> None:
    """CF8. Barrels are ``min(b capacity, gap)`` when they cost no more than at baseline."""
    assumptions = {
        **CALM,
        **EMPTY_STOCKS,
        **ONE_CLASS,
        **OPEN_RUSSIA,
        "russia.posture.base": 0.4,
        "suppliers.capacity": capacity,
        "suppliers.cost.lowest": 1.0,
        "suppliers.cost.highest": 1.0,
    }
    what = scenario(cut("motor_fuel", 0.5, LONG_AGO), months=3, channels=("ru_fuel",), assumptions=assumptions)
    run = live_in(what, lanes=1, deterministic=True)
    assert run.level("posture")[-1, 0] == pytest.approx(0.4, rel=1e-12)
    expected = min(0.4 * capacity, 0.5 * BASELINE_CHINA)
    assert run.flow("russian_delivered", "motor_fuel")[-1, 0] == pytest.approx(expected, rel=1e-9)


def test_channels_that_bring_only_currency_are_additive() -> None:
    """CF11. No fuel is cut and other imports do not react: first in, last in and Shapley are the same."""
    assumptions = {**CALM, "reserves.import_response": 0.0}
    channels = ("cn_slippage", "cn_smuggling")
    what = scenario(
        cut("coal", 1.0, LONG_AGO),
        cut("textiles", 1.0, LONG_AGO),
        months=12,
        channels=channels,
        assumptions=assumptions,
    )
    run = live_in(what, arms=subset_arms(channels), lanes=16)
    nobody, both = run.cost("intended"), run.cost("cn_slippage+cn_smuggling")
    for channel, other in (channels, channels[::-1]):
        first_in = nobody - run.cost(channel)
        last_in = run.cost(other) - both
        assert (first_in > 0).all()
        assert first_in == pytest.approx(last_in, rel=1e-9)


def test_slippage_alone_leaks_currency_in_proportion() -> None:
    """CF13. With enforcement e, quantity and value of exports leak by ``1 - e``."""
    enforcement = 0.7
    assumptions = {**CALM, **STEADY_ENFORCEMENT, "china.enforcement.exports.long_run": enforcement}
    what = scenario(cut("coal", 0.8, LONG_AGO), months=6, channels=("cn_slippage",), assumptions=assumptions)
    run = live_in(what, lanes=1, deterministic=True)
    blocked = 0.8 * 98 * 6
    assert run.flow("earned_slipped").sum() / blocked == pytest.approx(1 - enforcement, rel=1e-9)
    assert 1 - run.cost()[0] / run.cost("intended")[0] == pytest.approx(1 - enforcement, rel=1e-9)


def test_slippage_of_fuel_leaks_more_value_than_quantity() -> None:
    """CF13. With linear demand the value leaks by ``1 - e^2``, the quantity by ``1 - e``."""
    enforcement = 0.7
    assumptions: dict[str, float | str] = {
        **CALM,
        **STEADY_ENFORCEMENT,
        **EMPTY_STOCKS,
        **ONE_CLASS,
        "demand.form": "linear",
        "china.enforcement.fuel.long_run": enforcement,
    }
    what = scenario(cut("motor_fuel", 0.5, LONG_AGO), months=6, channels=("cn_slippage",), assumptions=assumptions)
    run = live_in(what, lanes=1, deterministic=True)
    gap = 0.5 * BASELINE_CHINA * 6
    assert run.flow("slipped_china", "motor_fuel").sum() / gap == pytest.approx(1 - enforcement, rel=1e-9)
    assert 1 - run.cost()[0] / run.cost("intended")[0] == pytest.approx(1 - enforcement**2, rel=1e-9)
