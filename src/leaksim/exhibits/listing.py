"""What a list of exhibits consists of: a short YAML file beside the runs from which they are made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from leaksim.figures.kinds import KINDS
from leaksim.scenario.fields import WHOLE, Frozen, Identifier, Text, nearest
from leaksim.scenario.findings import Finding
from leaksim.scenario.problems import ScenarioProblems
from leaksim.scenario.reading import read_located
from leaksim.scenario.validation import relevant
from leaksim.scenario.wording import problem_of
from leaksim.tables.reading import built_in_layouts

LISTING = "exhibits.yaml"
"""The list of a folder of results."""

Names = tuple[Identifier, ...]


class ComparisonEntry(Frozen):
    """Saved runs that are compared."""

    of: Annotated[Names, Field(min_length=2)]
    """Names of scenarios, the reference first."""


class AttributionEntry(Frozen):
    """A scenario whose leakage is attributed."""

    of: Identifier
    """Name of the scenario."""
    replications: Annotated[int, Field(ge=1, le=1_000_000), WHOLE]
    """Random histories."""
    levers: bool = False
    """Whether what the levers of the sender add is shared out too."""


class TableEntry(Frozen):
    """A table."""

    layout: Text
    """Name of a built-in layout."""
    of: Annotated[Names, Field(min_length=1)]
    """Names of scenarios, or of one comparison or attribution of this list."""
    title: Text | None = None
    """What stands above it, in place of the layout's title."""


class FigureEntry(Frozen):
    """A figure."""

    kind: Text
    """As `leaksim figure` has it."""
    of: Identifier
    """Name of a scenario; for `differences`, of a comparison of this list."""
    width: Literal["one", "two"] = "one"
    """Columns of a journal."""
    product: Text | None = None
    """For `suppliers` and `monitor`."""
    metric: Text | None = None
    """For `differences`."""
    item: Text | None = None
    """For `differences`."""


class Listing(Frozen):
    """The exhibits of a folder of results."""

    exhibits: Literal[1]
    """Format of this file."""
    comparisons: Mapping[Identifier, ComparisonEntry] = {}
    """By name; each is saved in a folder of this name."""
    attributions: Mapping[Identifier, AttributionEntry] = {}
    """By name; each is saved in a folder of this name."""
    tables: Mapping[Identifier, TableEntry] = {}
    """By name of its files."""
    figures: Mapping[Identifier, FigureEntry] = {}
    """By name of its files."""

    @property
    def scenarios(self) -> list[str]:
        """Names of all scenarios that are needed, each once."""
        studies = {*self.comparisons, *self.attributions}
        named = [
            *(name for comparison in self.comparisons.values() for name in comparison.of),
            *(attribution.of for attribution in self.attributions.values()),
            *(name for table in self.tables.values() for name in table.of),
            *(figure.of for figure in self.figures.values()),
        ]
        return [name for name in dict.fromkeys(named) if name not in studies]


def read_listing(path: Path) -> Listing:
    """Read a list of exhibits.

    Raises
    ------
    ScenarioProblems
        When anything is wrong with the file; it lists all that is wrong, with its place.
    """
    tree, problems = read_located(path, path, "list of exhibits")
    try:
        listing = Listing.model_validate(tree.plain())
    except ValidationError as error:
        problems += [problem_of(detail, tree, Listing) for detail in relevant(error)]
    else:
        problems += [finding.located(tree) for finding in _findings(listing)]
    if problems:
        raise ScenarioProblems(problems)
    return listing


def _findings(listing: Listing) -> Iterator[Finding]:
    layouts = tuple(built_in_layouts())
    for name, table in listing.tables.items():
        if table.layout not in layouts:
            message = f"there is no layout called '{table.layout}'"
            yield Finding(("tables", name, "layout"), message, allowed=layouts, nearest=nearest(table.layout, layouts))
    for name, figure in listing.figures.items():
        kinds = tuple(KINDS)
        if figure.kind not in kinds:
            message = f"there is no figure called '{figure.kind}'"
            yield Finding(("figures", name, "kind"), message, allowed=kinds, nearest=nearest(figure.kind, kinds))
        elif figure.kind == "differences" and figure.of not in listing.comparisons:
            allowed = tuple(listing.comparisons)
            yield Finding(("figures", name, "of"), f"there is no comparison called '{figure.of}'", allowed=allowed)
    for name in listing.attributions:
        if name in listing.comparisons:
            yield Finding(("attributions", name), "a comparison has this name")
