"""What each uncertain parameter does to an outcome when it alone moves from one end of its range to the other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from leaksim.engine.executor import Jobs
from leaksim.errors import InputError
from leaksim.evidence.registry import load_registry
from leaksim.outcomes.observation import Observation
from leaksim.outcomes.paired import Ratio, paired_difference
from leaksim.outcomes.statistics import ratio_of_means
from leaksim.outcomes.summary import NO_PRESSURE
from leaksim.outcomes.table import TableBuilder
from leaksim.paired_runs import ARMS, observe_all, paired_plans
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
    centre = at_the_medians(chosen)
    variants = [centre, *(_moved(chosen, centre, name, end) for name, end in ends)]
    plans = paired_plans(variants, replications=replications, seed=seed)
    base, *moved = observe_all(plans, jobs=jobs, progress=progress)
    years = chosen.period.months / 12
    builder = TableBuilder(chosen.name, plans[0].lanes, 1)
    at_base = _ratios(base, years)
    if not at_base:
        raise NothingUncertainError(f"{chosen.name}: no pressure is intended, so there is no outcome to be moved")
    for metric, unit in OUTCOMES.items():
        builder.add(metric, "", unit, ratio_of_means(at_base[metric].numerator, at_base[metric].denominator))
    for (name, end), observation in zip(ends, moved, strict=True):
        ratios, note = _ratios(observation, years), _value(chosen, name, end)
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


def _moved(scenario: Scenario, centre: Scenario, name: str, end: str) -> Scenario:
    value = getattr(scenario.uncertainties[name], end)
    return centre.model_copy(update={"assumptions": {**centre.assumptions, name: value}})


def _value(scenario: Scenario, name: str, end: str) -> str:
    """Write the value of a parameter at one end of its range, with its unit."""
    unit = load_registry().parameter(name).unit
    value = f"{getattr(scenario.uncertainties[name], end):,g}"
    return value if unit == "1" else f"{value} {unit}"


def _ratios(observation: Observation, years: float) -> dict[str, Ratio]:
    """Return each outcome as a ratio of means over lanes; none without intended pressure."""
    _, intended, realised = (observation.totals["pressure"][index] / years for index in range(len(ARMS)))
    if intended.mean() < NO_PRESSURE:
        return {}
    return {
        "leakage.value": Ratio(intended - realised, intended),
        "pass_through.value": Ratio(realised, intended),
        "pressure.realised": Ratio(realised, np.ones_like(realised)),
    }
