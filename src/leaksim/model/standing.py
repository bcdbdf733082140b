"""What a designation has left of the firms of one group."""

from __future__ import annotations

from collections.abc import Callable

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
        self._ranked_by_volume = lever is not None and lever.target == "by_volume"
        self._setting, self._group = setting.within(channel), group
        self._unchanged = None if lever is not None else np.ones((1, 1, setting.block.width))
        if lever is not None:
            sizes = setting.in_all_lanes(np.broadcast_to(size, (number, 1, size.shape[-1])))
            setting.records.announce(f"firms.{group}.size", sizes)
        if self._ranked_by_volume:
            setting.records.announce(f"firms.{group}.volume", setting.zeros(number))

    @property
    def capacity(self) -> Floats:
        """Factor of each firm's capacity in the arms in which it works, ``(1 or firm, 1 or arm, lane)``."""
        return self._factor("capacity")

    @property
    def cost(self) -> Floats:
        """Factor of each firm's cost in the arms in which it works, ``(1 or firm, 1 or arm, lane)``."""
        return self._factor("cost")

    def _factor(self, name: str) -> Floats:
        if self._unchanged is not None:
            return self._unchanged
        return np.ascontiguousarray(self._setting.records[f"firms.{self._group}.{name}"])

    def delivered(self, value: Callable[[], Floats]) -> None:
        """Put on record what each firm delivered this month, $m at baseline prices, if somebody looks at it."""
        if self._ranked_by_volume:
            self._setting.records.record(f"firms.{self._group}.volume", value())
