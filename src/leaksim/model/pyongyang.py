"""The DPRK state: it stores fuel, shares it out, earns and spends hard currency.

It plans releases from its stock before it buys; each month's purchases cover that month's gap, and the stock takes up
what comes late. It shares out what there is by (weighted) willingness to pay, and it cuts other imports when earnings
fall, the more the lower its reserves.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from leaksim.engine.clock import Clock, Process
from leaksim.engine.lanes import Floats, together
from leaksim.model import ledger
from leaksim.model.compiled import has_compiled_form
from leaksim.model.demand import DemandCurve
from leaksim.model.dimensions import CLASSES, FUELS, MOTOR_FUEL, PRODUCTS
from leaksim.model.ledger import PLACES
from leaksim.model.market import Market
from leaksim.model.schedule import ACCOUNTS_CLOSE, BUYER_PLANS, FUEL_IS_USED
from leaksim.model.setting import Setting, baseline_prices

LESS_THAN_A_CENT = 1e-8
"""In $m. At the floor of the reserves rounding would leave so much, and it would buy cargoes of nothing."""


def import_response(reserves: Floats, response: Floats, soft: Floats, floor: Floats) -> Floats:
    """Share of a shortfall of net earnings that is met by cutting other imports rather than by reserves.

    It is `response` while reserves are above `soft` and rises in a straight line to 1 at `floor`.
    """
    scarcity = np.clip((soft - reserves) / np.maximum(soft - floor, np.finfo(np.float64).tiny), 0.0, 1.0)
    return response + (1 - response) * scarcity


def releasable(stock: Floats, floor: Floats, drawdown_time: Floats) -> Floats:
    """Quantity of each product that may leave the stock in a month, shape as `stock`."""
    quantity: Floats = np.maximum(stock - floor, 0.0) / drawdown_time
    return quantity


@has_compiled_form
def planned(
    book: Floats,
    expected: Floats,
    reserves: Floats,
    stock: Floats,
    stock_floor: Floats,
    looming: Floats,
    terms: Floats,
) -> Floats:
    """Fill the tanks while a measure looms, plan releases from the stock, and return what is left to spend.

    Parameters
    ----------
    book
        The month's book, ``(item, arm, lane)``, in which it is entered.
    expected
        Quantity of each product that is there anyway, ``(product, arm, lane)``; the releases are added to it.
    reserves, looming
        Reserves, $m, and motor fuel that is seen to be cut, kb, ``(arm, lane)``.
    stock, stock_floor
        Shapes ``(product, arm, lane)`` and ``(product, 1, lane)``.
    terms
        Least reserves, months that a drawdown takes, share of the fuel seen to be cut that is bought on top, room in
        the tanks, price of motor fuel, and baseline use of each product, ``(term, 1, lane)``.
    """
    floor, drawdown_time, restocking, tanks, price, *baseline_use = terms
    above = reserves - floor
    spendable = np.where(above > LESS_THAN_A_CENT, above, 0.0)
    room = np.maximum(tanks - stock[MOTOR_FUEL], 0.0)
    bought = np.minimum(np.minimum(restocking * looming, room), spendable / price)
    cost = bought * price
    book[PLACES["restocked"]][MOTOR_FUEL] = bought
    book[PLACES["paid_restocked"]][MOTOR_FUEL] = cost
    gap = np.maximum(np.stack(baseline_use) - expected, 0.0)
    expected += np.minimum(gap, releasable(stock, stock_floor, drawdown_time))
    left: Floats = spendable - cost
    return left


@has_compiled_form
def balanced(book: Floats, wanted: Floats, stock: Floats, stock_floor: Floats, drawdown_time: Floats) -> Floats:
    """Release what is wanting and store what is left over; return what is used, ``(product, arm, lane)``.

    Parameters
    ----------
    book
        The month's book, ``(item, arm, lane)``, in which it is entered, and the stock at the end of the month.
    wanted
        Use of each product that the month's price calls for, ``(product, arm, lane)``.
    stock, stock_floor, drawdown_time
        Shapes ``(product, arm, lane)``, ``(product, 1, lane)`` and ``(1, lane)``.
    """
    arrived = ledger.arrived(book)
    released = np.clip(wanted - arrived, 0.0, releasable(stock, stock_floor, drawdown_time))
    available = arrived + released
    used: Floats = np.minimum(wanted, available)
    stored = available - used
    book[PLACES["released"]] = released
    book[PLACES["stored"]] = stored
    book[PLACES["stock"]] = stock + stored - released
    return used


@has_compiled_form
def shared_out(demand: Sequence[DemandCurve], used: Floats, prices: Floats, page: Floats) -> None:
    """Share out what is used of each product among its users.

    Parameters
    ----------
    demand
        Of each product.
    used, prices
        How much there is of it, and a price near its worth to its users, ``(product, arm, lane)``.
    page
        Where to write what each class gets of each product, blank, see `leaksim.model.ledger.USERS`.
    """
    for product, curve in enumerate(demand):
        start = product * len(CLASSES)
        curve.ration(used[product], prices[product], page[start : start + len(CLASSES)])


@has_compiled_form
def paid_and_saved(book: Floats, reserves: Floats, terms: Floats) -> None:
    """Pay for other imports, and enter them and the reserves at the end of the month.

    Parameters
    ----------
    book
        The month's book, ``(item, arm, lane)``.
    reserves
        Before, ``(arm, lane)``.
    terms
        Net earnings and other imports in the world without measures, and the response of imports, soft floor and
        floor of reserves, ``(term, 1, lane)``.
    """
    normal_earnings, normal_imports, response, soft, floor = terms
    net = ledger.receipts(book) - ledger.import_outlay(book)
    shortfall = np.maximum(normal_earnings - net, 0.0)
    forgone = import_response(reserves, response, soft, floor) * shortfall
    # No import is paid with currency that is not there.
    payable = np.maximum(net + reserves - floor, 0.0)
    other_imports = np.minimum(np.maximum(normal_imports - forgone, 0.0), payable)
    book[PLACES["paid_other_imports"]] = other_imports
    book[PLACES["reserves"]] = reserves + net - other_imports


class Pyongyang:
    """The DPRK state.

    Parameters
    ----------
    demand
        Demand of each product as the state weighs its users, by product index.
    net_earnings
        Receipts less import outlay of the world without measures, shape ``(1, 1 or lane)``, $m per month.
    """

    def __init__(self, setting: Setting, market: Market, demand: Sequence[DemandCurve], net_earnings: Floats) -> None:
        parameters = setting.parameters
        self._setting, self._market, self._demand = setting, market, demand
        floor = parameters["reserves.floor"]
        self._reserves = parameters["reserves.initial"] + setting.zeros()
        self._stock, self._stock_floor = setting.zeros(len(PRODUCTS)), np.zeros((len(PRODUCTS), 1, setting.shape[-1]))
        for product in FUELS:
            stem = f"stock.{PRODUCTS[product]}"
            self._stock[product] = parameters[f"{stem}.initial"]
            self._stock_floor[product] = parameters[f"{stem}.floor"]
        self._drawdown_time = setting.in_all_lanes(np.maximum(parameters["stock.drawdown_time"], 1.0))
        self._to_plan = self._in_lanes(
            floor,
            self._drawdown_time,
            parameters["anticipation.restocking"],
            parameters["stock.motor_fuel.capacity"],
            baseline_prices(parameters)[MOTOR_FUEL],
            *(curve.baseline_total for curve in demand),
        )
        self._to_close = self._in_lanes(
            net_earnings,
            parameters["imports.other"],
            parameters["reserves.import_response"],
            parameters["reserves.soft"],
            floor,
        )

    def _in_lanes(self, *terms: Floats) -> Floats:
        """Write out terms, ``(1, 1 or lane)``, one below the other."""
        return self._setting.in_all_lanes(together(terms))

    def process(self, clock: Clock) -> Process:
        """Plan purchases early in the month; use fuel and close the accounts at its end."""
        yield from clock.monthly((BUYER_PLANS, self._plan), (FUEL_IS_USED, self._use), (ACCOUNTS_CLOSE, self._close))

    def _plan(self, month: int) -> None:
        setting, market = self._setting, self._market
        market.spendable = planned(
            setting.ledger.of_month(month),
            market.expected,
            self._reserves,
            self._stock,
            self._stock_floor,
            setting.records["china.looming_fuel"],
            self._to_plan,
        )

    def _use(self, month: int) -> None:
        setting = self._setting
        used = balanced(
            setting.ledger.of_month(month),
            self._market.planned_use,
            self._stock,
            self._stock_floor,
            self._drawdown_time,
        )
        self._stock = setting.ledger.levels["stock"][month]
        shared_out(self._demand, used, self._market.price, setting.ledger.flows["used"][month])
        total = self._demand[MOTOR_FUEL].baseline_total
        setting.records.record("pyongyang.fuel_shortage", 1 - used[MOTOR_FUEL] / total)

    def _close(self, month: int) -> None:
        books = self._setting.ledger
        paid_and_saved(books.of_month(month), self._reserves, self._to_close)
        self._reserves = books.levels["reserves"][month, 0]
