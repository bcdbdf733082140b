"""How far a long command has come, on standard error: a bar on a terminal, plain lines elsewhere."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

_SECONDS_BETWEEN_LINES = 5.0


class Silence:
    """Says nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        return None

    def advance(self, done: int, total: int) -> None:
        """Take note that so many blocks out of so many are done."""

    def restart(self) -> None:
        """Begin to count from nothing again."""

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Leave the terminal to others for a while."""
        yield


class Lines(Silence):
    """Prints a line now and then, with the time left."""

    def __init__(self, console: Console, what: str = "blocks") -> None:
        self._console = console
        self._what = what
        self.restart()

    def restart(self) -> None:
        """Begin to count from nothing again."""
        self._started = self._last = time.monotonic()

    def advance(self, done: int, total: int) -> None:
        """Take note that so many blocks out of so many are done."""
        now = time.monotonic()
        if done < total and now - self._last >= _SECONDS_BETWEEN_LINES:
            self._last = now
            left = (now - self._started) / done * (total - done)
            self._console.print(f"{done} of {total} {self._what} done, about {left:.0f} s left")


class Bar(Silence):
    """Shows a bar with the time left, and takes it away at the end."""

    def __init__(self, console: Console) -> None:
        columns = (TextColumn("Simulating"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._progress = Progress(*columns, console=console, transient=True)
        self._task = self._progress.add_task("", total=None)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self._progress.stop()

    def advance(self, done: int, total: int) -> None:
        """Take note that so many blocks out of so many are done."""
        self._progress.update(self._task, completed=done, total=total)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Leave the terminal to others for a while."""
        self._progress.stop()
        yield
        self._progress.start()


def progress_on(console: Console, *, quiet: bool, what: str = "blocks") -> Silence:
    """Choose how to tell of progress on this console, in blocks or in other steps."""
    if quiet:
        return Silence()
    return Bar(console) if console.is_terminal else Lines(console, what)
