"""Which firms of a group can trade, and what a designation has cost them."""

from __future__ import annotations

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.model.setting import Setting

_TINY = np.finfo(np.float64).tiny


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
        lever = setting.levers.designations
        self._used = lever is not None
        self._ranked_by_volume = lever is not None and lever.target == "by_volume"
        if not self._used:
            return
        parameters = setting.parameters
        self._returns = 1 - np.exp(-1 / parameters["us.reformation_time"])
        self._capacity_left, self._cost_factor = parameters["us.reformed_capacity"], parameters["us.reformed_cost"]
        # Arms differ only where names follow last month's volumes; until then one column stands for all.
        self._active = np.ones((number, 1, setting.block.width))
        self._reformed = np.zeros_like(self._active)
        setting.records.announce(f"firms.{group}.active", self._active)
        if self._ranked_by_volume:
            setting.records.announce(f"firms.{group}.volume", setting.zeros(number))
        setting.records.announce(f"firms.{group}.size", np.broadcast_to(size, self._active.shape))

    def update(self) -> None:
        """Take this month's designations and re-formations into account."""
        if not self._used:
            return
        setting = self._setting
        named = setting.records[f"firms.{self._group}.named"]
        returning = (1 - self._active) * setting.streams.event(
            f"us.reformation.{self._group}", self._returns, self._number
        )
        # Names hit the original and the re-formed part of a firm alike.
        self._reformed = self._reformed * (1 - self._of_the_active(named)) + returning
        self._active = self._active - named + returning
        setting.records.announce(f"firms.{self._group}.active", self._active)

    def capacity(self, capacity: Floats) -> Floats:
        """Return what is left of each firm's capacity in the arms in which it works, ``(firm, arm, lane)``."""
        if not self._used:
            return capacity
        return capacity * self._at_work.of(self._active - (1 - self._capacity_left) * self._reformed)

    def cost(self, cost: Floats) -> Floats:
        """Return what each firm's cost has become in the arms in which it works, ``(firm, arm, lane)``."""
        if not self._used:
            return cost
        return cost * self._at_work.of(1 + (self._cost_factor - 1) * self._of_the_active(self._reformed))

    def _of_the_active(self, part: Floats) -> Floats:
        """Return a part of each firm as a share of what is active of it."""
        # But for deterministic mode a firm is active as a whole or not at all, and then has no part.
        return part / np.maximum(self._active, _TINY) if self._setting.deterministic else part

    def delivered(self, value: Floats) -> None:
        """Put on record what each firm delivered this month, $m at baseline prices, if somebody looks at it."""
        if self._ranked_by_volume:
            self._own_records.record(f"firms.{self._group}.volume", value)
