"""Compiled forms of `leaksim.model.payments`."""

from __future__ import annotations

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.engine.streams import Chance
from leaksim.model.clearing import Sale
from leaksim.model.compiled.kernel import happens, in_full, kernel
from leaksim.model.payments import Cargo


def settled(waiting: Floats, sale: Sale, passes: Chance) -> tuple[Cargo, Floats]:
    """Go through the firms once."""
    _, _, arms, lanes = waiting.shape
    paid, of_all = np.empty(waiting.shape), np.zeros((arms, lanes))
    _settle(
        waiting,
        in_full(sale.quantity, waiting.shape[1:]),
        in_full(sale.price, waiting.shape[1:]),
        in_full(passes.draw, (len(passes.draw), 1, lanes)),
        in_full(passes.probability, (len(passes.probability), lanes)),
        passes.deterministic,
        paid,
        of_all,
    )
    return Cargo(*paid), of_all


@kernel
def _settle(
    waiting: Floats,
    sold: Floats,
    price: Floats,
    draw: Floats,
    probability: Floats,
    deterministic: bool,
    paid: Floats,
    of_all: Floats,
) -> None:
    _, firms, arms, lanes = waiting.shape
    for firm in range(firms):
        for arm in range(arms):
            own = arm if len(probability) > 1 else 0
            for lane in range(lanes):
                share = happens(draw[firm, 0, lane], probability[own, lane], deterministic)
                quantity = waiting[0, firm, arm, lane] + sold[firm, arm, lane]
                value = waiting[1, firm, arm, lane] + sold[firm, arm, lane] * price[firm, arm, lane]
                passed, of_value = quantity * share, value * share
                paid[0, firm, arm, lane], paid[1, firm, arm, lane] = passed, of_value
                waiting[0, firm, arm, lane], waiting[1, firm, arm, lane] = quantity - passed, value - of_value
                of_all[arm, lane] += quantity - passed
