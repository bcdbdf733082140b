"""Runs of a few arms that meet the same luck, for figures that need more than a comparison keeps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from leaksim.engine.executor import as_they_finish
from leaksim.engine.lanes import Block, blocks_of
from leaksim.model.channels import BASELINE, INTENDED, REALISED
from leaksim.model.world import live
from leaksim.outcomes.observation import Observation, joined, observe
from leaksim.plan import Plan, plan
from leaksim.scenario.schema import Scenario

ARMS = (BASELINE, INTENDED, REALISED)
"""Names of the arms of every such run, in the order of the arm axis."""


def paired_plans(scenarios: Sequence[Scenario], *, replications: int | None, seed: int | None) -> list[Plan]:
    """Plan runs with the seed, the lanes and the draws of the first scenario, and with its arms `ARMS` only."""
    first, *others = (plan(scenario, replications=replications, seed=seed) for scenario in scenarios)
    alike = [first, *(replace(each, lanes=first.lanes, draws=first.draws, seed=first.seed) for each in others)]
    return [replace(each, arms=tuple(arm for arm in each.arms if arm.name in ARMS)) for each in alike]


def observe_all(
    plans: Sequence[Plan],
    *,
    monthly: bool = False,
    jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> list[Observation]:
    """Run plans and return what was observed, in their order.

    Parameters
    ----------
    monthly
        Keep the monthly series.
    jobs
        Worker processes; the result does not depend on it.
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


def _observed(planned: Plan, block: Block, monthly: bool) -> Observation:
    history = live(
        planned.scenario,
        planned.parameters(block),
        planned.arms,
        block,
        seed=planned.seed,
        deterministic=planned.deterministic,
    )
    return observe(history, monthly=monthly)
