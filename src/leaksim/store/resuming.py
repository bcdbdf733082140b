"""Tasks of which some were done by a process before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from leaksim.engine.executor import Jobs, as_they_finish
from leaksim.store.blocks import KeptBlocks

Result = TypeVar("Result")


def resumed(
    task: Callable[..., Result],
    arguments: Callable[[int], tuple[object, ...]],
    count: int,
    kept: KeptBlocks | None,
    packed: Callable[[Result], bytes],
    unpacked: Callable[[bytes], Result],
    *,
    jobs: Jobs = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[tuple[int, Result]]:
    """Yield the number of each task and its result: first those that are kept, then the others as they finish.

    Parameters
    ----------
    arguments
        Returns those of a task by its number.
    count
        Tasks in all.
    kept
        Results that are there, and where the others are added; None to keep none.
    packed, unpacked
        How results are written and read.
    progress
        Called with (tasks done, tasks to do) after every task; those that are kept do not count.
    """
    missing = [index for index in range(count) if kept is None or not kept.lanes(index)]
    if kept is not None:
        for index in sorted({*range(count)}.difference(missing)):
            yield index, unpacked(kept[index])
    results = as_they_finish(task, map(arguments, missing), jobs=jobs)
    for done, (place, result) in enumerate(results, start=1):
        if kept is not None:
            kept.keep(missing[place], 1, packed(result))
        if progress is not None:
            progress(done, len(missing))
        yield missing[place], result
    if kept is not None:
        kept.finish()
