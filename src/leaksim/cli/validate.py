"""``leaksim validate``: hold the model against what was observed in 2016 and 2017."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from rich.console import Console

from leaksim.cli.output import Json, print_json
from leaksim.cli.parameter_sets import EnsembleOption, HistoriesOption, PointsOption, SeedOption
from leaksim.cli.progress import progress_on
from leaksim.cli.run import make_ready
from leaksim.cli.work import DaskOption, FreshOption, JobsOption, kept_in, workers
from leaksim.store.formats import json_rows
from leaksim.version import __version__

if TYPE_CHECKING:
    from leaksim.validation import Scorecard


def validate(
    *,
    only: list[str] | None = None,
    ensemble: EnsembleOption = "ensemble_2017",
    out: Path | None = None,
    points: PointsOption = 400,
    histories: HistoriesOption = 8,
    seed: SeedOption = 2017,
    jobs: JobsOption = None,
    dask: DaskOption = None,
    fresh: FreshOption = False,
    json: Json = False,
    quiet: Annotated[bool, Parameter(alias="-q")] = False,
) -> int:
    """Hold the model against what was observed in 2016 and 2017, and say what it misses.

    Parameters
    ----------
    only
        Id of a pattern; repeatable. All of them if not given.
    out
        A folder for the scorecard as CSV, Markdown and LaTeX, and for its figure.
    json
        Print one JSON document instead of a table.
    quiet
        Show no progress.
    """
    who = workers(jobs, dask)
    from leaksim.validation import validate as held_against

    if out is not None:
        make_ready(out, [])
    with kept_in(out, fresh=fresh) as store, progress_on(Console(stderr=True), quiet=quiet) as progress:
        card = held_against(
            only=only or (),
            ensemble=ensemble,
            points=points,
            histories=histories,
            seed=seed,
            jobs=who,
            store=store,
            progress=progress.advance,
        )
    if out is not None and store is not None:
        _save(card, out)
        store.discard()
    if json:
        print_json(_document(card))
    else:
        print(card)
    return 0


def _save(card: "Scorecard", out: Path) -> None:
    from leaksim.figures.patterns import patterns
    from leaksim.figures.rendering import FORMATS, rendered
    from leaksim.report.patterns import scorecard_table
    from leaksim.store.atomic import replace_files
    from leaksim.store.formats import csv_bytes
    from leaksim.tables.writing import written

    table, sheet = scorecard_table(card), patterns(card)
    files = {
        "patterns.csv": csv_bytes(card.table),
        "patterns.md": written(table, "markdown"),
        "patterns.tex": written(table, "latex"),
        "patterns.alt.txt": f"{sheet.alt}\n".encode(),
        "patterns.caption.txt": f"{sheet.caption}\n".encode(),
        **{f"patterns.{form}": rendered(sheet, "two", form) for form in FORMATS},
    }
    replace_files(out, files)


def _document(card: "Scorecard") -> dict[str, object]:
    from leaksim.store.manifest import common_facts

    facts = {"patterns": card.digest, "source": card.source, "points": card.points, "histories": card.histories}
    return {
        "leaksim": __version__,
        "manifest": {**common_facts(), **facts, "seed": card.seed},
        "results": json_rows(card.table),
    }
