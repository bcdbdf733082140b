"""Payments: what a route costs, which payments are blocked, and wages that pay for fuel without a bank.

The Russian route is the worse one: Western banks look closely at it. A blocked payment is tried again a month later,
and the cargo waits for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from leaksim.engine.clock import Clock, Process
from leaksim.engine.lanes import Floats
from leaksim.model.clearing import Sale
from leaksim.model.compiled import has_compiled_form
from leaksim.model.levers import level_in
from leaksim.model.schedule import PAYMENTS_ARE_CHECKED
from leaksim.model.setting import Setting

_ROUTES = ("russia", "china")


class Payments:
    """The banks of both routes."""

    def __init__(self, setting: Setting) -> None:
        parameters = setting.parameters
        self._setting = setting
        self._friction, self._squeeze, self._block = (
            {route: parameters[f"{route}.bank_{what}"] for route in _ROUTES}
            for what in ("friction", "squeeze", "block")
        )
        self._designation_friction = parameters["us.designation_friction"]
        self._barter = parameters["payments.barter"]
        setting.records.announce("labour.wages_russia", setting.zeros())
        setting.records.announce("suppliers.outlay", setting.zeros())

    def process(self, clock: Clock) -> Process:
        """Announce the terms of each route on the first day."""
        yield from clock.monthly((PAYMENTS_ARE_CHECKED, self._check))

    def _check(self, month: int) -> None:
        setting, records = self._setting, self._setting.records
        banks = level_in(setting.levers.bank_pressure, setting.calendar, month)
        earned, owed = self._barter * records["labour.wages_russia"], records["suppliers.outlay"]
        # Where all that is owed is covered, the ratio is not needed (and nothing owed would make it infinite).
        bartered = np.where(earned < owed, earned / np.where(earned < owed, owed, 1.0), earned > 0)
        through_banks: dict[str, Floats] = {"russia": 1 - bartered, "china": np.ones((1, 1))}
        for route in _ROUTES:
            friction = (
                self._friction[route]
                + self._squeeze[route] * banks
                + self._designation_friction * records["us.recent_rounds"]
            )
            records.announce(f"payments.{route}.friction", friction * through_banks[route])
            records.announce(f"payments.{route}.block", self._block[route] * through_banks[route])


@dataclass(frozen=True)
class Cargo:
    """Cargo of one product that was sold, ``(firm, arm, lane)``."""

    quantity: Floats
    """In delivered quantity."""
    value: Floats
    """What it was sold for, $m."""


@has_compiled_form
def settled(waiting: Cargo, sale: Sale, passes: Floats) -> tuple[Cargo, Cargo, Floats]:
    """Return what is paid for, what waits on, and how much that is of all firms, ``(arm, lane)``.

    Parameters
    ----------
    passes
        Whether each firm's payments pass, ``(firm, arm, lane)`` or broadcastable.
    """
    quantity = waiting.quantity + sale.quantity
    value = waiting.value + sale.quantity * sale.price
    paid = Cargo(quantity * passes, value * passes)
    left = Cargo(quantity - paid.quantity, value - paid.value)
    return paid, left, left.quantity.sum(axis=0)


class PaymentQueue:
    """Cargo that a group of firms has sold and that waits for its payment.

    Each month all that a firm waits for passes with probability ``1 - block``: mean delay ``block / (1 - block)``
    months, and nothing is lost.
    """

    def __init__(self, setting: Setting, firms: str, route: str, number: int, products: Mapping[int, object]) -> None:
        self._setting, self._firms, self._route, self._number = setting, firms, route, number
        self._waiting = {product: Cargo(setting.zeros(number), setting.zeros(number)) for product in products}

    @property
    def waiting(self) -> dict[int, Floats]:
        """Sold and not yet paid, by product index, ``(firm, arm, lane)``."""
        return {product: cargo.quantity for product, cargo in self._waiting.items()}

    def settle(self, month: int, sales: Mapping[int, Sale]) -> dict[int, Cargo]:
        """Add this month's sales and let payments pass."""
        setting = self._setting
        block = setting.records[f"payments.{self._route}.block"]
        passes = setting.streams.event(f"payments.{self._firms}", 1 - block, self._number)
        paid = {}
        for product, sale in sales.items():
            paid[product], self._waiting[product], of_all = settled(self._waiting[product], sale, passes)
            setting.ledger.add_to_level("awaiting_payment", month, product, of_all)
        return paid
