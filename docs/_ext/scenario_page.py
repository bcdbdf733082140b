"""The page of scenario files, from the schema: the text under each field is its documentation."""

from collections.abc import Iterator, Mapping
from typing import Any

from pieces import number, prose, table

from leaksim.scenario.schema import MOVE_UNITS, ScenarioFile

OPENING = """# Scenario files

A scenario is a text file in YAML: a list of `word: value`. Text after a `#` is a remark. What belongs to a word stands
in the lines below it, further in. This page is made from the schema with which files are checked, whenever the pages
are built. Editors use the same schema (`leaksim schema`) to complete and to flag.

Amounts may carry a unit, such as `160 kb/month`, `90 %` or `50_000 persons`; without one they are in the unit of
[the table of parameters](parameters.md). With `extends`, the blocks of both files are merged; lists and single values
of the file replace those of its base.
"""

WORDS = {"integer": "whole number", "number": "number", "string": "text", "boolean": "`on` or `off`"}


def scenario_file() -> str:
    """Write the page of scenario files: the file itself, then every part of it."""
    schema = ScenarioFile.model_json_schema(by_alias=True)
    definitions = schema["$defs"]
    # A policy has the words of the file, with a meaning of their own.
    of_policies = definitions["Policy"]["properties"]
    definitions["Policy"]["properties"] = {
        name: {**schema["properties"][name], "description": field["description"]} for name, field in of_policies.items()
    }
    parts = [OPENING, "## The file\n", _fields(schema, definitions)]
    for name, part in _in_order_of_use(schema):
        parts += [f"(part-{name.lower()})=\n## {_spaced(name)}\n", prose(part.get("description")) + "\n"]
        parts.append(_fields(part, definitions))
        if name == "Move":
            units = (f"`{act}` {'a number' if unit == '1' else prose(unit)}" for act, unit in MOVE_UNITS.items())
            parts.append(f"Units of `amount`, by act: {', '.join(units)}.\n")
    return "\n".join(parts)


def _in_order_of_use(schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the parts in the order in which a reader of the page comes upon their names."""
    seen: list[str] = []
    queue = [schema]
    while queue:
        part = queue.pop(0)
        for name in _named([part.get("properties"), part.get("additionalProperties")]):
            if name not in seen:
                seen.append(name)
                queue.append(schema["$defs"][name])
    return ((name, schema["$defs"][name]) for name in seen)


def _named(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        if isinstance(reference := value.get("$ref"), str):
            yield _last(reference)
        for inner in value.values():
            yield from _named(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _named(inner)


def _fields(schema: Mapping[str, Any], definitions: Mapping[str, Mapping[str, Any]]) -> str:
    needed = schema.get("required", ())
    rows = []
    for name, field in schema["properties"].items():
        part = definitions.get(_last(field.get("$ref", "")), {})
        meaning = field.get("description", part.get("description"))
        rows.append((f"`{name}`", prose(meaning), _kind(field), _default(field, name in needed)))
    if isinstance(entry := schema.get("additionalProperties"), Mapping):
        part = definitions[_last(entry["$ref"])]
        rows.append(("`parameter`", prose(part["description"]), _kind(entry), "–"))
    return table(("word", "meaning", "value", "if left out"), rows, (18, 44, 24, 14), "evidence")


def _default(field: Mapping[str, Any], needed: bool) -> str:
    if needed:
        return "**needed**"
    default = field.get("default")
    if isinstance(default, bool):
        return "`on`" if default else "`off`"
    if default in (None, "", []) or isinstance(default, Mapping):
        return "–"
    return number(default) if isinstance(default, int | float) else f"`{default}`"


def _kind(field: Mapping[str, Any]) -> str:
    if "$ref" in field:
        name = _last(field["$ref"])
        return f"{{ref}}`{_spaced(name).lower()} <part-{name.lower()}>`"
    if "enum" in field or "const" in field:
        allowed = [value for value in field.get("enum", [field.get("const")]) if not isinstance(value, bool)]
        return " ".join(f"`{value}`" for value in allowed)
    if "anyOf" in field or "oneOf" in field:
        kinds = [_kind(each) for each in field.get("anyOf", field.get("oneOf")) if each != {"type": "null"}]
        return " or ".join(dict.fromkeys(kinds))
    return _simple_kind(field)


def _simple_kind(field: Mapping[str, Any]) -> str:
    kind = field.get("type")
    if isinstance(kind, list):
        return "number, with or without a unit"
    if kind == "array":
        inner = field.get("items") or {}
        places = field.get("prefixItems")
        return f"{len(places)} values" if places else f"list: {_kind(inner)}"
    if kind == "object":
        (inner,) = field["patternProperties"].values()
        key = "name" if _last(inner.get("$ref", "")) == "Policy" else "parameter"
        return f"`{key}:` {_kind(inner)}"
    if field.get("format") == "date":
        return "date, such as `2017-09-11`"
    return WORDS.get(str(kind), "any") + _bounds(field)


def _bounds(field: Mapping[str, Any]) -> str:
    low = field.get("minimum", field.get("exclusiveMinimum"))
    high = field.get("maximum", field.get("exclusiveMaximum"))
    if low is None and high is None:
        return ""
    return f" from {number(low)}" + (f" to {number(high)}" if high is not None and high < 1e9 else "")


def _last(reference: str) -> str:
    return reference.rpartition("/")[2]


def _spaced(name: str) -> str:
    """Turn the name of a class into words.

    >>> _spaced("RunSettings")
    'Run settings'
    """
    words = "".join(f" {sign.lower()}" if sign.isupper() else sign for sign in name).strip()
    return words.capitalize()
