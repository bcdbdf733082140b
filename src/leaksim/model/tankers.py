"""Third-country tankers that hand fuel over at sea.

Channel ``sts_third``. Voyages take whole days; a tanker that is caught loses its cargo and is impounded.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leaksim.engine.calendar import DAYS_PER_MONTH
from leaksim.engine.clock import Clock, Process
from leaksim.engine.lanes import Floats
from leaksim.model.compiled import has_compiled_form
from leaksim.model.dimensions import MOTOR_FUEL
from leaksim.model.levers import level_in
from leaksim.model.market import Market, Offer
from leaksim.model.schedule import ORDER_DAY, TANKERS_DISCHARGE, TANKERS_OFFER, TANKERS_SAIL
from leaksim.model.setting import Setting, baseline_prices
from leaksim.model.standing import Standing

_CHANNEL = "sts_third"
_SELLERS = "tankers"
MOST_VOYAGES = 3
"""Voyages that one tanker can begin in a month: the shortest are about half a month long."""


def detected(setting: Setting, month: int) -> Floats:
    """Chance that a voyage is caught, ``(1, 1 or lane)``: watching ports and ships raises it."""
    unwatched, watched = (setting.parameters[f"tankers.{name}"] for name in ("detection", "watched_detection"))
    return unwatched + level_in(setting.levers.port_monitoring, setting.calendar, month) * (watched - unwatched)


def deliveries_per_day(setting: Setting, detection: Floats) -> Floats:
    """Return what a ship hands over a day on average, kb: ``cargo (1 - p) / (cycle + p * time impounded)``."""
    parameters = setting.parameters
    per_voyage = parameters["tankers.cycle"] + detection * parameters["tankers.impound_time"]
    return parameters["tankers.cargo"] * (1 - detection) / per_voyage


@dataclass(frozen=True)
class Voyages:
    """What the voyages of one month came to, each of shape ``(tanker, arm, lane)``."""

    made: Floats
    """Voyages begun."""
    handed_now: Floats
    """Cargoes handed over this month."""
    handed_later: Floats
    """Cargoes handed over next month."""
    caught: Floats
    """Cargoes lost with the ship impounded."""


@dataclass(frozen=True)
class Ready:
    """What each ship could do with the orders of a month, ``(tanker, arm, lane)``."""

    first_day: Floats
    """Day on which it could sail, since the start of the run."""
    voyages: Floats
    """Voyages that it could begin."""
    hold: Floats
    """What it carries on a voyage; less after it was designated and renamed."""
    offered: Floats
    """What it could hand over on average."""


@has_compiled_form
def ready(
    free_from: Floats,
    length: Floats,
    hold: Floats,
    left: Floats,
    detection: Floats,
    ends: tuple[int, int],
    in_whole: bool,
) -> Ready:
    """Find out which ships are there.

    Parameters
    ----------
    free_from
        Day from which each ship is idle, ``(tanker, arm, lane)``.
    length
        Days that a voyage takes, ``(tanker, 1, lane)``.
    hold
        What a ship holds, with those bought since for each ship at the start, ``(arm, lane)``.
    left
        Share of it that designations have left, ``(tanker, 1 or arm, lane)``.
    detection
        Chance that a voyage is caught, ``(1, 1 or lane)``.
    ends
        First day on which ships can sail, and first day of the next month.
    in_whole
        Whether voyages are counted; else they are a flow.
    """
    first_day = np.maximum(free_from, ends[0])
    voyages = np.maximum(ends[1] - first_day, 0.0) / length
    if in_whole:
        voyages = np.minimum(np.ceil(voyages), MOST_VOYAGES)
    carried = hold * left
    return Ready(first_day, voyages, carried, carried * voyages * (1 - detection))


class Tankers:
    """A fleet of tankers, each idle, sailing or impounded on every day.

    Orders go to idle ships only; within a month a ship makes one voyage after the other. On each the cargo is handed
    over half-way with probability ``1 - p``; otherwise it is lost, and the ship lies in port after the voyage. In
    deterministic mode the fleet is a continuous flow: a voyage takes its length and, on average, p times the time in
    port.
    """

    def __init__(self, setting: Setting, market: Market) -> None:
        parameters, streams, everywhere = setting.parameters, setting.streams, setting
        setting = setting.within(_CHANNEL)
        self._setting, self._market, self._arms = setting, market, everywhere.arms_with(_CHANNEL)
        self._books_of_all_arms = everywhere.ledger
        self._number = parameters.count("tankers.number")
        lowest, highest = parameters["tankers.cost.lowest"], parameters["tankers.cost.highest"]
        self._cost = lowest + (highest - lowest) * streams.stratified("tankers.cost", self._number)
        self._cargo = parameters["tankers.cargo"]
        self._cycle, self._impound = parameters["tankers.cycle"], np.rint(parameters["tankers.impound_time"])
        self._spread = parameters["tankers.cycle_spread"]
        self._price = baseline_prices(parameters)[MOTOR_FUEL]
        self._invested, self._ship_price = parameters["tankers.investment_share"], parameters["tankers.ship_price"]
        months_per_voyage = self._cycle / DAYS_PER_MONTH
        size = self._cargo / months_per_voyage * self._price
        self._standing = Standing(everywhere, _SELLERS, self._number, size, _CHANNEL)
        fleet = (self._number, *setting.shape)
        self._sails_until, self._free_from = np.zeros(fleet), np.zeros(fleet)
        """Day on which each ship's last voyage ends, and day from which it is idle, since the start of the run."""
        self._funds = setting.zeros()
        self._due, self._owed = setting.zeros(2), setting.zeros(2)
        """Cargo, and payment for it, that is due this month and next."""

    def process(self, clock: Clock) -> Process:
        """Offer, sail, and hand over, every month."""
        yield from clock.monthly(
            (TANKERS_OFFER, self._offer),
            (TANKERS_SAIL, self._sail),
            (TANKERS_DISCHARGE, self._discharge),
        )

    @property
    def _fleet(self) -> Floats:
        """Ships now for each ship at the start, ``(arm, lane)``: investment enlarges the fleet evenly."""
        return 1 + np.floor(self._funds / self._ship_price) / self._number

    def _offer(self, month: int) -> None:
        setting = self._setting
        detection = detected(setting, month)
        draw = setting.streams.uniform("tankers.voyage", self._number)
        first, end = setting.calendar.month_starts[month : month + 2]
        if setting.deterministic:
            self._length = self._cycle + detection * self._impound + np.zeros_like(draw)
        else:
            self._length = np.maximum(np.rint(self._cycle * (1 + self._spread * (2 * draw - 1))), 1.0)
            first += ORDER_DAY - 1
        hold = self._fleet * self._cargo
        self._ready = ready(
            self._free_from,
            self._length,
            hold,
            self._standing.capacity,
            detection,
            (first, end),
            in_whole=not setting.deterministic,
        )
        reservation = np.broadcast_to(self._cost * self._standing.cost, self._ready.offered.shape)
        self._market.offer(_SELLERS, Offer(reservation, {MOTOR_FUEL: self._ready.offered}), self._arms)

    def _sail(self, month: int) -> None:
        ledger = self._setting.ledger
        sale = self._market.sales(_SELLERS)[MOTOR_FUEL]
        voyages = self._voyages(month, self._ready.voyages * (sale.quantity > 0), detected(self._setting, month))
        self._count_days(month, voyages)
        cost = self._price * (self._cost * self._standing.cost)
        handed = handed_over(self._ready, sale.quantity, sale.price, cost, voyages)
        ledger.post_item("tanker_loaded", month, MOTOR_FUEL, handed.loaded)
        ledger.post_item("tanker_seized", month, MOTOR_FUEL, handed.seized)
        self._due += handed.cargo
        self._owed += handed.payment
        self._standing.delivered(
            lambda: _cargo(self._ready, sale.quantity) * (voyages.handed_now + voyages.handed_later) * self._price
        )
        self._funds = self._funds + self._invested * np.maximum(handed.rent, 0.0)

    def _voyages(self, month: int, voyages: Floats, detection: Floats) -> Voyages:
        draws = self._setting.streams.uniform("tankers.detection", MOST_VOYAGES * self._number)
        if self._setting.deterministic:
            caught = voyages * detection
            return Voyages(voyages, voyages - caught, np.zeros_like(voyages), caught)
        month_ends = self._setting.calendar.month_starts[month + 1]
        return fates(voyages, self._ready.first_day, self._length, draws, detection, month_ends)

    def _count_days(self, month: int, voyages: Voyages) -> None:
        """Say what the ships do on every day of the month, and when they are free again."""
        setting = self._setting
        first, end = setting.calendar.month_starts[month], setting.calendar.month_starts[month + 1]
        days = float(end - first)
        if setting.deterministic:
            sailing = voyages.made * self._cycle
            parts = _of_the_fleet(self._fleet, days, sailing, voyages.made * (self._length - self._cycle))
        else:
            free, ends = (self._sails_until, self._free_from), (first, days)
            self._sails_until, self._free_from, parts = ships_days(
                *free, self._ready.first_day, self._length, voyages, self._impound, self._fleet, *ends
            )
        # Where the channel is off all ships are idle.
        self._books_of_all_arms.note("vessel_days", month, np.array([self._number * days, 0, 0])[:, None, None])
        setting.ledger.note("vessel_days", month, parts)

    def _discharge(self, month: int) -> None:
        ledger = self._setting.ledger
        ledger.post_item("tanker_delivered", month, MOTOR_FUEL, self._due[0])
        ledger.post_item("paid_tanker", month, MOTOR_FUEL, self._owed[0])
        for queue in (self._due, self._owed):
            queue[0] = queue[1]
            queue[1] = 0.0
        ledger.add_to_level("on_tankers", month, MOTOR_FUEL, self._due.sum(axis=0))


@dataclass(frozen=True)
class HandedOver:
    """What the cargoes of one month came to, of all ships."""

    loaded: Floats
    """Cargo taken on board, ``(arm, lane)``."""
    seized: Floats
    cargo: Floats
    """Cargo handed over this month and next, ``(month, arm, lane)``."""
    payment: Floats
    """What is paid for it, $m, same shape."""
    rent: Floats
    """What is paid above cost, $m, ``(arm, lane)``."""


@has_compiled_form
def handed_over(ready: Ready, quantity: Floats, price: Floats, cost: Floats, voyages: Voyages) -> HandedOver:
    """Hand over what was sold.

    Parameters
    ----------
    quantity, price
        What each ship sold, and what it is paid, $m per kb, ``(tanker, arm, lane)``.
    cost
        What a kb costs, $m, ``(tanker, 1 or arm, lane)``.
    """
    cargo = _cargo(ready, quantity)
    handed = np.stack([voyages.handed_now, voyages.handed_later])
    return HandedOver(
        _sum(cargo * voyages.made),
        _sum(cargo * voyages.caught),
        (cargo * handed).sum(axis=1),
        (cargo * handed * price).sum(axis=1),
        _sum(cargo * (voyages.handed_now + voyages.handed_later) * (price - cost)),
    )


def _cargo(ready: Ready, quantity: Floats) -> Floats:
    """Cargo of each voyage; ships that sold less than they offered sail with less."""
    return ready.hold * quantity / np.where(quantity > 0, ready.offered, 1.0)


@has_compiled_form
def fates(
    voyages: Floats, begins: Floats, length: Floats, draws: Floats, detection: Floats, month_ends: float
) -> Voyages:
    """Let ships make one voyage after the other until one is caught.

    Parameters
    ----------
    voyages
        How many each ship can begin, ``(tanker, arm, lane)``.
    begins
        Day on which the first one begins, same shape.
    length
        Days that each takes, ``(tanker, 1, lane)``.
    draws
        Uniforms, ``(voyage and tanker, 1, lane)``.
    detection
        Chance that a voyage is caught, ``(1, 1 or lane)``.
    month_ends
        Day from which cargo is handed over next month.
    """
    number = len(voyages)
    made, now, later, caught = (np.zeros_like(voyages) for _ in range(4))
    for voyage in range(MOST_VOYAGES):
        sails = ((voyage < voyages) & (caught == 0)).astype(np.float64)
        if not sails.any():
            break
        fate = draws[voyage * number : (voyage + 1) * number] < detection
        half_way = begins + (voyage + 0.5) * length
        handed = sails * ~fate
        made += sails
        caught += sails * fate
        now += handed * (half_way < month_ends)
        later += handed * (half_way >= month_ends)
    return Voyages(made, now, later, caught)


@has_compiled_form
def ships_days(
    sails_until: Floats,
    free_from: Floats,
    begins: Floats,
    length: Floats,
    voyages: Voyages,
    impound_time: Floats,
    fleet: Floats,
    first: float,
    days: float,
) -> tuple[Floats, Floats, Floats]:
    """Return until when each ship sails, from when it is free, and the fleet's days idle, at sea and impounded.

    Parameters
    ----------
    sails_until, free_from
        The same before this month's voyages, ``(tanker, arm, lane)``.
    begins
        Day on which this month's first voyage begins, same shape.
    length
        Days that each takes, ``(tanker, 1, lane)``.
    impound_time
        Days for which a ship that is caught lies in port, ``(1, 1 or lane)``.
    fleet
        Ships now for each ship at the start, ``(arm, lane)``.
    first, days
        First day of the month, and how many it has.
    """
    sailing = _overlap(sails_until - first, days)
    impounded = _overlap(free_from - first, days) - sailing
    sets_out = voyages.made > 0
    until = begins + voyages.made * length
    free = until + voyages.caught * impound_time
    sailing += np.where(sets_out, _overlap(until - first, days) - _overlap(begins - first, days), 0.0)
    impounded += np.where(sets_out, _overlap(free - first, days) - _overlap(until - first, days), 0.0)
    return (
        np.where(sets_out, until, sails_until),
        np.where(sets_out, free, free_from),
        _of_the_fleet(fleet, days, sailing, impounded),
    )


def _of_the_fleet(fleet: Floats, days: float, sailing: Floats, impounded: Floats) -> Floats:
    return np.stack(
        [_sum(fleet * (days - sailing - impounded)), _sum(fleet * sailing), _sum(fleet * impounded)],
    )


def _overlap(until: Floats, days: float) -> Floats:
    """Days of a month before a day counted from its first, none negative, none beyond its end."""
    return np.clip(until, 0.0, days)


def _sum(values: Floats) -> Floats:
    total: Floats = values.sum(axis=0)
    return total
