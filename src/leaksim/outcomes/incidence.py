"""Who bears the pressure, and whom the leaks relieve."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from leaksim.engine.lanes import Floats
from leaksim.model.channels import INTENDED, REALISED
from leaksim.model.dimensions import CLASSES
from leaksim.outcomes.statistics import ratio_of_means
from leaksim.outcomes.table import TableBuilder

if TYPE_CHECKING:
    from leaksim.outcomes.summary import Summary

PARTS = (*CLASSES, "other_imports", "deferred")
"""Parts of the pressure that add up to the whole: lost use by class, forgone imports, and what is put off."""


def add_incidence(table: TableBuilder, summary: Summary) -> None:
    """Add the share of each part in the pressure, and the part it has in the leakage."""
    of_arm = {arm: {part: summary.total(f"pressure.{part}", arm) for part in PARTS} for arm in (INTENDED, REALISED)}
    for arm, pressure in of_arm.items():
        _add(table, summary, "incidence.share", {f"{arm}/{part}": pressure[part] for part in PARTS}, arm)
    relief = {part: of_arm[INTENDED][part] - of_arm[REALISED][part] for part in PARTS}
    _add(table, summary, "incidence.relief", relief, INTENDED)


def _add(table: TableBuilder, summary: Summary, metric: str, parts: Mapping[str, Floats], arm: str) -> None:
    """Add parts as shares of the pressure of an arm."""
    whole = summary.total("pressure", arm)
    for item, part in parts.items():
        if summary.has_pressure(arm):
            table.add(metric, item, "share", ratio_of_means(part, whole, summary.draws))
        else:
            table.add_undefined(metric, item, "share", f"undefined: the {arm} pressure is not above zero")
