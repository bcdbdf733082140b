"""Trade and earnings in which nobody decides anything."""

from __future__ import annotations

from reference.case import Case
from reference.council import Texts
from reference.market import Market
from reference.things import GOODS, PRODUCTS, flow_of
from reference.timetable import OTHERS_TRADE


class Background:
    """Permitted supplies of Russia and of third countries, the refinery, exports elsewhere, other earnings."""

    def __init__(self, case: Case, market: Market, texts: Texts) -> None:
        self._case, self._market = case, market
        flows = [(party, product) for party in ("russia", "other") for product in PRODUCTS]
        flows += [("other", flow_of(good)) for good in GOODS]
        self._forbidden = {each: texts.own.forbidden(*each) for each in flows}
        self._forbidden_by_either = {each: texts.forbidden_by_either(*each) for each in flows}
        self.duties = [(OTHERS_TRADE, self._trade)]

    def _ways(self, party: str, flow: str, month: int) -> dict[str, float]:
        """Shares of a flow that go on: permitted by both texts, and by the arm's own alone."""
        forbidden, either = self._forbidden[party, flow][month], self._forbidden_by_either[party, flow][month]
        return {"permitted": 1 - either, "diluted": either - forbidden}

    def _trade(self, month: int) -> None:
        case, ledger, expected = self._case, self._case.ledger, self._market.expected
        for party in ("russia", "other"):
            for product in PRODUCTS:
                for way, share in self._ways(party, product, month).items():
                    amount = case.supply(product, party) * share
                    ledger.bring(f"{way}_{party}", product, amount)
                    ledger.pay(f"paid_{way}", product, amount * case.price(product))
                    expected[product] += amount
        for product in PRODUCTS:
            ledger.bring("refined", product, case.refined(product))
            expected[product] += case.refined(product)
        ledger.pay("paid_crude", "crude", case.crude_cost())
        self._export(month)
        ledger.earn("earned_services", "other_earnings", case.value("earnings.other"))

    def _export(self, month: int) -> None:
        """Sell to third countries, in the proportions of what China buys."""
        case = self._case
        for good in GOODS:
            baseline = case.value("exports.others") * case.export(good) / case.all_exports()
            for way, share in self._ways("other", flow_of(good), month).items():
                suffix = "_diluted" if way == "diluted" else ""
                case.ledger.post(f"exported_others{suffix}", good, baseline * share)
                case.ledger.earn(f"earned_others{suffix}", "all", baseline * share)
