"""Compiled forms of `leaksim.model.payments`."""

from __future__ import annotations

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.model.compiled.kernel import in_full, kernel


def terms_of_payment(
    terms: Floats, pressure: float, rounds: Floats, wages: Floats, owed: Floats
) -> tuple[Floats, Floats, Floats]:
    """Go through the lanes once."""
    in_china, in_russia = np.empty(rounds.shape), np.empty((2, *owed.shape))
    room = np.empty((2, owed.shape[-1]))
    _pay(terms, pressure, rounds, in_full(wages, owed.shape), in_full(owed, owed.shape), in_china, in_russia, room)
    return in_china, in_russia[0], in_russia[1]


@kernel
def _pay(
    terms: Floats,
    pressure: float,
    rounds: Floats,
    wages: Floats,
    owed: Floats,
    in_china: Floats,
    in_russia: Floats,
    room: Floats,
) -> None:
    _, arms, lanes = in_russia.shape
    friction, through_banks = room[0], room[1]
    designation, block, barter = terms[4, 0], terms[5, 0], terms[6, 0]
    for route in range(2):
        basic, squeeze = terms[2 * route, 0], terms[2 * route + 1, 0]
        costs = friction if route else in_china[0]
        for lane in range(lanes):
            costs[lane] = basic[lane] + squeeze[lane] * pressure + designation[lane] * rounds[0, lane]
    for arm in range(arms):
        for lane in range(lanes):
            earned, owes = barter[lane] * wages[arm, lane], owed[arm, lane]
            covered = 1.0 if earned > 0 else 0.0
            through_banks[lane] = 1 - (earned / owes if earned < owes else covered)
        for lane in range(lanes):
            in_russia[0, arm, lane] = friction[lane] * through_banks[lane]
        for lane in range(lanes):
            in_russia[1, arm, lane] = block[lane] * through_banks[lane]
