"""Scenarios with results that are written by hand, for tests of tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from docx.oxml.ns import qn
from docx.table import _Cell as WordCell

from leaksim.evidence.registry import load_registry
from leaksim.outcomes.statistics import Estimate
from leaksim.outcomes.table import TableBuilder
from leaksim.scenario.schema import Scenario
from leaksim.simulation import simulate
from leaksim.tables.subjects import Subject, of_result
from worlds import catalogue, from_registry, scenario

HARD = r"""100 % of $5 & more_or #1 {less} ~ ^ \ <a|b> "so" 'it' -- is ``here'' − ≤"""
"""A title with every letter that means something else in one of the formats."""

Numbers = tuple[str, str, str, float, float, float]
"""Metric, item, unit, estimate, low, high."""

HEADLINE: tuple[Numbers, ...] = (
    ("pressure.intended", "", "$m/year", 3614.9, 3091.8, 4271.2),
    ("pressure.realised", "", "$m/year", 2105.1, 1570.4, 2669.1),
    ("pass_through.value", "", "share", 0.5823, 0.4211, 0.7405),
    ("leakage.value", "", "share", 0.4177, 0.2595, 0.5789),
    ("leakage.owen", "china", "share", 0.2807, 0.1397, 0.4404),
    ("leakage.owen", "russia", "share", 0.06, 0.03, 0.1),
    ("leakage.profile", "3", "share", 0.27, 0.19, 0.38),
    ("leakage.profile", "12", "share", 0.26, 0.15, 0.43),
    ("leakage.accounting", "ru_fuel", "share", 0.059, 0.0, 0.14),
)


def cell_text(cell: WordCell) -> str:
    """What a reader sees in a cell of a Word table, also in content controls, which python-docx leaves out."""
    pieces = cell._tc.iter(qn("w:t"), qn("w:br"))
    return "".join("\n" if each.tag == qn("w:br") else str(each.text) for each in pieces)


def scenario_called(name: str, title: str) -> Scenario:
    uncertain = from_registry("suppliers.capacity", "china.enforcement.fuel.long_run")
    made = scenario(*catalogue(), months=36, uncertainties=uncertain)
    return made.model_copy(update={"name": name, "title": title, "references": ("groll2017",)})


@cache
def ran() -> Subject:
    """A scenario that was run, with every outcome that a run has."""
    uncertain = from_registry("suppliers.capacity", "china.enforcement.fuel.long_run")
    return of_result(simulate(scenario(*catalogue(), months=12, uncertainties=uncertain), replications=12))


def titled(name: str, title: str) -> Subject:
    """The scenario that was run, under another name and title."""
    made = ran()
    assert made.scenario is not None
    named = made.scenario.model_copy(update={"name": name, "title": title, "references": ("groll2017",)})
    return replace(made, where=f"results/{name}", name=name, title=title, scenario=named)


def subject(
    name: str = "first", title: str = "China tightens", numbers: Iterable[Numbers] = HEADLINE, where: str | None = None
) -> Subject:
    """A scenario with these numbers, each with an interval over the parameters and a narrow one over replications."""
    builder = TableBuilder(name, 1000, 200)
    for metric, item, unit, estimate, low, high in numbers:
        narrow = (high - low) / 100
        estimates = [
            Estimate(estimate, estimate - narrow, estimate + narrow, "replication"),
            Estimate(estimate, low, high, "parameter"),
        ]
        builder.add(metric, item, unit, estimates)
    made = scenario_called(name, title)
    where = f"results/{name}" if where is None else where
    return Subject(where, name, title, made, builder.table(), 2017, evidence=load_registry().digest)
