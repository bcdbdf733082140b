"""The theorems of `test_theorems.py` in worlds whose every parameter lies anywhere in its range, in each lane anew.

Deterministic mode, feedback off, and the three channels that trade. Two things are held fixed because the theorems are
false without them. No class of users is favoured: with priorities the state may buy fuel for more than it is worth to
those who get it. And nobody sells below, or buys above, the baseline price: else a leak can leave the DPRK better off
than it was without measures.
"""

from collections.abc import Mapping

import numpy as np
import pytest

from leaksim.engine.lanes import Arm, Floats
from leaksim.model.channels import BASELINE, INTENDED, REALISED
from leaksim.model.dimensions import CLASSES
from worlds import EMPTY_STOCKS, FEEDBACK_OFF, LONG_AGO, World, anywhere, cut, live_in, name_of, scenario, subset_arms

LANES = 64
FLOWS = ("motor_fuel", "jet_fuel", "capital_goods", "coal", "textiles")
CHANNELS = ("cn_slippage", "cn_smuggling", "ru_fuel")
NO_FAVOURITES = {f"demand.priority.{user}": 1.0 for user in CLASSES}
NO_BARGAINS = {"suppliers.cost.lowest": 1.0, "traders.purchase_price": 1.0, "traders.export.resale_price": 1.0}
THREE_ARMS = (Arm(BASELINE, False), Arm(INTENDED, True), Arm(REALISED, True, frozenset(CHANNELS)))

in_many_worlds = pytest.mark.parametrize(
    ("number", "form"), [(number, form) for number in range(4) for form in ("isoelastic", "linear")]
)


def lanes_without_feedback(number: int) -> dict[str, Floats]:
    fixed = {**FEEDBACK_OFF, **NO_FAVOURITES, **NO_BARGAINS}
    return {**anywhere(number, LANES), **{name: np.full(LANES, value) for name, value in fixed.items()}}


def run(number: int, form: str, values: Mapping[str, Floats], *, severity: float = 1.0) -> World:
    """A world in which some parties are bound by cuts of random depth, times `severity`."""
    rng = np.random.default_rng(number)
    parties = ("china", "russia", "other")
    cuts = [
        cut(flow, severity * rng.choice([0.3, 0.7, 0.99]), "2017-02-10", binds=parties[: rng.integers(1, 4)])
        for flow in FLOWS
    ]
    what = scenario(*cuts, months=14, channels=CHANNELS, assumptions={"demand.form": form})
    return live_in(what, arms=THREE_ARMS, lanes=LANES, deterministic=True, varied=values)


def never_more(these: Floats, those: Floats) -> bool:
    """Whether the first are at most the second, but for rounding."""
    return bool((these <= those + 1e-9 * (1 + np.abs(those))).all())


@in_many_worlds
def test_more_russian_capacity_never_raises_pressure_wherever_the_parameters_lie(number: int, form: str) -> None:
    """M3."""
    values = lanes_without_feedback(number)
    more = {**values, "suppliers.capacity": 1.5 * values["suppliers.capacity"]}
    before, after = run(number, form, values), run(number, form, more)
    assert never_more(after.cost(), before.cost())
    assert (after.cost() < before.cost() - 1e-6).mean() > 0.2
    assert np.array_equal(after.cost(INTENDED), before.cost(INTENDED))


@in_many_worlds
@pytest.mark.parametrize("name", ["traders.penalty", "traders.perceived_detection", "china.inspection.maximum"])
def test_deterrence_never_raises_smuggling_wherever_the_parameters_lie(number: int, form: str, name: str) -> None:
    """M4."""
    values = lanes_without_feedback(number)
    before, after = (run(number, form, {**values, name: factor * values[name]}) for factor in (1.0, 1.3))
    fewer = []
    for flow in ("smuggled_delivered", "smuggled_out_delivered"):
        earlier, later = before.flow(flow).sum(axis=0), after.flow(flow).sum(axis=0)
        assert never_more(later, earlier)
        fewer.append(later < earlier - 1e-6)
    assert np.any(fewer)


@in_many_worlds
def test_a_deeper_cut_brings_more_pressure_wherever_the_parameters_lie(number: int, form: str) -> None:
    """M5."""
    values = lanes_without_feedback(number)
    deep, shallow = run(number, form, values), run(number, form, values, severity=0.8)
    for arm in (INTENDED, REALISED):
        assert never_more(shallow.cost(arm), deep.cost(arm))
    assert (shallow.cost() < deep.cost() - 1e-3).all()


@in_many_worlds
def test_in_a_static_market_any_set_of_channels_leaks_a_share(number: int, form: str) -> None:
    """M6: without stocks the pressure lies between zero and what was intended, whatever is on."""
    values = {**lanes_without_feedback(number), **{name: np.zeros(LANES) for name in EMPTY_STOCKS}}
    what = scenario(*(cut(flow, 0.9, LONG_AGO) for flow in FLOWS), months=6, assumptions={"demand.form": form})
    arms = subset_arms(CHANNELS)
    world = live_in(what, arms=arms, lanes=LANES, deterministic=True, varied=values)
    intended = world.cost(INTENDED)
    for arm in arms[1:]:
        assert never_more(np.zeros(LANES), world.cost(arm.name))
        assert never_more(world.cost(arm.name), intended)
    leakage = 1 - world.cost(name_of(CHANNELS)) / intended
    assert leakage.min() > 0
    assert np.ptp(leakage) > 0.1


@in_many_worlds
def test_a_larger_stock_lasts_longer_wherever_the_parameters_lie(number: int, form: str) -> None:
    """M8."""
    values = lanes_without_feedback(number)
    more = {**values, "stock.motor_fuel.initial": 1.5 * values["stock.motor_fuel.initial"]}
    small, large = run(number, form, values), run(number, form, more)
    for arm in (INTENDED, REALISED):
        assert never_more(small.level("stock", "motor_fuel", arm), large.level("stock", "motor_fuel", arm))
        short = [world.used(arm=arm) < world.used(arm=BASELINE) * (1 - 1e-9) for world in (small, large)]
        first = [np.where(each.any(axis=0), each.argmax(axis=0), len(each)) for each in short]
        assert (first[0] <= first[1]).all()
        assert (first[0] < first[1]).any()
