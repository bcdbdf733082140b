"""The port of Rason."""

from __future__ import annotations

from reference.case import Case
from reference.council import Texts
from reference.market import Market, Offer
from reference.timetable import SELLERS_OFFER, SELLERS_SHIP
from reference.united_states import UnitedStates


class Rason:
    """Russian coal in transit, the ferry, and DPRK coal under Russian papers."""

    def __init__(self, case: Case, market: Market, texts: Texts, states: UnitedStates) -> None:
        self._case, self._market, self._states = case, market, states
        self._on = case.on("ru_port")
        self._closed = texts.own.forbidden("russia", "rason_transit")
        self._closed_by_either = texts.forbidden_by_either("russia", "rason_transit")
        self._offers: dict[str, Offer] = {}
        self.duties = [(SELLERS_OFFER, self._offer), (SELLERS_SHIP, self._ship)]

    def _offer(self, month: int) -> None:
        value = self._case.value
        moved = self._case.moved(month, "sailings", "autonomous", "response")
        sailings = max(value("ferry.sailings") + moved, 0.0) if self._on else 0.0
        tonnes = sailings * value("ferry.cargo") * value("ferry.load_factor")
        fuel_tonnes = tonnes * value("ferry.fuel_share")
        fuel = fuel_tonnes * value("fuel.barrels_per_tonne") / 1000
        machines = (tonnes - fuel_tonnes) * value("ferry.goods_value") / 1e6
        cargo = {"motor_fuel": fuel, "capital_goods": machines}
        self._offers = {
            product: self._market.offer(product, value("ferry.cost"), amount) for product, amount in cargo.items()
        }

    def _ship(self, month: int) -> None:
        ledger = self._case.ledger
        for product, offer in self._offers.items():
            ledger.bring("port_delivered", product, offer.sold)
            ledger.pay("paid_port", product, offer.sold * offer.price)
        self._let_coal_pass(month)
        self._relabel_coal(month)

    def _transit(self, growth: float, closed: float) -> float:
        value = self._case.value
        baseline = value("rason.transit")
        grown = baseline + growth * max(value("rason.capacity") - baseline, 0.0)
        chill = value("rason.chill") * self._states.pressure
        return grown * (1 - chill) * (1 - closed)

    def _let_coal_pass(self, month: int) -> None:
        case, known = self._case, self._case.news.known
        permitted = self._transit(0.0, self._closed_by_either[month])
        allowed = transit = self._transit(0.0, self._closed[month])
        if self._on:
            growth = case.value("rason.growth") * known["posture"] if known["trade cut"] > 0 else 0.0
            transit = self._transit(growth, self._closed[month] * (1 - case.value("rason.evasion")))
        fee = case.value("rason.fee") / 12
        case.ledger.note("transit", "rason", transit)
        case.ledger.earn("fees_permitted", "rason", permitted * fee)
        case.ledger.earn("fees_diluted", "rason", (allowed - permitted) * fee)
        case.ledger.earn("fees_leaked", "rason", (transit - allowed) * fee)

    def _relabel_coal(self, month: int) -> None:
        case, value = self._case, self._case.value
        left = max(case.news.known["blocked coal"] - case.news.known["smuggled coal"], 0.0)
        shipped = min(value("rason.relabelled_coal"), left) if self._on else 0.0
        usual, watched = value("rason.relabelling_detection"), value("rason.watched_detection")
        found_out = usual + case.port_monitoring(month) * (watched - usual)
        seized = shipped * case.draws.events("rason.relabelling", 1, found_out)[0]
        case.ledger.post("relabelled_shipped", "coal", shipped)
        case.ledger.post("relabelled_seized", "coal", seized)
        case.ledger.post("relabelled_delivered", "coal", shipped - seized)
        case.ledger.earn("earned_relabelled", "coal", (shipped - seized) * value("rason.relabelling_price"))
