"""``leaksim reproduce``: whether saved results come out again."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import isfinite
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from rich.console import Console

from leaksim.cli.output import Json, print_json
from leaksim.cli.progress import progress_on
from leaksim.cli.run import console, load_all, make_ready
from leaksim.cli.work import DaskOption, FreshOption, JobsOption, kept_in, workers
from leaksim.scenario.files import scenario_files

if TYPE_CHECKING:
    from leaksim.outcomes.agreement import Cell
    from leaksim.reproducing import Reproduction


def reproduce(
    results: Path = Path("results"),
    /,
    *scenarios: Path,
    fast: bool = False,
    out: Path | None = None,
    jobs: JobsOption = None,
    dask: DaskOption = None,
    fresh: FreshOption = False,
    json: Json = False,
    quiet: Annotated[bool, Parameter(alias="-q")] = False,
) -> int:
    """Rebuild saved results from their scenarios and say whether they come out again.

    Each scenario is run as it was saved, with the same seed and as many histories; the saved files are only read.
    Every cell of the tables is identical, the same but for rounding, within Monte Carlo error, or different. Ends with
    code 1 if a cell is different, or if a scenario, a file or a row is there on one side only.

    Parameters
    ----------
    results
        The folder of the saved runs.
    scenarios
        Scenario files, or folders of them; the folder `scenarios` if not given. Files without a folder: only
        their runs are rebuilt.
    fast
        Rebuild with one history for each draw of the parameters. Cells are then not identical, but those that differ
        by more than chance are found.
    out
        A folder for what is rebuilt; it is thrown away if not given.
    json
        Print one JSON document with every cell that is not identical.
    quiet
        Print one sentence, and no progress.
    """
    who = workers(jobs, dask)
    paths = list(scenarios) or [Path("scenarios")]
    loaded = load_all(scenario_files(paths), quiet=True, verbose=False)
    if out is not None:
        make_ready(out, loaded)
    from leaksim.report.reproduction import verdict_sentence
    from leaksim.reproducing import reproduce as reproduced

    with (
        _folder(out) as rebuilt,
        kept_in(out, fresh=fresh) as store,
        progress_on(Console(stderr=True), quiet=quiet) as progress,
    ):
        found = reproduced(
            results,
            list(loaded.values()),
            rebuilt,
            fast=fast,
            only_these=not any(path.is_dir() for path in paths),
            jobs=who,
            store=store,
            progress=progress.advance,
        )
        if store is not None:
            store.discard()
    if json:
        print_json(_document(found, results))
    elif quiet:
        console().print(verdict_sentence(found), soft_wrap=True)
    else:
        _show(found, results)
    return 0 if found.agrees else 1


@contextmanager
def _folder(out: Path | None) -> Iterator[Path]:
    if out is not None:
        yield out
        return
    with TemporaryDirectory(prefix="leaksim-") as folder:
        yield Path(folder)


def _show(found: "Reproduction", results: Path) -> None:
    from leaksim.report.reproduction import about_chance, reproduction_report
    from leaksim.reproducing import leftovers

    terminal = console()
    terminal.print(reproduction_report(found))
    if any(cell.verdict in ("within", "different") for cell in found.cells):
        terminal.print(about_chance())
    others = leftovers(results)
    if others:
        terminal.print(f"Not rebuilt by this command: {', '.join(others)}.")


def _document(found: "Reproduction", results: Path) -> dict[str, object]:
    from leaksim.outcomes.agreement import worst
    from leaksim.reproducing import leftovers
    from leaksim.version import __version__

    return {
        "leaksim": __version__,
        "agrees": found.agrees,
        "fast": found.fast,
        "without_scenario": found.without_scenario,
        "never_run": found.never_run,
        "missing_files": [*found.missing_files],
        "other_words": [*found.other_words],
        "not_rebuilt": leftovers(results),
        "files": {
            name: {
                "cells": len(table.cells),
                "not_comparable": table.skipped,
                "missing_rows": table.missing,
                "added_rows": table.added,
                "moved": [cell_facts(cell) for cell in worst(table.cells)],
            }
            for name, table in found.tables.items()
        },
    }


def cell_facts(cell: "Cell") -> dict[str, object]:
    """Return a cell that moved as plain data."""
    _, metric, item, interval = cell.key
    return {
        "line": cell.line,
        "metric": metric,
        "item": item,
        "interval": interval,
        "column": cell.column,
        "saved": cell.old,
        "rebuilt": cell.new,
        "verdict": cell.verdict,
        "standard_errors": cell.z if isfinite(cell.z) else None,
        "p": cell.p if isfinite(cell.p) else None,
    }
