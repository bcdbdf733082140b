"""Comparisons and attributions on disk: a tidy table, the same for reading, and a manifest that says what was run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from leaksim.outcomes.comparison import COMPARISON_COLUMNS
from leaksim.outcomes.table import COLUMNS
from leaksim.scenario.schema import Scenario
from leaksim.store.atomic import replace_files
from leaksim.store.formats import csv_bytes, read_csv
from leaksim.store.manifest import Facts, common_facts
from leaksim.store.runs import FORMAT, RunError, content_of, digest_of, facts_in, json_bytes

if TYPE_CHECKING:
    import pandas as pd

ATTRIBUTION, COMPARISON = "attribution.csv", "comparison.csv"
"""Tables that `leaksim attribute --out` and `leaksim compare --out` write."""


@dataclass(frozen=True)
class SavedStudy:
    """A comparison or an attribution that was read from disk."""

    file: Path
    """The table."""
    content: bytes
    """The table as it is."""
    table: pd.DataFrame
    manifest: Facts | None
    """None where only the table was kept."""

    @property
    def reference(self) -> str:
        """Name of the scenario from which differences are taken; empty for an attribution."""
        return next(filter(None, self.table["reference"]), "") if "reference" in self.table else ""

    @property
    def scenarios(self) -> list[str]:
        """Names of the scenarios, the reference first."""
        return sorted(dict.fromkeys(self.table["scenario"]), key=lambda name: name != self.reference)


def save_study(
    out: Path,
    name: str,
    table: pd.DataFrame,
    text: str,
    scenarios: Sequence[Scenario],
    files: Mapping[str, Path | None],
    *,
    seed: int,
    more: Mapping[str, bytes] | None = None,
) -> None:
    """Write a comparison or an attribution into a folder.

    Parameters
    ----------
    name
        `COMPARISON` or `ATTRIBUTION`.
    text
        The same for readers, in Markdown.
    scenarios, files
        As they were run, and the file of each by name.
    more
        Further files that belong to it, by name.

    Raises
    ------
    CannotWriteError
        When the disk refuses.
    """
    facts = common_facts()
    del facts["software"]["git"]
    content = csv_bytes(table)
    manifest = {
        "format": FORMAT,
        **facts,
        "scenarios": {each.name: _facts_of(each, files.get(each.name)) for each in scenarios},
        "run": {"seed": seed, "replications": int(table["replications"].max()), "draws": int(table["draws"].max())},
        "files": {name: digest_of(content)},
    }
    stem = Path(name).stem
    written = {**(more or {}), name: content, f"{stem}.md": text.encode(), _manifest_of(name): json_bytes(manifest)}
    replace_files(out, written)


def _facts_of(scenario: Scenario, file: Path | None) -> Facts:
    return {
        "name": scenario.name,
        "title": scenario.title,
        "file": None if file is None else file.name,
        "digest": scenario.digest,
        "settings": scenario.run.model_dump(mode="json", by_alias=True),
    }


def _manifest_of(name: str) -> str:
    return f"{Path(name).stem}.manifest.json"


def read_study(file: Path) -> SavedStudy:
    """Read a comparison or an attribution.

    Raises
    ------
    RunError
        When it is not as leaksim wrote it.
    """
    import pandas as pd

    folder, name = file.parent, file.name
    content = content_of(folder, name)
    columns = list(COMPARISON_COLUMNS if name == COMPARISON else COLUMNS)
    try:
        table = read_csv(content)
        for column in columns[len(COLUMNS) + 1 :]:
            table[column] = pd.to_numeric(table[column].replace("", np.nan))
    except (ValueError, KeyError) as error:
        raise RunError(f"{file} cannot be read: {error}") from None
    if list(table.columns) != columns or table.empty:
        raise RunError(f"{file} is not as leaksim wrote it; write it again")
    manifest = None
    if (folder / _manifest_of(name)).exists():
        manifest = facts_in(folder, _manifest_of(name))
        if manifest["files"].get(name) != digest_of(content):
            raise RunError(f"{file} is not as its {_manifest_of(name)} says; write it again")
    return SavedStudy(file, content, table, manifest)


def study_files(path: Path) -> list[Path]:
    """Return the comparisons and attributions in a folder and in its folders, in alphabetical order."""
    found = (path.glob(f"{deeper}{name}") for deeper in ("", "*/") for name in (ATTRIBUTION, COMPARISON))
    return sorted(file for files in found for file in files)
