"""The way from a file to a scenario: read, inherit, validate, resolve, remark."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from leaksim.scenario.inheritance import read_with_bases
from leaksim.scenario.policies import WrittenPolicy, different_fields, name_problems, written_policies
from leaksim.scenario.positions import Located
from leaksim.scenario.problems import Place, Problem, ScenarioProblems
from leaksim.scenario.remarks import remarks_on
from leaksim.scenario.resolving import resolve
from leaksim.scenario.schema import Scenario
from leaksim.scenario.validation import validate


@dataclass(frozen=True)
class Loaded:
    """What came of a file: the scenario if it is valid, the text behind it, and everything to say about it.

    Attributes
    ----------
    scenario : Scenario or None
        ``None`` exactly when one of the problems is an error.
    tree : Located or None
        The merged content with places; ``None`` when the file could not be read at all.
    problems : list of Problem
        Errors, or else warnings and notes, in the order of the file.
    policies : mapping of str to LoadedPolicy
        The policies by the names they have in the file; empty when one of the problems is an error.
    """

    scenario: Scenario | None
    tree: Located | None
    problems: list[Problem]
    policies: Mapping[str, "LoadedPolicy"] = field(default_factory=dict)


@dataclass(frozen=True)
class LoadedPolicy:
    """A policy as a scenario of its own, and the text behind it."""

    scenario: Scenario
    tree: Located
    key: Place
    """Where its name is written."""


def load_scenario(path: str | Path) -> Scenario:
    """Load a scenario.

    Parameters
    ----------
    path : str or Path
        A YAML file.

    Raises
    ------
    ScenarioProblems
        When anything is wrong with the file or with one that it extends; it lists all that is wrong.
    """
    loaded = load(path)
    if loaded.scenario is None:
        raise ScenarioProblems(loaded.problems)
    return loaded.scenario


def check_scenario(path: str | Path) -> tuple[Scenario | None, list[Problem]]:
    """Load a scenario and return it with everything there is to say about it; raises nothing.

    Returns
    -------
    tuple
        The scenario, or ``None`` when there are errors; and the errors, or else the warnings and notes.
    """
    loaded = load(path)
    return loaded.scenario, loaded.problems


def load_policies(path: str | Path) -> dict[str, Scenario]:
    """Load the policies of a scenario file, each as a scenario of its own.

    Parameters
    ----------
    path : str or Path
        A YAML file.

    Returns
    -------
    dict
        By the name of the policy in the file. The name of each scenario is that of the file's, ``_`` and the policy's.

    Raises
    ------
    ScenarioProblems
        When anything is wrong with the file or with one that it extends; it lists all that is wrong.
    """
    loaded = load(path)
    if loaded.scenario is None:
        raise ScenarioProblems(loaded.problems)
    return {name: policy.scenario for name, policy in loaded.policies.items()}


def load(path: str | Path) -> Loaded:
    """Load a scenario with its policies and keep what is known about the place of each value."""
    try:
        tree, problems = read_with_bases(Path(path))
    except ScenarioProblems as error:
        return Loaded(None, None, error.problems)
    written = {policy.name: policy for policy in written_policies(tree)}
    scenario, wrong = _made(tree)
    # A value that could not even be read is told once, not again for what it should have been.
    problems += _untold([*wrong, *name_problems(tree, written)], problems)
    made = {}
    for name, policy in written.items():
        made[name], wrong = _made(policy.whole)
        # A policy inherits the mistakes of its scenario, which are told already.
        problems += [policy.placed(problem) for problem in _untold(wrong, problems)]
    policies = {
        name: LoadedPolicy(one, written[name].whole, written[name].key) for name, one in made.items() if one is not None
    }
    if problems or scenario is None:
        return Loaded(None, tree, _in_order(problems, tree))
    remarks = _remarks(scenario, tree, policies, written)
    return Loaded(scenario, tree, _in_order(remarks, tree), policies)


def _made(tree: Located) -> tuple[Scenario | None, list[Problem]]:
    """Return the scenario, if nothing stands against it, and what does."""
    file, wrong, kept = validate(tree)
    scenario, findings = resolve(file)
    found = [*wrong, *(finding.moved(kept).located(tree) for finding in findings)]
    return None if found else scenario, found


def _remarks(
    scenario: Scenario, tree: Located, policies: Mapping[str, LoadedPolicy], written: Mapping[str, WrittenPolicy]
) -> list[Problem]:
    """Return the remarks on a scenario, and on each policy those that do not hold for the scenario as well."""

    def stands_in_file(path: tuple[str | int, ...]) -> bool:
        return tree.find(path)[2].source == tree.place.source

    others = [policy.scenario for policy in policies.values()]
    found = [one.located(tree) for one in remarks_on(scenario, tree, stands_in_file, others)]
    known = {_told(one.located(tree)) for one in remarks_on(scenario, tree, stands_in_file)}
    for name, policy in policies.items():
        if not different_fields(policy.scenario, scenario):
            message = f"policy '{name}' asks for the same as the scenario"
            found.append(Problem(message, policy.key, "warning", ("policies", name)))
        remarks = (one.located(policy.tree) for one in remarks_on(policy.scenario, policy.tree, written[name].holds))
        found += [written[name].placed(one) for one in remarks if _told(one) not in known]
    return found


def _told(problem: Problem) -> tuple[str, tuple[str, int, int]]:
    return problem.message, _position(problem)


def _untold(found: Sequence[Problem], told: Sequence[Problem]) -> list[Problem]:
    """Return what is found in places of which nothing has been told."""
    places = {_position(problem) for problem in told}
    return [problem for problem in found if _position(problem) not in places]


def _in_order(problems: list[Problem], tree: Located) -> list[Problem]:
    """Sort by place, the file itself before its bases."""
    own = tree.place.source.file
    return sorted(problems, key=lambda problem: (problem.place.source.file != own, _position(problem)))


def _position(problem: Problem) -> tuple[str, int, int]:
    place = problem.place
    return str(place.source.file), place.line, place.column
