"""From located values to a valid :class:`ScenarioFile`, or to a list of everything that is wrong."""

import datetime as dt
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from leaksim.scenario.positions import Located
from leaksim.scenario.problems import Problem
from leaksim.scenario.schema import ScenarioFile
from leaksim.scenario.wording import problem_of

# What has to be present before the rest can be looked at; taken only when the file's own is wrong.
STAND_INS: dict[str, Any] = {
    "leaksim": 1,
    "name": "unnamed",
    "title": "untitled",
    "period": {"start": dt.date(1990, 1, 1), "months": 1},
}


def validate(tree: Located) -> tuple[ScenarioFile, list[Problem], dict[str, list[int]]]:
    """Validate a merged file piece by piece, so that a mistake in one place hides none elsewhere.

    Returns
    -------
    tuple
        The file without its wrong pieces, the problems found, and for each section that is a list
        the original indices of the items that were kept.
    """
    data = tree.plain()
    try:
        return ScenarioFile.model_validate(data), [], {}
    except ValidationError as error:
        details = relevant(error)
    problems = [problem_of(detail, tree) for detail in details]
    bad = {loc[:1] if loc[0] in ("period", "run") else loc[:2] for loc in (detail["loc"] for detail in details)}
    remaining, kept = _without(data, bad)
    return ScenarioFile.model_validate(remaining), problems, kept


def relevant(error: ValidationError) -> list[ErrorDetails]:
    """Return what pydantic found, except lists that it calls too short because their items are wrong."""
    details = error.errors()
    locs = [detail["loc"] for detail in details]

    def is_echo(detail: ErrorDetails) -> bool:
        loc = detail["loc"]
        inside = (other for other in locs if len(other) > len(loc))
        return detail["type"] == "too_short" and any(other[: len(loc)] == loc for other in inside)

    return [detail for detail in details if not is_echo(detail)]


def _without(data: dict[str, Any], bad: set[tuple[int | str, ...]]) -> tuple[dict[str, Any], dict[str, list[int]]]:
    """Return ``data`` without the pieces at ``bad``, and which list items were kept."""
    result: dict[str, Any] = {}
    kept: dict[str, list[int]] = {}
    for key, value in data.items():
        if (key,) in bad:
            continue
        if isinstance(value, list):
            kept[key] = [index for index in range(len(value)) if (key, index) not in bad]
            result[key] = [value[index] for index in kept[key]]
        elif isinstance(value, dict):
            result[key] = {name: item for name, item in value.items() if (key, name) not in bad}
        else:
            result[key] = value
    return STAND_INS | result, kept
