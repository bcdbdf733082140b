"""Which policy each criterion of decision under deep uncertainty chooses, and how sure that is.

A criterion needs no probabilities of worlds, or takes all as equally likely. Sources: Wald 1950 (maximin), Savage 1951
(minimax regret), and Herman, Reed, Zeff and Characklis 2015 for percentiles of regret and the domain criterion.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from leaksim.engine.lanes import Floats

REGRET_LEVEL = 0.9
"""Quantile of regret: the worst tenth of the worlds is left out."""

RESAMPLES = 1000
"""Bootstrap samples of worlds."""

MAXIMIN, MINIMAX_REGRET, LAPLACE = "robustness.maximin", "robustness.minimax_regret", "robustness.laplace"
REGRET_90, DOMAIN = "robustness.regret_90", "robustness.domain"

Criterion = Callable[[Floats], Floats]
"""Value of each policy by a criterion, from outcomes of shape ``(policy, world)``."""


def criteria(sign: float, threshold: float | None) -> Mapping[str, Criterion]:
    """Return the criteria, by the metric of their value.

    Parameters
    ----------
    sign
        1 if much of the outcome is good, -1 if little is.
    threshold
        What a policy has to reach, for the domain criterion; None leaves it out.
    """
    found: dict[str, Criterion] = {
        MAXIMIN: lambda outcome: sign * (sign * outcome).min(axis=1),
        MINIMAX_REGRET: lambda outcome: regret(outcome, sign).max(axis=1),
        REGRET_90: lambda outcome: np.quantile(regret(outcome, sign), REGRET_LEVEL, axis=1),
        LAPLACE: lambda outcome: outcome.mean(axis=1),
    }
    if threshold is not None:
        found[DOMAIN] = lambda outcome: (sign * outcome >= sign * threshold).mean(axis=1)
    return found


def regret(outcome: Floats, sign: float) -> Floats:
    """Return how far each policy falls short of the best one in each world, shape ``(policy, world)``.

    >>> regret(np.array([[1.0, 5.0], [3.0, 4.0]]), 1.0).tolist()
    [[2.0, 0.0], [0.0, 1.0]]
    """
    good = sign * outcome
    short: Floats = good.max(axis=0) - good
    return short


def choices(metric: str, values: Floats, sign: float) -> Floats:
    """Return how a criterion shares its choice out between the policies: 1 for the best, or parts for equal ones.

    Parameters
    ----------
    metric
        The criterion.
    values
        Of each policy by it, shape ``(policy,)`` or ``(sample, policy)``.
    """
    wants = {MINIMAX_REGRET: -1.0, REGRET_90: -1.0, DOMAIN: 1.0}.get(metric, sign)
    good = wants * values
    best = good == good.max(axis=-1, keepdims=True)
    shared: Floats = best / best.sum(axis=-1, keepdims=True)
    return shared


def resampled(criterion: Criterion, outcome: Floats, *, seed: int, resamples: int = RESAMPLES) -> Floats:
    """Return the values of the policies in bootstrap samples of the worlds, shape ``(sample, policy)``.

    All criteria meet the same samples.
    """
    generator = np.random.default_rng(seed)
    worlds = outcome.shape[1]
    return np.array([criterion(outcome[:, generator.integers(worlds, size=worlds)]) for _ in range(resamples)])
