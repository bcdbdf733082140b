"""What was observed in 2016 and 2017 and the model ought to bring about: the patterns that it is held against."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import hypot
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from leaksim.evidence.bibliography import split_entries
from leaksim.evidence.data_files import DATA, OBSERVED, digest, read_records, require
from leaksim.evidence.record import Grade, Record
from leaksim.evidence.registry import load_registry

Month = Annotated[str, Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")]
"""A month, such as ``2017-06``."""

# A number is tried before the text is taken as it stands, as in the registry.
Argument = Annotated[float | str, Field(union_mode="left_to_right")] | tuple[str, ...]


class Computation(Record):
    """How the model computes a pattern: a series of it, and what is made of that."""

    series: str
    """Name of a function in `leaksim.calibration.series`."""
    arguments: Mapping[str, Argument] = Field(default_factory=dict)
    """What the function is given."""
    summary: str
    """Name of a function in `leaksim.calibration.summaries`."""
    over: tuple[Month, Month]
    """First and last month that it speaks of."""
    against: tuple[Month, Month] | None = None
    """First and last month of what it is compared with, for summaries that compare."""
    relative_to: float = 1.0
    """A constant by which the result is divided, such as a yearly cap."""


class Quantity(Record):
    """Something that is computed from a history of the model."""

    id: str
    """Name by which it is picked."""
    title: str
    """What it is, in words."""
    group: str
    """Under which heading it stands."""
    unit: str
    """Unit of all numbers; `1` for shares, ratios and counts."""
    seen: Literal["recorded", "true"]
    """Whether the model is read through the monitor's eyes, as statistics are, or as it is."""
    computed: Computation
    """How the model computes it."""


class Pattern(Quantity):
    """One thing that was observed, and how the model computes it."""

    period: str
    """What time it speaks of."""
    observed: float
    """What was observed."""
    sd: float = Field(gt=0)
    """Standard deviation of the error of observation."""
    sd_reason: str
    """Why so much."""
    discrepancy: float = Field(ge=0)
    """Standard deviation of what the model would miss even with the best parameters."""
    discrepancy_reason: str
    """Why so much."""
    role: Literal["calibration", "check"]
    """Whether calibration uses it. A check is looked at only, since the model has no part that could bring it about."""
    role_reason: str | None = None
    """Of a check: which part the model lacks."""
    grade: Grade
    """How good the source is."""
    figures: tuple[str, ...] = ()
    """Ids of figures."""
    sources: tuple[str, ...] = Field(min_length=1)
    """BibTeX keys."""
    note: str | None = None
    """Arithmetic, conflicts between sources."""

    @property
    def spread(self) -> float:
        """Standard deviation of observation and discrepancy together."""
        return hypot(self.sd, self.discrepancy)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.role == "check" and not self.role_reason:
            raise ValueError("a check needs a reason")
        return self


class NotComputed(Record):
    """Something that was observed and that the model cannot compute."""

    id: str
    """Name."""
    title: str
    """What was observed, in words."""
    reason: str
    """What the model lacks."""
    figures: tuple[str, ...] = ()
    """Ids of figures."""
    sources: tuple[str, ...] = Field(min_length=1)
    """BibTeX keys."""


@dataclass(frozen=True)
class Patterns:
    """All patterns, and what the model cannot compute.

    Attributes
    ----------
    computed, not_computed : mapping
        Entries by id, in the order of the files.
    digest : str
        SHA-256 of the files.
    """

    computed: Mapping[str, Pattern]
    not_computed: Mapping[str, NotComputed]
    digest: str

    @property
    def for_calibration(self) -> tuple[Pattern, ...]:
        """Those that calibration uses."""
        return tuple(each for each in self.computed.values() if each.role == "calibration")

    @property
    def sources(self) -> frozenset[str]:
        """All BibTeX keys that are cited."""
        entries: list[Pattern | NotComputed] = [*self.computed.values(), *self.not_computed.values()]
        return frozenset(key for entry in entries for key in entry.sources)


@cache
def load_patterns() -> Patterns:
    """Load the patterns that ship with leaksim (once per process)."""
    return read_patterns(DATA)


def read_patterns(folder: Path) -> Patterns:
    """Read patterns from a folder that holds the files `OBSERVED` and sources.bib.

    Raises
    ------
    EvidenceError
        A file is malformed, or an entry refers to a figure or a source that is missing.
    """
    computed = read_records(folder / "patterns.yaml", Pattern)
    not_computed = read_records(folder / "not_computed.yaml", NotComputed)
    keys, figures = split_entries(folder / "sources.bib"), load_registry().figures
    entries: list[Pattern | NotComputed] = [*computed.values(), *not_computed.values()]
    for entry in entries:
        require(entry.sources, keys, "sources.bib")
        require(entry.figures, figures, "figures.yaml")
    return Patterns(computed, not_computed, digest(folder, OBSERVED))
