"""``leaksim runs``: which runs are saved or were interrupted; one of them, two compared, some taken away."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from leaksim.cli.output import Json, print_json
from leaksim.cli.reproduce import cell_facts
from leaksim.cli.run import console
from leaksim.errors import InputError
from leaksim.version import __version__

if TYPE_CHECKING:
    from leaksim.store.listing import Entry


class RunsUsageError(InputError):
    """The words do not go together."""


def runs(
    what: Literal["list", "show", "compare", "remove"] = "list",
    folders: Annotated[list[Path] | None, Parameter(negative=())] = None,
    /,
    *,
    yes: Annotated[bool, Parameter(alias="-y")] = False,
    json: Json = False,
) -> int:
    """List saved and interrupted runs, show one, compare two cell by cell, or remove some.

    Ends with code 1 if two runs that are compared differ by more than chance.

    Parameters
    ----------
    what
        `list`: the runs with their histories, seed, date, version and digest, and what interrupted ones have left.
        `show`: all that is known of each. `compare`: which cells of two runs of a scenario are not the same. `remove`:
        delete what leaksim has written of each.
    folders
        Folders of runs, or folders that hold such folders; `results` if not given, for `list` and `show`.
    yes
        Remove without asking.
    json
        Print one JSON document.
    """
    from leaksim.report.runs import facts_of_entry, listed, shown
    from leaksim.store.listing import entries_in

    if not folders and what in ("compare", "remove"):
        raise RunsUsageError(f"say which runs to {what}: `leaksim runs` lists them")
    entries = entries_in(folders or [Path("results")])
    if what == "compare":
        return _compare(entries, json=json)
    if what == "remove":
        return _remove(entries, yes=yes)
    if json:
        print_json({"leaksim": __version__, "runs": [facts_of_entry(entry) for entry in entries]})
    elif what == "list":
        console().print(listed(entries))
    else:
        for entry in entries:
            console().print(shown(entry), "", sep="\n")
    return 0


def _compare(entries: "Sequence[Entry]", *, json: bool) -> int:
    from leaksim.outcomes.agreement import agreement, judged, worst
    from leaksim.report.reproduction import cells_report

    tables = [entry.summary for entry in entries]
    if len(tables) != 2 or None in tables:
        raise RunsUsageError(f"two complete runs can be compared, not {len(tables)}: {_names(entries)}")
    one, other = (table for table in tables if table is not None)
    if one.scenario != other.scenario:
        raise RunsUsageError(
            f"these are runs of {one.scenario} and of {other.scenario}; `leaksim compare` says how scenarios differ"
        )
    lanes = [table.rows[0]["replications"] for table in (one, other)]
    found = agreement(one.rows, other.rows, shorter=lanes[0] != lanes[1])
    cells = judged(found.cells)
    agree = not (found.missing or found.added) and all(cell.verdict != "different" for cell in cells)
    if json:
        rows = {"missing_rows": found.missing, "added_rows": found.added, "not_comparable": found.skipped}
        moved = [cell_facts(cell) for cell in worst(cells)]
        print_json({"leaksim": __version__, "agree": agree, "cells": len(cells), **rows, "moved": moved})
    else:
        console().print(cells_report(f"{entries[0].folder} and {entries[1].folder}", found, cells))
    return 0 if agree else 1


def _remove(entries: "Sequence[Entry]", *, yes: bool) -> int:
    from leaksim.store.listing import remove

    if not yes:
        for entry in entries:
            print(entry.folder, file=sys.stderr)
        if not sys.stdin.isatty():
            raise RunsUsageError("nothing was removed: nobody can be asked here; --yes removes without asking")
        which = "this run" if len(entries) == 1 else f"these {len(entries)} runs"
        print(f"Remove {which}? [y/N] ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            print("Nothing was removed.", file=sys.stderr)
            return 0
    remove(entries)
    for entry in entries:
        print(f"{entry.folder} removed")
    return 0


def _names(entries: "Sequence[Entry]") -> str:
    return ", ".join(f"{entry.folder} ({entry.state})" for entry in entries)
