"""The list of designated firms: whom the United States name, and who is back under a new name."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from leaksim.engine.lanes import Floats
from leaksim.model.compiled import has_compiled_form
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

    It reads the size (or last month's deliveries) that each group of firms puts on record, and announces which firms of
    each group are `active`, the `reformed` among them, and by what factor their `capacity` and `cost` have changed; see
    `leaksim.model.standing`.
    """

    def __init__(self, setting: Setting, lever: Designations) -> None:
        parameters = setting.parameters
        self._setting, self._lever = setting, lever
        self._returns = 1 - np.exp(-1 / parameters["us.reformation_time"])
        numbers = [_number_of(group, parameters) for group in FIRMS]
        ends = np.cumsum(numbers).tolist()
        self._groups = {
            group: slice(end - number, end) for group, number, end in zip(FIRMS, numbers, ends, strict=True)
        }
        # Arms differ only where names follow last month's volumes; else one column stands for all.
        shape = (sum(numbers), len(setting.arms) if lever.target == "by_volume" else 1, setting.block.width)
        self._active, self._reformed = np.ones(shape), np.zeros(shape)
        self._capacity_left, self._cost_factor = parameters["us.reformed_capacity"], parameters["us.reformed_cost"]
        self._announce()

    def update(self, names: Floats) -> Floats:
        """Name this month's firms and let those return who were out; return how many were named, ``(arm, lane)``.

        Parameters
        ----------
        names
            How many are to be named, ``(1, lane)``.
        """
        # Most months bring no round to most lanes; ranking the firms of the others is what costs time.
        hit = np.flatnonzero(names[0] > 0)
        scores = self._scores(hit)
        active, reformed = self._active[:, :, hit], self._reformed[:, :, hit]
        self._let_return()
        named: Floats = np.zeros_like(self._active[0])
        if len(hit):
            taken = self._taken(scores, active, names[:, hit])
            named[:, hit] = taken.sum(axis=0)
            self._active[:, :, hit] -= taken
            # Names hit the original and the re-formed part of a firm alike.
            self._reformed[:, :, hit] -= reformed * _of_the_active(taken, active, self._setting)
        self._announce()
        return named

    def _scores(self, hit: npt.NDArray[np.intp]) -> Floats:
        """Scores by which firms are named in the lanes that are hit, ``(firm, 1 or arm, hit lane)``."""
        target, firms = self._lever.target, len(self._active)
        chance = self._setting.streams.uniform("us.designation", firms)[:, :, hit]
        if self._setting.deterministic:
            chance = np.broadcast_to((np.arange(firms) / firms)[:, None, None], chance.shape)
        if target == "random":
            return chance
        what = "volume" if target == "by_volume" else "size"
        ranked = [self._setting.records[f"firms.{group}.{what}"][:, :, hit] for group in self._groups]
        return np.concatenate(ranked) + _TIE_BREAK * chance

    def _let_return(self) -> None:
        returning = np.concatenate(
            [
                self._setting.streams.event(f"us.reformation.{group}", self._returns, firms.stop - firms.start)
                for group, firms in self._groups.items()
            ]
        )
        returning = (1 - self._active) * returning
        self._active = self._active + returning
        self._reformed = self._reformed + returning

    def _announce(self) -> None:
        """Say what is active of each firm, the re-formed part of it, and what that leaves of capacity and costs."""
        active, reformed = self._active, self._reformed
        capacity = active - (1 - self._capacity_left) * reformed
        cost = 1 + (self._cost_factor - 1) * _of_the_active(reformed, active, self._setting)
        pages = {"active": active, "reformed": reformed, "capacity": capacity, "cost": cost}
        for group, firms in self._groups.items():
            for name, page in pages.items():
                self._setting.records.announce(f"firms.{group}.{name}", page[firms])

    def _taken(self, scores: Floats, active: Floats, names: Floats) -> Floats:
        """Say which firms are named, each as a whole or in part, ``(firm, arm, hit lane)``."""
        if self._setting.deterministic and self._lever.target == "random":
            return active * np.minimum(names / len(active), 1.0)
        return best_ranked(scores, active, names)


def _of_the_active(part: Floats, active: Floats, setting: Setting) -> Floats:
    """Return a part of each firm as a share of what is active of it.

    But for deterministic mode a firm is active as a whole or not at all, and then has no part.
    """
    return part / np.maximum(active, _TINY) if setting.deterministic else part


def _number_of(group: str, parameters: Parameters) -> int:
    """Count the firms of a group; its parameter is ``suppliers.number`` or ``traders.number.fuel``."""
    kind, _, line = group.partition(".")
    return parameters.count(f"{kind}.number.{line}" if line else f"{kind}.number")


@has_compiled_form
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
