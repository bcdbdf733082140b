"""Run a scenario: from what is asked to what it means."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leaksim.engine.calendar import Calendar
from leaksim.engine.executor import run_tasks
from leaksim.engine.lanes import Block, blocks_of
from leaksim.model.world import live
from leaksim.outcomes.lane_tables import bands, lane_totals, monthly_means
from leaksim.outcomes.observation import Observation, joined, observe
from leaksim.outcomes.summary import Summary, add_rows
from leaksim.outcomes.table import TableBuilder
from leaksim.plan import Plan, plan
from leaksim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

_BLOCKS_WITH_MONTHS = 8
"""Monthly series are kept for the first blocks only (4,096 lanes): enough for bands, and memory stays flat."""


@dataclass(frozen=True, repr=False)
class Result:
    """What came out of a run."""

    plan: Plan
    table: pd.DataFrame
    """The headline outcomes as a tidy table, with the columns of `leaksim.outcomes.table.COLUMNS`."""
    monthly: pd.DataFrame
    """Monthly means in the same form; `item` ends in the month, such as ``realised/2017-06``."""
    replications: pd.DataFrame
    """Totals of every lane: `lane`, `draw`, `arm`, then one column per total."""
    bands: pd.DataFrame
    """Monthly quantiles over lanes: `arm`, `month`, `series`, `mean`, `q025`, `q25`, `q50`, `q75`, `q975`."""
    unread: tuple[str, ...]
    """Assumed and uncertain parameters that nothing in the run has read: they change no output."""
    seconds: float
    """Wall time."""

    def __repr__(self) -> str:
        row = self.table[self.table["metric"] == "pass_through.value"].iloc[0]
        return (
            f"<Result of {self.plan.scenario.name}: pass-through {row['estimate']:.3f} "
            f"({row['low']:.3f} to {row['high']:.3f}) over {self.plan.lanes} lanes>"
        )


def simulate(
    scenario: Scenario,
    *,
    replications: int | None = None,
    seed: int | None = None,
    jobs: int = 1,
    deterministic: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Result:
    """Run a scenario.

    Parameters
    ----------
    replications, seed
        Override the scenario's `run` section.
    jobs
        Worker processes; the result does not depend on it.
    deterministic
        Replace every random draw by its mean; one replication then says it all.
    progress
        Called with (blocks done, blocks in all) after every block.

    Returns
    -------
    Result
        Tables of outcomes, of lanes and of months.
    """
    started = time.perf_counter()
    planned = plan(scenario, replications=replications, seed=seed, deterministic=deterministic)
    tasks = [(planned, block) for block in blocks_of(planned.lanes)]
    done = run_tasks(run_block, tasks, jobs=jobs, progress=progress)
    read = frozenset[str]().union(*(ids for _, ids in done))
    return _result(planned, joined([seen for seen, _ in done]), read, started)


def run_block(planned: Plan, block: Block) -> tuple[Observation, frozenset[str]]:
    """Run one block of a plan; return what is kept of it and the parameters that were read."""
    parameters = planned.parameters(block)
    history = live(
        planned.scenario,
        parameters,
        planned.arms,
        block,
        seed=planned.seed,
        deterministic=planned.deterministic,
    )
    seen = observe(history, monthly=block.index < _BLOCKS_WITH_MONTHS)
    return seen, frozenset(parameters.read)


def _result(planned: Plan, observation: Observation, read: frozenset[str], started: float) -> Result:
    scenario = planned.scenario
    calendar = Calendar(scenario.period.start, scenario.period.months)
    table = TableBuilder(scenario.name, planned.lanes, planned.draws)
    add_rows(table, Summary(observation, planned.arms, calendar, planned.draws))
    months = TableBuilder(scenario.name, planned.lanes, planned.draws)
    monthly_means(months, observation, planned.arms, calendar, planned.draws)
    return Result(
        plan=planned,
        table=table.table(),
        monthly=months.table(),
        replications=lane_totals(observation, planned.arms, planned.draws),
        bands=bands(observation, planned.arms, calendar),
        unread=tuple(sorted({*scenario.assumptions, *scenario.uncertainties} - read)),
        seconds=time.perf_counter() - started,
    )
