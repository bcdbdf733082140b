"""What each uncertain parameter does to an outcome when it alone moves from one end of its range to the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from leaksim.engine.executor import Jobs, as_they_finish, workers_for
from leaksim.engine.lanes import LANES_PER_BLOCK, Floats, Places
from leaksim.errors import InputError
from leaksim.evidence.registry import load_registry
from leaksim.influence.runs import observed_at
from leaksim.outcomes.paired import Ratio, paired_difference
from leaksim.outcomes.statistics import ratio_of_means
from leaksim.outcomes.summary import NO_PRESSURE
from leaksim.outcomes.table import TableBuilder
from leaksim.paired_runs import ARMS
from leaksim.plan import plan
from leaksim.sampling import quantile
from leaksim.scenario.loading import load_scenario
from leaksim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

ONE_AT_A_TIME = "one_at_a_time."
"""Begins the metric of a row that says what a parameter alone does; the rest is the outcome."""

OUTCOMES = {"leakage.value": "share", "pass_through.value": "share", "pressure.realised": "$m/year"}
"""Outcomes that are asked about, with their units."""


class NothingUncertainError(InputError):
    """A scenario has no uncertain parameter that could be moved."""


def one_at_a_time(
    scenario: Scenario | str | Path,
    *,
    replications: int | None = None,
    seed: int | None = None,
    jobs: Jobs = 1,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Move each uncertain parameter of a scenario to both ends of its range, all others at their medians.

    All runs meet the same luck: two for each parameter, and one with all parameters at their medians.

    Parameters
    ----------
    scenario
        A scenario, or the path of its file.
    replications, seed
        Override the scenario's `run` section.
    jobs
        Who works, as in `leaksim.simulate`; the result does not depend on it.
    progress
        Called with (blocks done, blocks in all) after every block.

    Returns
    -------
    pandas.DataFrame
        A tidy table: the `OUTCOMES` at the medians; and rows ``one_at_a_time.<metric>`` with items ``<parameter>/low``
        and ``<parameter>/high``, the outcome at that end less that at the medians, `note` saying which value it is.

    Raises
    ------
    NothingUncertainError
        When the scenario draws no parameter, or leaves nothing to press with.
    """
    chosen = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    if not chosen.uncertainties:
        raise NothingUncertainError(f"{chosen.name} has no `uncertainties`: no parameter is there to be moved")
    ends = [(name, end) for name in chosen.uncertainties for end in ("low", "high")]
    lanes = plan(at_the_medians(chosen), replications=replications, seed=seed).lanes
    pressure = _pressure(chosen, ends, lanes, chosen.run.seed if seed is None else seed, jobs, progress)
    years = chosen.period.months / 12
    builder = TableBuilder(chosen.name, lanes, 1)
    at_base = _ratios(pressure[:, 0], years)
    if not at_base:
        raise NothingUncertainError(f"{chosen.name}: no pressure is intended, so there is no outcome to be moved")
    for metric, unit in OUTCOMES.items():
        builder.add(metric, "", unit, ratio_of_means(at_base[metric].numerator, at_base[metric].denominator))
    for point, (name, end) in enumerate(ends, start=1):
        ratios, note = _ratios(pressure[:, point], years), _value(chosen, name, end)
        for metric, unit in OUTCOMES.items():
            if not ratios:
                builder.add_undefined(f"{ONE_AT_A_TIME}{metric}", f"{name}/{end}", unit, "no pressure is intended")
                continue
            found = (each.estimate for each in paired_difference(ratios[metric], at_base[metric]))
            builder.add(f"{ONE_AT_A_TIME}{metric}", f"{name}/{end}", unit, found, note)
    return builder.table()


def at_the_medians(scenario: Scenario) -> Scenario:
    """Return the scenario with every drawn parameter fixed at the median of its distribution."""
    half = np.array([0.5])
    medians = {name: float(quantile(each, half)[0]) for name, each in scenario.uncertainties.items()}
    # The replications count as many histories as before: without draws there is nothing to multiply them with.
    run = scenario.run.model_copy(update={"draws": None})
    assumptions = {**scenario.assumptions, **medians}
    return scenario.model_copy(update={"assumptions": assumptions, "uncertainties": {}, "run": run})


def _pressure(
    scenario: Scenario,
    ends: Sequence[tuple[str, str]],
    lanes: int,
    seed: int,
    jobs: Jobs,
    progress: Callable[[int, int], None] | None,
) -> Floats:
    """Pressure with all parameters at their medians, then with one at each of these ends; ``(arm, point, lane)``."""
    centre = at_the_medians(scenario)
    values = {name: np.full(1 + len(ends), centre.assumptions[name]) for name in scenario.uncertainties}
    for point, (name, end) in enumerate(ends, start=1):
        values[name][point] = getattr(scenario.uncertainties[name], end)
    points_at_once, lanes_at_once = max(1, LANES_PER_BLOCK // lanes), min(lanes, LANES_PER_BLOCK)
    tasks = [
        (slice(point, point + points_at_once), np.arange(lane, min(lane + lanes_at_once, lanes)))
        for point in range(0, 1 + len(ends), points_at_once)
        for lane in range(0, lanes, lanes_at_once)
    ]
    arguments = ((centre, {name: of[some] for name, of in values.items()}, met, seed) for some, met in tasks)
    found = np.empty((len(ARMS), 1 + len(ends), lanes))
    workers = workers_for(len(tasks), jobs)
    for done, (index, pressure) in enumerate(as_they_finish(_pressure_at, arguments, jobs=workers), start=1):
        some, met = tasks[index]
        found[:, some, met] = pressure
        if progress is not None:
            progress(done, len(tasks))
    return found


def _pressure_at(scenario: Scenario, values: Mapping[str, Floats], met: Places, seed: int) -> Floats:
    points = len(next(iter(values.values())))
    observed = observed_at(scenario, values, np.tile(met, (points, 1)), seed)
    return np.array(observed.totals["pressure"]).reshape(len(ARMS), points, len(met))


def _value(scenario: Scenario, name: str, end: str) -> str:
    """Write the value of a parameter at one end of its range, with its unit."""
    unit = load_registry().parameter(name).unit
    value = f"{getattr(scenario.uncertainties[name], end):,g}"
    return value if unit == "1" else f"{value} {unit}"


def _ratios(pressure: Floats, years: float) -> dict[str, Ratio]:
    """Return each outcome as a ratio of means over lanes; none without intended pressure."""
    _, intended, realised = pressure / years
    if intended.mean() < NO_PRESSURE:
        return {}
    return {
        "leakage.value": Ratio(intended - realised, intended),
        "pass_through.value": Ratio(realised, intended),
        "pressure.realised": Ratio(realised, np.ones_like(realised)),
    }
