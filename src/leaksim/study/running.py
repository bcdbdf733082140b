"""Runs of scenarios at the points of a study, in the same random histories."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from leaksim.engine.executor import Jobs, as_they_finish, workers_for
from leaksim.engine.lanes import Block, Floats, blocks_of
from leaksim.model.world import live
from leaksim.outcomes.comparison import Lanes, headline_called
from leaksim.outcomes.lane_tables import lane_totals
from leaksim.outcomes.observation import observe
from leaksim.outcomes.paired import Ratio
from leaksim.paired_runs import ARMS
from leaksim.plan import Plan, plan
from leaksim.scenario.schema import RunSettings, Scenario
from leaksim.simulation import MEMORY


@dataclass(frozen=True)
class PointDone:
    """What came out at one point in one scenario."""

    number: int
    """Of the scenario that was run, in the order in which they were given."""
    ratios: tuple[Ratio, ...]
    """Each outcome as a ratio of means over the lanes."""
    draws: int


def run_all(
    scenarios: Sequence[Callable[[], Scenario]],
    outcomes: Sequence[str],
    *,
    replications: int,
    seed: int,
    jobs: Jobs = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[PointDone]:
    """Run scenarios and yield their outcomes as they are complete.

    Each has to the last bit the lanes that `leaksim.simulate` gives with these replications and this seed.

    Parameters
    ----------
    scenarios
        Made when their turn comes: thousands at once would take much memory.
    outcomes
        Names of headlines.
    progress
        Called with (blocks done, blocks in all) after every block.
    """
    blocks = blocks_of(replications)
    run = RunSettings(seed=seed, replications=replications)

    def tasks() -> Iterator[tuple[object, ...]]:
        for make in scenarios:
            planned = _planned(make().model_copy(update={"run": run}))
            for block in blocks:
                yield planned, block, tuple(outcomes)

    kept: dict[int, dict[int, Floats]] = {}
    total = len(scenarios) * len(blocks)
    finished = as_they_finish(lanes_of_block, tasks(), jobs=workers_for(total, jobs))
    for done, (index, (draws, lanes)) in enumerate(finished, start=1):
        number, block = divmod(index, len(blocks))
        of_scenario = kept.setdefault(number, {})
        of_scenario[block] = lanes
        if progress is not None:
            progress(done, total)
        if len(of_scenario) == len(blocks):
            whole = np.concatenate([of_scenario[each] for each in range(len(blocks))], axis=-1)
            del kept[number]
            yield PointDone(number, tuple(Ratio(above, below) for above, below in whole), draws)


def lanes_of_block(planned: Plan, block: Block, outcomes: Sequence[str]) -> tuple[int, Floats]:
    """Run a block; return the draws of the plan, and numerator and denominator of each outcome by lane.

    Returns
    -------
    tuple
        Draws, and an array of shape ``(outcome, 2, lane)``.
    """
    history = live(
        planned.scenario,
        planned.parameters(block),
        planned.arms,
        block,
        seed=planned.seed,
        deterministic=planned.deterministic,
        memory=MEMORY,
    )
    totals = lane_totals(observe(history, monthly=False), planned.arms, planned.draws)
    lanes = Lanes(planned.scenario.name, totals, planned.draws, planned.scenario.period.months / 12)
    ratios = [headline_called(name).ratio(lanes) for name in outcomes]
    return planned.draws, np.array([[each.numerator, each.denominator] for each in ratios])


def _planned(scenario: Scenario) -> Plan:
    planned = plan(scenario)
    return replace(planned, arms=tuple(arm for arm in planned.arms if arm.name in ARMS))
