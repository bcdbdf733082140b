"""Payments: what a route costs, which payments are blocked, and wages that pay for fuel without a bank.

The Russian route is the worse one: Western banks look closely at it.
"""

from __future__ import annotations

import numpy as np

from leaksim.engine.clock import Clock, Process
from leaksim.engine.lanes import Floats
from leaksim.model.compiled import has_compiled_form
from leaksim.model.levers import level_in
from leaksim.model.schedule import PAYMENTS_ARE_CHECKED
from leaksim.model.setting import Setting


class Payments:
    """The banks of both routes."""

    def __init__(self, setting: Setting) -> None:
        parameters = setting.parameters
        self._setting = setting
        self._terms = setting.in_all_lanes(
            parameters.stack(
                *(f"{route}.bank_{what}" for route in ("china", "russia") for what in ("friction", "squeeze")),
                "us.designation_friction",
                "russia.bank_block",
                "payments.barter",
            )
        )
        setting.records.announce("labour.wages_russia", setting.zeros())
        setting.records.announce("suppliers.outlay", setting.zeros())
        setting.records.announce("payments.china.block", setting.in_all_lanes(parameters["china.bank_block"]))

    def process(self, clock: Clock) -> Process:
        """Announce the terms of each route on the first day."""
        yield from clock.monthly((PAYMENTS_ARE_CHECKED, self._check))

    def _check(self, month: int) -> None:
        setting, records = self._setting, self._setting.records
        names = "payments.china.friction", "payments.russia.friction", "payments.russia.block"
        terms = terms_of_payment(
            self._terms,
            level_in(setting.levers.bank_pressure, setting.calendar, month),
            records["us.recent_rounds"],
            records["labour.wages_russia"],
            records["suppliers.outlay"],
        )
        for name, value in zip(names, terms, strict=True):
            records.announce(name, value)


@has_compiled_form
def terms_of_payment(
    terms: Floats, pressure: float, rounds: Floats, wages: Floats, owed: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return the friction of the Chinese route, ``(1, lane)``, and friction and block of the Russian, ``(arm, lane)``.

    Parameters
    ----------
    terms
        For the Chinese route, then for the Russian: cost as a share of the value when nobody presses, and what full
        pressure on banks adds to it; what each recent round of designations adds to both; share of payments that is
        blocked on the Russian route; share of the wages from Russia that can pay for its goods, ``(term, 1, lane)``.
    pressure, rounds
        Pressure on banks, and recent rounds of designations, ``(1, lane)``.
    wages, owed
        What workers in Russia earned and its goods cost last month, $m, ``(arm, lane)``.
    """
    chinese, chinese_squeeze, russian, russian_squeeze, designation, block, barter = terms
    earned = barter * wages
    # Where all that is owed is covered, the ratio is not needed (and nothing owed would make it infinite).
    bartered = np.where(earned < owed, earned / np.where(earned < owed, owed, 1.0), earned > 0)
    through_banks = 1 - bartered
    in_china, in_russia = (
        friction + squeeze * pressure + designation * rounds
        for friction, squeeze in ((chinese, chinese_squeeze), (russian, russian_squeeze))
    )
    return in_china, in_russia * through_banks, block * through_banks
