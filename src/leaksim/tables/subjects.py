"""What a table speaks of: scenarios with their results, whether just run or read from disk."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from leaksim.errors import InputError
from leaksim.evidence.registry import load_registry
from leaksim.outcomes.comparison import COMPARISON_COLUMNS
from leaksim.outcomes.table import COLUMNS
from leaksim.scenario.schema import Scenario
from leaksim.store.formats import read_csv
from leaksim.store.runs import MANIFEST, RunError, load_run, manifest_in
from leaksim.version import __version__

if TYPE_CHECKING:
    import pandas as pd

    from leaksim.attribution import Attribution
    from leaksim.comparing import Comparison
    from leaksim.simulation import Result

ATTRIBUTION, COMPARISON = "attribution.csv", "comparison.csv"
"""Files that `leaksim attribute --out` and `leaksim compare --out` write."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class NothingToShowError(InputError):
    """A folder or a file does not hold what a table needs."""


@dataclass(frozen=True)
class Subject:
    """A scenario, and its results where it has been run."""

    where: str
    """Folder or file, as it was given."""
    name: str
    title: str
    scenario: Scenario | None
    """None where only a table is left of it."""
    table: pd.DataFrame | None
    """Rows of the tidy table; None where nothing has been run."""
    seed: int | None = None
    monthly: pd.DataFrame | None = None
    version: str = __version__
    """Of the leaksim that made the numbers."""
    evidence: str = ""
    """SHA-256 of the evidence on which they rest."""


def of_scenario(scenario: Scenario, where: str) -> Subject:
    """Return a scenario that is not run."""
    return Subject(where, scenario.name, scenario.title, scenario, None, evidence=load_registry().digest)


def of_result(result: Result, where: str = "") -> Subject:
    """Return a scenario that was just run."""
    scenario = result.plan.scenario
    evidence = load_registry().digest
    return Subject(
        where or scenario.name,
        scenario.name,
        scenario.title,
        scenario,
        result.table,
        result.plan.seed,
        result.monthly,
        evidence=evidence,
    )


def of_attribution(attribution: Attribution, where: str = "") -> Subject:
    """Return a scenario whose leakage was just attributed."""
    scenario, seed = attribution.plan.scenario, attribution.plan.seed
    evidence = load_registry().digest
    return Subject(
        where or scenario.name, scenario.name, scenario.title, scenario, attribution.table, seed, evidence=evidence
    )


def of_comparison(comparison: Comparison, where: dict[str, str] | None = None) -> list[Subject]:
    """Return scenarios that were just compared, the reference first."""
    evidence = load_registry().digest
    in_order = sorted(comparison.scenarios, key=lambda scenario: scenario.name != comparison.reference)
    return [
        Subject(
            (where or {}).get(each.name, each.name),
            each.name,
            each.title,
            each,
            comparison.table[comparison.table["scenario"] == each.name],
            each.run.seed,
            evidence=evidence,
        )
        for each in in_order
    ]


def of_run(folder: Path) -> Subject:
    """Read a saved run.

    Raises
    ------
    RunError
        When the folder does not hold a whole run, or one of another version of leaksim.
    """
    run = load_run(folder)
    scenario = _scenario_in(run.manifest, folder)
    return Subject(
        folder.as_posix(),
        scenario.name,
        scenario.title,
        scenario,
        run.table,
        run.manifest["run"]["seed"],
        run.monthly,
        run.manifest["software"]["leaksim"],
        run.manifest["evidence"],
    )


def of_tables(folder: Path, file: str) -> list[Subject]:
    """Read what `leaksim attribute` or `leaksim compare` has written, the reference first.

    Raises
    ------
    NothingToShowError
        When the file is not as leaksim wrote it.
    """
    import pandas as pd

    columns = list(COMPARISON_COLUMNS if file == COMPARISON else COLUMNS)
    try:
        table = read_csv((folder / file).read_bytes())
    except (OSError, ValueError) as error:
        raise NothingToShowError(f"{folder / file} cannot be read: {error}") from None
    if list(table.columns) != columns or table.empty:
        raise NothingToShowError(f"{folder / file} is not as leaksim wrote it; write it again")
    for name in COMPARISON_COLUMNS[-3:] if file == COMPARISON else ():
        table[name] = pd.to_numeric(table[name])
    references = set(table["reference"]) if file == COMPARISON else set()
    names = sorted(dict.fromkeys(table["scenario"]), key=lambda name: name not in references)
    return [Subject((folder / file).as_posix(), name, name, None, table[table["scenario"] == name]) for name in names]


def run_folders(folder: Path) -> list[Path]:
    """Return the folders of runs that a folder is or holds, in alphabetical order."""
    if (folder / MANIFEST).is_file():
        return [folder]
    return sorted(inside.parent for inside in folder.glob(f"*/{MANIFEST}"))


def unlike(subjects: Iterable[Subject]) -> list[str]:
    """Return the names that more than one of the subjects has."""
    names = [subject.name for subject in subjects]
    return sorted({name for name in names if names.count(name) > 1})


def titles(subjects: Sequence[Subject]) -> list[str]:
    """Return the titles, with the name where two scenarios have the same one."""
    every = [subject.title for subject in subjects]
    return [f"{each.title} ({each.name})" if every.count(each.title) > 1 else each.title for each in subjects]


def scenario_of_run(folder: Path) -> Scenario:
    """Return the scenario of a saved run.

    Raises
    ------
    RunError
        When the folder does not hold a run, or one of another version of leaksim.
    """
    return _scenario_in(manifest_in(folder), folder)


def _scenario_in(manifest: dict[str, Any], folder: Path) -> Scenario:
    try:
        scenario = Scenario.model_validate(_with_dates(manifest["scenario"]["content"]))
    except (ValidationError, KeyError):
        scenario = None
    if scenario is None or scenario.digest != manifest["scenario"]["digest"]:
        raise RunError(f"{folder}: another version of leaksim wrote this scenario; run the scenario again")
    return scenario


def _with_dates(value: Any) -> Any:
    """Turn text that JSON has in place of dates into dates again."""
    if isinstance(value, dict):
        return {key: _with_dates(inside) for key, inside in value.items()}
    if isinstance(value, list):
        return [_with_dates(inside) for inside in value]
    return date.fromisoformat(value) if isinstance(value, str) and _DAY.fullmatch(value) else value


def table_rows(subject: Subject, *, monthly: bool) -> Iterator[dict[str, Any]]:
    """Yield the rows of a subject as plain mappings, with the monthly ones if they are wanted."""
    for table in (subject.table, subject.monthly if monthly else None):
        if table is not None:
            yield from ({str(column): value for column, value in row.items()} for row in table.to_dict("records"))
