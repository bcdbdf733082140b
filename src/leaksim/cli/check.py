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
        Simulate each scenario and policy, and verify what it expects.
    json
        Print one JSON document.
    """
    loaded = {file: load(file) for file in scenario_files(files)}
    for file, problem in same_names(loaded):
        loaded[file].problems.append(problem)
    # What several scenarios inherit from one base is told once.
    problems = {str(problem): problem for one in loaded.values() for problem in one.problems}.values()
    wrong = any(problem.severity == "error" for problem in problems)
    verdicts = {
        scenario.name: _verdicts(scenario)
        for one in loaded.values()
        for scenario in _scenarios(one)
        if run and not wrong
    }
    failed = sum(not verdict.holds for found in verdicts.values() for verdict in found)
    if json:
        print_json({"files": [_as_json(file, one, verdicts) for file, one in loaded.items()]})
    else:
        for problem in problems:
            print(problem)
        for file, one in loaded.items():
            for label, scenario in _labelled(file, one):
                for verdict in verdicts.get(scenario.name, ()):
                    print(f"{label}: {verdict}")
        verified = sum(map(len, verdicts.values()))
        outcome = [f"{verified - failed} of {verified} expectations hold"] if run and not wrong else []
        print(f"{_count(loaded)} checked: {', '.join([count_of(list(problems)) or 'nothing to report', *outcome])}")
    return 2 if wrong else 1 if failed else 0


def same_names(loaded: dict[Path, Loaded]) -> Iterator[tuple[Path, Problem]]:
    """Yield each file whose scenario or policy has the name of one before, since results would mix; and the problem."""
    first: dict[str, str] = {}
    for file, one in loaded.items():
        if one.scenario is None or one.tree is None:
            continue
        name = one.scenario.name
        if name in first:
            yield file, Problem(f"{first[name]} has the same name", one.tree.find(("name",))[0].place, path=("name",))
        first.setdefault(name, str(file))
        for short, policy in one.policies.items():
            name = policy.scenario.name
            if name in first:
                message = f"in tables this policy is called '{name}', as is {first[name]}"
                yield file, Problem(message, policy.key, path=("policies", short))
            first.setdefault(name, f"policy {short} of {file}")


def _scenarios(one: Loaded) -> list[Scenario]:
    """Return the scenario of a file and its policies; nothing of a file that is wrong."""
    return [] if one.scenario is None else [one.scenario, *(policy.scenario for policy in one.policies.values())]


def _labelled(file: Path, one: Loaded) -> Iterator[tuple[str, Scenario]]:
    labels = [str(file), *(f"{file}, policy {name}" for name in one.policies)]
    yield from zip(labels, _scenarios(one), strict=False)


def _count(loaded: dict[Path, Loaded]) -> str:
    policies = sum(len(one.policies) for one in loaded.values())
    files = f"{len(loaded)} file{'s' * (len(loaded) > 1)}"
    return f"{files} with {policies} {'policy' if policies == 1 else 'policies'}" if policies else files


def _verdicts(scenario: Scenario) -> list[Verdict]:
    if not scenario.expect:
        return []
    import leaksim

    return verify_expectations(scenario.expect, leaksim.simulate(scenario).table)


def _as_json(file: Path, one: Loaded, verdicts: dict[str, list[Verdict]]) -> dict[str, object]:
    def verified(scenario: Scenario | None) -> list[dict[str, object]]:
        return [] if scenario is None else [verdict.as_json() for verdict in verdicts.get(scenario.name, ())]

    return {
        "file": str(file),
        "scenario": one.scenario.name if one.scenario else None,
        "valid": not any(problem.severity == "error" for problem in one.problems),
        "problems": [problem.as_json() for problem in one.problems],
        "expectations": verified(one.scenario),
        "policies": [
            {"policy": name, "scenario": policy.scenario.name, "expectations": verified(policy.scenario)}
            for name, policy in one.policies.items()
        ],
    }
