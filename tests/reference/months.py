"""The months of a run, as dates."""

from __future__ import annotations

import datetime as dt


class Months:
    """Calendar months from a first day on; days are numbered from that day."""

    def __init__(self, start: dt.date, count: int) -> None:
        self.start = start
        self.firsts = [_months_later(start, ahead) for ahead in range(count + 1)]
        self.count = count

    def number(self, day: dt.date) -> int:
        """Days from the start to a day."""
        return (day - self.start).days

    def first(self, month: int) -> int:
        """Number of the first day of a month."""
        return self.number(self.firsts[month])

    def length(self, month: int) -> int:
        """Days in a month."""
        return self.first(month + 1) - self.first(month)

    def days(self, month: int) -> range:
        """Numbers of the days of a month."""
        return range(self.first(month), self.first(month + 1))

    def moment(self, month: int, day: float) -> float:
        """Time in days of a moment of a month: 1.0 is its beginning, -1.0 a day before its end."""
        return self.first(month) + day - 1 if day > 0 else self.first(month + 1) + day

    def share(self, month: int, first: dt.date | None, last: dt.date | None) -> float:
        """Share of the days of a month that lie between two days, both included."""
        within = [
            day
            for day in self.days(month)
            if (first is None or day >= self.number(first)) and (last is None or day <= self.number(last))
        ]
        return len(within) / self.length(month)


def _months_later(day: dt.date, ahead: int) -> dt.date:
    years, month = divmod(day.month - 1 + ahead, 12)
    return dt.date(day.year + years, month + 1, 1)
