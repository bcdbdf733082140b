"""Smugglers who move their networks from China to Russia."""

from __future__ import annotations

from reference.case import Case
from reference.timetable import NETWORKS_MOVE


class Migration:
    """How much of the fuel smugglers' capacity has left China."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self.moved = 0.0
        self.duties = [(NETWORKS_MOVE, self._move)]

    def _move(self, _month: int) -> None:
        case = self._case
        # Without Russian firms there is nobody to move to.
        if case.on("cn_smuggling") and case.on("ru_fuel") and case.value("suppliers.capacity") > 0:
            self.moved += case.value("traders.migration") * (case.news.known["fuel cut"] - self.moved)
        case.ledger.note("migrated", "traders", self.moved)

    def brought_to_russia(self) -> float:
        """Capacity that the networks add to that of the Russian firms, kb a month."""
        value = self._case.value
        return value("suppliers.migration_weight") * self.moved * value("traders.capacity.fuel")
