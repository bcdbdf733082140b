"""What is made of a monthly series: one number for each lane.

Each function takes a series, shape ``(month, lane)``, its months in question, and those with which they are compared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from leaksim.engine.calendar import MONTHS_PER_YEAR
from leaksim.engine.lanes import Floats

Summary = Callable[[Floats, slice, slice], Floats]


def mean(series: Floats, over: slice, against: slice) -> Floats:
    """Mean of a month."""
    average: Floats = series[over].mean(axis=0)
    return average


def total(series: Floats, over: slice, against: slice) -> Floats:
    """Sum of the months."""
    summed: Floats = series[over].sum(axis=0)
    return summed


def yearly(series: Floats, over: slice, against: slice) -> Floats:
    """Sum of the months at a yearly rate."""
    return MONTHS_PER_YEAR * mean(series, over, against)


def last(series: Floats, over: slice, against: slice) -> Floats:
    """Value of the last month."""
    values: Floats = series[over][-1]
    return values


def ratio(series: Floats, over: slice, against: slice) -> Floats:
    """Mean of a month as a ratio to the mean of a month compared with."""
    above, below = series[over].mean(axis=0), series[against].mean(axis=0)
    return np.where(below != 0, above / np.where(below != 0, below, 1.0), np.nan)


def change(series: Floats, over: slice, against: slice) -> Floats:
    """Mean of a month less the mean of a month compared with."""
    difference: Floats = series[over].mean(axis=0) - series[against].mean(axis=0)
    return difference


def months_until(series: Floats, over: slice, against: slice) -> Floats:
    """Months until the first that is not 0; all of them if there is none."""
    there = series[over] > 0
    return np.where(there.any(axis=0), there.argmax(axis=0), float(len(there)))


SUMMARIES: Mapping[str, Summary] = {
    each.__name__: each for each in (mean, total, yearly, last, ratio, change, months_until)
}
"""Every summary by the name that a pattern calls it."""

COMPARING = ("ratio", "change")
"""Those that compare with other months."""
