"""Trade and earnings in which nobody in the model decides anything.

Russia's and other countries' baseline supplies, cut to what the measures permit them; the home refinery and the crude
pipeline that feeds it, which no text of the period closes; exports to other countries; tourism, aid, arms and
fishing rights.
"""

from __future__ import annotations

from leaksim.engine.clock import Clock, Process
from leaksim.engine.lanes import Floats
from leaksim.model.dimensions import FLOWS, PRODUCTS
from leaksim.model.market import Market
from leaksim.model.schedule import BACKGROUND_TRADE
from leaksim.model.setting import (
    Setting,
    baseline_exports,
    baseline_imports,
    baseline_prices,
    baseline_refined,
)


class Background:
    """Everybody who keeps to the measures and otherwise goes on as before."""

    def __init__(self, setting: Setting, market: Market) -> None:
        parameters, measures = setting.parameters, setting.measures
        self._setting, self._market = setting, market
        self._supplies = {party: baseline_imports(parameters, party) for party in ("russia", "other")}
        self._forbidden = {party: measures.forbidden(party, *PRODUCTS) for party in self._supplies}
        self._refined = baseline_refined(parameters)
        self._prices = baseline_prices(parameters)
        self._crude = parameters["crude.quantity"] * parameters["crude.price"] / 1000.0
        # Sales to third countries are taken to have the composition of sales to China.
        exports = baseline_exports(parameters)
        self._exports = parameters["exports.others"] * exports / exports.sum(axis=0)
        self._exports_forbidden = measures.forbidden("other", *FLOWS[len(PRODUCTS) :])
        self._earnings = parameters["earnings.other"]

    @property
    def net_earnings(self) -> Floats:
        """Receipts less import outlay of this trade when nothing is cut, shape ``(1, 1 or lane)``, $m a month."""
        earnings: Floats = self._exports.sum(axis=0) + self._earnings - self._crude
        for supply in self._supplies.values():
            earnings = earnings - (supply * self._prices).sum(axis=0)
        return earnings

    def process(self, clock: Clock) -> Process:
        """Trade once a month."""
        yield from clock.monthly((BACKGROUND_TRADE, self._trade))

    def _trade(self, month: int) -> None:
        ledger = self._setting.ledger
        for party, supply in self._supplies.items():
            forbidden, common = self._forbidden[party].own(month), self._forbidden[party].common(month)
            for flow, amount in (("permitted", supply * (1 - common)), ("diluted", supply * (common - forbidden))):
                ledger.post(f"{flow}_{party}", month, amount)
                ledger.post(f"paid_{flow}", month, amount * self._prices)
            self._market.expect(supply * (1 - forbidden))
        ledger.post("refined", month, self._refined)
        self._market.expect(self._refined)
        ledger.post("paid_crude", month, self._crude)
        forbidden, common = self._exports_forbidden.own(month), self._exports_forbidden.common(month)
        permitted, diluted = self._exports * (1 - common), self._exports * (common - forbidden)
        for flow, exports in (("others", permitted), ("others_diluted", diluted)):
            ledger.post(f"exported_{flow}", month, exports)
            ledger.post(f"earned_{flow}", month, exports.sum(axis=0))
        ledger.post("earned_services", month, self._earnings)
