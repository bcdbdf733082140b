"""Runs that are under way: which block is next, and when a run is complete."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from leaksim.engine.calendar import Calendar
from leaksim.engine.lanes import Block, blocks_of
from leaksim.outcomes.observation import Observation
from leaksim.outcomes.precision import Precision, Watch, lanes_of
from leaksim.outcomes.summary import Summary
from leaksim.plan import Plan


@dataclass(frozen=True)
class BlockDone:
    """What a worker hands back."""

    started: dt.datetime
    observation: Observation
    read: frozenset[str]


class PendingRun:
    """The blocks of one scenario, as they are asked for and come back."""

    def __init__(self, planned: Plan) -> None:
        self.plan = planned
        self.is_complete = False
        self.waiting = 0
        """Blocks that were asked for and have not come back."""
        self.watch = None
        if planned.half_width is not None:
            outcome = planned.scenario.run.outcome
            step, most = planned.lane_step, planned.lanes
            self.watch = Watch(outcome, planned.half_width, draws=planned.draws, step=step, most=most)
        self._coming = list(blocks_of(planned.lanes))
        self._kept: dict[int, BlockDone] = {}
        self._seen = 0
        self.needed = len(self._coming)
        """Blocks that it takes, at most."""

    @property
    def done(self) -> int:
        """Blocks that have come back."""
        return self.needed if self.is_complete else len(self._kept)

    @property
    def has_more(self) -> bool:
        """Whether there are blocks that were not asked for."""
        return bool(self._coming) and not self.is_complete

    @property
    def may_be_in_vain(self) -> bool:
        """Whether the next block may turn out not to be needed, as results are awaited that decide."""
        return self.watch is not None and self.waiting > 0

    def next_block(self) -> Block:
        """Ask for the next block."""
        self.waiting += 1
        return self._coming.pop(0)

    def take(self, block: Block, done: BlockDone) -> None:
        """Keep what came of a block, and see whether the run is complete."""
        self.waiting -= 1
        self._kept[block.index] = done
        if self.watch is None:
            self.is_complete = len(self._kept) == self.needed
            return
        while self.watch.enough is None and self._seen in self._kept:
            self.watch.see(lanes_of(summary_of(self.plan, self._kept[self._seen].observation), self.watch.outcome))
            self._seen += 1
        if self.watch.enough is not None:
            self.is_complete = True
            self.needed = self._seen

    def outcome(self) -> tuple[Plan, list[BlockDone], Precision | None]:
        """Hand over the blocks of a complete run, with its plan and how narrow the interval became."""
        blocks = [self._kept[index] for index in sorted(self._kept)][: self.needed]
        self._kept = {}
        if self.watch is None or self.watch.enough is None:
            return self.plan, blocks, None
        planned = replace(self.plan, lanes=self.watch.enough)
        return planned, blocks, self.watch.precision(planned.scenario.name)


def in_turn(runs: Sequence[PendingRun], asked: list[tuple[PendingRun, Block]]) -> Iterator[tuple[PendingRun, Block]]:
    """Yield the next block of the first run that needs one for certain, or else of the first that may need one."""
    while open_ := [run for run in runs if run.has_more]:
        run = min(open_, key=lambda each: each.may_be_in_vain)
        asked.append((run, run.next_block()))
        yield asked[-1]


def summary_of(planned: Plan, observation: Observation) -> Summary:
    """Return what the rows of a plan are computed from."""
    period = planned.scenario.period
    return Summary(observation, planned.arms, Calendar(period.start, period.months), planned.draws)
