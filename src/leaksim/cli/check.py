"""``leaksim check``: what is wrong with scenario files, and whether their results are as expected."""

from collections.abc import Iterator
from pathlib import Path

from leaksim.cli.output import Json, print_json
from leaksim.scenario.expectations import Verdict, verify_expectations
from leaksim.scenario.files import scenario_files
from leaksim.scenario.loading import Loaded, load
from leaksim.scenario.problems import Problem, count_of
from leaksim.scenario.schema import Scenario


def check(files: list[Path], /, *, run: bool = False, json: Json = False) -> int:
    """Say what is wrong with scenario files, and whether their results are as expected.

    Ends with code 0 if nothing is wrong, 1 if an expectation fails, 2 if a file is wrong. Warnings and notes
    do not count as wrong. Nothing is written.

    Parameters
    ----------
    files
        Scenario files, or folders of them.
    run
        Simulate each scenario and verify what it expects.
    json
        Print one JSON document.
    """
    loaded = {file: load(file) for file in scenario_files(files)}
    for problem in same_names(loaded):
        loaded[problem.place.source.file].problems.append(problem)
    # What several scenarios inherit from one base is told once.
    problems = {str(problem): problem for one in loaded.values() for problem in one.problems}.values()
    wrong = any(problem.severity == "error" for problem in problems)
    verdicts = {
        file: _verdicts(one.scenario) if run and not wrong and one.scenario else [] for file, one in loaded.items()
    }
    failed = sum(not verdict.holds for found in verdicts.values() for verdict in found)
    if json:
        print_json({"files": [_as_json(file, one, verdicts[file]) for file, one in loaded.items()]})
    else:
        for problem in problems:
            print(problem)
        for file, found in verdicts.items():
            for verdict in found:
                print(f"{file}: {verdict}")
        verified = sum(map(len, verdicts.values()))
        outcome = [f"{verified - failed} of {verified} expectations hold"] if run and not wrong else []
        number = f"{len(loaded)} file{'s' * (len(loaded) > 1)} checked"
        print(f"{number}: {', '.join([count_of(list(problems)) or 'nothing to report', *outcome])}")
    return 2 if wrong else 1 if failed else 0


def same_names(loaded: dict[Path, Loaded]) -> Iterator[Problem]:
    """Yield a problem for each file whose scenario has the name of one before: results would mix."""
    first: dict[str, Path] = {}
    for file, one in loaded.items():
        if one.scenario is None or one.tree is None:
            continue
        if one.scenario.name in first:
            message = f"{first[one.scenario.name]} has the same name"
            place = one.tree.find(("name",))[0].place
            yield Problem(message, place, path=("name",))
        first.setdefault(one.scenario.name, file)


def _verdicts(scenario: Scenario) -> list[Verdict]:
    if not scenario.expect:
        return []
    import leaksim

    return verify_expectations(scenario.expect, leaksim.simulate(scenario).table)


def _as_json(file: Path, one: Loaded, verdicts: list[Verdict]) -> dict[str, object]:
    return {
        "file": str(file),
        "scenario": one.scenario.name if one.scenario else None,
        "valid": not any(problem.severity == "error" for problem in one.problems),
        "problems": [problem.as_json() for problem in one.problems],
        "expectations": [verdict.as_json() for verdict in verdicts],
    }
