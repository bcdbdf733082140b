"""How long something lasts when a run may end before it does: Kaplan and Meier's estimate, in whole months.

A lane is *censored* when the run ends before the event. It counts as at risk for as long as it was watched, so that
leaving out the lanes in which nothing happened does not make everything look short.

Sources: Kaplan and Meier 1958 for the curve; Brookmeyer and Crowley 1982 for the interval of its median; Andersen,
Klein and Rosthoj 2003 for the pseudo-values from which the errors come, here as for every other ratio.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf, isinf, nan

import numpy as np
import numpy.typing as npt

from leaksim.engine.lanes import Floats
from leaksim.outcomes.statistics import LEVEL, Estimate, Flags, standard_error

_HALF = 0.5 + 1e-12
"""A curve that is a product of fractions hits a half only up to rounding."""


@dataclass(frozen=True)
class Durations:
    """Months to an event in each lane.

    Parameters
    ----------
    months
        Whole months to the event, infinity where it does not come while the lane is watched, shape ``(lane,)``.
    watched
        Whole months for which the lane was watched, at least as many as to the event, shape ``(lane,)``; negative in
        lanes in which there is nothing to wait for, which are left out.
    """

    months: Floats
    watched: Floats

    @property
    def subjects(self) -> Flags:
        """Lanes in which there is something to wait for, shape ``(lane,)``."""
        subjects: Flags = self.watched >= 0
        return subjects

    @property
    def censored(self) -> float:
        """Share of the subjects that the run ends too early for; not a number without subjects."""
        subjects = self.subjects
        return float(np.isinf(self.months[subjects]).mean()) if subjects.any() else nan


def first_month(happens: Flags) -> Floats:
    """Index of the first month in which something happens, infinity where it never does.

    Parameters
    ----------
    happens
        Shape ``(month, ...)``.
    """
    return np.where(happens.any(axis=0), happens.argmax(axis=0).astype(np.float64), np.inf)


def survival(events: Floats, exits: Floats) -> Floats:
    """Kaplan-Meier curve: the share that is left after each month.

    Parameters
    ----------
    events, exits
        How many meet the event after so many months, and how many are last seen then (with or without the event).
        Shape ``(..., month)``, the first for no month at all.
    """
    at_risk = np.cumsum(exits[..., ::-1], axis=-1)[..., ::-1]
    return np.cumprod(1 - events / np.maximum(at_risk, 1), axis=-1, dtype=np.float64)


def median_duration(durations: Durations, draws: int = 1) -> Iterator[Estimate]:
    """Estimate the median number of months: the first after which at most half of the lanes are left.

    Infinity stands for more months than the run shows.

    Parameters
    ----------
    durations
        At least one lane must be a subject.
    draws
        Parameter draws; lane r carries draw r mod `draws`.

    Yields
    ------
    Estimate
        The replication interval: the months at which the band around the curve (log-log, from the scatter of the
        lanes' pseudo-values within draws) holds a half. Then, with more than one draw, the parameter interval: the
        central 95 % of the medians of the single draws that have subjects.
    """
    counts = _Counts.of(durations, draws)
    curve = survival(counts.events.sum(axis=0), counts.exits.sum(axis=0))
    value = float(_median(curve))
    yield _noted(value, *_interval(curve, counts, draws), draws)
    if draws > 1:
        of_draws = _median(survival(counts.events, counts.exits)[counts.exits.any(axis=1)])
        low = np.quantile(of_draws, (1 - LEVEL) / 2, method="lower")
        high = np.quantile(of_draws, (1 + LEVEL) / 2, method="higher")
        yield Estimate(value, float(low), float(high), "parameter", _open_end(value, float(high)))


@dataclass(frozen=True)
class _Counts:
    """Lanes counted by draw and month."""

    events: Floats
    """How many meet the event, shape ``(draw, month)``."""
    exits: Floats
    """How many are last seen, shape ``(draw, month)``."""
    kinds: npt.NDArray[np.intp]
    """Which pseudo-value is each lane's, shape ``(lane,)``."""

    @classmethod
    def of(cls, durations: Durations, draws: int) -> _Counts:
        subjects = durations.subjects
        length = int(durations.watched[subjects].max()) + 1
        happens = subjects & np.isfinite(durations.months)
        last_seen = np.where(happens, durations.months, np.maximum(durations.watched, 0)).astype(np.intp)
        draw = np.arange(len(subjects)) % draws

        def count(which: Flags) -> Floats:
            places = draw[which] * length + last_seen[which]
            return np.bincount(places, minlength=draws * length).reshape(draws, length).astype(np.float64)

        kinds = np.where(subjects, 2 * last_seen + happens, 2 * length)
        return cls(count(happens), count(subjects), kinds)


def _median(curve: Floats) -> Floats:
    return first_month(np.moveaxis(curve <= _HALF, -1, 0))


def _interval(curve: Floats, counts: _Counts, draws: int) -> tuple[float, float]:
    """Return the first months after which the lower and the upper end of the band are down to a half."""
    from scipy.special import stdtrit

    lanes = len(counts.kinds)
    if lanes - draws < 1:
        return nan, nan
    pseudo = _pseudo_values(curve, counts)
    quantile = float(stdtrit(lanes - draws, (1 + LEVEL) / 2))
    lower, upper = curve.copy(), curve.copy()
    for month in np.flatnonzero((curve > 0) & (curve < 1)):
        error, _ = standard_error(pseudo[counts.kinds, month], draws)
        left = curve[month]
        stretch = np.exp(quantile * error / (left * -np.log(left)))
        lower[month], upper[month] = left**stretch, left ** (1 / stretch)
    return float(_median(lower)), float(_median(upper))


def _pseudo_values(curve: Floats, counts: _Counts) -> Floats:
    """Delete-one jackknife of the curve, for each kind of lane, shape ``(kind, month)``.

    Lanes that are last seen after the same month, all with or all without the event, have the same pseudo-value.
    """
    lanes, length = len(counts.kinds), len(curve)
    gone = np.repeat(np.eye(length), 2, axis=0)
    met = gone * (np.arange(2 * length) % 2)[:, None]
    exits = np.maximum(counts.exits.sum(axis=0) - gone, 0)
    events = np.maximum(counts.events.sum(axis=0) - met, 0)
    without = np.vstack([survival(events, exits), curve])
    pseudo: Floats = lanes * curve - (lanes - 1) * without
    return pseudo


def _noted(value: float, low: float, high: float, draws: int) -> Estimate:
    if np.isnan(low):
        note = "one replication" + (" per draw has no replication interval" if draws > 1 else " has no interval")
    else:
        note = _open_end(value, high)
    return Estimate(value, low, high, "replication", note)


def _open_end(value: float, high: float) -> str:
    if isinf(value):
        return "more than half of the lanes outlast the run"
    return "no upper end within the run" if high == inf else ""
