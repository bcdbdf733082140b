"""What the texts forbid, looked up day by day."""

from __future__ import annotations

import datetime as dt
import math

from leaksim.evidence.instruments import Provision
from reference.case import Case
from reference.things import GOODS, PRODUCTS, flow_of, group_of


class Texts:
    """The provisions that are in force in one arm; none at baseline."""

    def __init__(self, case: Case) -> None:
        self._case = case
        instruments = case.scenario.measures if case.arm.measured else ()
        self._provisions = [provision for instrument in instruments for provision in instrument.provisions]

    def forbidden(self, party: str, flow: str, lag: float = 0.0) -> list[float]:
        """Share of a party's baseline flow that is forbidden in each month, if it acts `lag` days after the texts."""
        months = self._case.months
        binding = [self._days_and_share(each, party) for each in self._provisions if _is_on(each, party, flow)]
        forbidden = [0.0] * months.count
        for month in range(months.count if binding else 0):
            first, end = months.first(month), months.first(month + 1)
            # What a text says on a day is done from `lag` days later on, for one day.
            for day in range(first - math.ceil(lag), end):
                shares = [share for begins, ends, share in binding if begins <= day <= ends]
                within = min(day + 1 + lag, end) - max(day + lag, first)
                forbidden[month] += max(shares, default=0.0) * max(within, 0.0) / (end - first)
        return forbidden

    def months_since_news(self, group: str, month: int) -> float:
        """Months from the latest day on which a text on a group of China's flows began to bite to this month."""
        months = self._case.months
        days = [
            months.number(provision.bites_on)
            for provision in self._provisions
            if "china" in provision.binds and group_of(provision.flow) == group
        ]
        passed = [day for day in days if day < months.first(month + 1)]
        if not passed:
            return 0.0
        return max(months.first(month) - max(passed), 0) / (365.25 / 12)

    def departing(self, host: str, month: int) -> float:
        """Share of the workers whose contract goes on that a deadline sends home this month."""
        months = self._case.months
        departing = 0.0
        for provision in self._provisions:
            if provision.out_by is not None and host in provision.binds:
                months_left = (months.number(provision.out_by) - months.first(month)) / (365.25 / 12)
                departing = max(departing, months.share(month, provision.bites_on) / max(months_left, 1.0))
        return departing

    def _days_and_share(self, provision: Provision, party: str) -> tuple[float, float, float]:
        """Return the first and the last day on which a provision binds, and the share that it forbids."""
        number = self._case.months.number
        begins = number(provision.in_force + dt.timedelta(days=provision.wind_down_days))
        ends = math.inf if provision.until is None else number(provision.until)
        return begins, ends, self._share(provision, party)

    def _share(self, provision: Provision, party: str) -> float:
        if provision.out_by is not None:
            return 1.0
        if provision.cut is not None:
            return provision.cut
        assert provision.cap is not None
        yearly = 12 * sum(baseline_flow(self._case, each, provision.flow) for each in provision.binds)
        return min(max(1 - provision.cap / yearly, 0.0), 1.0) if yearly > 0 else 0.0


def baseline_flow(case: Case, party: str, flow: str) -> float:
    """What a party trades of a flow in a month at baseline; third countries buy what China buys, in its proportions."""
    if flow in PRODUCTS:
        return case.supply(flow, party)
    export = next(case.export(good) for good in GOODS if flow_of(good) == flow)
    return {"china": export, "russia": 0.0, "other": case.value("exports.others") * export / case.all_exports()}[party]


def _is_on(provision: Provision, party: str, flow: str) -> bool:
    return provision.flow == flow and party in provision.binds
