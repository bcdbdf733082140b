"""Blocks over processes: results in order, progress, and mistakes that come back."""

import operator
from collections.abc import Callable

import pytest

from leaksim.engine.executor import run_tasks

SLOW_THEN_QUICK: list[tuple[object, ...]] = [(3, 400_000), (2, 1), (5, 2), (7, 0)]
"""Arguments of `pow`; the first takes longest, so it ends last."""


def heard() -> tuple[list[tuple[int, int]], Callable[[int, int], None]]:
    calls: list[tuple[int, int]] = []
    return calls, lambda done, of: calls.append((done, of))


@pytest.mark.parametrize("jobs", [1, 2])
def test_results_come_in_the_order_of_the_tasks_and_progress_counts_up(jobs: int) -> None:
    calls, progress = heard()
    results = run_tasks(operator.pow, SLOW_THEN_QUICK, jobs=jobs, progress=progress)
    assert results == [3**400_000, 2, 25, 1]
    assert calls == [(1, 4), (2, 4), (3, 4), (4, 4)]


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_exception_of_a_task_reaches_the_caller(jobs: int) -> None:
    with pytest.raises(ZeroDivisionError):
        run_tasks(operator.truediv, [(1, 1), (1, 0), (1, 2)], jobs=jobs)


def test_one_task_needs_no_other_process() -> None:
    # A lambda cannot be sent to another process.
    assert run_tasks(lambda number: number + 1, [(1,)], jobs=8) == [2]


def test_nothing_to_do_gives_nothing() -> None:
    assert run_tasks(operator.neg, []) == []


def test_less_than_one_job_is_refused() -> None:
    with pytest.raises(ValueError, match="not 0"):
        run_tasks(operator.neg, [(1,)], jobs=0)
