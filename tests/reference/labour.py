"""Workers abroad and their wages."""

from __future__ import annotations

from dataclasses import dataclass

from reference.case import Case
from reference.council import Texts
from reference.things import HOSTS
from reference.timetable import WORKERS_MOVE


@dataclass
class Workforce:
    """Workers in one host country."""

    number: float
    contract: float
    adjustment: float

    def live(self, target: float, banned: float, departing: float) -> tuple[float, float]:
        """Live through a month; return how many came and left."""
        ended = self.number / self.contract
        came = max(ended + (target - self.number) / self.adjustment, 0.0) * (1 - banned)
        left = ended + departing * (self.number - ended)
        self.number += came - left
        return came, left


class Labour:
    """The workers there are, and those there would be if the hosts complied with its text, or with both."""

    def __init__(self, case: Case, texts: Texts) -> None:
        self._case, self._texts = case, texts
        self._banned = {host: texts.own.forbidden(host, "workers") for host in HOSTS}
        self._banned_by_either = {host: texts.forbidden_by_either(host, "workers") for host in HOSTS}
        self._true = {host: self._recruit(host) for host in HOSTS}
        self._compliant = {host: self._recruit(host) for host in HOSTS}
        self._compliant_with_both = {host: self._recruit(host) for host in HOSTS}
        self.duties = [(WORKERS_MOVE, self._move)]

    def _recruit(self, host: str) -> Workforce:
        value = self._case.value
        return Workforce(value(f"workers.{host}.number"), value("workers.contract"), value("workers.adjustment_time"))

    def _move(self, month: int) -> None:
        for host in HOSTS:
            self._move_in(host, month)

    def _move_in(self, host: str, month: int) -> None:
        case, ledger = self._case, self._case.ledger
        true, compliant = self._true[host], self._compliant[host]
        banned, departing = self._banned[host][month], self._texts.own.departing(host, month)
        asked = case.value(f"workers.{host}.number")
        if host == "russia":
            asked += case.moved(month, "workers", "autonomous")
        compliant.live(asked, banned, departing)
        with_both = self._compliant_with_both[host]
        departing_by_either = max(departing, self._texts.proposed.departing(host, month))
        with_both.live(asked, self._banned_by_either[host][month], departing_by_either)
        done = 1 - self._laxity(host)
        came, left = true.live(self._wanted(host, asked, month), banned * done, departing * done)
        ledger.post("workers_came", host, came)
        ledger.post("workers_left", host, left)
        ledger.note("workers", host, true.number)
        wage = case.value(f"workers.{host}.wage_to_state") / 12 / 1e6
        allowed = min(compliant.number, true.number)
        permitted = min(with_both.number, allowed)
        parts = {"permitted": permitted, "diluted": allowed - permitted, "leaked": true.number - allowed}
        for part, workers in parts.items():
            ledger.note(f"workers_{part}", host, workers)
            ledger.earn(f"wages_{part}", host, workers * wage)
        case.news.drafts[f"wages from {host}"] = true.number * wage

    def _wanted(self, host: str, asked: float, month: int) -> float:
        case = self._case
        if host != "russia" or not case.on("ru_labour"):
            return asked
        lift = 0.0
        if case.news.known["trade cut"] > 0:
            lift = case.value("workers.russia.target_lift") * case.news.known["posture"]
        return asked * (1 + lift) + case.moved(month, "workers", "response")

    def _laxity(self, host: str) -> float:
        """Share of what binds a host that it leaves undone."""
        case = self._case
        if host == "russia":
            return case.value("workers.russia.visa_evasion") if case.on("ru_labour") else 0.0
        return 1 - case.news.known["enforcement of exports"] if case.on("cn_slippage") else 0.0
