"""Displacement: what the measures block, where it reappears, and what stays away, per year.

In every lane blocked = reappeared + net, and what reappears adds up to the same over channels and over partners.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.model.channels import CHANNELS, GROUP_OF_CHANNEL, REALISED
from leaksim.model.dimensions import PARTIES
from leaksim.outcomes.leaks import THINGS, partners_of
from leaksim.outcomes.statistics import mean, ratio_of_means
from leaksim.outcomes.summary import NO_PRESSURE, Summary
from leaksim.outcomes.table import TableBuilder

_UNITS = {"motor_fuel": "kb/year", "jet_fuel": "kb/year", "workers": "person"}
"""Unit of things that are not counted in $m a year."""

_BACKFILLER, _SANCTIONER = "russia", "china"


@dataclass(frozen=True)
class Displacement:
    """Amounts of one thing in a year, realised arm, arrays of shape ``(lane,)``."""

    blocked: Mapping[str, Floats]
    """By the partner in whose trade the measures block it."""
    reappeared: Mapping[tuple[str, str], Floats]
    """By channel and partner."""

    @property
    def all_blocked(self) -> Floats:
        """What is blocked in all."""
        return _sum(self.blocked.values())

    @property
    def all_reappeared(self) -> Floats:
        """What reappears in all."""
        return _sum(self.reappeared.values())

    @property
    def net(self) -> Floats:
        """What stays away; negative where more reappears than was blocked."""
        return self.all_blocked - self.all_reappeared

    def by_channel(self) -> dict[str, Floats]:
        """Add up what reappears by each channel that can bring it."""
        return {each: self._where(channel=each) for each in CHANNELS if any(key[0] == each for key in self.reappeared)}

    def by_partner(self) -> dict[str, Floats]:
        """Add up what reappears through each partner who can bring it."""
        return {each: self._where(partner=each) for each in PARTIES if any(key[1] == each for key in self.reappeared)}

    @property
    def backfill(self) -> Floats | None:
        """What Russia's channels bring; None where none of them can bring it."""
        own = [amount for (channel, _), amount in self.reappeared.items() if GROUP_OF_CHANNEL[channel] == _BACKFILLER]
        return _sum(own) if own else None

    def _where(self, *, channel: str = "", partner: str = "") -> Floats:
        return _sum(amount for key, amount in self.reappeared.items() if channel == key[0] or partner == key[1])


def displacement_of(summary: Summary, thing: str) -> Displacement:
    """Say what is blocked of a thing in a year and where it reappears, lane by lane."""

    def yearly(name: str) -> Floats:
        return summary.total(name, REALISED) / summary.years

    totals = summary.observation.totals
    blocked = {party: yearly(f"cut.{thing}.{party}") for party in PARTIES if f"cut.{thing}.{party}" in totals}
    reappeared = {}
    for channel in CHANNELS:
        partners = partners_of(thing, channel)
        for partner in partners:
            part = f".{partner}" if len(partners) > 1 else ""
            reappeared[channel, partner] = yearly(f"leaked.{thing}.{channel}{part}")
    return Displacement(blocked, reappeared)


def add_rows(table: TableBuilder, summary: Summary) -> None:
    """Add what is blocked and what reappears of every thing to the table."""
    for thing in THINGS:
        _add_thing(table, summary, thing)


def _add_thing(table: TableBuilder, summary: Summary, thing: str) -> None:
    displaced, unit = displacement_of(summary, thing), _UNITS.get(thing, "$m/year")

    def add(metric: str, item: str, values: Floats, note: str = "") -> None:
        table.add(f"displacement.{metric}", item, unit, mean(values, summary.draws), note)

    def add_parts(metric: str, parts: Mapping[str, Floats]) -> None:
        for part, values in parts.items():
            if values.any():
                add(metric, f"{thing}/{part}", values)

    add("blocked", thing, displaced.all_blocked)
    add_parts("blocked", displaced.blocked)
    add("reappeared", thing, displaced.all_reappeared)
    for channel, amount in displaced.by_channel().items():
        partners = partners_of(thing, channel)
        if amount.any():
            add("reappeared", f"{thing}/{channel}", amount, f"all with {partners[0]}" if len(partners) == 1 else "")
        if len(partners) > 1:
            add_parts("reappeared", {f"{channel}/{each}": displaced.reappeared[channel, each] for each in partners})
    add_parts("reappeared_partner", displaced.by_partner())
    add("net", thing, displaced.net)
    if displaced.backfill is not None:
        _add_backfill_ratio(table, summary, thing, displaced.backfill, displaced.blocked[_SANCTIONER])


def _add_backfill_ratio(table: TableBuilder, summary: Summary, thing: str, backfill: Floats, gap: Floats) -> None:
    if gap.mean() < NO_PRESSURE:
        reason = "undefined: the measures block none of China's trade in it"
        table.add_undefined("displacement.backfill_ratio", thing, "share", reason)
    else:
        table.add("displacement.backfill_ratio", thing, "share", ratio_of_means(backfill, gap, summary.draws))


def _sum(amounts: Iterable[Floats]) -> Floats:
    total: Floats = np.sum(list(amounts), axis=0)
    return total
