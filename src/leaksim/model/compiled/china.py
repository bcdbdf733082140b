"""Compiled forms of `leaksim.model.china`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.model.china import GROUPS_OF_FLOWS, OfficialTrade, Passed, Regime
from leaksim.model.compiled.kernel import in_full, kernel
from leaksim.model.compiled.measures import Together, read_texts
from leaksim.model.dimensions import FUELS, MOTOR_FUEL, PRODUCTS


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
) -> None:
    measured, is_diluted, slippage = factors
    long_run, stress_response, draws = of_groups
    noise, inspection, inspectors = in_lanes
    groups, arms, lanes = enforcement.shape
    texts, course = np.empty((2, lanes)), np.empty(lanes)
    for group in range(groups):
        read_texts(faded, month, group, texts)
        for arm in range(arms):
            own, there = enforcement[group, arm], inspected[group, arm]
            if slippage[arm, 0] > 0:
                text = texts[int(is_diluted[arm, 0] > 0)]
                for lane in range(lanes):
                    course[lane] = 1 - (1 - long_run[group, 0, lane]) * (measured[arm, 0] * text[lane])
                for lane in range(lanes):
                    softened = course[lane] - stress_response[group, 0, lane] * shortage[arm, lane]
                    softened += noise[0, lane] * draws[group, 0, lane]
                    own[lane] = min(max(softened, 0.0), 1.0)
            else:
                own[:] = 1.0
            for lane in range(lanes):
                within_reach = inspectors[0, lane] / max(shipments[group][arm, lane], 1.0)
                there[lane] = min(inspection[0, lane] * own[lane], within_reach)


def pass_on(trade: OfficialTrade, month: int, enforcement: Floats, pages: Mapping[str, tuple[Floats, ...]]) -> Passed:
    """Go through the flows once, and post nothing where there can be nothing."""
    arms, lanes = enforcement.shape[1:]
    forbidden, delayed, looming = trade.forbidden, trade.delayed, trade.looming
    imports, blocked = (np.empty((len(usual), arms, lanes)) for usual in (trade.imports, trade.exports))
    announced = np.empty((3, arms, lanes))
    _pass(
        month,
        (forbidden.proposed, forbidden.adopted),
        (delayed.proposed, delayed.adopted),
        (looming.proposed, looming.adopted),
        (forbidden.measured, forbidden.diluted, trade.slippage),
        (trade.imports, trade.exports, trade.prices),
        (trade.export_rush, trade.value, trade.fuel),
        enforcement,
        pages["permitted"],
        pages["diluted"],
        pages["slipped"],
        pages["early"],
        imports,
        blocked,
        announced,
    )
    return Passed(imports, blocked, *announced)


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
    permitted: Together,
    diluted: Together,
    slipped: Together,
    early: Together,
    imports: Floats,
    blocked: Floats,
    announced: Floats,
) -> None:
    measured, is_diluted, slippage = factors
    usual_imports, usual_exports, prices = usual_trade
    rush, usual_value, usual_fuel = in_lanes
    _, arms, lanes = enforcement.shape
    texts, late, looms = np.empty((2, lanes)), np.empty((2, lanes)), np.empty((2, lanes))
    own, kept, amount, ones = np.empty(lanes), np.empty(lanes), np.empty(lanes), np.ones(lanes)
    value, earned, fuel = np.zeros((arms, lanes)), np.zeros((arms, lanes)), np.zeros((arms, lanes))
    looming_fuel = announced[0]
    looming_fuel[:] = 0.0
    for flow in range(len(GROUPS_OF_FLOWS)):
        good = flow - len(PRODUCTS)
        place, first = (flow, 0) if good < 0 else (good, 2)
        usual = usual_imports[flow, 0] if good < 0 else usual_exports[good, 0]
        price = prices[flow, 0] if good < 0 else ones
        enforced = enforcement[GROUPS_OF_FLOWS[flow]]
        is_forbidden, differs = read_texts(forbidden, month, flow, texts)
        read_texts(delayed, month, flow, late)
        looms_now, _ = read_texts(looming, month, flow, looms)
        for arm in range(arms):
            text, counts = int(is_diluted[arm, 0] > 0), measured[arm, 0]
            for lane in range(lanes):
                own[lane] = counts * texts[text, lane]
                kept[lane] = usual[lane] * (1 - own[lane])
            books = first, place, arm
            if text == 1 and differs:
                for lane in range(lanes):
                    common = max(own[lane], counts * texts[0, lane])
                    amount[lane] = usual[lane] * (1 - common)
                _post(amount, price, permitted, books)
                for lane in range(lanes):
                    common = max(own[lane], counts * texts[0, lane])
                    amount[lane] = usual[lane] * (common - own[lane])
                _post(amount, price, diluted, books)
            else:
                _post(kept, price, permitted, books)
            if looms_now and counts > 0:
                if good >= 0:
                    for lane in range(lanes):
                        ahead = rush[0, lane] * (counts * looms[text, lane]) * usual[lane] * (1 - own[lane])
                        early[0][good, arm, lane] += ahead
                        early[1][good, arm, lane] += ahead
                elif flow == MOTOR_FUEL:
                    for lane in range(lanes):
                        looming_fuel[arm, lane] = counts * looms[text, lane] * (1 - own[lane]) * usual[lane]
            if is_forbidden and counts > 0 and slippage[arm, 0] > 0:
                for lane in range(lanes):
                    cut = min(counts * late[text, lane], own[lane]) * enforced[arm, lane]
                    through = usual[lane] * (1 - cut)
                    amount[lane], kept[lane] = through - kept[lane], through
                _post(amount, price, slipped, books)
            if good >= 0:
                for lane in range(lanes):
                    blocked[good, arm, lane] = usual[lane] - kept[lane]
                    earned[arm, lane] += kept[lane]
            else:
                imports[flow, arm] = kept
                for lane in range(lanes):
                    value[arm, lane] += kept[lane] * price[lane]
                if flow in FUELS:
                    for lane in range(lanes):
                        fuel[arm, lane] += kept[lane]
    for arm in range(arms):
        for lane in range(lanes):
            announced[1, arm, lane] = 1 - (value[arm, lane] + earned[arm, lane]) / usual_value[0, lane]
            had = usual_fuel[0, lane]
            announced[2, arm, lane] = 1 - fuel[arm, lane] / had if had > 0 else 0.0


@kernel
def _post(amount: Floats, price: Floats, pages: Together, books: tuple[int, int, int]) -> None:
    """Add quantities and what they are worth to two neighbouring pages."""
    first, item, arm = books
    there, paid = pages[first][item, arm], pages[first + 1][item, arm]
    for lane in range(len(amount)):
        there[lane] += amount[lane]
        paid[lane] += amount[lane] * price[lane]
