"""How likely two runs of the same model differ so much, from what their tables say.

Lanes are independent within a parameter draw, so the error of an estimate over n lanes is the scatter of a lane over
the root of n. The scatter is taken from the replication intervals of both runs together, as in a two-sample t test:
what is rare may not happen at all in the shorter run, whose own interval would then claim to be exact. Lanes that both
runs share make them more alike than assumed, so an alarm is rarer than it says, never more frequent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, isnan, nan, sqrt

from leaksim.outcomes.statistics import LEVEL

_ROUNDING = 1e-9
"""An interval narrower than this share of its number is rounding in the arithmetic, not scatter."""

_DRAW_AT_AN_END = 2.0
"""How many times as much as the average draw the draws at the ends of a parameter interval may scatter."""

_SYMMETRY = 1e-6
"""An interval whose halves differ by more than this share is one between ranks, as of a median."""


@dataclass(frozen=True)
class Row:
    """The numbers of one row of the tidy table; not a number where a cell is empty."""

    estimate: float
    low: float
    high: float
    lanes: int
    draws: int
    unit: str

    @property
    def freedom(self) -> int:
        """Degrees of freedom of the scatter within draws."""
        return self.lanes - self.draws

    @property
    def is_ranked(self) -> bool:
        """Whether the interval runs between ranks and says nothing of the scatter of a mean."""
        if isnan(self.estimate):
            return self.unit.startswith("month")
        below, above = self.estimate - self.low, self.high - self.estimate
        if isnan(below) and isnan(above):
            return False
        if self.unit.startswith("month") and all(
            2 * number % 1 == 0 for number in (self.estimate, self.low, self.high)
        ):
            return True  # a median whose ranks happen to lie evenly, or at the same month
        return not abs(above - below) <= _SYMMETRY * max(abs(self.estimate), above, below)

    @property
    def variance(self) -> float:
        """Variance of one lane, from the replication interval; not a number where there is none."""
        from scipy.special import stdtrit

        if self.freedom < 1 or self.is_ranked:
            return nan
        if self.high - self.low <= _ROUNDING * max(abs(self.low), abs(self.high)):
            return 0.0
        error = (self.high - self.low) / 2 / float(stdtrit(self.freedom, (1 + LEVEL) / 2))
        return self.lanes * error**2


@dataclass(frozen=True)
class ByChance:
    """A difference in standard errors, and how likely one at least as large is by chance."""

    z: float
    p: float


def row_of(cells: Mapping[str, str] | None) -> Row | None:
    """Read the numbers of a row; None for no row."""
    if cells is None:
        return None
    estimate, low, high = (float(cells[name]) if cells[name] else nan for name in ("estimate", "low", "high"))
    return Row(estimate, low, high, int(cells["replications"]), int(cells["draws"]), cells["unit"])


def chance_of(
    column: str, interval: str, rows: tuple[Row | None, Row | None], scatter: tuple[Row | None, Row | None]
) -> ByChance | None:
    """Test a number that differs between two runs.

    Parameters
    ----------
    column
        `estimate`, or `low` or `high`, an end of the interval.
    interval
        What the interval covers.
    rows
        The row in both runs.
    scatter
        The row with the replication interval of the same outcome in both runs.

    Returns
    -------
    ByChance or None
        None where the two cannot be compared: ends of parameter intervals over different draws, or over draws of
        different length, whose chance is part of their spread; an end that one of two medians does not have; or runs
        of different length without any scatter to judge by.
    """
    old, new = rows
    if old is None or new is None:
        return None
    if any(row is not None and row.is_ranked for row in scatter):
        of_ranks = column == "estimate" or interval == "replication"
        return _ranked(column, *scatter) if of_ranks else None
    variance, freedom = _pooled([row for row in scatter if row is not None])
    if not _are_comparable(column, interval, old, new, variance):
        return None
    difference = abs(getattr(new, column) - getattr(old, column))
    if isnan(difference):
        return ByChance(inf, 0.0)
    if freedom < 1:
        return ByChance(nan, 0.0)  # nothing to judge by, so nothing excuses a difference
    errors = sum(_error(column, interval, row, variance) for row in rows if row is not None)
    return _student(difference, sqrt(errors), freedom)


def _are_comparable(column: str, interval: str, old: Row, new: Row, variance: float) -> bool:
    if old.lanes != new.lanes and isnan(variance):
        return False
    if column == "estimate" or interval != "parameter":
        return True
    return old.draws == new.draws and (old.lanes == new.lanes or variance == 0)


def _pooled(scatter: list[Row]) -> tuple[float, int]:
    """Variance of a lane from both runs, weighted by their degrees of freedom."""
    known = [(row.variance, row.freedom) for row in scatter if not isnan(row.variance)]
    freedom = sum(each for _, each in known)
    return (sum(variance * each for variance, each in known) / freedom, freedom) if freedom else (nan, 0)


def _error(column: str, interval: str, row: Row, variance: float) -> float:
    """Squared error of one number of a row."""
    from scipy.special import stdtrit

    of_mean = variance / row.lanes
    if column == "estimate":
        return of_mean
    if interval == "parameter":
        # An end lies at one or two draws, each with its share of the lanes.
        return of_mean * row.draws * _DRAW_AT_AN_END**2
    if row.freedom < 1:
        return of_mean
    # An end errs with the mean and, by t times the error of a standard deviation, with the width.
    quantile = float(stdtrit(row.freedom, (1 + LEVEL) / 2))
    return of_mean * (1 + quantile**2 / (2 * row.freedom))


def _student(difference: float, error: float, freedom: float) -> ByChance:
    from scipy.special import stdtr

    if error == 0:
        return ByChance(inf, 0.0) if difference else ByChance(0.0, 1.0)
    z = difference / error
    return ByChance(z, float(2 * stdtr(freedom, -z)))


def _ranked(column: str, old: Row | None, new: Row | None) -> ByChance | None:
    """Test a median, or another number whose interval has unequal halves.

    The halves that face each other take the place of standard errors. A missing end, or a missing estimate, means
    "never". A median of months moves in whole months, so one month is always granted.
    """
    from scipy.special import ndtr, ndtri

    if old is None or new is None:
        return None
    first, second = sorted((old, new), key=lambda row: inf if isnan(row.estimate) else row.estimate)
    if column != "estimate":
        difference = abs(getattr(new, column) - getattr(old, column))
        if isnan(difference):
            return None
    else:
        difference = second.estimate - first.estimate
    if isnan(difference):  # one of the two is "never"
        reaches = isnan(first.high) and not isnan(first.low)
        return ByChance(0.0, 1.0) if reaches else ByChance(inf, 0.0)
    above = first.high - first.estimate
    below = second.estimate - second.low
    if isnan(above) or isnan(below):
        return ByChance(0.0, 1.0)
    granted = 1.0 if old.unit.startswith("month") else 0.0
    quantile = float(ndtri((1 + LEVEL) / 2))
    error = sqrt(above**2 + below**2) / quantile
    left = max(difference - granted, 0.0)
    if error == 0:
        return ByChance(inf, 0.0) if left else ByChance(0.0, 1.0)
    return ByChance(left / error, float(2 * ndtr(-left / error)))
