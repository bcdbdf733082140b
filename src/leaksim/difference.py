"""Follow one lane under two scenarios: what first differs, how it spreads, and what moves to another way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from leaksim.comparing import refuse_other_periods, run_alike, why_the_same
from leaksim.engine.calendar import Calendar
from leaksim.engine.lanes import LANES_PER_BLOCK, Block
from leaksim.errors import InputError
from leaksim.evidence.registry import load_registry
from leaksim.model.parameters import Parameters
from leaksim.model.world import live
from leaksim.outcomes.comparison import ComparisonError
from leaksim.outcomes.deliveries import deliveries, moved
from leaksim.outcomes.observation import SHOWN
from leaksim.outcomes.one_lane import Books, books_of, spread
from leaksim.plan import Plan, plan
from leaksim.scenario.contrast import Contrast, contrasts
from leaksim.scenario.fields import nearest
from leaksim.scenario.loading import load_scenario
from leaksim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd


class DifferenceError(InputError):
    """Two scenarios, or this lane of them, cannot be followed side by side."""


@dataclass(frozen=True, repr=False)
class Difference:
    """How one lane goes under two scenarios, A and B."""

    scenarios: tuple[Scenario, Scenario]
    """A and B, as they were run: with the seed, the replications and the draws of A."""
    lane: int
    """Number of the lane in the whole run, from 0."""
    arm: str
    """The arm that is followed."""
    lanes: int
    """Lanes of the whole run."""
    asked: tuple[Contrast, ...]
    """What the scenarios ask that is not the same, and the parameters that differ in this lane."""
    unread: tuple[str, ...]
    """Parameters among them that nothing reads."""
    spread: pd.DataFrame
    """When each item of the books differs for the first time, with the columns of
    `leaksim.outcomes.one_lane.SPREAD_COLUMNS`; the first row is the first difference of all."""
    table: pd.DataFrame
    """Supplies and receipts by way, and what became of them, in A, in B, and B less A; with the columns of
    `leaksim.outcomes.deliveries.DELIVERY_COLUMNS`."""
    moved: pd.DataFrame
    """What moved from which way to which, with the columns of `leaksim.outcomes.deliveries.MOVED_COLUMNS`."""
    pressure: tuple[float, float]
    """Pressure over all months in A and in B, $m."""
    same: str | None
    """Why nothing differs in the books, if nothing does."""

    def __repr__(self) -> str:
        from leaksim.report.difference import plain_text

        return plain_text(self)

    def _repr_html_(self) -> str:
        from leaksim.report.difference import html

        return html(self)


def diff(
    a: Scenario | str | Path,
    b: Scenario | str | Path,
    *,
    lane: int = 0,
    arm: str = "realised",
    replications: int | None = None,
    seed: int | None = None,
    deterministic: bool = False,
) -> Difference:
    """Follow one lane under two scenarios.

    Parameters
    ----------
    a, b
        Scenarios, or paths of their files, of the same period.
    lane
        Number of the lane, from 0, as in `Result.replications`. It is the lane of the whole run, though no others are
        kept.
    arm
        ``realised``, ``intended`` or ``baseline``.
    replications, seed
        Override the `run` section of A, which otherwise holds for both.
    deterministic
        Replace every random draw by its mean.

    Returns
    -------
    Difference
        With the first difference, how it spread, and what moved.

    Raises
    ------
    DifferenceError
        For different periods, a lane that the run does not have, or an arm that cannot be followed; all at once.
    """
    chosen = [each if isinstance(each, Scenario) else load_scenario(each) for each in (a, b)]
    one, other = run_alike(chosen, chosen[0], replications, seed)
    plans = [plan(each, deterministic=deterministic) for each in (one, other)]
    problems = list(_problems(one, other, plans[0].lanes, lane, arm))
    if problems:
        raise DifferenceError("\n".join(problems))
    block = Block(lane // LANES_PER_BLOCK, lane % LANES_PER_BLOCK + 1)
    (books_a, parameters_a), (books_b, parameters_b) = (_live(each, block, arm) for each in plans)
    read = parameters_a.read | parameters_b.read
    column = lane % LANES_PER_BLOCK
    values = tuple(_different_values(parameters_a, parameters_b, column))
    calendar = Calendar(one.period.start, one.period.months)
    first = spread(books_a, books_b, calendar)
    table = deliveries(books_a, books_b, calendar.labels)
    unread = frozenset(load_registry().parameters) - read
    return Difference(
        scenarios=(one, other),
        lane=lane,
        arm=arm,
        lanes=plans[0].lanes,
        asked=(*contrasts(one, other), *values),
        unread=tuple(each.name for each in values if each.name in unread),
        spread=first,
        table=table,
        moved=moved(table),
        pressure=(float(books_a.pressure.sum()), float(books_b.pressure.sum())),
        same=why_the_same(other, one, unread, f"the {arm} arm of this history") if first.empty else None,
    )


def _problems(one: Scenario, other: Scenario, lanes: int, lane: int, arm: str) -> Iterator[str]:
    try:
        refuse_other_periods([one, other], one)
    except ComparisonError as error:
        yield str(error)
    if not 0 <= lane < lanes:
        yield (
            f"there is no lane {lane}: the run has {lanes:,}, numbered from 0 to {lanes - 1}; choose one of them, or "
            "ask for more replications"
        )
    if arm not in SHOWN:
        alike = nearest(arm, SHOWN)
        hint = f"did you mean {' or '.join(alike)}?" if alike else f"choose one of {', '.join(SHOWN)}"
        yield f"there is no arm '{arm}' to follow; {hint}"


def _live(planned: Plan, block: Block, arm: str) -> tuple[Books, Parameters]:
    """Run the lanes of the block up to the one that is asked for, which is its last."""
    parameters = planned.parameters(block)
    history = live(
        planned.scenario,
        parameters,
        tuple(each for each in planned.arms if each.name in SHOWN),
        block,
        seed=planned.seed,
        deterministic=planned.deterministic,
    )
    return books_of(history, arm, block.lanes - 1), parameters


def _different_values(one: Parameters, other: Parameters, column: int) -> Iterator[Contrast]:
    """List the parameters that have another value in the lane."""
    for name in load_registry().parameters:
        in_a, in_b = one.of_lane(name, column), other.of_lane(name, column)
        if in_a != in_b:
            yield Contrast("parameter", name, in_a, in_b)
