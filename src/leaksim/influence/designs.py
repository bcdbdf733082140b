"""Designs of sensitivity analysis: at which points the inputs are put, and what follows from the outcome there.

Every input is a probability in [0, 1]; what it stands for is decided elsewhere. Sampling and estimators are those of
SALib (Herman and Usher 2017; Iwanaga, Usher and Herman 2022), but for the means of Morris's effects.
"""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import combinations
from typing import Any

import numpy as np

from leaksim.engine.lanes import Floats, Places

Key = tuple[str, str]
"""Metric and item of an index."""

FIRST, TOTAL, SECOND = "sensitivity.first", "sensitivity.total", "sensitivity.second"
EFFECT, SIGNED, SPREAD = "sensitivity.effect", "sensitivity.effect_signed", "sensitivity.effect_spread"
DISTANCE = "sensitivity.distance"
SWING, AT_LOW, AT_HIGH = "sensitivity.swing", "sensitivity.at_low", "sensitivity.at_high"

_LEVELS = 4
"""Levels of each input in Morris' grid: his own choice, with steps of two thirds."""

_SLICES = 10
"""Into which PAWN cuts the range of each input."""

_FEWEST = 2
"""Resamples for SALib's own intervals, which are not used; it cannot do with less."""


class Design(ABC):
    """Points at which an outcome is asked for, in units that are drawn independently of each other.

    Attributes
    ----------
    points
        Shape ``(point, input)``, the points of a unit next to each other.
    names
        Of what gets an index: inputs, or groups of them.
    units
        How many units there are: base points, trajectories or single points.
    ranked_by
        The metric by which the names are ranked, most influential first.
    resamples
        Bootstrap samples for the intervals.
    is_inflated
        Whether points that come twice in a bootstrap sample push the indices up.
    """

    points: Floats
    names: tuple[str, ...]
    units: int
    ranked_by: str
    resamples: int = 200
    is_inflated: bool = False

    @abstractmethod
    def indices(self, outcome: Floats, chosen: Places) -> dict[Key, float]:
        """Estimate the indices from some of the units, each as often as it is chosen.

        Parameters
        ----------
        outcome
            At every point, shape ``(point,)``.
        chosen
            Numbers of units.
        """

    def rows_of(self, chosen: Places) -> Places:
        """Return the places of the points of some units."""
        size = len(self.points) // self.units
        return (chosen[:, None] * size + np.arange(size)).ravel()


class Sobol(Design):
    """Shares of the variance of the outcome (Sobol' 2001; Saltelli et al. 2010)."""

    ranked_by = TOTAL

    def __init__(
        self, inputs: Sequence[str], units: int, seed: int, *, groups: Sequence[str] = (), second_order: bool = False
    ) -> None:
        from SALib.sample.sobol import sample

        self.units = units
        self._second_order = second_order
        self._problem = _problem(inputs, groups)
        self.names = tuple(dict.fromkeys(groups or inputs))
        generator = np.random.default_rng(seed)
        self.points = sample(self._problem, units, calc_second_order=second_order, seed=generator)

    def indices(self, outcome: Floats, chosen: Places) -> dict[Key, float]:
        """Return first and total indices of every name and, where asked for, second ones of every pair."""
        from SALib.analyze.sobol import analyze

        with _quiet():
            found = analyze(
                self._problem,
                outcome[self.rows_of(chosen)],
                calc_second_order=self._second_order,
                num_resamples=_FEWEST,
                seed=1,
            )
        indices = _named(self.names, {FIRST: found["S1"], TOTAL: found["ST"]})
        if self._second_order:
            pairs = combinations(range(len(self.names)), 2)
            second = {f"{self.names[one]}/{self.names[two]}": found["S2"][one, two] for one, two in pairs}
            indices.update({(SECOND, pair): float(value) for pair, value in second.items()})
        return indices


class Morris(Design):
    """Elementary effects: what a large step of one input does, at different places (Morris 1991; Campolongo 2007)."""

    ranked_by = EFFECT

    def __init__(self, inputs: Sequence[str], units: int, seed: int, *, groups: Sequence[str] = ()) -> None:
        from SALib.sample.morris import sample

        self.units = units
        self._grouped = bool(groups)
        self.names = tuple(dict.fromkeys(groups or inputs))
        problem = _problem(inputs, groups)
        with _quiet():
            self.points = sample(problem, units, num_levels=_LEVELS, seed=np.random.default_rng(seed))
        # Each step of a trajectory moves one input, or those of one group.
        steps = np.diff(self.points.reshape(units, -1, len(inputs)), axis=1)
        moved = np.abs(steps).argmax(axis=2)
        self._steps = np.abs(steps).max(axis=2) if groups else steps.sum(axis=2)
        names = np.array([self.names.index(name) for name in (groups or inputs)])
        self._order = names[moved].argsort(axis=1)

    def indices(self, outcome: Floats, chosen: Places) -> dict[Key, float]:
        """Return the mean size of the effects; of single inputs also their mean and their standard deviation."""
        # SALib has these formulas too, but spends a hundred times as long on intervals that are not used.
        changes = np.diff(outcome.reshape(self.units, -1), axis=1)[chosen]
        effects = np.take_along_axis(changes / self._steps[chosen], self._order[chosen], axis=1)
        measures = {EFFECT: np.abs(effects).mean(axis=0)}
        if not self._grouped:
            measures.update({SIGNED: effects.mean(axis=0), SPREAD: effects.std(axis=0, ddof=1)})
        return _named(self.names, measures)


class Pawn(Design):
    """How far the distribution of the outcome moves when an input is known (Pianosi and Wagener 2018).

    Parameters
    ----------
    inputs
        The points of each input, shape ``(point,)``: any sample will do, correlated or not.
    """

    ranked_by = DISTANCE
    resamples = 40  # each takes a thousand times as long as one of the other methods
    is_inflated = True

    def __init__(self, inputs: Mapping[str, Floats]) -> None:
        self.names = tuple(inputs)
        self.points = np.column_stack(list(inputs.values()))
        self.units = len(self.points)
        self._problem = _problem(self.names, ())

    def indices(self, outcome: Floats, chosen: Places) -> dict[Key, float]:
        """Return the median distance over the slices of each input."""
        from SALib.analyze.pawn import analyze

        with _quiet():
            found = analyze(self._problem, self.points[chosen], outcome[chosen], S=_SLICES)
        return _named(self.names, {DISTANCE: found["median"]})


class OneAtATime(Design):
    """What an input does alone, from one end of its range to the other, all others at their medians.

    A unit is the whole design in one set of histories; the last column of the points says in which.
    """

    ranked_by = SWING

    def __init__(self, inputs: Sequence[str], units: int) -> None:
        self.names = tuple(inputs)
        self.units = units
        ends = np.full((2 * len(inputs) + 1, len(inputs)), 0.5)  # the first point has all at their medians
        for index in range(len(inputs)):
            ends[1 + 2 * index : 3 + 2 * index, index] = 0.0, 1.0
        luck = (np.arange(units) + 0.5) / units
        self.points = np.column_stack([np.tile(ends, (units, 1)), np.repeat(luck, len(ends))])

    def indices(self, outcome: Floats, chosen: Places) -> dict[Key, float]:
        """Return what the outcome is at either end less that at the medians, and how far the three lie apart."""
        found = outcome[self.rows_of(chosen)].reshape(len(chosen), -1).mean(axis=0)
        low, high = found[1::2] - found[0], found[2::2] - found[0]
        reached = np.array([low, high, np.zeros_like(low)])
        return _named(self.names, {SWING: np.ptp(reached, axis=0), AT_LOW: low, AT_HIGH: high})


def _problem(inputs: Sequence[str], groups: Sequence[str]) -> dict[str, Any]:
    problem: dict[str, Any] = {"num_vars": len(inputs), "names": list(inputs), "bounds": [[0.0, 1.0]] * len(inputs)}
    return {**problem, "groups": list(groups)} if groups else problem


def _named(names: Sequence[str], measures: Mapping[str, Floats]) -> dict[Key, float]:
    return {
        (metric, name): float(value)
        for metric, values in measures.items()
        for name, value in zip(names, values, strict=True)
    }


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep SALib from warning of its own intervals, which nobody asks for here."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield
