"""Compiled forms of `leaksim.model.payments`."""

from __future__ import annotations

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.model.compiled.kernel import in_full, kernel
from leaksim.model.payments import Banks, friction_of


def through_banks_or_bartered(
    banks: Banks, month: int, rounds: Floats, barter: Floats, wages: Floats, owed: Floats
) -> tuple[Floats, Floats]:
    """Go through the lanes once."""
    shape = owed.shape
    terms, wages, owed = np.empty((2, *shape)), in_full(wages, shape), in_full(owed, shape)
    _pay(friction_of(banks, month, rounds), banks.block, barter, wages, owed, terms)
    return terms[0], terms[1]


@kernel
def _pay(friction: Floats, block: Floats, barter: Floats, wages: Floats, owed: Floats, terms: Floats) -> None:
    arms, lanes = wages.shape
    for arm in range(arms):
        costs, blocks = terms[0, arm], terms[1, arm]
        for lane in range(lanes):
            earned, owes = barter[0, lane] * wages[arm, lane], owed[arm, lane]
            covered = 1.0 if earned > 0 else 0.0
            through_banks = 1 - (earned / owes if earned < owes else covered)
            costs[lane] = friction[0, lane] * through_banks
            blocks[lane] = block[0, lane] * through_banks
