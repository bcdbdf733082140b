"""Tasks over processes: every result with its place, mistakes that come back, and nothing begun in vain."""

import operator
from collections.abc import Iterator

import pytest

from leaksim.engine.executor import as_they_finish

SLOW_THEN_QUICK: list[tuple[object, ...]] = [(3, 400_000), (2, 1), (5, 2), (7, 0)]
"""Arguments of `pow`; the first takes longest."""


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_result_comes_with_the_place_of_its_task(jobs: int) -> None:
    results = dict(as_they_finish(operator.pow, SLOW_THEN_QUICK, jobs=jobs))
    assert [results[place] for place in range(4)] == [3**400_000, 2, 25, 1]


def test_one_job_works_in_order() -> None:
    assert [place for place, _ in as_they_finish(operator.pow, SLOW_THEN_QUICK)] == [0, 1, 2, 3]


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_exception_of_a_task_reaches_the_caller(jobs: int) -> None:
    with pytest.raises(ZeroDivisionError):
        list(as_they_finish(operator.truediv, [(1, 1), (1, 0), (1, 2)], jobs=jobs))


def test_one_task_needs_no_other_process() -> None:
    # A lambda cannot be sent to another process.
    assert list(as_they_finish(lambda number: number + 1, [(1,)], jobs=8)) == [(0, 2)]


def test_nothing_to_do_gives_nothing() -> None:
    assert list(as_they_finish(operator.neg, [])) == []


def test_less_than_one_job_is_refused() -> None:
    with pytest.raises(ValueError, match="not 0"):
        list(as_they_finish(operator.neg, [(1,)], jobs=0))


def test_who_stops_listening_stops_the_work() -> None:
    begun = []

    def work(number: int) -> int:
        begun.append(number)
        return number

    results = as_they_finish(work, [(number,) for number in range(10)])
    next(results)
    next(results)
    assert begun == [0, 1]


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_is_next_may_depend_on_what_came_out(jobs: int) -> None:
    done: list[int] = []

    def halving() -> Iterator[tuple[object, ...]]:
        while not done or min(done) > 1:
            yield (min(done, default=64), 2)

    for _, half in as_they_finish(operator.floordiv, halving(), jobs=jobs, ahead=jobs):
        done.append(half)
    assert min(done) == 1


def test_no_more_is_begun_than_allowed_ahead() -> None:
    taken: list[int] = []

    def numbers() -> Iterator[tuple[object, ...]]:
        for number in range(20):
            taken.append(number)
            yield (number,)

    results = as_they_finish(operator.neg, numbers(), jobs=2, ahead=3)
    next(results)
    assert len(taken) == 3
    results.close()  # type: ignore[attr-defined]
    assert len(taken) == 3
