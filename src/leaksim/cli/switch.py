"""``leaksim switch``: which change of a parameter reverses the ranking of two scenarios."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from cyclopts.validators import Number
from rich.console import Console

from leaksim.cli.output import Json, print_json
from leaksim.cli.policies import scenario_or_policy
from leaksim.cli.progress import progress_on
from leaksim.cli.run import console, load_files, make_ready
from leaksim.cli.work import DaskOption, FreshOption, JobsOption, kept_in, workers
from leaksim.store.formats import json_rows
from leaksim.version import __version__

if TYPE_CHECKING:
    from leaksim.switching import Switches


def switch(
    file: Path,
    /,
    *,
    against: str,
    on: str = "pressure.realised",
    only: list[str] | None = None,
    reach: Annotated[float, Parameter(validator=Number(gte=0, lte=1000))] = 5.0,
    histories: int = 16,
    out: Path | None = None,
    seed: Annotated[int | None, Parameter(validator=Number(gte=0, lt=2**63))] = None,
    jobs: JobsOption = None,
    dask: DaskOption = None,
    fresh: FreshOption = False,
    json: Json = False,
    quiet: Annotated[bool, Parameter(alias="-q")] = False,
) -> int:
    """Say which change of a parameter reverses the ranking of two scenarios.

    Each parameter is moved alone, in both scenarios alike, within its range and beyond it, as far as it can be. The
    answer is the nearest value at which the scenario that is above the other falls below it.

    Parameters
    ----------
    file
        A scenario file.
    against
        A policy of the file, or another scenario file.
    on
        The outcome by which they are ranked, as METRIC or METRIC/ITEM.
    only
        A parameter, or the words with which several begin; without it, those that are uncertain. Repeatable.
    reach
        How far beyond its range a parameter is moved, in widths of the range, where no physical limit comes first.
    histories
        Random histories that all runs meet: a power of two up to 512.
    out
        A folder for switch.csv; nothing is written if not given.
    seed
        The number that fixes all random draws, instead of the one in the scenario file.
    json
        Print one JSON document instead of a table.
    quiet
        Show no progress, and no notes on the files.
    """
    who = workers(jobs, dask)
    (loaded,) = load_files([file], quiet=quiet, verbose=False).values()
    assert loaded.scenario is not None  # load_files refuses what is not valid
    other = scenario_or_policy(loaded, against, file, quiet=quiet)
    if out is not None:
        make_ready(out, [])
    from leaksim.switching import switches

    with kept_in(out, fresh=fresh) as store, progress_on(Console(stderr=True), quiet=quiet) as progress:
        found = switches(
            loaded.scenario,
            other,
            on=on,
            only=only or (),
            reach=reach,
            histories=histories,
            seed=seed,
            jobs=who,
            store=store,
            progress=progress.advance,
        )
    if out is not None and store is not None:
        from leaksim.store.atomic import replace_files
        from leaksim.store.formats import csv_bytes

        replace_files(out, {"switch.csv": csv_bytes(found.table)})
        store.discard()
    if json:
        print_json(_document(found))
    else:
        from leaksim.report.switching import told
        from leaksim.report.told import on_terminal

        console().print(on_terminal(told(found)))
    return 0


def _document(found: "Switches") -> dict[str, object]:
    from leaksim.store.manifest import facts_of_study

    facts = facts_of_study((found.scenario, found.against))
    return {
        "leaksim": __version__,
        "manifest": {**facts, "seed": found.seed, "histories": found.histories},
        "left_out": found.left_out,
        "results": json_rows(found.table),
    }
