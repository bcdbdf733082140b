"""Compiled form of `leaksim.model.measures`."""

from __future__ import annotations

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.model.compiled.kernel import kernel

Together = tuple[Floats, ...]
"""Arrays that belong together: a call with a few tuples reads better than one with thirty arrays."""


def strictest(begins: Floats, ends: Floats, shares: Floats, month_starts: Floats) -> Floats:
    """Go through the spans between days on which something changes, and the months in them."""
    lanes = max(each.shape[-1] for each in (begins, ends, shares))
    forbidden = np.empty((len(month_starts) - 1, 1, lanes))
    _forbid(begins, ends, shares, month_starts, forbidden)
    return forbidden


@kernel
def _forbid(begins: Floats, ends: Floats, shares: Floats, month_starts: Floats, forbidden: Floats) -> None:
    months, _, lanes = forbidden.shape
    provisions = len(begins)
    first, last, share = np.empty((provisions, lanes)), np.empty((provisions, lanes)), np.empty((provisions, lanes))
    days, strictest, middle = np.empty((2 * provisions, lanes)), np.empty(lanes), np.empty(lanes)
    for each in range(provisions):
        lay_out(begins[each, 0], first[each])
        lay_out(ends[each, 0], last[each])
        lay_out(shares[each, 0], share[each])
        days[each], days[provisions + each] = first[each], last[each]
    _sort(days)
    forbidden[:] = 0.0
    for span in range(len(days) - 1):
        for lane in range(lanes):
            middle[lane] = (days[span, lane] + days[span + 1, lane]) / 2
        strictest[:] = 0.0
        for each in range(provisions):
            _tighten(first[each], last[each], share[each], middle, strictest)
        if strictest.max() > 0:
            begin, end = days[span].min(), days[span + 1].max()
            for month in range(months):
                month_start, month_end = month_starts[month, 0, 0], month_starts[month + 1, 0, 0]
                if begin < month_end and end > month_start:
                    _add(days[span], days[span + 1], strictest, month_start, month_end, forbidden[month, 0])
    for month in range(months):
        length = month_starts[month + 1, 0, 0] - month_starts[month, 0, 0]
        for lane in range(lanes):
            forbidden[month, 0, lane] /= length


@kernel
def _sort(days: Floats) -> None:
    """Sort the days of each lane; neighbours change places in many lanes at once."""
    for end in range(len(days) - 1, 0, -1):
        for place in range(end):
            earlier, later = days[place], days[place + 1]
            for lane in range(days.shape[1]):
                one, other = earlier[lane], later[lane]
                earlier[lane], later[lane] = min(one, other), max(one, other)


@kernel
def _tighten(first: Floats, last: Floats, share: Floats, day: Floats, strictest: Floats) -> None:
    for lane in range(len(day)):
        in_force = first[lane] <= day[lane] < last[lane]
        strictest[lane] = max(strictest[lane], share[lane] if in_force else 0.0)


@kernel
def _add(first: Floats, last: Floats, share: Floats, month_start: float, month_end: float, forbidden: Floats) -> None:
    for lane in range(len(first)):
        within = min(month_end, last[lane]) - max(month_start, first[lane])
        forbidden[lane] += share[lane] * max(within, 0.0)


@kernel
def lay_out(values: Floats, row: Floats) -> None:
    """Write out values that may be the same in all lanes."""
    if len(values) == 1:
        row[:] = values[0]
    else:
        row[:] = values


@kernel
def read_texts(course: Together, month: int, item: int, rows: Floats) -> tuple[bool, bool]:
    """Write out what the proposed and the adopted texts say of an item of a `Course` in a month, ``(text, lane)``.

    Returns
    -------
    tuple of bool
        Whether they say anything, and whether they differ.
    """
    for text in range(len(course)):
        lay_out(course[text][month, item, 0], rows[text])
    anything = differ = False
    for lane in range(rows.shape[1]):
        anything |= rows[0, lane] > 0 or rows[1, lane] > 0
        differ |= rows[0, lane] != rows[1, lane]
    return anything, differ
