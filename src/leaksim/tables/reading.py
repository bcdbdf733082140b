"""From a YAML file to a layout, or to a list of everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from leaksim.errors import InputError
from leaksim.scenario.fields import nearest
from leaksim.scenario.findings import Finding
from leaksim.scenario.positions import Located
from leaksim.scenario.problems import Problem, ScenarioProblems
from leaksim.scenario.reading import read_located
from leaksim.scenario.validation import relevant
from leaksim.scenario.wording import problem_of
from leaksim.tables.checking import findings
from leaksim.tables.layout import LAYOUTS, Layout

_BUILT_IN = Path(__file__).parent / "layouts"


class NoLayoutError(InputError):
    """There is no built-in layout of that name."""


@cache
def built_in_layouts() -> dict[str, Path]:
    """Return the files of the layouts that leaksim brings, by name."""
    return {file.stem: file for file in sorted(_BUILT_IN.glob("*.yaml"))}


def built_in_file(name: str) -> Path:
    """Return the file of a built-in layout.

    Raises
    ------
    NoLayoutError
        When there is none of that name.
    """
    files = built_in_layouts()
    if name not in files:
        alike = nearest(name, files)
        hint = f"did you mean {' or '.join(alike)}?" if alike else f"there are {', '.join(files)}"
        raise NoLayoutError(f"there is no layout called '{name}'; {hint}")
    return files[name]


def read_layout(path: Path) -> Layout:
    """Read a layout.

    Raises
    ------
    ScenarioProblems
        When anything is wrong with the file; it lists all that is wrong, with its place.
    """
    tree, problems = read_located(path, path, "layout")
    kind = tree.child("of")
    if kind is None or not isinstance(kind.value, str) or kind.value not in LAYOUTS:
        raise ScenarioProblems([*problems, _no_kind(kind).located(tree)])
    root = LAYOUTS[kind.value]
    try:
        layout = root.model_validate(tree.plain())
    except ValidationError as error:
        problems += [problem_of(detail, tree, root) for detail in relevant(error)]
    else:
        problems += [finding.located(tree) for finding in findings(layout)]
    if problems:
        raise ScenarioProblems(list(_once(problems)))
    return layout


def _no_kind(kind: Located | None) -> Finding:
    names = tuple(LAYOUTS)
    if kind is None:
        return Finding((), "'of' is missing: what the table is made of", allowed=names)
    written = kind.written or "this"
    return Finding(("of",), f"there is no table of '{written}'", allowed=names, nearest=nearest(written, names))


def _once(problems: list[Problem]) -> Iterator[Problem]:
    """Yield problems in the order of the file, of one place the first alone."""
    told: set[tuple[int, int]] = set()
    for problem in sorted(problems, key=lambda problem: (problem.place.line, problem.place.column)):
        position = problem.place.line, problem.place.column
        if position not in told:
            yield problem
        told.add(position)
