"""Blocks over processes, through `concurrent.futures`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import TypeVar

Result = TypeVar("Result")


def run_tasks(
    task: Callable[..., Result],
    arguments: Sequence[tuple[object, ...]],
    *,
    jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> list[Result]:
    """Call `task` once for each tuple of arguments and return the results in that order.

    Parameters
    ----------
    task
        A function of a module, so that another process finds it.
    jobs
        Worker processes. One job, or one task, runs in this process.
    progress
        Called with (tasks done, tasks in all) after every task.

    Raises
    ------
    ValueError
        For less than one job.
    """
    if jobs < 1:
        raise ValueError(f"at least one job is needed, not {jobs}")

    def report(done: int) -> None:
        if progress is not None:
            progress(done, len(arguments))

    if min(jobs, len(arguments)) <= 1:
        results = []
        for done, each in enumerate(arguments, start=1):
            results.append(task(*each))
            report(done)
        return results
    # Spawned workers start from a clean slate on every platform; a forked one would copy the threads' locks.
    with ProcessPoolExecutor(min(jobs, len(arguments)), mp_context=get_context("spawn")) as pool:
        futures = [pool.submit(task, *each) for each in arguments]
        for done, _ in enumerate(as_completed(futures), start=1):
            report(done)
        return [future.result() for future in futures]
