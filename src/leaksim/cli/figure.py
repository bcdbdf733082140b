"""``leaksim figure``: a figure for a paper, with its alternative text, its caption and its numbers."""

import os
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter
from cyclopts.validators import Number
from rich.console import Console

from leaksim.cli.output import Json, print_json
from leaksim.cli.progress import progress_on
from leaksim.cli.run import OutputFolderError
from leaksim.cli.work import DaskOption, JobsOption, workers


def figure(
    kind: str,
    sources: Annotated[list[Path] | None, Parameter(negative=())] = None,
    /,
    *,
    out: Annotated[list[Path] | None, Parameter(name=["--out", "-o"])] = None,
    width: Literal["one", "two"] = "one",
    product: str | None = None,
    metric: str | None = None,
    item: str | None = None,
    top: Annotated[int | None, Parameter(validator=Number(gte=1))] = None,
    level: str | None = None,
    reference: str | None = None,
    replications: Annotated[int | None, Parameter(validator=Number(gte=1, lte=1_000_000))] = None,
    seed: Annotated[int | None, Parameter(validator=Number(gte=0, lt=2**63))] = None,
    jobs: JobsOption = None,
    dask: DaskOption = None,
    json: Json = False,
    quiet: Annotated[bool, Parameter(alias="-q")] = False,
) -> int:
    """Draw a figure for a paper, with its alternative text and its caption.

    Beside NAME.pdf it writes NAME.alt.txt (what the figure shows, for those who cannot see it), NAME.caption.txt and
    NAME.csv (every number that is drawn).

    Parameters
    ----------
    kind
        `fan`: intended and realised pressure in every month; of two scenarios, the difference between them.
        `waterfall`: where 100 dollars of intended pressure go. `differences`: by how much scenarios differ from a
        reference. `tornado`: which uncertain parameters move an outcome the most, each taken alone. `heat-map`: an
        outcome over a grid of two quantities. `suppliers`: who sells a product in every month. `timeline`: when
        measures were asked for, adopted and in force. `monitor`: what customs and ship tracking record beside what is
        true.
    sources
        Folders of runs, or scenario files, which are run first. `differences` takes two and more, or a
        `comparison.csv`; `fan` one, or two scenario files; `tornado` a scenario file, or a tidy table; `heat-map` a
        study file, or a `sweep.csv`; `timeline` one, or none for the whole catalogue; all others one.
    out
        The file, which ends in .pdf, .svg or .png; the kind as PDF in the present folder if not given. Repeatable, for
        several formats. The alternative text, the caption and the numbers are written beside it.
    width
        Columns of the journal: `one` is 3.5 inches wide, `two` is 7.2.
    product
        For `suppliers` and `monitor`: motor_fuel, jet_fuel or capital_goods. Without it, `suppliers` shows jet fuel and
        `monitor` motor fuel.
    metric
        The outcome in `differences` (pressure.realised if not given), `tornado` and `heat-map` (leakage.value).
    item
        For `differences` and `heat-map`: what the outcome speaks of, such as motor_fuel for leakage.quantity.
    top
        For `tornado`: so many parameters; 12 if not given.
    level
        For `heat-map`: a value of the outcome, such as 0.5 or 50 %, at which a line is drawn; cells whose interval
        includes it get a dot.
    reference
        For `differences` and `fan`: the scenario from which differences are taken, by name; the first if not given.
    replications
        Replications, instead of the number in the scenario file.
    seed
        The number that fixes all random draws, instead of the one in the scenario file.
    json
        Print one JSON document: the files, the alternative text and the caption.
    quiet
        Print nothing but the names of the files, and no progress.
    """
    from leaksim.drawing import figure as made
    from leaksim.drawing import picture_files

    files = picture_files(tuple(out or [Path(f"{kind}.pdf")]))
    for file in files:
        can_be_written(file)
    with progress_on(Console(stderr=True), quiet=quiet) as progress:
        drawn = made(
            kind,
            *(sources or []),
            width=width,
            product=product,
            metric=metric,
            item=item,
            top=top,
            level=level,
            reference=reference,
            replications=replications,
            seed=seed,
            jobs=workers(jobs, dask),
            progress=progress.advance,
        )
    written = drawn.save(*files)
    if json:
        print_json({"files": [str(file) for file in written], "alt": drawn.alt, "caption": drawn.caption})
        return 0
    for file in written:
        print(file)
    if not quiet:
        print(f"\n{drawn.alt}")
    return 0


def can_be_written(file: Path) -> None:
    """Make sure that a file can be written, before anything is run, without leaving an empty folder behind."""
    there = next(folder for folder in file.absolute().parents if folder.exists())
    if not there.is_dir():
        raise OutputFolderError(f"{there} is not a folder; choose another --out")
    if not os.access(there, os.W_OK | os.X_OK):
        raise OutputFolderError(f"{there} is write-protected; choose another --out")
    if file.is_dir():
        raise OutputFolderError(f"{file} is a folder; choose another --out")
