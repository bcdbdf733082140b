"""Runs that are under way: which block is next, and when a run is complete."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace

from leaksim.engine.calendar import Calendar
from leaksim.engine.executor import Failure
from leaksim.engine.lanes import Block, blocks_of
from leaksim.failing import block_words, why_failed
from leaksim.outcomes.observation import LANES_WITH_MONTHS, Joined, Named, Observation
from leaksim.outcomes.precision import Precision, Watch, lanes_of
from leaksim.outcomes.summary import Summary
from leaksim.plan import Plan
from leaksim.store.asked import of_plan
from leaksim.store.blocks import BlockStore, packed, unpacked

_PARTS = tuple(each.name for each in fields(Observation))


@dataclass(frozen=True)
class BlockDone:
    """What a worker hands back."""

    started: dt.datetime
    observation: Observation
    read: frozenset[str]

    def packed(self) -> bytes:
        """Write it for a `BlockStore`."""
        groups = {part: getattr(self.observation, part) for part in _PARTS}
        return packed(groups, [self.started.isoformat(), *sorted(self.read)])

    @classmethod
    def unpacked(cls, content: bytes, lanes: int) -> BlockDone:
        """Read the first lanes of what `packed` has written."""
        groups, (started, *read) = unpacked(content)
        observation = Observation(**{part: Named.of(arrays) for part, arrays in groups.items()})
        return cls(dt.datetime.fromisoformat(started), observation.lanes(slice(lanes)), frozenset(read))


@dataclass(frozen=True)
class Outcome:
    """What a complete run has come to."""

    plan: Plan
    """With the lanes that were needed."""
    observation: Observation
    started: dt.datetime
    """When its first block began."""
    read: frozenset[str]
    """Parameters that any block has read."""
    precision: Precision | None


class PendingRun:
    """The blocks of one scenario, as they are asked for and come back.

    Parameters
    ----------
    planned
        What is run.
    store
        Where blocks are kept, and perhaps found; without one they are kept in memory.
    """

    def __init__(self, planned: Plan, store: BlockStore | None = None) -> None:
        self.plan = planned
        self.is_complete = False
        self.waiting = 0
        """Blocks that were asked for and have not come back."""
        self.begun = 0
        """Blocks that were asked for."""
        self.failed: tuple[Block, Failure] | None = None
        """A block that could not be run, and why."""
        self.watch = None
        if planned.half_width is not None:
            outcome = planned.scenario.run.outcome
            step, most = planned.lane_step, planned.lanes
            self.watch = Watch(outcome, planned.half_width, draws=planned.draws, step=step, most=most)
        self._blocks = blocks_of(planned.lanes)
        self.needed = len(self._blocks)
        """Blocks that it takes, at most."""
        self._store = None if store is None else store.run("run", planned.scenario.name, of_plan(planned), self.needed)
        self._lanes = Joined(planned.lanes, LANES_WITH_MONTHS)
        self._notes: dict[int, tuple[dt.datetime, frozenset[str]]] = {}
        """When each block in memory began, and what it has read."""
        self._there = {
            each.index
            for each in self._blocks
            if self._store is not None and self._store.lanes(each.index) >= each.lanes
        }
        self.found = len(self._there)
        """Blocks that an earlier process has left."""
        self._coming = [each for each in self._blocks if each.index not in self._there]
        self._seen = 0
        self._look()

    @property
    def progress(self) -> tuple[int, int]:
        """Blocks that are done, and blocks in all, without those that were there before."""
        done = self.needed if self.is_complete else len(self._there)
        return done - self.found, self.needed - self.found

    @property
    def has_more(self) -> bool:
        """Whether there are blocks that were not asked for."""
        return bool(self._coming) and not self.is_complete and self.failed is None

    @property
    def is_kept(self) -> bool:
        """Whether its blocks are kept on disk."""
        return self._store is not None

    @property
    def may_be_in_vain(self) -> bool:
        """Whether the next block may turn out not to be needed, as results are awaited that decide."""
        return self.watch is not None and self.waiting > 0

    def next_block(self) -> Block:
        """Ask for the next block."""
        self.waiting += 1
        self.begun += 1
        return self._coming.pop(0)

    def take(self, block: Block, done: BlockDone | bytes | Failure) -> None:
        """Keep what came of a block, and see whether the run is complete."""
        self.waiting -= 1
        if isinstance(done, Failure):
            self.failed = block, done
            return
        if isinstance(done, bytes):
            assert self._store is not None
            self._store.keep(block.index, block.lanes, done)
        else:
            self._join(block, done)
        self._there.add(block.index)
        self._look()

    def _look(self) -> None:
        if self.watch is None:
            self.is_complete = len(self._there) == self.needed
            return
        while self.watch.enough is None and self._seen in self._there:
            summary = summary_of(self.plan, self._observation(self._blocks[self._seen]))
            self.watch.see(lanes_of(summary, self.watch.outcome))
            self._seen += 1
        if self.watch.enough is not None:
            self.is_complete = True
            self.needed = self._seen

    def _observation(self, block: Block) -> Observation:
        return self._lanes.lanes(_lanes_of(block)) if self._store is None else self._kept(block).observation

    def _kept(self, block: Block) -> BlockDone:
        assert self._store is not None
        return BlockDone.unpacked(self._store[block.index], block.lanes)

    def _join(self, block: Block, done: BlockDone) -> None:
        self._lanes.put(_lanes_of(block), done.observation)
        self._notes[block.index] = done.started, done.read

    def outcome(self) -> Outcome:
        """Hand over what a complete run has come to; its lanes are not kept here any longer."""
        planned, precision = self.plan, None
        if self.watch is not None and self.watch.enough is not None:
            planned = replace(planned, lanes=self.watch.enough)
            precision = self.watch.precision(planned.scenario.name)
        needed = blocks_of(planned.lanes)
        if self._store is not None:
            self._lanes = Joined(planned.lanes, LANES_WITH_MONTHS)
            for block in needed:
                self._join(block, self._kept(block))
            self._store.finish()
        started, read = zip(*(self._notes[block.index] for block in needed), strict=True)
        observation = self._lanes.lanes(slice(planned.lanes))
        self._lanes = Joined(0, 0)
        return Outcome(planned, observation, min(started), frozenset[str]().union(*read), precision)

    def why_failed(self) -> str:
        """Say which block could not be run, and leave the traceback beside the others if they are kept."""
        assert self.failed is not None
        block, failure = self.failed
        return why_failed({f"{self.plan.scenario.name}: {block_words(block, self.needed)}": failure}, self._store)


def in_turn(runs: Sequence[PendingRun], asked: list[tuple[PendingRun, Block]]) -> Iterator[tuple[PendingRun, Block]]:
    """Yield blocks in the order in which they are to be run.

    A block that is needed for certain comes before one that may not be. Runs whose blocks are kept take turns, so that
    what an interruption leaves is balanced; others come one after the other, so that few are in memory.
    """
    while open_ := [run for run in runs if run.has_more]:
        run = min(open_, key=lambda each: (each.may_be_in_vain, each.begun if each.is_kept else 0))
        asked.append((run, run.next_block()))
        yield asked[-1]


def summary_of(planned: Plan, observation: Observation) -> Summary:
    """Return what the rows of a plan are computed from."""
    period = planned.scenario.period
    return Summary(observation, planned.arms, Calendar(period.start, period.months), planned.draws)


def _lanes_of(block: Block) -> slice:
    """Return the place of a block in the whole run."""
    first = int(block.lane_numbers[0])
    return slice(first, first + block.lanes)
