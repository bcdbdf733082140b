"""Demand by classes: quantity, price, sharing out, and the area under the curve fit each other."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad

from leaksim.engine.lanes import Floats
from leaksim.model.demand import DEMAND_FORMS, DemandCurve

FORMS = sorted(DEMAND_FORMS)
LANES = 20_000


def column(*values: float) -> Floats:
    """One value per class, for a single lane."""
    return np.array(values)[:, None, None]


def many_curves(form: str, *, weighted: bool) -> DemandCurve:
    """Curves with elasticities up to 2, choke prices up to 20 and priorities from 1/5 to 5, one in each lane."""
    rng = np.random.default_rng(20170911)
    shape = (4, 1, LANES)
    elasticity = np.exp(rng.uniform(np.log(0.025), np.log(2), shape))
    weight = np.exp(rng.uniform(np.log(0.2), np.log(5), shape)) if weighted else None
    return DEMAND_FORMS[form](rng.random(shape), elasticity, rng.uniform(1.01, 20, shape), weight)


def some_totals(curve: DemandCurve) -> Floats:
    return np.random.default_rng(7).random((1, LANES)) * curve.baseline_total


def willingness(form: str, elasticity: float, choke: float) -> Callable[[float], float]:
    """Inverse demand of one class as a function of its quantity over the baseline quantity."""
    if form == "linear":
        return lambda share: min(choke, 1 + (1 - share) / elasticity)
    return lambda share: choke if share <= 0 else min(choke, share ** (-1 / elasticity))


@pytest.mark.parametrize("form", FORMS)
def test_demand_at_the_baseline_price_is_baseline_use(form: str) -> None:
    curve = many_curves(form, weighted=False)
    assert curve.total(np.ones((1, LANES))) == pytest.approx(curve.baseline_total, rel=1e-15)
    assert (curve.price_for(curve.baseline_total) == 1).all()


@pytest.mark.parametrize("form", FORMS)
def test_the_price_of_a_quantity_demands_that_quantity(form: str) -> None:
    """At a choke price demand is vertical: the quantity lies between demand at and just above that price."""
    curve = many_curves(form, weighted=False)
    total = some_totals(curve)
    price = curve.price_for(total)
    at_choke = (price == curve.choke).any(axis=0)
    above = curve.total(np.nextafter(price, np.inf))
    error = np.where(
        at_choke, np.maximum(above - total, 0) + np.maximum(total - curve.total(price), 0), curve.total(price) - total
    )
    assert at_choke.mean() > 0.1
    assert (~at_choke).mean() > 0.1
    assert np.abs(error / curve.baseline_total).max() < 1e-12


@pytest.mark.parametrize("form", FORMS)
def test_the_price_of_the_demand_at_a_price_is_that_price(form: str) -> None:
    curve = many_curves(form, weighted=False)
    price = 1 + np.random.default_rng(8).random((1, LANES)) * (curve.choke.max(axis=0) - 1)
    # At the smallest elasticities a rounding error of the quantity moves the price forty times as much and more.
    assert curve.price_for(curve.total(price)) == pytest.approx(price, rel=1e-8)


@pytest.mark.parametrize("weighted", [False, True])
def test_the_price_is_exact_however_unlike_the_classes_are(weighted: bool) -> None:
    """A class of a millionth of the others' size, with another elasticity, bends the curve where it is left alone."""
    rng = np.random.default_rng(12)
    shape = (4, 1, LANES)
    elasticity = np.exp(rng.uniform(np.log(0.01), np.log(5), shape))
    quantity = np.exp(rng.uniform(np.log(1e-6), 0, shape))
    weight = rng.uniform(0.2, 5, shape) if weighted else None
    curve = DEMAND_FORMS["isoelastic"](quantity, elasticity, np.full(shape, 100.0), weight)
    lowest = 1.0 if weight is None else weight.min(axis=0)
    price = lowest * np.exp(rng.random((1, LANES)) * np.log(20))
    total = curve.total(price)
    assert np.abs((curve.total(curve.price_for(total)) - total) / curve.baseline_total).max() < 1e-12


@pytest.mark.parametrize("form", FORMS)
def test_demand_falls_with_the_price_and_ends_at_the_highest_choke(form: str) -> None:
    curve = many_curves(form, weighted=False)
    demands = [curve.total(np.full((1, LANES), price)) for price in np.linspace(1, 21, 81)]
    assert (np.diff(demands, axis=0) <= 0).all()
    assert not demands[-1].any()
    assert (curve.price_for(np.zeros((1, LANES))) == curve.choke.max(axis=0)).all()


def test_a_class_is_served_in_part_at_exactly_its_choke_price() -> None:
    """Two classes, isoelastic with elasticity 1/2, 100 units each; the first gives up at price 4, the second at 9.

    At price 4 demand falls from 100 to 50. In between the second takes 50 and the first what is left.
    """
    curve = DEMAND_FORMS["isoelastic"](column(100, 100), column(0.5, 0.5), column(4, 9))
    for total, first in ((100.0, 50.0), (80.0, 30.0), (50.5, 0.5)):
        quantities, price = curve.ration(np.array([[total]]))
        assert price.item() == 4
        assert quantities[:, 0, 0] == pytest.approx([first, total - first], rel=1e-14)
    quantities, price = curve.ration(np.array([[40.0]]))
    assert price.item() == pytest.approx(6.25)
    assert quantities[:, 0, 0].tolist() == [0.0, 40.0]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("weighted", [False, True])
def test_what_is_shared_out_adds_up_and_nobody_gets_more_than_at_baseline(form: str, weighted: bool) -> None:
    curve = many_curves(form, weighted=weighted)
    total = 1.2 * some_totals(curve)
    quantities, _ = curve.ration(total)
    expected = np.minimum(total, curve.baseline_total)
    assert np.abs((quantities.sum(axis=0) - expected) / curve.baseline_total).max() < 1e-15
    assert quantities.min() >= 0
    assert (quantities <= curve.quantity * (1 + 1e-10)).all()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("weighted", [False, True])
def test_rationing_equalises_the_weighted_willingness_to_pay(form: str, weighted: bool) -> None:
    """The conditions of Kuhn and Tucker for the largest weighted sum of benefits, checked class by class."""
    curve = many_curves(form, weighted=weighted)
    quantities, price = curve.ration(some_totals(curve))
    share = quantities / curve.quantity
    known = np.clip(share, 1e-6, 1)
    inverse = known ** (-1 / curve.elasticity) if form == "isoelastic" else 1 + (1 - known) / curve.elasticity
    marginal = curve.weight * np.minimum(inverse, curve.own_choke)
    # A tiny share is hardly known through its inverse; and a class at its choke price may get any part.
    tolerance = 1e-6 * price
    inside = (share > 1e-6) & (share < 1 - 1e-9)
    assert (np.abs(marginal - price) < tolerance)[inside].all()
    assert (curve.weight * curve.own_choke <= price + tolerance)[share == 0].all()
    assert (curve.weight + 0 * share >= price - tolerance)[share >= 1].all()


@pytest.mark.parametrize("form", FORMS)
def test_a_class_with_priority_is_cut_last(form: str) -> None:
    """Equal classes, one with five times the weight: it keeps its baseline while the others fall."""
    plain = column(100, 100), column(0.5, 0.5), column(3, 3)
    curve = DEMAND_FORMS[form](*plain, column(5, 1))
    first, second = curve.ration(np.array([[150.0]]))[0][:, 0, 0]
    assert (first, second) == pytest.approx((100, 50))
    even = DEMAND_FORMS[form](*plain).ration(np.array([[150.0]]))[0][:, 0, 0]
    assert even.tolist() == pytest.approx([75, 75])


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("elasticity", [0.05, 0.35, 0.999995, 1.0, 1.000009, 1.00002, 1.6])
@pytest.mark.parametrize("choke", [1.3, 8.0])
def test_benefit_is_the_area_under_inverse_demand(form: str, elasticity: float, choke: float) -> None:
    curve = DEMAND_FORMS[form](column(40.0), column(elasticity), column(choke))
    inverse = willingness(form, elasticity, choke)
    kink = choke**-elasticity if form == "isoelastic" else max(1 - elasticity * (choke - 1), 0.0)
    for share in (0.0, 0.01, 0.3, 0.77, 1.0):
        pieces = sorted({0.0, min(kink, share), share})
        area = sum(quad(inverse, low, high, epsabs=0, epsrel=1e-12)[0] for low, high in pairwise(pieces))
        assert curve.benefit(column(40.0 * share)).item() == pytest.approx(40 * area, rel=2e-9, abs=1e-12)


def test_priorities_change_who_is_served_and_not_what_fuel_is_worth() -> None:
    plain = column(100, 60), column(0.2, 0.7), column(6, 4)
    quantities = column(70, 20)
    weighted = DEMAND_FORMS["isoelastic"](*plain, column(3, 0.5))
    assert np.array_equal(weighted.benefit(quantities), DEMAND_FORMS["isoelastic"](*plain).benefit(quantities))


@pytest.mark.parametrize("form", FORMS)
def test_a_class_without_users_changes_nothing(form: str) -> None:
    with_nobody = DEMAND_FORMS[form](column(50, 0), column(0.3, 0.8), column(5, 30))
    alone = DEMAND_FORMS[form](column(50), column(0.3), column(5))
    total = np.linspace(0, 60, 25)[:, None]
    shared = with_nobody.ration(total)[0]
    assert shared[0] == pytest.approx(alone.ration(total)[0][0])
    assert not shared[1].any()


@pytest.mark.parametrize("form", FORMS)
def test_nobody_buys_at_an_infinite_price(form: str) -> None:
    curve = DEMAND_FORMS[form](column(50, 0), column(0.3, 0.8), column(5, 30))
    assert curve.total(np.array([[np.inf]])).item() == 0
