"""What a text forbids, looked up day by day."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import groupby
from typing import Self

from leaksim.evidence.instruments import Provision
from reference.case import Case
from reference.things import GOODS, PRODUCTS, flow_of, group_of


@dataclass(frozen=True)
class Clause:
    """One provision with its days as numbers, as it stands in one text of one lane."""

    provision: Provision
    begins: int
    """First day on which it bites."""
    ends: float
    """Last day on which it binds."""
    out_by: int | None
    """Day by which workers have to be home."""
    looms_from: int | None
    """Day from which everybody can see it coming."""
    carved_out: float = 0.0
    """Share of what it forbids Russia from which Russia is exempt."""

    @classmethod
    def of(cls, case: Case, provision: Provision, looms_from: int | None) -> Self:
        """Take over a provision as it is written."""
        number = case.months.number
        return cls(
            provision,
            begins=number(provision.in_force) + provision.wind_down_days,
            ends=math.inf if provision.until is None else number(provision.until),
            out_by=None if provision.out_by is None else number(provision.out_by),
            looms_from=looms_from,
        )

    def on(self, party: str, flow: str) -> bool:
        """Whether it binds a party's flow."""
        return self.provision.flow == flow and party in self.provision.binds


class Text:
    """All clauses of one text: the proposed or the adopted one, or none at baseline."""

    def __init__(self, case: Case, clauses: list[Clause]) -> None:
        self._case, self._clauses = case, clauses
        self._looked_up: dict[tuple[str, str, float], list[float]] = {}

    def forbidden(self, party: str, flow: str, lag: float = 0.0) -> list[float]:
        """Share of a party's baseline flow that is forbidden in each month, if it acts `lag` days after the texts."""
        key = party, flow, lag
        if key not in self._looked_up:
            self._looked_up[key] = self._look_up(party, flow, lag)
        return self._looked_up[key]

    def _look_up(self, party: str, flow: str, lag: float) -> list[float]:
        months = self._case.months
        binding = [(each, self._share(each, party)) for each in self._clauses if each.on(party, flow)]
        if not binding:
            return [0.0] * months.count
        earlier = math.ceil(lag)
        strictest = {
            day: max((share for clause, share in binding if clause.begins <= day <= clause.ends), default=0.0)
            for day in range(-earlier, months.first(months.count))
        }
        forbidden = [0.0] * months.count
        for month in range(months.count):
            first, end = months.first(month), months.first(month + 1)
            # What the text says on a day is done from `lag` days later on, for one day.
            for share, same in groupby(range(first - earlier, end), key=strictest.__getitem__):
                days = list(same)
                within = min(days[-1] + 1 + lag, end) - max(days[0] + lag, first)
                forbidden[month] += share * max(within, 0.0) / (end - first)
        return forbidden

    def months_since_news(self, group: str, month: int) -> float:
        """Months from the latest day on which a text on a group of China's flows began to bite to this month."""
        months = self._case.months
        bites = [
            clause.begins
            for clause in self._clauses
            if "china" in clause.provision.binds
            and group_of(clause.provision.flow) == group
            and clause.begins < months.first(month + 1)
        ]
        return max(months.first(month) - max(bites), 0) / (365.25 / 12) if bites else 0.0

    def departing(self, host: str, month: int) -> float:
        """Share of the workers whose contract goes on that a deadline sends home this month."""
        months = self._case.months
        departing = 0.0
        for clause in self._clauses:
            if clause.out_by is not None and host in clause.provision.binds:
                months_left = (clause.out_by - months.first(month)) / (365.25 / 12)
                in_force = sum(clause.begins <= day <= clause.ends for day in months.days(month)) / months.length(month)
                departing = max(departing, in_force / max(months_left, 1.0))
        return departing

    def looming(self, flow: str, month: int) -> float:
        """Share of the days of a month on which a clause on a flow of China's is seen coming."""
        months = self._case.months
        shares = [0.0]
        for clause in self._clauses:
            if clause.on("china", flow) and clause.looms_from is not None:
                days = [day for day in months.days(month) if clause.looms_from <= day < clause.begins]
                shares.append(len(days) / months.length(month))
        return max(shares)

    def _share(self, clause: Clause, party: str) -> float:
        exempt = clause.carved_out if party == "russia" else 0.0
        return forbidden_share(self._case, clause.provision) * (1 - exempt)


def forbidden_share(case: Case, provision: Provision) -> float:
    """Share of the baseline flow of the parties it binds that a provision forbids."""
    if provision.out_by is not None:
        return 1.0
    if provision.cut is not None:
        return provision.cut
    assert provision.cap is not None
    yearly = 12 * sum(baseline_flow(case, each, provision.flow) for each in provision.binds)
    return min(max(1 - provision.cap / yearly, 0.0), 1.0) if yearly > 0 else 0.0


def baseline_flow(case: Case, party: str, flow: str) -> float:
    """What a party trades of a flow in a month at baseline; third countries buy what China buys, in its proportions."""
    if flow in PRODUCTS:
        return case.supply(flow, party)
    export = next(case.export(good) for good in GOODS if flow_of(good) == flow)
    return {"china": export, "russia": 0.0, "other": case.value("exports.others") * export / case.all_exports()}[party]
