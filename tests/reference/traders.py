"""Chinese traders who smuggle, one by one."""

from __future__ import annotations

import math
from dataclasses import dataclass

from reference.case import Case
from reference.market import Market, Offer
from reference.things import SMUGGLED_GOODS
from reference.timetable import EXPORTERS_SELL, SELLERS_OFFER, SELLERS_SHIP, TRADERS_LEARN

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


class Line:
    """The traders of one line."""

    def __init__(self, case: Case, name: str, cost: str) -> None:
        self._case, self.name = case, name
        count = int(case.value(f"traders.number.{name}"))
        draws, stem = case.draws, f"traders.{name}"
        costs = draws.spread(f"{stem}.cost", count, case.value(f"{cost}.lowest"), case.value(f"{cost}.highest"))
        sizes = [
            math.exp(case.value("traders.capacity_spread") * draw) for draw in draws.normals(f"{stem}.capacity", count)
        ]
        loadings = [1 + 2 * case.value("traders.risk_loading") * draw for draw in draws.uniforms(f"{stem}.risk", count)]
        self.traders = [
            Trader(cost, size / sum(sizes), loading, case.value("traders.perceived_detection"))
            for cost, size, loading in zip(costs, sizes, loadings, strict=True)
        ]

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

    def __init__(self, case: Case, market: Market, name: str) -> None:
        self._case, self._market = case, market
        self._line = Line(case, name, "traders.cost")
        capacity = case.value(f"traders.capacity.{name}") if case.on("cn_smuggling") else 0.0
        jet = case.value("traders.jet_share") * capacity
        self._capacity = {"motor_fuel": capacity, "jet_fuel": jet} if name == "fuel" else {"capital_goods": capacity}
        self._offers: list[dict[str, Offer]] = []
        self.duties = [(SELLERS_OFFER, self._offer), (SELLERS_SHIP, self._ship), (TRADERS_LEARN, self._learn)]

    def _seizure(self) -> float:
        return self._case.news.known[f"inspection of {self._line.name}"]

    def _offer(self, _month: int) -> None:
        case = self._case
        self._offers = []
        for trader in self._line.traders:
            fine = trader.perceived * case.value("traders.penalty") * trader.loading
            cost = case.value("traders.purchase_price") + trader.cost + fine
            reservation = cost / (1 - trader.perceived) * (1 + case.value("china.bank_friction"))
            # He ships more than he sells, so that what was sold arrives on average.
            self._offers.append(
                {
                    product: self._market.offer(
                        product, reservation, capacity * trader.capacity * (1 - self._seizure())
                    )
                    for product, capacity in self._capacity.items()
                }
            )

    def _ship(self, _month: int) -> None:
        ledger, seizure = self._case.ledger, self._seizure()
        ships = [any(offer.sold > 0 for offer in offers.values()) for offers in self._offers]
        self._line.inspect(ships, seizure)
        for trader, offers in zip(self._line.traders, self._offers, strict=True):
            for product, offer in offers.items():
                shipped = offer.sold / (1 - seizure)
                ledger.post("smuggled_shipped", product, shipped)
                ledger.post("smuggled_seized", product, shipped * trader.seized)
                ledger.bring("smuggled_delivered", product, shipped * (1 - trader.seized))
                ledger.pay("paid_smuggled", product, shipped * (1 - trader.seized) * offer.price)

    def _learn(self, _month: int) -> None:
        self._case.news.drafts[f"shipments of {self._line.name}"] = self._line.learn()


class ExportTraders:
    """Smugglers of the goods that China no longer lets in."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._lines = [Line(case, good, "traders.export.cost") for good in SMUGGLED_GOODS]
        self.duties = [(EXPORTERS_SELL, self._trade), (TRADERS_LEARN, self._learn)]

    def _trade(self, _month: int) -> None:
        for line in self._lines:
            self._trade_good(line)

    def _trade_good(self, line: Line) -> None:
        case, ledger, good = self._case, self._case.ledger, line.name
        share = case.export(good) / sum(case.export(each) for each in SMUGGLED_GOODS)
        capacity = case.value("traders.capacity.exports") * share if case.on("cn_smuggling") else 0.0
        reserve = case.value("traders.export.reserve_price")
        bids = [self._bid(trader) for trader in line.traders]
        would_carry = [
            trader.capacity * capacity if bid >= reserve else 0.0
            for trader, bid in zip(line.traders, bids, strict=True)
        ]
        blocked, wanted = case.news.known[f"blocked {good}"], sum(would_carry)
        rationed = min(1.0, blocked / wanted) if wanted > 0 else 0.0
        cargoes = [each * rationed for each in would_carry]
        line.inspect([cargo > 0 for cargo in cargoes], case.news.known["inspection of exports"])
        for trader, bid, cargo in zip(line.traders, bids, cargoes, strict=True):
            price = reserve + case.value("traders.export.bargaining") * (bid - reserve)
            ledger.post("smuggled_out_shipped", good, cargo)
            ledger.post("smuggled_out_seized", good, cargo * trader.seized)
            ledger.post("smuggled_out_delivered", good, cargo * (1 - trader.seized))
            # The trader pays when he takes the cargo; the risk is his.
            ledger.earn("earned_smuggled", good, cargo * price)

    def _bid(self, trader: Trader) -> float:
        case = self._case
        resale = (1 - trader.perceived) * case.value("traders.export.resale_price")
        fine = trader.perceived * case.value("traders.export.penalty") * trader.loading
        return (resale - trader.cost - fine) / (1 + case.value("china.bank_friction"))

    def _learn(self, _month: int) -> None:
        self._case.news.drafts["shipments of exports"] = sum([line.learn() for line in self._lines])
