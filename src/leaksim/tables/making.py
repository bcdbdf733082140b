"""Make a table from a layout and what it is to speak of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from leaksim.engine.executor import Jobs
from leaksim.tables.evidence_tables import (
    DATE_STUB,
    PARAMETER_STUB,
    instrument_groups,
    parameter_groups,
    text_columns,
)
from leaksim.tables.layout import InstrumentLayout, Layout, OutcomeLayout, ParameterLayout
from leaksim.tables.model import Column, Group, Table
from leaksim.tables.notes import notes_of
from leaksim.tables.outcome_table import OutcomeTable
from leaksim.tables.reading import built_in_file, read_layout
from leaksim.tables.subjects import (
    NothingToShowError,
    Subject,
    of_attribution,
    of_comparison,
    of_result,
    unlike,
)

if TYPE_CHECKING:
    from leaksim.attribution import Attribution
    from leaksim.comparing import Comparison
    from leaksim.simulation import Result


def table(
    layout: str | Path,
    *what: Result | Comparison | Attribution | str | Path,
    title: str | None = None,
    label: str | None = None,
    reference: str | None = None,
    replications: int | None = None,
    seed: int | None = None,
    jobs: Jobs = 1,
) -> Table:
    """Make a table for a paper.

    Parameters
    ----------
    layout
        Name of a built-in layout, such as ``headline``, or the path of a layout file.
    what
        Results, or one comparison, or attributions; or folders of runs and scenario files, which are run first.
    title, label
        In place of those of the layout.
    reference, replications, seed, jobs
        For scenario files that are run first.

    Returns
    -------
    Table
        Shows itself in a notebook; its `save` writes LaTeX, Word, Markdown, HTML, CSV and Stata.

    Raises
    ------
    ScenarioProblems
        When the layout or a scenario file is wrong; it lists all that is wrong.
    NothingToShowError
        When `what` does not hold what the layout asks for.
    """
    from leaksim.tables.gathering import HowToRun, gathered

    is_file = isinstance(layout, Path) or layout.endswith((".yaml", ".yml"))
    chosen = read_layout(Path(layout) if is_file else built_in_file(str(layout)))
    how = HowToRun(reference, replications, seed, jobs)
    paths = [Path(each) for each in what if isinstance(each, str | Path)]
    made = [subject for each in what if not isinstance(each, str | Path) for subject in _subjects(each)]
    read = gathered(chosen, paths, how) if paths or not made else []
    return lay_out(chosen, [*made, *read], title=title, label=label)


def _subjects(made: Result | Comparison | Attribution) -> list[Subject]:
    from leaksim.attribution import Attribution
    from leaksim.comparing import Comparison

    if isinstance(made, Comparison):
        return of_comparison(made)
    return [of_attribution(made) if isinstance(made, Attribution) else of_result(made)]


def lay_out(
    layout: Layout, subjects: Sequence[Subject], *, title: str | None = None, label: str | None = None
) -> Table:
    """Make a table.

    Parameters
    ----------
    subjects
        Scenarios with their results; of a comparison the reference first. A table of measures takes none for the
        whole catalogue.
    title, label
        In place of those of the layout.

    Raises
    ------
    NothingToShowError
        When the subjects do not hold what the layout asks for, or two of them have one name.
    """
    if twice := unlike(subjects):
        raise NothingToShowError(f"two of the scenarios are called {', '.join(twice)}; leave one out")
    if not subjects and not isinstance(layout, InstrumentLayout):
        raise NothingToShowError(f"the layout {layout.name} needs a run or a scenario file")
    warnings: tuple[str, ...] = ()
    columns: tuple[Column, ...]
    groups: tuple[Group, ...]
    if isinstance(layout, OutcomeLayout):
        parts = OutcomeTable(layout, subjects).parts()
        columns, groups, warnings, stub = parts.columns, parts.groups, parts.warnings, 1.0
    elif isinstance(layout, ParameterLayout):
        columns, groups, stub = text_columns(layout.columns), parameter_groups(layout, subjects), PARAMETER_STUB
    else:
        columns, groups, stub = text_columns(layout.columns), instrument_groups(layout, subjects), DATE_STUB
    return Table(
        name=layout.name,
        title=title or layout.title,
        label=label or layout.label or f"tab:{layout.name}",
        stub=layout.stub,
        columns=columns,
        groups=groups,
        notes=notes_of(layout, subjects, groups),
        stub_weight=stub,
        warnings=warnings,
    )
