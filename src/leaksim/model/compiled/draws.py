"""Compiled form of `leaksim.model.draws`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from leaksim.engine.lanes import Floats
from leaksim.model.compiled.kernel import lean_kernel

_STEP = 2.0**-53
"""Between two neighbouring uniforms."""


def uniforms(generator: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Go through the draws at one stretch: NumPy calls a function for each, which reads and writes the state."""
    draws, whole = np.empty(shape), generator.bit_generator.state
    _fill(whole["state"]["state"], draws.reshape(-1))
    generator.bit_generator.state = whole
    return draws


@lean_kernel
def _fill(state: npt.NDArray[np.uint64], draws: Floats) -> None:
    """Let the generator SFC64, whose numbers NumPy keeps as they are, go on from its state."""
    a, b, c, counter = state
    for place in range(draws.size):
        drawn = a + b + counter
        counter += np.uint64(1)
        a = b ^ (b >> np.uint64(11))
        b = c + (c << np.uint64(3))
        c = ((c << np.uint64(24)) | (c >> np.uint64(40))) + drawn
        draws[place] = np.int64(drawn >> np.uint64(11)) * _STEP
    state[:] = a, b, c, counter
