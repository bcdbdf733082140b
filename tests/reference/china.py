"""China's government and customs."""

from __future__ import annotations

import math

from reference.case import Case
from reference.market import Market
from reference.texts import Texts
from reference.things import FUELS, GOODS, GROUPS, PRODUCTS, flow_of, group_of
from reference.timetable import BEIJING_DECIDES, CUSTOMS_ACT


class China:
    """It enforces less as time passes, unless the channel of slippage is off."""

    def __init__(self, case: Case, market: Market, texts: Texts) -> None:
        self._case, self._market, self._texts = case, market, texts
        self._slips = case.on("cn_slippage")
        shortest, longest = (case.value(f"china.announcement_lag.{end}") for end in ("shortest", "longest"))
        draws = case.draws.uniforms("china.announcement_lag", len(GROUPS))
        lags = {group: shortest + (longest - shortest) * draw for group, draw in zip(GROUPS, draws, strict=True)}
        flows = (*PRODUCTS, *(flow_of(good) for good in GOODS))
        self._forbidden = {flow: texts.forbidden("china", flow) for flow in flows}
        self._carried_out = {flow: texts.forbidden("china", flow, lags[group_of(flow)]) for flow in flows}
        self._enforcement = dict.fromkeys(GROUPS, 1.0)
        self.duties = [(BEIJING_DECIDES, self._decide), (CUSTOMS_ACT, self._trade)]
        case.news.known |= {"fuel shortage": 0.0, "fuel cut": 0.0, "trade cut": 0.0}
        case.news.known |= {f"shipments of {group}": 0.0 for group in GROUPS}

    def _decide(self, month: int) -> None:
        case, news = self._case, self._case.news
        noise = case.draws.normals("china.enforcement", len(GROUPS))
        for group, draw in zip(GROUPS, noise, strict=True):
            stem = f"china.enforcement.{group}"
            enforcement = 1.0
            if self._slips:
                long_run = case.value(f"{stem}.long_run")
                age = self._texts.months_since_news(group, month) / case.value(f"{stem}.decay_time")
                enforcement = long_run + (1 - long_run) * math.exp(-age)
                enforcement -= case.value(f"{stem}.stress_response") * news.known["fuel shortage"]
                enforcement += case.value("china.enforcement.noise") * draw
                enforcement = min(max(enforcement, 0.0), 1.0)
            honest = case.value("china.inspection.maximum") * (1 - case.value("china.inspection.corruption"))
            busy = case.value("china.inspection.capacity") / max(news.known[f"shipments of {group}"], 1.0)
            inspection = min(honest * enforcement, busy)
            self._enforcement[group] = news.known[f"enforcement of {group}"] = enforcement
            news.known[f"inspection of {group}"] = inspection
            case.ledger.note("enforcement", group, enforcement)
            case.ledger.note("inspection", group, inspection)

    def _cut(self, flow: str, month: int) -> tuple[float, float]:
        """Share of a flow that the texts forbid, and that is really cut."""
        forbidden = self._forbidden[flow][month]
        if not self._slips:
            return forbidden, forbidden
        # A text that ends before China has acted on it to the full is not enforced beyond its end.
        carried_out = min(self._carried_out[flow][month], forbidden)
        return forbidden, carried_out * self._enforcement[group_of(flow)]

    def _trade(self, month: int) -> None:
        case, ledger, news = self._case, self._case.ledger, self._case.news
        missing = missing_fuel = 0.0
        for product in PRODUCTS:
            forbidden, cut = self._cut(product, month)
            baseline, price = case.supply(product, "china"), case.price(product)
            permitted, slipped = baseline * (1 - forbidden), baseline * (forbidden - cut)
            for way, amount in (("permitted", permitted), ("slipped", slipped)):
                ledger.bring(f"{way}_china", product, amount)
                ledger.pay(f"paid_{way}", product, amount * price)
                self._market.expected[product] += amount
            missing += baseline * cut * price
            missing_fuel += baseline * cut if product in FUELS else 0.0
        for good in GOODS:
            forbidden, cut = self._cut(flow_of(good), month)
            baseline = case.export(good)
            for way, amount in (("permitted", baseline * (1 - forbidden)), ("slipped", baseline * (forbidden - cut))):
                ledger.post(f"exported_{way}", good, amount)
                ledger.earn(f"earned_{way}", good, amount)
            news.known[f"blocked {good}"] = baseline * cut
            missing += baseline * cut
        fuel = sum(case.supply(product, "china") for product in FUELS)
        news.drafts["trade cut"] = missing / case.baseline_trade()
        news.drafts["fuel cut"] = missing_fuel / fuel if fuel > 0 else 0.0
