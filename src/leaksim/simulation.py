"""Run a scenario: from what is asked to what it means."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leaksim.engine.calendar import Calendar
from leaksim.engine.executor import as_they_finish
from leaksim.engine.lanes import Arm, Block, blocks_of
from leaksim.model.ledger import Memory
from leaksim.model.world import live
from leaksim.outcomes.lane_tables import bands, lane_totals, monthly_means
from leaksim.outcomes.observation import Observation, joined, observe, of_all_arms
from leaksim.outcomes.summary import Summary, add_rows
from leaksim.outcomes.table import TableBuilder
from leaksim.plan import Plan, plan
from leaksim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

_ARMS_AT_A_TIME = 8
"""Arms that are run together, beside the baseline: fewer repeat the baseline more often, more take more memory."""

MEMORY = Memory()
"""Where each process writes the ledgers of its blocks; all that is kept of them is copied before the next."""

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
    started: dt.datetime
    """When its first block began, UTC."""
    seconds: float
    """Wall time from there until the tables stood."""

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
    return next(
        simulate_many(
            [scenario],
            replications=replications,
            seed=seed,
            jobs=jobs,
            deterministic=deterministic,
            progress=progress,
        )
    )


def simulate_many(
    scenarios: Sequence[Scenario],
    *,
    replications: int | None = None,
    seed: int | None = None,
    jobs: int = 1,
    deterministic: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Generator[Result]:
    """Run scenarios, all their blocks over the same worker processes; parameters as in `simulate`.

    Yields
    ------
    Result
        Each scenario's as soon as it is complete; with one job, in the order of `scenarios`. Closing the iterator
        stops the rest.

    Raises
    ------
    ValueError
        For less than one job.
    """
    plans = [
        plan(scenario, replications=replications, seed=seed, deterministic=deterministic) for scenario in scenarios
    ]
    blocks = [blocks_of(planned.lanes) for planned in plans]
    tasks = [(number, block) for number, whole in enumerate(blocks) for block in whole]
    kept: list[dict[int, _BlockDone]] = [{} for _ in plans]
    arguments = [(plans[number], block) for number, block in tasks]
    for done, (index, block_done) in enumerate(as_they_finish(_run_block, arguments, jobs=jobs), start=1):
        number, block = tasks[index]
        kept[number][block.index] = block_done
        if progress is not None:
            progress(done, len(tasks))
        if len(kept[number]) == len(blocks[number]):
            result = _result(plans[number], [kept[number][each.index] for each in blocks[number]])
            kept[number] = {}
            yield result


def run_block(planned: Plan, block: Block) -> tuple[Observation, frozenset[str]]:
    """Run one block of a plan; return what is kept of it and the parameters that were read."""
    parameters = planned.parameters(block)
    parts = [
        observe(
            live(
                planned.scenario,
                parameters,
                arms,
                block,
                seed=planned.seed,
                deterministic=planned.deterministic,
                memory=MEMORY,
            ),
            monthly=block.index < _BLOCKS_WITH_MONTHS,
        )
        for arms in parts_of(planned.arms)
    ]
    return of_all_arms(parts), frozenset(parameters.read)


def parts_of(arms: tuple[Arm, ...], at_a_time: int = _ARMS_AT_A_TIME) -> list[tuple[Arm, ...]]:
    """Cut arms into parts that are run a few at a time, each part with the baseline first."""
    baseline, *others = arms
    return [(baseline, *others[first : first + at_a_time]) for first in range(0, len(others), at_a_time)]


@dataclass(frozen=True)
class _BlockDone:
    """What a worker hands back."""

    started: dt.datetime
    observation: Observation
    read: frozenset[str]


def _run_block(planned: Plan, block: Block) -> _BlockDone:
    started = dt.datetime.now(dt.UTC)
    return _BlockDone(started, *run_block(planned, block))


def _result(planned: Plan, blocks: Sequence[_BlockDone]) -> Result:
    scenario = planned.scenario
    observation = joined([block.observation for block in blocks])
    read = frozenset[str]().union(*(block.read for block in blocks))
    started = min(block.started for block in blocks)
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
        started=started,
        seconds=(dt.datetime.now(dt.UTC) - started).total_seconds(),
    )
