"""China: a government that enforces less as time passes, and customs that carry out what it decides.

Channel ``cn_slippage``. Off, the measures are enforced in full from the day they bite.
"""

from __future__ import annotations

import numpy as np

from leaksim.engine.clock import Clock, Process
from leaksim.engine.lanes import Floats
from leaksim.model.dimensions import ENFORCEMENT_GROUPS, FLOWS, FUELS, GROUP_OF_FLOW, PRODUCTS
from leaksim.model.market import Market
from leaksim.model.schedule import BEIJING_DECIDES, CUSTOMS_ACT
from leaksim.model.setting import Setting, baseline_exports, baseline_imports, baseline_prices

GROUP_INDEX = {group: index for index, group in enumerate(ENFORCEMENT_GROUPS)}


class China:
    """Government and customs of China.

    Enforcement of a group of flows (fuel, goods, exports) is full when a text bites and decays toward a long-run
    level; distress in the DPRK softens it: ``e = e_long + (1 - e_long) exp(-months/tau) - phi stress + noise``.
    Official trade is ``baseline * (1 - forbidden * e)``. The enforcement of a group also sets the chance that a
    smuggled shipment is inspected, within the capacity of the inspectors.
    """

    def __init__(self, setting: Setting, market: Market) -> None:
        parameters = setting.parameters
        self._setting, self._market = setting, market
        self._slippage = setting.on("cn_slippage")

        def of_groups(name: str) -> Floats:
            return parameters.stack(*(f"china.enforcement.{group}.{name}" for group in ENFORCEMENT_GROUPS))

        self._long_run = of_groups("long_run")
        self._decay_time = of_groups("decay_time")
        self._stress_response = of_groups("stress_response")
        self._noise = parameters["china.enforcement.noise"]
        self._months = np.array([setting.measures.months_since_adoption(group) for group in ENFORCEMENT_GROUPS])
        self._inspection = parameters["china.inspection.maximum"] * (1 - parameters["china.inspection.corruption"])
        self._inspectors = parameters["china.inspection.capacity"]

        shortest, longest = (parameters[f"china.announcement_lag.{end}"] for end in ("shortest", "longest"))
        lag = shortest + (longest - shortest) * setting.streams.uniform(
            "china.announcement_lag", len(ENFORCEMENT_GROUPS)
        )
        forbidden = {flow: setting.measures.forbidden("china", flow) for flow in FLOWS}
        delayed = {
            flow: setting.measures.forbidden("china", flow, lag[GROUP_INDEX[GROUP_OF_FLOW[flow]]]) for flow in FLOWS
        }
        self._forbidden = _by_month(forbidden)
        self._delayed = np.minimum(_by_month(delayed), self._forbidden)
        self._group_of_flow = [GROUP_INDEX[GROUP_OF_FLOW[flow]] for flow in FLOWS]

        self._imports = baseline_imports(parameters, "china")
        self._exports = baseline_exports(parameters)
        self._prices = baseline_prices(parameters)
        self._crude = parameters["crude.quantity"] * parameters["crude.price"] / 1000.0
        self._enforcement = np.ones((len(ENFORCEMENT_GROUPS), *setting.shape))

        setting.records.announce("pyongyang.fuel_shortage", setting.zeros())
        for group in ENFORCEMENT_GROUPS:
            setting.records.announce(f"traders.shipments.{group}", setting.zeros())
        setting.records.announce("china.fuel_cut", setting.zeros())
        setting.records.announce("china.trade_cut", setting.zeros())

    def process(self, clock: Clock) -> Process:
        """Decide on enforcement on the first day, then let official trade pass."""
        yield from clock.monthly((BEIJING_DECIDES, self._decide_enforcement), (CUSTOMS_ACT, self._pass_official_trade))

    def _decide_enforcement(self, month: int) -> None:
        records = self._setting.records
        noise = self._noise * self._setting.streams.normal("china.enforcement", len(ENFORCEMENT_GROUPS))
        course = self._long_run + (1 - self._long_run) * np.exp(-self._months[:, month, None, None] / self._decay_time)
        softened = course - self._stress_response * records["pyongyang.fuel_shortage"] + noise
        self._enforcement = np.where(self._slippage > 0, np.clip(softened, 0.0, 1.0), 1.0)
        shipments = np.stack([records[f"traders.shipments.{group}"] for group in ENFORCEMENT_GROUPS])
        inspected = np.minimum(self._inspection * self._enforcement, self._inspectors / np.maximum(shipments, 1.0))
        for index, group in enumerate(ENFORCEMENT_GROUPS):
            records.announce(f"china.inspection.{group}", inspected[index])
            records.announce(f"china.enforcement.{group}", self._enforcement[index])
        self._setting.ledger.note("enforcement", month, self._enforcement)
        self._setting.ledger.note("inspection", month, inspected)

    def _pass_official_trade(self, month: int) -> None:
        ledger, records, measured = self._setting.ledger, self._setting.records, self._setting.measured
        forbidden = measured * self._forbidden[month]
        enforced = measured * self._delayed[month] * self._enforcement[self._group_of_flow]
        cut = np.where(self._slippage > 0, enforced, forbidden)

        products = len(PRODUCTS)
        permitted = self._imports * (1 - forbidden[:products])
        imports = self._imports * (1 - cut[:products])
        slipped = imports - permitted
        ledger.post("permitted_china", month, permitted)
        ledger.post("slipped_china", month, slipped)
        ledger.post("paid_permitted", month, permitted * self._prices)
        ledger.post("paid_slipped", month, slipped * self._prices)
        self._market.expect(permitted + slipped)

        exported_permitted = self._exports * (1 - forbidden[products:])
        exports = self._exports * (1 - cut[products:])
        exported_slipped = exports - exported_permitted
        for flow, amount in (("permitted", exported_permitted), ("slipped", exported_slipped)):
            ledger.post(f"exported_{flow}", month, amount)
            ledger.post(f"earned_{flow}", month, amount)
        records.announce("china.blocked_exports", self._exports - exports)

        trade_value = (imports * self._prices).sum(axis=0) + exports.sum(axis=0) + self._crude
        baseline_value = (self._imports * self._prices).sum(axis=0) + self._exports.sum(axis=0) + self._crude
        records.record("china.trade_cut", 1 - trade_value / baseline_value)
        fuels = list(FUELS)
        fuel_baseline = self._imports[fuels].sum(axis=0)
        fuel_cut = 1 - imports[fuels].sum(axis=0) / np.where(fuel_baseline > 0, fuel_baseline, 1.0)
        records.record("china.fuel_cut", np.where(fuel_baseline > 0, fuel_cut, 0.0))


def _by_month(forbidden: dict[str, Floats]) -> Floats:
    """Stack what is forbidden of each flow into shape ``(month, flow, 1, 1 or lane)``."""
    return np.stack(np.broadcast_arrays(*forbidden.values()), axis=1)
