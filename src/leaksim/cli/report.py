"""``leaksim report``: one page of HTML about a study, which needs nothing else."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number
from rich.console import Console

from leaksim.cli.figure import can_be_written
from leaksim.cli.output import Json, print_json
from leaksim.cli.progress import progress_on
from leaksim.cli.run import OutputFolderError
from leaksim.cli.work import DaskOption, JobsOption, workers


def report(
    sources: list[Path],
    /,
    *,
    out: Annotated[Path, Parameter(name=["--out", "-o"])] = Path("study.html"),
    title: str | None = None,
    reference: str | None = None,
    replications: Annotated[int | None, Parameter(validator=Number(gte=1, lte=1_000_000))] = None,
    seed: Annotated[int | None, Parameter(validator=Number(gte=0, lt=2**63))] = None,
    jobs: JobsOption = None,
    dask: DaskOption = None,
    json: Json = False,
    quiet: Annotated[bool, Parameter(alias="-q")] = False,
) -> int:
    """Write one page about a study: question, results, figures, assumptions, sources.

    The page is a single file. It opens without a network, prints, and carries its tables for download and all its
    numbers as JSON.

    Parameters
    ----------
    sources
        Folders of runs, or scenario files, which are run first. A file stands for its scenario and its policies.
        Several are compared, if they have the same seed, replications, period and version.
    out
        The file.
    title
        What stands above the page, in place of the titles of the scenarios.
    reference
        The scenario from which differences are taken, by name; the first if not given.
    replications
        Replications of what is run first, instead of the number in the file.
    seed
        Seed of what is run first, instead of the one in the file.
    json
        Print one JSON document: the file, the title, and why there is no comparison.
    quiet
        Say nothing of progress and of the file that was written.
    """
    if out.suffix.lower() not in (".html", ".htm"):
        raise OutputFolderError(f"{out}: a page is a file that ends in .html")
    can_be_written(out)
    from leaksim.pages.page import page_of
    from leaksim.pages.study import study_of
    from leaksim.tables.gathering import HowToRun

    with progress_on(Console(stderr=True), quiet=quiet) as progress:
        how = HowToRun(reference, replications, seed, workers(jobs, dask), progress.advance)
        study = study_of(sources, how)
    made = page_of(study, title=title)
    made.save(out)
    if study.not_compared:
        print(f"warning: no comparison: {study.not_compared}", file=sys.stderr)
    if json:
        print_json({"file": str(out), "title": made.title, "not_compared": study.not_compared or None})
    elif not quiet:
        print(f"{out} written: {made.title} ({len(made.html.encode()) / 1e6:.1f} MB)")
    return 0
