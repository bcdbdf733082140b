"""Cargo that was sold and waits for its payment.

A blocked payment is tried again a month later, and the cargo waits for it.
"""

from __future__ import annotations

from dataclasses import dataclass

from leaksim.engine.lanes import Floats
from leaksim.engine.streams import Chance
from leaksim.model.clearing import Sale
from leaksim.model.setting import Setting


@dataclass(frozen=True)
class Cargo:
    """Cargo that was sold, ``(firm, arm, lane)``, or of several products, ``(product, firm, arm, lane)``."""

    quantity: Floats
    """In delivered quantity."""
    value: Floats
    """What it was sold for, $m."""


class PaymentQueue:
    """Cargo that a group of firms has sold and that waits for its payment.

    Each month all that a firm waits for passes with probability ``1 - block``: mean delay ``block / (1 - block)``
    months, and nothing is lost.
    """

    def __init__(self, setting: Setting, firms: str, route: str, number: int, products: int) -> None:
        self._setting, self._firms, self._route, self._number = setting, firms, route, number
        self.waiting = Cargo(setting.zeros(products, number), setting.zeros(products, number))
        """Sold and not yet paid, ``(product, firm, arm, lane)``."""

    def try_again(self) -> Chance:
        """Try to pay for all that waits; return the chance of each firm's payments to pass, ``(firm, arm, lane)``."""
        block = self._setting.records[f"payments.{self._route}.block"]
        return self._setting.streams.chance(f"payments.{self._firms}", 1 - block, self._number)


def passed(waiting: Cargo, sale: Sale, passes: Floats) -> tuple[Cargo, Cargo]:
    """Return what is paid for of one product, and what waits on.

    Parameters
    ----------
    waiting
        What waited before, ``(firm, arm, lane)``.
    sale
        What each firm has sold since.
    passes
        Whether its payments pass, ``(firm, arm, lane)`` or broadcastable.
    """
    quantity = waiting.quantity + sale.quantity
    value = waiting.value + sale.quantity * sale.price
    paid = Cargo(quantity * passes, value * passes)
    return paid, Cargo(quantity - paid.quantity, value - paid.value)


def settle(waiting: Cargo, product: int, sale: Sale, passes: Floats) -> tuple[Cargo, Floats]:
    """Let payments for one product pass; return what is paid for, and how much waits on of all firms, ``(arm, lane)``.

    Parameters
    ----------
    waiting
        What waits of all products, ``(product, firm, arm, lane)``; changed.
    product
        Place of the product.
    sale, passes
        See `passed`.
    """
    paid, left = passed(Cargo(waiting.quantity[product], waiting.value[product]), sale, passes)
    waiting.quantity[product], waiting.value[product] = left.quantity, left.value
    still_waiting: Floats = left.quantity.sum(axis=0)
    return paid, still_waiting
