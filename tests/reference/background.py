"""Trade and earnings in which nobody decides anything."""

from __future__ import annotations

from reference.case import Case
from reference.market import Market
from reference.texts import Texts
from reference.things import GOODS, PRODUCTS, flow_of
from reference.timetable import OTHERS_TRADE


class Background:
    """Permitted supplies of Russia and of third countries, the refinery, exports elsewhere, other earnings."""

    def __init__(self, case: Case, market: Market, texts: Texts) -> None:
        self._case, self._market = case, market
        self._parties = ("russia", "other")
        self._forbidden = {
            (party, product): texts.forbidden(party, product) for party in self._parties for product in PRODUCTS
        }
        self._exports_forbidden = {good: texts.forbidden("other", flow_of(good)) for good in GOODS}
        self.duties = [(OTHERS_TRADE, self._trade)]

    def _trade(self, month: int) -> None:
        case, ledger, expected = self._case, self._case.ledger, self._market.expected
        for (party, product), forbidden in self._forbidden.items():
            permitted = case.supply(product, party) * (1 - forbidden[month])
            ledger.bring(f"permitted_{party}", product, permitted)
            ledger.pay("paid_permitted", product, permitted * case.price(product))
            expected[product] += permitted
        for product in PRODUCTS:
            ledger.bring("refined", product, case.refined(product))
            expected[product] += case.refined(product)
        ledger.pay("paid_crude", "crude", case.crude_cost())
        allowed = sum(case.export(good) * (1 - forbidden[month]) for good, forbidden in self._exports_forbidden.items())
        exports = case.value("exports.others") * allowed / case.all_exports()
        ledger.post("exported_others", "all", exports)
        ledger.earn("earned_others", "all", exports)
        ledger.earn("earned_services", "other_earnings", case.value("earnings.other"))
