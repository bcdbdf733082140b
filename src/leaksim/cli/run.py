"""``leaksim run``: simulate scenarios, show what came out, and save it."""

import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter
from cyclopts.validators import Number
from rich.console import Console

from leaksim.cli.output import Json, print_json
from leaksim.cli.progress import progress_on
from leaksim.cli.work import DaskOption, FreshOption, JobsOption, kept_in, workers
from leaksim.engine.executor import start_early
from leaksim.errors import InputError
from leaksim.report.section_names import SectionName
from leaksim.store.formats import json_rows
from leaksim.version import __version__

if TYPE_CHECKING:
    import pandas as pd

    from leaksim.outcomes.precision import Precision
    from leaksim.scenario.loading import Loaded
    from leaksim.scenario.schema import Scenario
    from leaksim.simulation import Result


class OutputFolderError(InputError):
    """Results cannot be written where they should go."""


def run(
    files: list[Path],
    /,
    *,
    policy: list[str] | None = None,
    out: Path = Path("results"),
    replications: Annotated[int | None, Parameter(validator=Number(gte=1, lte=1_000_000))] = None,
    seed: Annotated[int | None, Parameter(validator=Number(gte=0, lt=2**63))] = None,
    jobs: JobsOption = None,
    dask: DaskOption = None,
    fresh: FreshOption = False,
    show: list[SectionName] | None = None,
    json: Json = False,
    no_save: bool = False,
    quiet: Annotated[bool, Parameter(alias="-q")] = False,
    verbose: Annotated[bool, Parameter(alias="-v")] = False,
) -> int:
    """Simulate scenarios and write their tables.

    Nothing is simulated or written if any file is wrong. Each scenario is saved as soon as it is done. A scenario whose
    interval does not become as narrow as its half_width asks is saved too, with a warning, and the exit code is 0.

    A run that was interrupted goes on where it stopped when it is asked for again; `leaksim runs` lists what there is.

    Parameters
    ----------
    files
        Scenario files, or folders of them.
    policy
        With one file: run this policy of it, instead of the scenario itself. Repeatable.
    out
        The folder for the results; each scenario gets a folder of its own in it.
    replications
        Replications, instead of the number in the file and of its half_width.
    seed
        The number that fixes all random draws, instead of the one in the file.
    show
        Show one more table of each scenario; give it again for another. The files, and JSON, have its numbers anyway.
    json
        Print one JSON document instead of tables.
    no_save
        Write no files.
    quiet
        Print one sentence for each scenario, and no progress.
    verbose
        Show also the intervals from the random histories alone where parameters are uncertain.
    """
    who = workers(jobs, dask)
    if isinstance(who, int) and who > 1:
        start_early()
    # What takes long to import comes after the workers, who import it at the same time.
    from leaksim.scenario.files import scenario_files

    loaded = load_files(scenario_files(files), quiet=quiet, verbose=verbose)
    scenarios = _chosen(loaded, policy or [], quiet=quiet)
    if not no_save:
        make_ready(out, scenarios)
    from leaksim.failing import BlocksFailedError
    from leaksim.simulation import simulate_many
    from leaksim.store.manifest import facts_of
    from leaksim.store.runs import save_run

    finished: dict[str, _Finished] = {}
    wanted = [scenario for scenario, _ in scenarios.values()]
    failure: BlocksFailedError | None = None
    saved_in = None if no_save else out
    with kept_in(saved_in, fresh=fresh) as store, progress_on(Console(stderr=True), quiet=quiet) as progress:
        results = simulate_many(
            wanted,
            replications=replications,
            seed=seed,
            jobs=who,
            store=store,
            progress=progress.advance,
        )
        if who != 1:
            # Workers are busy with the first blocks meanwhile.
            Thread(target=_import_what_tables_need, daemon=True).start()
        with closing(results):
            try:
                for result in results:
                    scenario, file = scenarios[result.plan.scenario.name]
                    folder = None if no_save else save_run(result, out, file=file)
                    finished[scenario.name] = _Finished(
                        scenario.title, result.table, facts_of(result, file), result.precision
                    )
                    with progress.paused():
                        if not json:
                            _show(result, show or (), quiet=quiet, verbose=verbose)
                        _tell(result, None if quiet else folder)
            except BlocksFailedError as error:
                failure = error
    in_order = [finished[name] for name in scenarios if name in finished]
    if len(in_order) > 1 or any(path.is_dir() for path in files):
        _compare(in_order, saved_in if failure is None else None, show=not json and not quiet)
    if json:
        print_json(_document(in_order))
    if failure is not None:
        print(failure, file=sys.stderr)
        return failure.exit_code
    return 0


def _import_what_tables_need() -> None:
    for module in ("pandas", "pyarrow.parquet", "scipy.special"):
        import_module(module)


def load_files(files: Sequence[Path], *, quiet: bool, verbose: bool) -> "dict[Path, Loaded]":
    """Return what is in the files, all of it valid; say on standard error what is to be said about them."""
    from leaksim.cli.check import same_names
    from leaksim.scenario.loading import load
    from leaksim.scenario.problems import ScenarioProblems, count_of

    loaded = {file: load(file) for file in files}
    every = [problem for one in loaded.values() for problem in one.problems]
    every += [problem for _, problem in same_names(loaded)]
    # What several scenarios inherit from one base is told once.
    problems = list({str(problem): problem for problem in every}.values())
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise ScenarioProblems(errors)
    notes = [problem for problem in problems if problem.severity == "note"]
    for problem in problems:
        if verbose or problem not in notes:
            print(problem, file=sys.stderr)
    if notes and not (verbose or quiet):
        print(f"{count_of(notes)}: shown with -v, and by leaksim check", file=sys.stderr)
    return loaded


def load_all(files: Sequence[Path], *, quiet: bool, verbose: bool) -> "dict[str, tuple[Scenario, Path]]":
    """Return the scenarios and their files by name, without policies; say what is to be said as `load_files` does."""
    loaded = load_files(files, quiet=quiet, verbose=verbose)
    return {one.scenario.name: (one.scenario, file) for file, one in loaded.items() if one.scenario is not None}


def _chosen(
    loaded: "dict[Path, Loaded]", policies: Sequence[str], *, quiet: bool
) -> "dict[str, tuple[Scenario, Path]]":
    """Return the scenarios to run and their files by name: those of the files, or the policies that are named."""
    from leaksim.cli.policies import PolicyError, about_policies, policy_of

    if policies:
        (file, one), *others = loaded.items()
        if others:
            raise PolicyError("--policy goes with one scenario file")
        chosen = [policy_of(one, name, file).scenario for name in policies]
        return {scenario.name: (scenario, file) for scenario in chosen}
    if not quiet:
        for file, one in loaded.items():
            if one.policies:
                print(about_policies(one, file), file=sys.stderr)
    return {one.scenario.name: (one.scenario, file) for file, one in loaded.items() if one.scenario is not None}


def make_ready(out: Path, names: Iterable[str]) -> None:
    """Make sure that results can be written before hours are spent on them."""
    for folder in (out, *(out / name for name in names)):
        if folder.exists() and not folder.is_dir():
            raise OutputFolderError(f"{folder} is not a folder; choose another --out")
        if folder.exists() and not os.access(folder, os.W_OK | os.X_OK):
            raise OutputFolderError(f"{folder} is write-protected; choose another --out")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputFolderError(f"{out} cannot be made: {error.strerror}; choose another --out") from None


def _show(result: "Result", sections: Sequence[SectionName], *, quiet: bool, verbose: bool) -> None:
    from leaksim.report.sections import SECTIONS

    terminal = console()
    _show_outcomes(result, terminal, quiet=quiet, verbose=verbose)
    for name in dict.fromkeys(sections):
        terminal.print(SECTIONS[name](result))
        terminal.print()


def _show_outcomes(result: "Result", terminal: Console, *, quiet: bool, verbose: bool) -> None:
    from leaksim.engine.calendar import Calendar
    from leaksim.report.outcomes import outcomes_of
    from leaksim.report.sentence import sentence
    from leaksim.report.terminal import Subject, scenario_report

    scenario = result.plan.scenario
    if quiet:
        terminal.print(f"{scenario.name}: {sentence(outcomes_of(result.table))}", soft_wrap=True)
        return
    months = Calendar(scenario.period.start, scenario.period.months).labels
    subject = Subject(scenario.title, months, result.plan.seed, result.table)
    terminal.print(scenario_report(subject, verbose=verbose))
    if result.precision is not None:
        from leaksim.report.precision import trace_report

        terminal.print("", trace_report(result.precision), sep="\n")
    terminal.print()


def _tell(result: "Result", folder: Path | None) -> None:
    """Say on standard error what nobody should overlook, and where the result is."""
    name = result.plan.scenario.name
    if result.precision is not None and not result.precision.reached:
        from leaksim.report.precision import not_reached

        print(f"{name}: warning: {not_reached(result.precision, result.plan.lane_step)}", file=sys.stderr)
    if result.unread:
        print(f"{name}: warning: nothing reads {', '.join(result.unread)}: no result changes", file=sys.stderr)
    if folder is not None:
        before = f", with {result.reused} block{'s' * (result.reused > 1)} from before" if result.reused else ""
        print(f"{name}: saved in {folder} after {result.seconds:.1f} s{before}", file=sys.stderr)


def _compare(finished: "Sequence[_Finished]", out: Path | None, *, show: bool) -> None:
    from leaksim.report.headline import headline_of
    from leaksim.report.headline_files import headline_files
    from leaksim.report.terminal import comparison
    from leaksim.store.atomic import replace_files

    if show and len(finished) > 1:
        console().print(comparison([headline_of(each.title, each.table) for each in finished]))
    if out is not None:
        replace_files(out, headline_files([(each.title, each.table) for each in finished]))


def _document(finished: "Sequence[_Finished]") -> dict[str, object]:
    from leaksim.store.manifest import common_facts

    scenarios = {each.facts["scenario"]["name"]: each.facts for each in finished}
    return {
        "leaksim": __version__,
        "manifest": {**common_facts(), "scenarios": scenarios},
        "results": [row for each in finished for row in json_rows(each.table)],
        "traces": [row for each in finished if each.precision for row in json_rows(each.precision.trace)],
    }


def console() -> Console:
    """Return the terminal, at most 80 columns wide."""
    from leaksim.report.terminal import WIDTH

    # Titles are the authors' own text, in which square brackets mean square brackets.
    terminal = Console(markup=False, highlight=False, emoji=False)
    terminal.width = min(terminal.width, WIDTH)
    return terminal


@dataclass(frozen=True)
class _Finished:
    """What is kept of a result that is saved: the bulk of it would fill the memory."""

    title: str
    table: "pd.DataFrame"
    facts: dict[str, Any]
    precision: "Precision | None"
