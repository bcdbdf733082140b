"""Payments: what a route costs, which payments are blocked, and wages that pay for fuel without a bank.

The Russian route is the worse one: Western banks look closely at it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leaksim.engine.clock import Clock, Process
from leaksim.engine.lanes import Floats
from leaksim.model.compiled import has_compiled_form
from leaksim.model.levers import levels
from leaksim.model.schedule import PAYMENTS_ARE_CHECKED
from leaksim.model.setting import Setting


@dataclass(frozen=True)
class Banks:
    """What payments through the banks of a route meet with, each of shape ``(1, lane)`` but the first."""

    friction: Floats
    """Cost in each month as a share of the value, under the pressure on banks, ``(month, 1, lane)``."""
    designation: Floats
    """What each recent round of designations adds to it."""
    block: Floats
    """Share of payments that is blocked."""


class Payments:
    """The banks of both routes."""

    def __init__(self, setting: Setting) -> None:
        parameters = setting.parameters
        self._setting = setting
        pressure = levels(setting.levers.bank_pressure, setting.calendar)

        def banks_of(route: str) -> Banks:
            friction, squeeze = (parameters[f"{route}.bank_{name}"] for name in ("friction", "squeeze"))
            return Banks(
                friction=setting.in_all_lanes(friction + squeeze * pressure),
                designation=setting.in_all_lanes(parameters["us.designation_friction"]),
                block=setting.in_all_lanes(parameters[f"{route}.bank_block"]),
            )

        self._russian, self._chinese = banks_of("russia"), banks_of("china")
        self._barter = setting.in_all_lanes(parameters["payments.barter"])
        setting.records.announce("labour.wages_russia", setting.zeros())
        setting.records.announce("suppliers.outlay", setting.zeros())
        setting.records.announce("payments.china.block", self._chinese.block)

    def process(self, clock: Clock) -> Process:
        """Announce the terms of each route on the first day."""
        yield from clock.monthly((PAYMENTS_ARE_CHECKED, self._check))

    def _check(self, month: int) -> None:
        records = self._setting.records
        rounds = records["us.recent_rounds"]
        friction, block = through_banks_or_bartered(
            self._russian, month, rounds, self._barter, records["labour.wages_russia"], records["suppliers.outlay"]
        )
        records.announce("payments.russia.friction", friction)
        records.announce("payments.russia.block", block)
        records.announce("payments.china.friction", friction_of(self._chinese, month, rounds))


def friction_of(banks: Banks, month: int, rounds: Floats) -> Floats:
    """Cost of a payment through banks as a share of its value, ``(1, lane)``; for the arguments see the next."""
    friction: Floats = banks.friction[month] + banks.designation * rounds
    return friction


@has_compiled_form
def through_banks_or_bartered(
    banks: Banks, month: int, rounds: Floats, barter: Floats, wages: Floats, owed: Floats
) -> tuple[Floats, Floats]:
    """Return friction and block where wages pay for a part of what is owed, each ``(arm, lane)``.

    Parameters
    ----------
    rounds
        Recent rounds of designations, ``(1, lane)``.
    barter
        Share of the wages that can pay for goods, ``(1, lane)``.
    wages, owed
        What workers earned and goods cost last month, $m, ``(arm, lane)``.
    """
    earned = barter * wages
    # Where all that is owed is covered, the ratio is not needed (and nothing owed would make it infinite).
    bartered = np.where(earned < owed, earned / np.where(earned < owed, owed, 1.0), earned > 0)
    through_banks = 1 - bartered
    return friction_of(banks, month, rounds) * through_banks, banks.block * through_banks
