"""The list of designated firms: whom the United States name, and who is back under a new name."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from leaksim.engine.lanes import Floats
from leaksim.model.dimensions import FIRMS
from leaksim.model.parameters import Parameters
from leaksim.model.setting import Setting
from leaksim.scenario.schema import Designations

_TIE_BREAK = 1e-9
"""Weight of chance where firms are of one size, in $m: far below any difference that matters."""

_TINY = np.finfo(np.float64).tiny


class DesignationList:
    """The firms of all groups, and what designations have left of them.

    A designated firm is out. Each month it re-forms under a new name with probability ``1 - exp(-1 / mean time)``; from
    then on it has less capacity and higher costs. Firms exist, and are named, in every arm; shares of a firm occur in
    deterministic mode only.

    It reads the size (or last month's deliveries) that each group of firms puts on record, and announces, for each
    group, which firms are `active` and the factors on their `capacity` and `cost`; see `leaksim.model.standing`.
    """

    def __init__(self, setting: Setting, lever: Designations) -> None:
        parameters = setting.parameters
        self._setting, self._lever = setting, lever
        self._returns = 1 - np.exp(-1 / parameters["us.reformation_time"])
        self._capacity_left, self._cost_factor = parameters["us.reformed_capacity"], parameters["us.reformed_cost"]
        # Arms differ only where names follow last month's volumes; else one column stands for all.
        arms = len(setting.arms) if lever.target == "by_volume" else 1
        numbers = [_number_of(group, parameters) for group in FIRMS]
        ends = np.cumsum(numbers).tolist()
        self._groups = {
            group: slice(end - number, end) for group, number, end in zip(FIRMS, numbers, ends, strict=True)
        }
        # Filled anew in place every month: fresh memory for so many firms would take longer than the arithmetic.
        shape = (sum(numbers), arms, setting.block.width)
        self._active, self._capacity, self._cost = np.ones(shape), np.ones(shape), np.ones(shape)
        self._reformed, self._returning = np.zeros(shape), np.zeros(shape)
        self._all_as_ever = True
        for what, values in (("active", self._active), ("capacity", self._capacity), ("cost", self._cost)):
            for group, firms in self._groups.items():
                setting.records.announce(f"firms.{group}.{what}", values[firms])

    def update(self, names: Floats) -> Floats:
        """Name this month's firms and let those return who were out; return how many were named, ``(arm, lane)``.

        Parameters
        ----------
        names
            How many are to be named, ``(1, lane)``.
        """
        # Most months bring no round to most lanes; ranking the firms of the others is what costs time.
        hit = np.flatnonzero(np.broadcast_to(names, self._active[0].shape)[0] > 0)
        self._all_as_ever = self._all_as_ever and not len(hit)
        scores = np.concatenate([self._draw(group, firms, hit) for group, firms in self._groups.items()])
        named: Floats = np.zeros_like(self._active[0])
        if self._all_as_ever:
            return named
        named[:, hit] = self._name(names[:, hit], scores, hit)
        self._active += self._returning
        self._reformed += self._returning
        np.multiply(self._reformed, self._capacity_left - 1, out=self._capacity)
        self._capacity += self._active
        np.multiply(self._of_the_active(self._reformed), self._cost_factor - 1, out=self._cost)
        self._cost += 1
        return named

    def _draw(self, group: str, firms: slice, hit: npt.NDArray[np.intp]) -> Floats:
        """Draw what chance decides for a group: who returns, and in the lanes that are hit the scores by target."""
        streams, records, target = self._setting.streams, self._setting.records, self._lever.target
        number = firms.stop - firms.start
        returns = streams.event(f"us.reformation.{group}", self._returns, number)
        np.multiply(1 - self._active[firms], returns, out=self._returning[firms])
        scores = streams.uniform("us.designation", number)[:, :, hit]
        if self._setting.deterministic:
            places = np.arange(firms.start, firms.stop) / len(self._active)
            scores = np.broadcast_to(places[:, None, None], scores.shape)
        if target == "random":
            return scores
        ranked = records[f"firms.{group}.{'volume' if target == 'by_volume' else 'size'}"][:, :, hit]
        return ranked + _TIE_BREAK * scores

    def _name(self, names: Floats, scores: Floats, hit: npt.NDArray[np.intp]) -> Floats:
        """Take the firms out that are named, each as a whole or in part; return how many, ``(arm, hit lane)``."""
        active = self._active[:, :, hit]
        if self._setting.deterministic and self._lever.target == "random":
            named = active * np.minimum(names / len(active), 1.0)
        else:
            named = best_ranked(scores, active, names)
        # Names hit the original and the re-formed part of a firm alike.
        left = 1 - (named / np.maximum(active, _TINY) if self._setting.deterministic else named)
        self._reformed[:, :, hit] *= left
        self._active[:, :, hit] = active - named
        total: Floats = named.sum(axis=0)
        return total

    def _of_the_active(self, part: Floats) -> Floats:
        """Return a part of each firm as a share of what is active of it."""
        # But for deterministic mode a firm is active as a whole or not at all, and then has no part.
        return part / np.maximum(self._active, _TINY) if self._setting.deterministic else part


def _number_of(group: str, parameters: Parameters) -> int:
    """Count the firms of a group; its parameter is ``suppliers.number`` or ``traders.number.fuel``."""
    kind, _, line = group.partition(".")
    return parameters.count(f"{kind}.number.{line}" if line else f"{kind}.number")


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
    place = len(score) - 1 - np.minimum(whole, len(score) - 1).astype(np.intp)
    ascending = np.sort(score, axis=0)
    next_one = np.take_along_axis(ascending, np.broadcast_to(place, score.shape[1:])[None], axis=0)[0]
    threshold = np.where(whole < len(score), next_one, -np.inf)
    share = (score > threshold) + fraction * (score == threshold) * np.isfinite(score)
    named: Floats = np.minimum(share, active)
    return named
