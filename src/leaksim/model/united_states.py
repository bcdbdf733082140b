"""The United States: designations of firms, and what all its levers cost it.

A round of designations names a number of firms, drawn at random, by what they delivered last month, or by the size of
their network (hubs). Rounds also raise the price of payments and what Moscow expects to pay for helping.
"""

from __future__ import annotations

import numpy as np

from leaksim.engine.calendar import MONTHS_PER_YEAR
from leaksim.engine.clock import Clock, Process
from leaksim.engine.lanes import Floats
from leaksim.model.designations import DesignationList
from leaksim.model.levers import level_in
from leaksim.model.schedule import WASHINGTON_DECIDES
from leaksim.model.setting import Setting
from leaksim.scenario.schema import Levers

_MOST_ROUNDS = 6
"""More rounds in one month are as good as impossible, even at two a month on average (5 in 1000)."""

_MONTHS_OF_MEMORY = MONTHS_PER_YEAR
"""Banks and Moscow remember a round for a year."""


class UnitedStates:
    """Picks the firms to designate, and announces how hard it presses."""

    def __init__(self, setting: Setting) -> None:
        parameters = setting.parameters
        self._setting = setting
        self._round_pressure = parameters["us.round_pressure"]
        self._costs = (
            parameters.stack("us.cost.designation", "us.cost.port_monitoring", "us.cost.bank_pressure")
            / np.array([1, MONTHS_PER_YEAR, MONTHS_PER_YEAR])[:, None, None]
        )
        lever = setting.levers.designations
        self._list = None if lever is None else DesignationList(setting, lever)
        self._rounds_by_month = np.zeros((_MONTHS_OF_MEMORY, 1, setting.block.width))
        self._recent_rounds = self._rounds_by_month[0]
        setting.records.announce("us.recent_rounds", self._recent_rounds)
        setting.records.announce("us.pressure", self._recent_rounds)

    def process(self, clock: Clock) -> Process:
        """Decide on the first day, if there is a lever to pull."""
        if self._setting.levers != Levers():
            yield from clock.monthly((WASHINGTON_DECIDES, self._decide))

    def _decide(self, month: int) -> None:
        setting, levers, calendar = self._setting, self._setting.levers, self._setting.calendar
        names = np.zeros((1, 1))
        if levers.designations is not None and self._list is not None:
            lever = levers.designations
            rounds = self._rounds(
                lever.rounds_per_year / MONTHS_PER_YEAR * calendar.share_in_effect(month, lever.start, lever.until)
            )
            self._rounds_by_month = np.concatenate([self._rounds_by_month[1:], rounds[None]])
            self._recent_rounds = self._rounds_by_month.sum(axis=0)
            names = rounds * lever.names_per_round
            setting.ledger.note("designated", month, self._list.update(names))
        port, banks = (level_in(each, calendar, month) for each in (levers.port_monitoring, levers.bank_pressure))
        recent = self._recent_rounds
        setting.records.announce("us.recent_rounds", recent)
        setting.records.announce(
            "us.pressure", np.maximum(max(port, banks), np.minimum(self._round_pressure * recent, 1))
        )
        costs = setting.ledger.levels["sender_cost"][month]
        for lever_index, effort in enumerate((names, port, banks)):
            costs[lever_index] = effort * self._costs[lever_index]

    def _rounds(self, rate: float) -> Floats:
        """Draw the number of rounds this month, Poisson by inversion of one uniform, ``(1, lane)``."""
        draw = self._setting.streams.uniform("us.rounds")
        if self._setting.deterministic:
            return np.full_like(draw, rate)
        probability = cumulative = np.exp(-rate)
        not_more = []
        for number in range(1, _MOST_ROUNDS + 1):
            not_more.append(cumulative)
            probability = probability * rate / number
            cumulative = cumulative + probability
        return np.searchsorted(not_more, draw, side="right").astype(np.float64)
