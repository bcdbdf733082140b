"""What is calibrated, against what, and how far apart the two are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.sampling import BELOW_ONE, quantile
from leaksim.scenario.schema import Uncertainty

CUTOFF = 3.0
"""Beyond this implausibility a point is ruled out: at most 5 % of any unimodal distribution lies there (Pukelsheim
1994)."""


class Simulator(Protocol):
    """Runs the model at points, each in the same random histories."""

    def __call__(self, parameters: Mapping[str, Floats], seed: int) -> Floats:
        """Return what the model says of each pattern, shape ``(pattern, point, history)``.

        Parameters
        ----------
        parameters
            Values by parameter, shape ``(point,)`` each.
        seed
            Fixes the histories.
        """


@dataclass(frozen=True)
class Problem:
    """A calibration: parameters with what is known of them beforehand, and patterns that the model should show.

    Attributes
    ----------
    priors
        Distributions of the parameters, independent of each other.
    patterns
        Names of the patterns.
    observed
        What was observed, shape ``(pattern,)``.
    error
        Standard deviation of the error of observation and of the model's discrepancy together, shape ``(pattern,)``.
    simulate
        The model.
    """

    priors: Mapping[str, Uncertainty]
    patterns: tuple[str, ...]
    observed: Floats
    error: Floats
    simulate: Simulator

    def values(self, places: Floats) -> dict[str, Floats]:
        """Turn places in the priors, shape ``(point, parameter)``, into values, shape ``(point,)`` each."""
        inside = np.minimum(places, BELOW_ONE)  # a choice has no value at 1 itself
        return {name: quantile(prior, inside[:, index]) for index, (name, prior) in enumerate(self.priors.items())}

    def distances(self, simulated: Floats) -> tuple[Floats, Floats]:
        """Say how far each point is from each pattern, and how close that makes it to all of them.

        The implausibility is the distance in standard deviations of error and luck together (Craig et al. 1997; Vernon,
        Goldstein and Bower 2010). What was observed is one of the histories that could have been, so luck counts
        once for it and once for the mean over the simulated ones. A pattern that has no value is infinitely far away.

        The closeness is the logarithm of the normal density of these distances, 0 where a point meets all patterns
        exactly and without luck. Weighting by it is Bayesian inference for a model with these errors (Wilkinson 2013),
        whose luck is taken for normal (Wood 2010). A pattern that is missed by more than the cutoff weighs no more than
        one missed by it: how large an error is that nobody expected says nothing about parameters.

        Parameters
        ----------
        simulated
            Shape ``(pattern, point, history)``, two histories at least.

        Returns
        -------
        tuple
            Implausibility, shape ``(pattern, point)``, and closeness, shape ``(point,)``.
        """
        luck = simulated.var(axis=2, ddof=1) * (1 + 1 / simulated.shape[2])
        errors = self.error[:, None] ** 2
        missed = np.abs(self.observed[:, None] - simulated.mean(axis=2)) / np.sqrt(errors + luck)
        implausibility = np.where(np.isnan(missed), np.inf, missed)
        penalty = np.minimum(implausibility, CUTOFF) ** 2 + np.log1p(np.nan_to_num(luck) / errors)
        return implausibility, -penalty.sum(axis=0) / 2


def largest(implausibility: Floats, excused: int) -> Floats:
    """Return the largest implausibility of each point but for so many larger ones, shape ``(point,)``.

    >>> largest(np.array([[1.0], [5.0], [2.0]]), 0).tolist(), largest(np.array([[1.0], [5.0], [2.0]]), 1).tolist()
    ([5.0], [2.0])
    """
    ordered: Floats = np.sort(implausibility, axis=0)[-1 - excused]
    return ordered
