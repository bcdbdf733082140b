"""Where the sets of parameters come from: what is known beforehand, or what a calibration has left."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from leaksim.calibration.patterns import PatternError, priors
from leaksim.engine.lanes import Floats
from leaksim.evidence.ensembles import ensemble_names, load_ensemble
from leaksim.evidence.registry import load_registry
from leaksim.sampling import parameter_draws

PRIORS, CALIBRATED = "priors", "ensemble_2017"
"""Words for what is known beforehand, and for what the shipped calibration has left."""


@dataclass(frozen=True)
class ParameterSets:
    """Sets of parameters, and where they come from."""

    source: str
    """``priors``, or the name of an ensemble."""
    by_parameter: dict[str, Floats]
    """Values by parameter, shape ``(point,)``."""


def parameter_sets(source: str | Path, *, points: int, seed: int) -> ParameterSets:
    """Draw sets of parameters from the priors, or take them from an ensemble by their weights.

    Taken are those at the evenly spaced quantiles of the cumulative weight: systematic resampling without chance.

    Parameters
    ----------
    source
        ``priors``, the name of a shipped ensemble, or a CSV file.

    Raises
    ------
    PatternError
        When the file cannot be read.
    """
    if source == PRIORS:
        return ParameterSets(PRIORS, parameter_draws(priors(), (), draws=points, seed=seed))
    if source in ensemble_names():
        shipped = load_ensemble(str(source))
        name, weights, columns = shipped.name, shipped.weights, shipped.columns
    else:
        name = Path(source).stem
        weights, columns = read_sets(Path(source))
    places = (np.arange(points) + 0.5) / points
    upto = weights.cumsum()
    taken = np.searchsorted(upto / upto[-1], places)
    return ParameterSets(name, {parameter: values[taken] for parameter, values in columns.items()})


def made_with(source: str, points: int, histories: int) -> str:
    """Say in words how many worlds there were, and with which parameters."""
    drawn = "drawn from what is known beforehand" if source == PRIORS else f"of the ensemble {source}"
    return f"{points:,} sets of parameters {drawn}, {histories} random histories each"


def read_sets(file: Path) -> tuple[Floats, dict[str, Floats]]:
    """Read sets of parameters from a CSV file.

    Returns
    -------
    tuple of Floats and dict of str to Floats
        The column `weight`, or the same weight for each; and values by parameter; shape ``(set,)`` each.

    Raises
    ------
    PatternError
        When the file is not there, has no rows, or holds what are no parameters or no numbers.
    """
    import pandas as pd

    try:
        table = pd.read_csv(file)
    except (OSError, ValueError) as error:
        there = ", ".join((PRIORS, *ensemble_names()))
        raise PatternError(f"{file} is neither one of {there} nor a file that can be read: {error}") from None
    known = load_registry().parameters
    wrong = [f"{file}: there is no parameter '{name}'" for name in table.columns if name not in (*known, "weight")]
    wrong += [
        f"{file}: {name} is not a number in every row"
        for name in table.columns
        if not pd.api.types.is_numeric_dtype(table[name]) or table[name].isna().any()
    ]
    if table.empty:
        wrong.append(f"{file}: there are no sets of parameters in it")
    weight = table["weight"] if "weight" in table else pd.Series(1.0, index=table.index)
    if not wrong and ((weight < 0).any() or weight.sum() == 0):
        wrong.append(f"{file}: weight is below 0, or 0 in every row")
    if wrong:
        raise PatternError("\n".join(wrong))
    columns = {name: np.array(table[name], dtype=np.float64) for name in table.columns if name != "weight"}
    return np.array(weight, dtype=np.float64), columns
