"""What would have to be different for a ranking to be reversed: switching points, one parameter at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from leaksim.discovery.conditions import outcome_of
from leaksim.discovery.switching import Moved, switching_points
from leaksim.engine.executor import Jobs, workers_for
from leaksim.engine.lanes import LANES_PER_BLOCK, Floats, Places
from leaksim.errors import InputError
from leaksim.evidence.registry import load_registry
from leaksim.influence.request import begins
from leaksim.influence.runs import ratios_at
from leaksim.one_at_a_time import at_the_medians
from leaksim.outcomes.comparison import Headline, headline_called, is_defined
from leaksim.outcomes.paired import Ratio, paired_difference
from leaksim.outcomes.statistics import Estimate
from leaksim.outcomes.table import COLUMNS, TableBuilder
from leaksim.resuming import resumed
from leaksim.scenario.combinations import contradictions
from leaksim.scenario.fields import nearest
from leaksim.scenario.loading import load_scenario
from leaksim.scenario.schema import Scenario
from leaksim.store.asked import of_arrays, of_scenario
from leaksim.store.blocks import BlockStore, KeptBlocks, block_store, number_of, packed, unpacked

if TYPE_CHECKING:
    import pandas as pd

SWITCH_COLUMNS = (*COLUMNS, "outcome", "outcome_item", "against")
"""Columns of the tidy table, and those of a switching point: in which outcome, against which scenario."""

VALUE, DISTANCE, NOW, GAP = "switch.value", "switch.distance", "switch.now", "switch.difference"

REACH = 5.0
"""How far beyond the range of a parameter is looked, in widths of the range, where no physical limit comes first."""

_NUDGE = 0.02
"""Step for the slope at a switching point, in widths of the range."""

_JUST_INSIDE = 1e-6
"""How close to a limit that is itself impossible, in widths of the range."""

_FINE = 40
"""Halvings with which the end of what is possible together is found."""


class SwitchError(InputError):
    """Switching points cannot be looked for as is asked."""


@dataclass(frozen=True, repr=False)
class Switches:
    """Where a ranking is reversed."""

    table: pd.DataFrame
    """A tidy table with the `SWITCH_COLUMNS`: the present difference, and for each parameter its present value, the
    nearest value that reverses the ranking, and how far that is in widths of its range."""
    scenario: Scenario
    against: Scenario
    headline: Headline
    moved: tuple[Moved, ...]
    left_out: Mapping[str, str]
    """Why parameters were not moved, by their ids."""
    histories: int
    seed: int
    reach: float

    def __repr__(self) -> str:
        from leaksim.report.switching import told
        from leaksim.report.told import as_text

        return as_text(told(self))

    def _repr_html_(self) -> str:
        from leaksim.report.switching import told
        from leaksim.report.told import as_html

        return as_html(told(self))


def switches(
    scenario: Scenario | str | Path,
    against: Scenario | str | Path,
    *,
    on: str = "pressure.realised",
    only: Sequence[str] = (),
    reach: float = REACH,
    histories: int = 16,
    seed: int | None = None,
    jobs: Jobs = 1,
    store: BlockStore | str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Switches:
    """Find the smallest change of each parameter that reverses which of two scenarios has more of an outcome.

    One parameter is moved at a time, in both scenarios alike; all uncertain ones stay at their medians otherwise. All
    runs meet the same random histories.

    Parameters
    ----------
    scenario, against
        Scenarios, or the paths of their files.
    on
        The outcome: a metric that `leaksim.compare` compares, with its item after a slash.
    only
        Parameters, or beginnings of their ids, that are moved: any for which the registry has a range. Without it,
        those that are uncertain in one of the scenarios.
    reach
        How far beyond the range of a parameter is looked, in widths of the range, where no physical limit comes first.
    histories
        Random histories; a power of two up to 512.
    seed
        Overrides that of the first scenario.
    jobs
        Who works, as in `leaksim.simulate`; the result does not depend on it.
    store
        A folder in which blocks are kept as they are done, so that what was interrupted goes on from there.
    progress
        Called with (blocks done, blocks so far) after every block; where a point is looked for more exactly, blocks are
        added.

    Raises
    ------
    ConditionError
        When there is no such outcome.
    SwitchError
        When the request makes no sense, with all reasons at once, or the two do not differ.
    """
    pair = (_loaded(scenario), _loaded(against))
    headline = outcome_of("on", on)
    _refuse_nonsense(pair, only, reach, histories)
    centres = _centres(pair)
    moved, left_out = _moved(pair, centres, only, reach)
    if not moved:
        reasons = "; ".join(f"{name}: {why}" for name, why in left_out.items())
        raise SwitchError(f"there is no parameter to move ({reasons or 'none is uncertain'}); name some with only")
    seed = pair[0].run.seed if seed is None else seed
    kept = _kept(block_store(store), centres, headline, histories, seed)
    runs = _Runs(centres, moved, headline, histories, seed, jobs, kept, progress)
    present = runs.paired(np.array([0]), np.array([moved[0].now]))[0]
    if not isfinite(present.value):
        raise SwitchError(f"{on} has no meaning in one of the two, where none of it is intended or cut")
    if present.value == 0:
        raise SwitchError(f"{pair[0].name} and {pair[1].name} do not differ in {on}: there is no ranking to reverse")
    found = switching_points(moved, runs.difference, present.value)
    intervals = _intervals(moved, found, runs)
    if kept is not None:
        kept.finish()
    table = _table(pair, headline, moved, found, intervals, present, histories)
    return Switches(table, *pair, headline, tuple(moved), left_out, histories, seed, reach)


def _loaded(scenario: Scenario | str | Path) -> Scenario:
    return scenario if isinstance(scenario, Scenario) else load_scenario(scenario)


def _refuse_nonsense(pair: tuple[Scenario, Scenario], only: Sequence[str], reach: float, histories: int) -> None:
    wrong = []
    if pair[0].period != pair[1].period:
        wrong.append("against: both scenarios need the same `period`")
    for word in only:
        if not any(begins(name, word) for name in load_registry().parameters):
            alike = nearest(word, load_registry().parameters)
            hint = f"; did you mean {' or '.join(alike)}?" if alike else ""
            wrong.append(f"only: no parameter begins with '{word}'{hint}")
    if not 0 <= reach <= 1000:
        wrong.append(f"reach: wanted 0 to 1,000 widths of the range, not {reach:g}")
    if histories not in (allowed := [1 << power for power in range(LANES_PER_BLOCK.bit_length())]):
        wrong.append(f"histories: {histories} is not one of {', '.join(map(str, allowed))}")
    if wrong:
        raise SwitchError("\n".join(wrong))


def _centres(pair: tuple[Scenario, Scenario]) -> list[Scenario]:
    """Return both scenarios with nothing drawn; what is uncertain in one has its median there in the other too.

    Only what the other assumes otherwise stays apart: that is what the two differ in.
    """
    medians = {name: each.assumptions[name] for each in map(at_the_medians, pair) for name in each.assumptions}
    uncertain = [name for each in pair for name in each.uncertainties]
    return [
        centre.model_copy(
            update={
                "assumptions": {
                    **centre.assumptions,
                    **{name: medians[name] for name in uncertain if name not in centre.assumptions},
                }
            }
        )
        for centre in map(at_the_medians, pair)
    ]


def _moved(
    pair: tuple[Scenario, Scenario], centres: Sequence[Scenario], only: Sequence[str], reach: float
) -> tuple[list[Moved], dict[str, str]]:
    """Return the parameters that are moved, and why others are not."""
    uncertain = dict.fromkeys(name for each in pair for name in each.uncertainties)
    named = [name for name in load_registry().parameters if any(begins(name, word) for word in only)]
    moved, left_out = [], {}
    for name in named if only else uncertain:
        parameter = load_registry().parameter(name)
        spread = next((each.uncertainties[name] for each in pair if name in each.uncertainties), None)
        low, high = (parameter.low, parameter.high) if spread is None else (spread.low, spread.high)
        now, other = (each.value(name) for each in centres)
        if parameter.structural or isinstance(now, str):
            left_out[name] = "it has one value for a whole scenario"
        elif low is None or high is None or low == high:
            left_out[name] = "the registry gives no range"
        elif now != other:
            left_out[name] = "the two scenarios differ in it"
        else:
            limits, width = parameter.limits, high - low
            bottom = limits.lowest + _JUST_INSIDE * width * limits.without_lowest
            top = limits.highest - _JUST_INSIDE * width * limits.without_highest
            lowest = max(bottom, min(low, float(now)) - reach * width)
            highest = min(top, max(high, float(now)) + reach * width)
            ends = (_possible(centres, name, float(now), end) for end in (lowest, highest))
            moved.append(Moved(name, float(now), low, high, *ends))
    return moved, left_out


def _possible(scenarios: Sequence[Scenario], name: str, now: float, end: float) -> float:
    """Return how far a parameter can go towards an end without contradicting others, found by halving."""

    def stands(value: float) -> bool:
        told = (contradictions({**each.assumptions, name: value}, {}) for each in scenarios)
        return not any(name in names for found in told for names, _ in found)

    if stands(end) or not stands(now):
        return end
    good, bad = now, end
    for _ in range(_FINE):
        middle = (good + bad) / 2
        good, bad = (middle, bad) if stands(middle) else (good, middle)
    return good


def _kept(
    store: BlockStore | None, centres: Sequence[Scenario], headline: Headline, histories: int, seed: int
) -> KeptBlocks | None:
    asked = {
        "scenarios": [of_scenario(each) for each in centres],
        "outcome": headline.name,
        "histories": histories,
        "seed": seed,
    }
    # How many blocks it takes turns out as points are looked for.
    return None if store is None else store.run("switch", centres[0].name, asked, needed=None)


class _Runs:
    """Runs of both scenarios with one parameter at another value, in the same histories."""

    def __init__(
        self,
        centres: Sequence[Scenario],
        moved: Sequence[Moved],
        headline: Headline,
        histories: int,
        seed: int,
        jobs: Jobs,
        kept: KeptBlocks | None,
        progress: Callable[[int, int], None] | None,
    ) -> None:
        self._centres = centres
        self._moved = moved
        self._headline = headline
        self._histories = histories
        self._seed = seed
        self._jobs = jobs
        self._kept = kept
        self._progress = progress
        self._done = 0

    def paired(self, numbers: Places, values: Floats) -> list[Estimate]:
        """Return the difference at each point, with its interval from the histories."""
        return [_difference(*each) for each in zip(*self._ratios(numbers, values), strict=True)]

    def difference(self, numbers: Places, values: Floats) -> Floats:
        """Return the difference at each point, shape ``(point,)``; not a number where it has no meaning."""
        return np.array([each.value for each in self.paired(numbers, values)])

    def _ratios(self, numbers: Places, values: Floats) -> list[list[Ratio]]:
        """Return the outcome at each point in each scenario."""
        at_once = LANES_PER_BLOCK // self._histories
        parts = [slice(first, first + at_once) for first in range(0, len(values), at_once)]
        tasks = [
            (number, part, self._of_points(numbers[part], values[part]))
            for part in parts
            for number in range(len(self._centres))
        ]

        def arguments(index: int) -> tuple[object, ...]:
            number, _, points = tasks[index]
            return self._centres[number], points, self._headline.name, self._histories, self._seed

        def where(index: int) -> str:
            number, part, points = tasks[index]
            looked_at = len(values[part])
            return f"{self._centres[number].name}: {looked_at} values of {', '.join(points)}"

        def advance(done: int, to_do: int) -> None:
            self._done += 1
            if self._progress is not None:
                self._progress(self._done, self._done + to_do - done)

        found: list[list[Ratio]] = [[Ratio(np.empty(0), np.empty(0))] * len(values) for _ in self._centres]
        for index, result in resumed(
            _at_values,
            arguments,
            [number_of({"scenario": number, "points": of_arrays(points)}) for number, _, points in tasks],
            self._kept,
            _packed,
            _unpacked,
            where=where,
            are_all=False,
            jobs=workers_for(len(tasks), self._jobs),
            progress=advance,
        ):
            number, part, _ = tasks[index]
            found[number][part] = [Ratio(*each) for each in zip(*result(), strict=True)]
        return found

    def _of_points(self, numbers: Places, values: Floats) -> dict[str, Floats]:
        """Return every parameter that is moved at some point, at all points: shape ``(point,)`` each."""
        moved = {self._moved[number].name: self._moved[number].now for number in dict.fromkeys(numbers.tolist())}
        of_points = {name: np.full(len(values), now) for name, now in moved.items()}
        for place, (number, value) in enumerate(zip(numbers.tolist(), values, strict=True)):
            of_points[self._moved[number].name][place] = value
        return of_points


def _at_values(
    scenario: Scenario, values: Mapping[str, Floats], outcome: str, histories: int, seed: int
) -> tuple[Floats, Floats]:
    """Run a block of points, all in the first set of histories."""
    points = len(next(iter(values.values())))
    sets = np.zeros(points, dtype=np.intp)
    return ratios_at(scenario, values, sets, headline_called(outcome), histories, seed)


def _packed(ratios: tuple[Floats, Floats]) -> bytes:
    above, below = ratios
    return packed({"": {"above": above, "below": below}})


def _unpacked(content: bytes) -> tuple[Floats, Floats]:
    ratios = unpacked(content)[0][""]
    return ratios["above"], ratios["below"]


def _difference(ours: Ratio, reference: Ratio) -> Estimate:
    if not (is_defined(ours) and is_defined(reference)):
        return Estimate(np.nan, np.nan, np.nan, "replication")
    return next(paired_difference(ours, reference)).estimate


def _intervals(moved: Sequence[Moved], found: Floats, runs: _Runs) -> dict[int, tuple[float, float]]:
    """Return intervals of switching points from the histories: that of the difference there, over its slope."""
    numbers = np.flatnonzero(np.isfinite(found)).tolist()
    if not numbers:
        return {}
    ends = []
    for number in numbers:
        each, step = moved[number], _NUDGE * moved[number].width
        ends.append((max(found[number] - step, each.lowest), found[number], min(found[number] + step, each.highest)))
    values = np.array(ends)
    estimates = runs.paired(np.repeat(numbers, 3), values.ravel())
    intervals = {}
    for place, number in enumerate(numbers):
        below, at, above = estimates[3 * place : 3 * place + 3]
        slope = (above.value - below.value) / (values[place, 2] - values[place, 0])
        half = (at.high - at.low) / 2 / abs(slope) if slope else inf
        intervals[number] = (found[number] - half, found[number] + half)
    return intervals


def _table(
    pair: tuple[Scenario, Scenario],
    headline: Headline,
    moved: Sequence[Moved],
    found: Floats,
    intervals: Mapping[int, tuple[float, float]],
    present: Estimate,
    histories: int,
) -> pd.DataFrame:
    rows = TableBuilder(pair[0].name, histories, 1)
    rows.add(GAP, headline.name, headline.unit, [present])
    for number, each in enumerate(moved):
        unit = load_registry().parameter(each.name).unit
        value, (low, high) = float(found[number]), intervals.get(number, (np.nan, np.nan))
        rows.add(NOW, each.name, unit, [Estimate(each.now, np.nan, np.nan, "replication")])
        if not isfinite(value):
            note = f"none from {each.lowest:g} to {each.highest:g}"
            rows.add_undefined(VALUE, each.name, unit, note)
            rows.add_undefined(DISTANCE, each.name, "width of the range", note)
            continue
        where = "inside the range" if each.low <= value <= each.high else "outside the range"
        rows.add(VALUE, each.name, unit, [Estimate(value, low, high, "replication")], where)
        far, least, most = ((end - each.now) / each.width for end in (value, low, high))
        rows.add(DISTANCE, each.name, "width of the range", [Estimate(far, least, most, "replication")], where)
    return rows.table().assign(outcome=headline.metric, outcome_item=headline.item, against=pair[1].name)
