"""The JSON Schema of study files, for editors that complete and flag."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from leaksim.scenario.json_schema import unit_pattern
from leaksim.study.quantities import Quantity, quantities
from leaksim.study.schema import Study

Schema = dict[str, Any]

_DAY = {"type": "string", "format": "date"}


def study_json_schema() -> Schema:
    """Return the schema (JSON Schema, draft 2020-12) of a study file.

    It says what can be said without looking at two places at once; `leaksim sweep` says the rest.
    """
    schema = Study.model_json_schema()
    parts = schema["$defs"]
    kinds: dict[str, str] = {}
    axes = {}
    for name, each in quantities().items():
        form = _axis(each)
        # Quantities of one unit share one form, which keeps the file small.
        kind = kinds.setdefault(str(form), f"Axis{len(kinds) + 1}")
        parts[kind] = form
        axes[name] = {"$ref": f"#/$defs/{kind}", **_about(each)}
    spans = {name: {"$ref": "#/$defs/Span", **_about(each)} for name, each in quantities().items()}
    _by_quantity(schema["properties"]["axes"], axes)
    _by_quantity(parts["Sample"]["properties"]["over"], spans)
    parts["Span"] |= {"oneOf": [{"required": ["low", "high"]}, {"required": ["use"], "maxProperties": 1}]}
    return {"$schema": GenerateJsonSchema.schema_dialect, **schema, "title": "leaksim study"}


def _by_quantity(section: Schema, entries: Schema) -> None:
    section.pop("patternProperties")
    section |= {"properties": entries, "additionalProperties": False}


def _axis(quantity: Quantity) -> Schema:
    values = {"type": "array", "minItems": 1, "items": _values(quantity)}
    form = {"oneOf": [{"required": ["values"]}, {"required": ["steps"]}]}
    return {"anyOf": [values, {"allOf": [{"$ref": "#/$defs/Axis"}, {"properties": {"values": values}}, form]}]}


def _about(quantity: Quantity) -> Schema:
    unit = {"1": "", "date": ", a date"}.get(quantity.unit, f", in {quantity.unit}")
    bounds = "" if quantity.supported is None else "; the sources support {:g} to {:g}".format(*quantity.supported[:2])
    return {"description": f"{quantity.title}{unit}{bounds}."}


def _values(quantity: Quantity) -> Schema:
    if quantity.unit == "date":
        return _DAY
    if quantity.choices:
        return {"enum": list(quantity.choices)}
    return {"type": ["number", "string"], "pattern": unit_pattern(quantity.unit)}
