"""Trade and earnings in which nobody in the model decides anything.

Russia's and other countries' baseline supplies, cut to what the measures permit them; the home refinery and the crude
pipeline that feeds it, which no text of the period closes; exports to other countries; tourism, aid, arms and
fishing rights.
"""

from __future__ import annotations

import numpy as np

from leaksim.engine.clock import Clock, Process
from leaksim.engine.lanes import Floats
from leaksim.model.compiled import has_compiled_form
from leaksim.model.dimensions import FLOWS, MOTOR_FUEL, PRODUCTS
from leaksim.model.ledger import PLACES
from leaksim.model.market import Market
from leaksim.model.measures import Course
from leaksim.model.schedule import BACKGROUND_TRADE
from leaksim.model.setting import (
    Setting,
    baseline_exports,
    baseline_imports,
    baseline_prices,
    baseline_refined,
)


@has_compiled_form
def supplied(
    book: Floats, expected: Floats, party: str, supply: Floats, prices: Floats, forbidden: Course, month: int
) -> None:
    """Enter what a party supplies in a month, and what is paid for it.

    Parameters
    ----------
    book
        The month's book, ``(item, arm, lane)``.
    expected
        Quantity of each product that is there without new offers, ``(product, arm, lane)``; this is added to it.
    supply, prices
        Baseline supply and price of each product, ``(product, 1, lane)``.
    forbidden
        What is forbidden of each product.
    """
    own, common = forbidden.own(month), forbidden.common(month)
    for flow, amount in (("permitted", supply * (1 - common)), ("diluted", supply * (common - own))):
        book[PLACES[f"{flow}_{party}"]] = amount
        book[PLACES[f"paid_{flow}"]] += amount * prices
    expected += supply * (1 - own)


@has_compiled_form
def sold_elsewhere(book: Floats, exports: Floats, forbidden: Course, month: int) -> None:
    """Enter what is exported to third countries in a month, and earned with it.

    Parameters
    ----------
    book
        The month's book, ``(item, arm, lane)``.
    exports
        Baseline exports of each good, ``(good, 1, lane)``.
    forbidden
        What is forbidden of each good.
    """
    own, common = forbidden.own(month), forbidden.common(month)
    for flow, amount in (("others", exports * (1 - common)), ("others_diluted", exports * (common - own))):
        book[PLACES[f"exported_{flow}"]] = amount
        book[PLACES[f"earned_{flow}"]] = amount.sum(axis=0)


class Background:
    """Everybody who keeps to the measures and otherwise goes on as before."""

    def __init__(self, setting: Setting, market: Market) -> None:
        parameters, measures = setting.parameters, setting.measures
        lanes = setting.shape[-1]
        self._setting, self._market = setting, market
        self._supplies = {
            party: _written_out(baseline_imports(parameters, party), lanes) for party in ("russia", "other")
        }
        self._forbidden = {party: measures.forbidden(party, *PRODUCTS) for party in self._supplies}
        self._refined = baseline_refined(parameters)[MOTOR_FUEL]
        self._prices = _written_out(baseline_prices(parameters), lanes)
        self._crude = parameters["crude.quantity"] * parameters["crude.price"] / 1000.0
        # Sales to third countries are taken to have the composition of sales to China.
        exports = baseline_exports(parameters)
        self._exports = _written_out(parameters["exports.others"] * exports / exports.sum(axis=0), lanes)
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
        ledger, expected = self._setting.ledger, self._market.expected
        book = ledger.of_month(month)
        for party, supply in self._supplies.items():
            supplied(book, expected, party, supply, self._prices, self._forbidden[party], month)
        sold_elsewhere(book, self._exports, self._exports_forbidden, month)
        ledger.post_item("refined", month, MOTOR_FUEL, self._refined)
        expected[MOTOR_FUEL] += self._refined
        book[PLACES["paid_crude"]], book[PLACES["earned_services"]] = self._crude, self._earnings


def _written_out(values: Floats, lanes: int) -> Floats:
    """Write out values that may be the same in all lanes, ``(product or good, 1, lane)``."""
    return values + np.zeros((1, lanes))
