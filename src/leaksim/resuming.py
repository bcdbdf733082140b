"""Blocks of which some were run by a process before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from leaksim.engine.executor import Failure, Jobs, as_they_end
from leaksim.failing import BlocksFailedError, why_failed
from leaksim.store.blocks import KeptBlocks

Result = TypeVar("Result")


def resumed(
    task: Callable[..., Result],
    arguments: Callable[[int], tuple[object, ...]],
    numbers: Sequence[int],
    kept: KeptBlocks | None,
    packed: Callable[[Result], bytes],
    unpacked: Callable[[bytes], Result],
    *,
    where: Callable[[int], str],
    lanes: Callable[[int], int] = lambda _: 1,
    are_all: bool = True,
    jobs: Jobs = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[tuple[int, Callable[[], Result]]]:
    """Yield the place of each block and what gives its result: first those that are kept, then the others as they end.

    Parameters
    ----------
    task, arguments
        What runs a block, and what it is called with, by the place of the block.
    numbers
        Of the blocks, by which they are found where they are kept.
    kept
        Results that are there, and where the others are added; None to keep none.
    packed, unpacked
        How results are written and read. What is kept is read when it is asked for, with all its lanes.
    where
        Says in words which block it is.
    lanes
        So many are needed of a block.
    are_all
        The run is complete with these blocks.
    progress
        Called with (blocks done, blocks to do) after every block; those that are kept do not count.

    Raises
    ------
    BlocksFailedError
        At the end, when blocks failed each time they were tried.
    """
    missing = [place for place, number in enumerate(numbers) if kept is None or kept.lanes(number) < lanes(place)]
    if kept is not None:
        for place in sorted({*range(len(numbers))}.difference(missing)):
            yield place, partial(_read, kept, numbers[place], unpacked)
    failures = {}
    ended = as_they_end(task, map(arguments, missing), jobs=jobs)
    for done, (index, outcome) in enumerate(ended, start=1):
        place = missing[index]
        if isinstance(outcome, Failure):
            failures[where(place)] = outcome
        elif kept is None:
            yield place, partial(_same, outcome)
        else:
            kept.keep(numbers[place], lanes(place), packed(outcome))
            yield place, partial(_read, kept, numbers[place], unpacked)
        if progress is not None:
            progress(done, len(missing))
    if failures:
        raise BlocksFailedError(why_failed(failures, kept), failures)
    if kept is not None and are_all:
        kept.finish()


def _same(result: Result) -> Result:
    return result


def _read(kept: KeptBlocks, number: int, unpacked: Callable[[bytes], Result]) -> Result:
    return unpacked(kept[number])
