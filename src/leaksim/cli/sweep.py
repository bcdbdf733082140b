"""``leaksim sweep``: grids and samples of parameters, levers and scenarios, in the same random histories."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number
from rich.console import Console

from leaksim.cli.output import Json, json_text, print_json
from leaksim.cli.progress import progress_on
from leaksim.cli.run import console, make_ready
from leaksim.cli.work import DaskOption, FreshOption, JobsOption, kept_in, workers
from leaksim.store.formats import json_rows
from leaksim.version import __version__


def sweep(
    file: Path,
    /,
    *,
    out: Path = Path("results/studies"),
    replications: Annotated[int | None, Parameter(validator=Number(gte=1, lte=100_000))] = None,
    seed: Annotated[int | None, Parameter(validator=Number(gte=0, lt=2**63))] = None,
    jobs: JobsOption = None,
    dask: DaskOption = None,
    fresh: FreshOption = False,
    json: Json = False,
    no_save: bool = False,
    quiet: Annotated[bool, Parameter(alias="-q")] = False,
) -> int:
    """Run scenarios over a grid or a sample of parameters and levers, in the same random histories.

    What is varied stands in a study file; `leaksim new --study` writes one to start from. Nothing is run or written if
    anything in it is wrong. For a picture, see `leaksim figure heat-map`.

    A study that was interrupted goes on where it stopped when it is asked for again, and one with more points or
    replications runs only what is new. A point that cannot be run is left out, and the exit code is 1.

    Parameters
    ----------
    file
        A study file.
    out
        The folder for the results: a folder of the name of the study with sweep.csv and sweep.json, which says what was
        asked and with which software it was run.
    replications
        Random histories at each point, instead of the number in the file.
    seed
        The number that fixes all random draws, instead of the one in the file; the points stay where they are.
    json
        Print one JSON document instead of tables.
    no_save
        Write no files.
    quiet
        Show no progress, and print no tables.
    """
    who = workers(jobs, dask)
    from leaksim.study.loading import load_study

    study = load_study(file)
    name = study.study.name
    if not no_save:
        make_ready(out, [name])
    from leaksim.report.sweep import told
    from leaksim.report.told import on_terminal
    from leaksim.store.atomic import replace_files
    from leaksim.store.formats import csv_bytes
    from leaksim.sweeping import sweep as asked

    saved_in = None if no_save else out
    with kept_in(saved_in, fresh=fresh) as store, progress_on(Console(stderr=True), quiet=quiet) as progress:
        found = asked(study, replications=replications, seed=seed, jobs=who, store=store, progress=progress.advance)
    if not no_save:
        about = f"{json_text(found.about())}\n".encode()
        replace_files(out / name, {"sweep.csv": csv_bytes(found.table), "sweep.json": about})
    if json:
        print_json({"leaksim": __version__, "manifest": found.about(), "results": json_rows(found.table)})
    elif not quiet:
        console().print(on_terminal(told(found)))
    if not (no_save or json):
        print(f"saved in {out / name}")
    if found.failed is not None:
        print(found.failed, file=sys.stderr)
        return found.failed.exit_code
    return 0
