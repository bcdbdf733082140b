"""Compiled forms of `leaksim.model.china`."""

from __future__ import annotations

import numpy as np

from leaksim.engine.lanes import Floats, Places
from leaksim.model.china import Passed
from leaksim.model.compiled.kernel import in_full, kernel
from leaksim.model.measures import Course


def enforced(
    long_run: Floats,
    faded: Floats,
    stress_response: Floats,
    shortage: Floats,
    noise: Floats,
    slippage: Floats,
    inspection: Floats,
    within_reach: Floats,
) -> tuple[Floats, Floats]:
    """Go through the groups once."""
    groups, arms, lanes = within_reach.shape
    enforcement, inspected = np.empty((2, groups, arms, lanes))
    _enforce(
        in_full(long_run[:, 0], (groups, lanes)),
        in_full(faded, within_reach.shape),
        in_full(stress_response[:, 0], (groups, lanes)),
        in_full(shortage, (arms, lanes)),
        in_full(noise[:, 0], (groups, lanes)),
        slippage,
        in_full(inspection[0], (lanes,)),
        within_reach,
        enforcement,
        inspected,
    )
    return enforcement, inspected


@kernel
def _enforce(
    long_run: Floats,
    faded: Floats,
    stress_response: Floats,
    shortage: Floats,
    noise: Floats,
    slippage: Floats,
    inspection: Floats,
    within_reach: Floats,
    enforcement: Floats,
    inspected: Floats,
) -> None:
    groups, arms, lanes = within_reach.shape
    for group in range(groups):
        for arm in range(arms):
            lax = slippage[arm, 0] > 0
            for lane in range(lanes):
                course = 1 - (1 - long_run[group, lane]) * faded[group, arm, lane]
                softened = course - stress_response[group, lane] * shortage[arm, lane] + noise[group, lane]
                own = min(max(softened, 0.0), 1.0) if lax else 1.0
                enforcement[group, arm, lane] = own
                inspected[group, arm, lane] = min(inspection[lane] * own, within_reach[group, arm, lane])


def passed(
    baseline: Floats,
    forbidden: Course,
    delayed: Course,
    month: int,
    enforcement: Floats,
    group: Places,
    slippage: Floats,
) -> Passed:
    """Go through the flows once, and pick each arm's text on the way."""
    _, arms, lanes = enforcement.shape
    shape = len(group), lanes
    total, permitted, diluted, slipped = np.empty((4, len(group), arms, lanes))
    _pass(
        in_full(baseline[:, 0], shape),
        in_full(forbidden.proposed[month][:, 0], shape),
        in_full(forbidden.adopted[month][:, 0], shape),
        in_full(delayed.proposed[month][:, 0], shape),
        in_full(delayed.adopted[month][:, 0], shape),
        forbidden.measured,
        forbidden.diluted,
        slippage,
        enforcement,
        group,
        total,
        permitted,
        diluted,
        slipped,
    )
    return Passed(total, permitted, diluted, slipped)


@kernel
def _pass(
    baseline: Floats,
    proposed: Floats,
    adopted: Floats,
    proposed_late: Floats,
    adopted_late: Floats,
    measured: Floats,
    is_diluted: Floats,
    slippage: Floats,
    enforcement: Floats,
    group: Places,
    total: Floats,
    permitted: Floats,
    diluted: Floats,
    slipped: Floats,
) -> None:
    flows, arms, lanes = total.shape
    for flow in range(flows):
        enforced = enforcement[group[flow]]
        for arm in range(arms):
            texts = adopted[flow] if is_diluted[arm, 0] > 0 else proposed[flow]
            late = adopted_late[flow] if is_diluted[arm, 0] > 0 else proposed_late[flow]
            counts, lax = measured[arm, 0], slippage[arm, 0] > 0
            for lane in range(lanes):
                normal = baseline[flow, lane]
                own = counts * texts[lane]
                common = max(own, counts * proposed[flow, lane])
                cut = min(counts * late[lane], own) * enforced[arm, lane] if lax else own
                through = normal * (1 - cut)
                total[flow, arm, lane] = through
                permitted[flow, arm, lane] = normal * (1 - common)
                diluted[flow, arm, lane] = normal * (common - own)
                slipped[flow, arm, lane] = through - normal * (1 - own)
