"""Uniforms, of which a run draws more than of all else."""

from __future__ import annotations

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.model.compiled import has_compiled_form


@has_compiled_form
def uniforms(generator: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Draw uniforms on [0, 1)."""
    return generator.random(shape)
