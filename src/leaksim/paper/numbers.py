"""The outcomes of a run as numbers for a sentence."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import isnan
from typing import Literal

from leaksim.outcomes.comparison import DIFFERENCE, FIRST, REGRET
from leaksim.outcomes.table import COLUMNS
from leaksim.report.labels import label, unit_words
from leaksim.report.numbers import decimals, varies, written
from leaksim.report.outcomes import PARAMETER, Outcome, outcomes_of
from leaksim.store.studies import SavedStudy
from leaksim.store.summaries import SavedSummary

Form = Literal["estimate", "low", "high", "interval", "full"]
"""What is written of an outcome: 58, 42, 74, 42 to 74, or 58 (42 to 74)."""

FORMS: tuple[Form, ...] = ("estimate", "low", "high", "interval", "full")

MINUS = "\N{MINUS SIGN}"

_MONTH_OF_MEDIAN = re.compile(r"median (\d{4})-(\d{2})")
"""How the note of an outcome that is a month says which."""


@dataclass(frozen=True)
class NumberInText:
    """An outcome of a run in the unit in which it is shown."""

    run: str
    """Name of the scenario."""
    metric: str
    item: str
    estimate: float
    """Shares are in percent."""
    low: float
    high: float
    """Both bounds are not a number where there is no interval."""
    covers: str
    """What the interval covers: `replication` or `parameter`."""
    unit: str
    """In words."""
    scale: float = 1.0
    """Factor by which the number of the run was multiplied."""
    start: int | None = None
    """For an outcome that is a month: the month of the number 0, counted from the year 0."""
    reference: str = ""
    """Of a number in a comparison: name of the scenario from which differences are taken."""

    @property
    def words(self) -> str:
        """What it is, in words."""
        words = label(self.metric.removeprefix(DIFFERENCE), self.item)
        return f"{words}, difference from {self.reference}" if self.is_difference else words

    @property
    def is_difference(self) -> bool:
        """Whether it is a difference, which is written with its sign where a table has it."""
        return self.metric.startswith(DIFFERENCE)

    @property
    def places(self) -> int:
        """Decimals that the interval supports; negative for tens and hundreds."""
        return decimals(self.estimate, self.low, self.high)

    @property
    def has_interval(self) -> bool:
        """Whether there is an interval of any width."""
        if self.start is not None:
            return self.low != self.high
        return varies(self.estimate, self.low, self.high)

    @property
    def forms(self) -> tuple[Form, ...]:
        """The forms that say different things."""
        return FORMS if self.has_interval else ("estimate",)

    def text(self, form: Form) -> str:
        """Write it with the digits that the interval supports; without an interval, every form is the estimate."""
        return self._composed(form, self._written)

    def iso(self, form: Form) -> str:
        """Write a month as tables do, 2017-03; other numbers as `text`."""
        return self._composed(form, self._written if self.start is None else self._iso_month)

    def _composed(self, form: Form, write: Callable[[float], str]) -> str:
        if not self.has_interval:
            return write(self.estimate)
        between = f"{write(self.low)} to {write(self.high)}"
        match form:
            case "interval":
                return between
            case "full":
                return f"{write(self.estimate)} ({between})"
            case _:
                return write(self.value(form))

    def value(self, form: Form) -> float:
        """Return the estimate or an end of the interval."""
        return {"low": self.low, "high": self.high}.get(form, self.estimate)

    def _written(self, number: float) -> str:
        if self.start is None:
            return written(number, self.places).replace("-", MINUS)
        found = _month_after(self.start, number)
        return "never" if found is None else f"{calendar.month_name[found[1]]} {found[0]}"

    def _iso_month(self, number: float) -> str:
        found = _month_after(self.start or 0, number)
        return "never" if found is None else f"{found[0]}-{found[1]:02d}"


def _month_after(start: int, months: float) -> tuple[int, int] | None:
    """Return year and month so many months after the start; None for never."""
    if isnan(months):
        return None
    year, month = divmod(start + int(months), 12)
    return year, month + 1


def numbers_of(summary: SavedSummary, interval: str = PARAMETER) -> Iterator[NumberInText]:
    """Yield the outcomes of a run that have a value.

    Parameters
    ----------
    interval
        Which interval to take where an outcome has both.
    """
    for outcome in outcomes_of(summary.table, interval).values():
        if outcome.is_defined:
            yield number_of(outcome)


def numbers_of_study(study: SavedStudy, interval: str = PARAMETER) -> Iterator[NumberInText]:
    """Yield the numbers of a comparison or an attribution that have a value and words.

    Parameters
    ----------
    interval
        Which interval to take where an outcome has both.
    """
    reference = study.reference
    for name in study.scenarios:
        rows = study.table.loc[study.table["scenario"] == name, list(COLUMNS)]
        for outcome in outcomes_of(rows, interval).values():
            if outcome.is_defined and outcome.metric not in (FIRST, REGRET):
                yield replace(number_of(outcome), reference=reference)


def number_of(outcome: Outcome) -> NumberInText:
    """Bring an outcome into the unit in which it is shown."""
    scale = usual_scale(outcome.unit)
    words = unit_words(outcome.metric.removeprefix(DIFFERENCE), outcome.unit)
    if outcome.metric.startswith(DIFFERENCE) and outcome.unit.startswith("share"):
        words = "percentage points"
    return NumberInText(
        run=outcome.scenario,
        metric=outcome.metric,
        item=outcome.item,
        estimate=scale * outcome.estimate,
        low=scale * outcome.low,
        high=scale * outcome.high,
        covers=outcome.interval,
        unit=words,
        scale=scale,
        start=_start(outcome),
    )


def usual_scale(unit: str) -> float:
    """Return the factor from a number of a run to the one that is shown: shares are shown in percent."""
    return 100.0 if unit.startswith("share") else 1.0


def _start(outcome: Outcome) -> int | None:
    found = _MONTH_OF_MEDIAN.match(outcome.note)
    if found is None or outcome.unit != "months from the start":
        return None
    return 12 * int(found[1]) + int(found[2]) - 1 - int(outcome.estimate)
