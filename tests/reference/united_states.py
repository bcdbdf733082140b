"""The United States: it names firms, and presses banks and ports."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from reference.case import Case
from reference.timetable import WASHINGTON_ACTS

_MOST_ROUNDS = 6
_TIE_BREAK = 1e-9
_MEMORY = 12
"""Months for which a round is recent."""


@dataclass
class Standing:
    """What the lists of the United States have left of a firm."""

    original: float = 1.0
    reformed: float = 0.0
    """Under a new name."""

    @property
    def active(self) -> float:
        """Share of the firm that trades."""
        return self.original + self.reformed

    def capacity(self, case: Case) -> float:
        """Share of its capacity that is left."""
        return self.original + case.value("us.reformed_capacity") * self.reformed

    def cost(self, case: Case) -> float:
        """Factor on its costs."""
        if self.active <= 0:
            return 1.0
        return (self.original + case.value("us.reformed_cost") * self.reformed) / self.active


@dataclass
class Group:
    """Firms of one trade, as the United States see them."""

    name: str
    standings: list[Standing]
    capacities: list[float]
    """Capacity of each firm at the start, $m a month at baseline prices."""
    delivered: Callable[[], list[float]]
    """What each firm delivered last month, $m at baseline prices."""


class UnitedStates:
    """They name firms in rounds; a named firm comes back under another name."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._groups: list[Group] = []
        self._rounds: list[float] = []
        self.recent_rounds = 0.0
        self.pressure = 0.0
        """Pressure on Russia, 0 to 1."""
        self.duties = [(WASHINGTON_ACTS, self._act)]

    def watch(self, group: Group) -> None:
        """Put a group of firms under watch."""
        self._groups.append(group)

    def _act(self, month: int) -> None:
        case, levers = self._case, self._case.scenario.levers
        rounds = names = 0.0
        if levers.designations is not None:
            rounds = self._draw_rounds(month)
            names = rounds * levers.designations.names_per_round
        self._rounds.append(rounds)
        self.recent_rounds = sum(self._rounds[-_MEMORY:])
        from_rounds = min(1.0, case.value("us.round_pressure") * self.recent_rounds)
        self.pressure = max(case.bank_pressure(month), case.port_monitoring(month), from_rounds)
        outside = [[1 - each.active for each in group.standings] for group in self._groups]
        named = self._name(names)
        self._let_come_back(outside)
        self._keep_books(month, named, names)

    def _keep_books(self, month: int, named: float, names: float) -> None:
        case, note = self._case, self._case.ledger.note
        note("designated", "firms", named)
        note("sender_cost", "designations", names * case.value("us.cost.designation"))
        for name, level in (("port_monitoring", case.port_monitoring), ("bank_pressure", case.bank_pressure)):
            note("sender_cost", name, level(month) * case.value(f"us.cost.{name}") / 12)

    def _draw_rounds(self, month: int) -> float:
        """Rounds of designations this month: a Poisson number, read off its distribution."""
        lever = self._case.scenario.levers.designations
        assert lever is not None
        mean = lever.rounds_per_year / 12 * self._case.months.share(month, lever.start, lever.until)
        if self._case.draws.deterministic:
            return mean
        (draw,) = self._case.draws.uniforms("us.rounds", 1)
        at_most = 0.0
        for rounds in range(_MOST_ROUNDS):
            at_most += math.exp(-mean) * mean**rounds / math.factorial(rounds)
            if draw < at_most:
                return rounds
        return _MOST_ROUNDS

    def _name(self, names: float) -> float:
        """Put on the list the firms with the highest scores, the last in part; return how many were named."""
        firms = [standing for group in self._groups for standing in group.standings]
        draws = self._case.draws.uniforms("us.designation", len(firms))
        if self._case.draws.deterministic:
            draws = [place / len(firms) for place in range(len(firms))]
        lever = self._case.scenario.levers.designations
        if lever is None:
            return 0.0
        if lever.target == "random" and self._case.draws.deterministic:
            return sum([_take_out(firm, firm.active * min(1.0, names / len(firms))) for firm in firms])
        scores = self._scores(lever.target, draws)
        ranked = sorted(range(len(firms)), key=lambda place: -scores[place])
        active = [firms[place] for place in ranked if firms[place].active > 0]
        return sum([_take_out(firm, min(max(names - rank, 0.0), 1.0)) for rank, firm in enumerate(active)])

    def _scores(self, target: str, draws: list[float]) -> list[float]:
        if target == "random":
            return draws
        if target == "hub":
            sizes = [size for group in self._groups for size in group.capacities]
        else:
            sizes = [size for group in self._groups for size in group.delivered()]
        return [size + _TIE_BREAK * draw for size, draw in zip(sizes, draws, strict=True)]

    def _let_come_back(self, outside: list[list[float]]) -> None:
        """Let those who were out when the month began come back under another name."""
        chance = 1 - math.exp(-1 / self._case.value("us.reformation_time"))
        for group, were_out in zip(self._groups, outside, strict=True):
            fates = self._case.draws.events(f"us.reformation.{group.name}", len(were_out), chance)
            for standing, out, fate in zip(group.standings, were_out, fates, strict=True):
                standing.reformed += out * fate


def _take_out(standing: Standing, most: float) -> float:
    """Take up to `most` of a firm out, of its parts in proportion; return how much there was to take."""
    active = standing.active
    taken = min(most, active)
    if active > 0:
        standing.original *= 1 - taken / active
        standing.reformed *= 1 - taken / active
    return taken
