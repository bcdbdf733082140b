"""The content of a YAML file together with the place where each piece of it is written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode

from leaksim.scenario.problems import Place, Problem, ScenarioProblems, Source

MOST_NODES = 20_000
"""A file that grows beyond this many values once its aliases are followed is refused."""

PLAIN_TAGS = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")

LARGEST_NUMBER = 1e300
"""Anything beyond, and whatever is not a number, cannot be calculated with."""


@dataclass(frozen=True)
class Located:
    """A value with its place; ``value`` is a scalar, or a dict or list of further located values.

    Attributes
    ----------
    written : str
        A scalar as it stands in the file, before YAML turned it into a number or a date.
    keys : dict
        For a mapping, where each key is written.
    replaced : dict
        For a mapping, the value of a base file that each key has replaced.
    """

    value: Any
    place: Place
    written: str = ""
    keys: dict[str, Place] = field(default_factory=dict)
    replaced: dict[str, "Located"] = field(default_factory=dict)

    def plain(self) -> Any:
        """Return the value without places."""
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, list):
            return [child.plain() for child in self.value]
        return self.value

    def child(self, part: object) -> "Located | None":
        """Return the value under a key or an index, or ``None`` when there is none."""
        if isinstance(self.value, dict):
            return self.value.get(part)
        if isinstance(self.value, list) and isinstance(part, int) and part < len(self.value):
            found: Located = self.value[part]
            return found
        return None

    def find(self, path: Sequence[object]) -> "tuple[Located, tuple[str | int, ...], Place]":
        """Follow ``path`` as far as it exists, skipping parts that name no value of the file.

        Returns
        -------
        tuple
            The value found, the parts of the path that led to it, and where its key is written.
        """
        here, taken, key = self, list[str | int](), self.place
        for part in path:
            below = here.child(part)
            if below is not None and isinstance(part, str | int):
                key = here.keys.get(str(part), below.place)
                here = below
                taken.append(part)
        return here, tuple(taken), key


class Locator:
    """Turns the nodes of one YAML file into located values and collects what is wrong on the way.

    A file that contains itself or grows without measure raises ``ScenarioProblems`` at once.
    """

    def __init__(self, source: Source, scalar: Callable[[Node], Any]) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self._scalar = scalar
        self._done: dict[int, tuple[Located, int]] = {}
        self._open: set[int] = set()

    def locate(self, node: Node) -> Located:
        """Return ``node`` with places; what an alias repeats is shared, not copied."""
        return self._locate(node)[0]

    def _locate(self, node: Node) -> tuple[Located, int]:
        # The size counts the nodes as if every alias were written out, without writing them out.
        if id(node) in self._open:
            raise self._refusal(node, "this part contains itself through an alias (*name)")
        if id(node) not in self._done:
            self._open.add(id(node))
            located, size = self._build(node)
            self._open.remove(id(node))
            if size > MOST_NODES:
                too_many = f"more than {MOST_NODES:,} values"
                raise self._refusal(node, f"with its aliases (*name) written out, this part has {too_many}")
            self._done[id(node)] = located, size
        return self._done[id(node)]

    def _build(self, node: Node) -> tuple[Located, int]:
        place = self._place(node)
        if isinstance(node, ScalarNode):
            return Located(self._value(node), place, written=node.value), 1
        if str(node.tag) not in PLAIN_TAGS:
            self._report_tag(node)
        if isinstance(node, MappingNode):
            return self._mapping(node, place)
        items = [self._locate(item) for item in node.value]
        return Located([item for item, _ in items], place), 1 + sum(size for _, size in items)

    def _mapping(self, node: MappingNode, place: Place) -> tuple[Located, int]:
        located = Located({}, place)
        total = 1
        for key_node, value_node in node.value:
            key = self._value(key_node) if isinstance(key_node, ScalarNode) else None
            child, size = self._locate(value_node)
            total += 1 + size
            if not isinstance(key, str):
                written = key_node.value if isinstance(key_node, ScalarNode) else "this key"
                self._report(key_node, f"{written} is not text: a key has to be text, so put it in quotes")
            elif key in located.value:
                first = located.keys[key].line
                self._report(key_node, f"'{key}' is written twice; the first one is in line {first}")
            else:
                located.value[key] = child
                located.keys[key] = self._place(key_node)
        return located, total

    def _value(self, node: ScalarNode) -> Any:
        if str(node.tag) == "tag:yaml.org,2002:merge":
            return node.value
        try:
            value = self._scalar(node)
        except MarkedYAMLError:
            self._report_tag(node)
        except (ValueError, ArithmeticError) as error:
            self._report(node, f"{node.value[:40]} cannot be read: {error}")
        else:
            if not isinstance(value, int | float) or abs(value) <= LARGEST_NUMBER:
                return value
            self._report(node, f"{node.value[:40]} is not a finite number")
        return node.value

    def _place(self, node: Node) -> Place:
        return Place(self.source, node.start_mark.line + 1, node.start_mark.column + 1)

    def _refusal(self, node: Node, message: str) -> ScenarioProblems:
        return ScenarioProblems([*self.problems, Problem(message, self._place(node))])

    def _report_tag(self, node: Node) -> None:
        tag = str(node.tag).replace("tag:yaml.org,2002:", "!!")
        self._report(node, f"the tag {tag} has no meaning here")

    def _report(self, node: Node, message: str) -> None:
        self.problems.append(Problem(message, self._place(node)))
