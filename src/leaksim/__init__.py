"""Sanctions leakage, simulated: how much pressure arrives, how much leaks, through whom, and how sure we are.

>>> import leaksim
>>> scenario = leaksim.load_scenario("scenarios/status_quo.yaml")  # doctest: +SKIP
>>> leaksim.simulate(scenario).table  # doctest: +SKIP
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from leaksim.version import __version__

if TYPE_CHECKING:
    from leaksim.attribution import Attribution, attribute
    from leaksim.calibrating import Calibration, calibrate
    from leaksim.comparing import Comparison, compare
    from leaksim.difference import Difference, diff
    from leaksim.drawing import Figure, figure
    from leaksim.evidence.registry import load_registry
    from leaksim.forecasting import Forecast, forecast
    from leaksim.pages.making import page
    from leaksim.pages.page import Page
    from leaksim.scenario.loading import check_scenario, load_policies, load_scenario
    from leaksim.scenario.schema import Scenario
    from leaksim.sensitivities import Sensitivity, sensitivity
    from leaksim.simulation import Result, simulate
    from leaksim.tables.making import table
    from leaksim.tables.model import Table
    from leaksim.validation import Scorecard, validate

__all__ = [
    "Attribution",
    "Calibration",
    "Comparison",
    "Difference",
    "Figure",
    "Forecast",
    "Page",
    "Result",
    "Scenario",
    "Scorecard",
    "Sensitivity",
    "Table",
    "__version__",
    "attribute",
    "calibrate",
    "check_scenario",
    "compare",
    "diff",
    "figure",
    "forecast",
    "load_policies",
    "load_registry",
    "load_scenario",
    "page",
    "sensitivity",
    "simulate",
    "table",
    "validate",
]

# Imported on first use, so that `leaksim --help` does not wait for pandas.
_HOMES = {
    "Calibration": "leaksim.calibrating",
    "calibrate": "leaksim.calibrating",
    "Comparison": "leaksim.comparing",
    "Difference": "leaksim.difference",
    "Attribution": "leaksim.attribution",
    "Figure": "leaksim.drawing",
    "attribute": "leaksim.attribution",
    "Result": "leaksim.simulation",
    "Scenario": "leaksim.scenario.schema",
    "check_scenario": "leaksim.scenario.loading",
    "compare": "leaksim.comparing",
    "diff": "leaksim.difference",
    "figure": "leaksim.drawing",
    "Forecast": "leaksim.forecasting",
    "forecast": "leaksim.forecasting",
    "load_policies": "leaksim.scenario.loading",
    "load_registry": "leaksim.evidence.registry",
    "load_scenario": "leaksim.scenario.loading",
    "Sensitivity": "leaksim.sensitivities",
    "sensitivity": "leaksim.sensitivities",
    "simulate": "leaksim.simulation",
    "Page": "leaksim.pages.page",
    "page": "leaksim.pages.making",
    "Table": "leaksim.tables.model",
    "table": "leaksim.tables.making",
    "Scorecard": "leaksim.validation",
    "validate": "leaksim.validation",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'leaksim' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
