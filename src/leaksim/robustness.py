"""Which of several policies is robust: criteria of decision under deep uncertainty, over the worlds of a comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from leaksim.discovery.conditions import ConditionError, better, level_of, outcome_of
from leaksim.discovery.robustness import DOMAIN, choices, criteria, resampled
from leaksim.engine.lanes import Floats
from leaksim.outcomes.comparison import Headline
from leaksim.outcomes.statistics import LEVEL, Estimate
from leaksim.outcomes.table import TableBuilder

if TYPE_CHECKING:
    import pandas as pd

CHOSEN = "robustness.chosen"
"""Metric of the share of bootstrap samples in which a criterion, the item, chooses a policy."""


@dataclass(frozen=True, repr=False)
class Robustness:
    """What each criterion says of each policy."""

    table: pd.DataFrame
    """A tidy table: the criteria's values with intervals from the bootstrap over worlds, and `robustness.chosen`."""
    headline: Headline
    threshold: float | None
    titles: dict[str, str]
    """Of the policies, by name."""
    worlds: int
    are_draws: bool
    """Whether worlds are draws of the uncertain parameters; otherwise they are random histories."""

    def __repr__(self) -> str:
        from leaksim.report.robustness import told
        from leaksim.report.told import as_text

        return as_text(told(self))

    def _repr_html_(self) -> str:
        from leaksim.report.robustness import told
        from leaksim.report.told import as_html

        return as_html(told(self))


def robustness_of(
    outcomes: dict[str, Floats],
    titles: dict[str, str],
    on: str,
    threshold: float | str | None,
    *,
    replications: int,
    are_draws: bool,
    seed: int,
) -> Robustness:
    """Judge policies by their outcome in every world.

    Parameters
    ----------
    outcomes
        By name of the policy, shape ``(world,)`` each.
    on, threshold
        The outcome, and what a policy has to reach of it.

    Raises
    ------
    ConditionError
        When the threshold cannot be read, or the outcome has no meaning in some world.
    """
    headline = outcome_of("robustness", on)
    matrix = np.array(list(outcomes.values()))
    undefined = int(np.isnan(matrix).any(axis=0).sum())
    if undefined:
        raise ConditionError(f"robustness: {on} has no meaning in {undefined:,} of {matrix.shape[1]:,} worlds")
    level = None if threshold is None else level_of("threshold", headline, threshold)
    sign = better(headline)
    draws = matrix.shape[1] if are_draws else 1
    builders = [TableBuilder(name, replications, draws) for name in outcomes]
    for metric, criterion in criteria(sign, level).items():
        values, again = criterion(matrix), resampled(criterion, matrix, seed=seed)
        low, high = np.quantile(again, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
        shares = choices(metric, again, sign).mean(axis=0)
        unit = "share of worlds" if metric == DOMAIN else headline.unit
        chosen = choices(metric, values, sign) > 0
        for index, builder in enumerate(builders):
            found = Estimate(float(values[index]), float(low[index]), float(high[index]), "worlds")
            builder.add(metric, headline.name, unit, [found], "the choice" if chosen[index] else "")
            alone = Estimate(float(shares[index]), np.nan, np.nan, "worlds")
            builder.add(CHOSEN, metric, "share of bootstrap samples", [alone])
    import pandas as pd

    table = pd.concat([builder.table() for builder in builders], ignore_index=True)
    return Robustness(table, headline, level, titles, matrix.shape[1], are_draws)
