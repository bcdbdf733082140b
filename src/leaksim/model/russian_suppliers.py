"""Russian fuel firms: they enter when the premium is worth it, and sell as far as Moscow lets them.

Channel ``ru_fuel``: sales beyond what the measures permit Russia.
"""

from __future__ import annotations

import numpy as np

from leaksim.engine.clock import Clock, Process
from leaksim.engine.lanes import Floats
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
_LATEST = 2
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
        self._jet_share = parameters["suppliers.jet_share"]
        self._of_networks = parameters["suppliers.migration_weight"] * parameters["traders.capacity.fuel"]
        self._price = baseline_prices(parameters)[MOTOR_FUEL]
        size = self._capacity * self._price / self._number
        self._standing = Standing(everywhere, "suppliers", self._number, size, _CHANNEL)
        self._queue = PaymentQueue(setting, "suppliers", "russia", self._number, dict.fromkeys(FUELS))
        self._delivery_time = parameters["suppliers.delivery_time"]
        self._noticed = {product: np.full((self._number, *setting.shape), np.inf) for product in FUELS}
        """Month in which each firm first saw a premium on a fuel that tempts it."""
        self._at_sea = setting.zeros(_LATEST + 1, len(PRODUCTS))
        self._owed = setting.zeros(_LATEST + 1, len(PRODUCTS))

    def process(self, clock: Clock) -> Process:
        """Offer, ship what was sold, and hand over what arrives."""
        yield from clock.monthly(
            (SUPPLIERS_OFFER, self._offer),
            (SUPPLIERS_SHIP, self._ship),
            (CARGO_ARRIVES, self._deliver),
        )

    def _offer(self, month: int) -> None:
        setting = self._setting
        allowed = setting.records["russia.posture"] * self._capacity_in(month)
        each = allowed / self._number * self._standing.capacity
        capacity = {MOTOR_FUEL: each, JET_FUEL: each * self._jet_share}
        reservation = self._cost * self._standing.cost * (1 + setting.records["payments.russia.friction"])
        self._market.offer(
            _SELLERS,
            Offer(
                np.broadcast_to(reservation, each.shape),
                {
                    product: np.maximum(capacity[product] * self._entered(month, product) - waiting, 0.0)
                    for product, waiting in self._queue.waiting.items()
                },
            ),
            self._arms,
        )

    def _entered(self, month: int, product: int) -> Floats:
        """Whether each firm is in the market of a fuel, 0 to 1: a fraction in the month in which its lag ends."""
        premium = self._setting.records["market.price"][product] - 1
        tempted = premium >= self._threshold
        noticed = np.where(tempted, np.minimum(self._noticed[product], month), self._noticed[product])
        self._noticed[product] = noticed
        return np.clip(month + 1 - (noticed + self._lag), 0.0, 1.0)

    def _capacity_in(self, month: int) -> Floats:
        """Add up what all firms can deliver this month if Moscow lets them, kb, ``(arm, lane)``."""
        setting = self._setting
        own = self._capacity + setting.moved(month, "fuel_capacity", "autonomous", "response")
        ships = setting.moved(month, "tankers", "autonomous", "response")
        by_sea = ships * deliveries_per_day(setting, detected(setting, month)) * setting.calendar.days_in(month)
        return np.maximum(own + by_sea, 0.0) + self._of_networks * setting.records["networks.moved"]

    def _ship(self, month: int) -> None:
        ledger, calendar = self._setting.ledger, self._setting.calendar
        draw = self._setting.streams.exponential("suppliers.delivery", self._number)
        # Half of the mean time is the way itself, the rest is waiting.
        days = ORDER_DAY + np.ceil(self._delivery_time / 2 * (1 + draw))
        ends = np.cumsum([calendar.days_in(min(month + ahead, calendar.months - 1)) for ahead in range(_LATEST)])
        arrival = sum((days > end).astype(np.intp) for end in ends)
        sales = self._market.sales(_SELLERS)
        outlay = sum((sale.quantity * sale.price).sum(axis=0) for sale in sales.values())
        self._setting.records.record("suppliers.outlay", outlay)
        paid = self._queue.settle(month, sales)
        self._standing.delivered(lambda: sum(cargo.quantity for cargo in paid.values()) * self._price)
        for product, cargo in paid.items():
            ledger.post_item("russian_shipped", month, product, cargo.quantity.sum(axis=0))
            for ahead in range(_LATEST + 1):
                due = (arrival == ahead).astype(np.float64)
                self._at_sea[ahead, product] += np.einsum("sal,sxl->al", cargo.quantity, due)
                self._owed[ahead, product] += np.einsum("sal,sxl->al", cargo.value, due)

    def _deliver(self, month: int) -> None:
        ledger = self._setting.ledger
        ledger.post("russian_delivered", month, self._at_sea[0])
        ledger.post("paid_russian", month, self._owed[0])
        for queue in (self._at_sea, self._owed):
            queue[:-1] = queue[1:]
            queue[-1] = 0.0
        ledger.note("at_sea", month, self._at_sea.sum(axis=0))
