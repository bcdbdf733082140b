"""The way from a file to a scenario: read, inherit, validate, resolve, remark."""

from dataclasses import dataclass
from pathlib import Path

from leaksim.scenario.inheritance import read_with_bases
from leaksim.scenario.positions import Located
from leaksim.scenario.problems import Problem, ScenarioProblems
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
    """

    scenario: Scenario | None
    tree: Located | None
    problems: list[Problem]


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


def load(path: str | Path) -> Loaded:
    """Load a scenario and keep what is known about the place of each value."""
    try:
        tree, problems = read_with_bases(Path(path))
    except ScenarioProblems as error:
        return Loaded(None, None, error.problems)
    file, wrong, kept = validate(tree)
    scenario, findings = resolve(file)
    # A value that could not even be read is told once, not again for what it should have been.
    told = {_position(problem) for problem in problems}
    found = [*wrong, *(finding.moved(kept).located(tree) for finding in findings)]
    problems += [problem for problem in found if _position(problem) not in told]
    if problems or scenario is None:
        return Loaded(None, tree, _in_order(problems, tree))
    remarks = [finding.located(tree) for finding in remarks_on(scenario, tree)]
    return Loaded(scenario, tree, _in_order(remarks, tree))


def _in_order(problems: list[Problem], tree: Located) -> list[Problem]:
    """Sort by place, the file itself before its bases."""
    own = tree.place.source.file
    return sorted(problems, key=lambda problem: (problem.place.source.file != own, _position(problem)))


def _position(problem: Problem) -> tuple[str, int, int]:
    place = problem.place
    return str(place.source.file), place.line, place.column
