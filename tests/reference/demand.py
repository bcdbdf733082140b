"""Demand for one product by four classes of users, solved by bisection."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reference.case import Case
from reference.things import USERS


@dataclass(frozen=True)
class User:
    """A class of users."""

    quantity: float
    elasticity: float
    choke: float
    weight: float

    def wants(self, price: float, form: str) -> float:
        """Quantity at a common weighted willingness to pay, never above that of the baseline."""
        if price > self.choke * self.weight:
            return 0.0
        ratio = price / self.weight
        if form == "linear":
            wanted = self.quantity * (1 - self.elasticity * (ratio - 1))
        else:
            wanted = self.quantity * ratio**-self.elasticity
        return min(max(wanted, 0.0), self.quantity)


class Demand:
    """The demand of all classes together."""

    def __init__(self, form: str, users: list[User]) -> None:
        self._form, self.users = form, users
        self._chokes = sorted({user.choke * user.weight for user in users if user.quantity > 0}, reverse=True)
        self.baseline = sum(user.quantity for user in users)

    def total(self, price: float) -> float:
        """Quantity that is wanted at a price."""
        return sum(user.wants(price, self._form) for user in self.users)

    def price_for(self, total: float) -> float:
        """Highest price at which at least `total` is wanted, at most the highest choke of those who use it."""
        floor = min(user.weight for user in self.users)
        if total <= 0:
            return self._chokes[0]
        # Demand jumps down behind each choke price, so look there first, from the highest down.
        beyond = self._chokes[0]
        for choke in self._chokes:
            if self.total(choke) >= total:
                return choke if choke == beyond else _last(lambda p: self.total(p) >= total, choke, beyond)
            beyond = choke
        if self.total(floor) < total:
            return floor
        return _last(lambda p: self.total(p) >= total, floor, beyond)

    def share_out(self, total: float) -> list[float]:
        """Quantity of each class when all that are served have the same weighted willingness to pay."""
        total = min(total, self.baseline)
        price = self.price_for(total)
        served = [user.wants(price, self._form) for user in self.users]
        # At a choke price those who leave there share what the others leave over.
        leaving = [user.choke * user.weight == price for user in self.users]
        leave_over = total - sum(part for part, leaves in zip(served, leaving, strict=True) if not leaves)
        theirs = sum(part for part, leaves in zip(served, leaving, strict=True) if leaves)
        share = leave_over / theirs if theirs > 0 else 0.0
        return [part * share if leaves else part for part, leaves in zip(served, leaving, strict=True)]


def demand_for(case: Case, product: str, *, weighted: bool) -> Demand:
    """Demand for a product: the market's own, or as the state weighs its users."""
    form = str(case.values["demand.form"])
    users = []
    for name in USERS:
        stem = "demand.capital_goods.{}" if product == "capital_goods" else "demand.{}." + name
        elasticity, choke = case.value(stem.format("elasticity")), case.value(stem.format("choke"))
        if form == "linear":
            choke = min(choke, 1 + 1 / elasticity)
        weight = case.value(f"demand.priority.{name}") if weighted else 1.0
        users.append(User(_share(case, product, name) * case.use(product), elasticity, choke, weight))
    return Demand(form, users)


def _share(case: Case, product: str, name: str) -> float:
    if product == "motor_fuel":
        shares = {user: case.value(f"demand.motor_fuel.share.{user}") for user in USERS}
        return shares[name] / sum(shares.values())
    if product == "jet_fuel":
        military = case.value("demand.jet_fuel.share.military")
        return {"military": military, "government": 1 - military}.get(name, 0.0)
    return float(name == "industry")


def _last(holds: Callable[[float], bool], low: float, high: float) -> float:
    """Largest number for which a condition holds that holds at `low` and fails just below `high`."""
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return low
        low, high = (middle, high) if holds(middle) else (low, middle)
