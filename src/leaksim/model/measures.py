"""Measures through time: how much of each flow of each party is forbidden in each month.

A measure is a set of provisions. A *cut* forbids a share of the baseline flow; a *cap* allows an absolute yearly
quantity, shared among the parties it binds in proportion to their baseline flows. Of several provisions in force on
one flow the strictest binds. A month counts the days: a ban from the 16th of a month of 30 days forbids half of it.

Every instrument has two texts: the one proposed, before Russia's delay and carve-outs, and the one adopted. Arms in
which the Council dilutes live under the adopted texts, the others under the proposed ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, cached_property, partial

import numpy as np

from leaksim.engine.calendar import DAYS_PER_MONTH, MONTHS_PER_YEAR, Calendar
from leaksim.engine.lanes import Floats, Places, together
from leaksim.evidence.instruments import Instrument, Provision
from leaksim.model.compiled import has_compiled_form
from leaksim.model.dimensions import GROUP_OF_FLOW

Baseline = Mapping[str, Mapping[str, Floats]]
"""Baseline flow per month by party and flow, each of shape ``(1, 1)`` or ``(1, lane)``."""


@dataclass(frozen=True)
class Negotiated:
    """What becomes of an instrument that a scenario only proposes; each of shape ``(1, 1)`` or ``(1, lane)``."""

    shift: Floats
    """Days by which the event that it answers comes later than its first possible day."""
    delay: Floats
    """Days by which Russia holds up the adoption."""
    carve_out: Floats
    """Share of what touches Russia that the adopted text spares."""


@dataclass(frozen=True, eq=False)
class _Dated:
    """A provision on the calendar of a run; days are counted from its start, shape ``(1, 1)`` or ``(1, lane)``."""

    provision: Provision
    share: Floats
    """Share of the baseline flow that it forbids."""
    looms: Floats | None
    """Day from which traders see it coming; None where it came without warning."""
    begins: Floats
    ends: Floats
    """Day after the last on which it binds; infinite when it is open."""
    spared: Floats
    """Share of Russia's flow that it spares."""


class Text:
    """The proposed or the adopted texts of all measures of a scenario.

    Parameters
    ----------
    dated
        Their provisions on the calendar.
    calendar
        The calendar of the run.
    """

    def __init__(self, dated: Iterable[_Dated], calendar: Calendar) -> None:
        self._dated = tuple(dated)
        self._on: dict[tuple[str, str], tuple[_Dated, ...]] = {}
        for each in self._dated:
            for party in each.provision.binds:
                self._on[party, each.provision.flow] = (*self.on(party, each.provision.flow), each)
        self._months = calendar.months
        self._starts = np.array(calendar.month_starts, dtype=np.float64)[:, None, None]
        self._lengths = np.diff(self._starts, axis=0)

    def forbidden(self, party: str, *flows: str, lag_days: Callable[[str], Floats] | None = None) -> Floats:
        """Share of a party's baseline flows that is forbidden in each month.

        Parameters
        ----------
        lag_days
            By flow, the days by which the party acts later than the texts say, shape ``(1, lane)``; none by default.

        Returns
        -------
        Floats
            Between 0 and 1, shape ``(month, flow, 1, 1 or lane)``.
        """
        found = [each for flow in flows for each in self.on(party, flow)]
        if not found:
            return np.zeros((self._months, len(flows), 1, 1))
        begins = together([each.begins for each in found])
        ends = np.minimum(together([each.ends for each in found]), self._starts[-1])
        if lag_days is not None:
            lags = together([lag_days(each.provision.flow) for each in found])
            begins, ends = begins + lags, ends + lags
        shares = together([each.share for each in found])
        if party == "russia":
            shares = shares * (1 - together([each.spared for each in found]))
        last_of = np.cumsum([len(self.on(party, flow)) for flow in flows])
        return strictest(begins, ends, shares, last_of, self._starts)

    def on(self, party: str, flow: str) -> tuple[_Dated, ...]:
        """Return the provisions on a flow of a party."""
        return self._on.get((party, flow), ())

    def months_since_adoption(self, group: str) -> Floats:
        """Months since the latest provision on a group of flows bit on China, shape ``(month, 1, 1 or lane)``.

        A new text renews attention to the whole group, so the count starts again. It is 0 before the first.
        """
        flows = [flow for flow, its_group in GROUP_OF_FLOW.items() if its_group == group]
        bites = [each.begins for flow in flows for each in self.on("china", flow)]
        if not bites:
            return np.zeros((self._months, 1, 1))
        days = together(bites)[:, None]
        latest = np.where(days < self._starts[1:], days, -np.inf).max(axis=0)
        since = np.maximum(self._starts[:-1] - latest, 0.0) / DAYS_PER_MONTH
        return np.where(np.isfinite(latest), since, 0.0)

    def departing(self, host: str) -> Floats:
        """Share of the workers still there whom a deadline sends home in each month, shape ``(month, 1, 1 or lane)``.

        Departures are spread evenly over the months from the first in force to the deadline; after it all are gone.
        They stop when the provision ends.
        """
        departing = np.zeros((self._months, 1, 1))
        for each in self._dated:
            out_by = each.provision.out_by
            if out_by is not None and host in each.provision.binds:
                deadline = each.begins + float((out_by - each.provision.bites_on).days)
                months_left = (deadline - self._starts[:-1]) / DAYS_PER_MONTH
                in_force = days_within(each.begins, each.ends, self._starts) / self._lengths
                departing = np.maximum(departing, in_force / np.maximum(months_left, 1.0))
        return departing

    def looming(self, flow: str) -> Floats:
        """Share of each month in which a provision on China's trade is seen coming, ``(month, 1, 1 or lane)``."""
        looming = np.zeros((self._months, 1, 1))
        for each in self.on("china", flow):
            if each.looms is not None:
                looming = np.maximum(looming, days_within(each.looms, each.begins, self._starts) / self._lengths)
        return looming


@has_compiled_form
def strictest(begins: Floats, ends: Floats, shares: Floats, last_of: Places, month_starts: Floats) -> Floats:
    """Share that the strictest provision on each flow forbids in each month, ``(month, flow, 1, 1 or lane)``.

    Parameters
    ----------
    begins, ends, shares
        Day on which each provision begins, day after its last, and share that it forbids, one flow after the other,
        ``(provision, 1, 1 or lane)``.
    last_of
        Place after the last provision on each flow.
    month_starts
        Day on which each month starts, and the day after the last month, ``(month + 1, 1, 1)``.
    """
    lanes = max(each.shape[-1] for each in (begins, ends, shares))
    forbidden = np.zeros((len(month_starts) - 1, len(last_of), 1, lanes))
    first = 0
    for flow, last in enumerate(last_of):
        if first < last:
            on_flow = slice(first, last)
            forbidden[:, flow] = _strictest(begins[on_flow], ends[on_flow], shares[on_flow], month_starts)
        first = last
    return forbidden


def _strictest(begins: Floats, ends: Floats, shares: Floats, month_starts: Floats) -> Floats:
    # Between two neighbouring days on which some provision begins or ends, the forbidden share is constant.
    days = np.sort(np.concatenate([begins, ends]), axis=0)
    middle = (days[:-1] + days[1:]) / 2
    in_force = (begins[:, None] <= middle) & (middle < ends[:, None])
    spans = [
        share * days_within(first, last, month_starts)
        for first, last, share in zip(days[:-1], days[1:], (in_force * shares[:, None]).max(axis=0), strict=True)
    ]
    forbidden: Floats = np.sum(spans, axis=0) / np.diff(month_starts, axis=0)
    return forbidden


def days_within(first: Floats | float, last: Floats | float, month_starts: Floats) -> Floats:
    """Days of each month from `first` to before `last`, shape ``(month, 1, 1 or lane)``."""
    days: Floats = np.maximum(np.minimum(month_starts[1:], last) - np.maximum(month_starts[:-1], first), 0.0)
    return days


@dataclass(frozen=True)
class Course:
    """A schedule under both texts, in each arm; the schedules have shape ``(month, ..., 1, 1 or lane)``."""

    proposed: Floats
    adopted: Floats
    measured: Floats
    diluted: Floats

    def own(self, month: int) -> Floats:
        """Return what holds in each arm by its own text, nothing at baseline; shape ``(..., arm, 1 or lane)``."""
        same_in_all_lanes = self.proposed.shape[-1] == self.adopted.shape[-1] == 1
        return self._own[month] if same_in_all_lanes else self._own_of(self.proposed[month], self.adopted[month])

    def common(self, month: int) -> Floats:
        """Return what holds by the arm's own text or by the proposed one, shape as for `own`."""
        common: Floats = np.maximum(self.own(month), self.measured * self.proposed[month])
        return common

    @cached_property
    def _own(self) -> Floats:
        return self._own_of(self.proposed, self.adopted)

    def _own_of(self, proposed: Floats, adopted: Floats) -> Floats:
        own: Floats = self.measured * np.where(self.diluted > 0, adopted, proposed)
        return own


class Measures:
    """Both texts of the measures of a scenario.

    Parameters
    ----------
    instruments
        The measures of the scenario.
    calendar
        The calendar of the run.
    baseline
        Baseline flow per month by party and flow.
    measured, diluted
        1.0 in arms with measures, and in arms under the adopted texts, else 0.0; shape ``(arm, 1)``.
    negotiated
        What becomes of the instruments that are only proposed, by id.
    """

    def __init__(
        self,
        instruments: Iterable[Instrument],
        calendar: Calendar,
        baseline: Baseline,
        *,
        measured: Floats,
        diluted: Floats,
        negotiated: Mapping[str, Negotiated] | None = None,
    ) -> None:
        self._measured, self._diluted = measured, diluted
        self.negotiated = negotiated or {}
        """What becomes of the instruments that are only proposed, by id."""
        dated = partial(_on_calendar, calendar=calendar, share_of=cache(partial(share_forbidden, baseline=baseline)))
        proposed, adopted = [], []
        for instrument in instruments:
            fate = self.negotiated.get(instrument.id)
            as_proposed = list(dated(instrument, instrument.proposed_provisions, fate, diluted=False))
            proposed += as_proposed
            if instrument.proposal is None and fate is None:
                adopted += as_proposed
            else:
                adopted += dated(instrument, instrument.provisions, fate, diluted=True)
        self.proposed, self.adopted = Text(proposed, calendar), Text(adopted, calendar)

    def course(self, schedule: Callable[[Text], Floats]) -> Course:
        """Work out a schedule under both texts."""
        return Course(schedule(self.proposed), schedule(self.adopted), self._measured, self._diluted)

    def forbidden(self, party: str, *flows: str, lag_days: Callable[[str], Floats] | None = None) -> Course:
        """Work out what is forbidden of some flows of a party; see `Text.forbidden`."""
        return self.course(lambda text: text.forbidden(party, *flows, lag_days=lag_days))


def by_flow(schedule: Callable[[str], Floats], names: Iterable[str]) -> Floats:
    """Put schedules of several flows, groups or hosts side by side, ``(month, name, 1, 1 or lane)``."""
    schedules = [schedule(name) for name in names]
    written = np.empty((len(schedules[0]), len(schedules), 1, max(each.shape[-1] for each in schedules)))
    for index, each in enumerate(schedules):
        written[:, index] = each
    return written


def share_forbidden(provision: Provision, baseline: Baseline) -> Floats:
    """Share of the baseline flow of those it binds that a provision forbids, ``(1, 1 or lane)``."""
    if provision.cut is not None:
        return np.array([[provision.cut]])
    if provision.cap is None:
        # Where all workers have to leave, nobody new is let in.
        return np.ones((1, 1))
    bound = [baseline[each][provision.flow] for each in provision.binds]
    yearly = MONTHS_PER_YEAR * sum(bound[1:], start=bound[0])
    allowed = provision.cap / np.where(yearly > 0, yearly, np.inf)
    return np.where(yearly > 0, np.clip(1.0 - allowed, 0.0, 1.0), 0.0)


def _on_calendar(
    instrument: Instrument,
    provisions: Iterable[Provision],
    fate: Negotiated | None,
    *,
    diluted: bool,
    calendar: Calendar,
    share_of: Callable[[Provision], Floats],
) -> Iterable[_Dated]:
    nothing = np.zeros((1, 1))
    shift = nothing if fate is None else fate.shift
    delay = fate.delay if fate is not None and diluted else nothing
    spared = fate.carve_out if fate is not None and diluted else nothing
    proposed = instrument.proposal.adopted if instrument.proposal is not None and not diluted else None
    seen = instrument.trigger or proposed or instrument.adopted
    looms = None if seen is None else calendar.day_of(seen) + shift
    for provision in provisions:
        last = np.inf if provision.until is None else calendar.day_of(provision.until + timedelta(days=1))
        begins = calendar.day_of(provision.bites_on)
        yield _Dated(provision, share_of(provision), looms, begins + shift + delay, last + shift + delay, spared)
