"""``leaksim calibrate``: which parameters let the model bring about what was observed in 2016 and 2017."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from cyclopts.validators import Number
from rich.console import Console

from leaksim.cli.output import Json, print_json
from leaksim.cli.progress import progress_on
from leaksim.cli.run import make_ready
from leaksim.cli.work import DaskOption, JobsOption, workers
from leaksim.store.formats import json_rows
from leaksim.version import __version__

if TYPE_CHECKING:
    import pandas as pd

    from leaksim.calibrating import Calibration
    from leaksim.calibration.waves import Wave


def calibrate(
    *,
    out: Path = Path("calibration"),
    only: list[str] | None = None,
    waves: Annotated[int, Parameter(validator=Number(gte=1, lte=99))] = 40,
    points: int = 1024,
    histories: Annotated[int, Parameter(validator=Number(gte=2, lte=512))] = 4,
    excused: Annotated[int, Parameter(validator=Number(gte=0))] = 0,
    seed: Annotated[int, Parameter(validator=Number(gte=0, lt=2**63))] = 2017,
    jobs: JobsOption = None,
    dask: DaskOption = None,
    json: Json = False,
    quiet: Annotated[bool, Parameter(alias="-q")] = False,
) -> int:
    """Find the parameters that let the model bring about what was observed in 2016 and 2017.

    Writes an ensemble of parameter sets, and beside it, as tables and figures, what was learned and what was missed.
    Started again with the same options, a calibration that was interrupted goes on where it stopped.

    Parameters
    ----------
    out
        A folder for the waves and for what they lead to.
    only
        A parameter, or the words with which several begin, such as china.enforcement; all others keep their defaults.
        Repeatable.
    waves
        Waves of points at most.
    points
        Points in each wave: a power of two, four times as many as there are parameters.
    histories
        Random histories that each point meets.
    excused
        So many patterns a point may miss by any distance without being ruled out.
    seed
        The number that fixes all random draws.
    json
        Print one JSON document instead of text.
    quiet
        Show no progress.
    """
    who = workers(jobs, dask)
    from leaksim.calibrating import calibrate as made
    from leaksim.report.calibration import wave_words

    make_ready(out, [])
    console = Console(stderr=True, markup=False, highlight=False)
    with progress_on(console, quiet=quiet, what="steps") as progress:

        def tell(wave: "Wave") -> None:
            progress.restart()
            if not quiet:
                with progress.paused():
                    console.print(wave_words(wave), soft_wrap=True)

        found = made(
            out=out,
            only=only or (),
            points=points,
            waves=waves,
            histories=histories,
            excused=excused,
            seed=seed,
            jobs=who,
            progress=progress.advance,
            after_wave=tell,
        )
    _save(found, out)
    if json:
        print_json(_document(found))
    else:
        print(found)
    is_stuck = not found.finished and found.facts["waves"] < waves
    return 1 if is_stuck else 0


def _save(found: "Calibration", out: Path) -> None:
    from leaksim.drawing import Figure
    from leaksim.figures.calibration import learned, predicted
    from leaksim.figures.rendering import FORMATS
    from leaksim.report.calibration import calibration_markdown
    from leaksim.store.atomic import replace_files
    from leaksim.store.formats import csv_bytes

    for name, sheet in (("learned", learned(found)), ("predicted", predicted(found))):
        Figure(sheet, "two").save(*(out / f"{name}.{form}" for form in FORMATS))
    tables = {f"{name}.csv": csv_bytes(table) for name, table in _tables(found).items()}
    files = {**tables, **found.ensemble_files("ensemble"), "calibration.md": calibration_markdown(found).encode()}
    replace_files(out, files)


def _tables(found: "Calibration") -> "dict[str, pd.DataFrame]":
    return {"waves": found.waves, "parameters": found.parameters, "pairs": found.pairs, "patterns": found.patterns}


def _document(found: "Calibration") -> dict[str, object]:
    rows = {name: json_rows(table) for name, table in _tables(found).items()}
    return {"leaksim": __version__, "manifest": found.facts, "finished": found.finished, **rows}
