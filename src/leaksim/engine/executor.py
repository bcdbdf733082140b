"""Tasks over processes, through `concurrent.futures`."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from itertools import chain, islice
from multiprocessing import get_context
from typing import TypeVar

Result = TypeVar("Result")


def as_they_finish(
    task: Callable[..., Result], arguments: Iterable[tuple[object, ...]], *, jobs: int = 1, ahead: int | None = None
) -> Iterator[tuple[int, Result]]:
    """Call `task` once for each tuple of arguments and yield each result with its position, the first done first.

    Closing the iterator gives up what has not begun.

    Parameters
    ----------
    task
        A function of a module, so that another process finds it.
    arguments
        Taken when their turn comes: what to do next may depend on the results that were yielded before.
    jobs
        Worker processes. One job, or one task, runs in this process and in order.
    ahead
        How many tasks are under way, or wait for a worker, at most; all of them if not given.

    Raises
    ------
    ValueError
        For less than one job.
    """
    if jobs < 1:
        raise ValueError(f"at least one job is needed, not {jobs}")
    coming = iter(arguments)
    first = list(islice(coming, min(jobs, 2)))
    coming = chain(first, coming)
    if len(first) < 2:
        for index, each in enumerate(coming):
            yield index, task(*each)
        return
    # Spawned workers start from a clean slate on every platform; a forked one would copy the threads' locks. Ctrl-C
    # reaches them too: they leave it to this process, which gives up what has not begun.
    pool = ProcessPoolExecutor(
        jobs, mp_context=get_context("spawn"), initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN)
    )
    try:
        numbered = enumerate(coming)
        index_of: dict[Future[Result], int] = {}
        while True:
            free = None if ahead is None else ahead - len(index_of)
            index_of.update((pool.submit(task, *each), index) for index, each in islice(numbered, free))
            if not index_of:
                return
            for future in wait(index_of, return_when=FIRST_COMPLETED).done:
                yield index_of.pop(future), future.result()
    finally:
        pool.shutdown(cancel_futures=True)
