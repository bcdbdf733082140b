"""Compiled forms of `leaksim.model.payments`."""

from __future__ import annotations

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.model.clearing import Sale
from leaksim.model.compiled.kernel import in_full, kernel
from leaksim.model.payments import Cargo


def settled(waiting: Cargo, sale: Sale, passes: Floats) -> tuple[Cargo, Cargo, Floats]:
    """Go through the firms once."""
    shape = waiting.quantity.shape
    paid, left, still_waiting = np.empty((2, *shape)), np.empty((2, *shape)), np.zeros(shape[1:])
    _settle(
        waiting.quantity,
        waiting.value,
        in_full(sale.quantity, shape),
        in_full(sale.price, shape),
        in_full(passes, shape),
        paid,
        left,
        still_waiting,
    )
    return Cargo(*paid), Cargo(*left), still_waiting


@kernel
def _settle(
    quantity: Floats,
    value: Floats,
    sold: Floats,
    price: Floats,
    passes: Floats,
    paid: Floats,
    left: Floats,
    still_waiting: Floats,
) -> None:
    firms, arms, lanes = quantity.shape
    for firm in range(firms):
        for arm in range(arms):
            for lane in range(lanes):
                share = passes[firm, arm, lane]
                due = quantity[firm, arm, lane] + sold[firm, arm, lane]
                worth = value[firm, arm, lane] + sold[firm, arm, lane] * price[firm, arm, lane]
                passed, of_worth = due * share, worth * share
                paid[0, firm, arm, lane], paid[1, firm, arm, lane] = passed, of_worth
                left[0, firm, arm, lane], left[1, firm, arm, lane] = due - passed, worth - of_worth
                still_waiting[arm, lane] += due - passed
