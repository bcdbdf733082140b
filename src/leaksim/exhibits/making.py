"""Make exhibits from a folder of runs: first comparisons and attributions, then the tables and figures of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from leaksim.attribution import attribute
from leaksim.comparing import Comparison
from leaksim.drawing import figure
from leaksim.engine.executor import Jobs
from leaksim.errors import InputError
from leaksim.exhibits.listing import FigureEntry, Listing, TableEntry
from leaksim.figures.comparisons import comparison_of_runs, lanes_of
from leaksim.figures.subject import of_saved
from leaksim.outcomes.comparison import worlds_table
from leaksim.report.attribution import attribution_markdown
from leaksim.report.comparison import markdown
from leaksim.scenario.schema import Scenario
from leaksim.store.atomic import replace_files
from leaksim.store.runs import SUMMARY, load_run
from leaksim.store.studies import ATTRIBUTION, COMPARISON, save_study
from leaksim.tables.gathering import HowToRun, gathered
from leaksim.tables.kept_scenarios import scenario_of_run
from leaksim.tables.making import lay_out
from leaksim.tables.model import Format, Table
from leaksim.tables.reading import built_in_file, read_layout
from leaksim.tables.writing import written

TABLES, FIGURES = "tables", "figures"
"""Folders of exhibits, in the folder of results."""

TABLE_FORMATS: Mapping[str, Format] = {".tex": "latex", ".md": "markdown", ".csv": "csv"}
"""Formats of every table by the end of the file; CSV has a row for each cell, with where it comes from."""

FIGURE_FILES = (".pdf", ".alt.txt", ".caption.txt", ".csv")
"""Ends of the files of every figure; CSV has the numbers behind it."""

Scenarios = Mapping[str, tuple[Scenario, Path]]
"""Scenarios with their files, by name."""


class ExhibitError(InputError):
    """What an exhibit shows is not there."""


def make(
    listing: Listing,
    results: Path,
    scenarios: Scenarios,
    *,
    jobs: Jobs = 1,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Make everything on a list from the runs in a folder, and write it into this folder.

    Raises
    ------
    ExhibitError
        When a run or a scenario is missing; nothing is written then.
    """
    refuse_missing(listing, results, scenarios)
    make_comparisons(listing, results)
    make_attributions(listing, results, scenarios, jobs=jobs, progress=progress)
    replace_files(results / TABLES, table_files(listing, results))
    make_figures(listing, results)


def refuse_missing(listing: Listing, results: Path, scenarios: Scenarios) -> None:
    """Raise an `ExhibitError` that names all runs and scenarios that are missing."""
    runs = [name for name in listing.scenarios if not (results / name / SUMMARY).exists()]
    files = [each.of for each in listing.attributions.values() if each.of not in scenarios]
    problems = [f"{results / name} holds no run; `leaksim run` makes one" for name in runs]
    problems += [f"there is no scenario called {name} among the scenario files" for name in files]
    if problems:
        raise ExhibitError("\n".join(problems))


def make_comparisons(listing: Listing, results: Path) -> None:
    """Compare saved runs and save the comparisons."""
    for name, entry in listing.comparisons.items():
        runs = {each: load_run(results / each) for each in entry.of}
        subjects = [of_saved(run) for run in runs.values()]
        table, _, _ = comparison_of_runs(subjects, entry.of[0])
        compared = tuple(scenario_of_run(results / each) for each in entry.of)
        text = markdown(Comparison(table, compared, entry.of[0], {}, worlds_table(lanes_of(subjects))))
        facts = {each: run.manifest for each, run in runs.items()}
        files = {each: Path(about["scenario"]["file"] or f"{each}.yaml") for each, about in facts.items()}
        seed = facts[entry.of[0]]["run"]["seed"]
        save_study(results / name, COMPARISON, table, text, compared, files, seed=seed)


def make_attributions(
    listing: Listing,
    results: Path,
    scenarios: Scenarios,
    *,
    jobs: Jobs = 1,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Attribute what leaks and save it."""
    for name, entry in listing.attributions.items():
        scenario, file = scenarios[entry.of]
        found = attribute(scenario, replications=entry.replications, levers=entry.levers, jobs=jobs, progress=progress)
        text = attribution_markdown(found)
        save_study(results / name, ATTRIBUTION, found.table, text, [scenario], {entry.of: file}, seed=found.plan.seed)


def table_files(listing: Listing, results: Path) -> dict[str, bytes]:
    """Return the files of all tables by name; summaries, manifests and saved studies are all that they need."""
    files: dict[str, bytes] = {}
    for name, entry in listing.tables.items():
        made = _table(name, entry, results)
        files |= {f"{name}{end}": written(made, format) for end, format in TABLE_FORMATS.items()}
    return files


def _table(name: str, entry: TableEntry, results: Path) -> Table:
    layout = read_layout(built_in_file(entry.layout))
    subjects = gathered(layout, [results / each for each in entry.of], HowToRun())
    # What a cell says of its origin must not depend on where the folder lies.
    here = [replace(each, where=Path(each.where).relative_to(results).as_posix()) for each in subjects]
    return lay_out(layout, here, title=entry.title, label=f"tab:{name}")


def make_figures(listing: Listing, results: Path) -> None:
    """Draw all figures."""
    for name, entry in listing.figures.items():
        drawn = figure(
            entry.kind,
            _drawn_from(entry, results),
            width=entry.width,
            product=entry.product,
            metric=entry.metric,
            item=entry.item,
        )
        drawn.save(results / FIGURES / f"{name}.pdf")


def _drawn_from(entry: FigureEntry, results: Path) -> Path:
    folder = results / entry.of
    return folder / COMPARISON if entry.kind == "differences" else folder


def names_of_files(listing: Listing) -> Iterable[str]:
    """Yield the files of a folder of results that come from a list, relative to it."""
    for folder, table in ((name, COMPARISON) for name in listing.comparisons):
        yield from (f"{folder}/{table}", f"{folder}/comparison.md", f"{folder}/comparison.manifest.json")
    for folder, table in ((name, ATTRIBUTION) for name in listing.attributions):
        yield from (f"{folder}/{table}", f"{folder}/attribution.md", f"{folder}/attribution.manifest.json")
    yield from (f"{TABLES}/{name}{end}" for name in listing.tables for end in TABLE_FORMATS)
    yield from (f"{FIGURES}/{name}{end}" for name in listing.figures for end in FIGURE_FILES)
