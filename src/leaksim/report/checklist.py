"""The items of the STRESS-DES checklist that a run knows, from its manifest.

Monks, Currie, Onggo, Robinson, Kunc and Taylor (2019), "Strengthening the reporting of empirical simulation studies:
introducing the STRESS guidelines", Journal of Simulation 13, 55-67.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from leaksim.report.citations import rests_on
from leaksim.scenario.schema import Scenario

_NO_LIBRARIES = ("leaksim", "git", "python")
"""Entries of the manifest on software that are no libraries."""


def run_items(scenario: Scenario, manifest: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return number, name and answer of each item that a run can answer.

    Parameters
    ----------
    scenario
        The scenario of the run.
    manifest
        Its manifest, as `leaksim.store.runs.manifest_in` reads it.
    """
    run, volatile = manifest["run"], manifest["volatile"]
    found = rests_on(scenario)
    return [
        ("2.3", "Scenario logic", _logic(scenario, manifest)),
        (
            "3.1",
            "Data sources",
            f"{len(found.references)} references; `leaksim cite` lists them. Evidence with the SHA-256 "
            f"{manifest['evidence']}.",
        ),
        ("3.3", "Input parameters", _parameters(scenario, len(found.parameters))),
        ("4.1", "Initialisation", f"No warm-up: every arm starts from the baseline of {scenario.period.start}."),
        ("4.2", "Run length", f"{run['months']} months from {scenario.period.start}."),
        ("4.3", "Estimation approach", _estimation(run)),
        ("5.1", "Software", _software(manifest["software"])),
        ("5.2", "Random sampling", f"Seed {run['seed']}; {manifest['streams']}."),
        ("5.3", "Model execution", f"{len(run['arms'])} arms in monthly steps, side by side in the same histories."),
        (
            "5.4",
            "System specification",
            "Not kept with this run."
            if volatile is None
            else f"{volatile['processor']}; {volatile['platform']}; {volatile['seconds']:.1f} s, started "
            f"{volatile['started']}.",
        ),
    ]


def checklist(scenario: Scenario, manifest: Mapping[str, Any]) -> str:
    """Write the items as a section in Markdown."""
    rows = [f"| {number} | {name} | {_cell(answer)} |" for number, name, answer in run_items(scenario, manifest)]
    heading = f"## {_cell(scenario.title)} (`{scenario.name}`)"
    return "\n".join([heading, "", "| item | | answer |", "|:--|:--|:--|", *rows, ""])


def _logic(scenario: Scenario, manifest: Mapping[str, Any]) -> str:
    file = manifest["scenario"]["file"] or "no file"
    measures = ", ".join(measure.id for measure in scenario.measures) or "none"
    return (
        f"{scenario.description or scenario.title} Measures: {measures}. Scenario from {file}, SHA-256 "
        f"{manifest['scenario']['digest']}."
    )


def _parameters(scenario: Scenario, total: int) -> str:
    return (
        f"{total} parameters: {len(scenario.assumptions)} set by the scenario, {len(scenario.uncertainties)} drawn "
        "from a distribution, the others as in the registry; `leaksim table parameters` lists values, ranges, grades "
        "and sources."
    )


def _estimation(run: Mapping[str, Any]) -> str:
    text = f"{run['replications']:,} replications over {run['draws']:,} draws of the uncertain parameters."
    precision = run["precision"]
    if run["deterministic"]:
        text = "One deterministic history."
    if precision is None:
        return text
    ended = "reached" if precision["reached"] else "not reached"
    return f"{text} Stopped by the half-width {precision['half_width']:g} of {precision['on']} ({ended})."


def _software(software: Mapping[str, Any]) -> str:
    git = software["git"]
    revision = "" if git is None else f", revision {git['revision']}{' with changes' if git['modified'] else ''}"
    libraries = ", ".join(f"{name} {number}" for name, number in software.items() if name not in _NO_LIBRARIES)
    return f"leaksim {software['leaksim']}{revision}; Python {software['python']}; {libraries}."


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", r"\|")
