"""Compiled forms of the functions that take most of the time of a run.

Each has the name and the arguments of a NumPy form in the model, which is the reference, and its result bit for bit:
sums run in the same order, and exponentials and logarithms are left to NumPy, since others differ in the last bit.
They are taken where Numba is installed and a run is large enough to pay for loading or compiling them.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from importlib.util import find_spec
from typing import Any, ParamSpec, TypeVar, cast

Arguments = ParamSpec("Arguments")
Value = TypeVar("Value")

SWITCH = "LEAKSIM_COMPILED"
"""Environment variable: 0 for NumPy alone, 1 for the compiled forms in every run; without it the size decides."""

WORTH_LOADING = 300_000
"""Arms times lanes times months in which the compiled forms would have saved the second that loading takes."""

WORTH_COMPILING = 20_000_000
"""The same where nothing has been compiled on this computer before, which takes some hundred seconds, once."""

_homes: dict[str, str] = {}
"""Modules of the NumPy forms, by the full name of the function."""

_computed = 0
"""Arms times lanes times months that this process has computed with NumPy."""

_taken: dict[str, Callable[..., Any]] = {}
"""Compiled forms in use, by the full name of the function; all of them or none."""


def has_compiled_form(numpy_form: Callable[Arguments, Value]) -> Callable[Arguments, Value]:
    """Let a function of the model give way to its namesake in the module of the same name here, once that is taken."""
    name = f"{numpy_form.__module__}.{numpy_form.__qualname__}"
    _homes[name] = numpy_form.__module__

    @wraps(numpy_form)
    def either_form(*arguments: Arguments.args, **named: Arguments.kwargs) -> Value:
        form: Callable[Arguments, Value] = _taken.get(name, numpy_form)
        return form(*arguments, **named)

    return either_form


def numpy_form(function: Callable[Arguments, Value]) -> Callable[Arguments, Value]:
    """Return the reference of a function that has a compiled form."""
    return cast("Callable[Arguments, Value]", function.__wrapped__)  # type: ignore[attr-defined]


def is_allowed() -> bool:
    """Say whether Numba is installed and not switched off."""
    return os.environ.get(SWITCH) != "0" and find_spec("numba") is not None


def take_if_worth(cells: int) -> bool:
    """Take the compiled forms for the rest of this process if they pay; say whether they are in use.

    A process does so when they would have saved by now what taking them costs: so it never loses more than that to the
    better choice, however much is still to come, which no worker process knows.

    Parameters
    ----------
    cells
        Arms times lanes times months of what is to be computed now.
    """
    global _computed  # noqa: PLW0603 - one count for the process, as the forms are
    if not is_allowed():
        _taken.clear()
    elif not _taken:
        at_once = os.environ.get(SWITCH) == "1"
        if at_once or _computed >= WORTH_LOADING:
            forms = _load()
            if at_once or _computed >= WORTH_COMPILING or _were_compiled_before():
                _taken.update(forms)
        _computed += cells
    return bool(_taken)


def _load() -> dict[str, Callable[..., Any]]:
    try:
        modules = {home: import_module(f"{__name__}.{home.rpartition('.')[2]}") for home in set(_homes.values())}
    except ImportError:  # NumPy's loops cannot be called from kernels
        return {}
    return {name: getattr(modules[home], name.rpartition(".")[2]) for name, home in _homes.items()}


def _were_compiled_before() -> bool:
    from leaksim.model.compiled.kernel import are_on_disk

    return are_on_disk()
