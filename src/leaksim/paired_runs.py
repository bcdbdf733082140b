"""Runs of a few arms that meet the same luck, for figures that need more than a comparison keeps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from leaksim.engine.executor import Jobs, as_they_finish
from leaksim.engine.lanes import Block, blocks_of
from leaksim.model.channels import BASELINE, INTENDED, REALISED
from leaksim.model.world import History, live
from leaksim.outcomes.observation import Observation, joined, observe
from leaksim.plan import Plan, plan
from leaksim.scenario.schema import Scenario
from leaksim.simulation import MEMORY

ARMS = (BASELINE, INTENDED, REALISED)
"""Names of the arms of every such run, in the order of the arm axis."""


def paired_plans(scenarios: Sequence[Scenario], *, replications: int | None, seed: int | None) -> list[Plan]:
    """Plan runs of the same lanes, as the `run` section of the first scenario has them, in the arms `ARMS` only."""
    run = scenarios[0].run
    plans = [plan(each.model_copy(update={"run": run}), replications=replications, seed=seed) for each in scenarios]
    # A scenario without uncertain parameters goes with any number of draws, but it has to have as many lanes.
    lanes, draws = max(each.lanes for each in plans), max(each.draws for each in plans)
    arms = [tuple(arm for arm in each.arms if arm.name in ARMS) for each in plans]
    return [replace(each, arms=kept, lanes=lanes, draws=draws) for each, kept in zip(plans, arms, strict=True)]


def observe_all(
    plans: Sequence[Plan],
    *,
    monthly: bool = False,
    jobs: Jobs = 1,
    progress: Callable[[int, int], None] | None = None,
) -> list[Observation]:
    """Run plans and return what was observed, in their order.

    Parameters
    ----------
    monthly
        Keep the monthly series.
    jobs
        Who works, as in `leaksim.simulate`; the result does not depend on it.
    progress
        Called with (blocks done, blocks in all) after every block.
    """
    tasks = [(number, block) for number, each in enumerate(plans) for block in blocks_of(each.lanes)]
    arguments = [(plans[number], block, monthly) for number, block in tasks]
    kept: list[dict[int, Observation]] = [{} for _ in plans]
    for done, (index, observation) in enumerate(as_they_finish(_observed, arguments, jobs=jobs), start=1):
        number, block = tasks[index]
        kept[number][block.index] = observation
        if progress is not None:
            progress(done, len(tasks))
    return [joined([blocks[index] for index in sorted(blocks)]) for blocks in kept]


def lived(planned: Plan, block: Block) -> History:
    """Run a block of a plan; the next run of this process is written over it."""
    return live(
        planned.scenario,
        planned.parameters(block),
        planned.arms,
        block,
        seed=planned.seed,
        deterministic=planned.deterministic,
        memory=MEMORY,
    )


def _observed(planned: Plan, block: Block, monthly: bool) -> Observation:
    return observe(lived(planned, block), monthly=monthly)
