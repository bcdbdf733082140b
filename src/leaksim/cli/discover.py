"""``leaksim discover``: in which worlds something happens, as boxes of parameter values."""

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
    from leaksim.discovering import Discovery


def discover(
    file: Path,
    /,
    *,
    where: str | None = None,
    against: str | None = None,
    on: str = "pressure.realised",
    only: list[str] | None = None,
    draws: Annotated[int, Parameter(validator=Number(gte=1, lte=100_000))] = 1000,
    histories: int = 8,
    boxes: Annotated[int, Parameter(validator=Number(gte=1, lte=10))] = 1,
    step: Annotated[int | None, Parameter(validator=Number(gte=0))] = None,
    out: Path | None = None,
    seed: Annotated[int | None, Parameter(validator=Number(gte=0, lt=2**63))] = None,
    jobs: JobsOption = None,
    dask: DaskOption = None,
    fresh: FreshOption = False,
    json: Json = False,
    quiet: Annotated[bool, Parameter(alias="-q")] = False,
) -> int:
    """Say in which worlds something happens, as boxes of parameter values.

    All uncertain parameters vary together; PRIM then looks for a box in which most worlds are of interest. Say what is
    of interest with `--where`, or with `--against`: the worlds in which the scenario does not beat another.

    Parameters
    ----------
    file
        A scenario file with uncertain parameters.
    where
        An outcome beyond a level, such as "leakage.value > 50 %"; with `--against`, the difference between the two.
    against
        A policy of the file, or another scenario file.
    on
        With `--against` alone: the outcome in which the scenario should beat the other, with less of a leakage or of
        reserves, and more of everything else.
    only
        A parameter, or the words with which several begin, that may be limited; all vary in any case. Repeatable.
    draws
        Draws of the uncertain parameters.
    histories
        Random histories, the same in all draws: a power of two up to 512.
    boxes
        So many boxes, one after the other.
    step
        Take the box of this number on the peeling trajectory, instead of the best balance of coverage and density.
    out
        A folder for discovery.csv, trajectory.csv and draws.csv; nothing is written if not given.
    seed
        The number that fixes all random draws, instead of the one in the scenario file.
    json
        Print one JSON document instead of tables.
    quiet
        Show no progress, and no notes on the files.
    """
    who = workers(jobs, dask)
    (loaded,) = load_files([file], quiet=quiet, verbose=False).values()
    assert loaded.scenario is not None  # load_files refuses what is not valid
    other = None if against is None else scenario_or_policy(loaded, against, file, quiet=quiet)
    if out is not None:
        make_ready(out, [])
    from leaksim.discovering import discover as asked

    with kept_in(out, fresh=fresh) as store, progress_on(Console(stderr=True), quiet=quiet) as progress:
        found = asked(
            loaded.scenario,
            where=where,
            against=other,
            on=on,
            only=only or (),
            draws=draws,
            histories=histories,
            boxes=boxes,
            step=step,
            seed=seed,
            jobs=who,
            store=store,
            progress=progress.advance,
        )
    if out is not None:
        _save(found, out)
    if json:
        print_json(_document(found))
    else:
        from leaksim.report.discovery import told
        from leaksim.report.told import on_terminal

        console().print(on_terminal(told(found)))
    return 0


def _save(found: "Discovery", out: Path) -> None:
    from leaksim.store.atomic import replace_files
    from leaksim.store.formats import csv_bytes

    tables = {"draws.csv": found.draws, "trajectory.csv": found.trajectory, "discovery.csv": found.table}
    replace_files(out, {name: csv_bytes(table) for name, table in tables.items()})


def _document(found: "Discovery") -> dict[str, object]:
    from leaksim.store.manifest import facts_of_study

    scenarios = [found.scenario, *([] if found.against is None else [found.against])]
    return {
        "leaksim": __version__,
        "manifest": {**facts_of_study(scenarios), "seed": found.seed, "histories": found.histories},
        "share_of_interest": found.share,
        "results": json_rows(found.table),
        "trajectory": found.trajectory.to_dict("records"),
    }
