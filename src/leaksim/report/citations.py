"""What a scenario rests on: everything that a text which uses its results should cite."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leaksim.evidence.provenance import Provenance, provenance
from leaksim.evidence.registry import load_registry

if TYPE_CHECKING:
    from leaksim.scenario.schema import Scenario


def rests_on(scenario: Scenario) -> Provenance:
    """Return parameters, measures and references of a scenario.

    Besides what its measures and values rest on, the references are those that the scenario names, those of its moves,
    and those of the rival sources between which it draws.
    """
    registry = load_registry()
    rivals = (
        key
        for name, drawn in scenario.uncertainties.items()
        for rival in registry.parameter(name).rivals
        if rival.name in drawn.rivals
        for key in rival.sources
    )
    cited = (*scenario.references, *(key for move in scenario.moves for key in move.sources), *rivals)
    return provenance(registry, scenario.assumptions, scenario.measures, cited)
