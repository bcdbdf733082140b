"""A finding about the content of a scenario, which knows its path but not its place in a file."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydantic_core import PydanticCustomError

from leaksim.scenario.positions import Located
from leaksim.scenario.problems import Problem, Severity

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Finding:
    """Something to say about the value at ``path``."""

    path: Path
    message: str
    severity: Severity = "error"
    allowed: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()

    @classmethod
    def of(cls, path: Path, error: ValueError) -> "Finding":
        """Report a value that a check has refused."""
        context = (error.context or {}) if isinstance(error, PydanticCustomError) else {}
        message = str(context.get("words", error))
        return cls(path, message, allowed=context.get("allowed", ()), nearest=context.get("nearest", ()))

    def located(self, tree: Located) -> Problem:
        """Give the finding its place in the file."""
        found, _, key = tree.find(self.path)
        place = key if found.value is None or isinstance(found.value, dict) else found.place
        return Problem(self.message, place, self.severity, self.path, self.allowed, self.nearest)

    def moved(self, kept: dict[str, list[int]]) -> "Finding":
        """Count list items as in the file, where others stood before them (see ``validate``)."""
        if len(self.path) < 2 or not isinstance(self.path[1], int):
            return self
        section, index = str(self.path[0]), self.path[1]
        original: Sequence[int] = kept.get(section, range(index + 1))
        return replace(self, path=(section, original[index], *self.path[2:]))
