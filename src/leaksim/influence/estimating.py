"""Indices with bootstrap intervals, ranks, and whether more points would change them."""

from __future__ import annotations

from collections.abc import Iterator
from math import nan

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.influence.designs import Design, Key
from leaksim.outcomes.statistics import LEVEL, Estimate

DESIGN = "design"
"""What the interval of an index covers: other points of the same design."""

RANK, STABILITY = "sensitivity.rank", "sensitivity.stability"

NOT_PARAMETERS = ("luck", "dummy")
"""Inputs that are no parameters: which random histories a point meets, and one that nothing reads."""

_FEWEST_UNITS = 4
"""A smaller part of a design has no ranking worth comparing."""


def estimates(design: Design, outcome: Floats, *, seed: int) -> Iterator[tuple[Key, Estimate]]:
    """Yield every index with its interval, the ranks, and the stability of the ranking.

    Parameters
    ----------
    outcome
        At the points of the design, shape ``(point,)``.
    seed
        Of the bootstrap.
    """
    generator = np.random.default_rng(seed)
    everything = np.arange(design.units)
    found = design.indices(outcome, everything)
    again = [
        design.indices(outcome, generator.integers(design.units, size=design.units)) for _ in range(design.resamples)
    ]
    for key, value in found.items():
        resampled = np.array([each[key] for each in again])
        yield key, _between(value, resampled - resampled.mean() + value if design.is_inflated else resampled)
    ranks = np.array([_ranks(design, each) for each in again])
    for index, (name, rank) in enumerate(zip(_parameters(design), _ranks(design, found), strict=True)):
        yield (RANK, name), _between(float(rank), ranks[:, index])
    yield from _stability(design, outcome, found)


def _between(value: float, resampled: Floats) -> Estimate:
    """Give a value the central 95 % of what came of the bootstrap samples."""
    low, high = np.quantile(resampled, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(value, float(low), float(high), DESIGN)


def _parameters(design: Design) -> list[str]:
    return [name for name in design.names if name not in NOT_PARAMETERS]


def _ranks(design: Design, found: dict[Key, float]) -> Floats:
    """Rank the parameters, the most influential first; equal ones share their mean rank."""
    from scipy.stats import rankdata

    ranks: Floats = rankdata([-found[design.ranked_by, name] for name in _parameters(design)])
    return ranks


def _stability(design: Design, outcome: Floats, found: dict[Key, float]) -> Iterator[tuple[Key, Estimate]]:
    """Correlate the ranks that a half, a quarter, and an eighth of the design give with those of the whole."""
    whole = _ranks(design, found)
    for part in (design.units // 8, design.units // 4, design.units // 2):
        if part < _FEWEST_UNITS or np.ptp(whole) == 0:
            continue
        ranks = _ranks(design, design.indices(outcome, np.arange(part)))
        value = float(np.corrcoef(ranks, whole)[0, 1]) if np.ptp(ranks) > 0 else nan
        yield (STABILITY, str(part)), Estimate(value, nan, nan, DESIGN)
