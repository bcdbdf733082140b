"""How kernels are compiled."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import numpy as np

from leaksim.engine.lanes import Floats, Places
from leaksim.model.ledger import PLACES

Function = TypeVar("Function", bound=Callable[..., Any])


def kernel(function: Function) -> Function:
    """Compile a function of arrays when it is first called, and keep the result on disk where that can be written.

    Kernels make no arrays, only views of those they are given, and return none. Then nobody need count who refers to an
    array, which in short loops takes as long as the arithmetic. Fast mathematics stays off: it would put sums in
    another order, and join products and sums.
    """
    with_settings = partial(numba.njit, nogil=True, error_model="numpy", _nrt=False)
    try:
        compiled = with_settings(cache=True)(function)
    except RuntimeError:  # no folder to write to
        return cast("Function", with_settings()(function))
    _folders[Path(function.__code__.co_filename)] = Path(str(compiled.stats.cache_path))
    return cast("Function", compiled)


_folders: dict[Path, Path] = {}
"""Where the kernels of each source file are kept."""


def are_on_disk() -> bool:
    """Say whether kernels were compiled on this computer, and none of their source files was written since.

    A file of which nothing is compiled does not count: no run needs all of them.
    """
    last_compiled = {
        source: max((index.stat().st_mtime for index in folder.glob(f"{source.stem}.*.nbi")), default=None)
        for source, folder in _folders.items()
    }
    known = {source: when for source, when in last_compiled.items() if when is not None}
    return bool(known) and all(when >= source.stat().st_mtime for source, when in known.items())


def in_full(values: Floats, shape: tuple[int, ...]) -> Floats:
    """Write out values that are the same along some axis: kernels know one layout only."""
    if values.shape == shape and values.flags.carray:
        return values
    written = np.empty(shape)
    written[...] = values
    return written


def first_lines(*names: str) -> Places:
    """Return where the items of each flow or level begin in a month's book.

    It is handed to kernels, since those kept on disk would not notice that the book has other lines now.
    """
    return np.array([PLACES[name].start for name in names])


@kernel
def place_of(values: Floats, firm: int, arm: int) -> tuple[int, int]:
    """Say where a firm is in an arm of values of shape ``(1 or firm, 1 or arm, lane)``; for use within kernels.

    Kernels cannot return a row.
    """
    return min(firm, values.shape[0] - 1), min(arm, values.shape[1] - 1)


_LINE = 8
"""Numbers that a processor fetches at once."""


def aligned(*shape: int) -> Floats:
    """Return memory to work in, whose rows begin with a line of the processor's cache: no vector lies in two.

    Each row is a line longer than asked for, or rows would begin at the same place of a page.
    """
    *leading, width = shape
    row = width + _LINE
    memory = np.empty(math.prod(leading) * row + _LINE)
    start = -(memory.ctypes.data // memory.itemsize) % _LINE
    return memory[start : start + math.prod(leading) * row].reshape(*leading, row)


@kernel
def happens(draw: float, probability: float, deterministic: bool) -> float:
    """Say whether an event happens, see `leaksim.engine.streams.Chance`; for use within kernels."""
    return probability if deterministic else 1.0 if draw < probability else 0.0


@kernel
def copy(values: Floats, to: Floats) -> None:
    """Copy values that lie together; for use within kernels."""
    for place in range(values.size):
        to[place] = values[place]
