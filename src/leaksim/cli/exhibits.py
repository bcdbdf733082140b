"""``leaksim exhibits``: all tables and figures of a paper from one list."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from leaksim.cli.output import Json, print_json
from leaksim.cli.progress import progress_on
from leaksim.cli.run import load_all
from leaksim.cli.work import DaskOption, JobsOption, workers
from leaksim.scenario.files import scenario_files


def exhibits(
    listing: Path = Path("results/exhibits.yaml"),
    /,
    *,
    scenarios: list[Path] | None = None,
    jobs: JobsOption = None,
    dask: DaskOption = None,
    json: Json = False,
    quiet: Annotated[bool, Parameter(alias="-q")] = False,
) -> int:
    """Make all tables and figures of a list from the runs that lie beside it.

    Tables are written as LaTeX, Markdown and CSV into the folder `tables`, figures as PDF with alternative text,
    caption and numbers into the folder `figures`, both beside the list. `leaksim reproduce` checks them.

    Parameters
    ----------
    listing
        The list, in the folder of the runs.
    scenarios
        Scenario files, or folders of them; the folder `scenarios` if not given. Repeatable.
    json
        Print one JSON document: the files.
    quiet
        Print nothing but errors.
    """
    who = workers(jobs, dask)
    from leaksim.exhibits.listing import read_listing
    from leaksim.exhibits.making import make, names_of_files

    wanted = read_listing(listing)
    loaded = load_all(scenario_files(scenarios or [Path("scenarios")]), quiet=True, verbose=False)
    results = listing.parent
    with progress_on(Console(stderr=True), quiet=quiet) as progress:
        make(wanted, results, loaded, jobs=who, progress=progress.advance)
    files = [(results / name).as_posix() for name in names_of_files(wanted)]
    if json:
        print_json({"files": files})
    elif not quiet:
        print(f"{len(wanted.tables)} tables and {len(wanted.figures)} figures written into {results}")
    return 0
