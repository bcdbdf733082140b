"""Compiled form of `leaksim.model.measures`."""

from __future__ import annotations

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.model.compiled.kernel import in_full, kernel


def strictest(begins: Floats, ends: Floats, shares: Floats, month_starts: Floats) -> Floats:
    """Go through the lanes, the days on which something changes, and the months between them."""
    shape = len(begins), np.broadcast_shapes(begins.shape, ends.shape, shares.shape)[-1]
    forbidden = np.empty((len(month_starts) - 1, 1, shape[1]))
    begins, ends, shares = (in_full(each[:, 0], shape) for each in (begins, ends, shares))
    _forbid(begins, ends, shares, np.ascontiguousarray(month_starts[:, 0, 0]), forbidden)
    return forbidden


@kernel
def _forbid(begins: Floats, ends: Floats, shares: Floats, month_starts: Floats, forbidden: Floats) -> None:
    provisions, lanes = begins.shape
    months = len(month_starts) - 1
    days, of_lane = np.empty(2 * provisions), np.empty(months)
    for lane in range(lanes):
        days[:provisions], days[provisions:] = begins[:, lane], ends[:, lane]
        days.sort()
        of_lane[:] = 0.0
        for span in range(len(days) - 1):
            first, last = days[span], days[span + 1]
            middle = (first + last) / 2
            share = 0.0
            for each in range(provisions):
                if begins[each, lane] <= middle < ends[each, lane]:
                    share = max(share, shares[each, lane])
            for month in range(months):
                within = min(month_starts[month + 1], last) - max(month_starts[month], first)
                of_lane[month] += share * max(within, 0.0)
        for month in range(months):
            forbidden[month, 0, lane] = of_lane[month] / (month_starts[month + 1] - month_starts[month])


@kernel
def read_texts(course: tuple[Floats, Floats], month: int, item: int, rows: Floats) -> tuple[bool, bool]:
    """Write out what the proposed and the adopted texts say of an item of a `Course` in a month, ``(text, lane)``.

    Returns
    -------
    tuple of bool
        Whether they say anything, and whether they differ.
    """
    for text in range(len(course)):
        values = course[text][month, item, 0]
        if len(values) == 1:
            rows[text] = values[0]
        else:
            rows[text] = values
    anything = differ = False
    for lane in range(rows.shape[1]):
        anything |= rows[0, lane] > 0 or rows[1, lane] > 0
        differ |= rows[0, lane] != rows[1, lane]
    return anything, differ
