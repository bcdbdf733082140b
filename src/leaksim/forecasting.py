"""What the model expects of 2018 and 2019, put on record before anybody looks at what came."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from leaksim.calibration.parameter_sets import CALIBRATED, parameter_sets
from leaksim.calibration.patterns import HISTORY, simulated
from leaksim.engine.executor import Jobs
from leaksim.evidence.data_files import read_records
from leaksim.evidence.patterns import Quantity
from leaksim.scenario.loading import load_scenario
from leaksim.scenario.schema import Scenario
from leaksim.store.blocks import BlockStore, block_store

if TYPE_CHECKING:
    import pandas as pd

_SCENARIO = HISTORY.with_name("forecast_2018_2019.yaml")
_QUANTITIES = HISTORY.with_name("forecast_quantities.yaml")

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)

FORECAST_COLUMNS = (
    *("quantity", "title", "group", "unit", "seen", "mean"),
    *(f"q{round(100 * each):02}" for each in QUANTILES),
)
"""Columns of a forecast."""


@dataclass(frozen=True, repr=False)
class Forecast:
    """What the model expects."""

    table: pd.DataFrame
    """One row for each quantity, with the `FORECAST_COLUMNS`: mean and quantiles over parameters and histories."""
    scenario: Scenario
    source: str
    """Where the parameters come from: ``priors``, or the name of an ensemble."""
    points: int
    """Sets of parameters."""
    histories: int
    """Random histories that each set meets."""
    seed: int
    digest: str
    """SHA-256 of the list of quantities."""

    def __repr__(self) -> str:
        from leaksim.report.forecast import told
        from leaksim.report.told import as_text

        return as_text(told(self))

    def _repr_html_(self) -> str:
        from leaksim.report.forecast import told
        from leaksim.report.told import as_html

        return as_html(told(self))


FORECAST, FORECAST_MANIFEST = "forecast.csv", "forecast.manifest.json"

FORECAST_FILES = (FORECAST, "forecast.md", FORECAST_MANIFEST)
"""What `leaksim forecast --out` writes."""


@cache
def quantities() -> tuple[Quantity, ...]:
    """Load the quantities of which the forecast speaks (once per process)."""
    return tuple(read_records(_QUANTITIES, Quantity).values())


def forecast(
    *,
    ensemble: str | Path = CALIBRATED,
    points: int = 400,
    histories: int = 8,
    seed: int = 2017,
    jobs: Jobs = 1,
    store: BlockStore | str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Forecast:
    """Say what the model expects of 2018 and 2019 under the measures adopted by 22 December 2017.

    Parameters
    ----------
    ensemble
        Where the sets of parameters come from: the name of a shipped ensemble; ``priors`` for draws from what is known
        of each parameter beforehand; or a CSV file with a column for each parameter, one set to a row, and perhaps a
        column `weight`. Parameters that an ensemble does not have keep their defaults.
    points
        Sets of parameters.
    histories
        Random histories that each set meets, up to 512.
    seed
        Fixes draws and histories.
    jobs
        Who works, as in `leaksim.simulate`; the result does not depend on it.
    store
        A folder in which blocks are kept as they are done, so that what was interrupted goes on from there.
    progress
        Called with (blocks done, blocks in all) after every block.

    Raises
    ------
    PatternError
        When the ensemble cannot be read.
    """
    import pandas as pd

    scenario, asked = load_scenario(_SCENARIO), quantities()
    sets = parameter_sets(ensemble, points=points, seed=seed)
    found = simulated(
        asked,
        sets.by_parameter,
        histories=histories,
        seed=seed,
        scenario=scenario,
        jobs=jobs,
        store=block_store(store),
        kind="forecast",
        progress=progress,
    )
    flat = found.reshape(len(asked), -1)
    rows = [
        (each.id, each.title, each.group, each.unit, each.seen, values.mean(), *np.quantile(values, QUANTILES))
        for each, values in zip(asked, flat, strict=True)
    ]
    table = pd.DataFrame(rows, columns=list(FORECAST_COLUMNS))
    digest = hashlib.sha256(_QUANTITIES.read_bytes()).hexdigest()
    return Forecast(table, scenario, sets.source, points, histories, seed, digest)
