"""Which firms of a group can trade, and what a designation has cost them."""

from __future__ import annotations

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.model.setting import Setting


class Standing:
    """The standing of a group of firms under designations by the United States.

    A designated firm is out. Each month it re-forms under a new name with probability ``1 - exp(-1 / mean time)``; from
    then on it has less capacity and higher costs. Shares of a firm occur in deterministic mode only.

    Parameters
    ----------
    setting
        What all agents share.
    group
        One of `leaksim.model.dimensions.FIRMS`.
    number
        Firms of the group.
    size
        Value of each firm's capacity at baseline prices, $m a month, broadcastable to ``(firm, arm, lane)``.
    channel
        Firms exist, and are named, in every arm; they work where this channel is on.
    """

    def __init__(self, setting: Setting, group: str, number: int, size: Floats, channel: str) -> None:
        self._setting, self._group, self._number = setting, group, number
        self._at_work, self._own_records = setting.arms_with(channel), setting.within(channel).records
        self._used = setting.levers.designations is not None
        if not self._used:
            return
        parameters = setting.parameters
        self._returns = 1 - np.exp(-1 / parameters["us.reformation_time"])
        self._capacity_left, self._cost_factor = parameters["us.reformed_capacity"], parameters["us.reformed_cost"]
        self._original, self._reformed = np.ones((number, *setting.shape)), setting.zeros(number)
        setting.records.announce(f"firms.{group}.active", self._original)
        setting.records.announce(f"firms.{group}.volume", setting.zeros(number))
        setting.records.announce(f"firms.{group}.size", np.broadcast_to(size, self._original.shape))

    def update(self) -> None:
        """Take this month's designations and re-formations into account."""
        if not self._used:
            return
        setting = self._setting
        active = self._original + self._reformed
        returning = (1 - active) * setting.streams.event(f"us.reformation.{self._group}", self._returns, self._number)
        staying = 1 - setting.records[f"firms.{self._group}.named"] / np.where(active > 0, active, 1.0)
        self._original = self._original * staying
        self._reformed = self._reformed * staying + returning
        setting.records.announce(f"firms.{self._group}.active", self._original + self._reformed)

    def capacity(self, capacity: Floats) -> Floats:
        """Return what is left of each firm's capacity in the arms in which it works, ``(firm, arm, lane)``."""
        if not self._used:
            return capacity
        return capacity * self._at_work.of(self._original + self._capacity_left * self._reformed)

    def cost(self, cost: Floats) -> Floats:
        """Return what each firm's cost has become in the arms in which it works, ``(firm, arm, lane)``."""
        if not self._used:
            return cost
        active = self._original + self._reformed
        raised = (self._original + self._cost_factor * self._reformed) / np.where(active > 0, active, 1.0)
        return cost * self._at_work.of(np.where(active > 0, raised, 1.0))

    def delivered(self, value: Floats) -> None:
        """Put on record what each firm delivered this month, $m at baseline prices, ``(firm, arm, lane)``."""
        if self._used:
            self._own_records.record(f"firms.{self._group}.volume", value)
