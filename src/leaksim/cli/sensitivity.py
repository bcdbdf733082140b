"""``leaksim sensitivity``: which uncertain parameters an outcome depends on, and how much."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

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
    from leaksim.sensitivities import Sensitivity


def sensitivity(
    file: Path,
    /,
    *,
    method: Literal["morris", "sobol", "pawn", "oat"] = "morris",
    on: str = "leakage.value",
    against: str | None = None,
    only: list[str] | None = None,
    groups: bool = False,
    second_order: bool = False,
    points: Annotated[int | None, Parameter(validator=Number(gte=1, lte=1_000_000))] = None,
    histories: int = 4,
    out: Path | None = None,
    seed: Annotated[int | None, Parameter(validator=Number(gte=0, lt=2**63))] = None,
    jobs: JobsOption = None,
    dask: DaskOption = None,
    fresh: FreshOption = False,
    json: Json = False,
    quiet: Annotated[bool, Parameter(alias="-q")] = False,
) -> int:
    """Say which uncertain parameters an outcome depends on, and how much.

    Parameters
    ----------
    file
        A scenario file with uncertain parameters.
    method
        `morris` finds out cheaply which parameters matter, `sobol` gives shares of the variance, `pawn` looks at the
        whole distribution and takes correlated parameters, `oat` moves one parameter at a time. `leaksim figure
        tornado` draws them.
    on
        The outcome, as METRIC or METRIC/ITEM, such as pressure.realised or leakage.quantity/motor_fuel.
    against
        A policy of the file, or another scenario file: the outcome is then the file's less that one's.
    only
        A parameter, or the words with which several begin, such as china.enforcement; all others stay at their medians.
        Repeatable.
    groups
        One index for all parameters that begin with the same word, such as all of China's.
    second_order
        With `sobol`: pairs of parameters too, for nearly twice as many runs.
    points
        Trajectories for `morris` (20 if not given), base points for `sobol` (a power of two; 256), points for
        `pawn` (2000) or sets of histories for `oat` (16).
    histories
        Random histories that each point meets: a power of two up to 512.
    out
        A folder for sensitivity.csv; nothing is written if not given.
    seed
        The number that fixes all random draws, instead of the one in the scenario file.
    json
        Print one JSON document instead of a table.
    quiet
        Show no progress, and no notes on the files.
    """
    who = workers(jobs, dask)
    (loaded,) = load_files([file], quiet=quiet, verbose=False).values()
    other = None if against is None else scenario_or_policy(loaded, against, file, quiet=quiet)
    if out is not None:
        make_ready(out, [])
    from leaksim.sensitivities import sensitivity as asked

    assert loaded.scenario is not None  # load_files refuses what is not valid
    with kept_in(out, fresh=fresh) as store, progress_on(Console(stderr=True), quiet=quiet) as progress:
        found = asked(
            loaded.scenario,
            method=method,
            on=on,
            against=other,
            only=only or (),
            groups=groups,
            second_order=second_order,
            points=points,
            histories=histories,
            seed=seed,
            jobs=who,
            store=store,
            progress=progress.advance,
        )
    if out is not None and store is not None:
        _save(found, out)
        store.discard()
    if json:
        print_json(_document(found))
    else:
        from leaksim.report.sensitivity import terminal_report

        console().print(terminal_report(found))
    return 0


def _save(found: "Sensitivity", out: Path) -> None:
    from leaksim.store.atomic import replace_files
    from leaksim.store.formats import csv_bytes

    replace_files(out, {"sensitivity.csv": csv_bytes(found.table)})


def _document(found: "Sensitivity") -> dict[str, object]:
    from leaksim.store.manifest import facts_of_study

    scenarios = [found.scenario, *([] if found.against is None else [found.against])]
    return {
        "leaksim": __version__,
        "manifest": {**facts_of_study(scenarios), "seed": found.seed, "histories": found.histories},
        "method": found.method,
        "points": found.points,
        "at_their_medians": found.fixed,
        "results": json_rows(found.table),
    }
