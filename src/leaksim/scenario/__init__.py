"""What is asked: scenario files, checked and turned into frozen objects."""

from leaksim.scenario.expectations import Verdict, verify_expectations
from leaksim.scenario.files import scenario_files
from leaksim.scenario.loading import check_scenario, load_scenario
from leaksim.scenario.problems import Problem, ScenarioProblems
from leaksim.scenario.schema import (
    Channels,
    Expectation,
    Lever,
    Levers,
    Move,
    Period,
    RunSettings,
    Scenario,
    Uncertainty,
)

__all__ = [
    "Channels",
    "Expectation",
    "Lever",
    "Levers",
    "Move",
    "Period",
    "Problem",
    "RunSettings",
    "Scenario",
    "ScenarioProblems",
    "Uncertainty",
    "Verdict",
    "check_scenario",
    "load_scenario",
    "scenario_files",
    "verify_expectations",
]
