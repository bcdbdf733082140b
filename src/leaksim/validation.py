"""The model against the patterns of 2016 and 2017: what it brings about, and what it misses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from leaksim.calibration.parameter_sets import CALIBRATED, parameter_sets
from leaksim.calibration.patterns import PatternError, simulated
from leaksim.calibration.problem import CUTOFF
from leaksim.engine.executor import Jobs
from leaksim.engine.lanes import Floats
from leaksim.evidence.patterns import Pattern, load_patterns
from leaksim.store.blocks import BlockStore, block_store

if TYPE_CHECKING:
    import pandas as pd

BAND = (0.05, 0.5, 0.95)
"""Quantiles of the band and its middle."""

INSIDE, OUTSIDE, OUT_OF_REACH = "inside", "outside", "out of reach"

SCORECARD_COLUMNS = (
    "pattern",
    "title",
    "group",
    "role",
    "unit",
    "observed",
    "sd",
    "discrepancy",
    "median",
    "low",
    "high",
    "implausibility",
    "nearest",
    "verdict",
    "reason",
)
"""Columns of a scorecard."""


@dataclass(frozen=True, repr=False)
class Scorecard:
    """How the model fares with each pattern."""

    table: pd.DataFrame
    """One row for each pattern, with the `SCORECARD_COLUMNS`; see `leaksim.validate`."""
    source: str
    """Where the parameters come from: ``priors``, or the name of an ensemble."""
    points: int
    """Sets of parameters."""
    histories: int
    """Random histories that each set meets."""
    seed: int
    digest: str
    """SHA-256 of the patterns."""

    def __repr__(self) -> str:
        from leaksim.report.patterns import told
        from leaksim.report.told import as_text

        return as_text(told(self))

    def _repr_html_(self) -> str:
        from leaksim.report.patterns import told
        from leaksim.report.told import as_html

        return as_html(told(self))


def validate(
    *,
    only: Sequence[str] = (),
    ensemble: str | Path = CALIBRATED,
    points: int = 400,
    histories: int = 8,
    seed: int = 2017,
    jobs: Jobs = 1,
    store: BlockStore | str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Scorecard:
    """Hold the model against the patterns of 2016 and 2017.

    Every pattern is computed at many sets of parameters, in several random histories each. In the table, `median`,
    `low` and `high` are the middle and the 90 % band over sets and histories. `implausibility` is the distance of the
    observed value from the mean, in standard deviations of all that is uncertain: the observation, the model's
    discrepancy, parameters and luck. `nearest` is the smallest implausibility of a single set, in which the parameters
    are no excuse.

    The verdict is `inside` where the observed value lies in the middle 90 % of what the model would have let somebody
    observe: its own values, with the errors of observation and discrepancy on top. Otherwise it is `outside`, or
    `out of reach` where no set of parameters comes within an implausibility of 3.

    Parameters
    ----------
    only
        Ids of patterns, in place of all.
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
        When a pattern or a parameter is unknown, or the ensemble cannot be read.
    """
    patterns = _chosen(only)
    sets = parameter_sets(ensemble, points=points, seed=seed)
    found = simulated(
        patterns,
        sets.by_parameter,
        histories=histories,
        seed=seed,
        jobs=jobs,
        store=block_store(store),
        progress=progress,
    )
    return Scorecard(_table(patterns, found), sets.source, points, histories, seed, load_patterns().digest)


def _chosen(only: Sequence[str]) -> list[Pattern]:
    from leaksim.scenario.fields import nearest

    known = load_patterns().computed
    wrong = [name for name in only if name not in known]
    if wrong:
        hints = {name: nearest(name, known) for name in wrong}
        raise PatternError(
            "\n".join(
                f"there is no pattern '{name}'{f'; did you mean {hint[0]}?' if hint else ''}"
                for name, hint in hints.items()
            )
        )
    return [pattern for name, pattern in known.items() if not only or name in only]


def _table(patterns: Iterable[Pattern], found: Floats) -> pd.DataFrame:
    import pandas as pd

    rows = [judged(pattern, of_pattern) for pattern, of_pattern in zip(patterns, found, strict=True)]
    return pd.DataFrame(rows, columns=list(SCORECARD_COLUMNS))


def judged(pattern: Pattern, found: Floats) -> dict[str, object]:
    """Judge the model by its values of a pattern, ``(point, history)``; a row of a scorecard."""
    from scipy.special import ndtr

    low, median, high = (float(each) for each in np.quantile(found, BAND))
    off = abs(pattern.observed - found.mean()) / np.hypot(pattern.spread, found.std())
    by_point = np.abs(pattern.observed - found.mean(axis=1)) / np.hypot(pattern.spread, found.std(axis=1))
    nearest = float(by_point.min())
    # Errors on top of a model value are normal; over all values they are a mixture, whose distribution is the mean.
    below = ndtr((pattern.observed - found) / pattern.spread).mean()
    inside = BAND[0] <= below <= BAND[-1]
    return {
        "pattern": pattern.id,
        **{name: getattr(pattern, name) for name in ("title", "group", "role", "unit", "observed", "sd")},
        "discrepancy": pattern.discrepancy,
        "median": median,
        "low": low,
        "high": high,
        "implausibility": float(off),
        "nearest": nearest,
        "verdict": INSIDE if inside else OUTSIDE if nearest <= CUTOFF else OUT_OF_REACH,
        "reason": "" if inside else pattern.role_reason or "",
    }
