"""The history of 2016 and 2017 as a model to be calibrated, over processes that live as long as the calibration."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

import numpy as np

from leaksim.calibration.patterns import priors, simulated
from leaksim.calibration.problem import Problem, Simulator
from leaksim.engine.lanes import LANES_PER_BLOCK, Floats
from leaksim.evidence.patterns import Pattern, load_patterns
from leaksim.influence.request import begins

_LANES_AT_ONCE = 4 * LANES_PER_BLOCK
"""Lanes that a process computes at most before it takes others."""


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
def history_simulator(*, histories: int, jobs: int = 1) -> Iterator[Simulator]:
    """Give a model that computes the patterns for calibration, with processes that end when it is not needed any more.

    Parameters
    ----------
    histories
        That each point meets.
    jobs
        Who works, as in `leaksim.simulate`; what they compute does not depend on it.
    """
    patterns = load_patterns().for_calibration
    if jobs == 1:
        yield lambda parameters, seed: simulated(patterns, parameters, histories=histories, seed=seed)
        return
    # Waves ask hundreds of times: processes that began anew each time would do little else. See the executor for why
    # they are spawned, and why they leave Ctrl-C to this process.
    with ProcessPoolExecutor(
        jobs, mp_context=get_context("spawn"), initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN)
    ) as pool:
        try:
            yield _spread(pool, patterns, histories, jobs)
        finally:
            pool.shutdown(cancel_futures=True)


def _spread(pool: Executor, patterns: tuple[Pattern, ...], histories: int, jobs: int) -> Simulator:
    fewest, most = (max(lanes // histories, 1) for lanes in (LANES_PER_BLOCK, _LANES_AT_ONCE))

    def simulate(parameters: Mapping[str, Floats], seed: int) -> Floats:
        points = len(next(iter(parameters.values())))
        at_once = min(max(-(-points // jobs), fewest), most)
        parts = [
            pool.submit(_part, patterns, {name: each[part] for name, each in parameters.items()}, histories, seed)
            for part in (slice(first, first + at_once) for first in range(0, points, at_once))
        ]
        return np.concatenate([part.result() for part in parts], axis=1)

    return simulate


def _part(patterns: tuple[Pattern, ...], parameters: Mapping[str, Floats], histories: int, seed: int) -> Floats:
    return simulated(patterns, parameters, histories=histories, seed=seed)
