"""Comparisons for figures: just made, read from a table, or put together from saved runs of the same luck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from leaksim.comparing import Comparison, compare
from leaksim.figures.sheet import FigureError
from leaksim.figures.sources import (
    Asked,
    Source,
    is_run,
    is_table,
    read_table,
    refuse_run_settings,
    scenarios_of,
    subject_of,
)
from leaksim.figures.subject import Subject
from leaksim.outcomes.comparison import Lanes, comparison_table
from leaksim.scenario.schema import Scenario
from leaksim.store.studies import COMPARISON, read_study

if TYPE_CHECKING:
    import pandas as pd

Compared = tuple["pd.DataFrame", Mapping[str, str], str]
"""The table, the titles of the scenarios by name, and how the runs were made."""


def comparison_of(asked: Asked) -> Compared:
    """Return the table of a comparison.

    Raises
    ------
    FigureError
        When runs are not of the same luck, or kinds of sources are mixed.
    """
    sources = asked.sources
    if len(sources) == 1 and isinstance(sources[0], Comparison):
        _refuse_reference(asked)
        return _made(sources[0])
    if len(sources) == 1 and is_table(sources[0]):
        _refuse_reference(asked)
        refuse_run_settings(asked, sources[0])
        return _saved(sources[0])
    if sources and all(is_run(source) for source in sources):
        return comparison_of_runs([subject_of(source, asked) for source in sources], asked.settings.reference)
    settings = asked.settings
    scenarios_of(sources)  # tells all that is wrong with any of the files
    return _made(
        compare(
            [source for source in sources if isinstance(source, Scenario | str | Path)],
            reference=settings.reference,
            replications=settings.replications,
            seed=settings.seed,
            jobs=asked.jobs,
            progress=asked.progress,
        )
    )


def _refuse_reference(asked: Asked) -> None:
    if asked.settings.reference is not None:
        raise FigureError("the comparison is made already: its reference cannot be changed; compare again")


def _saved(source: Source) -> Compared:
    table = read_table(source)
    file = Path(str(source))
    made = read_study(file).manifest if file.name == COMPARISON else None
    if made is None:
        return table, {}, ""
    return table, {name: about["title"] for name, about in made["scenarios"].items()}, f", seed {made['run']['seed']}"


def _made(comparison: Comparison) -> Compared:
    titles = {each.name: each.title for each in comparison.scenarios}
    base = next(each for each in comparison.scenarios if each.name == comparison.reference)
    return comparison.table, titles, f", seed {base.run.seed}"


def comparison_of_runs(runs: Sequence[Subject], wanted: str | None) -> Compared:
    """Compare runs of the same luck.

    Parameters
    ----------
    wanted
        Name of the reference; the first run if not given.

    Raises
    ------
    FigureError
        When there are not two scenarios, the reference is not among them, or runs are not of the same luck.
    """
    names = [run.name for run in runs]
    if len(set(names)) < max(len(names), 2):
        raise FigureError(f"a comparison needs at least two runs, each of another scenario, not {', '.join(names)}")
    reference = names[0] if wanted is None else wanted
    if reference not in names:
        raise FigureError(f"the reference '{reference}' is not among the runs; there are {', '.join(names)}")
    base = runs[names.index(reference)]
    apart = [f"{run.name} has {said}" for run in runs for said in _not_alike(run, base)]
    if apart:
        raise FigureError(f"only runs of the same luck can be compared with {base.name}: {'; '.join(apart)}")
    table = comparison_table(lanes_of(runs), reference)
    return table, {run.name: run.title for run in runs}, f", seed {base.seed}"


def lanes_of(runs: Sequence[Subject]) -> list[Lanes]:
    """Return the lane totals of runs, to be compared."""
    return [Lanes(run.name, run.replications, run.draws, len(run.months) / 12) for run in runs]


def _not_alike(run: Subject, base: Subject) -> list[str]:
    told = {
        "another seed": run.seed == base.seed,
        "other replications": run.lanes == base.lanes,
        "other draws": run.draws == base.draws or 1 in (run.draws, base.draws),
        "another period": run.months == base.months,
        **{told: run.facts[told] == fact for told, fact in base.facts.items()},
    }
    return [what for what, alike in told.items() if not alike]
