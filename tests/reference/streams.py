"""The random draws of one lane, taken from the streams that the lane engine uses."""

from __future__ import annotations

from leaksim.engine.lanes import LANES_PER_BLOCK, Block, Floats
from leaksim.engine.streams import Streams
from leaksim.model.stream_names import STREAM_NUMBERS


class Tape:
    """All draws of a block, kept in the order in which each stream gives them."""

    def __init__(self, seed: int, block: int, *, deterministic: bool) -> None:
        self.deterministic = deterministic
        self._streams = Streams(seed, Block(block, LANES_PER_BLOCK), STREAM_NUMBERS, deterministic=deterministic)
        self._drawn: dict[str, list[Floats]] = {}

    def draws(self, stream: str, form: str, count: int, occasion: int, lane: int) -> list[float]:
        """What a stream gives one lane the first time it is asked (occasion 0), the second time, and so on."""
        drawn = self._drawn.setdefault(stream, [])
        while len(drawn) <= occasion:
            drawn.append(getattr(self._streams, form)(stream, count))
        return [float(draw) for draw in drawn[occasion][:, 0, lane]]


class Draws:
    """The draws of one lane in one arm: every arm reads the same tape from its beginning."""

    def __init__(self, tape: Tape, lane: int) -> None:
        self._tape, self._lane = tape, lane
        self.deterministic = tape.deterministic
        self._occasions: dict[str, int] = {}

    def uniforms(self, stream: str, count: int) -> list[float]:
        """Numbers between 0 and 1."""
        return self._next(stream, "uniform", count)

    def normals(self, stream: str, count: int) -> list[float]:
        """Numbers with mean 0 and standard deviation 1."""
        return self._next(stream, "normal", count)

    def exponentials(self, stream: str, count: int) -> list[float]:
        """Waiting times with mean 1."""
        return self._next(stream, "exponential", count)

    def spread(self, stream: str, count: int, lowest: float, highest: float) -> list[float]:
        """Values for `count` agents, one in each of as many equal parts of a range."""
        parts = enumerate(self.uniforms(stream, count))
        return [lowest + (highest - lowest) * (part + draw) / count for part, draw in parts]

    def events(self, stream: str, count: int, probability: float) -> list[float]:
        """Whether something happens to each of `count` agents: 1 or 0, or the probability in deterministic mode."""
        draws = self.uniforms(stream, count)
        return [probability if self.deterministic else float(draw < probability) for draw in draws]

    def _next(self, stream: str, form: str, count: int) -> list[float]:
        occasion = self._occasions.get(stream, 0)
        self._occasions[stream] = occasion + 1
        return self._tape.draws(stream, form, count, occasion, self._lane)
