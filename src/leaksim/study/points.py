"""The points of a study: every combination on its axes, and a sample of what it spreads over ranges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.sampling import probabilities
from leaksim.study.quantities import Value, quantities

Point = Mapping[str, Value]
"""The value of everything that is varied, by its name."""


@dataclass(frozen=True)
class Range:
    """From where to where something is varied, in its own unit."""

    low: Value
    high: Value
    spacing: str
    """``linear`` or ``log``."""

    def at(self, name: str, share: float) -> Value:
        """Return the value of a quantity at a share of the way."""
        return quantities()[name].between(self.low, self.high, share, self.spacing)

    def steps(self, name: str, count: int) -> tuple[Value, ...]:
        """Return values of a quantity at equal distances, both ends included."""
        return tuple(self.at(name, step / (count - 1)) for step in range(count))


def grid(axes: Mapping[str, Sequence[Value]]) -> list[Point]:
    """Combine all values of all axes; the last axis changes fastest."""
    return [dict(zip(axes, values, strict=True)) for values in product(*axes.values())]


def sample(ranges: Mapping[str, Range], method: str, count: int, seed: int) -> list[Point]:
    """Spread points evenly over ranges.

    Parameters
    ----------
    ranges
        By the name of what is varied.
    method
        ``latin_hypercube`` (McKay, Beckman and Conover 1979), in which a quantity keeps its values when others are
        added, or ``sobol``, a scrambled Sobol' sequence (Owen 1998).
    count
        Points; a power of two for ``sobol``.
    """
    if method == "sobol":
        from scipy.stats.qmc import Sobol

        shares = Sobol(len(ranges), rng=np.random.default_rng(seed)).random(count)
    else:
        drawn: dict[str, Floats] = probabilities(list(ranges), (), draws=count, seed=seed)
        shares = np.column_stack(list(drawn.values()))
    return [
        {name: each.at(name, float(row[index])) for index, (name, each) in enumerate(ranges.items())} for row in shares
    ]
