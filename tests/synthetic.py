"""Models with known answers, to calibrate instead of the history of 2016 and 2017."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from leaksim.calibration.problem import Problem
from leaksim.engine.lanes import Floats
from leaksim.scenario.schema import Uncertainty

LEVEL, LUCK = 0.1, 0.05
"""Standard deviations of the error, and of luck."""


@dataclass(frozen=True)
class Sums:
    """Two patterns: the first parameter, and the sum of the second and the third. Nothing depends on the fourth."""

    histories: int = 4

    def __call__(self, parameters: Mapping[str, Floats], seed: int) -> Floats:
        alone, one, other, _ = parameters.values()
        luck = np.random.default_rng(seed).standard_normal((2, 1, self.histories))
        return np.array([alone, one + other])[:, :, None] + LUCK * luck


NAMES = ("traders.penalty", "suppliers.capacity", "tankers.cargo", "payments.barter")
"""Four parameters of the registry, so that there are words for them; all of them go from 0 to 1 here."""


def priors(number: int = 4) -> dict[str, Uncertainty]:
    return {name: Uncertainty(distribution="uniform", low=0, high=1) for name in NAMES[:number]}


def sums(observed: tuple[float, float] = (0.3, 1.0), error: float = LEVEL) -> Problem:
    return Problem(priors(), ("alone", "sum"), np.array(observed), np.full(2, error), Sums())
