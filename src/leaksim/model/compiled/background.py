"""Compiled forms of `leaksim.model.background`."""

from __future__ import annotations

import numpy as np

from leaksim.engine.lanes import Floats, Places
from leaksim.model.background import UsualTrade
from leaksim.model.compiled.kernel import copy, first_lines, kernel
from leaksim.model.compiled.measures import Together
from leaksim.model.dimensions import MOTOR_FUEL
from leaksim.model.measures import Course

_OF_SUPPLIES = {
    party: first_lines(f"permitted_{party}", f"diluted_{party}", "paid_permitted", "paid_diluted")
    for party in ("russia", "other")
}
_OF_EXPORTS = first_lines("exported_others", "exported_others_diluted", "earned_others", "earned_others_diluted")
_OF_FUEL_AND_SERVICES = first_lines("refined", "paid_crude", "earned_services") + np.array([MOTOR_FUEL, 0, 0])


def trade_on(trade: UsualTrade, month: int, book: Floats, expected: Floats) -> None:
    """Go through the lanes once, and pick each arm's text on the way."""
    _trade_on(
        month,
        book,
        expected,
        tuple((_OF_SUPPLIES[party], each, *_texts(trade.forbidden[party])) for party, each in trade.supplies.items()),
        trade.prices,
        (_OF_EXPORTS, trade.exports, *_texts(trade.exports_forbidden)),
        _OF_FUEL_AND_SERVICES,
        (trade.refined, trade.crude, trade.earnings),
        (trade.exports_forbidden.measured, trade.exports_forbidden.diluted),
        np.empty((2, expected.shape[-1])),
    )


def _texts(course: Course) -> tuple[Floats, Floats]:
    return course.proposed, course.adopted


Flow = tuple[Places, Floats, Floats, Floats]
"""Where it is entered, how much it is before any measure, and what the proposed and the adopted texts forbid of it."""


@kernel
def _trade_on(
    month: int,
    book: Floats,
    expected: Floats,
    supplies: tuple[Flow, ...],
    prices: Floats,
    exports: Flow,
    entered: Places,
    unchanged: Together,
    factors: Together,
    room: Floats,
) -> None:
    refined, crude, earnings = unchanged
    measured, diluted = factors
    own, common = room[0], room[1]
    for lines, supply, proposed, adopted in supplies:
        _supply(book, lines, expected, supply, prices, proposed[month], adopted[month], measured, diluted, own, common)
    lines, sales, proposed, adopted = exports
    _sell(book, lines, sales, proposed[month], adopted[month], measured, diluted, own, common)
    for arm in range(expected.shape[1]):
        copy(refined[0], book[entered[0], arm])
        copy(crude[0], book[entered[1], arm])
        copy(earnings[0], book[entered[2], arm])
        for lane in range(expected.shape[2]):
            expected[MOTOR_FUEL, arm, lane] += refined[0, lane]


@kernel
def _supply(
    book: Floats,
    entered: Places,
    expected: Floats,
    supply: Floats,
    prices: Floats,
    proposed: Floats,
    adopted: Floats,
    measured: Floats,
    diluted: Floats,
    own: Floats,
    common: Floats,
) -> None:
    products, arms, lanes = expected.shape
    for product in range(products):
        whole, price = supply[product, 0], prices[product, 0]
        for arm in range(arms):
            differs = diluted[arm, 0] > 0
            text = adopted if differs else proposed
            _read(text[product, 0], measured[arm, 0], own)
            permitted, paid = book[entered[0] + product, arm], book[entered[2] + product, arm]
            there = expected[product, arm]
            for lane in range(lanes):
                kept = whole[lane] * (1 - own[lane])
                there[lane] += kept
                permitted[lane] = kept
            if differs:
                _read(proposed[product, 0], measured[arm, 0], common)
                spared, paid_for_spared = book[entered[1] + product, arm], book[entered[3] + product, arm]
                _part(whole, own, common, permitted, spared)
                for lane in range(lanes):
                    paid_for_spared[lane] += spared[lane] * price[lane]
            for lane in range(lanes):
                paid[lane] += permitted[lane] * price[lane]


@kernel
def _read(text: Floats, measured: float, forbidden: Floats) -> None:
    """Write out what a text forbids in an arm."""
    for lane in range(len(forbidden)):
        forbidden[lane] = measured * text[lane if len(text) > 1 else 0]


@kernel
def _part(whole: Floats, own: Floats, proposed: Floats, permitted: Floats, spared: Floats) -> None:
    """Part what is permitted by an arm's own text and the proposed one from what its own text alone permits.

    Where the proposed text is the arm's own, there is nothing to part.
    """
    for lane in range(len(whole)):
        common = max(own[lane], proposed[lane])
        permitted[lane] = whole[lane] * (1 - common)
        spared[lane] = whole[lane] * (common - own[lane])


@kernel
def _sell(
    book: Floats,
    entered: Places,
    exports: Floats,
    proposed: Floats,
    adopted: Floats,
    measured: Floats,
    diluted: Floats,
    own: Floats,
    common: Floats,
) -> None:
    goods, _, lanes = exports.shape
    for arm in range(len(measured)):
        differs = diluted[arm, 0] > 0
        text = adopted if differs else proposed
        for_permitted, for_spared = book[entered[2], arm], book[entered[3], arm]
        for_permitted[:] = 0.0
        for good in range(goods):
            whole = exports[good, 0]
            _read(text[good, 0], measured[arm, 0], own)
            permitted, spared = book[entered[0] + good, arm], book[entered[1] + good, arm]
            if differs:
                _read(proposed[good, 0], measured[arm, 0], common)
                _part(whole, own, common, permitted, spared)
                for lane in range(lanes):
                    for_spared[lane] += spared[lane]
            else:
                for lane in range(lanes):
                    permitted[lane] = whole[lane] * (1 - own[lane])
            for lane in range(lanes):
                for_permitted[lane] += permitted[lane]
