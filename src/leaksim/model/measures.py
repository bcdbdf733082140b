"""Measures through time: how much of each flow of each party is forbidden in each month.

A measure is a set of provisions. A *cut* forbids a share of the baseline flow; a *cap* allows an absolute yearly
quantity, shared among the parties it binds in proportion to their baseline flows. Of several provisions in force on
one flow the strictest binds. A month counts the days: a ban from the 16th of a month of 30 days forbids half of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from itertools import pairwise

import numpy as np

from leaksim.engine.calendar import Calendar
from leaksim.engine.lanes import Floats
from leaksim.evidence.instruments import Instrument, Provision
from leaksim.model.dimensions import GROUP_OF_FLOW

_MONTHS_PER_YEAR = 12


class Measures:
    """The provisions of a scenario on one calendar.

    Parameters
    ----------
    instruments
        The measures of the scenario.
    calendar
        The calendar of the run.
    baseline
        Baseline flow per month by party and flow, each of shape ``(1, 1)`` or ``(1, lane)``.
    """

    def __init__(
        self,
        instruments: Iterable[Instrument],
        calendar: Calendar,
        baseline: Mapping[str, Mapping[str, Floats]],
    ) -> None:
        self._calendar = calendar
        self._baseline = baseline
        self._provisions = [provision for instrument in instruments for provision in instrument.provisions]

    def forbidden(self, party: str, flow: str, lag_days: Floats | None = None) -> Floats:
        """Share of a party's baseline flow that is forbidden in each month.

        Parameters
        ----------
        lag_days
            Days by which the party acts later than the texts say, shape ``(1, lane)``; none by default.

        Returns
        -------
        Floats
            Between 0 and 1, shape ``(month, 1, 1 or lane)``.
        """
        bounds = self._provisions_on(party, flow)
        starts = np.array(self._calendar.month_starts, dtype=np.float64)[:, None, None]
        lag = np.zeros((1, 1)) if lag_days is None else lag_days
        forbidden = np.zeros((self._calendar.months, 1, 1))
        # Between two neighbouring days on which some provision begins or ends, the forbidden share is constant.
        days = sorted({day for first, last, _ in bounds for day in (first, last)})
        for first, last in pairwise(days):
            shares = [share for begin, end, share in bounds if begin <= first and last <= end]
            if shares:
                overlap = np.minimum(starts[1:], last + lag) - np.maximum(starts[:-1], first + lag)
                share = np.maximum.reduce(np.broadcast_arrays(*shares))
                forbidden = forbidden + np.maximum(overlap, 0.0) * share
        return forbidden / np.diff(starts, axis=0)

    def months_since_adoption(self, group: str) -> list[float]:
        """Months since the latest provision on a group of flows bit on China, for each month of the run.

        A new text renews attention to the whole group, so the count starts again. It is 0 before the first.
        """
        bites = sorted(
            self._calendar.day_of(provision.bites_on)
            for provision in self._provisions
            if "china" in provision.binds and GROUP_OF_FLOW[provision.flow] == group
        )
        ends = self._calendar.month_starts[1:]
        latest = [max((day for day in bites if day < end), default=None) for end in ends]
        days_per_month = 365.25 / _MONTHS_PER_YEAR
        return [
            0.0 if day is None else max(start - day, 0) / days_per_month
            for start, day in zip(self._calendar.month_starts, latest, strict=False)
        ]

    def departing(self, host: str) -> Floats:
        """Share of the workers still there whom a deadline sends home in each month, shape ``(month, 1, 1)``.

        Departures are spread evenly over the months from the first in force to the deadline; after it all are gone.
        """
        starts = np.array(self._calendar.month_starts, dtype=np.float64)[:, None, None]
        departing = np.zeros((self._calendar.months, 1, 1))
        for provision in self._provisions:
            if provision.out_by is not None and host in provision.binds:
                months_left = (self._calendar.day_of(provision.out_by) - starts[:-1]) * _MONTHS_PER_YEAR / 365.25
                in_force = np.clip(
                    (starts[1:] - self._calendar.day_of(provision.bites_on)) / np.diff(starts, axis=0), 0, 1
                )
                departing = np.maximum(departing, in_force / np.maximum(months_left, 1.0))
        return departing

    def _provisions_on(self, party: str, flow: str) -> list[tuple[int, int, Floats]]:
        return [
            (
                self._calendar.day_of(provision.bites_on),
                self._last_day(provision),
                self._share(provision, party),
            )
            for provision in self._provisions
            if provision.flow == flow and party in provision.binds
        ]

    def _last_day(self, provision: Provision) -> int:
        """Day after the last on which a provision binds; beyond any lag when it is open."""
        if provision.until is None:
            return self._calendar.month_starts[-1]
        return self._calendar.day_of(provision.until + timedelta(days=1))

    def _share(self, provision: Provision, party: str) -> Floats:
        if provision.cut is not None:
            return np.full((1, 1), provision.cut)
        if provision.out_by is not None:
            # Where all have to leave, nobody new is let in.
            return np.ones((1, 1))
        bound = [self._baseline[each][provision.flow] for each in provision.binds]
        yearly = _MONTHS_PER_YEAR * sum(bound[1:], start=bound[0])
        allowed = (provision.cap or 0.0) / np.where(yearly > 0, yearly, np.inf)
        return np.where(yearly > 0, np.clip(1.0 - allowed, 0.0, 1.0), 0.0)
