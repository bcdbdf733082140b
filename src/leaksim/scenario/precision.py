"""Outcomes until whose interval is narrow a run can go on, and what stands against it in a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from leaksim.model.dimensions import FUELS, PRODUCTS
from leaksim.scenario.findings import Finding

if TYPE_CHECKING:
    from leaksim.scenario.schema import ScenarioFile, Uncertainty

USUAL_OUTCOME = "leakage.value"
"""The outcome that is meant where a file names none."""

CHANNELS_OF_GROUP = {
    "china": ("cn_slippage", "cn_smuggling"),
    "russia": ("ru_fuel", "ru_labour", "ru_port"),
    "third": ("sts_third",),
    "council": ("un_dilution",),
}
"""Channels without which nothing can leak through a group."""

_OWEN = "leakage.owen/"

UNITS = {
    USUAL_OUTCOME: "share",
    "pass_through.value": "share",
    **{f"{_OWEN}{group}": "share" for group in CHANNELS_OF_GROUP},
    **{f"leakage.quantity/{thing}": "share" for thing in (*PRODUCTS, "hard_currency", "everything")},
    "pressure.intended": "$m/year",
    "pressure.realised": "$m/year",
    **{f"price.premium_mean/realised/{PRODUCTS[fuel]}": "share of baseline price" for fuel in FUELS},
    "reserves.end/realised": "$m",
}
"""Unit of each such outcome in the tidy table, by its metric and, after a `/`, its item."""

USUAL_DRAWS = 200
"""Parameter draws where a scenario has uncertainties but does not say how many."""


def written_unit(outcome: str) -> str:
    """Return the unit in which a file writes a half-width of an outcome."""
    unit = UNITS[outcome]
    return "1" if unit.startswith("share") else unit


def precision_findings(file: ScenarioFile, uncertainties: Mapping[str, Uncertainty]) -> Iterator[Finding]:
    """Yield why the interval that a file asks for can never be had.

    Parameters
    ----------
    file
        The scenario as written.
    uncertainties
        What it draws.
    """
    run = file.run
    if run.half_width is None:
        return
    group = run.outcome.removeprefix(_OWEN)
    if group in CHANNELS_OF_GROUP and not any(getattr(file.channels, name) for name in CHANNELS_OF_GROUP[group]):
        yield Finding(("run", "on"), f"all channels of {group} are off, so nothing leaks through it")
    if uncertainties and run.draws is not None and run.replications < 2:
        message = "one replication for each draw gives no interval that could become narrow: allow more replications"
        yield Finding(("run", "half_width"), message)
    if uncertainties and run.draws is None and run.replications < 2 * USUAL_DRAWS:
        yield Finding(
            ("run", "half_width"),
            f"{run.replications} replications are too few for an interval: they are spread over up to {USUAL_DRAWS} "
            f"parameter draws, and each needs two. Allow {2 * USUAL_DRAWS} replications, or set `draws`",
        )
