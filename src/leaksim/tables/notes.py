"""What stands below a table: what is compared, over which time, how often, from which sources, with which version."""

from __future__ import annotations

from calendar import month_name
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date

from leaksim.evidence.registry import UNINFORMED
from leaksim.report.citations import rests_on
from leaksim.report.outcomes import PARAMETER, REPLICATION
from leaksim.tables.cells import Cell
from leaksim.tables.layout import Layout, OutcomeLayout
from leaksim.tables.model import Group, Note
from leaksim.tables.subjects import Subject

_COUNTERFACTUAL = (
    "Pressure is what Pyongyang loses against the same world without measures. Intended: the measures as they were "
    "proposed, and nobody gets around them. Realised: as they were adopted, with the ways around them that the "
    "scenario leaves open."
)

_ABOUT_PRESSURE = ("pressure.", "leakage.", "pass_through.", "attribution.", "difference.", "rank.")

_ABOUT_GRADES = {
    "assumed": "Assumed: no source fixes the value, and it was not calibrated.",
    UNINFORMED: "Calibrated (prior): the centre of the ensemble, but the observations of 2016 and 2017 hardly speak of "
    "it, so that it rests on what was assumed beforehand.",
}


def notes_of(layout: Layout, subjects: Sequence[Subject], groups: Sequence[Group]) -> tuple[Note, ...]:
    """Write the notes of a table: those of the layout, then what a reader has to know of the runs."""
    cells = [cell for group in groups for row in group.rows for cell in row.cells]
    found = [Note(text) for text in layout.notes]
    if isinstance(layout, OutcomeLayout):
        if any(cell.origin and cell.origin.metric.startswith(_ABOUT_PRESSURE) for cell in cells):
            found.append(Note(_COUNTERFACTUAL))
        found += [Note(text) for text in (_about_intervals(cells, subjects), _about_runs(subjects)) if text]
        found += _about_sources(subjects)
    elif layout.of == "parameters":
        shown = {cell.text for cell in cells}
        found += [Note(text) for grade, text in _ABOUT_GRADES.items() if grade in shown]
    return (*found, *(Note(text) for text in (_about_files(subjects), _version(subjects)) if text))


def _about_intervals(cells: Iterable[Cell], subjects: Sequence[Subject]) -> str:
    numbers = [cell.number for cell in cells if cell.number is not None]
    shown = {number.interval for number in numbers if number.has_interval}
    counts = _counts(subjects)
    texts = []
    if PARAMETER in shown:
        draws = _range({draws for _, draws in counts})
        texts.append(
            f"the central 95 % of {draws} draws of the uncertain parameters (which more replications do not narrow)"
        )
    if REPLICATION in shown:
        texts.append("95 % confidence intervals for the mean over random histories (jackknife, Student's t)")
    if not texts:
        return ""
    which = "In parentheses" if len(texts) == 1 else "In parentheses, where parameters are uncertain"
    text = f"{which}: {texts[0]}{'; elsewhere: ' + texts[1] if texts[1:] else ''}."
    if any(not number.has_interval and number.low == number.high for number in numbers):
        text += " Without parentheses: the same in all of them."
    return text


def _counts(subjects: Sequence[Subject]) -> list[tuple[int, int]]:
    """Return replications and draws of every subject that was run."""
    return [
        (int(subject.table["replications"].iloc[0]), int(subject.table["draws"].iloc[0]))
        for subject in subjects
        if subject.table is not None and len(subject.table)
    ]


def _about_runs(subjects: Sequence[Subject]) -> str:
    periods = {each.scenario.period for each in subjects if each.scenario is not None}
    horizon = " or ".join(sorted(f"{period.months} months from {_in_words(period.start)}" for period in periods))
    histories = _range({replications for replications, _ in _counts(subjects)})
    seeds = " or ".join(map(str, sorted({each.seed for each in subjects if each.seed is not None})))
    facts = [horizon, f"{histories} random histories" if histories else "", f"seed {seeds}" if seeds else ""]
    said = ", ".join(filter(None, facts))
    return f"{said[0].upper()}{said[1:]}." if said else ""


def _about_sources(subjects: Sequence[Subject]) -> Iterator[Note]:
    known = [subject.scenario for subject in subjects if subject.scenario is not None]
    if not known:
        return
    own = tuple(sorted({key for scenario in known for key in scenario.references}))
    every = {row.key for scenario in known for row in rests_on(scenario).references}
    more = len(every - set(own))
    text = f"Sources: {more} for measures and parameters, listed by leaksim cite"
    yield Note(f"{text}; for the scenarios" if own else f"{text}.", own)


def _about_files(subjects: Sequence[Subject]) -> str:
    names = [subject.name for subject in subjects]
    if not names:
        return ""
    which = "Scenario" if len(names) == 1 else "Scenarios, in this order"
    return f"{which}: {', '.join(names)}."


def _version(subjects: Sequence[Subject]) -> str:
    made = dict.fromkeys((subject.version, subject.evidence[:8]) for subject in subjects)
    return "; ".join(f"leaksim {version}{f', evidence {digest}' if digest else ''}" for version, digest in made) + "."


def _range(numbers: Collection[int]) -> str:
    """Write the number that all share, or the smallest and the greatest."""
    if not numbers:
        return ""
    least, most = min(numbers), max(numbers)
    return f"{least:,}" if least == most else f"{least:,} to {most:,}"


def _in_words(day: date) -> str:
    return f"{month_name[day.month]} {day.year}"
