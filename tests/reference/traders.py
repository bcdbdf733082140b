"""Chinese traders who smuggle, one by one."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from reference.case import Case
from reference.market import Market, Offer
from reference.migration import Migration
from reference.payments import Payments, Waiting
from reference.things import SMUGGLED_GOODS
from reference.timetable import EXPORTERS_SELL, SELLERS_OFFER, SELLERS_SHIP, TRADERS_LEARN
from reference.united_states import Group, Standing, UnitedStates

_MOST_WARY = 0.95


@dataclass
class Trader:
    """One trader and what befell him this month."""

    cost: float
    capacity: float
    """His share of the capacity of his line."""
    loading: float
    """How much he overweighs the penalty."""
    perceived: float
    """Chance of seizure that he expects."""
    shipped: bool = False
    seized: float = 0.0
    delivered: float = 0.0
    """What arrived of it, $m at baseline prices."""
    standing: Standing = field(default_factory=Standing)
    waiting: Waiting = field(default_factory=Waiting)


class Line:
    """The traders of one line."""

    def __init__(self, case: Case, states: UnitedStates, name: str, cost: str, size: float) -> None:
        self._case, self.name = case, name
        count = int(case.value(f"traders.number.{name}"))
        draws, stem = case.draws, f"traders.{name}"
        costs = draws.spread(f"{stem}.cost", count, case.value(f"{cost}.lowest"), case.value(f"{cost}.highest"))
        sizes = [
            math.exp(case.value("traders.capacity_spread") * draw) for draw in draws.normals(f"{stem}.capacity", count)
        ]
        loadings = [1 + 2 * case.value("traders.risk_loading") * draw for draw in draws.uniforms(f"{stem}.risk", count)]
        self.traders = [
            Trader(cost, share / sum(sizes), loading, case.value("traders.perceived_detection"))
            for cost, share, loading in zip(costs, sizes, loadings, strict=True)
        ]
        states.watch(
            Group(
                f"traders.{name}",
                [trader.standing for trader in self.traders],
                [size * trader.capacity for trader in self.traders],
                lambda: [trader.delivered for trader in self.traders],
            )
        )

    def inspect(self, shipped: list[bool], probability: float) -> None:
        """Let the inspectors act on those who ship."""
        fates = self._case.draws.events(f"traders.{self.name}.inspection", len(self.traders), probability)
        for trader, ships, fate in zip(self.traders, shipped, fates, strict=True):
            trader.shipped, trader.seized = ships, fate

    def learn(self) -> int:
        """Let everybody learn from his own fate or from that of the line; return how many shipped."""
        fates = [trader.seized for trader in self.traders if trader.shipped]
        for trader in self.traders if fates else []:
            seen = trader.seized if trader.shipped else sum(fates) / len(fates)
            trader.perceived += self._case.value("traders.learning_rate") * (seen - trader.perceived)
            trader.perceived = min(trader.perceived, _MOST_WARY)
        return len(fates)


class ImportTraders:
    """Smugglers of fuel or of machines."""

    def __init__(
        self,
        case: Case,
        market: Market,
        states: UnitedStates,
        payments: Payments,
        migration: Migration,
        name: str,
    ) -> None:
        self._case, self._market = case, market
        self._payments, self._migration = payments, migration
        capacity = case.value(f"traders.capacity.{name}")
        product = "motor_fuel" if name == "fuel" else "capital_goods"
        self._line = Line(case, states, name, "traders.cost", capacity * case.price(product))
        self._capacity = {product: capacity if case.on("cn_smuggling") else 0.0}
        if name == "fuel":
            self._capacity["jet_fuel"] = case.value("traders.jet_share") * self._capacity["motor_fuel"]
        self._offers: list[dict[str, Offer]] = []
        self.duties = [(SELLERS_OFFER, self._offer), (SELLERS_SHIP, self._ship), (TRADERS_LEARN, self._learn)]

    def _seizure(self) -> float:
        return self._case.news.known[f"inspection of {self._line.name}"]

    def _offer(self, _month: int) -> None:
        self._offers = [
            {product: self._offer_of(trader, product, capacity) for product, capacity in self._capacity.items()}
            for trader in self._line.traders
        ]

    def _offer_of(self, trader: Trader, product: str, line_capacity: float) -> Offer:
        case = self._case
        fine = trader.perceived * case.value("traders.penalty") * trader.loading
        cost = case.value("traders.purchase_price") + trader.cost * trader.standing.cost(case) + fine
        reservation = cost / (1 - trader.perceived) * (1 + self._payments.friction["china"])
        stayed = 1 - self._migration.moved if self._line.name == "fuel" else 1.0
        # He ships more than he sells, so that what was sold arrives on average.
        able = line_capacity * stayed * trader.capacity * trader.standing.capacity(case) * (1 - self._seizure())
        return self._market.offer(product, reservation, max(able - trader.waiting.quantity(product), 0.0))

    def _ship(self, _month: int) -> None:
        traders, seizure = self._line.traders, self._seizure()
        passes = self._case.draws.events(
            f"payments.traders.{self._line.name}", len(traders), 1 - self._payments.block["china"]
        )
        cargoes = []
        for trader, offers, passed in zip(traders, self._offers, passes, strict=True):
            for product, offer in offers.items():
                trader.waiting.add(product, offer)
            cargoes.append({product: trader.waiting.ship(product, passed) for product in offers})
        self._line.inspect([any(quantity > 0 for quantity, _ in cargo.values()) for cargo in cargoes], seizure)
        for trader, cargo in zip(traders, cargoes, strict=True):
            trader.delivered = 0.0
            for product, (quantity, dollars) in cargo.items():
                self._carry(trader, product, quantity / (1 - seizure), dollars / (1 - seizure))
                self._case.ledger.post("awaiting_payment", product, trader.waiting.quantity(product))

    def _carry(self, trader: Trader, product: str, shipped: float, dollars: float) -> None:
        ledger = self._case.ledger
        ledger.post("smuggled_shipped", product, shipped)
        ledger.post("smuggled_seized", product, shipped * trader.seized)
        ledger.bring("smuggled_delivered", product, shipped * (1 - trader.seized))
        ledger.pay("paid_smuggled", product, dollars * (1 - trader.seized))
        trader.delivered += shipped * (1 - trader.seized) * self._case.price(product)

    def _learn(self, _month: int) -> None:
        self._case.news.drafts[f"shipments of {self._line.name}"] = self._line.learn()


class ExportTraders:
    """Smugglers of the goods that China no longer lets in."""

    def __init__(self, case: Case, states: UnitedStates, payments: Payments) -> None:
        self._case, self._payments = case, payments
        # The capacity of all export smugglers is spread over the goods as the baseline trade is.
        exports = sum(case.export(good) for good in SMUGGLED_GOODS)
        capacity = case.value("traders.capacity.exports")
        self._capacity = {good: capacity * case.export(good) / exports for good in SMUGGLED_GOODS}
        self._lines = [Line(case, states, good, "traders.export.cost", self._capacity[good]) for good in SMUGGLED_GOODS]
        self.duties = [(EXPORTERS_SELL, self._trade), (TRADERS_LEARN, self._learn)]

    def _trade(self, _month: int) -> None:
        for line in self._lines:
            self._trade_good(line)

    def _trade_good(self, line: Line) -> None:
        case, ledger, good = self._case, self._case.ledger, line.name
        capacity = self._capacity[good] if case.on("cn_smuggling") else 0.0
        reserve = case.value("traders.export.reserve_price")
        bids = [self._bid(trader) for trader in line.traders]
        would_carry = [
            trader.capacity * trader.standing.capacity(case) * capacity if bid >= reserve else 0.0
            for trader, bid in zip(line.traders, bids, strict=True)
        ]
        blocked, wanted = case.news.known[f"blocked {good}"], sum(would_carry)
        rationed = min(1.0, blocked / wanted) if wanted > 0 else 0.0
        cargoes = [each * rationed for each in would_carry]
        case.news.known[f"smuggled {good}"] = sum(cargoes)
        line.inspect([cargo > 0 for cargo in cargoes], case.news.known["inspection of exports"])
        for trader, bid, cargo in zip(line.traders, bids, cargoes, strict=True):
            price = reserve + case.value("traders.export.bargaining") * (bid - reserve)
            ledger.post("smuggled_out_shipped", good, cargo)
            ledger.post("smuggled_out_seized", good, cargo * trader.seized)
            ledger.post("smuggled_out_delivered", good, cargo * (1 - trader.seized))
            # The trader pays when he takes the cargo; the risk is his.
            ledger.earn("earned_smuggled", good, cargo * price)
            trader.delivered = cargo * (1 - trader.seized)

    def _bid(self, trader: Trader) -> float:
        case = self._case
        resale = (1 - trader.perceived) * case.value("traders.export.resale_price")
        fine = trader.perceived * case.value("traders.export.penalty") * trader.loading
        return (resale - trader.cost * trader.standing.cost(case) - fine) / (1 + self._payments.friction["china"])

    def _learn(self, _month: int) -> None:
        self._case.news.drafts["shipments of exports"] = sum([line.learn() for line in self._lines])
