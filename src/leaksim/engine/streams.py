"""Named random streams: one generator per root seed, block and stream.

The scenario is not in the seed, and an agent draws the same shape each time it wakes, whatever the state. So lane r
has the same draws whatever the number of lanes, workers, arms or scenarios, and two scenarios with one seed are
paired lane by lane.

Only uniforms, standard normals and standard exponentials are drawn, always for the full block. Poisson, binomial,
gamma or beta variates with a parameter per lane would consume a varying number of draws, so that one lane's
parameter shifted all the lanes after it: transform uniforms instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from leaksim.engine.lanes import LANES_PER_BLOCK, Block, Floats, Places


class UnknownStream(KeyError):  # noqa: N818 - a KeyError by nature
    """A stream was asked for that has no fixed number in the registry of stream names."""


@dataclass(frozen=True)
class Chance:
    """An event of some probability that is drawn for."""

    draw: Floats
    """A uniform on [0, 1)."""
    probability: Floats
    deterministic: bool

    @cached_property
    def happens(self) -> Floats:
        """Whether it happens, as 0.0 or 1.0, in deterministic mode the probability.

        The shape is that of `probability` broadcast with the draw.
        """
        if self.deterministic:
            return np.broadcast_to(self.probability, np.broadcast_shapes(self.probability.shape, self.draw.shape))
        return (self.draw < self.probability).astype(np.float64)


class Streams:
    """The random streams of one block.

    Parameters
    ----------
    seed
        Root seed of the run, a non-negative integer.
    block
        The block of lanes that the streams serve. Where it says which random histories they repeat, lanes with the
        same history have the same draws.
    numbers
        Fixed number of each stream name. A number must never be given to another name: it is part of the seed.
    deterministic
        Replace every draw by its mean: 0.5 for uniforms, 0 for normals, 1 for exponentials.
    """

    def __init__(self, seed: int, block: Block, numbers: Mapping[str, int], *, deterministic: bool = False) -> None:
        self._seed = seed
        self._block = block
        self._lanes: slice | Places | None = None
        """Those of the draws that are kept, if not all are."""
        if block.histories is not None:
            self._lanes = np.array(block.histories, dtype=np.intp)
        elif block.width < LANES_PER_BLOCK:
            self._lanes = slice(block.width)
        self._index = block.index if block.histories is None else 0
        self._numbers = numbers
        self._deterministic = deterministic
        self._generators: dict[str, np.random.Generator] = {}

    def uniform(self, name: str, count: int | None = None) -> Floats:
        """Draw uniforms on [0, 1), shape ``(1, lane)``, or ``(count, 1, lane)`` for `count` entities."""
        if self._deterministic:
            return self._constant(0.5, count)
        return self._kept(self._generator(name).random(self._shape(count)))

    def normal(self, name: str, count: int | None = None) -> Floats:
        """Draw standard normals, shape ``(1, lane)``, or ``(count, 1, lane)``."""
        if self._deterministic:
            return self._constant(0.0, count)
        return self._kept(self._generator(name).standard_normal(self._shape(count)))

    def exponential(self, name: str, count: int | None = None) -> Floats:
        """Draw standard exponentials (mean 1), shape ``(1, lane)``, or ``(count, 1, lane)``."""
        if self._deterministic:
            return self._constant(1.0, count)
        return self._kept(self._generator(name).standard_exponential(self._shape(count)))

    def stratified(self, name: str, count: int) -> Floats:
        """Draw one uniform in each of `count` equal strata of [0, 1), shape ``(count, 1, lane)``.

        Entity i always falls in stratum i: a population of few agents then fills its range evenly in every lane, and
        in deterministic mode the agents stand at the midpoints.
        """
        ranks = np.arange(count, dtype=np.float64)[:, None, None]
        return (ranks + self.uniform(name, count)) / count

    def event(self, name: str, probability: Floats, count: int | None = None) -> Floats:
        """Say whether an event of the given probability happens, as 0.0 or 1.0, see `chance`."""
        return self.chance(name, probability, count).happens

    def chance(self, name: str, probability: Floats, count: int | None = None) -> Chance:
        """Draw for an event of the given probability."""
        return Chance(self.uniform(name, count), probability, self._deterministic)

    def _generator(self, name: str) -> np.random.Generator:
        generator = self._generators.get(name)
        if generator is None:
            if name not in self._numbers:
                raise UnknownStream(f"no stream is named {name!r}; give it a number in the registry")
            key = (self._index, self._numbers[name])
            generator = np.random.Generator(np.random.SFC64(np.random.SeedSequence(self._seed, spawn_key=key)))
            self._generators[name] = generator
        return generator

    @staticmethod
    def _shape(count: int | None) -> tuple[int, ...]:
        return (1, LANES_PER_BLOCK) if count is None else (count, 1, LANES_PER_BLOCK)

    def _kept(self, draws: Floats) -> Floats:
        return draws if self._lanes is None else draws[..., self._lanes]

    def _constant(self, value: float, count: int | None) -> Floats:
        width = self._block.width
        return np.full((1, width) if count is None else (count, 1, width), value)
