"""The headline outcomes of saved runs, also of those of which only the table is left."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leaksim.errors import InputError
from leaksim.outcomes.table import COLUMNS
from leaksim.store.formats import read_csv
from leaksim.store.manifest import Facts
from leaksim.store.runs import MANIFEST, SUMMARY, RunError, digest_of, manifest_in

if TYPE_CHECKING:
    import pandas as pd


class SummaryError(InputError):
    """Tables of results cannot be read."""


@dataclass(frozen=True)
class SavedSummary:
    """The table of a saved run, and its manifest if that was kept: under version control often only the table is."""

    folder: Path
    content: bytes
    """The file as it is."""
    manifest: Facts | None

    @property
    def table(self) -> pd.DataFrame:
        """The headline outcomes, with the columns of `leaksim.outcomes.table.COLUMNS`."""
        return read_csv(self.content)

    @property
    def rows(self) -> list[dict[str, str]]:
        """The rows with every cell as it is written."""
        return text_rows(self.content)

    @property
    def scenario(self) -> str:
        """Name of the scenario."""
        return self.rows[0]["scenario"]

    @property
    def digest(self) -> str:
        """SHA-256 of the table: two runs with the same digest have the same numbers."""
        return digest_of(self.content)

    def asked(self, word: str) -> Any:
        """Return what the manifest says was asked of the run (`seed`, ...); None without a manifest."""
        return None if self.manifest is None else self.manifest["run"][word]


def read_summary(folder: Path) -> SavedSummary:
    """Read the table of one run.

    Raises
    ------
    SummaryError
        When there is none, it is not a tidy table, or it is not the one that the manifest speaks of.
    """
    try:
        content = (folder / SUMMARY).read_bytes()
        manifest = manifest_in(folder) if (folder / MANIFEST).exists() else None
    except (OSError, RunError) as error:
        reason = f"there is no {SUMMARY}" if isinstance(error, OSError) else str(error)
        raise SummaryError(f"{folder} holds no run: {reason}") from None
    problem = problem_of(content)
    if problem:
        raise SummaryError(f"{folder / SUMMARY}: {problem}; run the scenario again")
    found = SavedSummary(folder, content, manifest)
    if manifest is not None and manifest["files"].get(SUMMARY) != found.digest:
        raise SummaryError(f"{folder / SUMMARY} is not as its {MANIFEST} says; run the scenario again")
    return found


def read_summaries(paths: Iterable[Path]) -> list[SavedSummary]:
    """Read the tables of runs, each path a folder of a run or a folder of such folders.

    Raises
    ------
    SummaryError
        With everything that is wrong: no run in a folder, a table that cannot be read, two runs of one scenario.
    """
    folders: dict[Path, None] = {}
    problems = []
    for path in paths:
        inside = [path] if (path / SUMMARY).exists() else sorted(file.parent for file in path.glob(f"*/{SUMMARY}"))
        if not inside:
            what = "is not a folder" if not path.is_dir() else f"holds no run: no {SUMMARY} in it or in its folders"
            problems.append(f"{path} {what}; `leaksim run` writes one")
        folders.update(dict.fromkeys(inside))
    found: dict[str, SavedSummary] = {}
    for folder in folders:
        try:
            summary = read_summary(folder)
        except SummaryError as error:
            problems.append(str(error))
            continue
        if summary.scenario in found:
            problems.append(f"{folder} and {found[summary.scenario].folder} are runs of the same scenario; name one")
        found.setdefault(summary.scenario, summary)
    if problems:
        raise SummaryError("\n".join(problems))
    return list(found.values())


def text_rows(content: bytes) -> list[dict[str, str]]:
    """Return the rows of a table with every cell as it is written."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def problem_of(content: bytes) -> str:
    """Say what keeps a file from being a tidy table; nothing if it is one."""
    try:
        rows = text_rows(content)
    except (UnicodeDecodeError, csv.Error):
        return "not a table"
    if not rows:
        return "there is no row in it"
    missing = [name for name in COLUMNS if name not in rows[0]]
    if missing:
        return f"the columns {', '.join(missing)} are missing"
    for line, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            return f"line {line} has not as many cells as the first line"
        for column in ("estimate", "low", "high", "replications", "draws"):
            if not _is_number(row[column]):
                return f"line {line}: the {column} is not a number: {row[column]!r}"
    return ""


def _is_number(text: str) -> bool:
    try:
        return not text or float(text) is not None
    except ValueError:
        return False
