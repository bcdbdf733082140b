"""Rebuild saved results from their scenarios, and say cell by cell whether they come out again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from leaksim.engine.executor import Jobs
from leaksim.errors import InputError
from leaksim.exhibits.checking import cell_agreement, figure_agreement, missing_files, study_tables, table_agreement
from leaksim.exhibits.listing import LISTING, Listing, read_listing
from leaksim.exhibits.making import make_attributions, make_comparisons, make_figures, names_of_files, refuse_missing
from leaksim.forecasting import FORECAST, FORECAST_FILES, FORECAST_MANIFEST, forecast
from leaksim.outcomes.agreement import Agreement, Cell, Verdict, agreement, judged
from leaksim.plan import plan
from leaksim.report.headline_files import HEADLINE_PAGE, HEADLINE_TABLE, headline_files
from leaksim.scenario.schema import Scenario
from leaksim.simulation import simulate_many
from leaksim.store.atomic import PARTIAL, replace_files
from leaksim.store.blocks import FOLDER, BlockStore
from leaksim.store.formats import csv_bytes
from leaksim.store.runs import RUN_FILES, SUMMARY, save_run
from leaksim.store.summaries import SavedSummary, problem_of, read_summaries, text_rows

FAST_LANES = 200
"""Histories of a fast rebuild where no parameter is drawn; else there is one for each draw."""

_AS_GOOD_AS_SAME = ("identical", "rounding")


class ReproduceError(InputError):
    """Saved results cannot be rebuilt."""


@dataclass(frozen=True)
class Reproduction:
    """How saved results agree with what their scenarios give now."""

    tables: Mapping[str, Agreement]
    """By file, relative to the folder of results."""
    without_scenario: tuple[str, ...]
    """Runs whose scenario is not among the files any more."""
    never_run: tuple[str, ...]
    """Scenarios that have no run among the results."""
    missing_files: tuple[str, ...]
    """Files of the headline and of exhibits that should be there."""
    other_words: tuple[str, ...]
    """Pages that read differently although their numbers are the same."""
    fast: bool

    @property
    def cells(self) -> list[Cell]:
        """All cells that were compared."""
        return [cell for table in self.tables.values() for cell in table.cells]

    @property
    def agrees(self) -> bool:
        """Whether everything comes out again, or differs by no more than chance."""
        gone = self.without_scenario, self.never_run, self.missing_files, self.other_words
        rows = [key for table in self.tables.values() for key in (*table.missing, *table.added)]
        return not any(gone) and not rows and all(cell.verdict != "different" for cell in self.cells)


def reproduce(
    results: Path,
    scenarios: Sequence[tuple[Scenario, Path]],
    rebuilt: Path,
    *,
    fast: bool = False,
    only_these: bool = False,
    jobs: Jobs = 1,
    store: BlockStore | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Reproduction:
    """Run scenarios again as they were run, and compare their tables with the saved ones.

    Parameters
    ----------
    results
        The folder of the saved runs; it is only read.
    scenarios
        Scenarios with their files.
    rebuilt
        The folder for what is rebuilt.
    fast
        One history per parameter draw, or 200, instead of as many as were saved: the cells cannot be identical, but
        those that differ by more than chance are found.
    only_these
        Leave out saved runs of other scenarios, instead of reporting that theirs are missing.
    jobs
        Who works, as in `leaksim.simulate`.
    store
        Where blocks are kept, and perhaps found.

    Raises
    ------
    ReproduceError
        When the two folders are one, or no saved run belongs to a scenario.
    SummaryError
        When a saved table cannot be read.
    """
    if rebuilt.resolve() == results.resolve():
        raise ReproduceError(f"{results} would be overwritten; choose another folder for what is rebuilt")
    names = [scenario.name for scenario, _ in scenarios]
    saved = {each.scenario: each for each in read_summaries([results]) if not only_these or each.scenario in names}
    wanted = [
        (_as_saved(scenario, saved[scenario.name], fast=fast), file)
        for scenario, file in scenarios
        if scenario.name in saved
    ]
    if not wanted:
        raise ReproduceError(f"no run in {results} belongs to one of the scenarios")
    headline = _headline_of(results)
    listing = _listing_of(results) if not only_these else None
    of_runs = {f"{saved[scenario.name].folder.name}/{SUMMARY}": scenario.name for scenario, _ in wanted}
    _run(wanted, rebuilt, jobs=jobs, store=store, progress=progress)
    tables = {file: _compared(saved[name].rows, rebuilt / name / SUMMARY) for file, name in of_runs.items()}
    missing: tuple[str, ...] = () if headline is not None or len(saved) < 2 else (HEADLINE_TABLE,)
    if headline is not None:
        of_these = [row for row in headline if not only_these or row["scenario"] in saved]
        tables[HEADLINE_TABLE] = _compared(of_these, rebuilt / HEADLINE_TABLE)
    if listing is not None:
        missing += tuple(missing_files(listing, results))
        by_name = {scenario.name: (scenario, file) for scenario, file in wanted}
        refuse_missing(listing, rebuilt, by_name)
        make_comparisons(listing, rebuilt)
        make_attributions(listing, rebuilt, by_name, jobs=jobs, progress=progress)
        there = [file for file in study_tables(listing) if (results / file).exists()]
        tables |= {file: _compared(text_rows((results / file).read_bytes()), rebuilt / file) for file in there}
    found = Reproduction(
        tables=_judged_together(tables),
        without_scenario=tuple(name for name in saved if name not in names),
        never_run=tuple(name for name in names if name not in saved),
        missing_files=missing,
        other_words=(),
        fast=fast,
    )
    if only_these:
        return found
    found = replace(found, tables={**found.tables, **_forecasts(results, rebuilt, jobs=jobs)})
    found = replace(found, other_words=tuple(_other_words(found, results, rebuilt)))
    return found if listing is None else _with_exhibits(found, listing, results, rebuilt)


def _listing_of(results: Path) -> Listing | None:
    return read_listing(results / LISTING) if (results / LISTING).exists() else None


def _with_exhibits(found: Reproduction, listing: Listing, results: Path, rebuilt: Path) -> Reproduction:
    """Add the tables, laid out again from the saved numbers, and what figures draw of all histories.

    A fast rebuild has fewer histories than the figures show.
    """
    tables, words = table_agreement(listing, results)
    if not found.fast:
        make_figures(listing, rebuilt)
        verdicts = {cell.verdict for cell in found.cells}
        moved: Verdict = "within" if "within" in verdicts and "different" not in verdicts else "different"
        tables |= figure_agreement(listing, results, rebuilt, moved)
    return replace(found, tables={**found.tables, **tables}, other_words=(*found.other_words, *words))


def _forecasts(results: Path, rebuilt: Path, *, jobs: Jobs) -> dict[str, Agreement]:
    """Make forecasts again from the parameters and the luck that their manifests name, and compare."""
    found = {}
    for file in sorted(results.glob(f"*/{FORECAST}")):
        made = json.loads(file.with_name(FORECAST_MANIFEST).read_bytes())
        asked = {word: made[word] for word in ("points", "histories", "seed")}
        now = csv_bytes(forecast(ensemble=made["source"], **asked, jobs=jobs).table)
        replace_files(rebuilt / file.parent.name, {FORECAST: now})
        found[f"{file.parent.name}/{FORECAST}"] = cell_agreement(file.read_bytes(), now, "different")
    return found


def _headline_of(results: Path) -> list[dict[str, str]] | None:
    file = results / HEADLINE_TABLE
    if not file.exists():
        return None
    content = file.read_bytes()
    problem = problem_of(content)
    if problem:
        raise ReproduceError(f"{file}: {problem}; run all scenarios again")
    return text_rows(content)


def _as_saved(scenario: Scenario, saved: SavedSummary, *, fast: bool) -> Scenario:
    """Give a scenario the seed, the histories and the draws with which it was run."""
    seed = saved.asked("seed")
    if saved.asked("deterministic"):
        raise ReproduceError(f"{saved.folder} was run without random draws, which `leaksim run` does not do")
    lanes, draws = (int(saved.rows[0][column]) for column in ("replications", "draws"))
    if fast:
        lanes = draws if draws > 1 else min(lanes, FAST_LANES)
    settings = {"seed": scenario.run.seed if seed is None else seed, "replications": lanes, "draws": None}
    usual = scenario.model_copy(update={"run": scenario.run.model_copy(update=settings)})
    if not scenario.uncertainties or plan(usual).draws == draws:
        return usual
    settings |= {"replications": max(lanes // draws, 1), "draws": draws}
    return scenario.model_copy(update={"run": scenario.run.model_copy(update=settings)})


def _run(
    wanted: Sequence[tuple[Scenario, Path]],
    rebuilt: Path,
    *,
    jobs: Jobs,
    store: BlockStore | None,
    progress: Callable[[int, int], None] | None,
) -> None:
    files = {scenario.name: file for scenario, file in wanted}
    finished = {}
    results = simulate_many([scenario for scenario, _ in wanted], jobs=jobs, store=store, progress=progress)
    with closing(results):
        for result in results:
            name = result.plan.scenario.name
            save_run(result, rebuilt, file=files[name])
            finished[name] = (result.plan.scenario.title, result.table)
    replace_files(rebuilt, headline_files([finished[scenario.name] for scenario, _ in wanted]))


def _compared(saved: list[dict[str, str]], rebuilt: Path) -> Agreement:
    now = text_rows(rebuilt.read_bytes())
    return agreement(saved, now, shorter=int(now[0]["replications"]) < int(saved[0]["replications"]))


def _judged_together(tables: Mapping[str, Agreement]) -> dict[str, Agreement]:
    cells = iter(judged([cell for table in tables.values() for cell in table.cells]))
    return {name: replace(table, cells=tuple(next(cells) for _ in table.cells)) for name, table in tables.items()}


def _other_words(found: Reproduction, results: Path, rebuilt: Path) -> Iterator[str]:
    """Name the page of the headline if its numbers are the same but it is not."""
    table, page = found.tables.get(HEADLINE_TABLE), results / HEADLINE_PAGE
    if table is None or not page.exists() or not _is_same(table.cells):
        return
    if page.read_bytes() != (rebuilt / HEADLINE_PAGE).read_bytes():
        yield HEADLINE_PAGE


def _is_same(cells: Iterable[Cell]) -> bool:
    return all(cell.verdict in _AS_GOOD_AS_SAME for cell in cells)


def leftovers(results: Path) -> list[str]:
    """Return the files of a folder of results that a rebuild does not make, relative to it."""
    listing = _listing_of(results)
    of_folders = {*RUN_FILES, *FORECAST_FILES}
    made = {HEADLINE_TABLE, HEADLINE_PAGE, LISTING, *(() if listing is None else names_of_files(listing))}
    found = []
    for file in sorted(results.rglob("*")):
        parts = file.relative_to(results).parts
        known = "/".join(parts) in made or parts[0] == FOLDER or (len(parts) == 2 and parts[1] in of_folders)
        if file.is_file() and not known and not file.name.endswith(PARTIAL):
            found.append("/".join(parts))
    return found
