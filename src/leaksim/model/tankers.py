"""Third-country tankers that hand fuel over at sea.

Channel ``sts_third``. Voyages take whole days; a tanker that is caught loses its cargo and is impounded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from leaksim.engine.calendar import DAYS_PER_MONTH
from leaksim.engine.clock import Clock, Process
from leaksim.engine.lanes import Floats, Places
from leaksim.model.clearing import Sale
from leaksim.model.compiled import has_compiled_form
from leaksim.model.dimensions import MOTOR_FUEL
from leaksim.model.levers import levels
from leaksim.model.market import Market, Offer
from leaksim.model.schedule import ORDER_DAY, TANKERS_DISCHARGE, TANKERS_OFFER, TANKERS_SAIL
from leaksim.model.setting import Setting, baseline_prices
from leaksim.model.standing import Standing

_CHANNEL = "sts_third"
_SELLERS = "tankers"
MOST_VOYAGES = 3
"""Voyages that one tanker can begin in a month: the shortest are about half a month long."""


def detected(setting: Setting) -> Floats:
    """Chance in each month that a voyage is caught, ``(month, 1, 1 or lane)``: watching ports and ships raises it."""
    unwatched, watched = (setting.parameters[f"tankers.{name}"] for name in ("detection", "watched_detection"))
    watch = levels(setting.levers.port_monitoring, setting.calendar)
    return unwatched + watch * (watched - unwatched)


def deliveries_per_day(setting: Setting, detection: Floats) -> Floats:
    """Return what a ship hands over a day on average, kb: ``cargo (1 - p) / (cycle + p * time impounded)``."""
    parameters = setting.parameters
    per_voyage = parameters["tankers.cycle"] + detection * parameters["tankers.impound_time"]
    return parameters["tankers.cargo"] * (1 - detection) / per_voyage


class Fleet(NamedTuple):
    """What a fleet is made of."""

    free_from: Floats
    """Day from which each ship is idle, since the start of the run, ``(tanker, arm, lane)``; changes."""
    sails_until: Floats
    """Day on which its last voyage ends, same shape; changes."""
    funds: Floats
    """What has been invested in further ships, $m, ``(arm, lane)``; changes."""
    ship_price: Floats
    """What one costs, $m, ``(1, lane)``, as all that follow."""
    invested: Floats
    """Share of what is earned above cost that is invested."""
    cargo: Floats
    """What a ship holds, kb."""
    cycle: Floats
    """Mean length of a voyage, days."""
    spread: Floats
    """Share by which voyages are longer or shorter at most."""
    impound_time: Floats
    """Days for which a ship that is caught lies in port."""
    fuel_price: Floats
    """Baseline price, $m per kb."""

    @property
    def ships(self) -> Floats:
        """Ships now for each ship at the start, ``(arm, lane)``: investment enlarges the fleet evenly."""
        return 1 + np.floor(self.funds / self.ship_price) / len(self.free_from)

    def lengths(self, draw: Floats) -> Floats:
        """Turn uniforms into lengths of voyages, whole days."""
        return np.maximum(np.rint(self.cycle * (1 + self.spread * (2 * draw - 1))), 1.0)


class Orders(NamedTuple):
    """What ships can do with the orders of a month."""

    length: Floats
    """Days that a voyage takes, ``(tanker, 1, lane)``."""
    offered: Floats
    """What each ship could hand over on average, ``(tanker, arm, lane)``."""
    reservation: Floats
    """At which price, as a ratio to the baseline price, same shape."""


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


def ready(fleet: Fleet, length: Floats, left: Floats, days: tuple[int, int], *, in_whole: bool) -> Ready:
    """Find out which ships are there.

    Parameters
    ----------
    length
        Days that a voyage takes, ``(tanker, 1, lane)``.
    left
        Share of a ship's hold that designations have left, ``(1 or tanker, 1 or arm, lane)``.
    days
        First day on which ships can sail, and first day of the next month.
    in_whole
        Whether voyages are counted; else they are a flow.
    """
    first_day = np.maximum(fleet.free_from, days[0])
    voyages = np.maximum(days[1] - first_day, 0.0) / length
    if in_whole:
        voyages = np.minimum(np.ceil(voyages), MOST_VOYAGES)
    return Ready(first_day, voyages, fleet.ships * fleet.cargo * left)


@has_compiled_form
def offer(
    fleet: Fleet,
    costs: tuple[Floats, Floats],
    draw: Floats,
    left: Floats,
    detection: Floats,
    days: tuple[int, int],
    orders: Orders,
) -> None:
    """Find out what each ship could hand over on average.

    Parameters
    ----------
    costs
        See `sail`.
    draw
        Uniforms for the lengths of voyages, ``(tanker, 1, lane)``.
    left, days
        See `ready`.
    detection
        Chance that a voyage is caught, ``(1, lane)``.
    orders
        Where to write.
    """
    orders.length[...] = fleet.lengths(draw)
    _promise(fleet, costs, left, detection, days, orders, in_whole=True)


def offer_flow(
    fleet: Fleet,
    costs: tuple[Floats, Floats],
    draw: Floats,
    left: Floats,
    detection: Floats,
    days: tuple[int, int],
    orders: Orders,
) -> None:
    """Do as `offer` does in deterministic mode, in which nothing is drawn."""
    del draw
    orders.length[...] = fleet.cycle + detection * fleet.impound_time
    _promise(fleet, costs, left, detection, days, orders, in_whole=False)


def _promise(
    fleet: Fleet,
    costs: tuple[Floats, Floats],
    left: Floats,
    detection: Floats,
    days: tuple[int, int],
    orders: Orders,
    *,
    in_whole: bool,
) -> None:
    there = ready(fleet, orders.length, left, days, in_whole=in_whole)
    np.multiply(there.hold * there.voyages, 1 - detection, out=orders.offered)
    orders.reservation[...] = costs[0] * costs[1]


class Pages(NamedTuple):
    """Where ships enter what they do in a month: what is loaded and seized, ``(arm, lane)``, and days."""

    loaded: Floats
    seized: Floats
    vessel_days: Floats
    """Idle, at sea, and impounded, ``(state, arm, lane)``."""


class Due(NamedTuple):
    """What is due this month and in the next, in turns, each ``(month, arm, lane)``."""

    cargo: Floats
    payment: Floats


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
        self._number = parameters.count("tankers.number")
        lowest, highest = parameters["tankers.cost.lowest"], parameters["tankers.cost.highest"]
        self._cost = lowest + (highest - lowest) * streams.stratified("tankers.cost", self._number)
        price = baseline_prices(parameters)[MOTOR_FUEL]
        months_per_voyage = parameters["tankers.cycle"] / DAYS_PER_MONTH
        size = parameters["tankers.cargo"] / months_per_voyage * price
        self._standing = Standing(everywhere, _SELLERS, self._number, size, _CHANNEL)

        def told(name: str) -> Floats:
            return setting.in_all_lanes(parameters[f"tankers.{name}"])

        self._fleet = Fleet(
            setting.zeros(self._number),
            setting.zeros(self._number),
            setting.zeros(),
            told("ship_price"),
            told("investment_share"),
            told("cargo"),
            told("cycle"),
            told("cycle_spread"),
            np.rint(told("impound_time")),
            setting.in_all_lanes(price),
        )
        length, number = np.empty((self._number, 1, setting.block.width)), self._number
        self._orders = Orders(length, setting.zeros(number), setting.zeros(number))
        self._offered = Offer(self._orders.reservation, {MOTOR_FUEL: self._orders.offered})
        self._due = Due(setting.zeros(2), setting.zeros(2))
        self._detection = setting.in_all_lanes(detected(setting))

    def process(self, clock: Clock) -> Process:
        """Offer, sail, and hand over, every month."""
        yield from clock.monthly(
            (TANKERS_OFFER, self._offer),
            (TANKERS_SAIL, self._sail),
            (TANKERS_DISCHARGE, self._discharge),
        )

    def _days(self, month: int) -> tuple[int, int]:
        first, end = self._setting.calendar.month_starts[month : month + 2]
        return (first if self._setting.deterministic else first + ORDER_DAY - 1), end

    def _offer(self, month: int) -> None:
        setting, standing = self._setting, self._standing
        offer_as_told = offer_flow if setting.deterministic else offer
        offer_as_told(
            self._fleet,
            (self._cost, standing.cost),
            setting.streams.uniform("tankers.voyage", self._number),
            standing.capacity,
            self._detection[month],
            self._days(month),
            self._orders,
        )
        self._market.offer(_SELLERS, self._offered, self._arms)

    def _sail(self, month: int) -> None:
        setting, ledger, standing = self._setting, self._setting.ledger, self._standing
        sale = self._market.sales(_SELLERS)[MOTOR_FUEL]
        draws = setting.streams.uniform("tankers.detection", MOST_VOYAGES * self._number)
        detection, days = self._detection[month], self._days(month)
        standing.delivered(lambda: self._value_delivered(sale, draws, detection, days))
        vessel_days = ledger.levels["vessel_days"][month]
        # Where the channel is off all ships are idle.
        vessel_days[0] = self._number * setting.calendar.days_in(month)
        sail_as_told = sail_as_flow if setting.deterministic else sail
        sail_as_told(
            self._fleet,
            self._orders,
            sale,
            (self._cost, standing.cost),
            standing.capacity,
            draws,
            detection,
            (setting.calendar.month_starts[month], *days),
            self._due,
            month,
            self._arms.places,
            Pages(
                ledger.flows["tanker_loaded"][month, MOTOR_FUEL],
                ledger.flows["tanker_seized"][month, MOTOR_FUEL],
                vessel_days,
            ),
        )

    def _value_delivered(self, sale: Sale, draws: Floats, detection: Floats, days: tuple[int, int]) -> Floats:
        """Say what each ship is about to hand over, $m at baseline prices, ``(tanker, arm, lane)``."""
        whole, length = not self._setting.deterministic, self._orders.length
        there = ready(self._fleet, length, self._standing.capacity, days, in_whole=whole)
        orders = there.voyages * (sale.quantity > 0)
        voyages = (
            fates(orders, there.first_day, length, draws, detection, days[1]) if whole else flow(orders, detection)
        )
        handed = voyages.handed_now + voyages.handed_later
        return _cargo(there, self._orders.offered, sale.quantity) * handed * self._fleet.fuel_price

    def _discharge(self, month: int) -> None:
        ledger, due = self._setting.ledger, self._due
        now, later = month % 2, (month + 1) % 2
        ledger.post_item("tanker_delivered", month, MOTOR_FUEL, due.cargo[now])
        ledger.post_item("paid_tanker", month, MOTOR_FUEL, due.payment[now])
        due.cargo[now] = due.payment[now] = 0.0
        ledger.add_to_level("on_tankers", month, MOTOR_FUEL, due.cargo[later])


@has_compiled_form
def sail(
    fleet: Fleet,
    orders: Orders,
    sale: Sale,
    costs: tuple[Floats, Floats],
    left: Floats,
    draws: Floats,
    detection: Floats,
    days: tuple[int, int, int],
    due: Due,
    month: int,
    arms: Places,
    pages: Pages,
) -> None:
    """Let the ships that have orders sail, and enter what they do.

    Parameters
    ----------
    fleet, due
        Changed.
    orders
        What the ships offered.
    sale
        What each ship sold.
    costs
        What a unit costs each ship as a ratio to the baseline price, ``(tanker, 1, lane)``, and the factor of that
        after designations, ``(1 or tanker, 1 or arm, lane)``.
    left
        See `ready`.
    draws, detection
        See `fates`.
    days
        First day of the month; and as in `ready`.
    arms
        Their places in the books.
    pages
        Where to enter it.
    """
    first, *order_days = days
    there = ready(fleet, orders.length, left, (order_days[0], order_days[1]), in_whole=True)
    with_orders = there.voyages * (sale.quantity > 0)
    voyages = fates(with_orders, there.first_day, orders.length, draws, detection, days[-1])
    sailing, impounded = ships_days(fleet, there.first_day, orders.length, voyages, first, float(days[-1] - first))
    pages.vessel_days[:, arms] = _of_the_fleet(fleet.ships, float(days[-1] - first), sailing, impounded)
    hand_over(fleet, there, orders, sale, costs, voyages, due, month, arms, pages)


def sail_as_flow(
    fleet: Fleet,
    orders: Orders,
    sale: Sale,
    costs: tuple[Floats, Floats],
    left: Floats,
    draws: Floats,
    detection: Floats,
    days: tuple[int, int, int],
    due: Due,
    month: int,
    arms: Places,
    pages: Pages,
) -> None:
    """Do as `sail` does in deterministic mode, in which nothing is drawn."""
    del draws
    first, *order_days = days
    there = ready(fleet, orders.length, left, (order_days[0], order_days[1]), in_whole=False)
    voyages = flow(there.voyages * (sale.quantity > 0), detection)
    in_port = voyages.made * (orders.length - fleet.cycle)
    pages.vessel_days[:, arms] = _of_the_fleet(
        fleet.ships, float(days[-1] - first), voyages.made * fleet.cycle, in_port
    )
    hand_over(fleet, there, orders, sale, costs, voyages, due, month, arms, pages)


def flow(voyages: Floats, detection: Floats) -> Voyages:
    """Return what voyages come to on average."""
    caught = voyages * detection
    return Voyages(voyages, voyages - caught, np.zeros_like(voyages), caught)


def hand_over(
    fleet: Fleet,
    there: Ready,
    orders: Orders,
    sale: Sale,
    costs: tuple[Floats, Floats],
    voyages: Voyages,
    due: Due,
    month: int,
    arms: Places,
    pages: Pages,
) -> None:
    """Hand over what was sold, and invest a share of what was earned above cost; see `sail`."""
    cost, factor = costs
    unit_cost = fleet.fuel_price * (cost * factor)
    cargo = _cargo(there, orders.offered, sale.quantity)
    pages.loaded[arms] += _sum(cargo * voyages.made)
    pages.seized[arms] += _sum(cargo * voyages.caught)
    for ahead, handed in enumerate((voyages.handed_now, voyages.handed_later)):
        then = (month + ahead) % len(due.cargo)
        due.cargo[then] += _sum(cargo * handed)
        due.payment[then] += _sum(cargo * handed * sale.price)
    rent = _sum(cargo * (voyages.handed_now + voyages.handed_later) * (sale.price - unit_cost))
    np.add(fleet.funds, fleet.invested * np.maximum(rent, 0.0), out=fleet.funds)


def _cargo(there: Ready, offered: Floats, quantity: Floats) -> Floats:
    """Cargo of each voyage; ships that sold less than they offered sail with less."""
    return there.hold * quantity / np.where(quantity > 0, offered, 1.0)


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
        Chance that a voyage is caught, ``(1, lane)``.
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


def ships_days(
    fleet: Fleet, begins: Floats, length: Floats, voyages: Voyages, first: float, days: float
) -> tuple[Floats, Floats]:
    """Return how many days of a month each ship is at sea and impounded, ``(tanker, arm, lane)``.

    Parameters
    ----------
    fleet
        Until when its ships sail and from when they are free is changed to what it is after the voyages.
    begins
        Day on which this month's first voyage begins, same shape.
    length
        Days that each takes, ``(tanker, 1, lane)``.
    first, days
        First day of the month, and how many it has.
    """
    sailing = _overlap(fleet.sails_until - first, days)
    impounded = _overlap(fleet.free_from - first, days) - sailing
    sets_out = voyages.made > 0
    until = begins + voyages.made * length
    free = until + voyages.caught * fleet.impound_time
    sailing += np.where(sets_out, _overlap(until - first, days) - _overlap(begins - first, days), 0.0)
    impounded += np.where(sets_out, _overlap(free - first, days) - _overlap(until - first, days), 0.0)
    np.copyto(fleet.sails_until, until, where=sets_out)
    np.copyto(fleet.free_from, free, where=sets_out)
    return sailing, impounded


def _of_the_fleet(ships: Floats, days: float, sailing: Floats, impounded: Floats) -> Floats:
    return np.stack(
        [_sum(ships * (days - sailing - impounded)), _sum(ships * sailing), _sum(ships * impounded)],
    )


def _overlap(until: Floats, days: float) -> Floats:
    """Days of a month before a day counted from its first, none negative, none beyond its end."""
    return np.clip(until, 0.0, days)


def _sum(values: Floats) -> Floats:
    total: Floats = values.sum(axis=0)
    return total
