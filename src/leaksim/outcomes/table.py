"""The tidy table: the one form of every result."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import isfinite, nan
from typing import TYPE_CHECKING

from leaksim.outcomes.statistics import LEVEL, Estimate

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "scenario",
    "metric",
    "item",
    "estimate",
    "low",
    "high",
    "level",
    "interval",
    "unit",
    "replications",
    "draws",
    "note",
)
"""Columns of the tidy table.

`metric` is a dotted name, `item` what it speaks of (empty for the whole), `interval` what the interval covers
(``replication`` or ``parameter``), `replications` the random histories in all, `draws` the parameter draws over which
they are spread.
"""


@dataclass
class TableBuilder:
    """Collects rows of the tidy table for one scenario."""

    scenario: str
    replications: int
    draws: int
    rows: list[dict[str, object]] = field(default_factory=list)

    def add(self, metric: str, item: str, unit: str, estimates: Iterable[Estimate], note: str = "") -> None:
        """Add one row per estimate (one for each kind of interval)."""
        for estimate in estimates:
            notes = "; ".join(text for text in (note, estimate.note) if text)
            numbers = (estimate.value, estimate.low, estimate.high)
            value, low, high = (number if isfinite(number) else nan for number in numbers)
            self._append(metric, item, (value, low, high), estimate.interval, unit, notes)

    def add_undefined(self, metric: str, item: str, unit: str, reason: str) -> None:
        """Add a row for a number that has no meaning here, with the reason."""
        self._append(metric, item, (nan, nan, nan), "replication", unit, reason)

    def table(self) -> pd.DataFrame:
        """Return the rows as a DataFrame with the columns of the tidy table."""
        import pandas as pd

        return pd.DataFrame(self.rows, columns=list(COLUMNS))

    def _append(
        self, metric: str, item: str, numbers: tuple[float, float, float], interval: str, unit: str, note: str
    ) -> None:
        values = (
            self.scenario,
            metric,
            item,
            *numbers,
            LEVEL,
            interval,
            unit,
            self.replications,
            self.draws,
            note,
        )
        self.rows.append(dict(zip(COLUMNS, values, strict=True)))
