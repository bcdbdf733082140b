"""What a table speaks of: scenarios with their results, whether just run or read from disk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leaksim.errors import InputError
from leaksim.evidence.registry import load_registry
from leaksim.scenario.schema import Scenario
from leaksim.store.formats import read_csv
from leaksim.store.manifest import Facts
from leaksim.store.runs import MANIFEST, MONTHLY, SUMMARY, RunError, content_of, digest_of, manifest_in
from leaksim.store.studies import read_study
from leaksim.tables.kept_scenarios import kept_scenario
from leaksim.version import __version__

if TYPE_CHECKING:
    import pandas as pd

    from leaksim.attribution import Attribution
    from leaksim.comparing import Comparison
    from leaksim.simulation import Result


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
    """Read a saved run, of which the summary and the manifest are enough.

    Raises
    ------
    RunError
        When the folder does not hold a run, or one of another version of leaksim.
    """
    manifest = manifest_in(folder)
    table, monthly = _table_in(folder, SUMMARY, manifest), None
    if (folder / MONTHLY).exists():
        monthly = _table_in(folder, MONTHLY, manifest)
    about = manifest["scenario"]
    return Subject(
        folder.as_posix(),
        about["name"],
        about["title"],
        kept_scenario(about, folder),
        table,
        manifest["run"]["seed"],
        monthly,
        manifest["software"]["leaksim"],
        manifest["evidence"],
    )


def _table_in(folder: Path, name: str, manifest: Facts) -> pd.DataFrame:
    content = content_of(folder, name)
    if manifest["files"].get(name) != digest_of(content):
        raise RunError(f"{folder}: {name} is not as leaksim wrote it; run the scenario again")
    return read_csv(content)


def of_study(file: Path) -> list[Subject]:
    """Read what `leaksim attribute` or `leaksim compare` has written, the reference first.

    Raises
    ------
    RunError
        When it is not as leaksim wrote it.
    """
    study = read_study(file)
    made = study.manifest
    subjects = []
    for name in study.scenarios:
        rows = study.table[study.table["scenario"] == name]
        bare = Subject(file.as_posix(), name, name, None, rows)
        if made is not None:
            about = made["scenarios"][name]
            bare = replace(
                bare,
                title=about["title"],
                scenario=kept_scenario(about, file.parent),
                seed=made["run"]["seed"],
                version=made["software"]["leaksim"],
                evidence=made["evidence"],
            )
        subjects.append(bare)
    return subjects


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


def table_rows(subject: Subject, *, monthly: bool) -> Iterator[dict[str, Any]]:
    """Yield the rows of a subject as plain mappings, with the monthly ones if they are wanted."""
    for table in (subject.table, subject.monthly if monthly else None):
        if table is not None:
            yield from ({str(column): value for column, value in row.items()} for row in table.to_dict("records"))
