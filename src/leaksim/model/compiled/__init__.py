"""Compiled forms of the functions that take most of the time of a run.

Each has the name and the arguments of a NumPy form in the model, which is the reference, and its result bit for bit:
sums run in the same order, and exponentials and logarithms are left to NumPy, since others differ in the last bit.
They are taken where Numba is installed and a run is large enough to pay for loading them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from importlib.util import find_spec
from typing import Any, ParamSpec, TypeVar, cast

Arguments = ParamSpec("Arguments")
Value = TypeVar("Value")

SWITCH = "LEAKSIM_COMPILED"
"""Environment variable: 0 for NumPy alone, 1 for the compiled forms in the smallest run; by default runs decide."""

WORTH_LOADING = 150_000
"""Lanes times arms times months that take the NumPy forms as much longer as it takes to load the others."""

_with_two_forms: dict[str, str] = {}
"""Modules of the model's functions that have a compiled form, by the full name of the function."""

_taken: dict[str, Callable[..., Any]] = {}
"""Compiled forms in use, by the full name of the function; all of them or none."""


def has_compiled_form(numpy_form: Callable[Arguments, Value]) -> Callable[Arguments, Value]:
    """Let a function of the model give way to its namesake in the module of the same name here, once that is taken."""
    name = f"{numpy_form.__module__}.{numpy_form.__qualname__}"
    _with_two_forms[name] = numpy_form.__module__

    @wraps(numpy_form)
    def either_form(*arguments: Arguments.args, **named: Arguments.kwargs) -> Value:
        form = _taken.get(name, numpy_form)
        return cast("Value", form(*arguments, **named))

    return either_form


def take_if_worth(cells: int) -> bool:
    """Take the compiled forms for the rest of this process if a run is large enough; say whether they are in use.

    Parameters
    ----------
    cells
        Lanes times arms times months of the run.
    """
    wish = os.environ.get(SWITCH)
    if wish == "0" or (wish != "1" and cells < WORTH_LOADING) or find_spec("numba") is None:
        return bool(_taken)
    for name, module in _with_two_forms.items():
        home = import_module(f"{__name__}.{module.rpartition('.')[2]}")
        _taken[name] = getattr(home, name.rpartition(".")[2].lstrip("_"))
    return True


def give_up() -> None:
    """Go back to the NumPy forms."""
    _taken.clear()
