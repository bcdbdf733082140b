"""`extends`: a file that begins from another one.

Mappings merge key by key; scalars and lists replace. An uncertainty counts as one value: a mapping that
describes one distribution replaces the mapping that described another. An ensemble replaces the uncertainties of all
its parameters.
"""

import os
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from leaksim.evidence.ensembles import ensemble_names, load_ensemble
from leaksim.scenario.positions import Located
from leaksim.scenario.problems import Problem, ScenarioProblems
from leaksim.scenario.reading import read_located, similar_files

LONGEST_CHAIN = 8


def read_with_bases(path: Path) -> tuple[Located, list[Problem]]:
    """Read a file and everything it extends, merged.

    Raises
    ------
    ScenarioProblems
        When one of the files cannot be read, or `extends` leads nowhere, in a circle, or out of the folder.
    """
    outermost = shown = path
    seen: set[Path] = set()
    layers: list[Located] = []
    problems: list[Problem] = []
    while True:
        try:
            layer, found = read_located(path, shown)
            problems += found
            layers.append(layer)
            link = layer.child("extends")
            if link is None:
                break
            if link.value is None:
                link = replace(link, place=layer.keys["extends"])
            if len(layers) == LONGEST_CHAIN:
                raise _refusal(link, f"more than {LONGEST_CHAIN} files extend one another")
            seen.add(path.resolve())
            shown, path = _base_of(link, shown, scenarios_root(outermost), seen)
        except ScenarioProblems as error:
            raise ScenarioProblems([*problems, *error.problems]) from None
    for layer in layers[1:]:
        layer.value.pop("extends", None)
    merged = layers.pop()
    while layers:
        merged = merge(merged, layers.pop())
    return merged, problems


def scenarios_root(path: Path) -> Path:
    """Return the folder that `extends` may not leave.

    It is the nearest folder called ``scenarios`` above the file, or else the file's own folder.
    """
    folder = path.resolve().parent
    return next((parent for parent in (folder, *folder.parents) if parent.name == "scenarios"), folder)


def merge(base: Located, child: Located, path: tuple[str, ...] = ()) -> Located:
    """Return ``child`` on top of ``base``; see the rules at the head of this file."""
    inside = path[2:] if path[:1] == ("policies",) else path
    whole = inside[:1] == ("uncertainties",) and len(inside) == 2
    if whole or not (isinstance(base.value, dict) and isinstance(child.value, dict)):
        return child
    both = base.value.keys() & child.value.keys()
    replaced = _replaced_by_ensemble(child, inside)
    below = {key: value for key, value in base.value.items() if key not in replaced}
    values = below | {
        key: merge(base.value[key], value, (*path, key)) if key in both else value for key, value in child.value.items()
    }
    return Located(
        values,
        child.place,
        keys={key: place for key, place in (base.keys | child.keys).items() if key in values},
        replaced=base.replaced | {key: base.value[key] for key in both},
    )


def _replaced_by_ensemble(child: Located, path: tuple[str, ...]) -> Collection[str]:
    """Return the parameters of the ensemble that a block of uncertainties uses."""
    used = child.child("use")
    if path != ("uncertainties",) or used is None or used.value not in ensemble_names():
        return ()
    return load_ensemble(used.value).columns.keys()


def _base_of(link: Located, shown: Path, root: Path, seen: set[Path]) -> tuple[Path, Path]:
    """Return the name to show for the base file and its real path."""
    name = link.value
    if not isinstance(name, str) or not name.strip():
        raise _refusal(link, "wanted the name of a file, such as base/2017.yaml")
    if Path(name).is_absolute():
        raise _refusal(link, "wanted a file name relative to this file, not an absolute one")
    try:
        path = (shown.parent / name).resolve()
        if not path.is_relative_to(root):
            message = f"{name} lies outside the folder '{root.name}', which a scenario may not leave"
            raise _refusal(link, message)
        if path in seen:
            raise _refusal(link, f"{name} extends this file in turn: a circle")
        if not path.is_file():
            raise _refusal(link, f"there is no file {name} beside this one", similar_files(path))
    except (OSError, ValueError, RuntimeError) as error:
        raise _refusal(link, f"{name!r} cannot be used as a file name: {error}") from None
    return Path(os.path.normpath(shown.parent / name)), path


def _refusal(link: Located, message: str, nearest: tuple[str, ...] = ()) -> ScenarioProblems:
    return ScenarioProblems([Problem(message, link.place, path=("extends",), nearest=nearest)])
