"""Workers of a Dask cluster, through the interface of `concurrent.futures`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import TYPE_CHECKING

from leaksim.errors import InputError

if TYPE_CHECKING:
    from distributed import Client

LOCAL = "local"
"""Stands for a cluster that is started on this machine."""

_SECONDS_TO_CONNECT = 20


class ClusterError(InputError):
    """There is no cluster at an address, or no Dask to speak with one."""


@contextmanager
def cluster(address: str) -> Iterator[tuple[Executor, Callable[[], int]]]:
    """Connect to a cluster, and leave it or end it afterwards.

    Parameters
    ----------
    address
        Of the scheduler, such as ``tcp://10.0.0.5:8786``; ``local`` starts one with a worker for each processor.

    Yields
    ------
    tuple of Executor and callable
        The workers, and how many tasks they can do at the same time, which changes as they come and go.

    Raises
    ------
    ClusterError
        When Dask is not installed, or no scheduler answers.
    """
    with _client(address) as client:

        def count() -> int:
            try:
                return sum(client.nthreads().values())
            except OSError:  # the scheduler is away; what it was asked for will tell whether it comes back
                return 0

        yield client.get_executor(pure=False), count


@contextmanager
def _client(address: str) -> Iterator[Client]:
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise ClusterError("a cluster needs Dask: pip install 'leaksim[cluster]'") from None
    if address == LOCAL:
        # One thread for each worker: most of the work holds Python's lock.
        with (
            LocalCluster(
                threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs=logging.CRITICAL
            ) as started,
            Client(started, set_as_default=False) as client,
        ):
            yield client
        return
    try:
        client = Client(address, timeout=_SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        reason = str(error).partition("\n")[0]
        raise ClusterError(f"no Dask scheduler answers at {address}: {reason}") from None
    with client:
        yield client
