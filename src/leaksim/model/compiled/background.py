"""Compiled forms of `leaksim.model.background`."""

from __future__ import annotations

import numpy as np

from leaksim.engine.lanes import Floats, Places
from leaksim.model.compiled.kernel import kernel
from leaksim.model.ledger import PLACES
from leaksim.model.measures import Course

# Handed to kernels, since those kept on disk would not notice that the book has other lines now.
_OF_SUPPLIES = {
    party: np.array(
        [PLACES[flow].start for flow in (f"permitted_{party}", f"diluted_{party}", "paid_permitted", "paid_diluted")]
    )
    for party in ("russia", "other")
}
_OF_EXPORTS = np.array([PLACES[flow].start for flow in ("exported_others", "exported_others_diluted")])
_OF_EARNINGS = np.array([PLACES[flow].start for flow in ("earned_others", "earned_others_diluted")])


def supplied(
    book: Floats, expected: Floats, party: str, supply: Floats, prices: Floats, forbidden: Course, month: int
) -> None:
    """Go through the lanes once, and pick each arm's text on the way."""
    _supply(
        book,
        _OF_SUPPLIES[party],
        expected,
        supply,
        prices,
        forbidden.proposed[month],
        forbidden.adopted[month],
        forbidden.measured,
        forbidden.diluted,
    )


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
) -> None:
    products, arms, lanes = expected.shape
    common, own = np.empty(lanes), np.empty(lanes)
    for product in range(products):
        whole, price = supply[product, 0], prices[product, 0]
        for arm in range(arms):
            _forbid(proposed[product, 0], adopted[product, 0], measured[arm, 0], diluted[arm, 0] > 0, own, common)
            permitted, spared = book[entered[0] + product, arm], book[entered[1] + product, arm]
            there = expected[product, arm]
            for lane in range(lanes):
                permitted[lane] = whole[lane] * (1 - common[lane])
                spared[lane] = whole[lane] * (common[lane] - own[lane])
                there[lane] += whole[lane] * (1 - own[lane])
            for_permitted, for_spared = book[entered[2] + product, arm], book[entered[3] + product, arm]
            for lane in range(lanes):
                for_permitted[lane] += permitted[lane] * price[lane]
                for_spared[lane] += spared[lane] * price[lane]


@kernel
def _forbid(proposed: Floats, adopted: Floats, measured: float, diluted: bool, own: Floats, common: Floats) -> None:
    """Write out what is forbidden in an arm, and what by its own text or the proposed one, see `Course`."""
    text = adopted if diluted else proposed
    for lane in range(len(own)):
        own[lane] = measured * text[lane if len(text) > 1 else 0]
    for lane in range(len(own)):
        common[lane] = max(own[lane], measured * proposed[lane if len(proposed) > 1 else 0])


def sold_elsewhere(book: Floats, exports: Floats, forbidden: Course, month: int) -> None:
    """Go through the lanes once, and pick each arm's text on the way."""
    _sell(
        book,
        _OF_EXPORTS,
        _OF_EARNINGS,
        exports,
        forbidden.proposed[month],
        forbidden.adopted[month],
        forbidden.measured,
        forbidden.diluted,
    )


@kernel
def _sell(
    book: Floats,
    exported: Places,
    earned: Places,
    exports: Floats,
    proposed: Floats,
    adopted: Floats,
    measured: Floats,
    diluted: Floats,
) -> None:
    goods, _, lanes = exports.shape
    common, own = np.empty(lanes), np.empty(lanes)
    for arm in range(len(measured)):
        for_permitted, for_spared = book[earned[0], arm], book[earned[1], arm]
        for_permitted[:] = 0.0
        for_spared[:] = 0.0
        for good in range(goods):
            whole = exports[good, 0]
            _forbid(proposed[good, 0], adopted[good, 0], measured[arm, 0], diluted[arm, 0] > 0, own, common)
            permitted, spared = book[exported[0] + good, arm], book[exported[1] + good, arm]
            for lane in range(lanes):
                permitted[lane] = whole[lane] * (1 - common[lane])
                spared[lane] = whole[lane] * (common[lane] - own[lane])
                for_permitted[lane] += permitted[lane]
                for_spared[lane] += spared[lane]
