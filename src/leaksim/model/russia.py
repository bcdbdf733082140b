"""Russia's government: how far it lets its firms fill the gap that China leaves.

The posture b in [0, 1] is the share of the capacity of Russian suppliers that Moscow lets run. Once a quarter it
maximises ``(g + m - penalty) b - curvature b^2 / 2``: geopolitical value g, commercial margin m, and the penalty
expected from the United States.
"""

from __future__ import annotations

import numpy as np

from leaksim.engine.clock import Clock, Process
from leaksim.engine.lanes import Floats
from leaksim.model.dimensions import MOTOR_FUEL
from leaksim.model.schedule import MOSCOW_DECIDES
from leaksim.model.setting import Setting

_MONTHS_PER_QUARTER = 3


def best_posture(value: Floats, margin: Floats, penalty: Floats, curvature: Floats) -> Floats:
    """Posture that maximises Russia's pay-off, ``clip((g + m - penalty) / curvature, 0, 1)``."""
    return np.clip((value + margin - penalty) / curvature, 0.0, 1.0)


class Russia:
    """The Russian government."""

    def __init__(self, setting: Setting) -> None:
        parameters = setting.parameters
        self._setting = setting

        def posture(name: str) -> Floats:
            return parameters[f"russia.posture.{name}"]

        self._lasting_value = (
            posture("base")
            + posture("access_stake") * parameters["russia.access_interest"]
            - posture("thaw") * parameters["russia.thaw_level"]
        )
        self._response, self._follow = posture("response_to_china"), posture("follow_china")
        self._total_cut = posture("total_cut")
        self._curvature, self._margin_weight = posture("curvature"), posture("margin_weight")
        self._penalty_weight = posture("penalty_weight")
        self._mean_cost = (parameters["suppliers.cost.lowest"] + parameters["suppliers.cost.highest"]) / 2
        self._posture = setting.zeros()

    def process(self, clock: Clock) -> Process:
        """Decide on the first day of a quarter, and of the run."""
        yield from clock.monthly((MOSCOW_DECIDES, self._decide))

    def _decide(self, month: int) -> None:
        records = self._setting.records
        if month == 0 or self._setting.calendar.month_of_year(month) % _MONTHS_PER_QUARTER == 1:
            follows = records["china.trade_cut"] >= self._total_cut
            value = self._lasting_value + self._response * records["china.fuel_cut"] - self._follow * follows
            premium = records["market.price"][MOTOR_FUEL] - self._mean_cost
            margin = self._margin_weight * np.maximum(premium, 0.0)
            penalty = self._penalty_weight * records["us.pressure"]
            self._posture = best_posture(value, margin, penalty, self._curvature)
        records.announce("russia.posture", self._posture)
        self._setting.ledger.note("posture", month, self._posture)
