"""Run a scenario: from what is asked to what it means."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from leaksim.engine.executor import Jobs, as_they_end
from leaksim.engine.lanes import Arm, Block
from leaksim.engine.memory import Memory
from leaksim.failing import BlocksFailedError
from leaksim.model.world import History, live
from leaksim.outcomes import displacement
from leaksim.outcomes.lane_tables import bands, lane_totals, monthly_means
from leaksim.outcomes.observation import (
    LANES_WITH_MONTHS,
    SHOWN,
    Observation,
    observe,
    pressure_by_arm,
    with_other_arms,
)
from leaksim.outcomes.precision import Precision
from leaksim.outcomes.summary import add_rows
from leaksim.outcomes.table import TableBuilder
from leaksim.pending import BlockDone, PendingRun, in_turn, summary_of
from leaksim.plan import Plan, plan
from leaksim.scenario.schema import Scenario
from leaksim.store.blocks import BlockStore, block_store

if TYPE_CHECKING:
    import pandas as pd

_ARMS_AT_A_TIME = 8
"""Arms that are run together, beside the baseline: fewer repeat the baseline more often, more take more memory."""

MEMORY = Memory()
"""Where each process writes the ledgers of its blocks; all that is kept of them is copied before the next."""


@dataclass(frozen=True, repr=False)
class Result:
    """What came out of a run."""

    plan: Plan
    table: pd.DataFrame
    """The headline outcomes as a tidy table, with the columns of `leaksim.outcomes.table.COLUMNS`."""
    monthly: pd.DataFrame
    """Monthly means in the same form; `item` ends in the month, such as ``realised/2017-06``."""
    replications: pd.DataFrame
    """Totals of every lane in the arms `SHOWN`: `lane`, `draw`, `arm`, then one column per total."""
    bands: pd.DataFrame
    """Monthly quantiles over lanes: `arm`, `month`, `series`, `mean`, `q025`, `q25`, `q50`, `q75`, `q975`."""
    unread: tuple[str, ...]
    """Assumed and uncertain parameters that nothing in the run has read: they change no output."""
    started: dt.datetime
    """When its first block began, UTC; of a run that was interrupted, when it was taken up again."""
    seconds: float
    """Wall time from there until the tables stood."""
    precision: Precision | None = None
    """How narrow an interval was wanted and became, where the scenario asks for one (`run.half_width`)."""
    reused: int = 0
    """Blocks that were found in the `store`."""

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
    jobs: Jobs = 1,
    deterministic: bool = False,
    store: BlockStore | str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Result:
    """Run a scenario.

    Parameters
    ----------
    replications, seed
        Override the scenario's `run` section; `replications` also its `half_width`.
    jobs
        Who works: so many processes, ``local`` or the address of a scheduler for a Dask cluster, or an executor of
        `concurrent.futures`. The result does not depend on it.
    deterministic
        Replace every random draw by its mean; one replication then says it all.
    store
        A folder in which blocks are kept as they are done: a run that was interrupted goes on from there, and one with
        more replications computes only the new ones. Without it nothing is written.
    progress
        Called with (blocks done, blocks in all) after every block. With a `half_width` there can turn out to be fewer.

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
            store=store,
            progress=progress,
        )
    )


def simulate_many(
    scenarios: Sequence[Scenario],
    *,
    replications: int | None = None,
    seed: int | None = None,
    jobs: Jobs = 1,
    deterministic: bool = False,
    store: BlockStore | str | Path | None = None,
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
    BlocksFailedError
        At the end, when blocks failed each time they were tried: of the scenarios that they belong to there is nothing.
    """
    began = dt.datetime.now(dt.UTC)
    plans = [plan(each, replications=replications, seed=seed, deterministic=deterministic) for each in scenarios]
    kept = block_store(store)
    runs = [PendingRun(planned, kept) for planned in plans]
    for run in runs:
        if run.is_complete:
            yield _result(run, began)
    runs = [run for run in runs if not run.is_complete]
    asked: list[tuple[PendingRun, Block]] = []
    arguments = ((run.plan, block, run.is_kept) for run, block in in_turn(runs, asked))
    # What may turn out not to be needed is begun only when a worker is free.
    ahead = 1 if any(run.watch for run in runs) else 2
    for index, done in as_they_end(_run_block, arguments, jobs=jobs, ahead=ahead):
        run, block = asked[index]
        if run.is_complete:
            continue
        run.take(block, done)
        if progress is not None:
            progress(*(sum(each) for each in zip(*(run.progress for run in runs), strict=True)))
        if run.is_complete:
            yield _result(run, began)
        if all(each.is_complete for each in runs):
            return
    failed = [run.why_failed() for run in runs if not run.is_complete]
    if failed:
        raise BlocksFailedError("\n".join(failed))


def run_block(planned: Plan, block: Block) -> tuple[Observation, frozenset[str]]:
    """Run one block of a plan; return what is kept of it and the parameters that were read."""
    parameters = planned.parameters(block)

    def history(arms: tuple[Arm, ...]) -> History:
        return live(
            planned.scenario,
            parameters,
            arms,
            block,
            seed=planned.seed,
            deterministic=planned.deterministic,
            memory=MEMORY,
        )

    shown, *others = parts_of_run(planned)
    observation = observe(history(shown), monthly=int(block.lane_numbers[0]) < LANES_WITH_MONTHS)
    observation = with_other_arms(observation, [pressure_by_arm(history(arms)) for arms in others])
    return observation, frozenset(parameters.read)


def parts_of_run(planned: Plan) -> list[tuple[Arm, ...]]:
    """Cut the arms of a plan into parts; those of which all totals are kept are in the first."""
    return parts_of(tuple(sorted(planned.arms, key=lambda arm: arm.name not in SHOWN)))


def parts_of(arms: tuple[Arm, ...], at_a_time: int = _ARMS_AT_A_TIME) -> list[tuple[Arm, ...]]:
    """Cut arms into parts that are run a few at a time, each part with the baseline first."""
    baseline, *others = arms
    return [(baseline, *others[first : first + at_a_time]) for first in range(0, len(others), at_a_time)]


def _run_block(planned: Plan, block: Block, packed: bool) -> BlockDone | bytes:
    started = dt.datetime.now(dt.UTC)
    done = BlockDone(started, *run_block(planned, block))
    return done.packed() if packed else done


def _result(run: PendingRun, began: dt.datetime) -> Result:
    outcome = run.outcome()
    planned, observation = outcome.plan, outcome.observation
    scenario = planned.scenario
    if planned.lanes > LANES_WITH_MONTHS:
        # The ledger of the last block would stand beside the totals of many lanes.
        MEMORY.used((0,))
    # Nobody wants to know how long an interruption was.
    started = max(began, outcome.started)
    summary = summary_of(planned, observation)
    calendar = summary.calendar
    table = TableBuilder(scenario.name, planned.lanes, planned.draws)
    add_rows(table, summary)
    displacement.add_rows(table, summary)
    months = TableBuilder(scenario.name, planned.lanes, planned.draws)
    monthly_means(months, observation, planned.arms, calendar, planned.draws)
    return Result(
        plan=planned,
        table=table.table(),
        monthly=months.table(),
        replications=lane_totals(observation, planned.arms, planned.draws),
        bands=bands(observation, planned.arms, calendar),
        unread=tuple(sorted({*scenario.assumptions, *_drawn_alone(scenario)} - outcome.read)),
        started=started,
        seconds=(dt.datetime.now(dt.UTC) - started).total_seconds(),
        precision=outcome.precision,
        reused=run.found,
    )


def _drawn_alone(scenario: Scenario) -> set[str]:
    """Return the uncertain parameters that a scenario names; an ensemble may have some that nothing reads."""
    return {name for name, each in scenario.uncertainties.items() if each.distribution != "ensemble"}
