"""Memory that is used again: fetching it anew from the system takes longer than most arithmetic on it."""

from __future__ import annotations

import ctypes
import threading
from functools import cache

import numpy as np

from leaksim.engine.lanes import Floats

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Numbers of these options of `mallopt` in the GNU C library."""

_KEPT, _LARGEST = 2**28, 2**25
"""Bytes of freed memory that a process keeps at most, and the largest array of which it keeps any."""

_IN_LARGE_PAGES, _PARTS = 2**27, 8
"""Bytes of it that are to come in large pages, and in how many arrays these are asked for."""


class Memory(threading.local):
    """Memory for the ledgers of a thread: the next of the same size overwrites the last.

    Fetching it anew for every ledger takes a tenth of the time of a run.
    """

    _last: Floats | None = None

    def used(self, shape: tuple[int, ...]) -> Floats:
        """Return zeros, or the last array where it has that shape, with what is written in it."""
        _keep_what_is_freed()
        if self._last is None or self._last.shape != shape:
            self._last = np.zeros(shape)
        return self._last


@cache
def _keep_what_is_freed() -> None:
    """Have this process keep the memory of freed arrays for the next ones, where the C library can (GNU).

    By default it hands the larger arrays back at once and fetches each anew, which takes up to a tenth of a run. Large
    pages, which the processor finds sooner, take off some 7 percent more.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return
    mallopt(_TRIM_THRESHOLD, _KEPT)
    mallopt(_MMAP_THRESHOLD, _LARGEST)
    # NumPy asks for large pages for large arrays alone; what is put where these were has them too.
    large = [np.empty(_IN_LARGE_PAGES // _PARTS, dtype=np.uint8) for _ in range(_PARTS)]
    del large
