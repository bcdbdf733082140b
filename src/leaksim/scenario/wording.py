"""The findings of pydantic in the words of this project, each with its place in the file."""

import re
from typing import Any, NamedTuple

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from leaksim.scenario.fields import describe, nearest
from leaksim.scenario.positions import Located
from leaksim.scenario.problems import Problem
from leaksim.scenario.schema import ScenarioFile
from leaksim.scenario.schema_paths import keys_at

WANTED = {
    "tuple_type": "a list",
    "dict_type": "a block of `key: value` lines",
    "mapping_type": "a block of `key: value` lines",
    "model_type": "a block of `key: value` lines",
    "model_attributes_type": "a block of `key: value` lines",
    "too_short": "at least one entry",
    "greater_than_equal": "a number not below {ge}",
    "less_than_equal": "a number not above {le}",
}


class Words(NamedTuple):
    """A message, what is possible instead, and what of it looks most alike."""

    message: str
    allowed: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()


def problem_of(detail: ErrorDetails, tree: Located, root: type[BaseModel] = ScenarioFile) -> Problem:
    """Put one finding of pydantic into words and give it its place in the file, which has the form `root`."""
    loc, kind = detail["loc"], detail["type"]
    found, path, key_place = tree.find(loc)
    at_key = kind == "extra_forbidden" or loc[-1] == "[key]" or found.value is None
    # The names of uncertain parameters are refused without a mark that it is the key.
    at_key |= kind == "refused" and isinstance(found.value, dict)
    if kind == "missing":
        at_key = bool(path) and isinstance(path[-1], str)
    words = _words_for(detail, found, root)
    message = words.message
    if "wanted text" in message and found.written:
        message += f'; put it in quotes: "{found.written}"'
    if kind == "tuple_type" and found.written:
        message += f": write [{found.written}]"
    place = key_place if at_key else found.place
    return Problem(message, place, path=path, allowed=words.allowed, nearest=words.nearest)


def _words_for(detail: ErrorDetails, found: Located, root: type[BaseModel]) -> Words:
    loc = detail["loc"]
    context: dict[str, Any] = detail.get("ctx", {})
    match detail["type"]:
        case "extra_forbidden":
            keys = keys_at(loc[:-1], root)
            words = Words(f"unknown key '{loc[-1]}'", keys, nearest(str(loc[-1]), keys))
        case "missing":
            words = Words(f"'{loc[-1]}' is missing")
        case _ if found.value is None:
            words = Words("nothing is written after the colon; give a value or remove the line")
        case "refused":
            words = Words(context["words"], context["allowed"], context["nearest"])
        case "literal_error":
            names = _names_in(str(context["expected"]))
            given = f"'{found.written}'" if found.written else describe(found.plain())
            words = Words(f"{given} is not possible here", names, nearest(found.written, names))
        case "value_error":
            words = Words(str(context["error"]))
        case kind if kind in WANTED:
            wanted = WANTED[kind].format(**context)
            words = Words(f"wanted {wanted}, found {describe(found.plain())}")
        case _:
            words = Words(detail["msg"][:1].lower() + detail["msg"][1:])
    return words


def _names_in(expected: str) -> tuple[str, ...]:
    return tuple(re.findall(r"'([^']*)'", expected)) or (expected,)
