"""From located values to a valid :class:`ScenarioFile`, or to a list of everything that is wrong."""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from leaksim.scenario.fields import describe, nearest
from leaksim.scenario.positions import Located
from leaksim.scenario.problems import Problem
from leaksim.scenario.schema import ScenarioFile

LIMITS = {
    "greater_than_equal": ("a number not below", "ge"),
    "less_than_equal": ("a number not above", "le"),
    "less_than": ("a number below", "lt"),
}

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
    bad = {loc[:1] if loc[0] == "period" else loc[:2] for loc in (detail["loc"] for detail in details)}
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


def problem_of(
    detail: ErrorDetails, tree: Located, root: type[BaseModel] = ScenarioFile, prefix: tuple[Any, ...] = ()
) -> Problem:
    """Put one finding of pydantic into words and give it its place in the file."""
    loc = detail["loc"]
    kind = detail["type"]
    found, path, key_place = tree.find(prefix + loc)
    context = detail.get("ctx", {})
    allowed: tuple[str, ...] = tuple(context.get("allowed", ()))
    alike: tuple[str, ...] = tuple(context.get("nearest", ()))
    at_key = loc[-1:] == ("[key]",) or found.value is None
    if kind == "extra_forbidden":
        message, allowed, at_key = f"unknown key '{loc[-1]}'", keys_at(root, loc[:-1]), True
        alike = nearest(str(loc[-1]), allowed)
    elif kind == "missing":
        message, at_key = f"'{loc[-1]}' is missing", bool(path) and isinstance(path[-1], str)
    elif found.value is None:
        message = f"nothing is written after '{path[-1] if path else ''}:'; give a value or remove the line"
    elif kind == "literal_error":
        allowed = _expected(str(context["expected"]))
        alike = nearest(found.written, allowed)
        message = f"'{found.written}' is not possible here" if found.written else _wanted("one word", found)
    elif kind in ("tuple_type", "list_type"):
        example = f": write [{found.written}]" if found.written else ""
        message = _wanted("a list", found) + example
    elif kind in ("model_type", "dict_type", "mapping_type", "model_attributes_type"):
        message = _wanted("a block of `key: value` lines", found)
    elif kind == "value_error":
        message = str(context["error"])
    elif kind == "too_short":
        message = _wanted("at least one entry", found)
    elif kind in LIMITS:
        word, limit = LIMITS[kind]
        message = _wanted(f"{word} {context[limit]}", found)
    else:
        message = detail["msg"][:1].lower() + detail["msg"][1:]
    if "wanted text" in message and found.written:
        message += f'; put it in quotes: "{found.written}"'
    return Problem(message, key_place if at_key else found.place, path=path, allowed=allowed, nearest=alike)


def keys_at(model: type[BaseModel], loc: Iterable[int | str]) -> tuple[str, ...]:
    """Return the keys that are possible at ``loc``.

    >>> keys_at(ScenarioFile, ("levers", "bank_pressure"))
    ('level', 'start', 'until')
    """
    models = models_at(model, loc)
    return tuple(name for one in sorted(models, key=lambda one: one.__name__) for name, _ in _named(one))


def models_at(model: type[BaseModel], loc: Iterable[int | str]) -> set[type[BaseModel]]:
    """Return the models that can stand at ``loc``, which may contain the tag of one of several."""
    here = {model}
    for part in loc:
        fields = [field.annotation for one in here for name, field in _named(one) if name == part]
        chosen = {one for one in here if one.__name__ == part}
        if fields:
            here = {one for annotation in fields for one in _models_in(annotation)}
        elif chosen:
            here = chosen
    return here


def _named(model: type[BaseModel]) -> list[tuple[str, Any]]:
    return [(field.alias or name, field) for name, field in model.model_fields.items()]


def _models_in(annotation: Any) -> set[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {annotation}
    return {model for part in get_args(annotation) for model in _models_in(part)}


def _wanted(what: str, found: Located) -> str:
    return f"wanted {what}, found {describe(found.plain())}"


def _expected(words: str) -> tuple[str, ...]:
    return tuple(re.findall(r"'([^']*)'", words)) or (words,)


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
