"""Closed forms of the market: the simulator against formulas that can be derived by hand."""

import numpy as np
import pytest

from leaksim.model.clearing import clear
from leaksim.model.demand import IsoelasticDemand
from leaksim.model.dimensions import CLASSES
from worlds import (
    EMPTY_STOCKS,
    FEEDBACK_OFF,
    LONG_AGO,
    NO_NOISE,
    ONE_CLASS,
    OPEN_RUSSIA,
    ROUND_NUMBERS,
    World,
    cut,
    live_in,
    scenario,
)

CUT = 0.5
BASELINE_CHINA, BASELINE_USE = 185.0, 620.0
CALM = {**FEEDBACK_OFF, **NO_NOISE, **EMPTY_STOCKS, **ONE_CLASS, **ROUND_NUMBERS}


def world(channels: tuple[str, ...], **assumptions: float | str) -> World:
    """China cuts half of its motor fuel for good; nobody reacts, nothing is stored, one class uses the fuel."""
    given = {name.replace("__", "."): value for name, value in assumptions.items()}
    what = scenario(
        cut("motor_fuel", CUT, LONG_AGO), months=3, channels=channels, assumptions={**CALM, **OPEN_RUSSIA, **given}
    )
    return live_in(what, lanes=1, deterministic=True)


@pytest.mark.parametrize("supply_elasticity", [0.3, 1.5])
@pytest.mark.parametrize("elasticity", [0.2, 0.8])
@pytest.mark.parametrize("share", [0.1, 0.5])
def test_a_full_cut_with_isoelastic_demand_and_third_supply(
    share: float, elasticity: float, supply_elasticity: float
) -> None:
    """CF1. Third parties supply ``s P^eta``, demand is ``P^-eps``: ``P = s^(-1/(eta + eps))``."""
    one = np.ones((1, 1, 1))
    demand = IsoelasticDemand(one, elasticity * one, 1e6 * one)
    expected = share ** (-1 / (supply_elasticity + elasticity))
    steps = 20_000
    most = share * ((1.5 * expected) ** supply_elasticity - 1)
    sold_before = (np.arange(steps) + 0.5) * most / steps
    reservation = ((1 + sold_before / share) ** (1 / supply_elasticity))[:, None, None]
    capacity = np.full_like(reservation, most / steps)
    clearing = clear(demand, np.full((1, 1), share), reservation, capacity)
    leakage = share * (share ** (-supply_elasticity / (supply_elasticity + elasticity)) - 1) / (1 - share)
    assert clearing.price[0, 0] == pytest.approx(expected, rel=2e-4)
    assert clearing.quantity[0, 0] / (1 - share) == pytest.approx(leakage, rel=2e-3)


def test_a_small_cut_leaks_by_the_ratio_of_the_elasticities() -> None:
    """CF1. For a small cut the leakage is ``s eta / (s eta + eps)``."""
    share, elasticity, supply_elasticity, small = 0.4, 0.3, 0.9, 1e-3
    one = np.ones((1, 1, 1))
    demand = IsoelasticDemand(one, elasticity * one, 1e6 * one)
    steps = 20_000
    sold_before = (np.arange(steps) + 0.5) * small / steps
    reservation = ((1 + sold_before / share) ** (1 / supply_elasticity))[:, None, None]
    capacity = np.full_like(reservation, small / steps)
    clearing = clear(demand, np.full((1, 1), 1 - small), reservation, capacity)
    slope = share * supply_elasticity
    assert clearing.quantity[0, 0] / small == pytest.approx(slope / (slope + elasticity), rel=1e-3)


@pytest.mark.parametrize("buyer_power", [0.0, 0.4, 1.0])
def test_linear_demand_and_linear_increments(buyer_power: float) -> None:
    """CF1b. With inverse slopes beta of demand and gamma of supply, ``L_Q = beta / (beta + gamma)``.

    The intended pressure is ``beta C^2 / 2`` and ``L_V = L_Q (1 - (1 - theta) (1 - L_Q))``.
    """
    firms, capacity, spread, elasticity = 2000, 120.0, 1.0, 0.3
    run = world(
        ("ru_fuel",),
        demand__form="linear",
        demand__elasticity__industry=elasticity,
        market__buyer_power=buyer_power,
        suppliers__number=firms,
        suppliers__capacity=capacity,
        suppliers__cost__lowest=1.0,
        suppliers__cost__highest=1.0 + spread,
    )
    gap = CUT * BASELINE_CHINA
    demand_slope, supply_slope = 1 / (BASELINE_USE * elasticity), spread / capacity
    by_quantity = demand_slope / (demand_slope + supply_slope)
    price = 75 / 1000
    assert run.cost("intended")[0] / 3 == pytest.approx(price * demand_slope * gap**2 / 2, rel=1e-9)
    assert run.flow("russian_delivered", "motor_fuel")[-1, 0] / gap == pytest.approx(by_quantity, rel=2e-3)
    by_value = 1 - run.cost()[0] / run.cost("intended")[0]
    assert by_value == pytest.approx(by_quantity * (1 - (1 - buyer_power) * (1 - by_quantity)), rel=3e-3)


@pytest.mark.parametrize("detection", [0.0, 0.1, 0.2])
def test_the_share_of_traders_who_smuggle_at_a_fixed_price(detection: float) -> None:
    """CF2. At a price P the share ``clip(((1 - p) P - p F - w - lo) / (hi - lo), 0, 1)`` goes out."""
    price, traders = 1.6, 1000
    lowest, highest, penalty, purchase, capacity = 0.1, 1.1, 1.5, 0.8, 20.0
    run = world(
        ("cn_smuggling", "ru_fuel"),
        china__inspection__maximum=detection,
        china__inspection__corruption=0.0,
        china__bank_friction=0.0,
        traders__perceived_detection=detection,
        traders__risk_loading=0.0,
        traders__number__fuel=traders,
        traders__capacity__fuel=capacity,
        traders__cost__lowest=lowest,
        traders__cost__highest=highest,
        traders__penalty=penalty,
        traders__purchase_price=purchase,
        suppliers__capacity=10_000.0,
        suppliers__cost__lowest=price,
        suppliers__cost__highest=price,
    )
    assert run.level("price", "motor_fuel")[-1, 0] == pytest.approx(price, rel=1e-12)
    profit = (1 - detection) * price - detection * penalty - purchase - lowest
    share = np.clip(profit / (highest - lowest), 0, 1)
    assert run.flow("smuggled_shipped", "motor_fuel")[-1, 0] / capacity == pytest.approx(share, abs=1 / traders)


def test_smugglers_alone_against_linear_demand() -> None:
    """CF3. ``P = (D0 - Q + b + A P_min) / (A + b)`` with ``A = (1 - p)^2 N k / (hi - lo)``.

    What arrives is ``A (P - P_min)``.
    """
    detection, lowest, highest, penalty, purchase, capacity, elasticity = 0.1, 0.1, 1.6, 1.5, 0.8, 60.0, 0.4
    run = world(
        ("cn_smuggling",),
        demand__form="linear",
        demand__elasticity__industry=elasticity,
        china__inspection__maximum=detection,
        china__inspection__corruption=0.0,
        china__bank_friction=0.0,
        traders__perceived_detection=detection,
        traders__risk_loading=0.0,
        traders__number__fuel=2000,
        traders__capacity__fuel=capacity,
        traders__cost__lowest=lowest,
        traders__cost__highest=highest,
        traders__penalty=penalty,
        traders__purchase_price=purchase,
    )
    gap = CUT * BASELINE_CHINA
    demand_slope = BASELINE_USE * elasticity
    supply_slope = (1 - detection) ** 2 * capacity / (highest - lowest)
    least = (purchase + lowest + detection * penalty) / (1 - detection)
    price = (gap + demand_slope + supply_slope * least) / (supply_slope + demand_slope)
    assert run.level("price", "motor_fuel")[-1, 0] == pytest.approx(price, rel=1e-3)
    leakage = supply_slope * (price - least) / gap
    assert run.flow("smuggled_delivered", "motor_fuel")[-1, 0] / gap == pytest.approx(leakage, rel=5e-3)


@pytest.mark.parametrize("markup", [0.0, 0.35])
def test_unlimited_backfill_at_a_markup(markup: float) -> None:
    """CF10. ``P = 1 + mu`` and ``C = p0 D0 ((1 + mu)^(1 - eps) - 1) / (1 - eps) - mu p0 base``."""
    elasticity = 0.35
    run = world(
        ("ru_fuel",),
        demand__elasticity__industry=elasticity,
        market__buyer_power=0.0,
        suppliers__capacity=10_000.0,
        suppliers__cost__lowest=1 + markup,
        suppliers__cost__highest=1 + markup,
    )
    base = BASELINE_USE - CUT * BASELINE_CHINA
    surplus = BASELINE_USE * ((1 + markup) ** (1 - elasticity) - 1) / (1 - elasticity)
    expected = 75 / 1000 * (surplus - markup * base)
    assert run.level("price", "motor_fuel")[-1, 0] == pytest.approx(1 + markup, rel=1e-12)
    assert run.cost()[0] / 3 == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_one_class_uses_all_the_fuel_in_these_worlds() -> None:
    assert {name.rsplit(".", 1)[1] for name in ONE_CLASS} >= set(CLASSES)
