"""Options of all commands that run blocks: who works, and where blocks are kept."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from leaksim.errors import InputError

if TYPE_CHECKING:
    from leaksim.store.blocks import BlockStore

JobsOption = Annotated[
    int | None,
    Parameter(
        name="--jobs",
        validator=Number(gte=1),
        help="Processes that work at the same time; as many as there are processors if not given.",
    ),
]
DaskOption = Annotated[
    str | None,
    Parameter(
        name="--dask",
        help="Work on a Dask cluster instead: the address of its scheduler, such as tcp://HOST:8786, or `local` to "
        "start one on this machine.",
    ),
]
FreshOption = Annotated[
    bool, Parameter(name="--fresh", help="Throw away what an earlier run has left, instead of going on from there.")
]


class WorkUsageError(InputError):
    """The options do not go together."""


def workers(jobs: int | None, dask: str | None) -> int | str:
    """Return who works."""
    if jobs is not None and dask is not None:
        raise WorkUsageError("--jobs counts processes on this machine and --dask names a cluster: give one of them")
    return dask or jobs or processors()


@contextmanager
def kept_in(out: Path | None, *, fresh: bool) -> Iterator["BlockStore | None"]:
    """Keep blocks where results go, if they go anywhere; say in the end what was found damaged."""
    if out is None:
        yield None
        return
    from leaksim.store.blocks import BlockStore

    store = BlockStore(out, fresh=fresh)
    try:
        yield store
    finally:
        for file in store.damaged:
            print(f"{file}: warning: not all of it is as it was written; what is missing is run again", file=sys.stderr)


def processors() -> int:
    """Return how many processors this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
