"""China: a government that enforces less as time passes, and customs that carry out what it decides.

Channel ``cn_slippage``. Off, the measures are enforced in full from the day they bite.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from leaksim.engine.clock import Clock, Process
from leaksim.engine.lanes import Floats
from leaksim.model.compiled import has_compiled_form
from leaksim.model.dimensions import ENFORCEMENT_GROUPS, FLOWS, FUELS, GROUP_OF_FLOW, MOTOR_FUEL, PRODUCTS
from leaksim.model.ledger import PLACES
from leaksim.model.market import Market
from leaksim.model.measures import Course, by_flow
from leaksim.model.schedule import BEIJING_DECIDES, CUSTOMS_ACT
from leaksim.model.setting import Setting, baseline_exports, baseline_imports, baseline_prices

GROUP_INDEX = {group: index for index, group in enumerate(ENFORCEMENT_GROUPS)}

GROUPS_OF_FLOWS = tuple(GROUP_INDEX[GROUP_OF_FLOW[flow]] for flow in FLOWS)
"""Number of the enforcement group of each flow."""

_SHIPMENTS, _INSPECTION, _ENFORCEMENT = (
    tuple(f"{stem}.{group}" for group in ENFORCEMENT_GROUPS)
    for stem in ("traders.shipments", "china.inspection", "china.enforcement")
)

ACCOUNTS = {
    **{
        part: (f"{part}_china", f"paid_{part}", f"exported_{part}", f"earned_{part}")
        for part in ("permitted", "diluted", "slipped")
    },
    "early": ("exported_early", "earned_early"),
}
"""Accounts to which each part of official trade is posted."""


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
        slippage = setting.on("cn_slippage")

        def of_groups(name: str) -> Floats:
            return parameters.stack(*(f"china.enforcement.{group}.{name}" for group in ENFORCEMENT_GROUPS))

        decay_time = of_groups("decay_time")
        self._regime = Regime(
            long_run=setting.in_all_lanes(of_groups("long_run")),
            faded=setting.measures.course(
                lambda text: 1 - np.exp(-by_flow(text.months_since_adoption, ENFORCEMENT_GROUPS) / decay_time)
            ),
            stress_response=setting.in_all_lanes(of_groups("stress_response")),
            noise=setting.in_all_lanes(parameters["china.enforcement.noise"]),
            slippage=slippage,
            inspection=setting.in_all_lanes(
                parameters["china.inspection.maximum"] * (1 - parameters["china.inspection.corruption"])
            ),
            inspectors=setting.in_all_lanes(parameters["china.inspection.capacity"]),
        )

        shortest, longest = (parameters[f"china.announcement_lag.{end}"] for end in ("shortest", "longest"))
        lag = shortest + (longest - shortest) * setting.streams.uniform(
            "china.announcement_lag", len(ENFORCEMENT_GROUPS)
        )
        forbidden = setting.measures.forbidden("china", *FLOWS)
        self._trade = OfficialTrade(
            imports=setting.in_all_lanes(baseline_imports(parameters, "china")),
            exports=setting.in_all_lanes(baseline_exports(parameters)),
            prices=setting.in_all_lanes(baseline_prices(parameters)),
            forbidden=forbidden,
            delayed=setting.measures.forbidden(
                "china", *FLOWS, lag_days=lambda flow: lag[GROUP_INDEX[GROUP_OF_FLOW[flow]]]
            )
            if slippage.any()
            else forbidden,
            looming=setting.measures.course(lambda text: by_flow(text.looming, FLOWS)),
            export_rush=setting.in_all_lanes(parameters["anticipation.export_rush"]),
            slippage=slippage,
        )
        self._enforcement = np.ones((len(ENFORCEMENT_GROUPS), *setting.shape))

        setting.records.announce("pyongyang.fuel_shortage", setting.zeros())
        for name in _SHIPMENTS:
            setting.records.announce(name, setting.zeros())
        setting.records.announce("china.fuel_cut", setting.zeros())
        setting.records.announce("china.trade_cut", setting.zeros())

    def process(self, clock: Clock) -> Process:
        """Decide on enforcement on the first day, then let official trade pass."""
        yield from clock.monthly((BEIJING_DECIDES, self._decide_enforcement), (CUSTOMS_ACT, self._pass_official_trade))

    def _decide_enforcement(self, month: int) -> None:
        records, levels = self._setting.records, self._setting.ledger.levels
        self._enforcement, inspected = levels["enforcement"][month], levels["inspection"][month]
        enforce(
            self._regime,
            month,
            self._setting.streams.normal("china.enforcement", len(ENFORCEMENT_GROUPS)),
            records["pyongyang.fuel_shortage"],
            [records[name] for name in _SHIPMENTS],
            self._enforcement,
            inspected,
        )
        for group in range(len(ENFORCEMENT_GROUPS)):
            records.announce(_INSPECTION[group], inspected[group])
            records.announce(_ENFORCEMENT[group], self._enforcement[group])

    def _pass_official_trade(self, month: int) -> None:
        records = self._setting.records
        book = self._setting.ledger.of_month(month)
        passed = pass_on(self._trade, month, self._enforcement, book, self._market.expected)
        records.announce("china.blocked_exports", passed.blocked_exports)
        records.announce("china.looming_fuel", passed.looming_fuel)
        records.record("china.trade_cut", passed.trade_cut)
        records.record("china.fuel_cut", passed.fuel_cut)


@dataclass(frozen=True)
class Regime:
    """What enforcement depends on."""

    long_run: Floats
    """Enforcement of each group in the long run, ``(group, 1, lane)``."""
    faded: Course
    """Share of the way from full to long-run enforcement, of each group."""
    stress_response: Floats
    """Response of each group to distress, ``(group, 1, lane)``."""
    noise: Floats
    """Size of what else sways Beijing, ``(1, lane)``."""
    slippage: Floats
    """1.0 in arms in which enforcement is lax, ``(arm, 1)``."""
    inspection: Floats
    """Chance that a shipment is inspected under full enforcement, ``(1, lane)``."""
    inspectors: Floats
    """Shipments of each group that can be inspected in a month, ``(1, lane)``."""


@has_compiled_form
def enforce(
    regime: Regime,
    month: int,
    draws: Floats,
    shortage: Floats,
    shipments: Sequence[Floats],
    enforcement: Floats,
    inspected: Floats,
) -> None:
    """Write down the enforcement of each group and the chance that a shipment is inspected, ``(group, arm, lane)``.

    Parameters
    ----------
    draws
        Normals for each group, ``(group, 1, lane)``.
    shortage
        Distress in the DPRK, ``(arm, lane)``.
    shipments
        Of smugglers in each group last month, each ``(arm, lane)``.
    enforcement, inspected
        Where to write.
    """
    # The same as e_long + (1 - e_long) exp(-months / tau), with the exponential worked out once for each text.
    course = 1 - (1 - regime.long_run) * regime.faded.own(month)
    softened = course - regime.stress_response * shortage + regime.noise * draws
    enforcement[...] = np.where(regime.slippage > 0, np.clip(softened, 0.0, 1.0), 1.0)
    within_reach = regime.inspectors / np.maximum(np.stack(shipments), 1.0)
    inspected[...] = np.minimum(regime.inspection * enforcement, within_reach)


@dataclass(frozen=True)
class OfficialTrade:
    """Trade before any measure, and what the texts say of it."""

    imports: Floats
    """Of each product, ``(product, 1, lane)``."""
    exports: Floats
    """Of each good, ``(good, 1, lane)``."""
    prices: Floats
    """Of each product, ``(product, 1, lane)``."""
    forbidden: Course
    """Share of each flow that the texts forbid."""
    delayed: Course
    """The same after China's delay, where that counts in any arm."""
    looming: Course
    """Share of the month in which a provision on each flow is seen coming."""
    export_rush: Floats
    """Exports brought forward while one is, as a share of the trade, ``(1, lane)``."""
    slippage: Floats
    """1.0 in arms in which the delay and the lax enforcement count, ``(arm, 1)``."""

    @cached_property
    def value(self) -> Floats:
        """What is traded in a month, ``(1, lane)``, without crude: no text closes the pipeline."""
        return _value(self.imports, self.exports, self.prices)

    @cached_property
    def fuel(self) -> Floats:
        """Fuels that are imported, ``(1, lane)``."""
        return _fuel(self.imports)


@dataclass(frozen=True)
class Passed:
    """Official trade of a month."""

    blocked_exports: Floats
    """What did not leave of each good, ``(good, arm, lane)``."""
    looming_fuel: Floats
    """Motor fuel that may still come and is seen to be cut, ``(arm, lane)``."""
    trade_cut: Floats
    """Share of the trade that is gone, ``(arm, lane)``. Crude does not count: with it no cut could be total."""
    fuel_cut: Floats
    """Share of the fuels that is gone, ``(arm, lane)``."""


@has_compiled_form
def pass_on(trade: OfficialTrade, month: int, enforcement: Floats, book: Floats, expected: Floats) -> Passed:
    """Let official trade pass, and enter it.

    What passes is permitted by the arm's own text and the proposed one, or by its own text alone (diluted), or by
    neither (slipped). While a measure looms, exports are brought forward.

    Parameters
    ----------
    enforcement
        Of each group of flows, ``(group, arm, lane)``.
    book
        The month's book, ``(item, arm, lane)``.
    expected
        Quantity of each product that is there without new offers, ``(product, arm, lane)``; what comes is added to it.
    """
    own, common = trade.forbidden.own(month), trade.forbidden.common(month)
    late = np.minimum(trade.delayed.own(month), own) * enforcement[list(GROUPS_OF_FLOWS)]
    baseline = np.concatenate([trade.imports, trade.exports])
    total = baseline * (1 - np.where(trade.slippage > 0, late, own))
    parts = {
        "permitted": baseline * (1 - common),
        "diluted": baseline * (common - own),
        "slipped": total - baseline * (1 - own),
    }
    products = len(PRODUCTS)
    for part, amount in parts.items():
        imports, exports = amount[:products], amount[products:]
        for account, posted in zip(ACCOUNTS[part], (imports, imports * trade.prices, exports, exports), strict=True):
            book[PLACES[account]] += posted
    looming = trade.looming.own(month)
    for account in ACCOUNTS["early"]:
        book[PLACES[account]] += trade.export_rush * looming[products:] * trade.exports * (1 - own[products:])
    imports, exports = total[:products], total[products:]
    expected += imports
    has_fuel = trade.fuel > 0
    return Passed(
        trade.exports - exports,
        (looming * (1 - own))[MOTOR_FUEL] * trade.imports[MOTOR_FUEL],
        1 - _value(imports, exports, trade.prices) / trade.value,
        np.where(has_fuel, 1 - _fuel(imports) / np.where(has_fuel, trade.fuel, 1.0), 0.0),
    )


def _value(imports: Floats, exports: Floats, prices: Floats) -> Floats:
    value: Floats = (imports * prices).sum(axis=0) + exports.sum(axis=0)
    return value


def _fuel(imports: Floats) -> Floats:
    fuel: Floats = imports[list(FUELS)].sum(axis=0)
    return fuel
