"""Trade and earnings in which nobody in the model decides anything.

Russia's and other countries' baseline supplies, cut to what the measures permit them; the home refinery and the crude
pipeline that feeds it, which no text of the period closes; exports to other countries; tourism, aid, arms and
fishing rights.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True)
class UsualTrade:
    """Trade before any measure, a month, and what the texts say of it."""

    supplies: Mapping[str, Floats]
    """By party, of each product, ``(product, 1, lane)``."""
    forbidden: Mapping[str, Course]
    """By party, share of each product that is forbidden."""
    prices: Floats
    """Of each product, ``(product, 1, lane)``."""
    exports: Floats
    """To third countries, of each good, ``(good, 1, lane)``."""
    exports_forbidden: Course
    """Share of each good that is forbidden."""
    refined: Floats
    """Motor fuel from the home refinery, ``(1, lane)``."""
    crude: Floats
    """What its crude costs, $m, ``(1, lane)``."""
    earnings: Floats
    """Other earnings, $m, ``(1, lane)``."""


@has_compiled_form
def trade_on(trade: UsualTrade, month: int, book: Floats, expected: Floats) -> None:
    """Enter what is supplied, refined and exported in a month, what is paid for it and what is earned.

    Parameters
    ----------
    book
        The month's book, ``(item, arm, lane)``.
    expected
        Quantity of each product that is there without new offers, ``(product, arm, lane)``; what comes is added to it.
    """
    for party, supply in trade.supplies.items():
        own, common = trade.forbidden[party].own(month), trade.forbidden[party].common(month)
        for flow, amount in (("permitted", supply * (1 - common)), ("diluted", supply * (common - own))):
            book[PLACES[f"{flow}_{party}"]] = amount
            book[PLACES[f"paid_{flow}"]] += amount * trade.prices
        expected += supply * (1 - own)
    own, common = trade.exports_forbidden.own(month), trade.exports_forbidden.common(month)
    for flow, share in (("others", 1 - common), ("others_diluted", common - own)):
        amount = trade.exports * share
        book[PLACES[f"exported_{flow}"]] = amount
        book[PLACES[f"earned_{flow}"]] = amount.sum(axis=0)
    book[PLACES["refined"]][MOTOR_FUEL] = trade.refined
    expected[MOTOR_FUEL] += trade.refined
    book[PLACES["paid_crude"]], book[PLACES["earned_services"]] = trade.crude, trade.earnings


class Background:
    """Everybody who keeps to the measures and otherwise goes on as before."""

    def __init__(self, setting: Setting, market: Market) -> None:
        parameters, measures = setting.parameters, setting.measures
        self._setting, self._market = setting, market
        parties = "russia", "other"
        # Sales to third countries are taken to have the composition of sales to China.
        exports = baseline_exports(parameters)
        self._usual = UsualTrade(
            supplies={party: setting.in_all_lanes(baseline_imports(parameters, party)) for party in parties},
            forbidden={party: measures.forbidden(party, *PRODUCTS) for party in parties},
            prices=setting.in_all_lanes(baseline_prices(parameters)),
            exports=setting.in_all_lanes(parameters["exports.others"] * exports / exports.sum(axis=0)),
            exports_forbidden=measures.forbidden("other", *FLOWS[len(PRODUCTS) :]),
            refined=setting.in_all_lanes(baseline_refined(parameters)[MOTOR_FUEL]),
            crude=setting.in_all_lanes(parameters["crude.quantity"] * parameters["crude.price"] / 1000.0),
            earnings=setting.in_all_lanes(parameters["earnings.other"]),
        )

    @property
    def net_earnings(self) -> Floats:
        """Receipts less import outlay of this trade when nothing is cut, ``(1, lane)``, $m a month."""
        usual = self._usual
        earnings: Floats = usual.exports.sum(axis=0) + usual.earnings - usual.crude
        for supply in usual.supplies.values():
            earnings = earnings - (supply * usual.prices).sum(axis=0)
        return earnings

    def process(self, clock: Clock) -> Process:
        """Trade once a month."""
        yield from clock.monthly((BACKGROUND_TRADE, self._trade))

    def _trade(self, month: int) -> None:
        trade_on(self._usual, month, self._setting.ledger.of_month(month), self._market.expected)
