"""Attribute the leakage of a scenario: run every set of its channels, and share out what leaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from leaksim.engine.executor import Jobs
from leaksim.engine.lanes import Arm, Block, Floats, blocks_of
from leaksim.failing import block_words
from leaksim.model.channels import CHANNELS, GROUP_OF_CHANNEL, REALISED, every_arm
from leaksim.model.dimensions import LEVERS
from leaksim.outcomes.attribution_table import RUSSIA, Costs, add_rows
from leaksim.outcomes.leaks import leak_totals
from leaksim.outcomes.pressure import pressure
from leaksim.outcomes.table import TableBuilder
from leaksim.paired_runs import lived
from leaksim.plan import Plan, plan
from leaksim.resuming import resumed
from leaksim.scenario.loading import load_scenario
from leaksim.scenario.schema import Scenario
from leaksim.simulation import parts_of
from leaksim.store.asked import of_plan
from leaksim.store.blocks import BlockStore, block_store, packed, unpacked

if TYPE_CHECKING:
    import pandas as pd

_MOST_ARMS, _MOST_WORLDS = 32, 8192
"""Arms that are run together, beside the baseline, and arms times lanes: fewer repeat the baseline more often and are
slower, more take more memory."""

_POLITICAL_WEIGHTS = tuple(
    f"russia.posture.{name}" for name in ("base", "response_to_china", "access_stake", "thaw", "follow_china")
)
"""What moves Moscow beside margins and penalties."""


@dataclass(frozen=True, repr=False)
class Attribution:
    """Who leaked, order-free."""

    plan: Plan
    table: pd.DataFrame
    """A tidy table, with the columns of `leaksim.outcomes.table.COLUMNS` and metrics `attribution.*`."""

    def __repr__(self) -> str:
        shares = self.table[self.table["metric"] == "attribution.owen"].drop_duplicates("item")
        parts = ", ".join(
            f"{item or 'total'} {100 * estimate:.1f}"
            for item, estimate in zip(shares["item"], shares["estimate"], strict=True)
        )
        return f"<Attribution of {self.plan.scenario.name}, of 100 intended: {parts}>"

    def _repr_html_(self) -> str:
        """Show the report in a notebook."""
        from leaksim.report.attribution import attribution_text

        return f"<pre>{escape(attribution_text(self))}</pre>"


def attribute(
    scenario: Scenario | str | Path,
    *,
    replications: int | None = None,
    seed: int | None = None,
    jobs: Jobs = 1,
    levers: bool = False,
    store: BlockStore | str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Attribution:
    """Share out the leakage of a scenario between its channels and their groups.

    Parameters
    ----------
    scenario
        A scenario, or the path of its file.
    replications, seed
        Override the scenario's `run` section.
    jobs
        Who works, as in `simulate`; the result does not depend on it.
    levers
        Share out too what the sender's levers add to the pressure that arrives.
    store
        A folder in which blocks are kept as they are done, so that what was interrupted goes on from there.
    progress
        Called with (parts done, parts in all) after every part of the work.

    Returns
    -------
    Attribution
        Its `table` has the shares with their intervals.
    """
    if not isinstance(scenario, Scenario):
        scenario = load_scenario(scenario)
    whole = plan(scenario, replications=replications, seed=seed)
    channels = tuple(name for name, is_on in scenario.channels if is_on)
    has_russia = any(GROUP_OF_CHANNEL[channel] == RUSSIA for channel in channels)
    lever_sets = _lever_sets(scenario) if levers else []
    ends = whole.arms[0], Arm(REALISED, measured=True, channels=frozenset(channels))
    plans = [
        replace(whole, arms=every_arm(channels)),
        *([replace(whole, scenario=_without_politics(scenario))] if has_russia else []),
        *(replace(whole, scenario=_with_levers(scenario, kept), arms=ends) for kept in lever_sets),
    ]
    by_channels, *others = _run(plans, jobs=jobs, store=block_store(store), progress=progress)
    costs = Costs(
        by_channels=by_channels.pressure,
        delivered={channel: by_channels.delivered[channel] for channel in channels},
        without_politics=others.pop(0).pressure if has_russia else {},
        by_levers={kept: world.pressure[frozenset(channels)] for kept, world in zip(lever_sets, others, strict=True)},
    )
    table = TableBuilder(scenario.name, whole.lanes, whole.draws)
    add_rows(table, costs, whole.draws)
    return Attribution(whole, table.table())


def _without_politics(scenario: Scenario) -> Scenario:
    """Return the scenario with a Russia that only follows the money."""
    uncertain = {name: each for name, each in scenario.uncertainties.items() if name not in _POLITICAL_WEIGHTS}
    assumed = {**scenario.assumptions, **dict.fromkeys(_POLITICAL_WEIGHTS, 0.0)}
    return scenario.model_copy(update={"assumptions": assumed, "uncertainties": uncertain})


def _lever_sets(scenario: Scenario) -> list[frozenset[str]]:
    """Every set of the levers that the scenario pulls."""
    pulled = [lever for lever in LEVERS if getattr(scenario.levers, lever) is not None]
    return [frozenset(kept) for size in range(len(pulled) + 1) for kept in combinations(pulled, size)]


def _with_levers(scenario: Scenario, kept: frozenset[str]) -> Scenario:
    """Return the scenario with no other levers than these."""
    gone = {lever: None for lever in LEVERS if lever not in kept}
    return scenario.model_copy(update={"levers": scenario.levers.model_copy(update=gone)})


@dataclass(frozen=True)
class _World:
    """What is kept of a scenario, or of some arms of one of its blocks; arrays of shape ``(lane,)``."""

    pressure: Mapping[frozenset[str], Floats]
    """Pressure over all months by the channels that are on, $m."""
    delivered: Mapping[str, Floats]
    """What each channel brings in the last arm, $m."""

    def packed(self) -> bytes:
        """Write it for a `BlockStore`."""
        by_channels = {" ".join(sorted(channels)): lanes for channels, lanes in self.pressure.items()}
        return packed({"pressure": by_channels, "delivered": self.delivered})

    @classmethod
    def unpacked(cls, content: bytes) -> _World:
        """Read what `packed` has written."""
        groups, _ = unpacked(content)
        pressure = {frozenset(channels.split()): lanes for channels, lanes in groups["pressure"].items()}
        return cls(pressure, groups["delivered"])


def _run(
    plans: Sequence[Plan], *, jobs: Jobs, store: BlockStore | None, progress: Callable[[int, int], None] | None
) -> list[_World]:
    """Run all arms of all plans, a few arms of a block at a time, over worker processes."""
    tasks = [
        (number, block, replace(planned, arms=arms))
        for number, planned in enumerate(plans)
        for block in blocks_of(planned.lanes)
        for arms in parts_of(planned.arms, min(_MOST_ARMS, _MOST_WORLDS // block.width))
    ]
    asked = {"plans": [of_plan(each) for each in plans], "lanes": plans[0].lanes}
    kept = None if store is None else store.run("attribute", plans[0].scenario.name, asked, len(tasks))

    def arguments(index: int) -> tuple[object, ...]:
        _, block, planned = tasks[index]
        return planned, block

    def where(index: int) -> str:
        number, block, planned = tasks[index]
        blocks = len(blocks_of(planned.lanes))
        return f"{planned.scenario.name}: run {number + 1} of {len(plans)}, {block_words(block, blocks)}"

    parts: list[dict[int, _World]] = [{} for _ in plans]
    for index, result in resumed(
        _run_part,
        arguments,
        range(len(tasks)),
        kept,
        _World.packed,
        _World.unpacked,
        where=where,
        jobs=jobs,
        progress=progress,
    ):
        parts[tasks[index][0]][index] = result()
    return [_joined([of_plan[index] for index in sorted(of_plan)]) for of_plan in parts]


def _run_part(planned: Plan, block: Block) -> _World:
    """Run a few arms of one block."""
    history = lived(planned, block)
    kept = block.lanes
    by_arm = pressure(history).total.sum(axis=0)
    totals = leak_totals(history)
    # Copies, since the next part is written over this one.
    return _World(
        {arm.channels: by_arm[row, :kept].copy() for row, arm in enumerate(planned.arms) if arm.measured},
        {channel: totals[f"leaked.everything.{channel}"][-1, :kept].copy() for channel in CHANNELS},
    )


def _joined(parts: Sequence[_World]) -> _World:
    """Put the parts of a plan together: arms beside each other, blocks after each other."""
    by_channels: dict[frozenset[str], list[Floats]] = {}
    for part in parts:
        for channels, lanes in part.pressure.items():
            by_channels.setdefault(channels, []).append(lanes)
    everyone = max(by_channels, key=len)
    realised = [part for part in parts if everyone in part.pressure]
    return _World(
        {channels: np.concatenate(lanes) for channels, lanes in by_channels.items()},
        {channel: np.concatenate([part.delivered[channel] for part in realised]) for channel in CHANNELS},
    )
