"""What figures are drawn from: runs read from disk, tables, and scenarios that are run first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from leaksim.comparing import Comparison
from leaksim.engine.executor import Jobs
from leaksim.figures.sheet import FigureError
from leaksim.figures.subject import Subject, of_result, of_saved
from leaksim.outcomes.table import COLUMNS
from leaksim.scenario.files import scenario_files
from leaksim.scenario.loading import load
from leaksim.scenario.problems import ScenarioProblems
from leaksim.scenario.schema import Scenario
from leaksim.simulation import Result, simulate
from leaksim.store.formats import read_csv
from leaksim.store.runs import MANIFEST, load_run
from leaksim.sweeping import Sweep

if TYPE_CHECKING:
    import pandas as pd

Source = Result | Comparison | Sweep | Scenario | str | Path
"""What a figure can be drawn from."""


@dataclass(frozen=True)
class Settings:
    """Options; None where the user has not chosen."""

    product: str | None = None
    metric: str | None = None
    item: str | None = None
    top: int | None = None
    level: float | str | None = None
    reference: str | None = None
    replications: int | None = None
    seed: int | None = None


@dataclass(frozen=True)
class Asked:
    """A figure that a user wants."""

    kind: str
    sources: tuple[Source, ...]
    settings: Settings = Settings()
    jobs: Jobs = 1
    progress: Callable[[int, int], None] | None = None


def is_run(source: Source) -> bool:
    """Say whether a source is a folder that holds a run."""
    return isinstance(source, str | Path) and (Path(source) / MANIFEST).is_file()


def is_table(source: Source) -> bool:
    """Say whether a source is a table on disk."""
    return isinstance(source, str | Path) and Path(source).suffix.lower() == ".csv"


def only_source(asked: Asked) -> Source:
    """Return the one source of a figure that is drawn from one.

    Raises
    ------
    FigureError
        When there is none, or more.
    """
    if len(asked.sources) != 1:
        raise FigureError(f"{asked.kind} is drawn from one scenario or run, not from {len(asked.sources)}")
    return asked.sources[0]


def one_subject(asked: Asked) -> Subject:
    """Return the run from which a figure is drawn, having made it if need be."""
    return subject_of(only_source(asked), asked)


def subject_of(source: Source, asked: Asked) -> Subject:
    """Return a run: as it is, read from disk, or made from its scenario.

    Raises
    ------
    FigureError
        When the source is none of these, or a run that stands is asked to be made in another way.
    """
    if isinstance(source, Result) or is_run(source):
        refuse_run_settings(asked, source)
        return of_result(source) if isinstance(source, Result) else of_saved(load_run(_path(source)))
    settings = asked.settings
    scenario = one_scenario(source)
    return of_result(
        simulate(
            scenario,
            replications=settings.replications,
            seed=settings.seed,
            jobs=asked.jobs,
            progress=asked.progress,
        )
    )


def refuse_run_settings(asked: Asked, source: object) -> None:
    """Make sure that nobody thinks a run that stands had another seed.

    Raises
    ------
    FigureError
        When replications or a seed are given.
    """
    given = [name for name in ("replications", "seed") if getattr(asked.settings, name) is not None]
    if given:
        what = source if isinstance(source, str | Path) else "this result"
        raise FigureError(f"{what} is run already: {' and '.join(given)} go with a scenario, which is run first")


def one_scenario(source: Source) -> Scenario:
    """Return the scenario that a source is or names.

    Raises
    ------
    FigureError
        For what is no scenario, or a folder of several.
    ScenarioProblems
        When its file is wrong.
    """
    found = scenarios_of([source])
    if len(found) != 1:
        raise FigureError(f"{source} is a folder of {len(found)} scenarios; name one of them")
    return found[0]


def scenarios_of(sources: Iterable[Source]) -> list[Scenario]:
    """Return scenarios: as they are, or loaded from files and folders of files.

    Raises
    ------
    FigureError
        For what is no scenario.
    ScenarioProblems
        When files are wrong; it lists all that is wrong with any of them.
    """
    found: list[Scenario] = []
    problems = []
    for source in sources:
        if isinstance(source, Scenario):
            found.append(source)
            continue
        for file in scenario_files([_file(source)]):
            loaded = load(file)
            if loaded.scenario is None:
                problems += loaded.problems
            else:
                found.append(loaded.scenario)
    if problems:
        raise ScenarioProblems(problems)
    return found


def read_table(source: Source) -> pd.DataFrame:
    """Read a tidy table that leaksim has written as CSV.

    Raises
    ------
    FigureError
        When it cannot be read, or is no tidy table.
    """
    path = _path(source)
    try:
        table = read_csv(path.read_bytes())
    except (OSError, ValueError) as error:
        raise FigureError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    missing = [column for column in COLUMNS if column not in table.columns]
    if missing or table.empty:
        lacks = f"it lacks the columns {', '.join(missing)}" if missing else "it is empty"
        raise FigureError(f"{path} is not a tidy table of leaksim: {lacks}")
    return table


def _path(source: Source) -> Path:
    if not isinstance(source, str | Path):
        raise FigureError(f"this figure is not drawn from a {type(source).__name__}")
    return Path(source)


def _file(source: Source) -> Path:
    path = _path(source)
    if is_run(path):
        raise FigureError(
            f"{path} is a finished run, which does not hold what this figure needs; name the scenario file"
        )
    if is_table(path):
        raise FigureError(f"{path} is a table; this figure is drawn from a run or a scenario file")
    return path
