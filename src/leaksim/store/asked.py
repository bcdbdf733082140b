"""What blocks depend on, except the software: the part of what is asked that their numbers follow from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from leaksim.plan import Plan
from leaksim.scenario.schema import Scenario
from leaksim.store.blocks import Facts

_NO_PART = frozenset({"name", "title", "description", "references", "run", "expect"})
"""Fields of a scenario that the model does not see, or of which a plan says what has become of them."""


def of_scenario(scenario: Scenario) -> Facts:
    """Return what the model sees of a scenario, as plain data."""
    return scenario.model_dump(mode="json", by_alias=True, exclude=set(_NO_PART))


def of_plan(planned: Plan) -> Facts:
    """Return what each block of a plan depends on; not how many there are."""
    return {
        "scenario": of_scenario(planned.scenario),
        "seed": planned.seed,
        "draws": planned.draws,
        "deterministic": planned.deterministic,
        "arms": [[arm.name, arm.measured, sorted(arm.channels)] for arm in planned.arms],
    }


def of_arrays(arrays: Mapping[str, npt.NDArray[Any]]) -> str:
    """Return the SHA-256 of arrays and their names."""
    total = hashlib.sha256()
    for name, array in sorted(arrays.items()):
        total.update(f"{name} {array.dtype.str} {array.shape}\n".encode() + np.ascontiguousarray(array).tobytes())
    return total.hexdigest()
