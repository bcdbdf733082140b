"""Compiled form of `leaksim.model.measures`."""

from __future__ import annotations

import numpy as np

from leaksim.engine.lanes import Floats, Places
from leaksim.model.compiled.kernel import copy, kernel
from leaksim.model.compiled.payment_queue import is_any

Together = tuple[Floats, ...]
"""Arrays that belong together: a call with a few tuples reads better than one with thirty arrays."""


def strictest(begins: Floats, ends: Floats, shares: Floats, last_of: Places, month_starts: Floats) -> Floats:
    """Go through the months, and in each through the spans between days on which something changes."""
    lanes = max(each.shape[-1] for each in (begins, ends, shares))
    forbidden = np.empty((len(month_starts) - 1, len(last_of), 1, lanes))
    room = np.empty((7 * len(begins), lanes)), np.empty((2, 2 * len(begins)))
    _forbid(begins, ends, shares, last_of, month_starts, forbidden, room)
    return forbidden


@kernel
def _forbid(
    begins: Floats,
    ends: Floats,
    shares: Floats,
    last_of: Places,
    month_starts: Floats,
    forbidden: Floats,
    room: Together,
) -> None:
    start = 0
    for flow in range(len(last_of)):
        end = last_of[flow]
        if start < end:
            on_flow = begins[start:end], ends[start:end], shares[start:end]
            _forbid_flow(on_flow, month_starts, flow, forbidden, room)
        else:
            forbidden[:, flow] = 0.0
        start = end


@kernel
def _forbid_flow(provisions: Together, month_starts: Floats, flow: int, forbidden: Floats, room: Together) -> None:
    begins, ends, shares = provisions
    of_lanes, of_spans = room
    number, lanes = len(begins), forbidden.shape[-1]
    spans = 2 * number - 1
    first, last, share = of_lanes[:number], of_lanes[number : 2 * number], of_lanes[2 * number : 3 * number]
    days, strictest, middle = of_lanes[3 * number : 5 * number], of_lanes[5 * number :], of_lanes[7 * number - 1]
    strictest[:spans] = 0.0
    for each in range(number):
        lay_out(begins[each, 0], first[each])
        lay_out(ends[each, 0], last[each])
        lay_out(shares[each, 0], share[each])
        copy(first[each], days[each])
        copy(last[each], days[number + each])
    _sort(days)
    # First and last day, in any lane, of a span in which something is forbidden.
    opens, closes = of_spans[0], of_spans[1]
    for span in range(spans):
        for lane in range(lanes):
            middle[lane] = (days[span, lane] + days[span + 1, lane]) / 2
        for each in range(number):
            _tighten(first[each], last[each], share[each], middle, strictest[span])
        opens[span], closes[span] = np.inf, -np.inf
        if is_any(strictest[span]):
            for lane in range(lanes):
                opens[span] = min(opens[span], days[span, lane])
                closes[span] = max(closes[span], days[span + 1, lane])
    for month in range(len(month_starts) - 1):
        month_start, month_end = month_starts[month, 0, 0], month_starts[month + 1, 0, 0]
        page = forbidden[month, flow, 0]
        page[:] = 0.0
        for span in range(spans):
            if opens[span] < month_end and closes[span] > month_start:
                _add(days[span], days[span + 1], strictest[span], month_start, month_end, page)
        for lane in range(lanes):
            page[lane] /= month_end - month_start


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
        in_force = (first[lane] <= day[lane]) & (day[lane] < last[lane])
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
        copy(values, row)


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
