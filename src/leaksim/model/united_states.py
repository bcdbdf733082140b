"""The United States: designations of firms, and what all its levers cost it.

A round of designations names a number of firms, drawn at random, by what they delivered last month, or by the size of
their network (hubs). Rounds also raise the price of payments and what Moscow expects to pay for helping.
"""

from __future__ import annotations

import numpy as np

from leaksim.engine.calendar import MONTHS_PER_YEAR
from leaksim.engine.clock import Clock, Process
from leaksim.engine.lanes import Floats
from leaksim.model.dimensions import FIRMS
from leaksim.model.levers import level_in
from leaksim.model.schedule import WASHINGTON_DECIDES
from leaksim.model.setting import Setting
from leaksim.scenario.schema import Designations

_MOST_ROUNDS = 6
"""More rounds in one month are as good as impossible, even at two a month on average (5 in 1000)."""

_MONTHS_OF_MEMORY = MONTHS_PER_YEAR
"""Banks and Moscow remember a round for a year."""

_TIE_BREAK = 1e-9
"""Weight of chance where firms are of one size, in $m: far below any difference that matters."""


class UnitedStates:
    """Picks the firms to designate, and announces how hard it presses."""

    def __init__(self, setting: Setting) -> None:
        parameters = setting.parameters
        self._setting = setting
        self._round_pressure = parameters["us.round_pressure"]
        self._costs = (
            parameters.stack("us.cost.designation", "us.cost.port_monitoring", "us.cost.bank_pressure")
            / np.array([1, MONTHS_PER_YEAR, MONTHS_PER_YEAR])[:, None, None]
        )
        self._rounds_by_month = np.zeros((_MONTHS_OF_MEMORY, 1, setting.block.width))

    def process(self, clock: Clock) -> Process:
        """Decide on the first day."""
        yield from clock.monthly((WASHINGTON_DECIDES, self._decide))

    def _decide(self, month: int) -> None:
        setting, lever = self._setting, self._setting.levers.designations
        names = np.zeros((1, 1))
        if lever is not None:
            in_force = setting.calendar.share_in_effect(month, lever.start, lever.until)
            rounds = self._rounds(lever.rounds_per_year / MONTHS_PER_YEAR * in_force)
            self._rounds_by_month = np.concatenate([self._rounds_by_month[1:], rounds[None]])
            names = rounds * lever.names_per_round
            self._designate(month, lever, names)
        recent = self._rounds_by_month.sum(axis=0)
        port, banks = (
            level_in(each, setting.calendar, month)
            for each in (setting.levers.port_monitoring, setting.levers.bank_pressure)
        )
        setting.records.announce("us.recent_rounds", recent)
        setting.records.announce(
            "us.pressure", np.maximum(max(port, banks), np.minimum(self._round_pressure * recent, 1))
        )
        efforts = np.stack(np.broadcast_arrays(names, np.full((1, 1), port), np.full((1, 1), banks)))
        setting.ledger.note("sender_cost", month, efforts * self._costs)

    def _rounds(self, rate: float) -> Floats:
        """Draw the number of rounds this month, Poisson by inversion of one uniform, ``(1, lane)``."""
        draw = self._setting.streams.uniform("us.rounds")
        if self._setting.deterministic:
            return np.full_like(draw, rate)
        probability = cumulative = np.exp(-rate)
        rounds = np.zeros_like(draw)
        for number in range(1, _MOST_ROUNDS + 1):
            rounds += draw >= cumulative
            probability = probability * rate / number
            cumulative = cumulative + probability
        return rounds

    def _designate(self, month: int, lever: Designations, names: Floats) -> None:
        """Name firms, each as 0.0, 1.0 or a share of the last, ``(firm, arm, lane)``."""
        setting, records = self._setting, self._setting.records
        actives = [records[f"firms.{group}.active"] for group in FIRMS]
        firms = sum(map(len, actives))
        chance = setting.streams.uniform("us.designation", firms)
        active = np.concatenate(actives)
        if setting.deterministic:
            chance = np.broadcast_to((np.arange(firms) / firms)[:, None, None], chance.shape)
        if setting.deterministic and lever.target == "random":
            named = active * np.minimum(names / firms, 1.0)
        else:
            # Most months bring no round to most lanes; ranking the firms of the others is what costs time.
            hit = np.flatnonzero(names[0] > 0)
            score = chance[:, :, hit]
            if lever.target != "random":
                of = "volume" if lever.target == "by_volume" else "size"
                ranked = np.concatenate([records[f"firms.{group}.{of}"][:, :, hit] for group in FIRMS])
                score = ranked + _TIE_BREAK * score
            among_hit = best_ranked(score, active[:, :, hit], names[:, hit])
            named = np.zeros((*among_hit.shape[:-1], setting.block.width))
            named[:, :, hit] = among_hit
        start = 0
        for group, standing in zip(FIRMS, actives, strict=True):
            records.announce(f"firms.{group}.named", named[start : start + len(standing)])
            start += len(standing)
        setting.ledger.note("designated", month, named.sum(axis=0))


def best_ranked(score: Floats, active: Floats, names: Floats) -> Floats:
    """Name the active firms with the highest scores, and of the next one the fraction that is left.

    Parameters
    ----------
    score, active
        Distinct scores, and which firms (or shares of them) are active, ``(firm, arm, lane)``.
    names
        How many are named, ``(1, lane)``.
    """
    score = np.where(active > 0, score, -np.inf)
    whole, fraction = np.floor(names), names - np.floor(names)
    # The score of the firm after the last one that is named in full; with more names than firms there is none.
    place = np.minimum(whole, len(score) - 1).astype(np.intp)
    lower = np.partition(-np.moveaxis(score, 0, -1), np.unique(place), axis=-1)
    place = np.broadcast_to(place[..., None], (*lower.shape[:-1], 1))
    threshold = np.where(whole < len(score), -np.take_along_axis(lower, place, axis=-1)[..., 0], -np.inf)
    share = (score > threshold) + fraction * (score == threshold) * np.isfinite(score)
    named: Floats = np.minimum(share, active)
    return named
