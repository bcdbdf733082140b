"""The history of 2016 and 2017 as a model to be calibrated, with workers that live as long as the calibration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from leaksim.calibration.patterns import priors, simulated
from leaksim.calibration.problem import Problem, Simulator
from leaksim.engine.executor import Jobs, kept_open
from leaksim.evidence.patterns import load_patterns
from leaksim.influence.request import begins


def problem_of(simulate: Simulator, only: Sequence[str] = ()) -> Problem:
    """Return the calibration of what the registry leaves open to the patterns that calibration uses.

    Parameters
    ----------
    only
        Parameters, or beginnings of their ids, that may move; all of them if not given.
    """
    patterns = load_patterns().for_calibration
    may_move = priors()
    return Problem(
        priors={
            name: prior for name, prior in may_move.items() if not only or any(begins(name, word) for word in only)
        },
        patterns=tuple(each.id for each in patterns),
        observed=np.array([each.observed for each in patterns]),
        error=np.array([each.spread for each in patterns]),
        simulate=simulate,
    )


@contextmanager
def history_simulator(*, histories: int, jobs: Jobs = 1) -> Iterator[Simulator]:
    """Give a model that computes the patterns for calibration, with workers that stay until it is not needed any more.

    Parameters
    ----------
    histories
        That each point meets.
    jobs
        Who works, as in `leaksim.simulate`; what they compute does not depend on it.
    """
    patterns = load_patterns().for_calibration
    with kept_open(jobs) as crew:
        yield lambda parameters, seed: simulated(patterns, parameters, histories=histories, seed=seed, jobs=crew)
