"""China's government and customs."""

from __future__ import annotations

import math

from reference.case import Case
from reference.council import Texts
from reference.market import Market
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
        self._forbidden = {flow: texts.own.forbidden("china", flow) for flow in flows}
        self._forbidden_by_either = {flow: texts.forbidden_by_either("china", flow) for flow in flows}
        self._carried_out = {flow: texts.own.forbidden("china", flow, lags[group_of(flow)]) for flow in flows}
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
                age = self._texts.own.months_since_news(group, month) / case.value(f"{stem}.decay_time")
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

    def _cut(self, flow: str, month: int) -> float:
        """Share of a flow that is really cut."""
        forbidden = self._forbidden[flow][month]
        if not self._slips:
            return forbidden
        # A text that ends before China has acted on it to the full is not enforced beyond its end.
        carried_out = min(self._carried_out[flow][month], forbidden)
        return carried_out * self._enforcement[group_of(flow)]

    def _ways(self, flow: str, month: int) -> dict[str, float]:
        """Shares of a flow that go on: permitted by both texts, by the arm's own alone, and by neither."""
        forbidden, either = self._forbidden[flow][month], self._forbidden_by_either[flow][month]
        return {"permitted": 1 - either, "diluted": either - forbidden, "slipped": forbidden - self._cut(flow, month)}

    def _trade(self, month: int) -> None:
        case, ledger, news = self._case, self._case.ledger, self._case.news
        trade = usual_trade = fuel = usual_fuel = 0.0
        for product in PRODUCTS:
            baseline, price = case.supply(product, "china"), case.price(product)
            for way, share in self._ways(product, month).items():
                ledger.bring(f"{way}_china", product, baseline * share)
                ledger.pay(f"paid_{way}", product, baseline * share * price)
                self._market.expected[product] += baseline * share
            official = baseline * (1 - self._cut(product, month))
            trade, usual_trade = trade + official * price, usual_trade + baseline * price
            if product in FUELS:
                fuel, usual_fuel = fuel + official, usual_fuel + baseline
        for good in GOODS:
            baseline = case.export(good)
            for way, share in self._ways(flow_of(good), month).items():
                ledger.post(f"exported_{way}", good, baseline * share)
                ledger.earn(f"earned_{way}", good, baseline * share)
            news.known[f"blocked {good}"] = baseline * self._cut(flow_of(good), month)
            trade, usual_trade = trade + baseline * (1 - self._cut(flow_of(good), month)), usual_trade + baseline
            self._sell_early(good, month)
        # What Moscow sees: neither early sales nor purchases for the tanks, nor the pipeline, which no text closes.
        news.drafts["trade cut"] = 1 - trade / usual_trade
        news.drafts["fuel cut"] = 1 - fuel / usual_fuel if usual_fuel > 0 else 0.0

    def _sell_early(self, good: str, month: int) -> None:
        """Sell to China what a text that is seen coming will soon forbid."""
        case, flow = self._case, flow_of(good)
        rush = case.value("anticipation.export_rush") * self._texts.own.looming(flow, month)
        early = rush * case.export(good) * (1 - self._forbidden[flow][month])
        case.ledger.post("exported_early", good, early)
        case.ledger.earn("earned_early", good, early)
