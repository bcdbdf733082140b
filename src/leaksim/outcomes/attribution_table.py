"""Who leaked, as rows of the tidy table: channels, groups, the motives of Russia, and the levers of the sender."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.model.channels import GROUP_OF_CHANNEL
from leaksim.model.dimensions import LEVERS
from leaksim.outcomes.attribution import Cost, first_in, group_shapley, last_in, owen
from leaksim.outcomes.statistics import ratio_of_means
from leaksim.outcomes.summary import NO_PRESSURE
from leaksim.outcomes.table import TableBuilder

RUSSIA = "russia"

_ROUNDING = 1e-12
"""Share of the intended pressure that rounding takes away at most, so that a note reads the same on every processor."""


@dataclass(frozen=True)
class Costs:
    """Pressure in $m over all months in every world that was run, shapes ``(lane,)``."""

    by_channels: Cost
    """With exactly these channels on."""
    delivered: Mapping[str, Floats]
    """What each open channel brought in the realised arm, $m at baseline prices."""
    without_politics: Cost
    """With these channels on, whole groups of them, where Moscow has no political motive; empty without Russia."""
    by_levers: Cost
    """In the realised arm with exactly these levers pulled; empty if not asked."""

    @property
    def members(self) -> dict[str, list[str]]:
        """Open channels by group."""
        members: dict[str, list[str]] = {}
        for channel in self.delivered:
            members.setdefault(GROUP_OF_CHANNEL[channel], []).append(channel)
        return members

    def by_groups(self, by_channels: Cost) -> Cost:
        """Pick the sets of channels that are whole groups; return the pressure by the set of groups."""
        whole = {group: frozenset(own) for group, own in self.members.items()}
        picked = {}
        for channels, pressure in by_channels.items():
            groups = frozenset(group for group, own in whole.items() if own <= channels)
            if channels == frozenset().union(*(whole[group] for group in groups)):
                picked[groups] = pressure
        return picked


def add_rows(table: TableBuilder, costs: Costs, draws: int) -> None:
    """Add the attribution to the table, all in shares of the intended pressure."""
    intended = costs.by_channels[frozenset()]
    if intended.mean() < NO_PRESSURE:
        table.add_undefined("attribution.owen", "", "share", "undefined: the intended pressure is zero")
        return
    rows = _Rows(table, intended, draws)
    groups = group_shapley(costs.by_groups(costs.by_channels), costs.members)
    _add_channels(rows, costs, groups)
    if costs.without_politics:
        commercial = group_shapley(costs.by_groups(costs.without_politics), costs.members)[RUSSIA]
        rows.add("motive", f"{RUSSIA}/political", groups[RUSSIA] - commercial)
        rows.add("motive", f"{RUSSIA}/commercial", commercial)
    if costs.by_levers:
        _add_levers(rows, costs.by_levers)


@dataclass(frozen=True)
class _Rows:
    table: TableBuilder
    intended: Floats
    draws: int

    def add(self, metric: str, item: str, values: Floats, note: str = "") -> None:
        estimates = ratio_of_means(values, self.intended, self.draws)
        self.table.add(f"attribution.{metric}", item, "share", estimates, note)

    def add_entries(self, item: str, first: Floats, last: Floats) -> None:
        self.add("first_in", item, first)
        self.add("last_in", item, last)
        self.add("redundancy", item, first - last)


def _add_channels(rows: _Rows, costs: Costs, groups: Mapping[str, Floats]) -> None:
    cost = costs.by_channels
    channels = owen(cost, {channel: GROUP_OF_CHANNEL[channel] for channel in costs.delivered})
    everyone = frozenset(costs.delivered)
    nothing = np.zeros_like(rows.intended)
    total = cost[frozenset()] - cost[everyone]
    for group, members in costs.members.items():
        for item, players, relief in (
            (group, members, groups[group]),
            *((channel, [channel], channels[channel]) for channel in members),
        ):
            rows.add("owen", item, relief)
            rows.add_entries(item, first_in(cost, players), last_in(cost, players))
            rows.add("accounting", item, sum((costs.delivered[player] for player in players), start=nothing))
    rows.add("owen", "", total, _how_exact(rows.intended, total, groups.values(), channels.values()))
    rows.add("accounting", "", sum(costs.delivered.values(), start=nothing))


def _add_levers(rows: _Rows, by_levers: Cost) -> None:
    """Add what each lever adds to the realised pressure: the opposite of a relief."""
    relief = {levers: -pressure for levers, pressure in by_levers.items()}
    package = max(by_levers, key=len)
    shares = group_shapley(relief, [lever for lever in LEVERS if lever in package])
    for lever, added in shares.items():
        rows.add("levers", lever, added)
        rows.add_entries(lever, first_in(relief, [lever]), last_in(relief, [lever]))
    total = by_levers[package] - by_levers[frozenset()]
    rows.add("levers", "", total, _how_exact(rows.intended, total, shares.values()))


def _how_exact(intended: Floats, total: Floats, *parts: Collection[Floats]) -> str:
    """Say that the parts add up to the total, and how far rounding takes them from it."""
    nothing = np.zeros_like(total)
    gap = max(abs((sum(each, start=nothing) - total).mean()) for each in parts) / intended.mean()
    return f"the parts add up to this exactly (rounding: at most {max(gap, _ROUNDING):.0e} of the intended pressure)"
