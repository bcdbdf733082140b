"""Which scenario files the words of a command line mean."""

from collections.abc import Iterable
from pathlib import Path

from leaksim.errors import InputError

NOT_SCENARIOS = {"base", "schema", "studies"}
"""Folders with files that scenarios are built from, or that are built from scenarios."""


class NoScenarioFilesError(InputError):
    """A folder holds no scenario file."""


def scenario_files(paths: Iterable[str | Path]) -> list[Path]:
    """Return the files that ``paths`` name, each once.

    A file stands for itself. A folder stands for every ``*.yaml`` in it and in its subfolders, except those
    called ``base``, ``schema`` and ``studies``, in alphabetical order.

    Raises
    ------
    NoScenarioFilesError
        When a folder holds none.
    """
    found: dict[Path, None] = {}
    for path in map(Path, paths):
        if not path.is_dir():
            found[path] = None
            continue
        inside = sorted(
            file
            for file in path.rglob("*.yaml")
            if file.is_file() and NOT_SCENARIOS.isdisjoint(file.relative_to(path).parts[:-1])
        )
        if not inside:
            raise NoScenarioFilesError(f"{path}: no *.yaml file in this folder")
        found.update(dict.fromkeys(inside))
    return list(found)
