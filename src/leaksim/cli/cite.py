"""``leaksim cite``: how to cite leaksim, and every source behind scenarios or runs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from leaksim.cli.output import Json, json_text, print_json
from leaksim.evidence.bibliography import bibtex, plain_reference
from leaksim.report.citations import rests_on
from leaksim.report.csl import csl_items
from leaksim.report.software import KEY, software_bibtex, software_reference
from leaksim.scenario.files import scenario_files
from leaksim.scenario.loading import load_scenario
from leaksim.scenario.schema import Scenario
from leaksim.store.atomic import replace_files

Format = Literal["plain", "bibtex", "csl-json"]


def cite(
    *paths: Path,
    format: Format = "plain",
    json: Json = False,
    out: Annotated[Path | None, Parameter(name=["--out", "-o"])] = None,
) -> int:
    """Say how to cite leaksim, and every source behind scenarios or runs.

    Parameters
    ----------
    paths
        Folders of runs, or scenario files; without any, leaksim alone.
    format
        `plain` for reading, `bibtex` for LaTeX, `csl-json` for Zotero, pandoc and Word.
    json
        Print one JSON document: the items of CSL JSON, and which scenario rests on which.
    out
        Write it to this file instead; its folder is made if need be.
    """
    scenarios = list(_scenarios(paths))
    keys = {scenario.name: [row.key for row in rests_on(scenario).references] for scenario in scenarios}
    every = sorted({key for of_one in keys.values() for key in of_one})
    if json:
        items = csl_items(software_bibtex() + bibtex(every))
        text = f"{json_text({'references': items, 'scenarios': keys})}\n"
    else:
        text = _written(every, format)
    if out is None:
        print(text, end="")
        return 0
    replace_files(out.parent, {out.name: text.encode()})
    if json:
        print_json({"file": str(out)})
    else:
        print(f"{out} written")
    return 0


def _scenarios(paths: tuple[Path, ...]) -> Iterator[Scenario]:
    from leaksim.tables.kept_scenarios import scenario_of_run
    from leaksim.tables.subjects import run_folders

    for path in paths:
        runs = run_folders(path) if path.is_dir() else []
        yield from map(scenario_of_run, runs)
        if not runs:
            yield from map(load_scenario, scenario_files([path]))


def _written(keys: list[str], format: Format) -> str:
    if format == "bibtex":
        return "\n".join([software_bibtex(), bibtex(keys)] if keys else [software_bibtex()])
    if format == "csl-json":
        return f"{json_text(csl_items(software_bibtex() + bibtex(keys)))}\n"
    lines = [f"[{KEY}] {software_reference()}", *(f"[{key}] {plain_reference(key)}" for key in keys)]
    return "".join(f"{line}\n" for line in lines)
