"""Where each value of a scenario comes from: the file, a base file, or a default."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from leaksim.scenario.fields import Frozen
from leaksim.scenario.positions import Located
from leaksim.scenario.problems import Place, dotted
from leaksim.scenario.schema import Scenario, ScenarioFile
from leaksim.scenario.schema_paths import description_at


@dataclass(frozen=True)
class Origin:
    """One value and where it was set.

    Attributes
    ----------
    path : tuple of str or int
        The value's path of keys.
    value : object
        As written, or the default.
    kind : {"file", "base", "default"}
        Written in the scenario's own file, inherited from a file it extends, or not written at all.
    place : Place or None
        Where it is written.
    replaced : Located or None
        The value of a base file that it took the place of.
    about : str
        What the field means.
    """

    path: tuple[str | int, ...]
    value: Any
    kind: Literal["file", "base", "default"]
    place: Place | None = None
    replaced: Located | None = None
    about: str = ""

    @property
    def name(self) -> str:
        """The path as one dotted name."""
        return dotted(self.path)

    def as_json(self) -> dict[str, object]:
        """Return the origin as plain data for ``--json``."""
        replaced = self.replaced
        return {
            "path": self.name,
            "value": self.value,
            "origin": self.kind,
            "file": str(self.place.source.file) if self.place else None,
            "line": self.place.line if self.place else None,
            "replaces": replaced and {"value": replaced.plain(), "place": str(replaced.place)},
            "about": self.about,
        }


def origins_of(scenario: Scenario, tree: Located) -> Iterator[Origin]:
    """Yield every value of a scenario file, written or by default, in the order of the schema.

    Parameters of the registry that the scenario does not set are not among them.
    """
    own = tree.place.source.file
    for section, field in ScenarioFile.model_fields.items():
        written = tree.child(section)
        about = field.description or ""
        if written is not None:
            yield from _written(written, (section,), own, about, tree.replaced.get(section))
        default = getattr(scenario, section, None)
        if isinstance(default, Frozen):
            yield from _defaults(default, written, (section,))
        elif written is None and default:
            yield Origin((section,), default, "default", about=about)


def _written(
    here: Located, path: tuple[str | int, ...], own: Path, about: str, replaced: Located | None
) -> Iterator[Origin]:
    if isinstance(here.value, dict):
        for key, below in here.value.items():
            yield from _written(below, (*path, key), own, description_at((*path, key)), here.replaced.get(key))
    elif isinstance(here.value, list) and any(isinstance(item.value, dict | list) for item in here.value):
        for index, item in enumerate(here.value):
            yield from _written(item, (*path, index), own, about, None)
    else:
        kind: Literal["file", "base"] = "file" if here.place.source.file == own else "base"
        yield Origin(path, here.plain(), kind, here.place, replaced, about)


def _defaults(part: Frozen, written: Located | None, path: tuple[str, ...]) -> Iterator[Origin]:
    for name, field in type(part).model_fields.items():
        value = getattr(part, name)
        below = written.child(name) if written else None
        if below is None and value is not None:
            yield Origin((*path, name), value, "default", about=field.description or "")
