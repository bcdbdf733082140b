"""A tidy table read outcome by outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING

from leaksim.report.numbers import varies

if TYPE_CHECKING:
    import pandas as pd

PARAMETER, REPLICATION = "parameter", "replication"
"""What an interval covers."""


@dataclass(frozen=True)
class Outcome:
    """One row of the tidy table, with its columns."""

    scenario: str
    metric: str
    item: str
    estimate: float
    low: float
    high: float
    level: float
    interval: str
    unit: str
    replications: int
    draws: int
    note: str

    @property
    def is_defined(self) -> bool:
        """Whether there is a number at all."""
        return not isnan(self.estimate)

    @property
    def has_interval(self) -> bool:
        """Whether there is an interval with any width."""
        return varies(self.estimate, self.low, self.high)


Outcomes = Mapping[tuple[str, str], Outcome]
"""Outcomes by metric and item, in the order of the table."""


def outcomes_of(table: pd.DataFrame, interval: str = PARAMETER) -> Outcomes:
    """Read the table of one scenario.

    Parameters
    ----------
    interval
        Which interval to take where an outcome has both.
    """
    found: dict[tuple[str, str], Outcome] = {}
    for row in table.to_dict("records"):
        outcome = Outcome(**{str(column): value for column, value in row.items()})
        key = outcome.metric, outcome.item
        if key not in found or outcome.interval == interval:
            found[key] = outcome
    return found


def shown_interval(outcomes: Outcomes) -> str:
    """Say what the intervals cover: the uncertain parameters if there are any, else the random histories."""
    return PARAMETER if any(each.interval == PARAMETER for each in outcomes.values()) else REPLICATION


def intervals_are(outcomes: Outcomes) -> str:
    """Say over or from what the intervals are, such as "from 200 random histories"."""
    first = next(iter(outcomes.values()))
    if shown_interval(outcomes) == PARAMETER:
        return f"over {first.draws:,} draws of the uncertain parameters"
    return f"from {first.replications:,} random histories"
