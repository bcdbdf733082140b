"""What a designation has left of the firms of one group."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.model.designations import of_the_active
from leaksim.model.setting import Setting


class Standing:
    """The standing of a group of firms on the list of the United States, see `leaksim.model.designations`.

    Parameters
    ----------
    setting
        What all agents share.
    group
        One of `leaksim.model.dimensions.FIRMS`.
    number
        Firms of the group.
    size
        Value of each firm's capacity at baseline prices, $m a month, broadcastable to ``(firm, 1, lane)``.
    channel
        Firms exist, and are named, in every arm; they work where this channel is on.
    """

    def __init__(self, setting: Setting, group: str, number: int, size: Floats, channel: str) -> None:
        lever = setting.levers.designations
        self._used = lever is not None
        self._ranked_by_volume = lever is not None and lever.target == "by_volume"
        if not self._used:
            return
        parameters = setting.parameters
        self._capacity_left, self._cost_factor = parameters["us.reformed_capacity"], parameters["us.reformed_cost"]
        self._setting, self._group = setting.within(channel), group
        setting.records.announce(f"firms.{group}.size", np.broadcast_to(size, (number, 1, setting.block.width)))
        if self._ranked_by_volume:
            setting.records.announce(f"firms.{group}.volume", setting.zeros(number))

    @property
    def _state(self) -> tuple[Floats, Floats]:
        """What is active of each firm, and the re-formed part of it."""
        records = self._setting.records
        return records[f"firms.{self._group}.active"], records[f"firms.{self._group}.reformed"]

    def capacity(self, capacity: Floats) -> Floats:
        """Return what is left of each firm's capacity in the arms in which it works, ``(firm, arm, lane)``."""
        if not self._used:
            return capacity
        active, reformed = self._state
        return capacity * (active - (1 - self._capacity_left) * reformed)

    def cost(self, cost: Floats) -> Floats:
        """Return what each firm's cost has become in the arms in which it works, ``(firm, arm, lane)``."""
        if not self._used:
            return cost
        active, reformed = self._state
        return cost * (1 + (self._cost_factor - 1) * of_the_active(reformed, active, self._setting))

    def delivered(self, value: Callable[[], Floats]) -> None:
        """Put on record what each firm delivered this month, $m at baseline prices, if somebody looks at it."""
        if self._ranked_by_volume:
            self._setting.records.record(f"firms.{self._group}.volume", value())
