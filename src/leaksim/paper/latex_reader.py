"""Marked numbers of a LaTeX text: commands of `leaksim macros`, and comments beside numbers and above rows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

from leaksim.paper.check import Found, plain_number
from leaksim.paper.marks import OPENING, Mark, MarkError, read_mark
from leaksim.paper.names import SUFFIXES
from leaksim.paper.numbers import Form
from leaksim.paper.texts import read_text

_COMMENT = re.compile(r"(?<!\\)(?:\\\\)*%")
_INPUT = re.compile(r"\\(?:input|include|subfile)\s*\{([^{}]+)\}|\\input\s+([^\s{}\\%]+)")
_DEFINITION = re.compile(r"\\newcommand\*?\{\\([A-Za-z]+)\}\{(.*)\}\s*$")
_COMMAND = re.compile(r"\\([A-Za-z]+)")


@dataclass
class _Reading:
    """What was met so far in a text and the files that it reads."""

    commands: dict[str, tuple[Mark, str]] = field(default_factory=dict)
    """Mark and definition of each command, by its name."""
    uses: dict[str, list[str]] = field(default_factory=dict)
    """Places of all commands, by name."""
    found: list[Found] = field(default_factory=list)
    files: set[Path] = field(default_factory=set)
    absent: dict[str, None] = field(default_factory=dict)


def read_latex(file: Path) -> tuple[list[Found], list[str]]:
    r"""Find the marked numbers of a LaTeX text and of the files that it reads by ``\input`` and ``\include``.

    Returns
    -------
    found, absent
        The numbers, and the files that are not there. Of commands, those that the text uses; all if it uses none of
        them, as the file of commands itself.
    """
    reading = _Reading()
    _read(file, file.parent, reading)
    used = {name: places for name, places in reading.uses.items() if name in reading.commands}
    for name in used or reading.commands:
        mark, definition = reading.commands[name]
        place = ", ".join(used.get(name, [str(file)]))
        reading.found.append(Found(place, mark, plain_number(definition), name=f"\\{name}"))
    return reading.found, list(reading.absent)


def files_of(file: Path) -> list[Path]:
    """Return a text and the files that it reads, as far as they are there; of other texts than LaTeX the text alone."""
    if file.suffix.lower() != ".tex":
        return [file]
    reading = _Reading()
    _read(file, file.parent, reading)
    return [file, *sorted(reading.files - {file.resolve()})]


def _read(file: Path, folder: Path, reading: _Reading) -> None:
    reading.files.add(file.resolve())
    current: Mark | None = None
    first = ""
    for number, line in enumerate(read_text(file).splitlines(), start=1):
        place = f"{file}:{number}"
        text, comment = _parted(line)
        definition = _DEFINITION.match(text.strip())
        if comment.startswith(OPENING):
            current, first = _marked(place, text, comment, reading), ""
        elif definition and current is not None:
            first = first or definition[1]
            mark = replace(current, form=_form(first, definition[1]))
            reading.commands[definition[1]] = (mark, definition[2])
        else:
            if not line.strip():
                current = None
            for command in _COMMAND.finditer(text):
                places = reading.uses.setdefault(command[1], [])
                places += [place] if place not in places else []
        for named in _INPUT.finditer(text):
            _follow((named[1] or named[2]).strip(), folder, reading)


def _parted(line: str) -> tuple[str, str]:
    r"""Part a line into what LaTeX reads and the comment.

    >>> _parted(r"at 5 \% of it % a remark")
    ('at 5 \\% of it ', 'a remark')
    """
    found = _COMMENT.search(line)
    return (line[: found.end() - 1], line[found.end() :].strip()) if found else (line, "")


def _marked(place: str, text: str, comment: str, reading: _Reading) -> Mark | None:
    """Take note of a number with its value in the comment; return the mark if definitions may follow."""
    try:
        mark = read_mark(comment)
    except MarkError as error:
        reading.found.append(Found(place, None, comment, problem=str(error)))
        return None
    if mark.value is None:
        return mark
    before = plain_number(text)
    differs = bool(before) and not before.endswith(plain_number(mark.value))
    problem = f"the text before the mark does not end with '{mark.value}'" if differs else ""
    reading.found.append(Found(place, mark, mark.value, problem=problem))
    return None


def _form(first: str, name: str) -> Form | None:
    suffix = name.removeprefix(first)
    return next((form for form, end in SUFFIXES.items() if end == suffix), None)


def _follow(name: str, folder: Path, reading: _Reading) -> None:
    for candidate in (folder / f"{name}.tex", folder / name):
        if candidate.is_file():
            if candidate.resolve() not in reading.files:
                _read(candidate, folder, reading)
            return
    reading.absent[name] = None
