"""Tankers of third countries, ship by ship and voyage by voyage."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from reference.case import Case
from reference.market import Market, Offer
from reference.timetable import CARGO_ARRIVES, ORDER_DAY, SELLERS_OFFER, SELLERS_SHIP
from reference.united_states import Group, Standing, UnitedStates

_MOST_VOYAGES = 3
"""A ship begins at most so many voyages in a month."""


@dataclass
class Ship:
    """One tanker, or as many as investment has made of it."""

    cost: float
    """Price ratio below which it does not sail."""
    sails_until: float = 0.0
    """Time at which its last voyage ends."""
    free_from: float = 0.0
    """Time from which it is idle."""
    length: float = 1.0
    """Days of a voyage this month."""
    voyages: float = 0.0
    """Voyages that it can begin this month."""
    offer: Offer | None = None
    standing: Standing = field(default_factory=Standing)
    delivered: float = 0.0
    """What it handed over last month at baseline prices, $m."""


@dataclass
class Month:
    """What the voyages of a ship in one month came to, in cargoes."""

    made: float = 0.0
    handed_now: float = 0.0
    handed_later: float = 0.0
    caught: float = 0.0


class Tankers:
    """The fleet. In deterministic mode it is a steady flow, in which a voyage takes p times the time in port longer."""

    def __init__(self, case: Case, market: Market, states: UnitedStates) -> None:
        self._case, self._market = case, market
        count = int(case.value("tankers.number"))
        lowest, highest = (case.value(f"tankers.cost.{end}") for end in ("lowest", "highest"))
        self._ships = [Ship(cost) for cost in case.draws.spread("tankers.cost", count, lowest, highest)]
        per_month = case.value("tankers.cargo") * (365.25 / 12) / case.value("tankers.cycle")
        states.watch(
            Group(
                "tankers",
                [ship.standing for ship in self._ships],
                [per_month * case.price("motor_fuel")] * count,
                lambda: [ship.delivered for ship in self._ships],
            )
        )
        self._funds = 0.0
        self._due = [(0.0, 0.0), (0.0, 0.0)]
        """Cargo, and payment for it, that is due this month and next."""
        self.duties = [(SELLERS_OFFER, self._offer), (SELLERS_SHIP, self._sail), (CARGO_ARRIVES, self._discharge)]

    def _size(self) -> float:
        """Ships for each ship at the start: bought ships are spread evenly over the fleet."""
        return 1 + math.floor(self._funds / self._case.value("tankers.ship_price")) / len(self._ships)

    def _detection(self, month: int) -> float:
        usual, watched = self._case.value("tankers.detection"), self._case.value("tankers.watched_detection")
        return usual + self._case.port_monitoring(month) * (watched - usual)

    def _impound_days(self) -> int:
        return round(self._case.value("tankers.impound_time"))

    def _first_departure(self, ship: Ship, month: int) -> float:
        return max(ship.free_from, self._case.months.moment(month, ORDER_DAY))

    def _offer(self, month: int) -> None:
        case, months = self._case, self._case.months
        detection, cycle = self._detection(month), case.value("tankers.cycle")
        draws = case.draws.uniforms("tankers.voyage", len(self._ships))
        for ship, draw in zip(self._ships, draws, strict=True):
            if case.draws.deterministic:
                ship.length = cycle + detection * self._impound_days()
                ship.voyages = months.length(month) / ship.length
            else:
                around = 1 + case.value("tankers.cycle_spread") * (2 * draw - 1)
                ship.length = max(round(cycle * around), 1)
                days_left = months.first(month + 1) - self._first_departure(ship, month)
                ship.voyages = min(math.ceil(max(days_left, 0.0) / ship.length), _MOST_VOYAGES)
            cargoes = ship.voyages * self._size() * ship.standing.capacity(case) if case.on("sts_third") else 0.0
            # The buyer counts on what arrives on average.
            expected = cargoes * case.value("tankers.cargo") * (1 - detection)
            ship.offer = self._market.offer("motor_fuel", ship.cost * ship.standing.cost(case), expected)

    def _sail(self, month: int) -> None:
        case, detection = self._case, self._detection(month)
        draws = case.draws.uniforms("tankers.detection", _MOST_VOYAGES * len(self._ships))
        size = self._size()
        days = {"idle": 0.0, "sailing": 0.0, "impounded": 0.0}
        rent = 0.0
        for number, ship in enumerate(self._ships):
            assert ship.offer is not None
            sold = ship.offer.sold
            hold = case.value("tankers.cargo") * size * ship.standing.capacity(case)
            cargo = hold * (sold / ship.offer.capacity if sold > 0 else 0.0)
            done = Month()
            if sold > 0 and case.draws.deterministic:
                caught = ship.voyages * detection
                done = Month(ship.voyages, ship.voyages - caught, 0.0, caught)
            elif sold > 0:
                done = self._voyages(ship, month, draws[number :: len(self._ships)], detection)
            sailing, impounded = self._days_of(ship, month, done)
            days["sailing"] += size * sailing
            days["impounded"] += size * impounded
            days["idle"] += size * (case.months.length(month) - sailing - impounded)
            rent += self._hand_over(ship, ship.offer.price, cargo, done)
        for state, number_of_days in days.items():
            case.ledger.note("vessel_days", state, number_of_days)
        self._funds += case.value("tankers.investment_share") * max(rent, 0.0)

    def _voyages(self, ship: Ship, month: int, draws: list[float], detection: float) -> Month:
        """Let a ship make one voyage after the other until it is caught."""
        done = Month()
        begins = self._first_departure(ship, month)
        for draw in draws[: int(ship.voyages)]:
            half_way = begins + done.made * ship.length + ship.length / 2
            done.made += 1
            if draw < detection:
                done.caught = 1
                break
            if half_way < self._case.months.first(month + 1):
                done.handed_now += 1
            else:
                done.handed_later += 1
        return done

    def _days_of(self, ship: Ship, month: int, done: Month) -> tuple[float, float]:
        """Days of the month on which a ship sails and on which it is impounded."""
        if self._case.draws.deterministic:
            cycle = self._case.value("tankers.cycle")
            return done.made * cycle, done.made * (ship.length - cycle)
        # What is left of an earlier month, then what this month's voyages add.
        sailing = self._within(month, 0.0, ship.sails_until)
        impounded = self._within(month, ship.sails_until, ship.free_from)
        if done.made > 0:
            begins = self._first_departure(ship, month)
            ship.sails_until = begins + done.made * ship.length
            ship.free_from = ship.sails_until + done.caught * self._impound_days()
            sailing += self._within(month, begins, ship.sails_until)
            impounded += self._within(month, ship.sails_until, ship.free_from)
        return sailing, impounded

    def _within(self, month: int, begin: float, end: float) -> float:
        """Days of a month between two times."""
        months = self._case.months
        return max(min(end, months.first(month + 1)) - max(begin, months.first(month)), 0.0)

    def _hand_over(self, ship: Ship, price: float, cargo: float, done: Month) -> float:
        """Post what a ship did; return the rent."""
        ledger = self._case.ledger
        ledger.post("tanker_loaded", "motor_fuel", cargo * done.made)
        ledger.post("tanker_seized", "motor_fuel", cargo * done.caught)
        for ahead, handed in enumerate((done.handed_now, done.handed_later)):
            quantity, payment = self._due[ahead]
            self._due[ahead] = (quantity + cargo * handed, payment + cargo * handed * price)
        price_of_fuel = self._case.price("motor_fuel")
        handed = cargo * (done.handed_now + done.handed_later)
        ship.delivered = handed * price_of_fuel
        return handed * (price - price_of_fuel * ship.cost * ship.standing.cost(self._case))

    def _discharge(self, _month: int) -> None:
        ledger = self._case.ledger
        quantity, payment = self._due[0]
        ledger.bring("tanker_delivered", "motor_fuel", quantity)
        ledger.pay("paid_tanker", "motor_fuel", payment)
        self._due = [self._due[1], (0.0, 0.0)]
        ledger.note("on_tankers", "motor_fuel", self._due[0][0])
