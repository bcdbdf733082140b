"""``leaksim diff``: one lane under two scenarios: what first differs, how it spreads, and what moves."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from leaksim.cli.output import Json, print_json
from leaksim.cli.run import console, load_all, make_ready
from leaksim.errors import InputError
from leaksim.scenario.schema import Scenario
from leaksim.store.formats import json_rows
from leaksim.version import __version__

if TYPE_CHECKING:
    from leaksim.difference import Difference


class DiffUsageError(InputError):
    """The options do not go together."""


def diff(
    a: Path,
    b: Path | None = None,
    /,
    *,
    set_: Annotated[list[str] | None, Parameter(name="--set")] = None,
    lane: Annotated[int, Parameter(validator=Number(gte=0))] = 0,
    arm: str = "realised",
    months: bool = False,
    out: Path | None = None,
    replications: Annotated[int | None, Parameter(validator=Number(gte=1, lte=1_000_000))] = None,
    seed: Annotated[int | None, Parameter(validator=Number(gte=0, lt=2**63))] = None,
    json: Json = False,
    quiet: Annotated[bool, Parameter(alias="-q")] = False,
) -> int:
    """Follow one random history under two scenarios: what first differs, how it spreads, and what moves.

    Parameters
    ----------
    a
        A scenario file.
    b
        Another one, of the same period.
    set_
        In place of the second file: a what-if, as id=value; the first file is compared with itself so changed.
        Repeatable.
    lane
        Number of the random history, from 0, as in the files that `leaksim run` writes.
    arm
        What is followed: `realised`, `intended` (no leaks) or `baseline` (no measures).
    months
        Say of each month, too, what came more and less.
    out
        A folder for difference.csv, spread.csv, moved.csv and difference.md; nothing is written if not given.
    replications
        Replications, instead of the number in the first file; the draws of uncertain parameters depend on it.
    seed
        The number that fixes all random draws, instead of the one in the first file.
    json
        Print one JSON document instead of text.
    quiet
        Print the first difference and one sentence for each thing, and no notes on the files.
    """
    if (b is None) == (not set_):
        raise DiffUsageError("give a second scenario file, or --set id=value in its place")
    scenarios = _load(a, b, set_ or [], quiet=quiet)
    from leaksim.difference import diff as followed

    found = followed(*scenarios, lane=lane, arm=arm, replications=replications, seed=seed)
    if out is not None:
        make_ready(out, [])
        _save(found, out)
    if json:
        print_json(_document(found))
    else:
        _show(found, months=months, quiet=quiet)
    return 0


def _load(a: Path, b: Path | None, settings: list[str], *, quiet: bool) -> tuple[Scenario, Scenario]:
    from leaksim.scenario.what_if import what_if

    # One after the other: two versions of a file may have the same name.
    (first, _), *_ = load_all([a], quiet=quiet, verbose=False).values()
    if b is None:
        return first, what_if(a, settings)
    (second, _), *_ = load_all([b], quiet=quiet, verbose=False).values()
    return first, second


def _show(found: "Difference", *, months: bool, quiet: bool) -> None:
    from leaksim.report.difference import sentences, terminal_report

    if not quiet:
        console().print(terminal_report(found, months=months))
        return
    for line in sentences(found):
        console().print(line, soft_wrap=True)


def _save(found: "Difference", out: Path) -> None:
    from leaksim.report.difference import markdown
    from leaksim.store.atomic import replace_files
    from leaksim.store.formats import csv_bytes

    tables = {"difference": found.table, "spread": found.spread, "moved": found.moved}
    contents = {f"{name}.csv": csv_bytes(table) for name, table in tables.items()}
    replace_files(out, {**contents, "difference.md": markdown(found).encode()})


def _document(found: "Difference") -> dict[str, object]:
    from leaksim.store.manifest import common_facts

    facts = [{"name": each.name, "title": each.title, "digest": each.digest} for each in found.scenarios]
    in_a, in_b = found.pressure
    return {
        "leaksim": __version__,
        "manifest": {**common_facts(), "a": facts[0], "b": facts[1], "run": found.scenarios[0].run},
        "lane": found.lane,
        "arm": found.arm,
        "asked": [each.__dict__ for each in found.asked],
        "unread": found.unread,
        "same": found.same,
        "pressure": {"in_a": in_a, "in_b": in_b, "difference": in_b - in_a, "unit": "$m"},
        "spread": json_rows(found.spread),
        "moved": json_rows(found.moved),
        "results": json_rows(found.table),
    }
