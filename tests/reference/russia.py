"""Moscow, and the Russian firms that sell fuel."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from reference.case import Case
from reference.market import Market, Offer
from reference.migration import Migration
from reference.payments import Payments, Waiting
from reference.things import FUELS
from reference.timetable import CARGO_ARRIVES, MOSCOW_DECIDES, ORDER_DAY, SELLERS_OFFER, SELLERS_SHIP
from reference.united_states import Group, Standing, UnitedStates


class Moscow:
    """The government: it decides how much of its firms' capacity may run."""

    def __init__(self, case: Case, states: UnitedStates) -> None:
        self._case, self._states = case, states
        self._posture = 0.0
        self.duties = [(MOSCOW_DECIDES, self._decide)]

    def _decide(self, month: int) -> None:
        case = self._case
        if month == 0 or case.months.firsts[month].month in (1, 4, 7, 10):
            self._posture = self._best_posture()
        case.news.known["posture"] = self._posture
        case.ledger.note("posture", "russia", self._posture)

    def _best_posture(self) -> float:
        case, known = self._case, self._case.news.known

        def weight(name: str) -> float:
            return case.value(f"russia.posture.{name}")

        gain = weight("base") + weight("response_to_china") * known["fuel cut"]
        gain += weight("access_stake") * case.value("russia.access_interest")
        gain -= weight("thaw") * case.value("russia.thaw_level")
        if known["trade cut"] >= weight("total_cut"):
            gain -= weight("follow_china")
        mean_cost = (case.value("suppliers.cost.lowest") + case.value("suppliers.cost.highest")) / 2
        gain += weight("margin_weight") * max(known["price of motor_fuel"] - mean_cost, 0.0)
        gain -= weight("penalty_weight") * self._states.pressure
        return min(max(gain / weight("curvature"), 0.0), 1.0)


@dataclass
class Firm:
    """One Russian fuel firm."""

    cost: float
    threshold: float
    """Premium that tempts it."""
    lag: float
    """Months from the temptation to the first sale."""
    tempted: dict[str, int] = field(default_factory=dict)
    """Month in which it first saw such a premium on each fuel."""
    offers: dict[str, Offer] = field(default_factory=dict)
    standing: Standing = field(default_factory=Standing)
    waiting: Waiting = field(default_factory=Waiting)
    delivered: float = 0.0
    """What it sold last month at baseline prices, $m."""

    def ready(self, product: str, month: int, premium: float) -> float:
        """Share of a month in which the firm can sell a fuel."""
        if premium >= self.threshold:
            self.tempted.setdefault(product, month)
        return min(max(month + 1 - (self.tempted.get(product, month + 1) + self.lag), 0.0), 1.0)


@dataclass
class Cargo:
    """Fuel on its way."""

    product: str
    quantity: float
    payment: float
    arrives: int
    """Month of arrival."""


class RussianSuppliers:
    """The firms that sell beyond what the measures permit."""

    def __init__(
        self, case: Case, market: Market, states: UnitedStates, payments: Payments, migration: Migration
    ) -> None:
        self._case, self._market = case, market
        self._payments, self._migration = payments, migration
        draws, count = case.draws, int(case.value("suppliers.number"))
        costs = draws.spread("suppliers.cost", count, *self._range("cost", "lowest", "highest"))
        thresholds = draws.spread("suppliers.entry", count, *self._range("entry_threshold", "lowest", "highest"))
        shortest, longest = self._range("entry_lag", "shortest", "longest")
        lags = [shortest + (longest - shortest) * draw for draw in draws.uniforms("suppliers.entry_lag", count)]
        self._firms = [Firm(*traits) for traits in zip(costs, thresholds, lags, strict=True)]
        self._cargoes: list[Cargo] = []
        size = case.value("suppliers.capacity") / count * case.price("motor_fuel")
        states.watch(
            Group(
                "suppliers",
                [firm.standing for firm in self._firms],
                [size] * count,
                lambda: [firm.delivered for firm in self._firms],
            )
        )
        self.duties = [(SELLERS_OFFER, self._offer), (SELLERS_SHIP, self._ship), (CARGO_ARRIVES, self._deliver)]

    def _range(self, stem: str, low: str, high: str) -> tuple[float, float]:
        return self._case.value(f"suppliers.{stem}.{low}"), self._case.value(f"suppliers.{stem}.{high}")

    def _capacity(self, month: int) -> float:
        """What all firms together could deliver, kb a month."""
        case = self._case
        capacity = case.value("suppliers.capacity")
        capacity += case.moved(month, "fuel_capacity", "autonomous", "response")
        capacity += case.moved(month, "tankers", "autonomous", "response") * self._per_tanker(month)
        return max(capacity, 0.0) + self._migration.brought_to_russia()

    def _per_tanker(self, month: int) -> float:
        """What one more tanker delivers in a month."""
        case, value = self._case, self._case.value
        usual = value("tankers.detection")
        caught = usual + case.port_monitoring(month) * (value("tankers.watched_detection") - usual)
        days_per_cargo = value("tankers.cycle") + caught * value("tankers.impound_time")
        return value("tankers.cargo") * case.months.length(month) * (1 - caught) / days_per_cargo

    def _offer(self, month: int) -> None:
        case = self._case
        running = case.news.known["posture"] * self._capacity(month) if case.on("ru_fuel") else 0.0
        shares = {"motor_fuel": 1.0, "jet_fuel": case.value("suppliers.jet_share")}
        for firm in self._firms:
            able = running * firm.standing.capacity(case) / len(self._firms)
            reservation = firm.cost * firm.standing.cost(case) * (1 + self._payments.friction["russia"])
            for product, share in shares.items():
                ready = firm.ready(product, month, case.news.known[f"price of {product}"] - 1)
                quantity = max(able * share * ready - firm.waiting.quantity(product), 0.0)
                firm.offers[product] = self._market.offer(product, reservation, quantity)

    def _ship(self, month: int) -> None:
        case = self._case
        delays = case.draws.exponentials("suppliers.delivery", len(self._firms))
        passes = case.draws.events("payments.suppliers", len(self._firms), 1 - self._payments.block["russia"])
        bought = 0.0
        for firm, delay, passed in zip(self._firms, delays, passes, strict=True):
            arrives = self._arrival(month, delay)
            firm.delivered = 0.0
            for product, offer in firm.offers.items():
                bought += offer.sold * offer.price
                firm.waiting.add(product, offer)
                quantity, payment = firm.waiting.ship(product, passed)
                case.ledger.post("russian_shipped", product, quantity)
                self._cargoes.append(Cargo(product, quantity, payment, arrives))
                firm.delivered += quantity * case.price(product)
                case.ledger.post("awaiting_payment", product, firm.waiting.quantity(product))
        case.news.drafts["paid for russian fuel"] = bought

    def _arrival(self, month: int, delay: float) -> int:
        """Month in which a cargo of this month arrives, at the latest the second after it."""
        months = self._case.months
        # Half of the mean time is the way itself, the rest is waiting.
        day = ORDER_DAY + math.ceil(self._case.value("suppliers.delivery_time") / 2 * (1 + delay))
        arrives = month
        while arrives < min(month + 2, months.count) and day > months.length(arrives):
            day -= months.length(arrives)
            arrives += 1
        return arrives

    def _deliver(self, month: int) -> None:
        ledger = self._case.ledger
        for cargo in self._cargoes:
            if cargo.arrives == month:
                ledger.bring("russian_delivered", cargo.product, cargo.quantity)
                ledger.pay("paid_russian", cargo.product, cargo.payment)
        self._cargoes = [cargo for cargo in self._cargoes if cargo.arrives > month]
        for product in FUELS:
            at_sea = sum(cargo.quantity for cargo in self._cargoes if cargo.product == product)
            ledger.note("at_sea", product, at_sea)
