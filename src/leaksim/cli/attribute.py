"""``leaksim attribute``: who leaked, order-free, and what each lever of the sender adds."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number
from rich.console import Console

from leaksim.cli.output import Json, print_json, tell_unused_half_width
from leaksim.cli.policies import policy_of
from leaksim.cli.progress import progress_on
from leaksim.cli.run import make_ready
from leaksim.cli.work import DaskOption, FreshOption, JobsOption, kept_in, workers
from leaksim.scenario.loading import load
from leaksim.scenario.problems import ScenarioProblems
from leaksim.store.formats import json_rows
from leaksim.version import __version__


def attribute(
    file: Path,
    /,
    *,
    policy: str | None = None,
    levers: bool = False,
    replications: Annotated[int | None, Parameter(validator=Number(gte=1, lte=1_000_000))] = None,
    seed: Annotated[int | None, Parameter(validator=Number(gte=0, lt=2**63))] = None,
    jobs: JobsOption = None,
    dask: DaskOption = None,
    fresh: FreshOption = False,
    json: Json = False,
    quiet: Annotated[bool, Parameter(alias="-q")] = False,
    out: Path | None = None,
) -> int:
    """Share out what leaks between the channels and their groups, whatever the order in which they open.

    Runs every set of the channels that the scenario leaves open: 128 with seven.

    Parameters
    ----------
    file
        A scenario file.
    policy
        Attribute what leaks under this policy of the file, instead of the scenario itself.
    levers
        Share out too what the sender's levers add to the pressure that arrives.
    replications
        Replications, instead of the number in the file.
    seed
        The number that fixes all random draws, instead of the one in the file.
    json
        Print one JSON document instead of tables.
    quiet
        Print one sentence, and no progress.
    out
        Write `attribution.csv` and `attribution.md` into this folder.
    """
    who = workers(jobs, dask)
    loaded = load(file)
    if loaded.scenario is None:
        raise ScenarioProblems(loaded.problems)
    scenario = loaded.scenario if policy is None else policy_of(loaded, policy, file).scenario
    if out is not None:
        make_ready(out, [])
    if replications is None:
        tell_unused_half_width(scenario)
    import leaksim.attribution as attributing
    from leaksim.report.attribution import attribution_markdown, attribution_sentence, attribution_text
    from leaksim.store.studies import ATTRIBUTION, save_study

    with kept_in(out, fresh=fresh) as store, progress_on(Console(stderr=True), quiet=quiet) as progress:
        found = attributing.attribute(
            scenario,
            replications=replications,
            seed=seed,
            jobs=who,
            store=store,
            levers=levers,
            progress=progress.advance,
        )
    if out is not None and store is not None:
        text, files = attribution_markdown(found), {scenario.name: file}
        save_study(out, ATTRIBUTION, found.table, text, [scenario], files, seed=found.plan.seed)
        store.discard()
        if not quiet:
            print(f"{scenario.name}: saved in {out}", file=sys.stderr)
    if json:
        print_json({"leaksim": __version__, "seed": found.plan.seed, "results": json_rows(found.table)})
    elif quiet:
        print(f"{scenario.name}: {attribution_sentence(found)}.")
    else:
        print(attribution_text(found))
    return 0
