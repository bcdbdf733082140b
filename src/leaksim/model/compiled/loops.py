"""NumPy's own exponentials and logarithms, called from kernels: others differ in the last bit.

NumPy shows compilers the loops behind its functions (`numpy.ufunc._get_strided_loop`). How it does so may change with
its versions; the name of the capsule says whether it has.
"""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.extending import intrinsic

from leaksim.engine.lanes import Floats
from leaksim.model.compiled.kernel import kernel

_CAPSULE = b"numpy_1.24_ufunc_call_info"

WORDS = 5
"""What a loop is told: from where, to where, how many, and in which strides."""

Addresses = npt.NDArray[np.intp]
"""Where in memory NumPy's loop, its context and its own data are."""


class _CallInfo(ctypes.Structure):
    _fields_ = (("loop", ctypes.c_void_p), ("context", ctypes.c_void_p), ("data", ctypes.c_void_p))


def _loop_of(function: np.ufunc) -> Addresses:
    double = np.dtype(np.float64)
    pointer_in = ctypes.pythonapi.PyCapsule_GetPointer
    pointer_in.restype, pointer_in.argtypes = ctypes.c_void_p, (ctypes.py_object, ctypes.c_char_p)
    try:
        _, capsule = function._resolve_dtypes_and_context((double, None))  # type: ignore[attr-defined]
        function._get_strided_loop(capsule, fixed_strides=(double.itemsize, double.itemsize))  # type: ignore[attr-defined]
        found = _CallInfo.from_address(pointer_in(capsule, _CAPSULE))
    except (AttributeError, ValueError) as error:
        raise ImportError("this version of NumPy shows its loops in another way") from error
    _kept.append(capsule)
    return np.array([found.loop, found.context, found.data or 0], dtype=np.intp)


_kept: list[object] = []
"""What the addresses point to lives as long as the capsules do."""

EXP, LOG = _loop_of(np.exp), _loop_of(np.log)


def _typed_call(
    _typing: object, loop: object, context: object, data: object, dimensions: object, strides: object, own: object
) -> Any:
    pointer = ir.IntType(8).as_pointer()
    loop_type = ir.FunctionType(ir.IntType(32), [pointer] * 5)

    def generate(_context: object, builder: Any, _signature: object, arguments: Any) -> Any:
        address, *others = arguments
        function = builder.inttoptr(address, loop_type.as_pointer())
        return builder.call(function, [builder.inttoptr(each, pointer) for each in others])

    return types.int32(*[types.intp] * 6), generate


_call: Any = intrinsic(_typed_call)
"""Call a loop at an address, with addresses for arguments."""


@kernel
def apply(loop: Addresses, values: Floats, number: int, words: Addresses) -> None:
    """Replace the first values, which lie together, by a function of them.

    Parameters
    ----------
    loop
        `EXP` or `LOG`.
    words
        Room for `WORDS`.
    """
    words[0] = words[1] = values.ctypes.data
    words[2] = number
    words[3] = words[4] = values.itemsize
    start = words.ctypes.data
    _call(loop[0], loop[1], start, start + 2 * words.itemsize, start + 3 * words.itemsize, loop[2])
