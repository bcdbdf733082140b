"""The scenario of a saved run: as it was kept with the run, or from its file as long as that says the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from leaksim.comparing import candidates_of
from leaksim.scenario.loading import load
from leaksim.scenario.schema import RunSettings, Scenario
from leaksim.store.manifest import Facts
from leaksim.store.runs import RunError, manifest_in

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def scenario_of_run(folder: Path) -> Scenario:
    """Return the scenario of a saved run.

    Raises
    ------
    RunError
        When the folder does not hold a run, or one of another version of leaksim, or neither the run nor the file of
        its scenario has the scenario that was run.
    """
    about = manifest_in(folder)["scenario"]
    found = kept_scenario(about, folder)
    if found is None:
        raise RunError(
            f"{folder} was kept without its scenario, and {_file_of(about, folder)} is not what was run; run it again"
        )
    return found


def kept_scenario(about: Facts, folder: Path) -> Scenario | None:
    """Return a scenario that was run; None where neither its content nor its file is there as it was.

    Parameters
    ----------
    about
        What the manifest says of the scenario.
    folder
        Of the run; files of scenarios are looked for in the folder `scenarios` beside the folder of results.

    Raises
    ------
    RunError
        When another version of leaksim wrote the content.
    """
    if about.get("content") is None:
        return next((each for each in _in_file(about, folder) if each.digest == about["digest"]), None)
    try:
        scenario = Scenario.model_validate(_with_dates(about["content"]))
    except ValidationError:
        scenario = None
    if scenario is None or scenario.digest != about["digest"]:
        raise RunError(f"{folder}: another version of leaksim wrote this scenario; run the scenario again")
    return scenario


def _file_of(about: Facts, folder: Path) -> Path:
    return folder.resolve().parents[1] / "scenarios" / (about["file"] or f"{about['name']}.yaml")


def _in_file(about: Facts, folder: Path) -> Iterator[Scenario]:
    """Yield the scenario of that name in its file, or its policy, with the settings with which it was run."""
    file = _file_of(about, folder)
    for candidate in candidates_of(load(file), in_folder=False) if file.is_file() else ():
        if candidate.scenario.name == about["name"]:
            settings = about.get("settings")
            run = candidate.scenario.run if settings is None else RunSettings.model_validate(settings)
            yield candidate.scenario.model_copy(update={"run": run})


def _with_dates(value: Any) -> Any:
    """Turn text that JSON has in place of dates into dates again."""
    if isinstance(value, dict):
        return {key: _with_dates(inside) for key, inside in value.items()}
    if isinstance(value, list):
        return [_with_dates(inside) for inside in value]
    return date.fromisoformat(value) if isinstance(value, str) and _DAY.fullmatch(value) else value
