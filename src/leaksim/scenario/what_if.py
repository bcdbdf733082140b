"""A what-if without a file: a scenario with some parameters set to other values."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from leaksim.errors import InputError
from leaksim.evidence.registry import load_registry
from leaksim.scenario.fields import describe
from leaksim.scenario.findings import Finding
from leaksim.scenario.inheritance import read_with_bases
from leaksim.scenario.loading import load_scenario
from leaksim.scenario.resolving import resolve
from leaksim.scenario.schema import Scenario, ScenarioFile


class WhatIfError(InputError):
    """A value that a what-if sets cannot be used."""


def what_if(path: str | Path, settings: Sequence[str]) -> Scenario:
    """Load a scenario and set parameters in it, as assumptions; what was drawn becomes fixed.

    Parameters
    ----------
    path
        A scenario file.
    settings
        Each in the form ``id=value``, the value as in a file, such as ``suppliers.capacity=60 kb/month``.

    Returns
    -------
    Scenario
        Its name ends in ``_what_if``.

    Raises
    ------
    ScenarioProblems
        When the file itself is wrong.
    UnknownParameter
        When the registry has no parameter of that id.
    WhatIfError
        When a value is impossible.
    """
    scenario = load_scenario(path)
    values = dict(_setting(text) for text in settings)
    data = read_with_bases(Path(path))[0].plain()
    written = ", ".join(text.strip() for text in settings)
    assumptions = {**data.get("assumptions", {}), **values}
    drawn = {name: {"use": "assumption"} for name in values if name in data.get("uncertainties", {})}
    changed = {
        **data,
        "name": f"{scenario.name[:72]}_what_if",
        "title": f"What if {written}",
        "assumptions": assumptions,
        "uncertainties": {**data.get("uncertainties", {}), **drawn},
    }
    result, findings = resolve(ScenarioFile.model_validate(changed))
    if result is None:
        raise WhatIfError("\n".join(_refused(finding) for finding in findings))
    return result


def _setting(text: str) -> tuple[str, float | str]:
    name, sign, written = text.partition("=")
    name = name.strip()
    if not sign:
        raise WhatIfError(f"--set {text}: write id=value, such as suppliers.capacity='60 kb/month'")
    load_registry().parameter(name)
    try:
        value = YAML(typ="safe", pure=True).load(written)
    except YAMLError:
        value = written
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise WhatIfError(f"--set {name}: wanted a number, or a number with its unit, found {describe(value)}")
    return name, value


def _refused(finding: Finding) -> str:
    name = f" {finding.path[1]}" if finding.path[1:] else ""
    hint = f"; did you mean {' or '.join(finding.nearest)}?" if finding.nearest else ""
    return f"--set{name}: {finding.message}{hint}"
