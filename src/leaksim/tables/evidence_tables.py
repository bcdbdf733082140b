"""Tables of what is known: parameters with what they rest on, and measures as a timeline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from leaksim.evidence.ensembles import load_ensemble
from leaksim.evidence.instruments import Instrument
from leaksim.evidence.provenance import ParameterRow
from leaksim.evidence.registry import load_registry
from leaksim.report.citations import rests_on
from leaksim.report.timeline import Event, timeline
from leaksim.scenario.schema import Scenario, Uncertainty
from leaksim.tables.cells import MINUS, Cell, Origin
from leaksim.tables.layout import InstrumentColumn, InstrumentLayout, ParameterColumn, ParameterLayout
from leaksim.tables.model import Column, Group, Row
from leaksim.tables.subjects import NothingToShowError, Subject, titles

_HEADINGS = {
    "id": "Name",
    "value": "Value",
    "unit": "Unit",
    "range": "Range",
    "grade": "Grade",
    "drawn": "Drawn",
    "sources": "Sources",
    "reason": "Reason",
    "event": "Event",
    "measure": "Measure",
    "what": "What",
}

_WEIGHTS = {
    **{"id": 1.3, "value": 0.55, "unit": 0.5, "range": 0.65, "grade": 0.55, "drawn": 1.0, "sources": 1.2},
    **{"reason": 2.2, "event": 0.5, "measure": 1.0, "what": 2.6},
}

PARAMETER_STUB, DATE_STUB = 2.0, 0.6
"""Weight of the first column."""

_BAND = np.array([0.05, 0.95])
"""Between these probabilities lie the values that are given of a parameter in an ensemble."""

_CatalogueGroup = tuple[str, str, Sequence[Instrument]]
"""Where the measures stand, a heading, and the measures."""

_Column = TypeVar("_Column", ParameterColumn, InstrumentColumn)


def text_columns(columns: Sequence[_Column]) -> tuple[Column, ...]:
    """Return the columns of a table of text."""
    return tuple(
        Column(each.label or _HEADINGS[each.field], kind="text", weight=each.weight or _WEIGHTS[each.field])
        for each in columns
    )


def parameter_groups(layout: ParameterLayout, subjects: Sequence[Subject]) -> tuple[Group, ...]:
    """Write the parameters of each scenario.

    Raises
    ------
    NothingToShowError
        When no scenario has a parameter that the layout asks for, or the scenario is not known.
    """
    groups = []
    for subject, title in zip(subjects, titles(subjects), strict=True):
        scenario = _scenario_of(subject)
        shown = [row for row in rests_on(scenario).parameters if _is_wanted(row, layout, scenario)]
        if shown:
            rows = tuple(_parameter(row, layout, scenario, subject) for row in shown)
            groups.append(Group(title if len(subjects) > 1 else "", rows))
    if not groups:
        raise NothingToShowError(
            f"no parameter is {layout.which} in {', '.join(each.name for each in subjects)}; "
            "write `which: all`, or name the parameters, in a layout of your own"
        )
    return tuple(groups)


def instrument_groups(layout: InstrumentLayout, subjects: Sequence[Subject]) -> tuple[Group, ...]:
    """Write the measures of each scenario, or of the catalogue where there is none, day by day.

    Raises
    ------
    NothingToShowError
        When no scenario has a measure.
    """
    found: list[_CatalogueGroup] = [
        (subject.where, title, _scenario_of(subject).measures)
        for subject, title in zip(subjects, titles(subjects), strict=True)
    ]
    if not subjects:
        found = [("catalogue", "", tuple(load_registry().instruments.values()))]
    groups = tuple(
        Group(heading if len(found) > 1 else "", tuple(_event(event, layout, where) for event in timeline(measures)))
        for where, heading, measures in found
        if measures
    )
    if not groups:
        raise NothingToShowError(f"there is no measure in {', '.join(each.name for each in subjects)}")
    return groups


def _scenario_of(subject: Subject) -> Scenario:
    if subject.scenario is None:
        raise NothingToShowError(f"{subject.where} does not hold the scenario; name its file, or the folder of a run")
    return subject.scenario


def _is_wanted(row: ParameterRow, layout: ParameterLayout, scenario: Scenario) -> bool:
    if layout.parameters:
        return row.id in layout.parameters
    if layout.which == "calibrated":
        return row.grade == "calibrated"
    is_drawn = row.id in scenario.uncertainties
    return layout.which == "all" or is_drawn or (layout.which == "set" and row.id in scenario.assumptions)


def _parameter(row: ParameterRow, layout: ParameterLayout, scenario: Scenario, subject: Subject) -> Row:
    drawn = scenario.uncertainties.get(row.id)
    origin = Origin(subject.where, subject.name, "parameter", row.id)
    parts: dict[str, Callable[[], str]] = {
        "id": lambda: row.id,
        "value": lambda: row.value if isinstance(row.value, str) else _number(row.value),
        "unit": lambda: "" if row.unit == "1" else row.unit,
        "range": lambda: _range(row.low, row.high),
        "grade": lambda: row.grade if row.origin in ("registry", row.grade) else f"{row.grade} ({row.origin})",
        "drawn": lambda: _drawn(drawn),
        "sources": lambda: "",
        "reason": lambda: load_registry().parameter(row.id).reason or "",
    }
    cells = tuple(
        Cell(parts[each.field](), sources=row.sources if each.field == "sources" else (), origin=origin)
        for each in layout.columns
    )
    return Row(row.title.rstrip("."), cells)


def _event(event: Event, layout: InstrumentLayout, where: str) -> Row:
    origin = Origin(where, "", "measure", event.measure)
    texts = {"event": event.kind, "measure": event.measure, "what": event.what, "sources": ""}
    cells = tuple(
        Cell(texts[each.field], sources=event.sources if each.field == "sources" else (), origin=origin)
        for each in layout.columns
    )
    return Row(str(event.day), cells)


def _drawn(drawn: Uncertainty | None) -> str:
    if drawn is None:
        return "fixed"
    if drawn.rivals:
        return f"one of {', '.join(drawn.rivals)}"
    if drawn.distribution == "ensemble":
        ends = load_ensemble(str(drawn.use)).quantile(str(drawn.column), _BAND)
        return f"{drawn.use}, {_range(*(float(f'{end:.3g}') for end in drawn.times * ends))}"
    mode = "" if drawn.mode is None else f" around {_number(drawn.mode)}"
    return f"{drawn.distribution}, {_range(drawn.low, drawn.high)}{mode}"


def _range(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{_number(low)} to {_number(high)}"


def _number(value: float) -> str:
    return f"{value:,.12g}".replace("-", MINUS)
