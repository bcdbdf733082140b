"""From a study to the page about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from leaksim.figures.differences import differences
from leaksim.figures.fan import fan
from leaksim.figures.instruments import instruments
from leaksim.figures.monitor import monitor
from leaksim.figures.suppliers import suppliers
from leaksim.figures.waterfall import waterfall
from leaksim.pages.asked import asked
from leaksim.pages.basis import assumptions, making, reference_numbers, sources
from leaksim.pages.markup import download, downloads, items, json_script, section
from leaksim.pages.pictures import Pictures
from leaksim.pages.study import Case, Study, compared_subjects
from leaksim.pages.tables import Tables
from leaksim.report.comparison import called_out, sentences
from leaksim.report.outcomes import outcomes_of
from leaksim.report.sentence import sentence
from leaksim.store.atomic import replace_files
from leaksim.store.formats import csv_bytes, json_rows
from leaksim.version import __version__

if TYPE_CHECKING:
    from leaksim.comparing import Comparison

_STYLE = Path(__file__).with_name("page.css")

_MINUS = re.compile(r"-(?=\d)")

RESULTS = "leaksim-results"
"""Id of the element that holds the numbers as JSON."""


@dataclass(frozen=True, repr=False)
class Page:
    """A page about a study."""

    title: str
    html: str
    """The page; it needs no other file and no network."""

    def save(self, file: str | Path) -> None:
        """Write the page to a file, which appears whole or not at all; its folder is made if need be.

        Raises
        ------
        CannotWriteError
            When the disk refuses.
        """
        path = Path(file)
        replace_files(path.parent, {path.name: self.html.encode()})

    def __repr__(self) -> str:
        return f"<Page {self.title!r}, {len(self.html.encode()) / 1e6:.1f} MB>"


def page_of(study: Study, *, title: str | None = None) -> Page:
    """Write the page about a study.

    Parameters
    ----------
    title
        In place of the titles of the scenarios.
    """
    numbering = reference_numbers(study)
    pictures, tables = Pictures(), Tables(numbering)
    named = title or _title(study)
    sections = [
        ("question", "What was asked", asked(study)),
        ("results", "What came out", _results(study, pictures, tables)),
        *_comparison(study, pictures, tables),
        *_figures(study, pictures),
        ("assumptions", "Assumptions", assumptions(study, tables)),
        ("sources", "Sources", sources(numbering)),
        ("making", "How it was made", making(study)),
    ]
    contents = "".join(f'<li><a href="#{name}">{escape(words)}</a></li>\n' for name, words, _ in sections)
    body = "".join(section(name, words, content) for name, words, content in sections)
    lead = sentence(outcomes_of(study.reference.table))
    whose = "" if len(study.cases) == 1 else f"{study.reference.scenario.title.rstrip('.')}: "
    html = (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="generator" content="leaksim {__version__}">\n'
        f"<title>{escape(named)}</title>\n<style>\n{_STYLE.read_text(encoding='utf-8')}</style>\n</head>\n<body>\n"
        '<a class="skip" href="#content">Skip to the content</a>\n'
        f'<header>\n<h1>{escape(named)}</h1>\n<p class="lead">{escape(whose + lead)}</p>\n</header>\n'
        f'<nav aria-label="Contents">\n<ol>\n{contents}</ol>\n</nav>\n'
        f'<main id="content" tabindex="-1">\n{body}</main>\n'
        f"<footer>\n<p>Made by leaksim {__version__} from simulations; it is not a record of events.</p>\n</footer>\n"
        f"{json_script(RESULTS, _document(study))}</body>\n</html>\n"
    )
    return Page(named, html)


def _title(study: Study) -> str:
    first, *others = (case.scenario.title.rstrip(".") for case in study.cases)
    match others:
        case []:
            return first
        case [other]:
            return f"{other} against: {first}"
        case _:
            return f"{first}, and {len(others)} scenarios compared with it"


def _results(study: Study, pictures: Pictures, tables: Tables) -> str:
    subjects = [case.for_tables for case in study.cases]
    said = [f"{case.scenario.title.rstrip('.')}. {sentence(outcomes_of(case.table))}" for case in study.cases]
    files = [
        download(f"{case.scenario.name}.csv", case.scenario.title, "text/csv", csv_bytes(case.table))
        for case in study.cases
    ]
    return "".join(
        [
            items(said if len(said) > 1 else []),  # the only one is above already
            tables.built_in("headline", subjects),
            pictures.figure("waterfall", lambda: waterfall(study.reference.for_figures)),
            tables.built_in("attribution", subjects),
            tables.built_in("time", subjects),
            downloads("Every outcome with its intervals, as CSV", files),
        ]
    )


def _comparison(study: Study, pictures: Pictures, tables: Tables) -> Iterable[tuple[str, str, str]]:
    """Write the part on differences, if there is more than one scenario."""
    if len(study.cases) == 1:
        return
    comparison = study.comparison
    if comparison is None:
        yield "comparison", "Comparison", f"<p>There is no comparison: {escape(study.not_compared)}.</p>\n"
        return
    titles = {each.name: each.title for each in comparison.scenarios}
    seed = f", seed {study.reference.scenario.run.seed}"
    table = csv_bytes(comparison.table)
    content = [
        f"<p>{escape(_of_what(comparison))}</p>\n",
        items(_differences(comparison, titles)),
        items(called_out(comparison)),
        pictures.figure("differences", lambda: differences(comparison.table, titles, "pressure.realised", "", seed)),
        tables.built_in("comparison", compared_subjects(study)),
        downloads("Every difference", [download("every_difference.csv", "CSV", "text/csv", table)]),
    ]
    yield "comparison", "Comparison", "".join(content)


def _of_what(comparison: Comparison) -> str:
    base = next(each for each in comparison.scenarios if each.name == comparison.reference)
    return (
        f"All scenarios meet the same random histories; differences are from the reference, {base.title.rstrip('.')}."
    )


def _differences(comparison: Comparison, titles: Mapping[str, str]) -> Iterator[str]:
    """Say in a sentence for each scenario how its realised pressure differs."""
    for line in sentences(comparison):
        name, _, said = line.partition(": ")
        said = said.replace(f"against {comparison.reference}", "against the reference")
        yield f"{titles[name]}: {_MINUS.sub('−', said)}."


def _figures(study: Study, pictures: Pictures) -> Iterable[tuple[str, str, str]]:
    parts = []
    for case in study.cases:
        name = f"<h3>{escape(case.scenario.title)}</h3>\n" if len(study.cases) > 1 else ""
        parts.append(f"{name}{_figures_of(case, pictures, alone=len(study.cases) == 1)}")
    yield "figures", "Through time", "".join(parts)


def _figures_of(case: Case, pictures: Pictures, *, alone: bool) -> str:
    subject, name = case.for_figures, case.scenario.name
    drawn = [pictures.figure(f"{name}-fan", lambda: fan(subject))]
    if alone:
        drawn += [
            pictures.figure(f"{name}-suppliers", lambda: suppliers(subject, "jet_fuel")),
            pictures.figure(f"{name}-monitor", lambda: monitor(subject, "motor_fuel")),
            pictures.figure(
                f"{name}-timeline",
                lambda: instruments(subject.title, subject.measures, proposed_holds=subject.proposed_holds),
            ),
        ]
    return "".join(drawn)


def _document(study: Study) -> dict[str, object]:
    """Return what `leaksim run --json` prints, with the comparison beside it."""
    first = study.reference.manifest
    scenarios = {
        case.scenario.name: {"scenario": case.manifest["scenario"], "run": case.manifest["run"]} for case in study.cases
    }
    common = {name: first[name] for name in ("software", "evidence", "streams")}
    compared = study.comparison
    return {
        "leaksim": __version__,
        "manifest": {**common, "scenarios": scenarios},
        "results": [row for case in study.cases for row in json_rows(case.table)],
        "reference": study.reference.scenario.name if compared else None,
        "comparison": json_rows(compared.table) if compared else [],
    }
