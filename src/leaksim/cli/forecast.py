"""``leaksim forecast``: put on record what the model expects of 2018 and 2019."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from rich.console import Console

from leaksim.cli.output import Json, json_text, print_json
from leaksim.cli.parameter_sets import EnsembleOption, HistoriesOption, PointsOption, SeedOption
from leaksim.cli.progress import progress_on
from leaksim.cli.run import make_ready
from leaksim.cli.work import DaskOption, FreshOption, JobsOption, kept_in, workers
from leaksim.store.formats import json_rows
from leaksim.version import __version__

if TYPE_CHECKING:
    from leaksim.forecasting import Forecast


def forecast(
    *,
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
    """Put on record what the model expects of 2018 and 2019, with nothing known after 18 January 2018.

    Parameters
    ----------
    out
        A folder for forecast.csv, forecast.md and forecast.manifest.json, which says how they were made.
    json
        Print one JSON document instead of a table.
    quiet
        Show no progress.
    """
    who = workers(jobs, dask)
    from leaksim.forecasting import forecast as expected

    if out is not None:
        make_ready(out, [])
    with kept_in(out, fresh=fresh) as store, progress_on(Console(stderr=True), quiet=quiet) as progress:
        made = expected(
            ensemble=ensemble,
            points=points,
            histories=histories,
            seed=seed,
            jobs=who,
            store=store,
            progress=progress.advance,
        )
    if out is not None and store is not None:
        _save(made, out)
        store.discard()
    if json:
        print_json(
            {
                "leaksim": __version__,
                "manifest": _facts(made),
                "results": json_rows(made.table),
            }
        )
    else:
        print(made)
    return 0


def _save(made: "Forecast", out: Path) -> None:
    from leaksim.report.forecast import forecast_table
    from leaksim.store.atomic import replace_files
    from leaksim.store.formats import csv_bytes
    from leaksim.tables.writing import written

    table = csv_bytes(made.table)
    files = {
        "forecast.csv": table,
        "forecast.md": written(forecast_table(made), "markdown"),
        "forecast.manifest.json": f"{json_text(_facts(made))}\n".encode(),
    }
    replace_files(out, files)


def _facts(made: "Forecast") -> dict[str, object]:
    from hashlib import sha256

    from leaksim.report.forecast import CUT_OFF
    from leaksim.store.formats import csv_bytes
    from leaksim.store.manifest import common_facts

    return {
        **common_facts(),
        "known_until": CUT_OFF,
        "scenario": {"name": made.scenario.name, "digest": made.scenario.digest},
        "quantities": made.digest,
        "source": made.source,
        "points": made.points,
        "histories": made.histories,
        "seed": made.seed,
        "forecast": sha256(csv_bytes(made.table)).hexdigest(),
    }
