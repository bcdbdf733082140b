"""Arms and lanes: the two leading axes of every state array.

An *arm* is one setting of the measure and of the leak channels. A *lane* is one replication. State has shape
``(arm, lane)``, random draws ``(1, lane)``: every arm of a lane lives in the same random world by broadcasting.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
"""An array of float64; the docstrings say its shape."""

Places = npt.NDArray[np.intp]
"""Whole numbers that pick from an array."""

LANES_PER_BLOCK = 512
"""Lanes that share one set of random generators. Lane r is lane r mod 512 of block r // 512."""

_WIDTH_STEP = 8
"""Blocks are computed in widths that are multiples of this.

NumPy takes other inner loops (and sums in another order) when the last axis has length one, so a lone lane
would differ in its last bits from the same lane among others.
"""


@dataclass(frozen=True)
class Arm:
    """One setting of the world that is run beside the others in every lane."""

    name: str
    measured: bool
    """Whether the measures of the scenario are in force."""
    channels: frozenset[str] = frozenset()
    """The leak channels that are on."""


@dataclass(frozen=True)
class Block:
    """Up to 512 neighbouring lanes that are computed together."""

    index: int
    lanes: int
    """Lanes that are asked for: 1 to 512, or any number where they repeat histories."""
    histories: tuple[int, ...] | None = None
    """The lane of block 0 whose random draws each computed lane repeats; None where each has draws of its own."""

    @property
    def width(self) -> int:
        """Lanes that are computed: `lanes` rounded up, the surplus is dropped before results leave the block."""
        return -(-self.lanes // _WIDTH_STEP) * _WIDTH_STEP

    @property
    def lane_numbers(self) -> npt.NDArray[np.int64]:
        """Numbers of the computed lanes in the whole run, shape ``(width,)``."""
        return np.arange(self.width, dtype=np.int64) + self.index * LANES_PER_BLOCK


def blocks_of(lanes: int) -> tuple[Block, ...]:
    """Cut a run of `lanes` lanes into blocks.

    >>> [(block.index, block.lanes, block.width) for block in blocks_of(523)]
    [(0, 512, 512), (1, 11, 16)]
    """
    if lanes < 1:
        raise ValueError(f"a run needs at least one lane, not {lanes}")
    starts = range(0, lanes, LANES_PER_BLOCK)
    return tuple(Block(index, min(LANES_PER_BLOCK, lanes - start)) for index, start in enumerate(starts))


class SomeArms:
    """Some of the arms of a block, for whoever acts in these only and would compute nothing but zeros in the others.

    Parameters
    ----------
    flags
        Whether each arm belongs to them.

    Examples
    --------
    >>> some = SomeArms([False, True, True])
    >>> some.of(np.array([[1.0], [2.0], [3.0]])).tolist()
    [[2.0], [3.0]]
    >>> some.among_all(np.array([[5.0], [6.0]])).tolist()
    [[0.0], [5.0], [6.0]]
    """

    def __init__(self, flags: Iterable[bool]) -> None:
        self.flags = np.array(list(flags), dtype=np.bool_)
        """Whether each arm belongs to them."""
        self.places: Places = np.flatnonzero(self.flags)
        """Their places on the arm axis."""
        chosen = self.places.tolist()
        self._total = len(self.flags)
        together = bool(chosen) and chosen[-1] - chosen[0] + 1 == len(chosen)
        self.index: slice | list[int] = slice(chosen[0], chosen[-1] + 1) if together else chosen
        """The same places for NumPy; a slice, which copies nothing, where they are neighbours."""

    def among(self, larger: SomeArms) -> SomeArms:
        """Say which of the arms of a larger selection they are."""
        return SomeArms(self.flags[larger.flags])

    def of(self, values: Floats) -> Floats:
        """Pick them from an array that ends in ``(arm, lane)``; one that is the same in all arms stays as it is."""
        if values.ndim < 2 or values.shape[-2] != self._total:
            return values
        if isinstance(self.index, slice):
            return values[..., self.index, :]
        return values.take(self.index, axis=-2)

    def among_all(self, values: Floats) -> Floats:
        """Put an array of these arms among zeros for the others."""
        if values.shape[-2] == self._total:
            return values
        whole = np.zeros((*values.shape[:-2], self._total, values.shape[-1]))
        whole[..., self.index, :] = values
        return whole


def together(values: Sequence[Floats]) -> Floats:
    """Put values of shape ``(1, 1 or lane)`` on a leading axis, ``(value, 1, 1 or lane)``.

    >>> together([np.array([[1.0]]), np.array([[2.0, 3.0]])])[:, 0].tolist()
    [[1.0, 1.0], [2.0, 3.0]]
    """
    widths = {each.shape[-1] for each in values}
    if len(widths) == 1:
        return np.array(values)
    written = np.empty((len(values), 1, max(widths)))
    for there, each in zip(written, values, strict=True):
        there[...] = each
    return written


def mask(flags: Iterable[bool]) -> Floats:
    """Turn one flag per arm into a factor of 0.0 or 1.0, shape ``(arm, 1)``."""
    return np.array(list(flags), dtype=np.float64)[:, None]
