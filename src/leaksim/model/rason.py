"""The port of Rason: Russian coal in transit, the ferry's cargo, and DPRK coal under Russian papers.

Channel ``ru_port``. Off, coal in transit stays at its baseline as far as it is exempt, and nothing else moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from leaksim.engine.clock import Clock, Process
from leaksim.engine.lanes import Floats
from leaksim.engine.streams import Chance
from leaksim.model.clearing import Sale
from leaksim.model.compiled import has_compiled_form
from leaksim.model.dimensions import CAPITAL_GOODS, GOODS, MOTOR_FUEL
from leaksim.model.ledger import PLACES
from leaksim.model.levers import level_in
from leaksim.model.market import Market, Offer
from leaksim.model.measures import Course
from leaksim.model.schedule import PORT_OFFERS, PORT_SHIPS
from leaksim.model.setting import Setting

_FUEL, _MACHINES = "port_fuel", "port_goods"
_COAL = GOODS.index("coal")

FEES = "fees_permitted", "fees_diluted", "fees_leaked"
FERRIED = MOTOR_FUEL, CAPITAL_GOODS
FERRY_ACCOUNTS = "port_delivered", "paid_port"
COAL_ACCOUNTS = "relabelled_shipped", "relabelled_seized", "relabelled_delivered", "earned_relabelled"


def transit_through(
    baseline: Floats, capacity: Floats, growth: Floats, chill: Floats, closed: Floats, evasion: Floats
) -> Floats:
    """Russian coal that passes through the port.

    Parameters
    ----------
    baseline, capacity
        Transit before any measure and what the port can take, Mt per year.
    growth
        Share of the free capacity that Moscow fills.
    chill
        Share of the shippers whom pressure from the United States scares away even while transit is exempt.
    closed, evasion
        Share that measures forbid, and share of what is forbidden that goes on all the same.
    """
    grown = baseline + growth * np.maximum(capacity - baseline, 0.0)
    return grown * (1 - chill) * (1 - closed * (1 - evasion))


@dataclass(frozen=True)
class Port:
    """What the port can do; each of shape ``(1, lane)`` but for the last two."""

    transit: Floats
    """Russian coal before any measure, Mt per year."""
    capacity: Floats
    growth: Floats
    chill: Floats
    """Share of the shippers whom full pressure from the United States scares away."""
    evasion: Floats
    fee: Floats
    """In $m per month for transit of one Mt per year."""
    relabelled: Floats
    """DPRK coal that can leave under Russian papers, $m per month at baseline prices."""
    relabelling_price: Floats
    """What is paid for it, as a share of the baseline price."""
    closed: Course
    """Share of transit that measures forbid."""
    is_on: Floats
    """1.0 in arms in which the port makes up for what China cuts, ``(arm, 1)``."""


class Rason:
    """Port and ferry.

    Transit earns a fee per tonne. The ferry carries machines and a little fuel, which are sold on the market. Coal that
    China does not take leaves under Russian papers, and some of it is found out.
    """

    def __init__(self, setting: Setting, market: Market) -> None:
        parameters = setting.parameters
        self._setting, self._market = setting, market
        self._arms = setting.arms_with("ru_port")
        self._port = Port(
            transit=setting.in_all_lanes(parameters["rason.transit"]),
            capacity=setting.in_all_lanes(parameters["rason.capacity"]),
            growth=setting.in_all_lanes(parameters["rason.growth"]),
            chill=setting.in_all_lanes(parameters["rason.chill"]),
            evasion=setting.in_all_lanes(parameters["rason.evasion"]),
            fee=setting.in_all_lanes(parameters["rason.fee"] / 12),
            relabelled=setting.in_all_lanes(parameters["rason.relabelled_coal"]),
            relabelling_price=setting.in_all_lanes(parameters["rason.relabelling_price"]),
            closed=setting.measures.forbidden("russia", "rason_transit"),
            is_on=setting.on("ru_port"),
        )
        self._detection = parameters["rason.relabelling_detection"]
        self._watched_detection = parameters["rason.watched_detection"]
        tonnes_per_sailing = parameters["ferry.cargo"] * parameters["ferry.load_factor"]
        self._sailings = parameters["ferry.sailings"]
        self._more_sailings = setting.moved("sailings", "autonomous", "response")
        changes = np.diff(self._more_sailings, axis=0).any(axis=(1, 2))
        self._months_of_change = {0, *(np.flatnonzero(changes) + 1).tolist()}
        fuel_share = parameters["ferry.fuel_share"]
        # What a sailing brings, in kb of fuel and $m of machines.
        self._fuel = tonnes_per_sailing * fuel_share * parameters["fuel.barrels_per_tonne"] / 1000.0
        self._machines = tonnes_per_sailing * (1 - fuel_share) * parameters["ferry.goods_value"] / 1e6
        self._cost = parameters["ferry.cost"]
        setting.records.announce("traders.shipped_out.coal", setting.zeros())

    @property
    def baseline_fees(self) -> Floats:
        """What transit earns when nothing is cut, $m per month, ``(1, lane)``."""
        return self._port.transit * self._port.fee

    def process(self, clock: Clock) -> Process:
        """Offer cargo space, ship, and let coal pass, every month."""
        if self._arms.flags.any():
            yield from clock.monthly((PORT_OFFERS, self._offer), (PORT_SHIPS, self._ship))
        else:
            yield from clock.monthly((PORT_SHIPS, self._let_transit_pass))

    def _offer(self, month: int) -> None:
        if month in self._months_of_change:
            self._offers = self._offers_of(month)
        for sellers, offer in self._offers.items():
            self._market.offer(sellers, offer, self._arms)

    def _offers_of(self, month: int) -> dict[str, Offer]:
        sailings = np.maximum(self._sailings + self._more_sailings[month], 0.0)
        sailings = self._arms.of(sailings + self._setting.zeros())[None]
        reservation = np.array(np.broadcast_to(self._cost, sailings.shape), order="C")
        return {
            _FUEL: Offer(reservation, {MOTOR_FUEL: sailings * self._fuel}),
            _MACHINES: Offer(reservation, {CAPITAL_GOODS: sailings * self._machines}),
        }

    def _ship(self, month: int) -> None:
        self._let_transit_pass(month)
        setting, records, market = self._setting, self._setting.records, self._market
        watch = level_in(setting.levers.port_monitoring, setting.calendar, month)
        detection = self._detection + watch * (self._watched_detection - self._detection)
        ship(
            self._port,
            [market.sales(_FUEL)[MOTOR_FUEL], market.sales(_MACHINES)[CAPITAL_GOODS]],
            records["china.blocked_exports"][_COAL],
            records["traders.shipped_out.coal"],
            setting.streams.chance("rason.relabelling", detection),
            setting.ledger.of_month(month),
        )

    def _let_transit_pass(self, month: int) -> None:
        records = self._setting.records
        let_transit_pass(
            self._port,
            month,
            records["us.pressure"],
            records["china.trade_cut"],
            records["russia.posture"],
            self._setting.ledger.of_month(month),
        )


@has_compiled_form
def let_transit_pass(
    port: Port, month: int, pressure: Floats, trade_cut: Floats, posture: Floats, book: Floats
) -> None:
    """Let coal pass, and write down what it earns and how much it is.

    Parameters
    ----------
    pressure
        How hard the United States press, ``(1, lane)``.
    trade_cut, posture
        China's cut and Russia's posture, ``(arm, lane)``.
    book
        The month's book, ``(item, arm, lane)``.
    """
    closed, closed_by_either = port.closed.own(month)[0], port.closed.common(month)[0]
    chill = port.chill * pressure
    # Russia fills the port only once China cuts; without the channel it keeps to its baseline.
    growth = port.is_on * (trade_cut > 0) * port.growth * posture
    zero = np.zeros((1, 1))
    permitted, lawful = (
        transit_through(port.transit, port.capacity, zero, chill, each, zero) for each in (closed_by_either, closed)
    )
    transit = transit_through(port.transit, port.capacity, growth, chill, closed, port.is_on * port.evasion)
    for account, part in zip(FEES, (permitted, lawful - permitted, transit - lawful), strict=True):
        book[PLACES[account]] += part * port.fee
    book[PLACES["transit"]] = transit


@has_compiled_form
def ship(port: Port, sales: Sequence[Sale], blocked: Floats, gone: Floats, found_out: Chance, book: Floats) -> None:
    """Hand over the ferry's cargo, and ship coal under Russian papers, where the port makes up for what China cuts.

    Parameters
    ----------
    sales
        What the ferry sold in these arms of each of `FERRIED`.
    blocked, gone
        Coal that China does not take, and what smugglers have taken across the border of it, ``(arm, lane)``.
    found_out
        Of the coal of a month, ``(1, lane)``.
    book
        The month's book, ``(item, arm, lane)``.
    """
    where = np.flatnonzero(port.is_on)
    for product, sale in zip(FERRIED, sales, strict=True):
        for account, amount in zip(FERRY_ACCOUNTS, (sale.quantity, sale.quantity * sale.price), strict=True):
            book[PLACES[account]][product, where] += amount[0]
    shipped = np.minimum(port.is_on * port.relabelled, np.maximum(blocked - gone, 0.0))
    seized = shipped * found_out.happens
    delivered = shipped - seized
    amounts = shipped, seized, delivered, delivered * port.relabelling_price
    for account, amount in zip(COAL_ACCOUNTS, amounts, strict=True):
        book[PLACES[account]] += amount
