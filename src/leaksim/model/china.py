"""China: a government that enforces less as time passes, and customs that carry out what it decides.

Channel ``cn_slippage``. Off, the measures are enforced in full from the day they bite.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leaksim.engine.clock import Clock, Process
from leaksim.engine.lanes import Floats, Places
from leaksim.model.compiled import has_compiled_form
from leaksim.model.dimensions import ENFORCEMENT_GROUPS, FLOWS, FUELS, GROUP_OF_FLOW, MOTOR_FUEL, PRODUCTS
from leaksim.model.market import Market
from leaksim.model.measures import Course, by_flow
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
        decay_time = of_groups("decay_time")
        self._stress_response = of_groups("stress_response")
        self._noise = parameters["china.enforcement.noise"]
        self._faded = setting.measures.course(
            lambda text: 1 - np.exp(-by_flow(text.months_since_adoption, ENFORCEMENT_GROUPS) / decay_time)
        )
        self._inspection = parameters["china.inspection.maximum"] * (1 - parameters["china.inspection.corruption"])
        self._inspectors = parameters["china.inspection.capacity"]

        shortest, longest = (parameters[f"china.announcement_lag.{end}"] for end in ("shortest", "longest"))
        lag = shortest + (longest - shortest) * setting.streams.uniform(
            "china.announcement_lag", len(ENFORCEMENT_GROUPS)
        )
        self._group_of_flow = np.array([GROUP_INDEX[GROUP_OF_FLOW[flow]] for flow in FLOWS], dtype=np.intp)
        self._forbidden = setting.measures.forbidden("china", *FLOWS)
        self._delayed = setting.measures.forbidden(
            "china", *FLOWS, lag_days=lambda flow: lag[GROUP_INDEX[GROUP_OF_FLOW[flow]]]
        )
        self._looming = setting.measures.course(lambda text: by_flow(text.looming, FLOWS))
        self._export_rush = parameters["anticipation.export_rush"]

        self._imports = baseline_imports(parameters, "china")
        self._exports = baseline_exports(parameters)
        self._baseline = np.concatenate(
            [np.broadcast_to(each, (len(each), 1, setting.block.width)) for each in (self._imports, self._exports)]
        )
        self._prices = baseline_prices(parameters)
        self._enforcement = np.ones((len(ENFORCEMENT_GROUPS), *setting.shape))

        setting.records.announce("pyongyang.fuel_shortage", setting.zeros())
        self._shipments = [f"traders.shipments.{group}" for group in ENFORCEMENT_GROUPS]
        for name in self._shipments:
            setting.records.announce(name, setting.zeros())
        setting.records.announce("china.fuel_cut", setting.zeros())
        setting.records.announce("china.trade_cut", setting.zeros())

    def process(self, clock: Clock) -> Process:
        """Decide on enforcement on the first day, then let official trade pass."""
        yield from clock.monthly((BEIJING_DECIDES, self._decide_enforcement), (CUSTOMS_ACT, self._pass_official_trade))

    def _decide_enforcement(self, month: int) -> None:
        records = self._setting.records
        noise = self._noise * self._setting.streams.normal("china.enforcement", len(ENFORCEMENT_GROUPS))
        self._enforcement, inspected = enforced(
            self._long_run,
            self._faded.own(month),
            self._stress_response,
            records["pyongyang.fuel_shortage"],
            noise,
            self._slippage,
            self._inspection,
            self._inspectors / np.maximum(np.stack([records[name] for name in self._shipments]), 1.0),
        )
        for index, group in enumerate(ENFORCEMENT_GROUPS):
            records.announce(f"china.inspection.{group}", inspected[index])
            records.announce(f"china.enforcement.{group}", self._enforcement[index])
        self._setting.ledger.note("enforcement", month, self._enforcement)
        self._setting.ledger.note("inspection", month, inspected)

    def _pass_official_trade(self, month: int) -> None:
        ledger, records = self._setting.ledger, self._setting.records
        forbidden, looming = self._forbidden.own(month), self._looming.own(month)
        trade = passed(
            self._baseline,
            self._forbidden,
            self._delayed,
            month,
            self._enforcement,
            self._group_of_flow,
            self._slippage,
        )
        products = len(PRODUCTS)
        for flow, amount in trade.parts.items():
            ledger.post(f"{flow}_china", month, amount[:products])
            ledger.post(f"paid_{flow}", month, amount[:products] * self._prices)
            ledger.post(f"exported_{flow}", month, amount[products:])
            ledger.post(f"earned_{flow}", month, amount[products:])
        imports, exports = trade.total[:products], trade.total[products:]
        self._market.expect(imports)
        early = self._export_rush * looming[products:] * self._exports * (1 - forbidden[products:])
        ledger.post("exported_early", month, early)
        ledger.post("earned_early", month, early)
        records.announce("china.blocked_exports", self._exports - exports)
        records.announce("china.looming_fuel", (looming * (1 - forbidden))[MOTOR_FUEL] * self._imports[MOTOR_FUEL])

        # Without crude: no text closes the pipeline, so with it no cut could ever be total.
        trade_value = (imports * self._prices).sum(axis=0) + exports.sum(axis=0)
        baseline_value = (self._imports * self._prices).sum(axis=0) + self._exports.sum(axis=0)
        records.record("china.trade_cut", 1 - trade_value / baseline_value)
        fuels = list(FUELS)
        fuel_baseline = self._imports[fuels].sum(axis=0)
        fuel_cut = 1 - imports[fuels].sum(axis=0) / np.where(fuel_baseline > 0, fuel_baseline, 1.0)
        records.record("china.fuel_cut", np.where(fuel_baseline > 0, fuel_cut, 0.0))


@has_compiled_form
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
    """Return the enforcement of each group and the chance that a shipment is inspected, ``(group, arm, lane)``.

    Parameters
    ----------
    long_run, stress_response
        Long-run enforcement, and its response to distress, ``(group, 1, 1 or lane)``.
    faded
        Share of the way from full to long-run enforcement, ``(group, arm, 1 or lane)``.
    shortage
        Distress in the DPRK, ``(arm, lane)``.
    noise
        What else sways Beijing, ``(group, 1, lane)``.
    slippage
        1.0 in arms in which enforcement is lax, ``(arm, 1)``.
    inspection
        Chance of inspection under full enforcement, ``(1, 1 or lane)``.
    within_reach
        Share of the shipments that the inspectors can look at, ``(group, arm, lane)``.
    """
    # The same as e_long + (1 - e_long) exp(-months / tau), with the exponential worked out once for each text.
    softened = 1 - (1 - long_run) * faded - stress_response * shortage + noise
    enforcement = np.where(slippage > 0, np.clip(softened, 0.0, 1.0), 1.0)
    return enforcement, np.minimum(inspection * enforcement, within_reach)


@dataclass(frozen=True)
class Passed:
    """Official trade of a month, each of shape ``(flow, arm, lane)``."""

    total: Floats
    permitted: Floats
    """Permitted by the arm's own text and the proposed one."""
    diluted: Floats
    """Permitted by its own text only."""
    slipped: Floats
    """Permitted by neither."""

    @property
    def parts(self) -> dict[str, Floats]:
        """By the name of the part."""
        return {"permitted": self.permitted, "diluted": self.diluted, "slipped": self.slipped}


@has_compiled_form
def passed(
    baseline: Floats,
    forbidden: Course,
    delayed: Course,
    month: int,
    enforcement: Floats,
    group: Places,
    slippage: Floats,
) -> Passed:
    """Let official trade pass.

    Parameters
    ----------
    baseline
        Trade before any measure, ``(flow, 1, 1 or lane)``.
    forbidden, delayed
        Share that the texts forbid, at once and after China's delay.
    enforcement, group
        Enforcement of each group of flows, ``(group, arm, lane)``, and the group of each flow, ``(flow,)``.
    slippage
        1.0 in arms in which the delay and the lax enforcement count, ``(arm, 1)``.
    """
    own, common = forbidden.own(month), forbidden.common(month)
    cut = np.where(slippage > 0, np.minimum(delayed.own(month), own) * enforcement[group], own)
    total = baseline * (1 - cut)
    return Passed(total, baseline * (1 - common), baseline * (common - own), total - baseline * (1 - own))
