"""Russian fuel firms: they enter when the premium is worth it, and sell as far as Moscow lets them.

Channel ``ru_fuel``: sales beyond what the measures permit Russia.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from leaksim.engine.clock import Clock, Process
from leaksim.engine.lanes import Floats
from leaksim.model.compiled import has_compiled_form
from leaksim.model.dimensions import FUELS, JET_FUEL, MOTOR_FUEL, PRODUCTS
from leaksim.model.market import Market, Offer
from leaksim.model.payments import PaymentQueue
from leaksim.model.schedule import (
    CARGO_ARRIVES,
    ORDER_DAY,
    SUPPLIERS_OFFER,
    SUPPLIERS_SHIP,
)
from leaksim.model.setting import Setting, baseline_prices
from leaksim.model.standing import Standing
from leaksim.model.tankers import deliveries_per_day, detected

_CHANNEL = "ru_fuel"
_SELLERS = "russian_suppliers"
LATEST = 2
"""Cargo arrives at the latest two months after the month of its order."""


class RussianSuppliers:
    """Firms that sell fuel by rail and short sea."""

    def __init__(self, setting: Setting, market: Market) -> None:
        parameters, streams, everywhere = setting.parameters, setting.streams, setting
        setting = setting.within(_CHANNEL)
        self._setting, self._market, self._arms = setting, market, everywhere.arms_with(_CHANNEL)
        self._number = parameters.count("suppliers.number")

        def between(stem: str, low: str, high: str, draw: Floats) -> Floats:
            lowest, highest = parameters[f"{stem}.{low}"], parameters[f"{stem}.{high}"]
            return lowest + (highest - lowest) * draw

        # Cost and entry threshold rise together: the firm with the lowest cost is also the first to move.
        self._cost = between("suppliers.cost", "lowest", "highest", streams.stratified("suppliers.cost", self._number))
        self._threshold = between(
            "suppliers.entry_threshold",
            "lowest",
            "highest",
            streams.stratified("suppliers.entry", self._number),
        )
        self._lag = between(
            "suppliers.entry_lag", "shortest", "longest", streams.uniform("suppliers.entry_lag", self._number)
        )
        self._capacity = parameters["suppliers.capacity"]
        self._more_capacity, self._more_ships = (
            setting.moved(what, "autonomous", "response") for what in ("fuel_capacity", "tankers")
        )
        self._share = {MOTOR_FUEL: np.ones((1, 1)), JET_FUEL: parameters["suppliers.jet_share"]}
        """Capacity for each fuel as a share of that for motor fuel."""
        self._of_networks = parameters["suppliers.migration_weight"] * parameters["traders.capacity.fuel"]
        self._price = baseline_prices(parameters)[MOTOR_FUEL]
        size = self._capacity * self._price / self._number
        self._standing = Standing(everywhere, "suppliers", self._number, size, _CHANNEL)
        self._queue = PaymentQueue(setting, "suppliers", "russia", self._number, dict.fromkeys(FUELS))
        self._delivery_time = parameters["suppliers.delivery_time"]
        self._noticed = {product: np.full((self._number, *setting.shape), np.inf) for product in FUELS}
        """Month in which each firm first saw a premium on a fuel that tempts it."""
        # This month's and the following ones'.
        self._at_sea, self._owed = (
            deque(setting.zeros(len(PRODUCTS)) for _ in range(LATEST + 1)) for _ in ("cargo", "payment")
        )

    def process(self, clock: Clock) -> Process:
        """Offer, ship what was sold, and hand over what arrives."""
        yield from clock.monthly(
            (SUPPLIERS_OFFER, self._offer),
            (SUPPLIERS_SHIP, self._ship),
            (CARGO_ARRIVES, self._deliver),
        )

    def _offer(self, month: int) -> None:
        setting = self._setting
        allowed = setting.records["russia.posture"] * self._capacity_in(month) / self._number
        reservation = self._cost * self._standing.cost * (1 + setting.records["payments.russia.friction"])
        prices, capacity = setting.records["market.price"], {}
        for product, waiting in self._queue.waiting.items():
            self._noticed[product], capacity[product] = on_offer(
                self._noticed[product],
                prices[product],
                self._threshold,
                self._lag,
                allowed,
                self._standing.capacity,
                self._share[product],
                waiting,
                month,
            )
        offer = Offer(np.broadcast_to(reservation, self._noticed[MOTOR_FUEL].shape), capacity)
        self._market.offer(_SELLERS, offer, self._arms)

    def _capacity_in(self, month: int) -> Floats:
        """Add up what all firms can deliver this month if Moscow lets them, kb, ``(arm, lane)``."""
        setting = self._setting
        own = self._capacity + self._more_capacity[month]
        by_sea = (
            self._more_ships[month]
            * deliveries_per_day(setting, detected(setting, month))
            * setting.calendar.days_in(month)
        )
        capacity: Floats = np.maximum(own + by_sea, 0.0) + self._of_networks * setting.records["networks.moved"]
        return capacity

    def _ship(self, month: int) -> None:
        ledger, calendar = self._setting.ledger, self._setting.calendar
        draw = self._setting.streams.exponential("suppliers.delivery", self._number)
        # Half of the mean time is the way itself, the rest is waiting.
        days = ORDER_DAY + np.ceil(self._delivery_time / 2 * (1 + draw))
        ends = np.cumsum([calendar.days_in(min(month + ahead, calendar.months - 1)) for ahead in range(LATEST)])
        arrival = sum((days > end).astype(np.float64) for end in ends)
        sales = self._market.sales(_SELLERS)
        outlay = sum((owed(sale.quantity, sale.price) for sale in sales.values()), start=self._setting.zeros())
        self._setting.records.record("suppliers.outlay", outlay)
        paid = self._queue.settle(month, sales)
        self._standing.delivered(lambda: sum(cargo.quantity for cargo in paid.values()) * self._price)
        for product, cargo in paid.items():
            sent = sent_off(cargo.quantity, cargo.value, arrival)
            ledger.post_item("russian_shipped", month, product, sent.shipped)
            for ahead in range(LATEST + 1):
                self._at_sea[ahead][product] += sent.arriving[ahead]
                self._owed[ahead][product] += sent.due[ahead]

    def _deliver(self, month: int) -> None:
        ledger = self._setting.ledger
        for flow, queue in (("russian_delivered", self._at_sea), ("paid_russian", self._owed)):
            ledger.post(flow, month, queue.popleft())
            queue.append(self._setting.zeros(len(PRODUCTS)))
        ledger.note("at_sea", month, sum(self._at_sea, start=self._setting.zeros()))


@has_compiled_form
def on_offer(
    noticed: Floats,
    price: Floats,
    threshold: Floats,
    lag: Floats,
    allowed: Floats,
    left: Floats,
    share: Floats,
    waiting: Floats,
    month: int,
) -> tuple[Floats, Floats]:
    """Return when each firm first saw a premium that tempts it, and what it can sell, ``(firm, arm, lane)``.

    In the month in which its lag ends a firm is in the market for a fraction.

    Parameters
    ----------
    noticed
        Month in which each firm first saw one before, infinite where it has not, ``(firm, arm, lane)``.
    price
        Last month's price as a ratio to the baseline price, ``(arm, lane)``.
    threshold, lag
        Premium that tempts each firm, and months that it then takes to enter, ``(firm, 1, lane)``.
    allowed
        What Moscow allows each firm to deliver, ``(arm, lane)``.
    left
        Share of its capacity that designations have left, ``(firm, 1 or arm, lane)``.
    share
        Share of its capacity that suits the fuel, ``(1, 1 or lane)``.
    waiting
        Cargo that waits for its payment, ``(firm, arm, lane)``.
    """
    noticed = np.where(price - 1 >= threshold, np.minimum(noticed, month), noticed)
    entered = np.clip(month + 1 - (noticed + lag), 0.0, 1.0)
    return noticed, np.maximum(allowed * left * share * entered - waiting, 0.0)


@has_compiled_form
def owed(quantity: Floats, price: Floats) -> Floats:
    """Return what is owed to all firms for what each sold at its price, ``(arm, lane)``, $m."""
    total: Floats = (quantity * price).sum(axis=0)
    return total


@dataclass(frozen=True)
class SentOff:
    """Cargo of one fuel that left Russia in a month."""

    shipped: Floats
    """All of it, ``(arm, lane)``."""
    arriving: Floats
    """By months until it arrives, ``(month, arm, lane)``."""
    due: Floats
    """What is to be paid for it then, $m, same shape."""


@has_compiled_form
def sent_off(quantity: Floats, value: Floats, arrival: Floats) -> SentOff:
    """Send cargo on its way.

    Parameters
    ----------
    quantity, value
        What each firm sends and what it was sold for, ``(firm, arm, lane)``.
    arrival
        Months until it arrives, ``(firm, 1, lane)``.
    """

    def by_month(amount: Floats) -> Floats:
        return np.stack([(amount * (arrival == ahead)).sum(axis=0) for ahead in range(LATEST + 1)])

    return SentOff(quantity.sum(axis=0), by_month(quantity), by_month(value))
