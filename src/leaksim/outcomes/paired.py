"""Differences between two scenarios that met the same luck, lane by lane.

The same seed gives lane r of both scenarios the same random world and the same parameter draw. What the two have in
common cancels in their difference, which is therefore known far better than either.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import nan

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.outcomes.statistics import Estimate, around, by_draw, over_draws, pseudo_values, standard_error

_ROUNDING = 1e-9
"""Pairs that differ by less than this share of their size differ by rounding in the arithmetic only."""


@dataclass(frozen=True)
class Ratio:
    """A ratio of means over lanes; a mean has ones below."""

    numerator: Floats
    denominator: Floats

    @property
    def value(self) -> float:
        """Mean of the numerator over mean of the denominator."""
        return float(self.numerator.sum() / self.denominator.sum())

    def of_draws(self, draws: int) -> Ratio:
        """Return the means of each draw, shape ``(draw,)``."""
        return Ratio(by_draw(self.numerator, draws), by_draw(self.denominator, draws))


@dataclass(frozen=True)
class Difference:
    """A paired difference with its interval and its test."""

    estimate: Estimate
    p: float
    """Student's t on the paired differences, two-sided; not a number where there is no scatter to judge by."""
    variance_ratio: float
    """Variance of the difference had the two runs been independent, over that of the paired one."""


def paired_difference(ours: Ratio, reference: Ratio, draws: int = 1) -> Iterator[Difference]:
    """Estimate how far a ratio of means lies above that of the reference.

    The replication interval and its test rest on the scatter of the paired jackknife pseudo-values within draws. The
    parameter interval spans the central 95 % of the differences of the single draws; its test takes each draw as one
    observation.

    Parameters
    ----------
    ours, reference
        Of the same lanes, in the same order, at least two.
    draws
        Parameter draws; lane r carries draw r mod `draws`.

    Yields
    ------
    Difference
        The replication interval, then, with more than one draw, the parameter interval.
    """
    value = ours.value - reference.value
    if len(ours.numerator) == 1:
        none = Estimate(value, nan, nan, "replication", "one replication has no interval")
        yield Difference(none, nan, nan)
        return
    pseudo, of_reference = (pseudo_values(each.numerator, each.denominator) for each in (ours, reference))
    between = _without_rounding(pseudo, of_reference)
    value = value if between.any() else 0.0
    yield Difference(around(value, between, draws), *_judged(value, between, pseudo, of_reference, draws))
    if draws > 1:
        one, other = ours.of_draws(draws), reference.of_draws(draws)
        single = _without_rounding(one.numerator / one.denominator, other.numerator / other.denominator)
        pseudo, of_reference = (pseudo_values(each.numerator, each.denominator) for each in (one, other))
        between = _without_rounding(pseudo, of_reference)
        yield Difference(over_draws(value, single), *_judged(value, between, pseudo, of_reference, 1))


def holm(p: Floats) -> Floats:
    """Adjust p values for their number, so that a false alarm anywhere among them stays as rare as in a single test.

    Source: Holm 1979. Values that are not numbers are not counted.

    >>> holm(np.array([0.01, 0.04, 0.03, np.nan])).round(3).tolist()
    [0.03, 0.06, 0.06, nan]
    """
    adjusted = np.full(len(p), nan)
    order = [index for index in np.argsort(p, kind="stable") if not np.isnan(p[index])]
    steps = np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps * p[order]), 1)
    return adjusted


def _without_rounding(ours: Floats, reference: Floats) -> Floats:
    """Differences, or zeros where they are nothing but rounding."""
    size = max(np.abs(ours).max(), np.abs(reference).max())
    difference = ours - reference
    return difference if np.abs(difference).max() > _ROUNDING * size else np.zeros_like(difference)


def _judged(value: float, between: Floats, pseudo: Floats, of_reference: Floats, draws: int) -> tuple[float, float]:
    """Return the p value of a paired difference, and the variance ratio."""
    from scipy.special import stdtr

    error, freedom = standard_error(between, draws)
    if freedom < 1:
        return nan, nan
    if not between.any():
        return 1.0, nan
    if error <= _ROUNDING * abs(value):
        return nan, nan
    apart = sum(standard_error(each, draws)[0] ** 2 for each in (pseudo, of_reference))
    return float(2 * stdtr(freedom, -abs(value) / error)), apart / error**2
