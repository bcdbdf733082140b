"""Ensembles: sets of parameter values that a calibration left over, each with a weight.

What a calibration learns about several parameters together (one may be high where another is low) is lost in ranges.
An ensemble keeps it: its members are drawn whole. It lies in two files, the members as CSV and beside it, as JSON, how
they were found.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from math import isclose
from typing import TYPE_CHECKING, Any

from leaksim.evidence.data_files import DATA
from leaksim.evidence.errors import EvidenceError
from leaksim.evidence.registry import load_registry

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

WEIGHT = "weight"
"""Heading of the first column; the others are named by the ids of parameters."""

_SUM_TO_ONE = 1e-9

FOLDER = DATA
"""Where ensembles lie."""


@dataclass(frozen=True)
class Ensemble:
    """Sets of parameter values with weights.

    Attributes
    ----------
    name
        By which scenarios use it.
    facts
        How it was found.
    digest
        SHA-256 of the file of members.
    weights
        Shape ``(member,)``; they sum to 1.
    columns
        By parameter, in the unit of the registry, shape ``(member,)`` each.
    """

    name: str
    facts: Mapping[str, Any]
    digest: str
    weights: npt.NDArray[np.float64]
    columns: Mapping[str, npt.NDArray[np.float64]]

    def quantile(self, parameter: str, probability: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Weighted quantiles of one parameter, shape as `probability`; each is the value of a member."""
        import numpy as np

        ordered, ends, _ = self._ranked[parameter]
        found: npt.NDArray[np.float64] = ordered[np.searchsorted(ends[:-1], probability)]
        return found

    def places(self, parameter: str) -> npt.NDArray[np.float64]:
        """Probabilities at which `quantile` gives back the value of each member, shape ``(member,)``."""
        return self._ranked[parameter][2]

    def range(self, parameter: str) -> tuple[float, float]:
        """Return the smallest and the greatest value of a parameter."""
        values = self.columns[parameter]
        return float(values.min()), float(values.max())

    def strongest_tie(self, parameters: Sequence[str]) -> tuple[str, str, float]:
        """Return which two of some parameters hang together most, and Spearman's rank correlation between them."""
        import numpy as np

        covariances = np.cov([self.places(name) for name in parameters], aweights=self.weights)
        spread = np.sqrt(covariances.diagonal())
        correlations = np.tril(covariances / np.outer(spread, spread), -1)
        one, other = (int(each) for each in np.unravel_index(np.abs(correlations).argmax(), correlations.shape))
        return parameters[other], parameters[one], float(correlations[one, other])

    def in_words(self, parameter: str) -> str:
        """Say where most of the weight of a parameter lies."""
        import numpy as np

        low, median, high = self.quantile(parameter, np.array([0.05, 0.5, 0.95]))
        return f"{self.name}: weighted median {median:.3g}, 90 % band {low:.3g} to {high:.3g}"

    @cached_property
    def _ranked(
        self,
    ) -> Mapping[str, tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]]:
        """Values in order, the sums of their weights, and in the middle of which weight each member lies."""
        import numpy as np

        found = {}
        for parameter, values in self.columns.items():
            order = values.argsort(kind="stable")
            ends = np.cumsum(self.weights[order])
            places = np.empty_like(ends)
            places[order] = ends - self.weights[order] / 2
            found[parameter] = values[order], ends, places
        return found


def ensemble_names() -> tuple[str, ...]:
    """Return the names of the ensembles that there are."""
    return tuple(sorted(file.stem for file in FOLDER.glob("ensemble_*.csv")))


@cache
def load_ensemble(name: str) -> Ensemble:
    """Load an ensemble (once per process).

    Raises
    ------
    EvidenceError
        When there is none of this name, its file is not what its manifest says, or it holds what is impossible.
    """
    import numpy as np

    if name not in ensemble_names():
        raise EvidenceError(f"there is no ensemble '{name}'; there are {', '.join(ensemble_names()) or 'none'}")
    content = (FOLDER / f"{name}.csv").read_bytes()
    facts = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    digest = hashlib.sha256(content).hexdigest()
    if facts["members"] != digest:
        raise EvidenceError(f"{name}.csv is not the file that {name}.json describes: its SHA-256 is {digest}")
    heading, *rows = csv.reader(content.decode().splitlines())
    table = np.array(rows, dtype=np.float64).T
    columns = dict(zip(heading, table, strict=True))
    weights = columns.pop(WEIGHT)
    if weights.min() <= 0 or not isclose(weights.sum(), 1, rel_tol=_SUM_TO_ONE):
        raise EvidenceError(f"{name}.csv: weights have to be above 0 and sum to 1")
    for parameter, values in columns.items():
        limits = load_registry().parameter(parameter).limits
        if not all(map(limits.allow, values.tolist())):
            raise EvidenceError(f"{name}.csv: {parameter} is {limits}")
    return Ensemble(name, facts, digest, weights, columns)
