"""Russian fuel firms: they enter when the premium is worth it, and sell as far as Moscow lets them.

Channel ``ru_fuel``: sales beyond what the measures permit Russia.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from leaksim.engine.clock import Clock, Process
from leaksim.engine.lanes import Floats, Places, together
from leaksim.engine.streams import Chance
from leaksim.model.clearing import Sale
from leaksim.model.compiled import has_compiled_form
from leaksim.model.dimensions import FUELS, MOTOR_FUEL
from leaksim.model.market import Market, Offer
from leaksim.model.payment_queue import Cargo, PaymentQueue, passed, settle
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
        self._setting, self._everywhere, self._market = setting, everywhere, market
        self._arms = everywhere.arms_with(_CHANNEL)
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
        capacity, lengths = parameters["suppliers.capacity"], np.diff(setting.calendar.month_starts)
        more_capacity, more_ships = (
            setting.moved(what, "autonomous", "response") for what in ("fuel_capacity", "tankers")
        )
        by_ship = more_ships * deliveries_per_day(setting, detected(setting)) * lengths[:, None, None]
        self._capacity = np.maximum(capacity + more_capacity + by_ship, 0.0)
        """What all firms can deliver in each month if Moscow lets them, kb, ``(month, arm, 1 or lane)``."""
        for_motor_fuel, for_jet_fuel = np.ones((1, 1)), parameters["suppliers.jet_share"]
        self._share = setting.in_all_lanes(together([for_motor_fuel, for_jet_fuel]))
        """Capacity for each fuel as a share of that for motor fuel, ``(fuel, 1, lane)``."""
        self._of_networks = parameters["suppliers.migration_weight"] * parameters["traders.capacity.fuel"]
        self._price = baseline_prices(parameters)[MOTOR_FUEL]
        size = capacity * self._price / self._number
        self._standing = Standing(everywhere, "suppliers", self._number, size, _CHANNEL)
        fuels, number = len(FUELS), self._number
        self._queue = PaymentQueue(setting, "suppliers", "russia", number, fuels)
        # Half of the mean time is the way itself, the rest is waiting.
        self._way = setting.in_all_lanes(parameters["suppliers.delivery_time"] / 2)
        lengths = np.append(lengths, lengths[-1:].repeat(LATEST - 1))
        self._ends = sliding_window_view(lengths, LATEST).cumsum(axis=1, dtype=np.float64)
        """Days from the beginning of each month to its end and that of the next, ``(month, 2)``."""
        self._noticed = np.full((fuels, number, *setting.shape), np.inf)
        """Month in which each firm first saw a premium on a fuel that tempts it, ``(fuel, firm, arm, lane)``."""
        self._reservation, self._free = setting.zeros(number), setting.zeros(fuels, number)
        self._offered = Offer(self._reservation, dict(zip(FUELS, self._free, strict=True)))
        self._at_sea = Cargo(setting.zeros(LATEST + 1, fuels), setting.zeros(LATEST + 1, fuels))
        """Cargo by the month in which it arrives, and what is paid for it then, ``(month, fuel, arm, lane)``: the
        months that can come next, in turns."""

    def process(self, clock: Clock) -> Process:
        """Offer, ship what was sold, and hand over what arrives."""
        yield from clock.monthly(
            (SUPPLIERS_OFFER, self._offer),
            (SUPPLIERS_SHIP, self._ship),
            (CARGO_ARRIVES, self._deliver),
        )

    def _offer(self, month: int) -> None:
        records = self._setting.records
        capacity = self._capacity[month] + self._of_networks * records["networks.moved"]
        offer(
            self._noticed,
            records["market.price"][: len(FUELS)],
            (self._threshold, self._lag),
            records["russia.posture"] * capacity / self._number,
            self._standing.capacity,
            self._share,
            self._queue.waiting.quantity,
            month,
            (self._cost, self._standing.cost),
            records["payments.russia.friction"],
            self._reservation,
            self._free,
        )
        self._market.offer(_SELLERS, self._offered, self._arms)

    def _ship(self, month: int) -> None:
        ledger, passes = self._setting.ledger, self._queue.try_again()
        sales = list(self._market.sales(_SELLERS).values())
        self._standing.delivered(lambda: self._value_delivered(sales, passes))
        outlay = self._everywhere.zeros()
        send(
            self._queue.waiting,
            sales,
            passes,
            (self._setting.streams.exponential("suppliers.delivery", self._number), self._way, self._ends[month]),
            self._at_sea,
            month,
            self._arms.places,
            (ledger.levels["awaiting_payment"][month], ledger.flows["russian_shipped"][month]),
            outlay,
        )
        self._setting.records.record("suppliers.outlay", outlay)

    def _value_delivered(self, sales: Sequence[Sale], passes: Chance) -> Floats:
        """Add up what is about to be paid for of each firm, $m at baseline prices, ``(firm, arm, lane)``."""
        quantity, waiting = self._setting.zeros(self._number), self._queue.waiting
        for sale, *before in zip(sales, waiting.quantity, waiting.value, strict=True):
            paid, _ = passed(Cargo(*before), sale, passes.happens)
            quantity += paid.quantity
        value: Floats = quantity * self._price
        return value

    def _deliver(self, month: int) -> None:
        ledger = self._setting.ledger
        pages = ledger.flows["russian_delivered"], ledger.flows["paid_russian"], ledger.levels["at_sea"]
        arrive(self._at_sea, month, self._arms.places, tuple(page[month] for page in pages))


@has_compiled_form
def offer(
    noticed: Floats,
    price: Floats,
    entry: tuple[Floats, Floats],
    allowed: Floats,
    left: Floats,
    share: Floats,
    waiting: Floats,
    month: int,
    costs: tuple[Floats, Floats],
    friction: Floats,
    reservation: Floats,
    free: Floats,
) -> None:
    """Find out what each firm can sell, and at which price.

    In the month in which its lag ends a firm is in the market for a fraction.

    Parameters
    ----------
    noticed
        Month in which each firm first saw a premium that tempts it, infinite where it has not,
        ``(fuel, firm, arm, lane)``; changed.
    price
        Last month's prices as ratios to the baseline price, ``(fuel, arm, lane)``.
    entry
        Premium that tempts each firm, and months that it then takes to enter, ``(firm, 1, lane)``.
    allowed
        What Moscow allows each firm to deliver, ``(arm, lane)``.
    left
        Share of its capacity that designations have left, ``(1 or firm, 1 or arm, lane)``.
    share
        Share of its capacity that suits the fuel, ``(fuel, 1, lane)``.
    waiting
        Cargo that waits for its payment, ``(fuel, firm, arm, lane)``.
    costs
        What a unit costs each firm, ``(firm, 1, lane)``, and the factor of that after designations,
        ``(1 or firm, 1 or arm, lane)``.
    friction
        Share of the price that payment costs, ``(1 or arm, 1 or lane)``.
    reservation, free
        Where to write the price, ``(firm, arm, lane)``, and what it can sell, as `waiting`.
    """
    threshold, lag = entry
    cost, factor = costs
    np.multiply(cost * factor, 1 + friction, out=reservation)
    whole = allowed * left
    for fuel, first_seen in enumerate(noticed):
        tempted = price[fuel] - 1 >= threshold
        first_seen[tempted] = np.minimum(first_seen[tempted], month)
        entered = np.clip(month + 1 - (first_seen + lag), 0.0, 1.0)
        np.maximum(whole * share[fuel] * entered - waiting[fuel], 0.0, out=free[fuel])


@has_compiled_form
def send(
    waiting: Cargo,
    sales: Sequence[Sale],
    passes: Chance,
    delivery: tuple[Floats, Floats, Floats],
    at_sea: Cargo,
    month: int,
    arms: Places,
    pages: tuple[Floats, Floats],
    outlay: Floats,
) -> None:
    """Let payments pass, and send what is paid for on its way.

    Parameters
    ----------
    waiting
        Cargo that waits, ``(fuel, firm, arm, lane)``; changed.
    sales
        What was sold of each fuel.
    passes
        Of each firm's payments, ``(firm, arm, lane)``.
    delivery
        A standard exponential for each firm, ``(firm, 1, lane)``; days that the way takes without waiting,
        ``(1, lane)``; and days to the end of this month and of the next.
    at_sea
        Cargo by the month in which it arrives, ``(month, fuel, arm, lane)``; changed.
    arms
        Their places in the books.
    pages
        Where to enter what waits on, and what is shipped, ``(product, arm, lane)``.
    outlay
        Where to write what is owed to all firms for what was sold, $m, ``(arm, lane)``, of all arms.
    """
    draw, way, ends = delivery
    days = ORDER_DAY + np.ceil(way * (1 + draw))
    months_ahead = sum((days > end).astype(np.intp) for end in ends)
    awaiting, shipped = pages
    for place, (fuel, sale) in enumerate(zip(FUELS, sales, strict=True)):
        outlay[arms] += (sale.quantity * sale.price).sum(axis=0)
        paid, still_waiting = settle(waiting, place, sale, passes.happens)
        awaiting[fuel, arms] += still_waiting
        shipped[fuel, arms] += paid.quantity.sum(axis=0)
        for ahead in range(LATEST + 1):
            then, arrives = (month + ahead) % len(at_sea.quantity), months_ahead == ahead
            at_sea.quantity[then, place] += (paid.quantity * arrives).sum(axis=0)
            at_sea.value[then, place] += (paid.value * arrives).sum(axis=0)


@has_compiled_form
def arrive(at_sea: Cargo, month: int, arms: Places, pages: tuple[Floats, ...]) -> None:
    """Hand over what arrives in a month.

    Parameters
    ----------
    at_sea, arms
        See `send`.
    pages
        Where to enter what is delivered and paid, and to note what is still at sea, ``(product, arm, lane)``.
    """
    delivered, paid, still_at_sea = pages
    now = month % len(at_sea.quantity)
    for place, fuel in enumerate(FUELS):
        delivered[fuel, arms] += at_sea.quantity[now, place]
        paid[fuel, arms] += at_sea.value[now, place]
        at_sea.quantity[now, place] = at_sea.value[now, place] = 0.0
        still_at_sea[fuel, arms] = at_sea.quantity[:, place].sum(axis=0)
