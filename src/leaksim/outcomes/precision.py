"""Run until an interval is narrow: after how many lanes it is, and what it was on the way.

The rule is that of Hoad, Robinson and Davies (2010): once the interval is narrow enough, go on for a look-ahead of five
replications, or of 5 % of those done if these are more than a hundred; stop if it stays narrow all the way, else carry
on. Lanes are looked at in their order, however many were simulated together, so the outcome does not depend on blocks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from leaksim.model.channels import GROUP_OF_CHANNEL, INTENDED, REALISED
from leaksim.outcomes.attribution import group_shapley
from leaksim.outcomes.paired import Ratio
from leaksim.outcomes.statistics import Estimate, ratio_of_means
from leaksim.outcomes.summary import NO_PRESSURE, Summary, cost_by_groups
from leaksim.outcomes.table import TableBuilder
from leaksim.scenario.precision import UNITS

if TYPE_CHECKING:
    import pandas as pd

_LOOK_AHEAD, _LOOK_AHEAD_SHARE = 5, 0.05
"""Lanes over which an interval has to stay narrow; beyond a hundred, their share of the lanes before."""

_FINEST_STEP = 0.01
"""Beyond a hundred lanes the interval is looked at after every hundredth part more, not after every lane."""

_FEWEST = 10
"""Lanes before which the interval of a few skewed numbers is not to be trusted."""


@dataclass(frozen=True)
class Precision:
    """How narrow an interval was wanted and became."""

    outcome: str
    """Metric, and after a ``/`` the item."""
    half_width: float
    """Half of the width that the interval from luck should have at most, in the unit of the outcome."""
    reached: bool
    """Whether the interval is that narrow."""
    most: int
    """Lanes that would have been run at most."""
    trace: pd.DataFrame
    """A tidy table: the row of the outcome after each number of `replications` at which the interval was looked at."""


class Watch:
    """Looks at an interval as lanes come in, and decides after how many it is narrow enough.

    Parameters
    ----------
    outcome
        One of `leaksim.scenario.precision.UNITS`.
    half_width
        In the unit of the outcome.
    draws
        Parameter draws; lane r carries draw r mod `draws`.
    step
        The number of lanes is a multiple of this.
    most
        The number of lanes at which the run ends in any case.
    """

    def __init__(self, outcome: str, half_width: float, *, draws: int, step: int, most: int) -> None:
        self.outcome, self.half_width, self.most = outcome, half_width, most
        self._draws, self._step = draws, step
        fewest = max(_FEWEST, 2 * draws if draws > 1 else 0)
        self._next = min(-(-fewest // step) * step, most)
        self._narrow_since: int | None = None
        self._lanes = Ratio(np.empty(0), np.empty(0))
        self.looks: list[tuple[int, Estimate]] = []
        """Numbers of lanes, and what the interval was."""
        self.enough: int | None = None
        """Lanes after which to stop; None as long as more are needed."""

    def see(self, lanes: Ratio) -> None:
        """Take note of the next lanes, in their order."""
        self._lanes = Ratio(
            np.concatenate([self._lanes.numerator, lanes.numerator]),
            np.concatenate([self._lanes.denominator, lanes.denominator]),
        )
        while self.enough is None and self._next <= len(self._lanes.numerator):
            self._look(self._next)

    def precision(self, scenario: str) -> Precision:
        """Report on the run of a scenario."""
        metric, _, item = self.outcome.partition("/")
        rows: list[dict[str, object]] = []
        for lanes, estimate in self.looks:
            table = TableBuilder(scenario, lanes, self._draws)
            table.add(metric, item, UNITS[self.outcome], [estimate])
            rows += table.rows
        trace = TableBuilder(scenario, self.most, self._draws, rows).table()
        return Precision(self.outcome, self.half_width, self._is_narrow(self.looks[-1][1]), self.most, trace)

    def _look(self, count: int) -> None:
        estimate = self._estimate(count)
        self.looks.append((count, estimate))
        if not self._is_narrow(estimate):
            self._narrow_since = None
        elif self._narrow_since is None:
            self._narrow_since = count
        if count == self.most or self._stayed_narrow(count):
            self.enough = count
        steps = max(int(_FINEST_STEP * count) // self._step, 1)
        self._next = min(count + steps * self._step, self.most)

    def _stayed_narrow(self, count: int) -> bool:
        since = self._narrow_since
        return since is not None and count >= since + max(_LOOK_AHEAD, int(_LOOK_AHEAD_SHARE * since))

    def _estimate(self, count: int) -> Estimate:
        numerator, denominator = self._lanes.numerator[:count], self._lanes.denominator[:count]
        if abs(denominator.mean()) < NO_PRESSURE:
            return Estimate(np.nan, np.nan, np.nan, "replication", "undefined: there is nothing to divide by")
        return next(iter(ratio_of_means(numerator, denominator, self._draws)))

    def _is_narrow(self, estimate: Estimate) -> bool:
        return (estimate.high - estimate.low) / 2 <= self.half_width


def lanes_of(summary: Summary, outcome: str) -> Ratio:
    """Return what an outcome is the ratio of, lane by lane; a mean has ones below.

    Parameters
    ----------
    outcome
        One of `leaksim.scenario.precision.UNITS`.
    """
    metric, _, item = outcome.partition("/")
    intended, realised = (summary.total("pressure", arm) for arm in (INTENDED, REALISED))
    match metric:
        case "leakage.value":
            return Ratio(intended - realised, intended)
        case "pass_through.value":
            return Ratio(realised, intended)
        case "leakage.owen":
            groups = sorted({GROUP_OF_CHANNEL[channel] for channel in summary.arms[-1].channels})
            return Ratio(group_shapley(cost_by_groups(summary, groups), groups)[item], intended)
        case "leakage.quantity":
            brought = [summary.total(f"leaked.{item}.{channel}", REALISED) for channel in GROUP_OF_CHANNEL]
            return Ratio(np.sum(brought, axis=0), summary.total(f"cut.{item}", REALISED))
        case "pressure.intended":
            values = intended / summary.years
        case "pressure.realised":
            values = realised / summary.years
        case "price.premium_mean":
            arm, product = item.split("/")
            values = summary.total(f"premium.mean.{product}", arm)
        case _:
            values = summary.total(metric, item)
    return Ratio(values, np.ones_like(values))
