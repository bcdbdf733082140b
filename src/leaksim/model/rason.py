"""The port of Rason: Russian coal in transit, the ferry's cargo, and DPRK coal under Russian papers.

Channel ``ru_port``. Off, coal in transit stays at its baseline as far as it is exempt, and nothing else moves.
"""

from __future__ import annotations

import numpy as np

from leaksim.engine.clock import Clock, Process
from leaksim.engine.lanes import Floats
from leaksim.model.dimensions import CAPITAL_GOODS, GOODS, MOTOR_FUEL
from leaksim.model.levers import level_in
from leaksim.model.market import Market, Offer
from leaksim.model.schedule import PORT_OFFERS, PORT_SHIPS
from leaksim.model.setting import Setting

_FUEL, _MACHINES = "port_fuel", "port_goods"
_COAL = GOODS.index("coal")


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


class Rason:
    """Port and ferry.

    Transit earns a fee per tonne. The ferry carries machines and a little fuel, which are sold on the market. Coal that
    China does not take leaves under Russian papers, and some of it is found out.
    """

    def __init__(self, setting: Setting, market: Market) -> None:
        parameters = setting.parameters
        self._setting, self._market = setting, market
        self._on, self._arms = setting.on("ru_port"), setting.arms_with("ru_port")
        self._books_of_the_channel = setting.ledger.within(self._arms)
        self._baseline, self._capacity = parameters["rason.transit"], parameters["rason.capacity"]
        self._fee = parameters["rason.fee"] / 12
        self._chill, self._growth = parameters["rason.chill"], parameters["rason.growth"]
        self._evasion = parameters["rason.evasion"]
        self._closed = setting.measures.forbidden("russia", "rason_transit")
        self._relabelled = parameters["rason.relabelled_coal"]
        self._relabelling_price = parameters["rason.relabelling_price"]
        self._detection = parameters["rason.relabelling_detection"]
        self._watched_detection = parameters["rason.watched_detection"]
        tonnes_per_sailing = parameters["ferry.cargo"] * parameters["ferry.load_factor"]
        self._sailings = parameters["ferry.sailings"]
        self._more_sailings = setting.moved("sailings", "autonomous", "response")
        fuel_share = parameters["ferry.fuel_share"]
        # What a sailing brings, in kb of fuel and $m of machines.
        self._fuel = tonnes_per_sailing * fuel_share * parameters["fuel.barrels_per_tonne"] / 1000.0
        self._machines = tonnes_per_sailing * (1 - fuel_share) * parameters["ferry.goods_value"] / 1e6
        self._cost = parameters["ferry.cost"]

    @property
    def baseline_fees(self) -> Floats:
        """What transit earns when nothing is cut, $m per month, ``(1, 1 or lane)``."""
        return self._baseline * self._fee

    def process(self, clock: Clock) -> Process:
        """Offer cargo space, ship, and let coal pass, every month."""
        yield from clock.monthly((PORT_OFFERS, self._offer), (PORT_SHIPS, self._ship))

    def _offer(self, month: int) -> None:
        setting = self._setting
        sailings = np.maximum(self._sailings + self._more_sailings[month], 0.0)
        sailings = self._arms.of(sailings + setting.zeros())[None]
        reservation = np.broadcast_to(self._cost, sailings.shape)
        fuel, machines = sailings * self._fuel, sailings * self._machines
        self._market.offer(_FUEL, Offer(reservation, {MOTOR_FUEL: fuel}), self._arms)
        self._market.offer(_MACHINES, Offer(reservation, {CAPITAL_GOODS: machines}), self._arms)

    def _ship(self, month: int) -> None:
        ledger = self._books_of_the_channel
        for sellers in (_FUEL, _MACHINES):
            for product, sale in self._market.sales(sellers).items():
                ledger.post_item("port_delivered", month, product, sale.quantity[0])
                ledger.post_item("paid_port", month, product, sale.quantity[0] * sale.price[0])
        self._let_transit_pass(month)
        self._relabel(month)

    def _let_transit_pass(self, month: int) -> None:
        setting, records = self._setting, self._setting.records
        closed, closed_by_either = self._closed.own(month)[0], self._closed.common(month)[0]
        chill = self._chill * records["us.pressure"]
        # Russia fills the port only once China cuts; without the channel it keeps to its baseline.
        growth = self._on * (records["china.trade_cut"] > 0) * self._growth * records["russia.posture"]
        zero = np.zeros((1, 1))
        permitted, lawful = (
            transit_through(self._baseline, self._capacity, zero, chill, each, zero)
            for each in (closed_by_either, closed)
        )
        transit = transit_through(self._baseline, self._capacity, growth, chill, closed, self._on * self._evasion)
        setting.ledger.post("fees_permitted", month, permitted * self._fee)
        setting.ledger.post("fees_diluted", month, (lawful - permitted) * self._fee)
        setting.ledger.post("fees_leaked", month, (transit - lawful) * self._fee)
        setting.ledger.note("transit", month, transit)

    def _relabel(self, month: int) -> None:
        setting, ledger = self._setting, self._setting.ledger
        # What smugglers have taken across the border is no longer there.
        left = setting.records["china.blocked_exports"][_COAL] - setting.records["traders.shipped_out.coal"]
        shipped = np.minimum(self._on * self._relabelled, np.maximum(left, 0.0))
        watch = level_in(setting.levers.port_monitoring, setting.calendar, month)
        detection = self._detection + watch * (self._watched_detection - self._detection)
        seized = shipped * setting.streams.event("rason.relabelling", detection)
        ledger.post("relabelled_shipped", month, shipped)
        ledger.post("relabelled_seized", month, seized)
        ledger.post("relabelled_delivered", month, shipped - seized)
        ledger.post("earned_relabelled", month, (shipped - seized) * self._relabelling_price)
