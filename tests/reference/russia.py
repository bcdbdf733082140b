"""Moscow, and the Russian firms that sell fuel."""

from __future__ import annotations

import math
from dataclasses import dataclass

from reference.case import Case
from reference.market import Market, Offer
from reference.things import FUELS
from reference.timetable import CARGO_ARRIVES, MOSCOW_DECIDES, ORDER_DAY, SELLERS_OFFER, SELLERS_SHIP


class Moscow:
    """The government: it decides how much of its firms' capacity may run."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._posture = 0.0
        self.duties = [(MOSCOW_DECIDES, self._decide)]

    def _decide(self, month: int) -> None:
        case = self._case
        if month == 0 or case.months.firsts[month].month in (1, 4, 7, 10):
            self._posture = self._best_posture(month)
        case.news.known["posture"] = self._posture
        case.ledger.note("posture", "russia", self._posture)

    def _best_posture(self, month: int) -> float:
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
        gain -= weight("penalty_weight") * case.us_pressure(month)
        return min(max(gain / weight("curvature"), 0.0), 1.0)


@dataclass
class Firm:
    """One Russian fuel firm."""

    cost: float
    threshold: float
    """Premium that tempts it."""
    lag: float
    """Months from the temptation to the first sale."""
    tempted: int | None = None
    """Month in which it first saw such a premium."""
    offers: dict[str, Offer] | None = None

    def ready(self, month: int) -> float:
        """Share of a month in which the firm can sell."""
        return 0.0 if self.tempted is None else min(max(month + 1 - (self.tempted + self.lag), 0.0), 1.0)


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

    def __init__(self, case: Case, market: Market) -> None:
        self._case, self._market = case, market
        draws, count = case.draws, int(case.value("suppliers.number"))
        costs = draws.spread("suppliers.cost", count, *self._range("cost", "lowest", "highest"))
        thresholds = draws.spread("suppliers.entry", count, *self._range("entry_threshold", "lowest", "highest"))
        shortest, longest = self._range("entry_lag", "shortest", "longest")
        lags = [shortest + (longest - shortest) * draw for draw in draws.uniforms("suppliers.entry_lag", count)]
        self._firms = [Firm(*traits) for traits in zip(costs, thresholds, lags, strict=True)]
        self._cargoes: list[Cargo] = []
        self.duties = [(SELLERS_OFFER, self._offer), (SELLERS_SHIP, self._ship), (CARGO_ARRIVES, self._deliver)]

    def _range(self, stem: str, low: str, high: str) -> tuple[float, float]:
        return self._case.value(f"suppliers.{stem}.{low}"), self._case.value(f"suppliers.{stem}.{high}")

    def _offer(self, month: int) -> None:
        case = self._case
        premium = case.news.known["price of motor_fuel"] - 1
        capacity = max(
            case.value("suppliers.capacity") + case.moved(month, "fuel_capacity", "autonomous", "response"), 0
        )
        friction = case.value("russia.bank_friction")
        friction += case.bank_pressure(month) * case.value("russia.bank_squeeze")
        for firm in self._firms:
            if firm.tempted is None and premium >= firm.threshold:
                firm.tempted = month
            running = case.news.known["posture"] if case.on("ru_fuel") else 0.0
            motor = running * capacity * firm.ready(month) / len(self._firms)
            fuels = {"motor_fuel": motor, "jet_fuel": motor * case.value("suppliers.jet_share")}
            firm.offers = {
                product: self._market.offer(product, firm.cost * (1 + friction), quantity)
                for product, quantity in fuels.items()
            }

    def _ship(self, month: int) -> None:
        case, months = self._case, self._case.months
        for firm, draw in zip(
            self._firms, case.draws.exponentials("suppliers.delivery", len(self._firms)), strict=True
        ):
            # Half of the mean time is the way itself, the rest is waiting.
            days = ORDER_DAY + math.ceil(case.value("suppliers.delivery_time") / 2 * (1 + draw))
            arrives, day = month, days
            while arrives < min(month + 2, months.count) and day > months.length(arrives):
                day -= months.length(arrives)
                arrives += 1
            for product, offer in (firm.offers or {}).items():
                case.ledger.post("russian_shipped", product, offer.sold)
                self._cargoes.append(Cargo(product, offer.sold, offer.sold * offer.price, arrives))

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
