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
    own, common = np.empty(lanes), np.empty(lanes)
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
    own, common = np.empty(lanes), np.empty(lanes)
    for arm in range(len(measured)):
        differs = diluted[arm, 0] > 0
        text = adopted if differs else proposed
        for_permitted, for_spared = book[earned[0], arm], book[earned[1], arm]
        for_permitted[:] = 0.0
        for good in range(goods):
            whole = exports[good, 0]
            _read(text[good, 0], measured[arm, 0], own)
            permitted, spared = book[exported[0] + good, arm], book[exported[1] + good, arm]
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
