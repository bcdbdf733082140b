"""The evidence registry: every default of the model with its unit, range, grade and sources."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from math import inf
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from leaksim.evidence.bibliography import split_entries
from leaksim.evidence.data_files import DATA, digest, read_records, require
from leaksim.evidence.errors import UnknownParameter
from leaksim.evidence.instruments import Instrument
from leaksim.evidence.limits import Limits
from leaksim.evidence.record import Grade, Record

# The data files are read as text, so a number is tried before the text is taken as it stands.
NumberOrText = Annotated[float | str, Field(union_mode="left_to_right")]


JUDGED = ("assumed", "calibrated")
"""Grades of values whose range rests on judgement; a calibration may move these."""

UNINFORMED = "calibrated (prior)"
"""Basis of the centre of an ensemble in a parameter of which no pattern speaks."""


class Figure(Record):
    """One published figure or dated fact, as it was found."""

    id: str
    """Number of the row, such as E300; M rows are claims about mechanisms."""
    title: str
    """What is counted, in one sentence."""
    value: NumberOrText
    """The figure; text for dates and for what is not a number."""
    low: float | None = None
    """Lowest value found elsewhere."""
    high: float | None = None
    """Highest value found elsewhere."""
    unit: str
    """Unit of the value; `date` and `text` for what is not a number."""
    period: str
    """What time it speaks of."""
    grade: Grade
    """How good the source is."""
    use: Literal["calibration", "prior", "none"]
    """Known by 18 January 2018 (calibration), later but about a constant (prior), or neither."""
    sources: tuple[str, ...] = Field(min_length=1)
    """BibTeX keys."""
    note: str | None = None
    """Conflicts, mistakes of the source, how it was derived."""


class Rival(Record):
    """A value that another source gives for the same parameter."""

    name: str
    """Name by which a scenario picks it."""
    value: float
    """In the unit of the parameter. A rival may lie outside the range of the parameter."""
    low: float | None = None
    """Lower end of what this source allows."""
    high: float | None = None
    """Upper end of what this source allows."""
    sources: tuple[str, ...] = Field(min_length=1)
    """BibTeX keys."""
    figures: tuple[str, ...] = ()
    """Ids of figures."""
    note: str | None = None
    """How it was derived."""


class Parameter(Record):
    """A number of the model, with what it rests on."""

    id: str
    """Dotted name, used in scenarios."""
    title: str
    """What it is, in one sentence."""
    value: NumberOrText
    """Default."""
    unit: str
    """Unit of value, low and high; `1` for shares, ratios and counts."""
    low: float | None = None
    """Lowest value that the evidence allows."""
    high: float | None = None
    """Highest value that the evidence allows."""
    distribution: Literal["fixed", "uniform", "loguniform", "triangular", "choice"]
    """How likely values between low and high are, before any calibration."""
    mode: float | None = None
    """Likeliest value of a triangle before any calibration, where it is not the default."""
    above: float | None = None
    """Only values greater than this make sense to the model."""
    at_least: float | None = None
    """The smallest value that makes sense to the model."""
    below: float | None = None
    """Only values smaller than this make sense to the model."""
    at_most: float | None = None
    """The greatest value that makes sense to the model."""
    structural: bool = False
    """Whether all lanes of a scenario must share one value (counts of agents, functional forms)."""
    choices: tuple[str, ...] = ()
    """Allowed words of a parameter that is not a number."""
    grade: Grade | Literal["assumed", "calibrated"]
    """How good the basis is."""
    ensemble: str | None = None
    """Ensemble of the calibration at whose centre the default lies: its weighted median, in two digits."""
    informed: bool = True
    """Whether the patterns that it was calibrated to speak of it; if not, what was assumed beforehand stands."""
    sources: tuple[str, ...] = ()
    """BibTeX keys."""
    figures: tuple[str, ...] = ()
    """Ids of figures that it was read or derived from."""
    reason: str | None = None
    """Why this value, or before a calibration this range and likeliest value, where it rests on judgement."""
    note: str | None = None
    """Arithmetic, conflicts between sources, mistakes of the articles."""
    rivals: tuple[Rival, ...] = ()
    """Values of sources that disagree."""

    @property
    def likeliest(self) -> NumberOrText:
        """Where the top of a triangle stands."""
        return self.value if self.mode is None else self.mode

    @property
    def basis(self) -> str:
        """The grade; for a calibrated value of which no pattern speaks, also that its prior stands."""
        return self.grade if self.informed else UNINFORMED

    @property
    def limits(self) -> Limits:
        """The values that an assumption can take.

        Nothing that leaksim counts is negative. Prices, and whatever is varied by factors (log-uniform), are above 0. A
        pure number whose supported range ends at 1 or below is a share, except where it is varied by factors, as
        elasticities are.
        """
        by_factors = self.distribution == "loguniform"
        is_share = self.unit == "1" and not by_factors and not self.structural
        ends_at_one = is_share and self.high is not None and self.high <= 1
        is_positive = by_factors or "price" in self.id.split(".")
        above = 0.0 if is_positive and self.above is None and self.at_least is None else self.above
        at_most = 1.0 if self.at_most is None and ends_at_one else self.at_most
        return Limits(
            lowest=self.at_least or above or 0.0,
            highest=next((end for end in (self.below, at_most) if end is not None), inf),
            without_lowest=above is not None,
            without_highest=self.below is not None,
        )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.distribution == "choice":
            if self.value not in self.choices:
                raise ValueError(f"'{self.value}' is none of the choices")
        elif isinstance(self.value, str):
            raise ValueError(f"'{self.value}' is not a number")
        elif self.distribution != "fixed":
            self._check_range(self.value)
        for number in (self.value, self.low, self.high):
            if isinstance(number, float) and not self.limits.allow(number):
                raise ValueError(f"{number} is impossible: it is {self.limits}")
        if self.mode is not None and self.distribution != "triangular":
            raise ValueError("only a triangular distribution has a mode")
        if self.grade in JUDGED and not self.reason:
            raise ValueError("an assumed or calibrated value needs a reason")
        if self.grade not in JUDGED and not self.sources:
            raise ValueError("a graded value needs a source")
        if (self.grade == "calibrated") != (self.ensemble is not None):
            raise ValueError("a calibrated value, and no other, names an ensemble")
        if not self.informed and self.grade != "calibrated":
            raise ValueError("only a calibrated value can be one of which no pattern speaks")
        return self

    def _check_range(self, value: float) -> None:
        if self.low is None or self.high is None:
            raise ValueError(f"a {self.distribution} distribution needs low and high")
        if not self.low <= value <= self.high or self.low == self.high:
            raise ValueError(f"{value} is not within {self.low} to {self.high}")
        if self.mode is not None and not self.low <= self.mode <= self.high:
            raise ValueError(f"the mode, {self.mode}, is not within {self.low} to {self.high}")
        if self.distribution == "loguniform" and self.low <= 0:
            raise ValueError("a loguniform distribution needs a range above 0")


@dataclass(frozen=True)
class Registry:
    """All that leaksim knows before a scenario speaks.

    Attributes
    ----------
    parameters, figures, instruments : mapping
        Entries by id, in the order of the files.
    digest : str
        SHA-256 of the data files.
    """

    parameters: Mapping[str, Parameter]
    figures: Mapping[str, Figure]
    instruments: Mapping[str, Instrument]
    digest: str

    def parameter(self, identifier: str) -> Parameter:
        """Look up a parameter.

        Raises
        ------
        UnknownParameter
            There is none of this id; the exception carries the nearest names.

        Examples
        --------
        >>> load_registry().parameter("gdp").unit
        '$bn/year'
        """
        if identifier not in self.parameters:
            raise UnknownParameter(identifier, get_close_matches(identifier, self.parameters))
        return self.parameters[identifier]


@cache
def load_registry() -> Registry:
    """Load the registry that ships with leaksim (once per process)."""
    return read_registry(DATA)


def read_registry(folder: Path) -> Registry:
    """Read a registry from a folder with the five data files.

    Parameters
    ----------
    folder : Path
        Holds parameters.yaml, figures.yaml, instruments.yaml, sources.bib and units.txt.

    Returns
    -------
    Registry
        Validated: every id that an entry refers to exists.

    Raises
    ------
    EvidenceError
        A file is malformed or an entry refers to a figure or a source that is missing.
    """
    registry = Registry(
        parameters=read_records(folder / "parameters.yaml", Parameter),
        figures=read_records(folder / "figures.yaml", Figure),
        instruments=read_records(folder / "instruments.yaml", Instrument),
        digest=digest(folder),
    )
    parameters = registry.parameters.values()
    rivals = [rival for parameter in parameters for rival in parameter.rivals]
    derived: list[Parameter | Rival] = [*parameters, *rivals]
    for entry in derived:
        require(entry.figures, registry.figures, "figures.yaml")
    keys = split_entries(folder / "sources.bib")
    cited = [entry.sources for entry in (*derived, *registry.figures.values())]
    cited += [instrument.all_sources for instrument in registry.instruments.values()]
    for sources in cited:
        require(sources, keys, "sources.bib")
    return registry
