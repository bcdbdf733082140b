"""From the files and folders that a table shall speak of to scenarios with their results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from leaksim.engine.executor import Jobs
from leaksim.scenario.files import NoScenarioFilesError, scenario_files
from leaksim.scenario.loading import load, load_scenario
from leaksim.scenario.problems import Problem, ScenarioProblems
from leaksim.scenario.schema import Scenario
from leaksim.store.studies import ATTRIBUTION, COMPARISON
from leaksim.tables.layout import Layout, OutcomeLayout
from leaksim.tables.subjects import (
    NothingToShowError,
    Subject,
    of_attribution,
    of_comparison,
    of_result,
    of_run,
    of_scenario,
    of_study,
    run_folders,
)

_SAVED_TABLE = {"attribution": ATTRIBUTION, "comparison": COMPARISON}
"""What `leaksim attribute` and `leaksim compare` leave in a folder, by what a layout is a table of."""

_COMMANDS = {"attribution": "leaksim attribute", "comparison": "leaksim compare"}


@dataclass(frozen=True)
class HowToRun:
    """How scenario files are run first."""

    reference: str | None = None
    replications: int | None = None
    seed: int | None = None
    jobs: Jobs = 1
    progress: Callable[[int, int], None] | None = None


def gathered(layout: Layout, paths: Sequence[Path], how: HowToRun) -> list[Subject]:
    """Read what there is and run the rest.

    Everything is read before anything is run.

    Raises
    ------
    ScenarioProblems
        When scenario files are wrong; it lists all that is wrong.
    RunError
        When a folder does not hold a whole run.
    NothingToShowError
        When a path holds nothing for this layout.
    """
    read: dict[Path, list[Subject] | Scenario] = {}
    problems: list[Problem] = []
    for path in paths:
        try:
            read |= _read(layout, path)
        except ScenarioProblems as error:
            problems += error.problems
    if problems:
        raise ScenarioProblems(problems)
    to_run = {path: found for path, found in read.items() if isinstance(found, Scenario)}
    if layout.of == "comparison":
        return _compared(layout, read, to_run, how)
    run = dict(zip(to_run, _run(layout, to_run, how), strict=True))
    return [
        subject for path, found in read.items() for subject in ([run[path]] if isinstance(found, Scenario) else found)
    ]


def _read(layout: Layout, path: Path) -> dict[Path, list[Subject] | Scenario]:
    if not path.is_dir():
        return {path: load_scenario(path)}
    saved = _SAVED_TABLE.get(layout.of)
    if saved is not None and (path / saved).is_file():
        return {path: of_study(path / saved)}
    runs = run_folders(path)
    if runs and saved is None:
        return {folder: [of_run(folder)] for folder in runs}
    try:
        return {file: load_scenario(file) for file in scenario_files([path])}
    except NoScenarioFilesError:
        if saved is None:
            what = "no run (leaksim run makes one) and no scenario file"
        else:
            what = f"no {saved} ({_COMMANDS[layout.of]} --out makes one) and no scenario file"
        raise NothingToShowError(f"{path}: there is {what} in this folder") from None


def _run(layout: Layout, scenarios: dict[Path, Scenario], how: HowToRun) -> list[Subject]:
    files = [path.as_posix() for path in scenarios]
    every = list(scenarios.values())
    if not every or not isinstance(layout, OutcomeLayout):
        return [of_scenario(scenario, file) for scenario, file in zip(every, files, strict=True)]
    if layout.of == "attribution":
        from leaksim.attribution import attribute

        found = (
            attribute(
                scenario,
                replications=how.replications,
                seed=how.seed,
                jobs=how.jobs,
                levers=_has_levers(layout),
                progress=how.progress,
            )
            for scenario in every
        )
        return [of_attribution(each, file) for each, file in zip(found, files, strict=True)]
    from leaksim.simulation import simulate_many

    results = simulate_many(every, replications=how.replications, seed=how.seed, jobs=how.jobs, progress=how.progress)
    with closing(results):
        by_name = {result.plan.scenario.name: result for result in results}
    return [of_result(by_name[scenario.name], file) for scenario, file in zip(every, files, strict=True)]


def _has_levers(layout: OutcomeLayout) -> bool:
    entries = [entry for part in (layout.rows, layout.columns) if part != "scenarios" for entry in part]
    return any(entry.metric == "attribution.levers" for entry in entries)


def _compared(
    layout: Layout, read: dict[Path, list[Subject] | Scenario], to_run: dict[Path, Scenario], how: HowToRun
) -> list[Subject]:
    saved = [subject for found in read.values() if not isinstance(found, Scenario) for subject in found]
    if saved and to_run:
        raise NothingToShowError(f"{layout.name}: a comparison is of scenario files, or one that is saved; not of both")
    if saved:
        return saved
    from leaksim.comparing import candidates_of, compare

    comparison = compare(
        to_run,
        reference=_reference(to_run, how.reference),
        replications=how.replications,
        seed=how.seed,
        jobs=how.jobs,
        progress=how.progress,
    )
    where = {
        candidate.scenario.name: file.as_posix()
        for file in to_run
        for candidate in candidates_of(load(file), in_folder=False)
    }
    return of_comparison(comparison, where)


def _reference(scenarios: dict[Path, Scenario], wanted: str | None) -> str | None:
    """Return the name of the scenario or policy that is meant by its name or its file."""
    by_file = {file.resolve(): scenario.name for file, scenario in scenarios.items()}
    return None if wanted is None else by_file.get(Path(wanted).resolve(), wanted)
