"""Waves on disk: each is there whole or not at all, and the next follows from it to the last bit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from leaksim.calibration.problem import Problem
from leaksim.calibration.waves import Cloud, Wave
from leaksim.errors import InputError
from leaksim.store.atomic import replace_files
from leaksim.store.formats import parquet_bytes, read_parquet

if TYPE_CHECKING:
    import pandas as pd

ASKED = "asked.json"
"""What a folder of waves was asked for."""

_SIMULATED, _IMPLAUSIBILITY = "simulated.", "implausibility."

_FACTS = ("number", "bound", "power", "space", "space_variance", "stretch", "accepted", "settled")


class OtherCalibrationError(InputError):
    """A folder holds a calibration that was asked for something else."""


def json_bytes(document: Mapping[str, Any]) -> bytes:
    """Write a document of plain data; numbers come back exactly."""
    return (json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def claim(folder: Path, asked: Mapping[str, Any]) -> None:
    """Make a folder that of a calibration, or make sure that it is.

    Raises
    ------
    OtherCalibrationError
        When what was asked there is something else.
    """
    file = folder / ASKED
    if not file.exists():
        replace_files(folder, {ASKED: json_bytes(asked)})
        return
    there = json.loads(file.read_text(encoding="utf-8"))
    other = [name for name, value in asked.items() if there.get(name) != value]
    if other:
        told = ", ".join(f"{name} ({there.get(name)} there, {asked[name]} asked)" for name in other)
        raise OtherCalibrationError(f"{folder} holds a calibration with another {told}; choose another --out")


def save(folder: Path, problem: Problem, wave: Wave) -> None:
    """Write a wave."""
    facts = {name: getattr(wave, name) for name in _FACTS}
    facts["bound"] = None if wave.bound == inf else wave.bound
    name = _name(wave.number)
    replace_files(
        folder, {f"{name}.parquet": parquet_bytes(table_of(problem, wave.cloud)), f"{name}.json": json_bytes(facts)}
    )


def saved(folder: Path, problem: Problem) -> list[Wave]:
    """Read all waves that follow each other from the first."""
    waves: list[Wave] = []
    # The facts appear last: where they are, the points are.
    while (file := folder / f"{_name(len(waves) + 1)}.json").exists():
        facts = json.loads(file.read_text(encoding="utf-8"))
        facts["bound"] = inf if facts["bound"] is None else facts["bound"]
        table = read_parquet(file.with_suffix(".parquet").read_bytes())
        waves.append(Wave(**facts, cloud=_cloud(problem, table)))
    return waves


def _name(number: int) -> str:
    return f"wave_{number:02d}"


def table_of(problem: Problem, cloud: Cloud) -> pd.DataFrame:
    """Return points as a table: places of parameters in their priors, and how far each pattern is."""
    import pandas as pd

    columns = dict(zip(problem.priors, cloud.places.T, strict=True))
    for beginning, values in ((_SIMULATED, cloud.simulated), (_IMPLAUSIBILITY, cloud.implausibility)):
        columns |= {f"{beginning}{name}": each for name, each in zip(problem.patterns, values, strict=True)}
    return pd.DataFrame({**columns, "closeness": cloud.closeness, "ancestor": cloud.ancestor})


def _cloud(problem: Problem, table: pd.DataFrame) -> Cloud:
    simulated, implausibility = (
        np.array([table[f"{beginning}{name}"] for name in problem.patterns]).astype(np.float64)
        for beginning in (_SIMULATED, _IMPLAUSIBILITY)
    )
    # Row by row in memory, as it was made: sums depend on it in their last bits.
    places = np.ascontiguousarray(np.array([table[name] for name in problem.priors], dtype=np.float64).T)
    closeness = table["closeness"].to_numpy(dtype=np.float64, copy=True)
    ancestor = table["ancestor"].to_numpy(dtype=np.intp, copy=True)
    return Cloud(places, simulated, implausibility, closeness, ancestor)
