"""How kernels are compiled."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import numpy as np

from leaksim.engine.lanes import Floats

Function = TypeVar("Function", bound=Callable[..., Any])


def kernel(function: Function) -> Function:
    """Compile a function of arrays when it is first called, and keep the result on disk where that can be written.

    Fast mathematics stays off: it would put sums in another order, and join products and sums.
    """
    with_settings = partial(numba.njit, nogil=True, error_model="numpy")
    try:
        compiled = with_settings(cache=True)(function)
    except RuntimeError:  # no folder to write to
        return cast("Function", with_settings()(function))
    _folders[Path(function.__code__.co_filename)] = Path(str(compiled.stats.cache_path))
    return cast("Function", compiled)


_folders: dict[Path, Path] = {}
"""Where the kernels of each source file are kept."""


def are_on_disk() -> bool:
    """Say whether kernels of every source file were compiled on this computer since the file was written."""

    def is_compiled(source: Path, folder: Path) -> bool:
        written = source.stat().st_mtime
        return any(index.stat().st_mtime >= written for index in folder.glob(f"{source.stem}.*.nbi"))

    return bool(_folders) and all(is_compiled(source, folder) for source, folder in _folders.items())


def in_full(values: Floats, shape: tuple[int, ...]) -> Floats:
    """Write out values that are the same along some axis: kernels know one layout only."""
    if values.shape == shape:
        flags = values.flags
        if flags.c_contiguous and flags.writeable:
            return values
    written = np.empty(shape)
    written[...] = values
    return written
