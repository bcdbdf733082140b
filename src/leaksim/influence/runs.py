"""Runs of a scenario at design points that all meet the same random histories."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from leaksim.engine.executor import Jobs, workers_for
from leaksim.engine.lanes import LANES_PER_BLOCK, Arm, Block, Floats, Places
from leaksim.model.channels import arms_for
from leaksim.model.parameters import Parameters
from leaksim.model.world import live
from leaksim.outcomes.comparison import Headline, Lanes, headline_called
from leaksim.outcomes.lane_tables import lane_totals
from leaksim.outcomes.observation import Observation, observe
from leaksim.paired_runs import ARMS
from leaksim.plan import certain_values
from leaksim.resuming import resumed
from leaksim.sampling import BELOW_ONE, quantile
from leaksim.scenario.schema import Scenario
from leaksim.simulation import MEMORY
from leaksim.store.asked import of_arrays, of_scenario
from leaksim.store.blocks import BlockStore, packed, unpacked

_NOTHING = 1e-9
"""A mean denominator below this is none, and the outcome has no meaning."""


def outcome_at(
    scenarios: Sequence[Scenario],
    inputs: Mapping[str, Floats],
    sets: Places,
    headline: Headline,
    *,
    histories: int,
    seed: int,
    jobs: Jobs = 1,
    store: BlockStore | None = None,
    kind: str = "sensitivity",
    progress: Callable[[int, int], None] | None = None,
) -> Floats:
    """Run scenarios at every point of a design and return an outcome, shape ``(scenario, point)``.

    Parameters
    ----------
    inputs
        Probability at which each uncertain parameter is read from its distribution, shape ``(point,)``. In a scenario
        in which a parameter is certain it keeps its value.
    sets
        Which set of histories each point meets, shape ``(point,)``: set s has the lanes s·histories and following of
        an ordinary run with this seed.
    histories
        Histories that each point meets; a power of two up to 512.
    jobs
        Who works; the outcome does not depend on it.
    store
        Where blocks are kept, and perhaps found.
    kind
        The command that they are of.
    progress
        Called with (blocks done, blocks in all) after every block.
    """
    points = len(sets)
    at_once = LANES_PER_BLOCK // histories
    tasks = [(number, first) for first in range(0, points, at_once) for number in range(len(scenarios))]
    asked = {
        "scenarios": [of_scenario(each) for each in scenarios],
        "points": of_arrays({**inputs, "": sets}),
        "outcome": headline.name,
        "histories": histories,
        "seed": seed,
    }

    def arguments(index: int) -> tuple[object, ...]:
        number, first = tasks[index]
        some = slice(first, first + at_once)
        of_these = {name: values[some] for name, values in inputs.items()}
        return scenarios[number], of_these, sets[some], headline.name, histories, seed

    def where(index: int) -> str:
        number, first = tasks[index]
        return f"{scenarios[number].name}: points {first + 1:,} to {min(first + at_once, points):,}"

    kept = None if store is None else store.run(kind, scenarios[0].name, asked, len(tasks))
    outcome = np.empty((len(scenarios), points))
    jobs = workers_for(len(tasks), jobs)
    for index, result in resumed(
        at_points,
        arguments,
        range(len(tasks)),
        kept,
        _packed,
        _unpacked,
        where=where,
        jobs=jobs,
        progress=progress,
    ):
        (number, first), values = tasks[index], result()
        outcome[number, first : first + len(values)] = values
    return outcome


def _packed(values: Floats) -> bytes:
    return packed({"outcome": {"": values}})


def _unpacked(content: bytes) -> Floats:
    return unpacked(content)[0]["outcome"][""]


def at_points(
    scenario: Scenario,
    inputs: Mapping[str, Floats],
    sets: Places,
    outcome: str,
    histories: int,
    seed: int,
) -> Floats:
    """Run as many points as fit in a block, and return the outcome of each; not a number where it has no meaning."""
    values = {
        name: quantile(uncertainty, np.minimum(inputs[name], BELOW_ONE))
        for name, uncertainty in scenario.uncertainties.items()
    }
    above, below = (
        each.sum(axis=1) for each in ratios_at(scenario, values, sets, headline_called(outcome), histories, seed)
    )
    defined = np.abs(below) >= _NOTHING * histories
    found = np.full(len(sets), np.nan)
    found[defined] = above[defined] / below[defined]
    return found


def ratios_at(
    scenario: Scenario, values: Mapping[str, Floats], sets: Places, headline: Headline, histories: int, seed: int
) -> tuple[Floats, Floats]:
    """Run as many points as fit in a block.

    Parameters
    ----------
    values
        Of the parameters that differ between points, shape ``(point,)``; all others have what the scenario assumes.

    Returns
    -------
    tuple
        Numerator and denominator of the outcome in each history, shape ``(point, history)``.
    """
    observed = observed_at(scenario, values, sets[:, None] * histories + np.arange(histories), seed)
    totals = Lanes(scenario.name, lane_totals(observed, _arms(scenario), 1), 1, scenario.period.months / 12)
    ratio = headline.ratio(totals)
    return ratio.numerator.reshape(-1, histories), ratio.denominator.reshape(-1, histories)


def observed_at(scenario: Scenario, values: Mapping[str, Floats], lanes: Places, seed: int) -> Observation:
    """Run as many points as fit in a block, in the arms `ARMS`.

    Parameters
    ----------
    values
        Of the parameters that differ between points, shape ``(point,)``; all others have what the scenario assumes.
    lanes
        Which lanes of an ordinary run with this seed each point meets, shape ``(point, history)``.

    Returns
    -------
    Observation
        Its lanes are the histories of the first point, then those of the next.
    """
    points, histories = lanes.shape
    lane = np.arange(Block(0, lanes.size).width)
    point, history = np.minimum(lane // histories, points - 1), lane % histories
    block = Block(0, lanes.size, tuple(lanes[point, history].tolist()))
    varied = {name: of_points[point][None] for name, of_points in values.items()}
    parameters = Parameters({**certain_values(scenario), **varied})
    return observe(live(scenario, parameters, _arms(scenario), block, seed=seed, memory=MEMORY), monthly=False)


def _arms(scenario: Scenario) -> tuple[Arm, ...]:
    every = arms_for(name for name, is_on in scenario.channels if is_on)
    return tuple(arm for arm in every if arm.name in ARMS)
