"""Runs of scenarios at the points of a study, in the same random histories."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from leaksim.engine.executor import Jobs, workers_for
from leaksim.engine.lanes import Block, Floats, blocks_of
from leaksim.failing import block_words
from leaksim.outcomes.comparison import Lanes, headline_called
from leaksim.outcomes.lane_tables import lane_totals
from leaksim.outcomes.observation import observe
from leaksim.outcomes.paired import Ratio
from leaksim.paired_runs import ARMS, lived
from leaksim.plan import Plan, plan
from leaksim.resuming import resumed
from leaksim.scenario.schema import RunSettings, Scenario
from leaksim.store.asked import of_plan, of_scenario
from leaksim.store.blocks import BlockStore, number_of, packed, unpacked
from leaksim.study.points import Point
from leaksim.study.quantities import changed


@dataclass(frozen=True)
class Cell:
    """A scenario at a point."""

    scenario: Scenario
    """As it is where nothing is varied."""
    number: int
    """Of the point, from 1."""
    point: Point

    @property
    def key(self) -> tuple[str, int]:
        """What tells it from the others."""
        return self.scenario.name, self.number


@dataclass(frozen=True)
class CellDone:
    """What came out of a cell."""

    cell: Cell
    ratios: tuple[Ratio, ...]
    """Each outcome as a ratio of means over the lanes."""
    draws: int


def run_all(
    name: str,
    cells: Sequence[Cell],
    outcomes: Sequence[str],
    *,
    replications: int,
    seed: int,
    jobs: Jobs = 1,
    store: BlockStore | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[CellDone]:
    """Run cells and yield their outcomes as they are complete.

    Each has to the last bit the lanes that `leaksim.simulate` gives with these replications and this seed.

    Parameters
    ----------
    name
        Of the study.
    outcomes
        Names of headlines.
    store
        Where blocks are kept, and perhaps found: those of these outcomes with this seed, at whatever points.
    progress
        Called with (blocks done, blocks to do) after every block.

    Raises
    ------
    BlocksFailedError
        At the end, when blocks failed each time they were tried: their cells are not complete.
    """
    run = RunSettings(seed=seed, replications=replications)
    blocks = blocks_of(replications)
    tasks = [(cell, block) for cell in cells for block in blocks]
    asked = {"outcomes": list(outcomes), "seed": seed}
    kept = None if store is None else store.run("sweep", name, asked, len(tasks))
    if kept is not None:
        # What an interruption leaves is balanced; where nothing is kept, the blocks of few cells are in memory.
        tasks.sort(key=lambda task: (task[1].index, task[0].number))
    # All points vary the same quantities: what a cell depends on besides their values is that of any of its scenario.
    plans = {
        cell.scenario.name: number_of({**of_plan(_planned(cell, run)), "scenario": of_scenario(cell.scenario)})
        for cell in {cell.scenario.name: cell for cell in cells}.values()
    }

    def number(cell: Cell, block: Block) -> int:
        point = {name: str(value) for name, value in cell.point.items()}
        return number_of({"plan": plans[cell.scenario.name], "point": point, "block": block.index})

    def arguments(index: int) -> tuple[object, ...]:
        cell, block = tasks[index]
        return _planned(cell, run), block, tuple(outcomes)

    def where(index: int) -> str:
        cell, block = tasks[index]
        return f"{cell.scenario.name} at point {cell.number:,}: {block_words(block, len(blocks))}"

    found: dict[tuple[str, int], dict[int, Callable[[], _LanesDone]]] = {}
    for index, result in resumed(
        lanes_of_block,
        arguments,
        [number(*each) for each in tasks],
        kept,
        _packed,
        _unpacked,
        where=where,
        lanes=lambda index: tasks[index][1].lanes,
        jobs=workers_for(len(tasks), jobs),
        progress=progress,
    ):
        cell, block = tasks[index]
        of_cell = found.setdefault(cell.key, {})
        of_cell[block.index] = result
        if len(of_cell) == len(blocks):
            del found[cell.key]
            parts = [of_cell[each.index]() for each in blocks]
            # What is kept may have more lanes than are asked for.
            whole = np.concatenate(
                [lanes[..., : each.lanes] for each, (_, lanes) in zip(blocks, parts, strict=True)], axis=-1
            )
            yield CellDone(cell, tuple(Ratio(above, below) for above, below in whole), parts[0][0])


_LanesDone = tuple[int, Floats]


def lanes_of_block(planned: Plan, block: Block, outcomes: Sequence[str]) -> _LanesDone:
    """Run a block; return the draws of the plan, and numerator and denominator of each outcome by lane.

    Returns
    -------
    tuple
        Draws, and an array of shape ``(outcome, 2, lane)``.
    """
    history = lived(planned, block)
    totals = lane_totals(observe(history, monthly=False), planned.arms, planned.draws)
    lanes = Lanes(planned.scenario.name, totals, planned.draws, planned.scenario.period.months / 12)
    ratios = [headline_called(name).ratio(lanes) for name in outcomes]
    return planned.draws, np.array([[each.numerator, each.denominator] for each in ratios])


def _packed(done: _LanesDone) -> bytes:
    draws, lanes = done
    return packed({"": {"lanes": lanes}}, [str(draws)])


def _unpacked(content: bytes) -> _LanesDone:
    groups, (draws,) = unpacked(content)
    return int(draws), groups[""]["lanes"]


def _planned(cell: Cell, run: RunSettings) -> Plan:
    planned = plan(changed(cell.scenario, cell.point).model_copy(update={"run": run}))
    return replace(planned, arms=tuple(arm for arm in planned.arms if arm.name in ARMS))
