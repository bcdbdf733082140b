"""``leaksim compare``: what difference scenarios make, in the same random histories."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from cyclopts.validators import Number
from rich.console import Console

from leaksim.cli.output import Json, print_json, tell_unused_half_width
from leaksim.cli.progress import progress_on
from leaksim.cli.run import console, load_files, make_ready
from leaksim.cli.work import DaskOption, FreshOption, JobsOption, kept_in, workers
from leaksim.errors import InputError
from leaksim.scenario.files import scenario_files
from leaksim.scenario.loading import Loaded
from leaksim.scenario.schema import Scenario
from leaksim.store.formats import json_rows
from leaksim.version import __version__

if TYPE_CHECKING:
    from leaksim.comparing import Comparison
    from leaksim.robustness import Robustness


class CompareUsageError(InputError):
    """The options do not go together."""


def compare(
    files: list[Path],
    /,
    *,
    reference: str | None = None,
    set_: Annotated[list[str] | None, Parameter(name="--set")] = None,
    robustness: str | None = None,
    threshold: str | None = None,
    out: Path | None = None,
    replications: Annotated[int | None, Parameter(validator=Number(gte=1, lte=1_000_000))] = None,
    seed: Annotated[int | None, Parameter(validator=Number(gte=0, lt=2**63))] = None,
    jobs: JobsOption = None,
    dask: DaskOption = None,
    fresh: FreshOption = False,
    json: Json = False,
    quiet: Annotated[bool, Parameter(alias="-q")] = False,
) -> int:
    """Say what difference scenarios make, in the same random histories.

    Parameters
    ----------
    files
        Scenario files of the same period, or folders. A file stands for its scenario and its policies, a folder for
        all files in it that have the period of the reference.
    reference
        The scenario or policy from which differences are taken, by name or file; the first scenario if not given.
    set_
        With one file: a what-if without a file, as id=value; the file is compared with itself so changed. Repeatable.
    robustness
        An outcome, such as pressure.realised: which scenario is chosen by maximin, minimax regret and other criteria of
        decision under deep uncertainty, over all draws of the uncertain parameters, and how surely.
    threshold
        With `--robustness`: what a scenario has to reach, such as "2000 $m/year"; adds the share of draws in which it
        does.
    out
        A folder for comparison.csv and comparison.md, and robustness.csv with `--robustness`; nothing is written if not
        given.
    replications
        Replications, instead of the number in the file of the reference.
    seed
        The number that fixes all random draws, instead of the one in the file of the reference.
    json
        Print one JSON document instead of tables.
    quiet
        Print one sentence for each scenario, and no progress.
    """
    who = workers(jobs, dask)
    loaded = load_files(scenario_files(files), quiet=quiet, verbose=False)
    if threshold is not None and robustness is None:
        raise CompareUsageError("--threshold goes with --robustness OUTCOME")
    if robustness is not None:
        _refuse_unknown(robustness, threshold)
    changed = _what_if(loaded, set_, reference) if set_ else None
    if out is not None:
        make_ready(out, [])
    from leaksim.comparing import Candidate, candidates_of, compare_candidates

    candidates = [each for file, one in loaded.items() for each in candidates_of(one, in_folder=file not in files)]
    candidates += [] if changed is None else [Candidate(changed)]
    for candidate in candidates if replications is None else ():
        tell_unused_half_width(candidate.scenario)
    with kept_in(out, fresh=fresh) as store, progress_on(Console(stderr=True), quiet=quiet) as progress:
        comparison = compare_candidates(
            candidates,
            reference=_name_of(reference, loaded),
            replications=replications,
            seed=seed,
            jobs=who,
            store=store,
            progress=progress.advance,
        )
    judged = None if robustness is None else comparison.robustness(robustness, threshold=threshold)
    if out is not None:
        _save(comparison, judged, _files_by_name(loaded), out)
    if json:
        print_json(_document(comparison, judged))
    else:
        _show(comparison, quiet=quiet)
        if judged is not None:
            from leaksim.report.robustness import told
            from leaksim.report.told import on_terminal

            console().print(on_terminal(told(judged)))
    return 0


def _refuse_unknown(outcome: str, threshold: str | None) -> None:
    """Find out before anything is run."""
    from leaksim.discovery.conditions import level_of, outcome_of

    headline = outcome_of("robustness", outcome)
    if threshold is not None:
        level_of("threshold", headline, threshold)


def _what_if(loaded: dict[Path, Loaded], settings: list[str], reference: str | None) -> Scenario:
    from leaksim.scenario.what_if import what_if

    if len(loaded) != 1 or reference is not None:
        raise CompareUsageError("--set goes with one scenario file, which is the reference")
    (file,) = loaded
    return what_if(file, settings)


def _name_of(reference: str | None, loaded: dict[Path, Loaded]) -> str | None:
    """Return the name of the scenario whose file is meant, or what is given, which may be a name."""
    if reference is None:
        return None
    wanted = Path(reference).resolve()
    for file, one in loaded.items():
        if one.scenario is not None and file.resolve() in (wanted, wanted.with_suffix(".yaml")):
            return one.scenario.name
    return Path(reference).stem


def _show(comparison: "Comparison", *, quiet: bool) -> None:
    from leaksim.report.comparison import sentences, terminal_report

    if not quiet:
        console().print(terminal_report(comparison))
        return
    for line in sentences(comparison):
        console().print(line, soft_wrap=True)


def _files_by_name(loaded: dict[Path, Loaded]) -> dict[str, Path]:
    from leaksim.comparing import candidates_of

    return {each.scenario.name: file for file, one in loaded.items() for each in candidates_of(one, in_folder=False)}


def _save(comparison: "Comparison", judged: "Robustness | None", files: dict[str, Path], out: Path) -> None:
    from leaksim.report.comparison import markdown
    from leaksim.store.formats import csv_bytes
    from leaksim.store.studies import COMPARISON, save_study

    scenarios = comparison.scenarios
    more = {} if judged is None else {"robustness.csv": csv_bytes(judged.table)}
    save_study(
        out, COMPARISON, comparison.table, markdown(comparison), scenarios, files, seed=scenarios[0].run.seed, more=more
    )


def _document(comparison: "Comparison", judged: "Robustness | None") -> dict[str, object]:
    from leaksim.store.manifest import common_facts

    facts = {each.name: {"title": each.title, "digest": each.digest, "run": each.run} for each in comparison.scenarios}
    return {
        "leaksim": __version__,
        "manifest": {**common_facts(), "scenarios": facts},
        "reference": comparison.reference,
        "same": comparison.same,
        "left_out": comparison.left_out,
        "results": json_rows(comparison.table),
        "robustness": [] if judged is None else json_rows(judged.table),
    }
