"""What a page speaks of: scenarios with their runs, and how they compare."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from leaksim.comparing import Comparison, candidates_of, run_alike, why_the_same
from leaksim.errors import InputError
from leaksim.figures import subject as figure_subjects
from leaksim.figures.comparisons import comparison_of_runs, lanes_of
from leaksim.figures.sheet import FigureError
from leaksim.outcomes.comparison import worlds_table
from leaksim.scenario.fields import nearest
from leaksim.scenario.files import scenario_files
from leaksim.scenario.loading import load
from leaksim.scenario.problems import ScenarioProblems
from leaksim.scenario.schema import Scenario
from leaksim.simulation import Result, simulate_many
from leaksim.store.manifest import Facts, common_facts, facts_of
from leaksim.store.runs import load_run
from leaksim.tables import subjects as table_subjects
from leaksim.tables.gathering import HowToRun

if TYPE_CHECKING:
    import pandas as pd


class StudyError(InputError):
    """No page can be made of what was given."""


@dataclass(frozen=True)
class Case:
    """A scenario with its run."""

    scenario: Scenario
    """With the seed of the run."""
    for_tables: table_subjects.Subject
    for_figures: figure_subjects.Subject
    manifest: Facts
    """Without what changes from one run to the next: when it was made, how long it took, and where."""

    @property
    def table(self) -> pd.DataFrame:
        """The tidy table."""
        return self.for_figures.table


@dataclass(frozen=True)
class Study:
    """What a page speaks of."""

    cases: tuple[Case, ...]
    """The reference first."""
    comparison: Comparison | None
    """How the others differ from the reference in the same random histories."""
    not_compared: str
    """Why there is no comparison of several scenarios; empty otherwise."""
    from_files: bool
    """Whether all runs were made for this page, from scenario files."""

    @property
    def reference(self) -> Case:
        """The scenario from which differences are taken, or the only one."""
        return self.cases[0]


def study_of(sources: Sequence[Result | str | Path], how: HowToRun) -> Study:
    """Read the runs that there are, run the scenario files, and compare what has met the same luck.

    A file stands for its scenario and its policies, a folder for the runs in it or else for its files. Files alone, of
    one period, are run as `leaksim.compare` runs them: with seed and replications of the reference.

    Raises
    ------
    ScenarioProblems
        When scenario files are wrong; it lists all that is wrong.
    RunError
        When a folder does not hold a whole run.
    StudyError
        When there is nothing, two scenarios have one name, or the reference is not among them.
    """
    read: list[Case] = []
    files: list[Path] = []
    for source in sources:
        if isinstance(source, Result):
            read.append(_of_result(source, None))
            continue
        folders = table_subjects.run_folders(Path(source)) if Path(source).is_dir() else []
        read += map(_of_folder, folders)
        files += [] if folders else scenario_files([source])
    to_run = _scenarios(files)
    names = [*(case.scenario.name for case in read), *(scenario.name for scenario, _ in to_run)]
    reference = _reference(names, how.reference)
    if read and not to_run and (how.replications, how.seed) != (None, None):
        raise StudyError("replications and seed go with scenario files, which are run first; these are runs already")
    cases = [*read, *_run(to_run, None if read else reference, how)]
    in_order = sorted(cases, key=lambda case: case.scenario.name != reference)
    return _study(tuple(in_order), from_files=not read)


def _scenarios(files: Sequence[Path]) -> list[tuple[Scenario, Path]]:
    loaded = {file: load(file) for file in dict.fromkeys(files)}
    problems = [problem for one in loaded.values() if one.scenario is None for problem in one.problems]
    if problems:
        raise ScenarioProblems(problems)
    return [(each.scenario, file) for file, one in loaded.items() for each in candidates_of(one, in_folder=False)]


def _reference(names: Sequence[str], wanted: str | None) -> str:
    if not names:
        raise StudyError("name a scenario file, or the folder of a run")
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise StudyError(f"two of the scenarios are called {', '.join(twice)}; leave one out")
    if wanted is None or wanted in names:
        return wanted or names[0]
    alike = nearest(wanted, names)
    hint = f"did you mean {' or '.join(alike)}?" if alike else f"there are {', '.join(names)}"
    raise StudyError(f"the reference '{wanted}' is not among the scenarios; {hint}")


def _run(found: Sequence[tuple[Scenario, Path]], reference: str | None, how: HowToRun) -> list[Case]:
    """Run scenarios, alike if there is a reference among them and all have its period."""
    if not found:
        return []
    wanted = [scenario for scenario, _ in found]
    base = next((each for each in wanted if each.name == reference), None)
    if base is not None and len(wanted) > 1 and all(each.period == base.period for each in wanted):
        prepared = run_alike(wanted, base, how.replications, how.seed)
        results = simulate_many(prepared, jobs=how.jobs, progress=how.progress)
    else:
        results = simulate_many(
            wanted, replications=how.replications, seed=how.seed, jobs=how.jobs, progress=how.progress
        )
    with closing(results):
        by_name = {result.plan.scenario.name: result for result in results}
    return [_of_result(by_name[scenario.name], file) for scenario, file in found]


def _of_result(result: Result, file: Path | None) -> Case:
    where = "" if file is None else file.as_posix()
    return Case(
        scenario=_as_run(result.plan.scenario, result.plan.seed),
        for_tables=table_subjects.of_result(result, where),
        for_figures=figure_subjects.of_result(result),
        manifest=_lasting({**common_facts(), **facts_of(result, file)}),
    )


def _of_folder(folder: Path) -> Case:
    run = load_run(folder)
    scenario = table_subjects.scenario_of_run(folder)
    return Case(
        scenario=_as_run(scenario, run.manifest["run"]["seed"]),
        for_tables=table_subjects.of_run(folder),
        for_figures=figure_subjects.of_saved(run),
        manifest=_lasting(run.manifest),
    )


def _as_run(scenario: Scenario, seed: int) -> Scenario:
    return scenario.model_copy(update={"run": scenario.run.model_copy(update={"seed": seed})})


def _lasting(manifest: Facts) -> Facts:
    return {name: manifest[name] for name in ("software", "evidence", "streams", "scenario", "run")}


def _study(cases: tuple[Case, ...], *, from_files: bool) -> Study:
    if len(cases) == 1:
        return Study(cases, None, "", from_files)
    base = cases[0]
    runs = [case.for_figures for case in cases]
    try:
        table, _, _ = comparison_of_runs(runs, base.scenario.name)
    except FigureError as error:
        return Study(cases, None, str(error), from_files)
    same = {case.scenario.name: _why(case, base) for case in cases[1:] if _comes_out_alike(case, base)}
    scenarios = tuple(case.scenario for case in cases)
    compared = Comparison(table, scenarios, base.scenario.name, same, worlds_table(lanes_of(runs)))
    return Study(cases, compared, "", from_files)


def _comes_out_alike(case: Case, base: Case) -> bool:
    mine, theirs = (each.for_figures.replications.drop(columns="draw") for each in (case, base))
    return mine.equals(theirs)


def _why(case: Case, base: Case) -> str:
    unread = frozenset(case.manifest["run"]["unread"]) | frozenset(base.manifest["run"]["unread"])
    return why_the_same(case.scenario, base.scenario, unread)


def compared_subjects(study: Study) -> list[table_subjects.Subject]:
    """Return the scenarios with the rows of the comparison, for tables of differences."""
    if study.comparison is None:
        return []
    table = study.comparison.table
    return [
        replace(case.for_tables, table=table[table["scenario"] == case.scenario.name], monthly=None)
        for case in study.cases
    ]
