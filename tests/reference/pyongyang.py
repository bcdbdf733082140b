"""The DPRK state: stocks, rationing, reserves."""

from __future__ import annotations

from reference.case import Case
from reference.council import Texts
from reference.demand import Demand
from reference.market import Market
from reference.things import FUELS, GOODS, HOSTS, PRODUCTS, USERS
from reference.timetable import ACCOUNTS_CLOSE, FUEL_IS_USED, PYONGYANG_PLANS

_LESS_THAN_A_CENT = 1e-8
"""In $m. At the floor of the reserves rounding would leave so much, and buy cargoes of nothing."""


class Pyongyang:
    """It buys, stores, shares out and pays."""

    def __init__(self, case: Case, market: Market, demand: dict[str, Demand], texts: Texts) -> None:
        self._case, self._market, self._demand, self._texts = case, market, demand, texts
        self._fuel_forbidden = texts.own.forbidden("china", "motor_fuel")
        self._reserves = case.value("reserves.initial")
        self._stock = {product: case.value(f"stock.{product}.initial") for product in FUELS} | {"capital_goods": 0.0}
        self.duties = [(PYONGYANG_PLANS, self._plan), (FUEL_IS_USED, self._use), (ACCOUNTS_CLOSE, self._close)]

    def _releasable(self, product: str) -> float:
        floor = self._case.value(f"stock.{product}.floor") if product in FUELS else 0.0
        return max(self._stock[product] - floor, 0.0) / max(self._case.value("stock.drawdown_time"), 1.0)

    def _plan(self, month: int) -> None:
        left = self._reserves - self._case.value("reserves.floor")
        self._market.spendable = left if left > _LESS_THAN_A_CENT else 0.0
        expected = self._market.expected
        for product, demand in self._demand.items():
            gap = max(demand.baseline - expected[product], 0.0)
            expected[product] += min(gap, self._releasable(product))
        self._fill_tanks(month)

    def _fill_tanks(self, month: int) -> None:
        """Buy fuel in China for the tanks while a text that will cut it is seen coming."""
        case, price = self._case, self._case.price("motor_fuel")
        rush = case.value("anticipation.restocking") * self._texts.own.looming("motor_fuel", month)
        offered = rush * case.supply("motor_fuel", "china") * (1 - self._fuel_forbidden[month])
        room = max(case.value("stock.motor_fuel.capacity") - self._stock["motor_fuel"], 0.0)
        paid = min(offered * price, room * price, self._market.spendable)
        case.ledger.bring("restocked", "motor_fuel", paid / price)
        case.ledger.pay("paid_restocked", "motor_fuel", paid)
        self._market.spendable -= paid

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
