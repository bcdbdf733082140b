"""Which uncertainty dominates: how the variance of a single history divides between parameters and luck."""

from __future__ import annotations

from math import exp, nan

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.outcomes.statistics import Estimate, around, by_draw

_ROUNDING = 1e-9
"""Lanes that scatter by less than this share of their mean scatter by rounding in the arithmetic only."""


def parameter_share(pseudo: Floats, draws: int) -> Estimate:
    """Estimate the share of the variance of a single lane that lies between parameter draws.

    By the law of total variance, the variance of a lane is that of the means of the worlds which parameters can make,
    plus the mean variance of luck within a world. Both parts are estimated without bias by the one-way analysis of
    variance with random effects (Searle, Casella and McCulloch 1992, chapter 3), so the first one, and with it the
    share, is negative where the means of draws differ less than luck alone would make them differ. The interval is a
    jackknife over draws, of the logarithm of the ratio of the two mean squares.

    Parameters
    ----------
    pseudo
        One value per lane, shape ``(lane,)``: for a ratio of means the jackknife pseudo-values.
    draws
        At least two; lane r carries draw r mod `draws`.

    Returns
    -------
    Estimate
        Without a value, and with a note, where the two parts cannot be told apart.
    """
    lanes = len(pseudo)
    if lanes <= draws:
        return Estimate(nan, nan, nan, "parameter", "undefined: one replication per draw does not show luck")
    centred = pseudo - pseudo.mean()
    draw = np.arange(lanes) % draws
    counts, sums = np.bincount(draw, minlength=draws).astype(np.float64), np.bincount(draw, centred, draws)
    within = np.bincount(draw, (centred - by_draw(centred, draws)[draw]) ** 2, draws)
    squares = sums**2 / counts
    nothing = lanes * (_ROUNDING * pseudo.mean()) ** 2
    if within.sum() <= nothing:
        if squares.sum() <= nothing:
            return Estimate(nan, nan, nan, "parameter", "undefined: no history differs from another")
        return Estimate(1.0, 1.0, 1.0, "parameter", "nothing is left to luck")
    log_ratio = float(_log_ratio(draws, lanes, sums.sum(), squares.sum(), within.sum()))
    lanes_per_draw = float((lanes - (counts**2).sum() / lanes) / (draws - 1))
    value = _share(log_ratio, lanes_per_draw)
    note = "negative: the draws differ less than luck alone would make them differ" if value < 0 else ""
    none = Estimate(value, nan, nan, "parameter", note)
    if draws < 3 or lanes - counts.max() < draws:
        return none
    without_one = _log_ratio(
        draws - 1, lanes - counts, sums.sum() - sums, squares.sum() - squares, within.sum() - within
    )
    if not np.isfinite([log_ratio, *without_one]).all():
        return none
    of_ratio = around(log_ratio, draws * log_ratio - (draws - 1) * without_one, 1)
    low, high = (_share(end, lanes_per_draw) for end in (of_ratio.low, of_ratio.high))
    return Estimate(value, low, high, "parameter", note)


def width_ratio(replication: Estimate, parameter: Estimate) -> Estimate:
    """Say how many times as wide the interval over parameters is as that from luck alone."""
    width = replication.high - replication.low
    if not width > _ROUNDING * abs(replication.value):
        return Estimate(nan, nan, nan, "parameter", "undefined: there is no interval from luck")
    ratio = (parameter.high - parameter.low) / width
    return Estimate(ratio, nan, nan, "parameter", "a ratio of two intervals, which has none itself")


def _log_ratio(draws: int, lanes: int | Floats, total: Floats, squares: Floats, within: Floats) -> Floats:
    """Logarithm of the mean square between draws over that within.

    Parameters
    ----------
    total
        Sum over lanes.
    squares
        Sum over draws of the squared sum of a draw over its number of lanes.
    within
        Sum of squares around the means of draws.
    """
    between = (squares - total**2 / lanes) / (draws - 1)
    with np.errstate(divide="ignore"):
        return np.log(between / (within / (lanes - draws)))


def _share(log_ratio: float, lanes_per_draw: float) -> float:
    """Turn the ratio of the mean squares into the share of the variance that lies between draws."""
    excess = exp(log_ratio) - 1
    return excess / (excess + lanes_per_draw)
