"""The JSON Schema of scenario files with the names the registry knows, for editors that complete and flag."""

import re
from collections.abc import Callable
from math import inf
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from leaksim.evidence.bibliography import bibliography_keys
from leaksim.evidence.ensembles import ensemble_names
from leaksim.evidence.instruments import BINDABLE, Provision
from leaksim.evidence.registry import Parameter, Registry, load_registry
from leaksim.evidence.units import dimension
from leaksim.scenario.schema import COMPARISONS, MOVE_UNITS, ScenarioFile

Schema = dict[str, Any]

NUMBER = r"[0-9._]+([eE][+-]?[0-9]+)?"
UNIT_WORDS = (
    *("bbl", "kb", "kg", "t", "kt", "Mt"),
    *("$", "$k", "$m", "$bn"),
    *("day", "week", "month", "year"),
    *("person", "ship"),
)


def scenario_json_schema() -> Schema:
    """Return the schema (JSON Schema, draft 2020-12) of a scenario file.

    It says what can be said without looking at two places at once; `leaksim check` says the rest.
    """
    registry = load_registry()
    schema = ScenarioFile.model_json_schema(by_alias=True)
    sections, parts = schema["properties"], schema["$defs"]
    sections["assumptions"] = _by_parameter(sections["assumptions"], registry, _assumption_schema)
    sections["uncertainties"] = _by_parameter(sections["uncertainties"], registry, _uncertainty_schema)
    used = parts.pop("WrittenUncertainties")["properties"]["use"]["description"]
    sections["uncertainties"]["properties"]["use"] = {"description": used, "enum": list(ensemble_names())}
    sections["period"] |= {"properties": {"start": {"pattern": "-01$"}}}
    parts["CatalogueMeasure"]["properties"]["use"] = {
        "description": parts["CatalogueMeasure"]["properties"]["use"]["description"],
        "oneOf": [{"const": one.id, "title": one.title} for one in registry.instruments.values()],
    }
    parts["WrittenProvision"] |= {
        "oneOf": [{"required": ["cut"]}, {"required": ["cap"]}, {"required": ["out_by"]}],
        "allOf": [_flow_schema(flow) for flow in parts["WrittenProvision"]["properties"]["flow"]["enum"]],
    }
    parts["WrittenMeasure"] |= {
        "if": {"required": ["negotiation"]},
        "then": {"properties": {"adopted": False, "proposal": False}},
    }
    parts["Move"]["allOf"] = [
        {"if": {"properties": {"act": {"const": act}}}, "then": {"properties": {"amount": {"x-unit": unit}}}}
        for act, unit in MOVE_UNITS.items()
    ]
    parts["WrittenUncertainty"]["oneOf"] = [
        {"required": ["distribution", "low", "high"], "properties": {"use": False, "rivals": False}},
        {"required": ["use"], "properties": {"use": {"enum": ["registry", "assumption"]}}, "maxProperties": 1},
        {"required": ["use", "times"], "properties": {"use": {"enum": ["registry", "ensemble"]}}, "maxProperties": 2},
        {"required": ["rivals"], "maxProperties": 1},
    ]
    varied = [name for name, parameter in registry.parameters.items() if not parameter.structural]
    parts["Correlation"]["properties"]["between"] = {
        "description": parts["Correlation"]["properties"]["between"]["description"],
        "type": "array",
        "items": {"enum": varied},
        "minItems": 2,
        "maxItems": 2,
        "uniqueItems": True,
    }
    parts["Expectation"]["anyOf"] = [{"required": [word]} for word in COMPARISONS]
    keys = {"type": "string", "enum": sorted(bibliography_keys())}
    for fields in (sections, *(part["properties"] for part in parts.values())):
        for name in {"references", "sources"} & fields.keys():
            fields[name]["items"] = keys
    parts["Policy"]["properties"] = {
        name: {"$ref": f"#/properties/{name}", "description": field["description"]}
        for name, field in parts["Policy"]["properties"].items()
    }
    sections["policies"]["additionalProperties"] = False
    complete = _required_without_base(schema)
    whole = {"$schema": GenerateJsonSchema.schema_dialect, **schema, "title": "leaksim scenario", **complete}
    _write_patterns(whole)
    return whole


def unit_pattern(unit: str, signed: bool = False) -> str:
    """Return a pattern for a number, alone or with any unit that measures the same as ``unit``.

    >>> bool(re.search(unit_pattern("kb/month"), "160_000 bbl/year"))
    True
    >>> bool(re.search(unit_pattern("kb/month"), "160 t/year"))
    False
    """
    sign = "[+-]?" if signed else ""
    per = "%" if unit == "1" else r"\s*/\s*".join(map(_same_kind, unit.split("/")))
    return rf"^\s*{sign}{NUMBER}\s*({per})?\s*$"


def _same_kind(factor: str) -> str:
    if factor == "1":
        return "1"
    words = [re.escape(word) for word in UNIT_WORDS if dimension(word) == dimension(factor)]
    return f"({'|'.join(words)})s?"


def _write_patterns(schema: Any) -> None:
    """Replace every ``x-unit`` by the pattern of what may be written there."""
    if isinstance(schema, dict):
        if isinstance(unit := schema.pop("x-unit", None), str):
            schema["pattern"] = unit_pattern(unit, signed="minimum" not in schema)
        schema = list(schema.values())
    if isinstance(schema, list):
        for part in schema:
            _write_patterns(part)


def _flow_schema(flow: str) -> Schema:
    if flow in BINDABLE:
        other: Schema = {"cap": False, "binds": {"items": {"enum": list(BINDABLE[flow])}}}
        other |= {} if flow == "workers" else {"out_by": False}
        return {"if": {"properties": {"flow": {"const": flow}}}, "then": {"properties": other}}
    example = {"flow": flow, "binds": ["china"], "cap": 0, "in_force": "2017-01-01"}
    unit = Provision.model_validate(example).cap_unit
    return {
        "if": {"properties": {"flow": {"const": flow}}},
        "then": {"properties": {"cap": {"x-unit": unit, "minimum": 0}, "out_by": False}},
    }


def _required_without_base(schema: Schema) -> Schema:
    """Move what is required into a condition: a file that extends another may leave it to that one."""
    parts = schema["$defs"]
    levers = {
        name: {"required": parts[field["anyOf"][0]["$ref"].removeprefix("#/$defs/")]["required"]}
        for name, field in parts["Levers"]["properties"].items()
    }
    complete = {
        "required": schema.pop("required"),
        "properties": {"period": {"required": parts["Period"].pop("required")}, "levers": {"properties": levers}},
    }
    for lever in ("Lever", "Designations"):
        del parts[lever]["required"]
    return {"if": {"required": ["extends"]}, "else": complete}


def _by_parameter(section: Schema, registry: Registry, entry: Callable[[Parameter], Schema]) -> Schema:
    return {
        "description": section["description"],
        "type": "object",
        "properties": {name: entry(parameter) for name, parameter in registry.parameters.items()},
        "additionalProperties": False,
    }


def _assumption_schema(parameter: Parameter) -> Schema:
    described = {"title": parameter.title, "description": _describe(parameter), "default": parameter.value}
    if parameter.choices:
        return described | {"enum": list(parameter.choices)}
    limits = parameter.limits
    bounds: Schema = {"minimum": limits.lowest}
    if limits.without_lowest:
        bounds["exclusiveMinimum"] = limits.lowest
    if limits.highest < inf:
        bounds["exclusiveMaximum" if limits.without_highest else "maximum"] = limits.highest
    kind = "integer" if parameter.structural else "number"
    return described | {"type": [kind, "string"], "x-unit": parameter.unit} | bounds


def _uncertainty_schema(parameter: Parameter) -> Schema:
    if parameter.structural:
        return {"not": {}, "description": "One value for a whole scenario: set it under assumptions."}
    names = [rival.name for rival in parameter.rivals]
    rivals: Schema | bool = {"anyOf": [{"const": "all"}, {"items": {"enum": names}}]} if names else False
    bound = {"x-unit": parameter.unit}
    return {
        "title": parameter.title,
        "description": _describe(parameter),
        "$ref": "#/$defs/WrittenUncertainty",
        "properties": {"low": bound.copy(), "high": bound.copy(), "mode": bound.copy(), "rivals": rivals},
    }


def _describe(parameter: Parameter) -> str:
    if parameter.choices:
        return f"Default {parameter.value}."
    unit = "a pure number" if parameter.unit == "1" else f"in {parameter.unit}"
    low, high = parameter.low, parameter.high
    bounds = "" if low is None else f"; the sources support {low:g} to {high:g}"
    return f"Default {parameter.value:g}, {unit}{bounds}. Grade {parameter.basis}."
