"""Make a table from a layout and what it is to speak of."""

from __future__ import annotations

from collections.abc import Sequence

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
from leaksim.tables.subjects import NothingToShowError, Subject, unlike


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
