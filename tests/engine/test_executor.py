"""Tasks over processes: every result with its place, mistakes that come back, and nothing begun in vain."""

import operator
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Never

import pytest

from leaksim.engine.cluster import ClusterError
from leaksim.engine.executor import Failure, TaskFailedError, WorkersError, as_they_end, as_they_finish
from leaksim.engine.software import software
from leaksim.errors import InputError

SLOW_THEN_QUICK: list[tuple[object, ...]] = [(3, 400_000), (2, 1), (5, 2), (7, 0)]
"""Arguments of `pow`; the first takes longest."""


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_result_comes_with_the_place_of_its_task(jobs: int) -> None:
    results = dict(as_they_finish(operator.pow, SLOW_THEN_QUICK, jobs=jobs))
    assert [results[place] for place in range(4)] == [3**400_000, 2, 25, 1]


def test_one_job_works_in_order() -> None:
    assert [place for place, _ in as_they_finish(operator.pow, SLOW_THEN_QUICK)] == [0, 1, 2, 3]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_task_that_fails_twice_is_told_with_its_traceback(jobs: int) -> None:
    with pytest.raises(TaskFailedError, match=r"2 times: ZeroDivisionError: division by zero\nTraceback"):
        list(as_they_finish(operator.truediv, [(1, 1), (1, 0), (1, 2)], jobs=jobs))


def test_workers_know_the_variables_of_their_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also those that were set, or taken away, after other workers had begun."""
    for value in ("first", "second"):
        monkeypatch.setenv("LEAKSIM_TEST", value)
        assert dict(as_they_finish(os.getenv, [("LEAKSIM_TEST",)] * 2, jobs=2)) == {0: value, 1: value}
    monkeypatch.delenv("LEAKSIM_TEST")
    assert dict(as_they_finish(os.getenv, [("LEAKSIM_TEST",)] * 2, jobs=2)) == {0: None, 1: None}


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

    for _, half in as_they_finish(operator.floordiv, halving(), jobs=jobs, ahead=1):
        done.append(half)
    assert min(done) == 1


def test_no_more_is_begun_than_allowed_ahead() -> None:
    taken: list[int] = []

    def numbers() -> Iterator[tuple[object, ...]]:
        for number in range(20):
            taken.append(number)
            yield (number,)

    results = as_they_finish(operator.neg, numbers(), jobs=2, ahead=1)
    next(results)
    assert len(taken) == 2
    results.close()  # type: ignore[attr-defined]
    assert len(taken) == 2


def fails_at_first(marks: Path, number: int) -> int:
    """Fail the first time that this number comes."""
    try:
        (marks / f"{number}").touch(exist_ok=False)
    except FileExistsError:
        return number
    raise OSError("not yet")


def dies_at_first(marks: Path, number: int) -> int:
    """Take the worker along the first time that number three comes."""
    mark = marks / f"{number}"
    if number == 3 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def always_dies(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_task_that_fails_once_is_tried_again(jobs: int, tmp_path: Path) -> None:
    found = dict(as_they_finish(fails_at_first, [(tmp_path, number) for number in range(3)], jobs=jobs))
    assert found == {0: 0, 1: 1, 2: 2}


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_task_that_fails_keeps_no_other_from_its_result(jobs: int) -> None:
    found = dict(as_they_end(operator.truediv, [(1, 1), (1, 0), (1, 2)], jobs=jobs))
    failure = found.pop(1)
    assert found == {0: 1.0, 2: 0.5}
    assert isinstance(failure, Failure)
    assert failure.error == "ZeroDivisionError: division by zero"


def test_what_a_dead_worker_had_in_hand_is_run_again(tmp_path: Path) -> None:
    found = dict(as_they_end(dies_at_first, [(tmp_path, number) for number in range(8)], jobs=2))
    assert found == {number: number for number in range(8)}


def test_a_task_that_kills_its_workers_is_found_out_and_takes_no_other_along() -> None:
    found = dict(as_they_end(always_dies, [(number,) for number in range(8)], jobs=2))
    failure = found.pop(3)
    assert found == {number: number for number in range(8) if number != 3}
    assert isinstance(failure, Failure)
    assert "terminated abruptly" in failure.error


def test_an_error_for_the_user_is_not_tried_again() -> None:
    with pytest.raises(InputError, match="so it is"):
        list(as_they_end(refuses, [(1,), (2,)], jobs=2))


def refuses(_: int) -> Never:
    raise InputError("so it is")


def test_an_executor_of_ones_own_is_used_and_left_open() -> None:
    with ThreadPoolExecutor(2) as threads:
        assert dict(as_they_finish(operator.neg, [(1,), (2,)], jobs=threads)) == {0: -1, 1: -2}
        assert threads.submit(int).result() == 0


def test_a_script_that_workers_cannot_read_is_told_what_is_missing(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import operator\n"
        "from leaksim.engine.executor import as_they_finish\n"
        "print(dict(as_they_finish(operator.neg, [(1,), (2,)], jobs=2)))\n",
        encoding="utf-8",
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    # Python's own tracker of semaphores may add a warning of its own.
    assert 'put what runs under `if __name__ == "__main__":`' in done.stderr


def test_workers_end_with_whoever_started_them(tmp_path: Path) -> None:
    """Killed outright, a process cannot tell its workers to go."""
    code = (
        "import os, time\n"
        "from leaksim.engine.executor import as_they_finish\n"
        "found = as_they_finish(os.getpgid, [(0,), (0,), (0,)], jobs=2)\n"
        "next(found); print('begun', flush=True); time.sleep(60)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stdout is not None
    process.stdout.readline()
    process.kill()
    # The pipe ends with the last process that holds it.
    assert process.stdout.read() == ""
    process.wait()
    process.stdout.close()


def test_a_worker_with_other_software_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = {**software(), "numpy": "1.0"}
    monkeypatch.setattr("leaksim.engine.executor.software", lambda: ours)
    with pytest.raises(WorkersError, match=rf"a worker has numpy {version('numpy')}, not 1\.0"):
        list(as_they_finish(operator.neg, [(1,), (2,)], jobs=2))


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "no such thing"])
def test_an_address_without_a_scheduler_is_told(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leaksim.engine.cluster._SECONDS_TO_CONNECT", 0.5)
    with pytest.raises(ClusterError, match=f"no Dask scheduler answers at {address}"):
        list(as_they_finish(operator.neg, [(1,)], jobs=address))


def test_without_dask_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterError, match=r"pip install 'leaksim\[cluster\]'"):
        list(as_they_finish(operator.neg, [(1,)], jobs="local"))


def test_nobody_is_asked_for_when_there_is_nothing_to_do() -> None:
    assert list(as_they_finish(operator.neg, [], jobs="tcp://127.0.0.1:9")) == []
