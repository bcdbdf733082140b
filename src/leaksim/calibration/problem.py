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

    def implausibility(self, simulated: Floats) -> Floats:
        """Say how far each point is from each pattern, in standard deviations; shape ``(pattern, point)``.

        The observed history is one of the many that could have been, so luck counts once for it and once for the mean
        over the simulated ones. A pattern that has no value at a point is infinitely far away.

        Source: Craig et al. 1997; Vernon, Goldstein and Bower 2010.

        Parameters
        ----------
        simulated
            Shape ``(pattern, point, history)``, two histories at least.
        """
        luck = simulated.var(axis=2, ddof=1) * (1 + 1 / simulated.shape[2])
        distance = np.abs(self.observed[:, None] - simulated.mean(axis=2))
        return _or_infinity(distance / np.sqrt(self.error[:, None] ** 2 + luck))

    def closeness(self, simulated: Floats) -> Floats:
        """Return the logarithm of the weight of each point, shape ``(point,)``: 0 where it meets all patterns exactly.

        The kernel is the normal density of the errors, so that accepting by it is exact Bayesian inference for a model
        with these errors (Wilkinson 2013). It is averaged over the histories of a point. A pattern that is missed by
        more than the cutoff weighs no more than one missed by it: how large an error is that nobody expected says
        nothing about parameters.

        Parameters
        ----------
        simulated
            Shape ``(pattern, point, history)``.
        """
        from scipy.special import logsumexp

        missed = (self.observed[:, None, None] - simulated) / self.error[:, None, None]
        weights = -(np.minimum(_or_infinity(np.abs(missed)), CUTOFF) ** 2) / 2
        return np.asarray(logsumexp(weights.sum(axis=0), axis=1) - np.log(simulated.shape[2]), dtype=np.float64)


def largest(implausibility: Floats, excused: int) -> Floats:
    """Return the largest implausibility of each point but for so many larger ones, shape ``(point,)``.

    >>> largest(np.array([[1.0], [5.0], [2.0]]), 0).tolist(), largest(np.array([[1.0], [5.0], [2.0]]), 1).tolist()
    ([5.0], [2.0])
    """
    ordered: Floats = np.sort(implausibility, axis=0)[-1 - excused]
    return ordered


def _or_infinity(distance: Floats) -> Floats:
    return np.where(np.isnan(distance), np.inf, distance)
