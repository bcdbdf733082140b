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
import numpy.typing as npt

from leaksim.engine.lanes import Floats

Flags = npt.NDArray[np.bool_]
"""An array of truth values; the docstrings say its shape."""

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
    yield around(value, pseudo_values(numerator, denominator), draws)
    if draws > 1:
        yield over_draws(value, by_draw(numerator, draws) / by_draw(denominator, draws))


def pseudo_values(numerator: Floats, denominator: Floats) -> Floats:
    """Delete-one jackknife of a ratio of means: one pseudo-value per lane, shape ``(lane,)``."""
    lanes = len(numerator)
    top, bottom = numerator.sum(), denominator.sum()
    # Where a single lane has all of the denominator there is no ratio without it, and no interval.
    with np.errstate(divide="ignore", invalid="ignore"):
        pseudo: Floats = lanes * (top / bottom) - (lanes - 1) * (top - numerator) / (bottom - denominator)
    return pseudo


def mean(values: Floats, draws: int = 1) -> Iterator[Estimate]:
    """Estimate a mean over lanes; see `ratio_of_means`.

    >>> [round(number, 3) for number in (lambda e: (e.low, e.value, e.high))(next(mean(np.array([1.0, 2.0, 3.0]))))]
    [-0.484, 2.0, 4.484]
    """
    return iter(means(values[None], draws)[0])


def means(values: Floats, draws: int = 1) -> list[list[Estimate]]:
    """Estimate the means of several rows over lanes, each as `mean` does.

    Parameters
    ----------
    values
        Shape ``(row, lane)``.

    Returns
    -------
    list
        The estimates of each row.
    """
    found = values.mean(axis=-1)
    if values.shape[-1] == 1:
        note = "one replication has no interval"
        return [[Estimate(value, nan, nan, "replication", note)] for value in found.tolist()]
    of_draws = by_draw(values, draws)
    from_luck = _around(found, *_scatter(values, of_draws))
    if draws == 1:
        return [[estimate] for estimate in from_luck]
    from_draws = map(_central, found.tolist(), *_ends(of_draws).tolist())
    return [list(both) for both in zip(from_luck, from_draws, strict=True)]


def proportion(happens: Flags, draws: int = 1) -> Iterator[Estimate]:
    """Estimate the share of lanes in which something happens; see `ratio_of_means`.

    The replication interval is Wilson's, which stays within 0 and 1, with as many lanes as would by themselves scatter
    like the lanes within draws do (Korn and Graubard 1998); where it happens in none or in all, with all lanes.

    >>> [round(number, 3) for number in (lambda e: (e.low, e.value, e.high))(next(proportion(np.arange(40) < 40)))]
    [0.907, 1.0, 1.0]
    """
    from scipy.special import stdtrit

    values = happens.astype(np.float64)
    value, lanes = float(values.mean()), len(values)
    error, freedom = standard_error(values, draws)
    if freedom < 1:
        yield next(mean(values, draws))
    else:
        spread = value * (1 - value)
        weight = stdtrit(freedom, (1 + LEVEL) / 2) ** 2 * (error**2 / spread if spread else 1 / lanes)
        centre = (value + weight / 2) / (1 + weight)
        half = np.sqrt(weight * (spread + weight / 4)) / (1 + weight)
        yield Estimate(value, max(float(centre - half), 0.0), min(float(centre + half), 1.0), "replication")
    if draws > 1:
        yield over_draws(value, by_draw(values, draws))


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


def standard_error(pseudo: Floats, draws: int) -> tuple[float, int]:
    """Return the standard error from the scatter of pseudo-values within draws, and its degrees of freedom.

    Without a second lane in any draw there is none: not a number, and freedom below one.
    """
    errors, freedom = _scatter(pseudo[None], by_draw(pseudo[None], draws))
    return float(errors[0]), freedom


def _scatter(pseudo: Floats, of_draws: Floats) -> tuple[Floats, int]:
    """Return what `standard_error` does for each row, shapes ``(row, lane)``, ``(row, draw)`` and ``(row,)``."""
    lanes, draws = pseudo.shape[-1], of_draws.shape[-1]
    freedom = lanes - draws
    if freedom < 1:
        return np.full(len(pseudo), nan), freedom
    centred = pseudo - of_draws[:, np.arange(lanes) % draws]
    return np.sqrt((centred**2).sum(axis=-1) / freedom / lanes), freedom


def around(value: float, pseudo: Floats, draws: int) -> Estimate:
    """Interval around a value from one pseudo-value per lane, whose scatter within draws is the error."""
    error, freedom = standard_error(pseudo, draws)
    return _around(np.array([value]), np.array([error]), freedom)[0]


def _around(values: Floats, errors: Floats, freedom: int) -> list[Estimate]:
    from scipy.special import stdtrit

    note = "one replication per draw has no replication interval" if freedom < 1 else ""
    half = errors * stdtrit(freedom, (1 + LEVEL) / 2)
    ends = values.tolist(), (values - half).tolist(), (values + half).tolist()
    return [Estimate(value, low, high, "replication", note) for value, low, high in zip(*ends, strict=True)]


def over_draws(value: float, of_draws: Floats) -> Estimate:
    """Interval of the central 95 % of the estimates of the single draws, shape ``(draw,)``."""
    return _central(value, *_ends(of_draws).tolist())


def _central(value: float, low: float, high: float) -> Estimate:
    return Estimate(value, low, high, "parameter")


def _ends(of_draws: Floats) -> Floats:
    """Return the ends of the central 95 %, shapes ``(..., draw)`` and ``(2, ...)``."""
    ends: Floats = np.quantile(of_draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=-1)
    return ends


def by_draw(values: Floats, draws: int) -> Floats:
    """Mean of each draw over its lanes, shapes ``(..., lane)`` and ``(..., draw)``."""
    lanes = values.shape[-1]
    rows = values.reshape(-1, lanes)
    draw = np.arange(lanes) % draws
    places = draw + draws * np.arange(len(rows))[:, None]
    sums = np.bincount(places.ravel(), rows.ravel(), len(rows) * draws)
    return sums.reshape(*values.shape[:-1], draws) / np.bincount(draw, minlength=draws)
