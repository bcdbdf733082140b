"""Saving a result and reading it back."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from leaksim.errors import InputError
from leaksim.store.atomic import replace_files
from leaksim.store.formats import csv_bytes, parquet_bytes, read_csv, read_parquet
from leaksim.store.manifest import Facts, common_facts, facts_of

if TYPE_CHECKING:
    import pandas as pd

    from leaksim.simulation import Result

MANIFEST = "manifest.json"
TRACE = "trace.csv"
RUN_FILES = (MANIFEST, "summary.csv", "monthly.csv", "replications.parquet", "bands.parquet", TRACE)
"""All files that a run may consist of."""

FORMAT = 1
"""Version of what a folder holds; raised when older readers would misunderstand it."""

_REMEDY = "run the scenario again"


class RunError(InputError):
    """A folder does not hold a whole run, or somebody changed it."""


@dataclass(frozen=True)
class SavedRun:
    """A run that was read from disk."""

    folder: Path
    manifest: Facts
    """What was asked, with which software, and where and when it ran."""
    table: pd.DataFrame
    """The headline outcomes; see `leaksim.simulation.Result` for all four tables."""
    monthly: pd.DataFrame
    replications: pd.DataFrame
    bands: pd.DataFrame
    trace: pd.DataFrame | None
    """How the interval narrowed, where the scenario asked for a half-width."""


def save_run(result: Result, out: Path, *, file: Path | None = None) -> Path:
    """Save a result in a folder named after its scenario; an older run in it is replaced.

    Parameters
    ----------
    out
        The folder that holds the folders of runs.
    file
        The file of the scenario; the manifest keeps its name.

    Returns
    -------
    Path
        The folder of the run.

    Raises
    ------
    CannotWriteError
        When the disk refuses.
    """
    contents = {
        "summary.csv": csv_bytes(result.table),
        "monthly.csv": csv_bytes(result.monthly),
        "replications.parquet": parquet_bytes(result.replications),
        "bands.parquet": parquet_bytes(result.bands),
        **({TRACE: csv_bytes(result.precision.trace)} if result.precision else {}),
    }
    manifest = {
        "format": FORMAT,
        **common_facts(),
        **facts_of(result, file),
        "files": {name: _digest(content) for name, content in contents.items()},
    }
    text = json.dumps(manifest, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    folder = out / result.plan.scenario.name
    replace_files(folder, {**contents, MANIFEST: f"{text}\n".encode()}, gone={TRACE} - contents.keys())
    return folder


def load_run(folder: str | Path) -> SavedRun:
    """Read a run and make sure that it is whole and unchanged.

    Raises
    ------
    RunError
        When the manifest is missing or unreadable, or a file is not the one that the manifest speaks of.
    """
    folder = Path(folder)
    manifest = manifest_in(folder)
    contents = {name: _content(folder, name) for name in manifest["files"]}
    altered = [name for name, digest in manifest["files"].items() if _digest(contents[name]) != digest]
    if altered:
        raise RunError(f"{folder}: {', '.join(altered)} is not as leaksim wrote it; {_REMEDY}")
    return SavedRun(
        folder,
        manifest,
        table=read_csv(contents["summary.csv"]),
        monthly=read_csv(contents["monthly.csv"]),
        replications=read_parquet(contents["replications.parquet"]),
        bands=read_parquet(contents["bands.parquet"]),
        trace=read_csv(contents[TRACE]) if TRACE in contents else None,
    )


def manifest_in(folder: Path) -> Facts:
    """Read the manifest of a run.

    Raises
    ------
    RunError
        When it is missing or unreadable, or another version of leaksim wrote it.
    """
    text = _content(folder, MANIFEST)
    try:
        manifest: Facts = json.loads(text)
        found = manifest["format"]
    except (ValueError, KeyError, TypeError):
        raise RunError(f"{folder}: {MANIFEST} is not as leaksim wrote it; {_REMEDY}") from None
    if found != FORMAT:
        raise RunError(f"{folder}: another version of leaksim wrote this (format {found}, not {FORMAT}); {_REMEDY}")
    return manifest


def _content(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError:
        raise RunError(f"{folder} does not hold a whole run: there is no {name}; {_REMEDY}") from None


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
