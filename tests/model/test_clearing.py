"""The clearing of the market for increments, against a slow and obvious way to do it."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaksim.engine.lanes import Floats
from leaksim.model.clearing import Clearing, clear, paid
from leaksim.model.demand import DEMAND_FORMS, DemandCurve

FORMS = sorted(DEMAND_FORMS)


@dataclass(frozen=True)
class Case:
    """One market of one lane, in plain numbers."""

    form: str
    users: list[tuple[float, float, float]]
    """Quantity, elasticity and choke price of each class."""
    offers: list[tuple[float, float]]
    """Reservation price and capacity of each seller."""
    base_share: float

    @property
    def baseline(self) -> float:
        return sum(quantity for quantity, _, _ in self.users)

    @property
    def base(self) -> float:
        return self.base_share * self.baseline

    def demand(self, price: float) -> float:
        """What is wanted at a price, class by class."""
        wanted = 0.0
        for quantity, elasticity, choke in self.users:
            if self.form == "linear":
                bought = quantity * max(1 - elasticity * (price - 1), 0.0)
            else:
                bought = quantity * price**-elasticity
            wanted += bought if price <= choke else 0.0
        return wanted

    def supply(self, price: float, *, strictly: bool = False) -> float:
        """What is offered at a price, or below it."""
        return sum(size for limit, size in self.offers if (limit < price if strictly else limit <= price))


def slowly(case: Case) -> tuple[float, float]:
    """Price and quantity: walk up the steps of supply, and up the demand curve between them."""
    if case.base >= case.baseline:
        return 1.0, 0.0
    highest = max(choke for _, _, choke in case.users)
    steps = sorted({1.0, *(limit for limit, _ in case.offers if limit < highest), highest})
    for step in steps:
        if case.supply(step, strictly=True) >= case.demand(step) - case.base:
            # Demand meets supply below this step, where supply is vertical.
            return _price_between(case, steps, step), case.supply(step, strictly=True)
        if case.supply(step) >= case.demand(step) - case.base:
            return step, case.demand(step) - case.base
    return highest, case.supply(highest)


def _price_between(case: Case, steps: list[float], step: float) -> float:
    """Price at which demand falls to all that is offered below `step`, by bisection."""
    low = max([below for below, above in pairwise(steps) if above == step], default=1.0)
    high = step
    total = case.base + case.supply(step, strictly=True)
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if case.demand(middle) > total else (low, middle)
    return high


def quickly(case: Case) -> tuple[Clearing, DemandCurve]:
    quantity, elasticity, choke = (np.array(column)[:, None, None] for column in zip(*case.users, strict=True))
    curve = DEMAND_FORMS[case.form](quantity, elasticity, choke)
    limits, sizes = (np.array(column)[:, None, None] for column in zip(*case.offers, strict=True))
    return clear(curve, np.array([[case.base]]), limits, sizes), curve


def tenths(low: int, high: int) -> st.SearchStrategy[float]:
    """Numbers on a coarse grid, so that prices are often equal."""
    return st.integers(low, high).map(lambda number: number / 10)


# Chokes lie off the grid of reservation prices: at equality both answers are right.
USERS = st.lists(
    st.tuples(st.floats(1, 100), st.floats(0.03, 1.9), st.integers(1, 18).map(lambda number: number + 0.47)),
    min_size=1,
    max_size=4,
)
OFFERS = st.lists(st.tuples(tenths(10, 60), tenths(0, 500)), min_size=1, max_size=7)
CASES = st.builds(Case, st.sampled_from(FORMS), USERS, OFFERS, st.sampled_from([0.0, 0.2, 0.5, 0.9, 1.0, 1.1]))


@given(CASES)
def test_clearing_agrees_with_walking_up_the_steps_of_supply(case: Case) -> None:
    clearing, _ = quickly(case)
    price, quantity = slowly(case)
    assert clearing.price.item() == pytest.approx(price, rel=1e-9)
    assert clearing.quantity.item() == pytest.approx(quantity, rel=1e-9, abs=1e-9 * case.baseline)


@given(CASES)
def test_no_seller_sells_below_his_price_and_all_who_ask_less_are_sold_out(case: Case) -> None:
    clearing, _ = quickly(case)
    limits, sizes = (np.array(column) for column in zip(*case.offers, strict=True))
    sold, price = clearing.sold[:, 0, 0], clearing.price.item()
    assert sold.sum() == pytest.approx(clearing.quantity.item(), rel=1e-12, abs=1e-12 * case.baseline)
    assert (sold >= 0).all()
    assert (sold <= sizes * (1 + 1e-12)).all()
    assert not sold[limits > price * (1 + 1e-9)].any()
    if case.base < case.baseline:
        assert sold[limits < price * (1 - 1e-9)] == pytest.approx(sizes[limits < price * (1 - 1e-9)])
    for level in set(limits):
        tied = (limits == level) & (sizes > 0)
        served = sold[tied] / sizes[tied]
        assert served == pytest.approx(np.broadcast_to(served[:1], served.shape))


@given(CASES)
def test_the_buyer_is_on_the_demand_curve(case: Case) -> None:
    """At the price he wants no more than there is, and a little above the price no more than that either."""
    clearing, curve = quickly(case)
    if case.base >= case.baseline:
        assert (clearing.price.item(), clearing.quantity.item()) == (1, 0)
        return
    have = case.base + clearing.quantity.item()
    slack = 1e-9 * case.baseline
    assert curve.total(clearing.price * (1 + 1e-9)).item() <= have + slack
    assert curve.total(clearing.price * (1 - 1e-9)).item() >= have - slack
    assert 1 <= clearing.price.item() <= max(choke for _, _, choke in case.users)


@given(CASES, st.integers(0, 6), st.floats(0.1, 50))
def test_one_more_offer_never_raises_the_price_nor_lowers_the_quantity(case: Case, limit: int, size: float) -> None:
    before, _ = quickly(case)
    after, _ = quickly(Case(case.form, case.users, [*case.offers, (1 + limit / 3, size)], case.base_share))
    assert after.price.item() <= before.price.item() * (1 + 1e-9)
    assert after.quantity.item() >= before.quantity.item() - 1e-9 * case.baseline


def test_sellers_with_one_price_share_the_sale_in_proportion_to_their_capacity() -> None:
    """Vertical demand at the margin: 100 wanted, 40 there, 20 sold below; 40 left for offers of 60 and 20 at 1.5."""
    case = Case("linear", [(100.0, 1e-9, 9.47)], [(1.2, 20.0), (1.5, 60.0), (1.5, 20.0), (1.8, 5.0)], 0.4)
    clearing, _ = quickly(case)
    assert clearing.price.item() == 1.5
    assert clearing.sold[:, 0, 0] == pytest.approx([20, 30, 10, 0])


@pytest.mark.parametrize("form", FORMS)
def test_the_price_of_an_exhausted_supply_is_on_the_demand_curve_and_not_the_last_offer(form: str) -> None:
    """Offers end at 1.1 of the baseline price, far short of the gap; the classes fix what the last barrel is worth."""
    case = Case(form, [(100.0, 0.5, 7.47)], [(1.05, 5.0), (1.1, 5.0)], 0.6)
    clearing, curve = quickly(case)
    assert clearing.quantity.item() == pytest.approx(10)
    assert clearing.price.item() == pytest.approx(curve.price_for(np.array([[70.0]])).item())
    assert clearing.price.item() == pytest.approx(0.7**-2 if form == "isoelastic" else 1.6)


def test_a_seller_is_paid_the_price_less_the_buyers_part_of_his_margin() -> None:
    price, reservation = np.array([[3.0]]), np.array([[1.0]])
    rates: list[Floats] = [paid(price, reservation, np.array([[power]])) for power in (0.0, 0.5, 1.0)]
    assert [rate.item() for rate in rates] == [3.0, 2.0, 1.0]


def test_lanes_are_cleared_apart() -> None:
    """Many markets at once give the same bits as one at a time."""
    rng = np.random.default_rng(5)
    shape = (6, 1, 64)
    users = rng.random((2, 1, 64)) * 50, rng.uniform(0.05, 1.5, (2, 1, 64)), rng.uniform(2, 9, (2, 1, 64))
    limits, sizes = rng.uniform(1, 4, shape), rng.random(shape) * 12
    base = 0.5 * users[0].sum(axis=0)

    def cleared(chosen: slice) -> Clearing:
        curve = DEMAND_FORMS["isoelastic"](*(each[..., chosen] for each in users))
        return clear(curve, base[:, chosen], limits[..., chosen], sizes[..., chosen])

    together = cleared(slice(None))
    for start in range(0, 64, 8):
        apart = cleared(slice(start, start + 8))
        assert np.array_equal(together.price[:, start : start + 8], apart.price)
        assert np.array_equal(together.sold[..., start : start + 8], apart.sold)
