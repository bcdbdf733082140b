"""The list of designated firms: whom the United States name, and who is back under a new name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.engine.streams import Chance
from leaksim.model.compiled import has_compiled_form
from leaksim.model.dimensions import FIRMS
from leaksim.model.parameters import Parameters
from leaksim.model.setting import Setting
from leaksim.scenario.schema import Designations

TIE_BREAK = 1e-9
"""Weight of chance where firms are of one size, in $m: far below any difference that matters."""

TINY = np.finfo(np.float64).tiny


class DesignationList:
    """The firms of all groups, and what designations have left of them.

    A designated firm is out. Each month it re-forms under a new name with probability ``1 - exp(-1 / mean time)``; from
    then on it has less capacity and higher costs. Firms exist, and are named, in every arm; shares of a firm occur in
    deterministic mode only.

    It reads the size (or last month's deliveries) that each group of firms puts on record, and announces which firms of
    each group are `active`, the `reformed` among them, and by what factor their `capacity` and `cost` have changed; see
    `leaksim.model.standing`.
    """

    def __init__(self, setting: Setting, lever: Designations) -> None:
        parameters = setting.parameters
        self._setting, self._lever = setting, lever
        self._returns = setting.in_all_lanes(1 - np.exp(-1 / parameters["us.reformation_time"]))
        numbers = [_number_of(group, parameters) for group in FIRMS]
        ends = np.cumsum(numbers).tolist()
        self._groups = {
            group: slice(end - number, end) for group, number, end in zip(FIRMS, numbers, ends, strict=True)
        }
        # Arms differ only where names follow last month's volumes; else one column stands for all.
        shape = (sum(numbers), len(setting.arms) if lever.target == "by_volume" else 1, setting.block.width)
        self._factors = Factors(
            *(setting.in_all_lanes(parameters[f"us.reformed_{what}"]) for what in ("capacity", "cost"))
        )
        self._firms = Listed(np.ones(shape), np.zeros(shape), np.ones(shape), np.ones(shape))
        self._pages = [
            (f"firms.{group}.{field.name}", getattr(self._firms, field.name), places)
            for field in fields(Listed)
            for group, places in self._groups.items()
        ]
        self._announce()

    def update(self, names: Floats) -> Floats:
        """Name this month's firms and let those return who were out; return how many were named, ``(arm, lane)``.

        Parameters
        ----------
        names
            How many are to be named, ``(1, lane)``.
        """
        streams, deterministic, target = self._setting.streams, self._setting.deterministic, self._lever.target
        firms = len(self._firms.active)
        chance = streams.uniform("us.designation", firms)
        returning = [
            streams.chance(f"us.reformation.{group}", self._returns, places.stop - places.start)
            for group, places in self._groups.items()
        ]
        if deterministic and target == "random":
            named = change(self._firms, self._firms.active * np.minimum(names / firms, 1.0), returning, self._factors)
        else:
            if deterministic:
                chance = np.broadcast_to((np.arange(firms) / firms)[:, None, None], chance.shape)
            scores = self._scores(chance)
            if target == "random":
                chance = np.zeros((1, 1, 1))
            named = live_on(self._firms, scores, chance, names, returning, self._factors)
        self._announce()
        return named

    def _scores(self, chance: Floats) -> list[Floats]:
        """By which firms are named, of each group ``(firm, 1 or arm, lane)``."""
        target = self._lever.target
        if target == "random":
            return [chance[places] for places in self._groups.values()]
        return self._recorded("volume") if target == "by_volume" else self._sizes

    @cached_property
    def _sizes(self) -> list[Floats]:
        return self._recorded("size")

    def _recorded(self, what: str) -> list[Floats]:
        return [self._setting.records[f"firms.{group}.{what}"] for group in self._groups]

    def _announce(self) -> None:
        for name, page, places in self._pages:
            self._setting.records.announce(name, page[places])


@dataclass(frozen=True)
class Listed:
    """What designations have left of firms, each of shape ``(firm, 1 or arm, lane)``."""

    active: Floats
    """What is active of each firm."""
    reformed: Floats
    """The re-formed part of it."""
    capacity: Floats
    """Factor by which its capacity has changed."""
    cost: Floats
    """Factor by which its cost has changed."""


@dataclass(frozen=True)
class Factors:
    """By which a re-formed firm differs from what it was, each ``(1, lane)``."""

    capacity: Floats
    cost: Floats


@has_compiled_form
def live_on(
    firms: Listed,
    scores: Sequence[Floats],
    chance: Floats,
    names: Floats,
    returning: Sequence[Chance],
    factors: Factors,
) -> Floats:
    """Name firms, let others return, and bring the list up to date; return how many were named, ``(1 or arm, lane)``.

    Parameters
    ----------
    scores
        By which firms are named, of each group ``(firm, 1 or arm, lane)``.
    chance, names
        See `best_ranked`.
    returning
        Of those that were out, for each group ``(firm, 1, lane)``.
    """
    return change(firms, best_ranked(np.concatenate(scores), firms.active, names, chance), returning, factors)


def change(firms: Listed, taken: Floats, returning: Sequence[Chance], factors: Factors) -> Floats:
    """Bring the list up to date when some have been taken, as a whole or in part; return how many, see `live_on`."""
    back = (1 - firms.active) * np.concatenate([each.happens for each in returning])
    # Names hit the original and the re-formed part of a firm alike.
    firms.reformed[...] = firms.reformed + back - firms.reformed * _of_the_active(taken, firms.active)
    firms.active[...] = firms.active + back - taken
    firms.capacity[...] = firms.active - (1 - factors.capacity) * firms.reformed
    firms.cost[...] = 1 + (factors.cost - 1) * _of_the_active(firms.reformed, firms.active)
    named: Floats = taken.sum(axis=0)
    return named


def _of_the_active(part: Floats, active: Floats) -> Floats:
    return part / np.maximum(active, TINY)


def _number_of(group: str, parameters: Parameters) -> int:
    """Count the firms of a group; its parameter is ``suppliers.number`` or ``traders.number.fuel``."""
    kind, _, line = group.partition(".")
    return parameters.count(f"{kind}.number.{line}" if line else f"{kind}.number")


def best_ranked(score: Floats, active: Floats, names: Floats, chance: Floats) -> Floats:
    """Name the active firms with the highest scores, and of the next one the fraction that is left.

    Parameters
    ----------
    score, active
        Scores, and which firms (or shares of them) are active, ``(firm, 1 or arm, lane)``.
    names
        How many are named, ``(1, lane)``.
    chance
        Decides between equal scores, 0 to 1, ``(firm or 1, 1, 1 or lane)``.
    """
    # Most months bring no round to most lanes; ranking the firms of the others is what costs time.
    hit = np.flatnonzero(names[0] > 0)
    named = np.zeros(active.shape)
    if len(hit):
        scores = (score + TIE_BREAK * chance)[:, :, hit]
        named[:, :, hit] = _best_ranked(scores, active[:, :, hit], names[:, hit])
    return named


def _best_ranked(score: Floats, active: Floats, names: Floats) -> Floats:
    score = np.where(active > 0, score, -np.inf)
    whole, fraction = np.floor(names), names - np.floor(names)
    # The score of the firm after the last one that is named in full; with more names than firms there is none.
    place = len(score) - 1 - np.minimum(whole, len(score) - 1).astype(np.intp)
    ascending = np.sort(score, axis=0)
    next_one = np.take_along_axis(ascending, np.broadcast_to(place, score.shape[1:])[None], axis=0)[0]
    threshold = np.where(whole < len(score), next_one, -np.inf)
    share = (score > threshold) + fraction * (score == threshold) * np.isfinite(score)
    named: Floats = np.minimum(share, active)
    return named
