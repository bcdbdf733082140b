"""Payments: what a route costs, which payments are blocked, and wages that pay for fuel without a bank.

The Russian route is the worse one: Western banks look closely at it.
"""

from __future__ import annotations

import numpy as np

from leaksim.engine.clock import Clock, Process
from leaksim.engine.lanes import Floats
from leaksim.model.levers import level_in
from leaksim.model.schedule import PAYMENTS_ARE_CHECKED
from leaksim.model.setting import Setting

_ROUTES = ("russia", "china")


class Payments:
    """The banks of both routes."""

    def __init__(self, setting: Setting) -> None:
        parameters = setting.parameters
        self._setting = setting
        self._friction, self._squeeze, self._block = (
            {route: parameters[f"{route}.bank_{what}"] for route in _ROUTES}
            for what in ("friction", "squeeze", "block")
        )
        self._designation_friction = parameters["us.designation_friction"]
        self._barter = parameters["payments.barter"]
        setting.records.announce("labour.wages_russia", setting.zeros())
        setting.records.announce("suppliers.outlay", setting.zeros())

    def process(self, clock: Clock) -> Process:
        """Announce the terms of each route on the first day."""
        yield from clock.monthly((PAYMENTS_ARE_CHECKED, self._check))

    def _check(self, month: int) -> None:
        setting, records = self._setting, self._setting.records
        banks = level_in(setting.levers.bank_pressure, setting.calendar, month)
        earned, owed = self._barter * records["labour.wages_russia"], records["suppliers.outlay"]
        # Where all that is owed is covered, the ratio is not needed (and nothing owed would make it infinite).
        bartered = np.where(earned < owed, earned / np.where(earned < owed, owed, 1.0), earned > 0)
        through_banks: dict[str, Floats] = {"russia": 1 - bartered, "china": np.ones((1, 1))}
        for route in _ROUTES:
            friction = (
                self._friction[route]
                + self._squeeze[route] * banks
                + self._designation_friction * records["us.recent_rounds"]
            )
            records.announce(f"payments.{route}.friction", friction * through_banks[route])
            records.announce(f"payments.{route}.block", self._block[route] * through_banks[route])
