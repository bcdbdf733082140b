"""Calibrated to its own output, the model gives back the parameters that it came from, as often as the bands say."""

from dataclasses import replace

import numpy as np
import pytest

from leaksim.calibration.problem import Problem
from leaksim.calibration.runs import history_simulator, problem_of
from leaksim.calibration.waves import Settings, waves_after
from leaksim.engine.lanes import Floats

PARAMETERS = ("council", "reserves.import_response", "stock.motor_fuel.initial", "rason.growth", "workers.contract")
"""Some of which patterns speak, and some of which none does."""


def observed_at(problem: Problem, generator: np.random.Generator) -> tuple[Problem, Floats]:
    """Give the problem data of the model itself: one history at places drawn from the priors, with errors."""
    places = generator.random((1, len(problem.priors)))
    simulated = problem.simulate(problem.values(places), int(generator.integers(2**62)))[:, 0, 0]
    observed = simulated + problem.error * generator.standard_normal(len(problem.error))
    return replace(problem, observed=observed), places[0]


def covered(trials: int, settings: Settings) -> tuple[float, float]:
    """Return how often the 90 % bands hold the truth, over parameters and trials, and how wide they are."""
    generator = np.random.default_rng(5)
    inside, width = [], []
    with history_simulator(histories=4) as simulate:
        for trial in range(trials):
            problem, truth = observed_at(problem_of(simulate, PARAMETERS), generator)
            *_, last = waves_after(problem, replace(settings, seed=trial))
            assert last.is_last(settings)
            low, high = np.quantile(last.cloud.places, [0.05, 0.95], axis=0)
            inside.append((low <= truth) & (truth <= high))
            width.append(high - low)
    return float(np.mean(inside)), float(np.mean(width))


@pytest.mark.slow
def test_bands_hold_the_parameters_that_the_data_came_from() -> None:
    share, width = covered(20, Settings(points=64, excused=2, steps=8, settling=2))
    # Bands of one trial miss together: count trials, not bands.
    assert share == pytest.approx(0.9, abs=4 * np.sqrt(0.09 / 20 / 3))
    assert width < 0.88
