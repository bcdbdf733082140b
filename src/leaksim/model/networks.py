"""Networks of fuel smugglers that move to Russian firms as China cuts, and back.

Source: C4ADS as reported by Groll (2017), mechanism M07 of the evidence.
"""

from __future__ import annotations

from leaksim.engine.clock import Clock, Process
from leaksim.model.schedule import NETWORKS_MOVE
from leaksim.model.setting import Setting


class Networks:
    """The share of the fuel smugglers' capacity that has moved to Russian firms.

    Each month it closes a part of its distance to China's cut in fuel, as that is on record. Networks exist where there
    are smugglers, and have somewhere to go where there are Russian firms that may sell.
    """

    def __init__(self, setting: Setting) -> None:
        parameters = setting.parameters
        self._setting = setting.within("cn_smuggling")
        firms = parameters["suppliers.capacity"] > 0
        self._rate = parameters["traders.migration"] * self._setting.on("ru_fuel") * firms
        self._moved = self._setting.zeros()
        self._setting.records.announce("networks.moved", self._moved)

    def process(self, clock: Clock) -> Process:
        """Move once a month, before anybody offers."""
        yield from clock.monthly((NETWORKS_MOVE, self._move))

    def _move(self, month: int) -> None:
        records = self._setting.records
        self._moved = self._moved + self._rate * (records["china.fuel_cut"] - self._moved)
        records.announce("networks.moved", self._moved)
        self._setting.ledger.note("migrated", month, self._moved)
