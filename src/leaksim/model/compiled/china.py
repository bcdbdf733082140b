"""Compiled forms of `leaksim.model.china`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from leaksim.engine.lanes import Floats, Places
from leaksim.model.china import ACCOUNTS, GROUPS_OF_FLOWS, OfficialTrade, Passed, Regime
from leaksim.model.compiled.kernel import first_lines, in_full, kernel
from leaksim.model.compiled.measures import Together, read_texts
from leaksim.model.dimensions import FUELS, MOTOR_FUEL, PRODUCTS

_ENTERED = tuple(first_lines(*names) for names in ACCOUNTS.values())


def enforce(
    regime: Regime,
    month: int,
    draws: Floats,
    shortage: Floats,
    shipments: Sequence[Floats],
    enforcement: Floats,
    inspected: Floats,
) -> None:
    """Go through the groups once."""
    shape = shortage.shape
    fuel, goods, exports = (in_full(each, shape) for each in shipments)
    _enforce(
        month,
        (regime.faded.proposed, regime.faded.adopted),
        (regime.faded.measured, regime.faded.diluted, regime.slippage),
        (regime.long_run, regime.stress_response, in_full(draws, regime.long_run.shape)),
        (regime.noise, regime.inspection, regime.inspectors),
        in_full(shortage, shape),
        (fuel, goods, exports),
        enforcement,
        inspected,
        np.empty((3, shape[-1])),
    )


@kernel
def _enforce(
    month: int,
    faded: Together,
    factors: Together,
    of_groups: Together,
    in_lanes: Together,
    shortage: Floats,
    shipments: Together,
    enforcement: Floats,
    inspected: Floats,
    room: Floats,
) -> None:
    measured, is_diluted, slippage = factors
    long_run, stress_response, draws = of_groups
    noise, inspection, inspectors = in_lanes
    groups, arms, lanes = enforcement.shape
    texts, softened = room[:2], room[2]
    for group in range(groups):
        read_texts(faded, month, group, texts)
        for arm in range(arms):
            own, there, crossing = enforcement[group, arm], inspected[group, arm], shipments[group][arm]
            if slippage[arm, 0] > 0:
                text = texts[int(is_diluted[arm, 0] > 0)]
                for lane in range(lanes):
                    course = 1 - (1 - long_run[group, 0, lane]) * (measured[arm, 0] * text[lane])
                    softened[lane] = course - stress_response[group, 0, lane] * shortage[arm, lane]
                for lane in range(lanes):
                    swayed = softened[lane] + noise[0, lane] * draws[group, 0, lane]
                    own[lane] = min(max(swayed, 0.0), 1.0)
            else:
                own[:] = 1.0
            for lane in range(lanes):
                within_reach = inspectors[0, lane] / max(crossing[lane], 1.0)
                there[lane] = min(inspection[0, lane] * own[lane], within_reach)


def pass_on(trade: OfficialTrade, month: int, enforcement: Floats, book: Floats, expected: Floats) -> Passed:
    """Go through the flows once, and post nothing where there can be nothing."""
    arms, lanes = enforcement.shape[1:]
    forbidden, delayed, looming = trade.forbidden, trade.delayed, trade.looming
    blocked, announced = np.empty((len(trade.exports), arms, lanes)), np.empty((3, arms, lanes))
    _pass(
        month,
        (forbidden.proposed, forbidden.adopted),
        (delayed.proposed, delayed.adopted),
        (looming.proposed, looming.adopted),
        (forbidden.measured, forbidden.diluted, trade.slippage),
        (trade.imports, trade.exports, trade.prices),
        (trade.export_rush, trade.value, trade.fuel),
        enforcement,
        book,
        _ENTERED,
        expected,
        blocked,
        announced,
        np.empty((11, lanes)),
        np.empty((3, arms, lanes)),
    )
    return Passed(blocked, announced[0], announced[1], announced[2])


@kernel
def _pass(
    month: int,
    forbidden: Together,
    delayed: Together,
    looming: Together,
    factors: Together,
    usual_trade: Together,
    in_lanes: Together,
    enforcement: Floats,
    book: Floats,
    entered: tuple[Places, ...],
    expected: Floats,
    blocked: Floats,
    announced: Floats,
    room: Floats,
    sums: Floats,
) -> None:
    measured, is_diluted, slippage = factors
    usual_imports, usual_exports, prices = usual_trade
    rush, usual_value, usual_fuel = in_lanes
    permitted, diluted, slipped, early = entered
    _, arms, lanes = enforcement.shape
    texts, late, looms = room[:2], room[2:4], room[4:6]
    own, kept, through, amount, ones = room[6], room[7], room[8], room[9], room[10]
    value, earned, fuel, looming_fuel = sums[0], sums[1], sums[2], announced[0]
    ones[:], sums[:], looming_fuel[:] = 1.0, 0.0, 0.0
    for flow in range(len(GROUPS_OF_FLOWS)):
        good = flow - len(PRODUCTS)
        place, first = (flow, 0) if good < 0 else (good, 2)
        usual = usual_imports[flow, 0] if good < 0 else usual_exports[good, 0]
        price = prices[flow, 0] if good < 0 else ones
        enforced = enforcement[GROUPS_OF_FLOWS[flow]]
        is_forbidden, differs = read_texts(forbidden, month, flow, texts)
        if is_forbidden:
            read_texts(delayed, month, flow, late)
        looms_now, _ = read_texts(looming, month, flow, looms)
        for arm in range(arms):
            text, counts, passed = int(is_diluted[arm, 0] > 0), measured[arm, 0], kept
            for lane in range(lanes):
                own[lane] = counts * texts[text, lane]
            for lane in range(lanes):
                kept[lane] = usual[lane] * (1 - own[lane])
            books = first, place, arm
            if text == 1 and differs:
                for lane in range(lanes):
                    amount[lane] = usual[lane] * (1 - max(own[lane], counts * texts[0, lane]))
                _post(amount, price, book, permitted, books)
                for lane in range(lanes):
                    amount[lane] = usual[lane] * (max(own[lane], counts * texts[0, lane]) - own[lane])
                _post(amount, price, book, diluted, books)
            else:
                _post(kept, price, book, permitted, books)
            if looms_now and counts > 0:
                if good >= 0:
                    for lane in range(lanes):
                        amount[lane] = rush[0, lane] * (counts * looms[text, lane]) * usual[lane] * (1 - own[lane])
                    _post(amount, ones, book, early, (0, place, arm))
                elif flow == MOTOR_FUEL:
                    for lane in range(lanes):
                        looming_fuel[arm, lane] = counts * looms[text, lane] * (1 - own[lane]) * usual[lane]
            if is_forbidden and counts > 0 and slippage[arm, 0] > 0:
                passed = through
                for lane in range(lanes):
                    cut = min(counts * late[text, lane], own[lane]) * enforced[arm, lane]
                    through[lane] = usual[lane] * (1 - cut)
                for lane in range(lanes):
                    amount[lane] = through[lane] - kept[lane]
                _post(amount, price, book, slipped, books)
            if good >= 0:
                for lane in range(lanes):
                    blocked[good, arm, lane] = usual[lane] - passed[lane]
                for lane in range(lanes):
                    earned[arm, lane] += passed[lane]
            else:
                for lane in range(lanes):
                    expected[flow, arm, lane] += passed[lane]
                for lane in range(lanes):
                    value[arm, lane] += passed[lane] * price[lane]
                if flow in FUELS:
                    for lane in range(lanes):
                        fuel[arm, lane] += passed[lane]
    for arm in range(arms):
        for lane in range(lanes):
            announced[1, arm, lane] = 1 - (value[arm, lane] + earned[arm, lane]) / usual_value[0, lane]
        for lane in range(lanes):
            had = usual_fuel[0, lane]
            announced[2, arm, lane] = 1 - fuel[arm, lane] / had if had > 0 else 0.0


@kernel
def _post(amount: Floats, price: Floats, book: Floats, entered: Places, books: tuple[int, int, int]) -> None:
    """Add quantities to an account, and what they are worth to the next one."""
    account, item, arm = books
    there, paid = book[entered[account] + item, arm], book[entered[account + 1] + item, arm]
    for lane in range(len(amount)):
        there[lane] += amount[lane]
    for lane in range(len(amount)):
        paid[lane] += amount[lane] * price[lane]
