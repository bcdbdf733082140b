"""`policies`: named changes to one scenario, each read as a file that extends it would be."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from leaksim.scenario.fields import is_identifier
from leaksim.scenario.inheritance import merge
from leaksim.scenario.positions import Located
from leaksim.scenario.problems import Place, Problem
from leaksim.scenario.schema import Policy, Scenario

_OF_ONE_SCENARIO = ("title", "description", "expect")
"""What a scenario says of itself; a policy has its own or none."""

_SAYS_NOTHING = ("name", "title", "description", "references", "expect", "run")
"""Fields that do not change what is simulated, or that a comparison sets alike."""


@dataclass(frozen=True)
class WrittenPolicy:
    """A policy as it stands in a file.

    Attributes
    ----------
    name : str
        Its key under ``policies``.
    key : Place
        Where the key is written.
    patch : Located
        What is written under the key.
    whole : Located
        The scenario with the patch on top: the content of a scenario file of its own.
    """

    name: str
    key: Place
    patch: Located
    whole: Located

    def holds(self, path: tuple[str | int, ...]) -> bool:
        """Say whether the value at a path is written in the policy itself."""
        return len(self.patch.find(path)[1]) == len(path)

    def placed(self, problem: Problem) -> Problem:
        """Tell a problem of the whole as one of the policy, at its key if it does not lie in the patch."""
        path = ("policies", self.name)
        if problem.place in _places(self.patch):
            return replace(problem, path=(*path, *problem.path))
        message = f"with policy '{self.name}': {problem.message}"
        return replace(problem, message=message, place=self.key, path=path)


def written_policies(tree: Located) -> Iterator[WrittenPolicy]:
    """Yield the policies of a merged file that are blocks with a possible name, without keys that are unknown."""
    section = tree.child("policies")
    if section is None or not isinstance(section.value, dict):
        return
    base = {key: value for key, value in tree.value.items() if key not in ("policies", "extends", *_OF_ONE_SCENARIO)}
    for name, patch in section.value.items():
        if not isinstance(patch.value, dict) or not is_identifier(name):
            continue
        key = section.keys[name]
        # The title comes first, so that one that is written takes its place.
        own = {
            "title": Located(name.replace("_", " ").capitalize(), key),
            **{word: value for word, value in patch.value.items() if word in Policy.model_fields},
            "name": Located(_whole_name(tree, name), key),
        }
        whole = merge(replace(tree, value=base), replace(patch, value=own))
        # Where the scenario itself lacks something, the policy lacks it in the same place.
        yield WrittenPolicy(name, key, patch, replace(whole, place=tree.place))


def name_problems(tree: Located, policies: Mapping[str, WrittenPolicy]) -> Iterator[Problem]:
    """Yield what is wrong with names that are possible in themselves."""
    scenario = _name_of(tree)
    for name, policy in policies.items():
        path = ("policies", name)
        if name == scenario:
            yield Problem(f"'{name}' is the name of the scenario itself; choose another", policy.key, path=path)
        elif scenario and not is_identifier(f"{scenario}_{name}"):
            message = f"'{scenario}_{name}', the name of the policy in tables, has more than 80 letters"
            yield Problem(message, policy.key, path=path)


def different_fields(scenario: Scenario, other: Scenario) -> list[str]:
    """Return the fields in which two scenarios ask for different things."""
    fields = (name for name in Scenario.model_fields if name not in _SAYS_NOTHING)
    return [name for name in fields if getattr(scenario, name) != getattr(other, name)]


def _whole_name(tree: Located, name: str) -> str:
    joined = f"{_name_of(tree)}_{name}"
    # A name that is wrong is told once, where it stands.
    return joined if is_identifier(joined) else "unnamed"


def _name_of(tree: Located) -> str:
    name = tree.child("name")
    return name.value if name is not None and isinstance(name.value, str) and is_identifier(name.value) else ""


def _places(located: Located) -> Iterator[Place]:
    yield located.place
    yield from located.keys.values()
    if isinstance(located.value, dict | list):
        for below in located.value.values() if isinstance(located.value, dict) else located.value:
            yield from _places(below)
