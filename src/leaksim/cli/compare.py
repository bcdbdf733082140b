"""``leaksim compare``: what difference scenarios make, in the same random histories."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from cyclopts.validators import Number
from rich.console import Console

from leaksim.cli.output import Json, print_json, tell_unused_half_width
from leaksim.cli.progress import progress_on
from leaksim.cli.run import console, load_all, make_ready, or_null, processors
from leaksim.errors import InputError
from leaksim.scenario.files import scenario_files
from leaksim.scenario.schema import Scenario
from leaksim.version import __version__

if TYPE_CHECKING:
    from leaksim.comparing import Comparison


class CompareUsageError(InputError):
    """The options do not go together."""


def compare(
    files: list[Path],
    /,
    *,
    reference: str | None = None,
    set_: Annotated[list[str] | None, Parameter(name="--set")] = None,
    out: Path | None = None,
    replications: Annotated[int | None, Parameter(validator=Number(gte=1, lte=1_000_000))] = None,
    seed: Annotated[int | None, Parameter(validator=Number(gte=0, lt=2**63))] = None,
    jobs: Annotated[int | None, Parameter(validator=Number(gte=1))] = None,
    json: Json = False,
    quiet: Annotated[bool, Parameter(alias="-q")] = False,
) -> int:
    """Say what difference scenarios make, in the same random histories.

    Parameters
    ----------
    files
        Scenario files, or folders of them, of the same period.
    reference
        The scenario from which differences are taken, by name or file; the first if not given.
    set_
        With one file: a what-if without a file, as id=value; the file is compared with itself so changed. Repeatable.
    out
        A folder for comparison.csv and comparison.md; nothing is written if not given.
    replications
        Replications, instead of the number in the file of the reference.
    seed
        The number that fixes all random draws, instead of the one in the file of the reference.
    jobs
        Processes that work at the same time; as many as there are processors if not given.
    json
        Print one JSON document instead of tables.
    quiet
        Print one sentence for each scenario, and no progress.
    """
    paths = scenario_files(files)
    loaded = load_all(paths, quiet=quiet, verbose=False)
    scenarios = [scenario for scenario, _ in loaded.values()]
    if set_:
        scenarios += [_what_if(paths, set_, reference)]
    if out is not None:
        make_ready(out, [])
    for scenario in scenarios if replications is None else ():
        tell_unused_half_width(scenario)
    from leaksim.comparing import compare as compared

    with progress_on(Console(stderr=True), quiet=quiet) as progress:
        comparison = compared(
            scenarios,
            reference=_name_of(reference, loaded),
            replications=replications,
            seed=seed,
            jobs=jobs or processors(),
            progress=progress.advance,
        )
    if out is not None:
        _save(comparison, out)
    if json:
        print_json(_document(comparison))
    else:
        _show(comparison, quiet=quiet)
    return 0


def _what_if(paths: list[Path], settings: list[str], reference: str | None) -> Scenario:
    from leaksim.scenario.what_if import what_if

    if len(paths) != 1 or reference is not None:
        raise CompareUsageError("--set goes with one scenario file, which is the reference")
    return what_if(paths[0], settings)


def _name_of(reference: str | None, loaded: dict[str, tuple[Scenario, Path]]) -> str | None:
    """Return the name of the scenario that is meant by its name or its file."""
    if reference is None or reference in loaded:
        return reference
    wanted = Path(reference)
    for name, (_, file) in loaded.items():
        if reference == file.stem or wanted.resolve() == file.resolve():
            return name
    return wanted.stem


def _show(comparison: "Comparison", *, quiet: bool) -> None:
    from leaksim.report.comparison import sentences, terminal_report

    if not quiet:
        console().print(terminal_report(comparison))
        return
    for line in sentences(comparison):
        console().print(line, soft_wrap=True)


def _save(comparison: "Comparison", out: Path) -> None:
    from leaksim.report.comparison import markdown
    from leaksim.store.atomic import replace_files
    from leaksim.store.formats import csv_bytes

    text = markdown(comparison).encode()
    replace_files(out, {"comparison.csv": csv_bytes(comparison.table), "comparison.md": text})


def _document(comparison: "Comparison") -> dict[str, object]:
    from leaksim.store.manifest import common_facts

    facts = {each.name: {"title": each.title, "digest": each.digest, "run": each.run} for each in comparison.scenarios}
    return {
        "leaksim": __version__,
        "manifest": {**common_facts(), "scenarios": facts},
        "reference": comparison.reference,
        "same": comparison.same,
        "results": [
            {str(column): or_null(value) for column, value in row.items()}
            for row in comparison.table.to_dict("records")
        ],
    }
