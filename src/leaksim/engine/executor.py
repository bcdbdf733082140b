"""Tasks over processes or over a cluster, through `concurrent.futures`, whatever fails and whoever dies on the way."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from multiprocessing import get_context, parent_process
from multiprocessing.context import BaseContext
from threading import Thread
from typing import Any, Generic, TypeVar

from leaksim.engine.cluster import cluster
from leaksim.engine.software import software
from leaksim.errors import LeaksimError

Result = TypeVar("Result")


class Crew(ABC):
    """Workers that are there."""

    @property
    @abstractmethod
    def workers(self) -> int:
        """How many there are."""

    @abstractmethod
    def submit(self, *call: Any) -> Future[Any]:
        """Hand out a call."""

    @abstractmethod
    def renew(self) -> None:
        """Put new workers in the place of those of which one has died."""


Jobs = int | str | Executor | Crew
"""Who works: so many processes; the address of a Dask scheduler, or ``local`` for one on this machine; an executor of
one's own, which stays open; or those whom `kept_open` keeps."""

_TRIES = 2
"""Times that a task may fail, and times that its worker may die before it is run on its own."""

_BARREN = 2
"""Sets of workers in a row that end before they have done anything, after which no further set is started."""

_MOST_ON_WINDOWS = 61
"""Processes that Windows can wait for."""

_WORTH_WORKERS = 8
"""Blocks from which on worker processes are started."""

_NEEDED_BY_WORKERS = "leaksim.simulation"
"""Module with all that most tasks import."""

_UNKNOWN = 32
"""Workers that an executor is taken to have which does not tell."""


@dataclass(frozen=True)
class Failure:
    """What is left of a task that failed each time it was tried."""

    error: str
    """The error in one line."""
    traceback: str
    """Where it happened."""


class WorkersError(LeaksimError):
    """Workers cannot be started, are gone, or are not what they should be."""


class TaskFailedError(LeaksimError):
    """A task failed each time it was tried."""


def workers_for(blocks: int, jobs: Jobs) -> Jobs:
    """Return who works: a few blocks are run sooner here than worker processes start.

    >>> workers_for(4, 8), workers_for(100, 8)
    (1, 8)
    """
    return 1 if isinstance(jobs, int) and blocks < _WORTH_WORKERS else jobs


def as_they_finish(
    task: Callable[..., Result], arguments: Iterable[tuple[object, ...]], *, jobs: Jobs = 1, ahead: int = 2
) -> Iterator[tuple[int, Result]]:
    """Call `task` as `as_they_end` does, where every result is needed.

    Raises
    ------
    TaskFailedError
        With the traceback of a task that failed twice.
    """
    for index, outcome in as_they_end(task, arguments, jobs=jobs, ahead=ahead):
        if isinstance(outcome, Failure):
            raise TaskFailedError(f"a part of the work failed {_TRIES} times: {outcome.error}\n{outcome.traceback}")
        yield index, outcome


def as_they_end(
    task: Callable[..., Result], arguments: Iterable[tuple[object, ...]], *, jobs: Jobs = 1, ahead: int = 2
) -> Iterator[tuple[int, Result | Failure]]:
    """Call `task` once for each tuple of arguments and yield each result with its position, the first done first.

    A task that fails is tried once more; if it fails again, that is its result. If a worker dies, what was under way
    is run again by new ones. Closing the iterator gives up what has not begun.

    Parameters
    ----------
    task
        A function of a module, so that another process finds it.
    arguments
        Taken when their turn comes: what to do next may depend on the results that were yielded before.
    jobs
        Who works. One job, or one task without a cluster, runs in this process and in order.
    ahead
        How many tasks are under way, or wait for a worker, at most; for each worker.

    Raises
    ------
    ValueError
        For less than one job.
    WorkersError
        When the workers cannot be started or reached, or run another version of leaksim.
    LeaksimError
        Whatever a task raises on purpose.
    """
    if isinstance(jobs, int) and jobs < 1:
        raise ValueError(f"at least one job is needed, not {jobs}")
    coming = iter(arguments)
    first = [] if jobs == 1 else list(islice(coming, 2))
    numbered = enumerate(chain(first, coming))
    if jobs == 1 or (isinstance(jobs, int) and len(first) < 2):
        for index, each in numbered:
            outcome = _attempt(task, each)
            yield index, _attempt(task, each) if isinstance(outcome, Failure) else outcome
        return
    if not first:
        return
    with kept_open(jobs) as crew:
        assert isinstance(crew, Crew)
        yield from _Work(crew, task, numbered, ahead).outcomes()


class _Processes(Crew):
    """Worker processes of this machine, which can be replaced by new ones."""

    def __init__(self, count: int) -> None:
        self._count = min(count, _MOST_ON_WINDOWS) if sys.platform == "win32" else count
        self._barren = 0
        self._start()

    @property
    def workers(self) -> int:
        """How many there are."""
        return self._count

    def submit(self, *call: Any) -> Future[Any]:
        """Hand out a call."""
        return self._pool.submit(*call)

    def renew(self) -> None:
        """Put new processes in the place of those of which one has died."""
        self.close()
        in_vain = self._first.cancelled() or self._first.exception() is not None
        self._barren = self._barren + 1 if in_vain else 0
        if self._barren == _BARREN:
            raise WorkersError(
                "the worker processes end before they have done anything. In a script, put what runs under "
                '`if __name__ == "__main__":`, since every worker reads the script anew; or work without them, with '
                "jobs=1"
            )
        self._start()

    def close(self) -> None:
        """Give up what has not begun, and wait for the rest."""
        self._pool.shutdown(cancel_futures=True)

    def _start(self) -> None:
        self._pool = ProcessPoolExecutor(
            self._count, mp_context=_context(), initializer=_begin_to_work, initargs=(dict(os.environ),)
        )
        self._first = self._pool.submit(int)


class _Others(Crew):
    """An executor that somebody else looks after."""

    def __init__(self, executor: Executor, count: Callable[[], int]) -> None:
        self._executor = executor
        self._count = count

    @property
    def workers(self) -> int:
        """How many there are; while there are none yet, one is waited for."""
        return max(1, self._count())

    def submit(self, *call: Any) -> Future[Any]:
        """Hand out a call."""
        return self._executor.submit(*call)

    def renew(self) -> None:
        """Give up: only its owner could start a new one."""
        raise WorkersError(f"the workers of {type(self._executor).__name__} have died")


@contextmanager
def kept_open(jobs: Jobs) -> Iterator[Jobs]:
    """Let workers live for several calls of `as_they_end`: those that begin anew for a little work do little else."""
    if jobs == 1 or isinstance(jobs, Crew):
        yield jobs
    elif isinstance(jobs, int):
        crew = _Processes(jobs)
        try:
            yield crew
        finally:
            crew.close()
    elif isinstance(jobs, str):
        with cluster(jobs) as (executor, count):
            yield _Others(executor, count)
    else:
        yield _Others(jobs, lambda: getattr(jobs, "_max_workers", _UNKNOWN))


@dataclass
class _Task:
    index: int
    arguments: tuple[object, ...]
    failures: int = 0
    losses: int = 0
    """How often its worker, or one beside it, has died."""

    @property
    def suspect(self) -> bool:
        """Whether it may be what its workers die of, and must not take other tasks with it."""
        return self.losses >= _TRIES


class _Work(Generic[Result]):
    """Tasks that are handed out as workers become free."""

    def __init__(
        self,
        crew: Crew,
        task: Callable[..., Result],
        numbered: Iterable[tuple[int, tuple[object, ...]]],
        ahead: int,
    ) -> None:
        self._crew = crew
        self._task = task
        self._new = (_Task(index, arguments) for index, arguments in numbered)
        self._again: deque[_Task] = deque()
        self._under_way: dict[Future[Result | Failure], _Task] = {}
        self._ahead = ahead

    def outcomes(self) -> Iterator[tuple[int, Result | Failure]]:
        """Yield what comes of each task."""
        try:
            while True:
                self._hand_out()
                if not self._under_way:
                    return
                yield from self._ended()
        finally:
            for future in self._under_way:
                future.cancel()

    def _hand_out(self) -> None:
        most = self._ahead * self._crew.workers
        while len(self._under_way) < most:
            if self._under_way and any(each.suspect for each in (*self._again, *self._under_way.values())):
                return
            todo = self._again.popleft() if self._again else next(self._new, None)
            if todo is None:
                return
            try:
                future = self._crew.submit(_attempt, self._task, todo.arguments, software())
            except BrokenExecutor as error:  # a worker has died just now; what is under way will end alike
                future = Future()
                future.set_exception(error)
            self._under_way[future] = todo

    def _ended(self) -> list[tuple[int, Result | Failure]]:
        """Wait for tasks to end, and return what came of those that are not to be tried again."""
        done = wait(self._under_way, return_when=FIRST_COMPLETED).done
        if any(map(_is_lost, done)):
            done = wait(self._under_way).done
            self._crew.renew()
        ended = []
        for future in done:
            todo = self._under_way.pop(future)
            outcome = _outcome(future)
            todo.losses += _is_lost(future)
            todo.failures += isinstance(outcome, Failure) and not _is_lost(future)
            if isinstance(outcome, Failure) and todo.failures < _TRIES and todo.losses <= _TRIES:
                self._again.append(todo)
            else:
                ended.append((todo.index, outcome))
        return ended


def _is_lost(future: Future[Any]) -> bool:
    return not future.cancelled() and isinstance(future.exception(), BrokenExecutor)


def _outcome(future: Future[Result | Failure]) -> Result | Failure:
    try:
        return future.result()
    except LeaksimError:
        raise
    except CancelledError:
        raise WorkersError("the cluster has given up what it was asked for; is its scheduler still there?") from None
    except Exception as error:
        return _failure(error)


def _attempt(
    task: Callable[..., Result], arguments: tuple[object, ...], expected: dict[str, str] | None = None
) -> Result | Failure:
    """Call a task where it is worked on; whatever goes wrong becomes its result."""
    if expected is not None and software() != expected:
        differing = [
            f"{name} {software().get(name)}, not {each}"
            for name, each in expected.items()
            if software().get(name) != each
        ]
        raise WorkersError(f"a worker has {'; '.join(differing)}: its numbers could be others")
    try:
        return task(*arguments)
    except LeaksimError:
        raise
    except Exception as error:
        return _failure(error)


def _failure(error: Exception) -> Failure:
    return Failure(f"{type(error).__name__}: {error}", "".join(traceback.format_exception(error)))


def start_early() -> None:
    """Begin what worker processes will need, beside what this process does until then."""
    if _context().get_start_method() == "forkserver":
        from multiprocessing.forkserver import ensure_running

        ensure_running()


def _context() -> BaseContext:
    """Return how workers start: from a clean slate everywhere, since a forked one would copy the locks of threads.

    On Linux they are forked from a process that has done nothing but import what all of them need.
    """
    if sys.platform != "linux":
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload([_NEEDED_BY_WORKERS])
    return context


def _begin_to_work(environment: dict[str, str]) -> None:
    """Prepare a worker process: it knows the variables of its parent, leaves Ctrl-C to it, and does not outlive it."""
    os.environ.clear()
    os.environ.update(environment)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
