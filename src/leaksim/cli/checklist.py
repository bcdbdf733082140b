"""``leaksim checklist``: what a run answers of the STRESS-DES checklist for reports on simulations."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from leaksim.cli.output import Json, print_json
from leaksim.errors import InputError
from leaksim.report.checklist import checklist as written
from leaksim.report.checklist import run_items
from leaksim.store.atomic import replace_files
from leaksim.store.runs import manifest_in


class NoRunError(InputError):
    """A folder holds no run."""


def checklist(
    folders: list[Path],
    /,
    *,
    json: Json = False,
    out: Annotated[Path | None, Parameter(name=["--out", "-o"])] = None,
) -> int:
    """Fill in what runs know of the STRESS-DES checklist: software, seed, replications, run length, machine, ...

    Parameters
    ----------
    folders
        Folders of runs, or folders that hold such folders.
    json
        Print one JSON document.
    out
        Write it to this Markdown file instead.
    """
    from leaksim.tables.kept_scenarios import scenario_of_run
    from leaksim.tables.subjects import run_folders

    empty = [str(folder) for folder in folders if not run_folders(folder)]
    if empty:
        raise NoRunError(f"{', '.join(empty)}: no manifest.json in it or in its folders; `leaksim run` writes one")
    runs = [(scenario_of_run(run), manifest_in(run)) for folder in folders for run in run_folders(folder)]
    if json:
        print_json(
            {
                scenario.name: [
                    {"item": number, "name": name, "answer": answer}
                    for number, name, answer in run_items(scenario, manifest)
                ]
                for scenario, manifest in runs
            }
        )
        return 0
    text = "\n".join(written(scenario, manifest) for scenario, manifest in runs)
    if out is None:
        print(text, end="")
    else:
        replace_files(out.parent, {out.name: text.encode()})
        print(f"{out} written")
    return 0
