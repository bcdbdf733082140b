"""``leaksim table``: tables for papers, from saved runs or scenario files."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number
from rich.console import Console

from leaksim.cli.output import Json, print_json
from leaksim.cli.progress import progress_on
from leaksim.cli.work import DaskOption, JobsOption, workers
from leaksim.errors import InputError
from leaksim.report.columns import aligned
from leaksim.store.formats import json_rows
from leaksim.tables.gathering import HowToRun, gathered
from leaksim.tables.making import lay_out
from leaksim.tables.model import Format, Table
from leaksim.tables.reading import built_in_file, built_in_layouts, read_layout
from leaksim.tables.writing import format_of, save, warnings_on, written

DEFAULT = "headline"


class TableUsageError(InputError):
    """The options do not go together, or a file is in the way."""


def table(
    *words: str,
    layout: Path | None = None,
    format: Format | None = None,
    out: Annotated[Path | None, Parameter(name=["--out", "-o"])] = None,
    title: str | None = None,
    label: str | None = None,
    reference: str | None = None,
    replications: Annotated[int | None, Parameter(validator=Number(gte=1, lte=1_000_000))] = None,
    seed: Annotated[int | None, Parameter(validator=Number(gte=0, lt=2**63))] = None,
    jobs: JobsOption = None,
    dask: DaskOption = None,
    list_: Annotated[bool, Parameter(name="--list")] = False,
    write_layout: Path | None = None,
    json: Json = False,
    quiet: Annotated[bool, Parameter(alias="-q")] = False,
) -> int:
    """Write a table for a paper.

    Parameters
    ----------
    words
        Name of a layout (`--list` shows them; `headline` if not given), then folders of runs, or scenario files, which
        are run first.
    layout
        A layout file of your own, in place of the name.
    format
        `latex`, `docx` for Word, `markdown`, `html`, `csv` or `stata`; if not given, as the name of the file says.
    out
        Write the table to this file; without it, it is printed.
    title
        What stands above the table, in place of the layout's title.
    label
        By which a LaTeX text refers to it, in place of the layout's label.
    reference
        Of a comparison: the scenario from which differences are taken; the first if not given.
    replications
        Replications of what is run first, instead of the number in the file.
    seed
        Seed of what is run first, instead of the one in the file.
    list_
        List the layouts.
    write_layout
        Copy the layout to this file, to change it; no table is made.
    json
        Print one JSON document: every cell with its number and where it comes from.
    quiet
        Say nothing of progress and of the file that was written.
    """
    if list_:
        return _list(json=json)
    name, paths = _layout_and_paths(words, layout)
    file = layout or built_in_file(name)
    if write_layout is not None:
        return _copy(file, write_layout, json=json)
    form = format_of(out, format)
    _refuse_a_folder(out)
    chosen = read_layout(file)
    with progress_on(Console(stderr=True), quiet=quiet) as progress:
        how = HowToRun(reference, replications, seed, workers(jobs, dask), progress.advance)
        subjects = gathered(chosen, paths, how)
    made = lay_out(chosen, subjects, title=title, label=label)
    for warning in warnings_on(made, form):
        print(f"{made.name}: {warning}", file=sys.stderr)
    if out is not None:
        save(made, out, form)
    if json:
        print_json(_document(made, out))
    elif out is None:
        print(written(made, form, marked=False).decode(), end="")
    elif not quiet:
        print(f"{out} written")
    return 0


def _layout_and_paths(words: Sequence[str], layout: Path | None) -> tuple[str, list[Path]]:
    """Tell the name of a layout from files and folders: it comes first, and it is no path."""
    if layout is not None or not words:
        return DEFAULT, [Path(word) for word in words]
    first, *others = words
    is_path = first not in built_in_layouts() and (Path(first).exists() or Path(first).suffix or "/" in first)
    return (DEFAULT, [Path(word) for word in words]) if is_path else (first, [Path(word) for word in others])


def _list(*, json: bool) -> int:
    layouts = [read_layout(file) for file in built_in_layouts().values()]
    if json:
        print_json({"layouts": [{"name": each.name, "about": each.about, "of": each.of} for each in layouts]})
    else:
        print(aligned(((each.name, each.about) for each in layouts), indent=""))
    return 0


def _copy(file: Path, target: Path, *, json: bool) -> int:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8") as copy:
            copy.write(file.read_text(encoding="utf-8"))
    except FileExistsError:
        raise TableUsageError(f"{target} exists and is left as it is; choose another name") from None
    except OSError as error:
        raise TableUsageError(f"{target} cannot be written: {error.strerror}") from None
    if json:
        print_json({"file": str(target)})
    else:
        print(f"{target} written; next: leaksim table --layout {target} ...")
    return 0


def _refuse_a_folder(out: Path | None) -> None:
    if out is not None and out.is_dir():
        raise TableUsageError(f"{out} is a folder; name a file in it")


def _document(made: Table, out: Path | None) -> dict[str, object]:
    from leaksim.tables.data import cells

    return {
        "file": None if out is None else str(out),
        "table": made.name,
        "title": made.title,
        "notes": [note.text for note in made.notes],
        "sources": list(made.sources),
        "cells": json_rows(cells(made)),
    }
