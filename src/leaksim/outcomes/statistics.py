"""Intervals for means, ratios of means and medians over lanes.

Two kinds of uncertainty are kept apart. *Replication*: the same world with other luck; it shrinks with more lanes.
*Parameter*: other values of the uncertain parameters; it does not. With parameter draws, lane i carries draw
``i mod draws``; the draws are the outer unit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import nan

import numpy as np

from leaksim.engine.lanes import Floats

LEVEL = 0.95
"""Coverage of every interval."""


@dataclass(frozen=True)
class Estimate:
    """A number with its interval."""

    value: float
    low: float
    high: float
    interval: str
    """What the interval covers: ``replication`` or ``parameter``."""
    note: str = ""


def ratio_of_means(numerator: Floats, denominator: Floats, draws: int = 1) -> Iterator[Estimate]:
    """Estimate the mean of `numerator` over the mean of `denominator`, lane by lane paired.

    The replication interval is a delete-one jackknife over lanes (within draws, when parameters are drawn) with
    Student's t. The parameter interval spans the central 95 % of the ratios of the single draws.

    Parameters
    ----------
    numerator, denominator
        Shape ``(lane,)``. The denominator's mean must not be zero.

    Yields
    ------
    Estimate
        The replication interval, then, with more than one draw, the parameter interval.
    """
    lanes = len(numerator)
    top, bottom = numerator.sum(), denominator.sum()
    value = float(top / bottom)
    if lanes == 1:
        yield Estimate(value, nan, nan, "replication", "one replication has no interval")
        return
    left_out = (top - numerator) / (bottom - denominator)
    pseudo = lanes * value - (lanes - 1) * left_out
    yield _around(value, pseudo, draws)
    if draws > 1:
        yield _over_draws(value, _by_draw(numerator, draws) / _by_draw(denominator, draws))


def mean(values: Floats, draws: int = 1) -> Iterator[Estimate]:
    """Estimate a mean over lanes; see `ratio_of_means`.

    >>> [round(number, 3) for number in (lambda e: (e.low, e.value, e.high))(next(mean(np.array([1.0, 2.0, 3.0]))))]
    [-0.484, 2.0, 4.484]
    """
    value = float(values.mean())
    if len(values) == 1:
        yield Estimate(value, nan, nan, "replication", "one replication has no interval")
        return
    yield _around(value, values, draws)
    if draws > 1:
        yield _over_draws(value, _by_draw(values, draws))


def median(values: Floats) -> Estimate:
    """Estimate a median over lanes with the interval between order statistics; infinities mean "never".

    Source of the interval: Conover, Practical Nonparametric Statistics, section 3.2.
    """
    from scipy.special import bdtrik

    ordered = np.sort(values)
    lanes = len(ordered)
    # The quantile of the binomial; scipy.stats has it too, but takes longer to import than a run takes. It is not
    # defined where no rank is low enough, which leaves the extremes.
    rank = int(np.ceil(np.nan_to_num(bdtrik((1 - LEVEL) / 2, lanes, 0.5))))
    return Estimate(
        float(np.median(ordered)),
        float(ordered[max(rank - 1, 0)]),
        float(ordered[min(lanes - rank, lanes - 1)]),
        "replication",
    )


def _around(value: float, pseudo: Floats, draws: int) -> Estimate:
    """Interval around a value from one pseudo-value per lane, whose scatter within draws is the error."""
    from scipy.special import stdtrit

    lanes = len(pseudo)
    freedom = lanes - draws
    if freedom < 1:
        return Estimate(value, nan, nan, "replication", "one replication per draw has no replication interval")
    draw = np.arange(lanes) % draws
    centre = np.bincount(draw, pseudo, draws) / np.bincount(draw, minlength=draws)
    variance = ((pseudo - centre[draw]) ** 2).sum() / freedom
    half = float(stdtrit(freedom, (1 + LEVEL) / 2) * np.sqrt(variance / lanes))
    return Estimate(value, value - half, value + half, "replication")


def _over_draws(value: float, by_draw: Floats) -> Estimate:
    low, high = np.quantile(by_draw, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(value, float(low), float(high), "parameter")


def _by_draw(values: Floats, draws: int) -> Floats:
    """Mean of each draw over its lanes, shape ``(draw,)``."""
    draw = np.arange(len(values)) % draws
    return np.bincount(draw, values, draws) / np.bincount(draw, minlength=draws)
