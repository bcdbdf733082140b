"""Closed forms of the Council, of designations, of payments, and of channels that do the same thing."""

import numpy as np
import pytest

from leaksim.evidence.instruments import Instrument
from leaksim.model.security_council import russian_delay
from leaksim.outcomes.attribution import group_shapley
from leaksim.scenario.schema import Designations, Levers
from worlds import (
    EITHER_FILLS_THE_GAP,
    EMPTY_STOCKS,
    FEEDBACK_OFF,
    LONG_AGO,
    NO_NOISE,
    ONE_CLASS,
    OPEN_RUSSIA,
    cut,
    live_in,
    name_of,
    scenario,
    subset_arms,
)

CALM = {**FEEDBACK_OFF, **NO_NOISE}
WILLING_RUSSIA = {
    **CALM,
    **EMPTY_STOCKS,
    **ONE_CLASS,
    **OPEN_RUSSIA,
    "suppliers.cost.lowest": 1.0,
    "suppliers.cost.highest": 1.0,
}
"""Russian firms sell all that is wanted at the baseline price, to one class without stocks."""

LANES = 512


@pytest.mark.parametrize(("stringency", "stake", "carve_out"), [(1.0, 1.0, 0.0), (0.66, 0.5, 0.5), (0.5, 0.05, 0.0)])
def test_russia_blocks_until_blocking_costs_more_than_its_stake(
    stringency: float, stake: float, carve_out: float
) -> None:
    """CF9. Day by day: Moscow blocks while ``x s (1 - z) > V0 + nu day``."""
    value, growth = 0.05, 0.04
    arrays = [np.full((1, 1), number) for number in (stringency, stake, carve_out, value, growth, 0.0)]
    delay = russian_delay(*arrays)[0, 0]
    days = np.arange(0, 40, 0.001)
    blocks = stringency * stake * (1 - carve_out) > value + growth * days
    assert delay == pytest.approx(days[blocks].max(initial=0.0), abs=2e-3)


def test_a_proposed_text_is_adopted_after_bargaining_and_russias_delay() -> None:
    """CF9, in the whole model: without a carve-out the delay is ``(x s - V0) / nu`` days, here (1 * 1 - 0.2) / 0.1."""
    embargo = Instrument.model_validate(
        {
            "id": "embargo",
            "title": "An embargo.",
            "issuer": "scenario",
            "trigger": "2017-01-01",
            "negotiation": {"trigger": "2017-01-01", "bargaining_days": 31},
            "provisions": (
                {"flow": "motor_fuel", "binds": ("china", "russia", "other"), "cut": 1.0, "in_force": "2017-02-01"},
            ),
        }
    )
    assumptions = {
        **CALM,
        "council.noise": 0.0,
        "council.political_stake": 1.0,
        "council.carve_out": 0.0,
        "council.blocking_value": 0.2,
        "council.cost_growth": 0.1,
    }
    run = live_in(scenario(embargo, months=3, channels=("un_dilution",), assumptions=assumptions), lanes=8)
    assert run.flow("permitted_russia", "motor_fuel", "intended")[1] == pytest.approx(0)
    assert run.flow("permitted_russia", "motor_fuel")[1] == pytest.approx(0)
    assert run.flow("diluted_russia", "motor_fuel")[1] == pytest.approx(105 * 8 / 28)
    assert run.flow("diluted_china", "motor_fuel")[1] == pytest.approx(185 * 8 / 28)
    assert not run.flow("diluted_russia")[2].any()


@pytest.mark.parametrize("months", [1, 7, 30])
def test_designated_firms_reform_and_the_active_share_settles(months: int) -> None:
    """CF5. With hazard h and return q a month: ``A_n = A + (1 - A)(1 - h - q)^n``, ``A = q / (h + q)``.

    In continuous time ``A + (1 - A) exp(-(lambda + 1 / tau) t)`` with ``A = 1 / (1 + lambda tau)``, which the months
    approach as both rates become small.
    """
    reformation = 20.0
    lever = Designations(rounds_per_year=6, names_per_round=2, target="random")
    what = scenario(
        cut("motor_fuel", 0.5, LONG_AGO),
        months=months,
        assumptions={"us.reformation_time": reformation},
        levers=Levers(designations=lever),
    )
    run = live_in(what, lanes=1, deterministic=True)
    records = run.history.setting.records
    active = records["firms.suppliers.active"][0, 0, 0]
    firms = 60 + 15 + 12
    hazard, returns = 6 / 12 * 2 / firms, 1 - np.exp(-1 / reformation)
    settled = returns / (hazard + returns)
    assert active == pytest.approx(settled + (1 - settled) * (1 - hazard - returns) ** months, rel=1e-12)
    continuous = 1 / (1 + hazard * reformation)
    assert active == pytest.approx(
        continuous + (1 - continuous) * np.exp(-(hazard + 1 / reformation) * months), rel=2e-2
    )


def test_half_of_the_active_firms_are_designated_in_the_mean_of_many_lanes() -> None:
    """CF5 with chance: the share that is out after a year agrees with the formula within its error."""
    lever = Designations(rounds_per_year=12, names_per_round=4, target="random")
    what = scenario(
        cut("motor_fuel", 0.5, LONG_AGO),
        months=12,
        channels=(),
        assumptions={"us.reformation_time": 10.0},
        levers=Levers(designations=lever),
    )
    run = live_in(what, lanes=LANES, seed=5)
    records = run.history.setting.records
    groups = ("traders.fuel", "traders.coal", "suppliers", "tankers")
    active = np.concatenate([records[f"firms.{group}.active"][:, -1] for group in groups])
    by_lane = active.mean(axis=0)
    hazard, returns = 4 / (60 + 15 + 12), 1 - np.exp(-1 / 10.0)
    expected = 1.0
    for _ in range(12):
        # Names hit the active only, so the hazard of an active firm rises as fewer are left.
        expected = expected - hazard + (1 - expected) * returns
    error = by_lane.std() / np.sqrt(LANES)
    assert by_lane.mean() == pytest.approx(expected, abs=4 * error)


@pytest.mark.parametrize("block", [0.0, 0.2, 0.5])
def test_a_blocked_payment_delays_and_loses_nothing(block: float) -> None:
    """CF14. Retried monthly, a payment is ``block / (1 - block)`` months late on average, and all of it passes.

    One month's sale to a gap that closes in the next: what waits is ``block^n`` of it after n months.
    """
    assumptions = {**WILLING_RUSSIA, "suppliers.capacity": 2000.0, "russia.bank_block": block}
    what = scenario(
        cut("motor_fuel", 0.5, LONG_AGO, until="2017-01-31"), months=36, channels=("ru_fuel",), assumptions=assumptions
    )
    run = live_in(what, lanes=1, deterministic=True)
    sold = 0.5 * 185
    shipped = run.flow("russian_shipped", "motor_fuel")[:, 0]
    waiting = run.level("awaiting_payment", "motor_fuel")[:, 0]
    months = np.arange(36)
    assert shipped == pytest.approx(sold * (1 - block) * block**months, rel=1e-9, abs=1e-12)
    assert np.cumsum(shipped) + waiting == pytest.approx(np.full(36, sold), rel=1e-12)
    assert (months * shipped).sum() / sold == pytest.approx(block / (1 - block), rel=1e-6)


def test_blocked_payments_are_late_by_as_much_in_the_mean_of_many_lanes() -> None:
    """CF14 with chance."""
    block = 0.4
    assumptions = {**WILLING_RUSSIA, "suppliers.capacity": 2000.0, "russia.bank_block": block}
    what = scenario(
        cut("motor_fuel", 0.5, LONG_AGO, until="2017-01-31"), months=24, channels=("ru_fuel",), assumptions=assumptions
    )
    run = live_in(what, lanes=LANES, seed=4)
    shipped = run.flow("russian_shipped", "motor_fuel")
    late = (np.arange(24)[:, None] * shipped).sum() / shipped.sum()
    assert late == pytest.approx(block / (1 - block), rel=0.05)


def test_a_firm_sells_no_more_than_its_capacity_less_what_waits() -> None:
    """With a gap that never closes the throughput of a firm is ``(1 - block) capacity``."""
    block, capacity = 0.25, 60.0
    assumptions = {**WILLING_RUSSIA, "suppliers.capacity": capacity, "russia.bank_block": block}
    what = scenario(cut("motor_fuel", 1.0, LONG_AGO), months=12, channels=("ru_fuel",), assumptions=assumptions)
    run = live_in(what, lanes=1, deterministic=True)
    assert run.flow("russian_shipped", "motor_fuel")[:, 0] == pytest.approx((1 - block) * capacity, rel=1e-12)


def test_two_channels_that_can_each_fill_the_gap_share_the_credit() -> None:
    """CF12. First in 1, last in 0, half each: whoever comes first does all, whoever comes second nothing."""
    assumptions = {**CALM, **EITHER_FILLS_THE_GAP}
    channels = ("ru_fuel", "sts_third")
    what = scenario(cut("motor_fuel", 0.8, LONG_AGO), months=6, channels=channels, assumptions=assumptions)
    run = live_in(what, arms=subset_arms(channels), lanes=8, deterministic=True)
    cost = {frozenset(chosen): run.cost(name_of(chosen)) for chosen in ((), ("ru_fuel",), ("sts_third",), channels)}
    nobody = cost[frozenset()]
    assert (nobody > 1).all()
    relief = group_shapley(cost, channels)
    for channel, other in (channels, channels[::-1]):
        assert nobody - cost[frozenset({channel})] == pytest.approx(nobody, rel=1e-9)
        assert cost[frozenset({other})] - cost[frozenset(channels)] == pytest.approx(0.0, abs=1e-9)
        assert relief[channel] == pytest.approx(nobody / 2, rel=1e-9)
