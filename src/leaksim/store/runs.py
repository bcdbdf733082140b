"""Saving a result and reading it back."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from io import BufferedIOBase, BufferedRandom
from pathlib import Path
from typing import TYPE_CHECKING

from leaksim.errors import InputError
from leaksim.store.atomic import Content, replace_files
from leaksim.store.formats import csv_bytes, parquet_bytes, read_csv, read_parquet, write_parquet
from leaksim.store.manifest import Facts, common_facts, facts_of, merged, split

if TYPE_CHECKING:
    import pandas as pd

    from leaksim.simulation import Result

MANIFEST, RECORD = "manifest.json", "record.json"
"""What identifies a run, the same on every machine, to be kept under version control; and the rest that is known of it:
the scenario in full, the revision, where and when it ran."""

SUMMARY, MONTHLY = "summary.csv", "monthly.csv"
REPLICATIONS, BANDS = "replications.parquet", "bands.parquet"
TRACE = "trace.csv"
RUN_FILES = (MANIFEST, RECORD, SUMMARY, MONTHLY, REPLICATIONS, BANDS, TRACE)
"""All files that a run may consist of."""

FORMAT = 2
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
    digests: dict[str, str] = {}

    def write_replications(file: BufferedRandom) -> None:
        write_parquet(result.replications, file)
        digests[REPLICATIONS] = digest_of(file)

    contents = {
        SUMMARY: csv_bytes(result.table),
        MONTHLY: csv_bytes(result.monthly),
        BANDS: parquet_bytes(result.bands),
        **({TRACE: csv_bytes(result.precision.trace)} if result.precision else {}),
    }
    facts, record = split({**common_facts(), **facts_of(result, file)})
    digests |= {name: digest_of(content) for name, content in contents.items()}

    def write_manifest(file: BufferedRandom) -> None:
        file.write(json_bytes({"format": FORMAT, **facts, "files": digests}))

    # Straight to the disk, since the totals of many lanes would fill the memory once more.
    documents: dict[str, Content] = {RECORD: json_bytes(record), MANIFEST: write_manifest}
    folder = out / result.plan.scenario.name
    replace_files(folder, {REPLICATIONS: write_replications, **contents, **documents}, gone={TRACE} - contents.keys())
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
    contents = {name: content_of(folder, name) for name in (RECORD, *manifest["files"]) if name != REPLICATIONS}
    digests = {name: digest_of(content) for name, content in contents.items()}
    digests[REPLICATIONS] = _digest_in(folder, REPLICATIONS)
    altered = [name for name, digest in manifest["files"].items() if digests[name] != digest]
    if altered:
        raise RunError(f"{folder}: {', '.join(altered)} is not as leaksim wrote it; {_REMEDY}")
    return SavedRun(
        folder,
        manifest,
        table=read_csv(contents[SUMMARY]),
        monthly=read_csv(contents[MONTHLY]),
        replications=read_parquet(folder / REPLICATIONS),
        bands=read_parquet(contents[BANDS]),
        trace=read_csv(contents[TRACE]) if TRACE in contents else None,
    )


def manifest_in(folder: Path) -> Facts:
    """Read the manifest of a run, with what its record adds.

    Without a record, as from version control, the content of the scenario, the revision and what is volatile are None.

    Raises
    ------
    RunError
        When it is missing or unreadable, or another version of leaksim wrote it.
    """
    manifest = facts_in(folder, MANIFEST)
    record = _read(folder, RECORD) if (folder / RECORD).exists() else {}
    try:
        return merged(manifest, record)
    except (KeyError, TypeError):
        raise _unlike(folder, MANIFEST) from None


def facts_in(folder: Path, name: str) -> Facts:
    """Read a manifest as it is written.

    Raises
    ------
    RunError
        When it is missing or unreadable, or another version of leaksim wrote it.
    """
    facts = _read(folder, name)
    if "format" not in facts:
        raise _unlike(folder, name)
    if facts["format"] != FORMAT:
        raise RunError(
            f"{folder}: another version of leaksim wrote this (format {facts['format']}, not {FORMAT}); {_REMEDY}"
        )
    return facts


def _read(folder: Path, name: str) -> Facts:
    try:
        found: Facts = json.loads(content_of(folder, name))
        found.keys()
    except (ValueError, AttributeError):
        raise _unlike(folder, name) from None
    return found


def _unlike(folder: Path, name: str) -> RunError:
    return RunError(f"{folder}: {name} is not as leaksim wrote it; {_REMEDY}")


def content_of(folder: Path, name: str) -> bytes:
    """Read a file of a run.

    Raises
    ------
    RunError
        When it is not there.
    """
    try:
        return (folder / name).read_bytes()
    except OSError:
        raise _missing(folder, name) from None


def _digest_in(folder: Path, name: str) -> str:
    try:
        with (folder / name).open("rb") as file:
            return digest_of(file)
    except OSError:
        raise _missing(folder, name) from None


def _missing(folder: Path, name: str) -> RunError:
    return RunError(f"{folder} does not hold a whole run: there is no {name}; {_REMEDY}")


def json_bytes(facts: Facts) -> bytes:
    """Write facts as JSON, the same bytes for the same facts."""
    return f"{json.dumps(facts, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)}\n".encode()


def digest_of(content: bytes | BufferedIOBase) -> str:
    """Return the SHA-256 of a file, or of its content."""
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    content.seek(0)
    return hashlib.file_digest(content, "sha256").hexdigest()
