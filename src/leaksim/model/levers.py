"""Levers of the sender through time."""

from __future__ import annotations

import numpy as np

from leaksim.engine.calendar import Calendar
from leaksim.engine.lanes import Floats
from leaksim.scenario.schema import Lever


def level_in(lever: Lever | None, calendar: Calendar, month: int) -> float:
    """Mean level of a lever over a month, 0 to 1; 0 for a lever that the scenario does not pull."""
    if lever is None:
        return 0.0
    return lever.level * calendar.share_in_effect(month, lever.start, lever.until)


def levels(lever: Lever | None, calendar: Calendar) -> Floats:
    """Mean level of a lever in each month, ``(month, 1, 1)``."""
    return np.array([level_in(lever, calendar, month) for month in range(calendar.months)])[:, None, None]
