"""The DPRK state: stocks, rationing, reserves."""

from __future__ import annotations

from reference.case import Case
from reference.demand import Demand
from reference.market import Market
from reference.things import FUELS, GOODS, HOSTS, PRODUCTS, USERS
from reference.timetable import ACCOUNTS_CLOSE, FUEL_IS_USED, PYONGYANG_PLANS


class Pyongyang:
    """It buys, stores, shares out and pays."""

    def __init__(self, case: Case, market: Market, demand: dict[str, Demand]) -> None:
        self._case, self._market, self._demand = case, market, demand
        self._reserves = case.value("reserves.initial")
        self._stock = {product: case.value(f"stock.{product}.initial") for product in FUELS} | {"capital_goods": 0.0}
        self.duties = [(PYONGYANG_PLANS, self._plan), (FUEL_IS_USED, self._use), (ACCOUNTS_CLOSE, self._close)]

    def _releasable(self, product: str) -> float:
        floor = self._case.value(f"stock.{product}.floor") if product in FUELS else 0.0
        return max(self._stock[product] - floor, 0.0) / max(self._case.value("stock.drawdown_time"), 1.0)

    def _plan(self, _month: int) -> None:
        self._market.spendable = max(self._reserves - self._case.value("reserves.floor"), 0.0)
        expected = self._market.expected
        for product, demand in self._demand.items():
            gap = max(demand.baseline - expected[product], 0.0)
            expected[product] += min(gap, self._releasable(product))

    def _use(self, _month: int) -> None:
        ledger = self._case.ledger
        for product, demand in self._demand.items():
            arrived, wanted = ledger.arrived[product], self._market.planned_use[product]
            released = min(max(wanted - arrived, 0.0), self._releasable(product))
            used = min(wanted, arrived + released)
            stored = arrived + released - used
            self._stock[product] += stored - released
            ledger.post("released", product, released)
            ledger.post("stored", product, stored)
            ledger.note("stock", product, self._stock[product])
            for user, part in zip(USERS, demand.share_out(used), strict=True):
                ledger.post("used", f"{product}:{user}", part)
            if product == "motor_fuel":
                self._case.news.drafts["fuel shortage"] = 1 - used / demand.baseline

    def _close(self, _month: int) -> None:
        case, ledger = self._case, self._case.ledger
        floor = case.value("reserves.floor")
        net = ledger.earned - ledger.paid
        shortfall = max(self._usual_net_earnings() - net, 0.0)
        wanted = max(case.value("imports.other") - self._import_response() * shortfall, 0.0)
        other_imports = min(wanted, max(net + self._reserves - floor, 0.0))
        self._reserves += net - other_imports
        ledger.post("paid_other_imports", "other_imports", other_imports)
        ledger.note("reserves", "reserves", self._reserves)

    def _import_response(self) -> float:
        """Share of a shortfall that is saved on other imports."""
        case = self._case
        response, soft, floor = (case.value(f"reserves.{name}") for name in ("import_response", "soft", "floor"))
        if self._reserves >= soft:
            return response
        if self._reserves <= floor:
            return 1.0
        return response + (1 - response) * (soft - self._reserves) / (soft - floor)

    def _usual_net_earnings(self) -> float:
        """Receipts less import outlay of a month in which nothing is cut and nobody moves."""
        case, value = self._case, self._case.value
        wages = sum(value(f"workers.{host}.number") * value(f"workers.{host}.wage_to_state") / 12e6 for host in HOSTS)
        fees = value("rason.transit") * value("rason.fee") / 12
        exports = sum(case.export(good) for good in GOODS) + value("exports.others")
        bought = {product: case.use(product) - case.refined(product) for product in PRODUCTS}
        outlay = sum(quantity * case.price(product) for product, quantity in bought.items()) + case.crude_cost()
        return exports + value("earnings.other") + wages + fees - outlay
