"""What a layout consists of: a short YAML file that says which outcomes stand where."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag

from leaksim.outcomes.comparison import FIRST, REGRET
from leaksim.report.labels import METRICS
from leaksim.scenario.fields import WHOLE, Frozen, Identifier, NamesOrAll, ParameterId, Text, describe, refusal

METRICS_WITHOUT_LABEL = (FIRST, REGRET)
"""Metrics of a comparison for which a layout has to bring a label of its own."""


def _known_metric(name: str) -> str:
    known = sorted({*METRICS, *METRICS_WITHOUT_LABEL})
    if name not in known:
        raise refusal(f"there is no metric called '{name}'", name, known)
    return name


def _entries(value: Any) -> Any:
    if value != "scenarios" and not isinstance(value, list):
        raise refusal(f"wanted `scenarios` or a list of entries, found {describe(value)}", value, ("scenarios",))
    return value


Metric = Annotated[Text, AfterValidator(_known_metric)]
Decimals = Annotated[int, Field(ge=0, le=6), WHOLE]
Weight = Annotated[float, Field(gt=0, le=10)]


class Entry(Frozen):
    """Rows or columns of outcomes."""

    heading: Text | None = None
    """Of rows: begins a group with this heading. An entry may consist of a heading alone."""
    metric: Metric | None = None
    """Dotted name of an outcome. Of row and column, one names it."""
    item: str | None = None
    """The product, channel, group, class or month; `{item}` in a column stands for the item of the row."""
    items: NamesOrAll | None = None
    """Several items, a row or column for each; `all` for all that the runs have."""
    label: Text | None = None
    """Words in place of the usual ones."""
    unit: Text | None = None
    """Unit in which it is shown, such as `$bn/year`; shares are shown in percent unless this is `1`."""
    decimals: Decimals | None = None
    """At most so many decimals; the interval may support fewer."""
    indented: bool = False
    """Of rows: set in, as part of the row above."""
    p: bool = False
    """Of a comparison: whether p, adjusted by Holm's method, stands below the interval."""

    @property
    def is_heading(self) -> bool:
        """Whether this is a heading alone."""
        return self.heading is not None and self.metric is None and self.item is None and self.items is None


Entries = Annotated[
    Annotated[Literal["scenarios"], Tag("word")] | Annotated[tuple[Entry, ...], Tag("list")],
    # So that what is wrong in a list is not told once more as a word that is wrong.
    Discriminator(lambda value: "word" if value == "scenarios" else "list"),
    BeforeValidator(_entries),
]


class _Common(Frozen):
    layout: Literal[1]
    """The version of the file format, which is 1."""
    name: Identifier
    """A short name: small letters, digits and `_`."""
    about: Text
    """What the table is for, in one line."""
    title: Text
    """What stands above the table."""
    label: Text | None = None
    """By which a LaTeX text refers to it; `tab:` and the name if not given."""
    stub: Text
    """Heading of the first column."""
    notes: tuple[Text, ...] = ()
    """Sentences for below the table, before those on horizon, sources and so on, which leaksim adds."""


class OutcomeLayout(_Common):
    """A table of numbers from runs, attributions or a comparison."""

    of: Literal["runs", "attribution", "comparison"]
    """Results of `leaksim run`, `leaksim attribute` or `leaksim compare`."""
    rows: Entries
    """`scenarios` for a row each, or a list of entries."""
    columns: Entries
    """`scenarios` for a column each, or a list of entries."""
    interval: Literal["parameter", "replication"] = "parameter"
    """Which interval is shown where an outcome has both."""


class ParameterColumn(Frozen):
    """A column of a table of parameters."""

    field: Literal["id", "value", "unit", "range", "grade", "drawn", "sources", "reason"]
    """What it shows. The title of the parameter is the first column."""
    label: Text | None = None
    """Its heading."""
    weight: Weight | None = None
    """Its width in relation to others."""


class ParameterLayout(_Common):
    """A table of parameters, with what they rest on."""

    of: Literal["parameters"]
    """The parameters of the scenarios."""
    columns: tuple[ParameterColumn, ...] = Field(min_length=1)
    """The columns beside the title."""
    which: Literal["drawn", "set", "calibrated", "all"] = "drawn"
    """Those that a scenario draws; that it draws or sets; of which the calibration has learned; or all of them."""
    parameters: tuple[ParameterId, ...] = ()
    """These, in place of `which`."""


class InstrumentColumn(Frozen):
    """A column of a table of instruments."""

    field: Literal["event", "measure", "what", "sources"]
    """What it shows. The date is the first column."""
    label: Text | None = None
    """Its heading."""
    weight: Weight | None = None
    """Its width in relation to others."""


class InstrumentLayout(_Common):
    """The measures of scenarios, or of the catalogue, as a timeline."""

    of: Literal["instruments"]
    """The measures of the scenarios."""
    columns: tuple[InstrumentColumn, ...] = Field(min_length=1)
    """The columns beside the date."""


Layout = OutcomeLayout | ParameterLayout | InstrumentLayout

LAYOUTS: dict[str, type[OutcomeLayout] | type[ParameterLayout] | type[InstrumentLayout]] = {
    "runs": OutcomeLayout,
    "attribution": OutcomeLayout,
    "comparison": OutcomeLayout,
    "parameters": ParameterLayout,
    "instruments": InstrumentLayout,
}
"""Form of the file by what it is a table of."""
