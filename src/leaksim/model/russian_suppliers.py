"""Russian fuel firms: they enter when the premium is worth it, and sell as far as Moscow lets them.

Channel ``ru_fuel``: sales beyond what the measures permit Russia.
"""

from __future__ import annotations

import numpy as np

from leaksim.engine.clock import Clock, Process
from leaksim.engine.lanes import Floats
from leaksim.model.dimensions import FUELS, JET_FUEL, MOTOR_FUEL, PRODUCTS
from leaksim.model.levers import level_in
from leaksim.model.market import Market, Offer
from leaksim.model.schedule import (
    CARGO_ARRIVES,
    ORDER_DAY,
    SUPPLIERS_OFFER,
    SUPPLIERS_SHIP,
)
from leaksim.model.setting import Setting

_SELLERS = "russian_suppliers"
_LATEST = 2
"""Cargo arrives at the latest two months after the month of its order."""


class RussianSuppliers:
    """Firms that sell fuel by rail and short sea."""

    def __init__(self, setting: Setting, market: Market) -> None:
        parameters, streams = setting.parameters, setting.streams
        self._setting, self._market = setting, market
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
        self._friction = parameters["russia.bank_friction"]
        self._squeeze = parameters["russia.bank_squeeze"]
        self._delivery_time = parameters["suppliers.delivery_time"]
        self._on = setting.on("ru_fuel")
        self._noticed = np.full((self._number, *setting.shape), np.inf)
        """Month in which each firm first saw a premium that tempts it."""
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
        premium = setting.records["market.price"][MOTOR_FUEL] - 1
        tempted = (premium >= self._threshold) & (self._on > 0)
        self._noticed = np.where(tempted, np.minimum(self._noticed, month), self._noticed)
        entered = np.clip(month + 1 - (self._noticed + self._lag), 0.0, 1.0)
        capacity = self._capacity + setting.moved(month, "fuel_capacity", "autonomous", "response")
        allowed = setting.records["russia.posture"] * np.maximum(capacity, 0.0)
        motor = self._on * allowed * entered / self._number
        squeeze = level_in(setting.levers.bank_pressure, setting.calendar, month)
        friction = self._friction + squeeze * self._squeeze
        reservation = np.broadcast_to(self._cost * (1 + friction), motor.shape)
        self._market.offer(_SELLERS, Offer(reservation, {MOTOR_FUEL: motor, JET_FUEL: motor * self._jet_share}))

    def _ship(self, month: int) -> None:
        ledger, calendar = self._setting.ledger, self._setting.calendar
        draw = self._setting.streams.exponential("suppliers.delivery", self._number)
        # Half of the mean time is the way itself, the rest is waiting.
        days = ORDER_DAY + np.ceil(self._delivery_time / 2 * (1 + draw))
        ends = np.cumsum([calendar.days_in(min(month + ahead, calendar.months - 1)) for ahead in range(_LATEST)])
        arrival = sum((days > end).astype(np.intp) for end in ends)
        sales = self._market.sales(_SELLERS)
        for product in FUELS:
            sold, price = sales[product].quantity, sales[product].price
            ledger.post_item("russian_shipped", month, product, sold.sum(axis=0))
            for ahead in range(_LATEST + 1):
                due = sold * (arrival == ahead)
                self._at_sea[ahead, product] += due.sum(axis=0)
                self._owed[ahead, product] += np.einsum("sal,sal->al", due, price)

    def _deliver(self, month: int) -> None:
        ledger = self._setting.ledger
        ledger.post("russian_delivered", month, self._at_sea[0])
        ledger.post("paid_russian", month, self._owed[0])
        for queue in (self._at_sea, self._owed):
            queue[:-1] = queue[1:]
            queue[-1] = 0.0
        ledger.note("at_sea", month, self._at_sea.sum(axis=0))
