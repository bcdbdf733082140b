"""Sensitivity of an outcome, or of its difference between two scenarios, to the uncertain parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from leaksim.engine.executor import Jobs
from leaksim.engine.lanes import LANES_PER_BLOCK, Floats, Places
from leaksim.influence.designs import (
    AT_HIGH,
    AT_LOW,
    EFFECT,
    SIGNED,
    SPREAD,
    SWING,
    Design,
    Key,
    Morris,
    OneAtATime,
    Pawn,
    Sobol,
)
from leaksim.influence.estimating import estimates
from leaksim.influence.request import POINTS, Method, Request, SensitivityError
from leaksim.influence.runs import outcome_at
from leaksim.outcomes.comparison import DIFFERENCE, Headline
from leaksim.outcomes.statistics import Estimate, over_draws
from leaksim.outcomes.table import COLUMNS, TableBuilder
from leaksim.sampling import probabilities
from leaksim.scenario.loading import load_scenario
from leaksim.scenario.schema import Scenario
from leaksim.store.blocks import BlockStore, block_store

if TYPE_CHECKING:
    import pandas as pd

SENSITIVITY_COLUMNS = (*COLUMNS, "method", "outcome", "outcome_item", "against")
"""Columns of the tidy table, and those of an index: how it was found, and of which outcome it speaks."""

OUTCOME = "sensitivity.outcome"

LUCK, DUMMY = "luck", "dummy"


@dataclass(frozen=True)
class Sensitivity:
    """What an outcome is sensitive to."""

    table: pd.DataFrame
    """A tidy table with the `SENSITIVITY_COLUMNS`."""
    scenario: Scenario
    against: Scenario | None
    """From which the difference is taken."""
    headline: Headline
    method: Method
    units: int
    """Base points, trajectories, points or sets of histories."""
    points: int
    """Design points in all."""
    histories: int
    """Random histories that every point meets."""
    seed: int
    fixed: tuple[str, ...] = ()
    """Uncertain parameters that were kept at their medians."""
    taken_apart: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """By ensemble, the parameters that it draws together and that varied independently here."""


def sensitivity(
    scenario: Scenario | str | Path,
    *,
    method: Method = "morris",
    on: str = "leakage.value",
    against: Scenario | str | Path | None = None,
    only: Sequence[str] = (),
    groups: bool = False,
    second_order: bool = False,
    points: int | None = None,
    histories: int = 4,
    seed: int | None = None,
    jobs: Jobs = 1,
    store: BlockStore | str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Sensitivity:
    """Say which uncertain parameters an outcome depends on, and how much.

    Parameters
    ----------
    scenario
        A scenario, or the path of its file.
    method
        ``morris`` to find out cheaply which parameters matter, ``sobol`` for shares of the variance, ``pawn`` for the
        whole distribution, also with correlated parameters, ``oat`` for one parameter at a time. What an ensemble
        draws together, only ``pawn`` takes together; elsewhere each parameter varies as it does in the ensemble, but
        independently of the others.
    on
        The outcome: a metric that `leaksim.compare` compares, with its item after a slash.
    against
        Another scenario: the outcome is then the difference of the first from it, at the same points.
    only
        Parameters, or beginnings of their ids, that vary; all others stay at their medians.
    groups
        One index for all parameters that begin with the same word, such as all of China's.
    second_order
        With ``sobol``: indices of pairs too, for nearly twice as many points.
    points
        Base points of ``sobol`` (a power of two), trajectories of ``morris``, points of ``pawn``, or sets of histories
        of ``oat``.
    histories
        Random histories that every point meets, a power of two up to 512.
    seed
        Overrides that of the scenario.
    jobs
        Who works, as in `simulate`; the result does not depend on it.
    store
        A folder in which blocks are kept as they are done, so that what was interrupted goes on from there.
    progress
        Called with (blocks done, blocks in all) after every block.

    Raises
    ------
    SensitivityError
        When the request makes no sense, with all reasons at once, or the outcome has no meaning or does not vary.
    """
    chosen = _loaded(scenario)
    other = None if against is None else _loaded(against)
    scenarios = [chosen] if other is None else [chosen, other]
    units = POINTS.get(method, 0) if points is None else points
    request = Request(scenarios, method, on, tuple(only), units, histories, groups=groups, second_order=second_order)
    request.refuse_nonsense()
    uncertain, varied, headline = request.uncertain, request.varied, request.headline
    seed = chosen.run.seed if seed is None else seed
    design, columns = _design(method, scenarios, varied, units, seed, groups=groups, second_order=second_order)
    inputs = {name: columns[name] if name in varied else np.full(len(design.points), 0.5) for name in uncertain}
    outcomes = outcome_at(
        scenarios,
        inputs,
        _sets(columns[LUCK], histories),
        headline,
        histories=histories,
        seed=seed,
        jobs=jobs,
        store=block_store(store),
        progress=progress,
    )
    outcome = outcomes[0] if other is None else outcomes[0] - outcomes[1]
    _refuse_meaningless(outcome, on)
    table = _table(chosen, other, headline, method, design, outcome, histories, seed)
    fixed = tuple(name for name in uncertain if name not in varied)
    return Sensitivity(
        table,
        chosen,
        other,
        headline,
        method,
        units,
        len(design.points),
        histories,
        seed,
        fixed,
        request.taken_apart,
    )


def _loaded(scenario: Scenario | str | Path) -> Scenario:
    return scenario if isinstance(scenario, Scenario) else load_scenario(scenario)


def _design(
    method: Method,
    scenarios: Sequence[Scenario],
    varied: Sequence[str],
    units: int,
    seed: int,
    *,
    groups: bool,
    second_order: bool,
) -> tuple[Design, dict[str, Floats]]:
    """Return the design, and the column of each of its inputs."""
    inputs = [*varied, LUCK]
    parties = [name.partition(".")[0] for name in inputs] if groups else []
    design: Design
    if method == "sobol":
        design = Sobol(inputs, units, seed, groups=parties, second_order=second_order)
    elif method == "morris":
        design = Morris(inputs, units, seed, groups=parties)
    elif method == "oat":
        design = OneAtATime(varied, units)
    else:
        inputs.append(DUMMY)
        first = scenarios[0]
        design = Pawn(
            probabilities(inputs, first.correlations, draws=units, seed=seed, uncertainties=first.uncertainties)
        )
    return design, dict(zip(inputs, design.points.T, strict=True))


def _sets(luck: Floats, histories: int) -> Places:
    """Turn the input `luck` into the number of a set of histories."""
    sets = LANES_PER_BLOCK // histories
    return np.minimum((luck * sets).astype(np.intp), sets - 1)


def _refuse_meaningless(outcome: Floats, on: str) -> None:
    undefined = int(np.isnan(outcome).sum())
    if undefined:
        raise SensitivityError(
            f"{on} has no meaning at {undefined:,} of {len(outcome):,} points, where none of it is intended or cut; "
            "choose another outcome"
        )
    if np.ptp(outcome) == 0:
        raise SensitivityError(f"{on} is the same at all {len(outcome):,} points: nothing that varies changes it")


def _table(
    scenario: Scenario,
    against: Scenario | None,
    headline: Headline,
    method: Method,
    design: Design,
    outcome: Floats,
    histories: int,
    seed: int,
) -> pd.DataFrame:
    import pandas as pd

    rows = TableBuilder(scenario.name, len(outcome) * histories, len(outcome))
    rows.add(OUTCOME, "mean", headline.unit, [over_draws(float(outcome.mean()), outcome)])
    spread = Estimate(float(outcome.std(ddof=1)), np.nan, np.nan, "parameter")
    rows.add(OUTCOME, "standard_deviation", headline.unit, [spread])
    for (metric, item), estimate in estimates(design, outcome, seed=seed):
        rows.add(metric, item, _unit((metric, item), headline), [estimate])
    prefix = "" if against is None else DIFFERENCE
    return pd.DataFrame(rows.rows, columns=list(COLUMNS)).assign(
        method=method,
        outcome=f"{prefix}{headline.metric}",
        outcome_item=headline.item,
        against="" if against is None else against.name,
    )


def _unit(key: Key, headline: Headline) -> str:
    if key[0] in (EFFECT, SIGNED, SPREAD, SWING, AT_LOW, AT_HIGH):
        return headline.unit
    return {"sensitivity.rank": "rank", "sensitivity.stability": "1", "sensitivity.distance": "1"}.get(
        key[0], "share of variance"
    )
