"""The patient rule induction method: a box of inputs in which most cases are of interest.

Friedman and Fisher 1999; for scenario discovery, with coverage, density and quasi-p, Bryant and Lempert 2010. Thin
slices are peeled off a box, each the one that raises the share of cases of interest most for what it costs; then the
box is pasted back where that loses none of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

import numpy as np

from leaksim.engine.lanes import Floats, Places
from leaksim.outcomes.statistics import Flags

SLICE = 0.05
"""Share of the cases in a box that is peeled off at once: patient, as Friedman and Fisher advise."""

SMALLEST = 0.05
"""Share of all cases below which a box is peeled no further."""

CHANCE = 0.05
"""A limit with a greater quasi-p is lifted: chance alone would often make one as good."""


@dataclass(frozen=True)
class Box:
    """Cases between limits.

    Attributes
    ----------
    low, high
        Shape ``(input,)``; infinite where there is no limit.
    coverage
        Share of the cases of interest that lie inside.
    density
        Share of the cases inside that are of interest.
    mass
        Share of all cases that lie inside.
    """

    low: Floats
    high: Floats
    coverage: float
    density: float
    mass: float

    @property
    def limits(self) -> tuple[tuple[int, str], ...]:
        """Number of the input and the end, ``low`` or ``high``, of every limit."""
        ends = {"low": self.low, "high": self.high}
        return tuple((index, end) for index in range(len(self.low)) for end in ends if np.isfinite(ends[end][index]))

    @property
    def restricted(self) -> int:
        """How many inputs are limited."""
        return len({index for index, _ in self.limits})

    @property
    def balance(self) -> float:
        """Harmonic mean of coverage and density."""
        both = self.coverage + self.density
        return 2 * self.coverage * self.density / both if both else 0.0

    def holds(self, cases: Floats) -> Flags:
        """Say which cases lie inside, shape ``(case,)``."""
        return np.asarray(((cases >= self.low) & (cases <= self.high)).all(axis=1))


@dataclass(frozen=True)
class Peeling:
    """Every box from the whole space to the smallest, and the one that was chosen."""

    trajectory: tuple[Box, ...]
    step: int
    """Number of the box in the trajectory from which the chosen one was made."""
    chosen: Box
    """Without the limits that chance may have made, and pasted."""
    quasi_p: tuple[float, ...]
    """Of each limit of the chosen box; see `quasi_p_of`."""


def peeled(cases: Floats, of_interest: Flags, *, step: int | None = None) -> Peeling:
    """Find a box.

    Parameters
    ----------
    cases
        Shape ``(case, input)``.
    of_interest
        Shape ``(case,)``; some are, some are not.
    step
        Number of the box in the trajectory to be taken, from 0; without it, the one with the greatest harmonic mean of
        coverage and density.
    """
    box = _measured(np.full(cases.shape[1], -inf), np.full(cases.shape[1], inf), cases, of_interest)
    trajectory = [box]
    while box.density < 1 and (smaller := _peel(box, cases, of_interest)) is not None:
        box = smaller
        trajectory.append(box)
    if step is None:
        step = int(np.argmax([each.balance for each in trajectory]))
    # A number beyond the smallest box means the smallest.
    step = min(step, len(trajectory) - 1)
    chosen = _pasted(_without_chance(trajectory[step], cases, of_interest), cases, of_interest)
    found = tuple(quasi_p_of(chosen, index, end, cases, of_interest) for index, end in chosen.limits)
    return Peeling(tuple(trajectory), step, chosen, found)


def quasi_p_of(box: Box, index: int, end: str, cases: Floats, of_interest: Flags) -> float:
    """Return how easily chance alone would make the box as dense, had it not this limit (Bryant and Lempert 2010).

    The probability that of as many cases as the box has, taken at random from the box without the limit, at least as
    many are of interest. It is no p value of a test, as the limit was chosen with the same cases.
    """
    from scipy.special import bdtrc

    wider = _with_end(box, index, end, inf, cases, of_interest)
    inside, around = box.holds(cases), wider.holds(cases)
    count, hits = int(inside.sum()), int(of_interest[inside].sum())
    rate = float(of_interest[around].mean())
    return float(bdtrc(hits - 1, count, rate)) if hits else 1.0


def found_again(peeling: Peeling, cases: Floats, of_interest: Flags, *, resamples: int, seed: int) -> Resampled:
    """Look for the box again in bootstrap samples, and try each box on the cases that are not in its sample."""
    generator = np.random.default_rng(seed)
    total = len(cases)
    again = np.zeros(len(peeling.chosen.limits))
    outside = []
    for _ in range(resamples):
        drawn: Places = generator.integers(total, size=total)
        if of_interest[drawn].all() or not of_interest[drawn].any():
            continue
        found = peeled(cases[drawn], of_interest[drawn]).chosen
        again += [limit in found.limits for limit in peeling.chosen.limits]
        left = np.setdiff1d(np.arange(total), drawn)
        tried = _measured(found.low, found.high, cases[left], of_interest[left])
        outside.append((tried.coverage, tried.density))
    coverage, density = np.nanmean(outside, axis=0) if outside else (np.nan, np.nan)
    return Resampled(tuple(again / resamples), float(coverage), float(density))


@dataclass(frozen=True)
class Resampled:
    """What became of a box in bootstrap samples."""

    again: tuple[float, ...]
    """Share of the samples in which the same input gets a limit at the same end, for each limit."""
    coverage: float
    """Mean over the samples, of cases that are not in the sample."""
    density: float


def _measured(low: Floats, high: Floats, cases: Floats, of_interest: Flags) -> Box:
    inside = ((cases >= low) & (cases <= high)).all(axis=1)
    hits, count = int(of_interest[inside].sum()), int(inside.sum())
    total = int(of_interest.sum())
    return Box(low, high, hits / total if total else np.nan, hits / count if count else np.nan, count / len(cases))


def _peel(box: Box, cases: Floats, of_interest: Flags) -> Box | None:
    """Take off the best slice, or return None if all that are possible leave too little."""
    inside = box.holds(cases)
    here, hits = cases[inside], of_interest[inside]
    best: tuple[float, int, str, float] | None = None
    for index, end, limit in _slices(here):
        kept = here[:, index] >= limit if end == "low" else here[:, index] <= limit
        count = int(kept.sum())
        if count < SMALLEST * len(cases):
            continue
        # What a slice wins is measured by what it costs: coarse inputs, which lose much at once, are not favoured.
        gain = (hits[kept].mean() - hits.mean()) / (len(here) - count)
        if best is None or gain > best[0]:
            best = gain, index, end, limit
    return None if best is None else _with_end(box, *best[1:], cases, of_interest)


def _slices(here: Floats) -> Iterator[tuple[int, str, float]]:
    """Yield the limits that take a slice off either end of each input."""
    ordered = np.sort(here, axis=0)
    off = max(int(SLICE * len(here)), 1)
    for index in range(here.shape[1]):
        values = ordered[:, index]
        # Equal values go together: at least the smallest, or the greatest, of them.
        low = values[max(off, np.searchsorted(values, values[0], side="right"))] if values[0] < values[-1] else None
        high = values[min(len(values) - 1 - off, np.searchsorted(values, values[-1]) - 1)]
        if low is not None:
            yield index, "low", _between(values[values < low].max(), low)
            yield index, "high", _between(high, values[values > high].min())


def _between(lower: float, higher: float) -> float:
    """Put a limit between two neighbouring values, for it is not known where between them it belongs."""
    return float((lower + higher) / 2)


def _with_end(box: Box, index: int, end: str, value: float, cases: Floats, of_interest: Flags) -> Box:
    """Return the box with another limit; an infinite one lifts it."""
    low, high = box.low.copy(), box.high.copy()
    if end == "low":
        low[index] = -inf if value == inf else value
    else:
        high[index] = value
    return _measured(low, high, cases, of_interest)


def _without_chance(box: Box, cases: Floats, of_interest: Flags) -> Box:
    """Lift the limits that chance may have made, the likeliest first."""
    while box.limits:
        found = {limit: quasi_p_of(box, *limit, cases, of_interest) for limit in box.limits}
        worst = max(found, key=lambda limit: found[limit])
        if found[worst] <= CHANCE:
            break
        box = _with_end(box, *worst, inf, cases, of_interest)
    return box


def _pasted(box: Box, cases: Floats, of_interest: Flags) -> Box:
    """Widen a box at the ends where it thereby becomes no less dense."""
    while True:
        wider = [_with_end(box, *limit, _pushed_out(box, *limit, cases), cases, of_interest) for limit in box.limits]
        better = [each for each in wider if each.density >= box.density and each.mass > box.mass]
        if not better:
            return box
        box = max(better, key=lambda each: (each.density, each.mass))


def _pushed_out(box: Box, index: int, end: str, cases: Floats) -> float:
    """Return the limit that takes a slice more into a box; infinite if there is no more."""
    around = _with_end(box, index, end, inf, cases, np.ones(len(cases), dtype=np.bool_)).holds(cases)
    values = np.sort(cases[around, index])
    more = max(int(SLICE * box.mass * len(cases)), 1)
    beyond = values[values < box.low[index]][::-1] if end == "low" else values[values > box.high[index]]
    if len(beyond) <= more:
        return inf
    return _between(beyond[more - 1], beyond[more])
