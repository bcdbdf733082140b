"""Tasks over processes, through `concurrent.futures`."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import TypeVar

Result = TypeVar("Result")


def as_they_finish(
    task: Callable[..., Result], arguments: Sequence[tuple[object, ...]], *, jobs: int = 1
) -> Iterator[tuple[int, Result]]:
    """Call `task` once for each tuple of arguments and yield each result with its position, the first done first.

    Closing the iterator gives up what has not begun.

    Parameters
    ----------
    task
        A function of a module, so that another process finds it.
    jobs
        Worker processes. One job, or one task, runs in this process and in order.

    Raises
    ------
    ValueError
        For less than one job.
    """
    if jobs < 1:
        raise ValueError(f"at least one job is needed, not {jobs}")
    workers = min(jobs, len(arguments))
    if workers <= 1:
        for index, each in enumerate(arguments):
            yield index, task(*each)
        return
    # Spawned workers start from a clean slate on every platform; a forked one would copy the threads' locks. Ctrl-C
    # reaches them too: they leave it to this process, which gives up what has not begun.
    pool = ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN)
    )
    try:
        index_of = {pool.submit(task, *each): index for index, each in enumerate(arguments)}
        for future in as_completed(index_of):
            yield index_of.pop(future), future.result()
    finally:
        pool.shutdown(cancel_futures=True)
