"""The parameter values of a block of lanes, ready for arithmetic with ``(arm, lane)`` arrays."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from leaksim.engine.lanes import Floats, together


class Parameters:
    """Parameter values by id.

    Parameters
    ----------
    values
        A number or text for a value that all lanes share; an array of shape ``(1, lane)`` for one drawn per lane.
    """

    def __init__(self, values: Mapping[str, float | str | Floats]) -> None:
        self._values = dict(values)
        self.read: set[str] = set()
        """Ids that somebody has asked for; a value that nobody reads changes nothing."""

    def __getitem__(self, identifier: str) -> Floats:
        """Value of a parameter, shape ``(1, 1)`` or ``(1, lane)``, in the unit of the registry."""
        value = self._value(identifier)
        if isinstance(value, np.ndarray):
            return value
        return np.array([[float(value)]])

    def count(self, identifier: str) -> int:
        """Value of a structural parameter that counts something."""
        return int(self._value(identifier))

    def choice(self, identifier: str) -> str:
        """Value of a structural parameter that picks a form."""
        return str(self._value(identifier))

    def stack(self, *identifiers: str) -> Floats:
        """Values of several parameters on a leading axis, shape ``(parameter, 1, 1 or lane)``."""
        return together([self[identifier] for identifier in identifiers])

    def of_lane(self, identifier: str, lane: int) -> float | str:
        """Value of a parameter in one lane of the block, for somebody who only looks on: it does not count as read."""
        value = self._values[identifier]
        return float(value[0, lane]) if isinstance(value, np.ndarray) else value

    def _value(self, identifier: str) -> float | str | Floats:
        self.read.add(identifier)
        return self._values[identifier]
