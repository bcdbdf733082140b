"""What a study consists of: a short YAML file that says which values of what are run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from leaksim.outcomes.comparison import HEADLINES
from leaksim.scenario.fields import WHOLE, Frozen, Identifier, Text, describe, refusal
from leaksim.study.quantities import quantities

MOST_POINTS = 100_000
"""Points of a study: more take days."""


def _known_quantity(name: str) -> str:
    if name not in quantities():
        raise refusal(f"there is no parameter and no part of a lever called '{name}'", name, sorted(quantities()))
    return name


def _known_outcome(name: str) -> str:
    names = [each.name for each in HEADLINES]
    if name not in names:
        raise refusal(f"there is no outcome called '{name}'", name, names)
    return name


def _spelt_out(value: Any) -> Any:
    """Take a list for the values of an axis."""
    return {"values": value} if isinstance(value, list) else value


def _value(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float | str | dt.date):
        raise refusal(f"wanted a number, a number with its unit, a date, or a word, found {describe(value)}")
    return value


QuantityName = Annotated[Text, AfterValidator(_known_quantity)]
OutcomeName = Annotated[
    Text,
    AfterValidator(_known_outcome),
    WithJsonSchema({"enum": [each.name for each in HEADLINES]}),
]
Value = Annotated[Any, BeforeValidator(_value), WithJsonSchema({"type": ["number", "string"]})]
"""A number, a date or a word; which of them depends on what is varied."""


class Span(Frozen):
    """From where to where something is varied."""

    low: Value = None
    """The smallest value, or the first day."""
    high: Value = None
    """The greatest value, or the last day."""
    spacing: Literal["linear", "log"] | None = None
    """`linear`: equal steps, which is usual; `log`: equal factors, for what varies over orders of magnitude."""
    use: Literal["registry"] | None = None
    """`registry`: the range that the sources support, in place of `low` and `high`; in equal factors if the registry
    varies it by factors."""


class Axis(Span):
    """The values that something takes one after the other."""

    values: tuple[Value, ...] = ()
    """The values themselves, in place of a range."""
    steps: Annotated[int, Field(ge=2, le=1000), WHOLE] | None = None
    """How many values from `low` to `high`, both included."""


class Sample(Frozen):
    """Points that fill a space evenly, at random."""

    method: Literal["latin_hypercube", "sobol"] = "latin_hypercube"
    """`latin_hypercube`: each range is cut into as many parts as there are points, and each part is met once. `sobol`:
    a scrambled Sobol' sequence, which also fills the space of pairs evenly."""
    points: Annotated[int, Field(ge=2, le=MOST_POINTS), WHOLE]
    """How many points; with `sobol` a power of two."""
    over: Annotated[Mapping[QuantityName, Span], Field(min_length=1)]
    """What is varied, and from where to where."""


class StudyRun(Frozen):
    """How each point is run."""

    replications: Annotated[int, Field(ge=1, le=100_000), WHOLE] = 64
    """Random histories, the same at all points."""
    seed: Annotated[int, Field(ge=0, le=2**63 - 1), WHOLE] | None = None
    """The number that fixes all random draws; that of the first scenario if not given."""
    uncertain: Literal["medians", "drawn"] = "medians"
    """What becomes of the uncertain parameters that are not varied: `medians` keeps them there, `drawn` draws them as
    the scenario says, the same draws at all points."""


class Study(Frozen):
    """A study as it is written."""

    study: Literal[1]
    """The version of the file format, which is 1."""
    name: Identifier
    """A short name for files and folders: small letters, digits and `_`."""
    title: Text
    """The study in one line."""
    description: Text | None = None
    """What is asked, in a few sentences."""
    scenarios: Annotated[tuple[Text, ...], Field(min_length=1)]
    """Scenario files, relative to this one; `FILE#POLICY` for a policy of a file."""
    axes: Mapping[QuantityName, Annotated[Axis, BeforeValidator(_spelt_out)]] = {}
    """A grid: parameters, or parts of levers such as `levers.bank_pressure.level`, with the values that each takes. All
    are combined with all."""
    sample: Sample | None = None
    """Points spread over ranges, in place of a grid, or at every point of it."""
    outcomes: Annotated[tuple[OutcomeName, ...], Field(min_length=1)] = ("leakage.value", "pressure.realised")
    """What is looked at: metrics that `leaksim compare` compares, with the item after a `/`."""
    run: StudyRun = StudyRun()
    """How each point is run."""
