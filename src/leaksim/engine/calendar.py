"""The calendar of a run: days counted from the start, calendar months, and the moments of a month."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import cached_property

MONTHS_PER_YEAR = 12
DAYS_PER_YEAR = 365.25
DAYS_PER_MONTH = DAYS_PER_YEAR / MONTHS_PER_YEAR


@dataclass(frozen=True)
class Calendar:
    """Calendar months from the first day of a month.

    >>> calendar = Calendar(date(2017, 1, 1), 3)
    >>> calendar.labels
    ('2017-01', '2017-02', '2017-03')
    >>> calendar.day_of(date(2017, 2, 19))
    49
    """

    start: date
    months: int

    def __post_init__(self) -> None:
        if self.start.day != 1:
            raise ValueError(f"a run starts on the first day of a month, not on {self.start}")
        if self.months < 1:
            raise ValueError(f"a run needs at least one month, not {self.months}")

    @cached_property
    def month_starts(self) -> tuple[int, ...]:
        """Day on which each month starts, and the day after the last month: `months` + 1 entries."""
        starts = [0]
        for month in range(self.months):
            year, number = self._year_and_month(month)
            starts.append(starts[-1] + monthrange(year, number)[1])
        return tuple(starts)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Name of each month, such as ``2017-06``."""
        return tuple("{:04d}-{:02d}".format(*self._year_and_month(month)) for month in range(self.months))

    def month_of_year(self, month: int) -> int:
        """Return the number of the month within its year, 1 to 12."""
        return self._year_and_month(month)[1]

    def days_in(self, month: int) -> int:
        """Length of a month in days."""
        return self.month_starts[month + 1] - self.month_starts[month]

    def day_of(self, when: date) -> int:
        """Days from the start to a date; negative before the start."""
        return (when - self.start).days

    def moment(self, month: int, day: float) -> float:
        """Time of a moment on the clock, in days.

        Positive days count from the first of the month (1.0 is its start); negative days count back from its end
        (-1.0 is the start of the last day).
        """
        if day > 0:
            return self.month_starts[month] + day - 1.0
        return self.month_starts[month + 1] + day

    def share_in_effect(self, month: int, first: date | None, last: date | None) -> float:
        """Share of a month's days from `first` to `last`, both included; None means without bound."""
        start, end = self.month_starts[month], self.month_starts[month + 1]
        begins = start if first is None else max(self.day_of(first), start)
        ends = end if last is None else min(self.day_of(last) + 1, end)
        return max(ends - begins, 0) / (end - start)

    def _year_and_month(self, month: int) -> tuple[int, int]:
        years, number = divmod(self.start.month - 1 + month, 12)
        return self.start.year + years, number + 1
