"""What a designation has left of the firms of one group."""

from __future__ import annotations

import numpy as np

from leaksim.engine.lanes import Floats
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
        self._group, self._records = group, setting.within(channel).records
        if self._used:
            setting.records.announce(f"firms.{group}.size", np.broadcast_to(size, (number, 1, setting.block.width)))
        if self._ranked_by_volume:
            setting.records.announce(f"firms.{group}.volume", setting.zeros(number))

    def capacity(self, capacity: Floats) -> Floats:
        """Return what is left of each firm's capacity in the arms in which it works, ``(firm, arm, lane)``."""
        return capacity * self._records[f"firms.{self._group}.capacity"] if self._used else capacity

    def cost(self, cost: Floats) -> Floats:
        """Return what each firm's cost has become in the arms in which it works, ``(firm, arm, lane)``."""
        return cost * self._records[f"firms.{self._group}.cost"] if self._used else cost

    def delivered(self, value: Floats) -> None:
        """Put on record what each firm delivered this month, $m at baseline prices, if somebody looks at it."""
        if self._ranked_by_volume:
            self._records.record(f"firms.{self._group}.volume", value)
