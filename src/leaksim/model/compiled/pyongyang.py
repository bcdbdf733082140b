"""Compiled forms of `leaksim.model.pyongyang`.

Kernels read the month's book line by line, ``(lane,)`` of one item in one arm.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from leaksim.engine.lanes import Floats, Places
from leaksim.model import pyongyang as reference
from leaksim.model.compiled import numpy_form
from leaksim.model.compiled.demand import Columns, Room, prepared, ration_in_tiles
from leaksim.model.compiled.kernel import copy, first_lines, in_full, kernel
from leaksim.model.compiled.loops import EXP, LOG, Addresses
from leaksim.model.compiled.payment_queue import add
from leaksim.model.demand import DemandCurve, IsoelasticDemand
from leaksim.model.dimensions import CLASSES, MOTOR_FUEL
from leaksim.model.ledger import ARRIVING, OUTLAY_FLOWS, PLACES, RECEIPT_FLOWS
from leaksim.model.pyongyang import LESS_THAN_A_CENT

TINY = np.finfo(np.float64).tiny


def _lines(names: Iterable[str]) -> Places:
    """Return where the items of each flow begin and end, ``(flow, 2)``."""
    return np.array([(PLACES[name].start, PLACES[name].stop) for name in names])


_ARRIVING, _RECEIPTS, _OUTLAY = first_lines(*ARRIVING), _lines(RECEIPT_FLOWS), _lines(OUTLAY_FLOWS)
_OF_STOCK = first_lines("released", "stored", "stock")
_OF_RESERVES = first_lines("paid_other_imports", "reserves")
_OF_RESTOCKING = first_lines("restocked", "paid_restocked") + MOTOR_FUEL


def planned(
    book: Floats,
    expected: Floats,
    reserves: Floats,
    stock: Floats,
    stock_floor: Floats,
    looming: Floats,
    terms: Floats,
) -> Floats:
    """Go through the lanes once."""
    spendable = np.empty(reserves.shape)
    looming = in_full(looming, reserves.shape)
    _plan(book, _OF_RESTOCKING, expected, reserves, stock, stock_floor, looming, terms, spendable)
    return spendable


@kernel
def _plan(
    book: Floats,
    entered: Places,
    expected: Floats,
    reserves: Floats,
    stock: Floats,
    stock_floor: Floats,
    looming: Floats,
    terms: Floats,
    spendable: Floats,
) -> None:
    products, arms, lanes = stock.shape
    floor, drawdown_time, restocking, tanks, price = terms[0, 0], terms[1, 0], terms[2, 0], terms[3, 0], terms[4, 0]
    for arm in range(arms):
        bought, cost, spends = book[entered[0], arm], book[entered[1], arm], spendable[arm]
        for lane in range(lanes):
            above = reserves[arm, lane] - floor[lane]
            spends[lane] = above if above > LESS_THAN_A_CENT else 0.0
        for lane in range(lanes):
            room = max(tanks[lane] - stock[MOTOR_FUEL, arm, lane], 0.0)
            bought[lane] = min(restocking[lane] * looming[arm, lane], room, spends[lane] / price[lane])
        for lane in range(lanes):
            cost[lane] = bought[lane] * price[lane]
        for lane in range(lanes):
            spends[lane] -= cost[lane]
        for product in range(products):
            baseline_use = terms[5 + product, 0]
            for lane in range(lanes):
                releasable = max(stock[product, arm, lane] - stock_floor[product, 0, lane], 0.0) / drawdown_time[lane]
                gap = max(baseline_use[lane] - expected[product, arm, lane], 0.0)
                expected[product, arm, lane] += min(gap, releasable)


def balanced(book: Floats, wanted: Floats, stock: Floats, stock_floor: Floats, drawdown_time: Floats) -> Floats:
    """Go through the lanes once."""
    arrived, used = np.empty(wanted.shape), np.empty(wanted.shape)
    _balance(book, _ARRIVING, _OF_STOCK, wanted, stock, stock_floor, drawdown_time, arrived, used)
    return used


@kernel
def _balance(
    book: Floats,
    arriving: Places,
    entered: Places,
    wanted: Floats,
    stock: Floats,
    stock_floor: Floats,
    drawdown_time: Floats,
    arrived: Floats,
    used: Floats,
) -> None:
    products, arms, lanes = wanted.shape
    # In the order of the book, whose pages are far from the processor.
    arrived[:] = 0.0
    for place in range(len(arriving)):
        for product in range(products):
            for arm in range(arms):
                add(book[arriving[place] + product, arm], arrived[product, arm])
    for product in range(products):
        for arm in range(arms):
            releases, stores, keeps = (
                book[entered[0] + product, arm],
                book[entered[1] + product, arm],
                book[entered[2] + product, arm],
            )
            for lane in range(lanes):
                wants, before = wanted[product, arm, lane], stock[product, arm, lane]
                came = arrived[product, arm, lane]
                releasable = max(before - stock_floor[product, 0, lane], 0.0) / drawdown_time[0, lane]
                released = min(max(wants - came, 0.0), releasable)
                available = came + released
                uses = min(wants, available)
                stored = available - uses
                releases[lane], stores[lane], keeps[lane] = released, stored, before + stored - released
                used[product, arm, lane] = uses


def shared_out(demand: Sequence[DemandCurve], used: Floats, prices: Floats, page: Floats) -> None:
    """Share out all products in one go."""
    curves = [curve for curve in demand if isinstance(curve, IsoelasticDemand)]
    if len(curves) < len(demand):
        numpy_form(reference.shared_out)(demand, used, prices, page)
        return
    of_curves = tuple(prepared(curve, used.shape[-1]) for curve in curves)
    users = tuple(np.flatnonzero(curve.users) for curve in curves)
    _share_out(EXP, LOG, of_curves, users, used, prices, page, np.empty(prices.shape))


@kernel
def _share_out(
    exp: Addresses,
    log: Addresses,
    of_curves: tuple[tuple[Columns, Room], ...],
    users: tuple[Places, ...],
    used: Floats,
    prices: Floats,
    page: Floats,
    worth: Floats,
) -> None:
    for product in range(len(used)):
        start, (columns, room) = product * len(CLASSES), of_curves[product]
        ration_in_tiles(
            exp,
            log,
            columns,
            room,
            users[product],
            used[product],
            prices[product],
            True,
            page[start : start + len(CLASSES)],
            worth[product],
        )


def paid_and_saved(book: Floats, reserves: Floats, terms: Floats) -> None:
    """Go through the book once."""
    sums = np.empty((3, *reserves.shape))
    _close(book, _RECEIPTS, _OUTLAY, _OF_RESERVES, reserves, terms, sums[0], sums[1], sums[2])


@kernel
def _close(
    book: Floats,
    receipts: Places,
    outlay: Places,
    entered: Places,
    reserves: Floats,
    terms: Floats,
    earned: Floats,
    spent: Floats,
    of_flow: Floats,
) -> None:
    arms, lanes = reserves.shape
    normal_earnings, normal_imports = terms[0, 0], terms[1, 0]
    response, soft, floor = terms[2, 0], terms[3, 0], terms[4, 0]
    _add_up_flows(book, receipts, of_flow, earned)
    _add_up_flows(book, outlay, of_flow, spent)
    for arm in range(arms):
        net, forgone = earned[arm], of_flow[arm]
        before, pays, saves = reserves[arm], book[entered[0], arm], book[entered[1], arm]
        for lane in range(lanes):
            net[lane] -= spent[arm, lane]
        for lane in range(lanes):
            scarcity = min(max((soft[lane] - before[lane]) / max(soft[lane] - floor[lane], TINY), 0.0), 1.0)
            forgone[lane] = response[lane] + (1 - response[lane]) * scarcity
        for lane in range(lanes):
            forgone[lane] *= max(normal_earnings[lane] - net[lane], 0.0)
        for lane in range(lanes):
            payable = max(net[lane] + before[lane] - floor[lane], 0.0)
            pays[lane] = min(max(normal_imports[lane] - forgone[lane], 0.0), payable)
        for lane in range(lanes):
            saves[lane] = before[lane] + net[lane] - pays[lane]


@kernel
def _add_up_flows(book: Floats, flows: Places, of_flow: Floats, total: Floats) -> None:
    """Add up flows, each of them summed over its items first."""
    arms = len(total)
    total[:] = 0.0
    for flow in range(len(flows)):
        first, end = flows[flow, 0], flows[flow, 1]
        for item in range(first, end):
            for arm in range(arms):
                if item == first:
                    copy(book[item, arm], of_flow[arm])
                else:
                    add(book[item, arm], of_flow[arm])
        for arm in range(arms):
            add(of_flow[arm], total[arm])
