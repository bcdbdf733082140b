"""What is wrong with a scenario file, where it stands, and what would be right."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from leaksim.errors import InputError

Severity = Literal["error", "warning", "note"]

EXCERPT_WIDTH = 100
LONGEST_LIST = 16


@dataclass(frozen=True)
class Source:
    """A file as it was read: the name to show for it and its lines."""

    file: Path
    lines: Sequence[str] = ()


@dataclass(frozen=True)
class Place:
    """A spot in a file; ``line`` and ``column`` count from 1."""

    source: Source
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.source.file}:{self.line}:{self.column}"

    def excerpt(self) -> str:
        """Return the line with a caret under the column, or nothing when the line is not known."""
        if not 0 < self.line <= len(self.source.lines):
            return ""
        text = "".join(mark if mark.isprintable() else " " for mark in self.source.lines[self.line - 1])
        first = max(0, self.column - EXCERPT_WIDTH * 4 // 5)
        before, shown = text[first : self.column - 1], text[first : first + EXCERPT_WIDTH].rstrip()
        # A Korean or Chinese character is as wide as two spaces on a terminal.
        indent = "".join("  " if unicodedata.east_asian_width(mark) in "WF" else " " for mark in before)
        number = f"{self.line:>6}"
        return f"{number} | {shown}\n{' ' * len(number)} | {indent}^"


@dataclass(frozen=True)
class Problem:
    """One finding about a scenario file.

    Attributes
    ----------
    message : str
        What is wrong, in one sentence.
    place : Place
        Where it is written.
    severity : {"error", "warning", "note"}
        An error stops the work; a warning or a note does not.
    path : tuple of str or int
        The same spot as a path of keys, such as ``("measures", 0, "cut")``.
    allowed : tuple of str
        The names or values that are possible there.
    nearest : tuple of str
        Those among them that look most like what was written.
    """

    message: str
    place: Place
    severity: Severity = "error"
    path: tuple[str | int, ...] = ()
    allowed: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()

    def __str__(self) -> str:
        lines = [f"{self.place}: {self.severity}: {self.message}", self.place.excerpt()]
        if self.nearest:
            lines.append(f"       did you mean {' or '.join(repr(name) for name in self.nearest)}?")
        if 0 < len(self.allowed) <= LONGEST_LIST:
            lines.append(f"       allowed: {', '.join(self.allowed)}")
        elif self.allowed and not self.nearest:
            shown = ", ".join(self.allowed[:LONGEST_LIST])
            lines.append(f"       allowed: {shown}, ... ({len(self.allowed)} names in all)")
        return "\n".join(line for line in lines if line)

    def as_json(self) -> dict[str, object]:
        """Return the finding as plain data for ``--json``."""
        return {
            "severity": self.severity,
            "message": self.message,
            "file": str(self.place.source.file),
            "line": self.place.line,
            "column": self.place.column,
            "path": dotted(self.path),
            "allowed": list(self.allowed),
            "nearest": list(self.nearest),
        }


class ScenarioProblems(InputError):  # noqa: N818 - it carries problems, and is not one
    """A scenario file cannot be used; ``problems`` says everything that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(list(problems))
        self.problems = list(problems)

    def __str__(self) -> str:
        return "\n".join([*map(str, self.problems), count_of(self.problems)])


def count_of(problems: Sequence[Problem]) -> str:
    """Count findings by severity.

    >>> place = Place(Source(Path("a.yaml")))
    >>> count_of([Problem("one", place), Problem("two", place), Problem("three", place, "note")])
    '2 errors, 1 note'
    """
    severities = [problem.severity for problem in problems]
    counts = [(severities.count(kind), kind) for kind in ("error", "warning", "note")]
    return ", ".join(f"{number} {kind}{'s' * (number > 1)}" for number, kind in counts if number)


def dotted(path: Sequence[str | int]) -> str:
    """Write a path of keys as one name.

    >>> dotted(("measures", 0, "provisions", 1, "cut"))
    'measures[0].provisions[1].cut'
    """
    written = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return written.removeprefix(".")
