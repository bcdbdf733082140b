"""From where on a difference between two scenarios has the other sign, one parameter at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from leaksim.engine.lanes import Floats, Places

Difference = Callable[[Places, Floats], Floats]
"""Difference between the scenarios with one parameter at another value: numbers of the parameters, and their values."""

_INSIDE, _BEYOND = 2, 2
"""Looks on either side of the present value within the range, and beyond it; the difference is taken to change its sign
at most once between two of them."""

_EXACT = 2e-3
"""How exactly a point is found, in widths of the range."""


@dataclass(frozen=True)
class Moved:
    """A parameter that is moved, in its own unit."""

    name: str
    now: float
    """Its present value, or the median where it is uncertain."""
    low: float
    high: float
    """Ends of the range that the sources support."""
    lowest: float
    highest: float
    """Ends of what is looked at."""

    @property
    def width(self) -> float:
        """Of the range."""
        return self.high - self.low

    def looks(self, up: bool) -> Floats:
        """Return the values that are looked at on one side, the nearest first."""
        far = self.highest if up else self.lowest
        near = min(self.high, far) if up else max(self.low, far)
        # The present value may lie outside the range; then there is no inside on that side.
        has_inside = near > self.now if up else near < self.now
        inside = np.linspace(self.now, near, _INSIDE + 1)[1:] if has_inside else np.empty(0)
        beyond = np.linspace(near if has_inside else self.now, far, _BEYOND + 1)[1:]
        values: Floats = np.concatenate([inside, beyond])
        _, first = np.unique(values, return_index=True)
        seen: Floats = values[np.sort(first)]
        return seen[seen > self.now] if up else seen[seen < self.now]


def switching_points(moved: Sequence[Moved], difference: Difference, present: float) -> Floats:
    """Find the nearest value of each parameter at which the difference changes its sign; infinite where there is none.

    Parameters
    ----------
    present
        The difference with all parameters at their present values, not 0.

    Returns
    -------
    numpy.ndarray
        Shape ``(parameter,)``.
    """
    brackets = [each for up in (False, True) for each in _brackets(moved, difference, present, up=up)]
    nearest = np.full(len(moved), inf)
    if not brackets:
        return nearest
    from scipy.optimize.elementwise import find_root

    index = np.array([number for number, _, _ in brackets])
    ends = np.sort([[one, other] for _, one, other in brackets], axis=1)
    widths = np.array([moved[number].width for number in index])

    def scaled(share: Floats, number: Floats) -> Floats:
        chosen = number.astype(np.intp)
        start, span = ends[chosen, 0], ends[chosen, 1] - ends[chosen, 0]
        return difference(index[chosen], start + share * span)

    which = np.arange(len(brackets), dtype=np.float64)
    exact = float((_EXACT * widths / (ends[:, 1] - ends[:, 0])).min())
    found = find_root(scaled, (np.zeros(len(which)), np.ones(len(which))), args=(which,), tolerances={"xatol": exact})
    values = ends[:, 0] + found.x * (ends[:, 1] - ends[:, 0])
    for number, value in zip(index, values, strict=True):
        now = moved[number].now
        if abs(value - now) < abs(nearest[number] - now):
            nearest[number] = value
    return nearest


def _brackets(
    moved: Sequence[Moved], difference: Difference, present: float, *, up: bool
) -> list[tuple[int, float, float]]:
    """Return the number of each parameter that switches on one side, with a value before and one after that."""
    looks = [each.looks(up) for each in moved]
    numbers = np.repeat(np.arange(len(moved)), [len(each) for each in looks])
    if not len(numbers):
        return []
    found = difference(numbers, np.concatenate(looks))
    brackets = []
    for number, each in enumerate(moved):
        values, signs = looks[number], np.sign(found[numbers == number])
        other = np.flatnonzero(signs != np.sign(present))
        # Where the outcome has no meaning there is no sign, and no way beyond.
        if len(other) and not np.isnan(signs[other[0]]):
            before = each.now if other[0] == 0 else float(values[other[0] - 1])
            brackets.append((number, before, float(values[other[0]])))
    return brackets
