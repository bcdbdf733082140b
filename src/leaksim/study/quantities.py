"""What a study can vary: parameters of the registry, and the parts of the levers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from math import exp, log
from typing import Any, get_args

from pydantic import BaseModel, TypeAdapter, ValidationError

from leaksim.evidence.registry import Parameter, load_registry
from leaksim.scenario.combinations import contradictions
from leaksim.scenario.fields import describe, refusal
from leaksim.scenario.parameters import value_of
from leaksim.scenario.schema import Designations, Lever, Scenario

Value = float | str | dt.date

_LEVERS: Mapping[str, type[BaseModel]] = {
    "designations": Designations,
    "port_monitoring": Lever,
    "bank_pressure": Lever,
}

_PARTS = {
    "level": ("level", "1"),
    "start": ("first day", "date"),
    "until": ("last day", "date"),
    "rounds_per_year": ("rounds a year", "1/year"),
    "names_per_round": ("names in a round", "1"),
    "target": ("whom they hit", "1"),
}
"""Words and unit of each part of a lever."""


@dataclass(frozen=True)
class Quantity:
    """Something that a study can vary."""

    name: str
    """As a study writes it."""
    title: str
    """What it is, in words."""
    unit: str
    """Of its values; ``1`` for pure numbers, ``date`` for days."""
    is_whole: bool
    """Whether it counts something."""
    choices: tuple[str, ...]
    """The words between which it chooses; none if it is a number or a day."""
    supported: tuple[float, float, str] | None
    """The range that the sources support and its spacing, `linear` or `log`; None where there is none."""
    read: Callable[[Any], Value]
    """Returns a value in the unit of the quantity; raises ``ValueError`` for one that it cannot have."""
    put: Callable[[Scenario, Value], Scenario]
    """Returns the scenario with this value; what was drawn becomes fixed."""

    def between(self, low: Value, high: Value, share: float, spacing: str) -> Value:
        """Return the value at a share of the way from the lowest to the highest.

        >>> from datetime import date
        >>> quantities()["levers.bank_pressure.start"].between(date(2017, 1, 1), date(2017, 1, 31), 0.5, "linear")
        datetime.date(2017, 1, 16)
        """
        if isinstance(low, dt.date) and isinstance(high, dt.date):
            return low + dt.timedelta(days=round(share * (high - low).days))
        assert isinstance(low, int | float)
        assert isinstance(high, int | float)
        if share in (0.0, 1.0):
            return high if share else low  # exactly, whatever the arithmetic between them
        found = exp(log(low) + share * (log(high) - log(low))) if spacing == "log" else low + share * (high - low)
        return float(round(found)) if self.is_whole else found


@cache
def quantities() -> Mapping[str, Quantity]:
    """Return everything that can be varied, by its name."""
    parameters = [_of_parameter(each) for each in load_registry().parameters.values()]
    levers = [_of_lever(lever, part) for lever, model in _LEVERS.items() for part in model.model_fields]
    return {each.name: each for each in (*parameters, *levers)}


def changed(scenario: Scenario, values: Mapping[str, Value]) -> Scenario:
    """Return a scenario with other values of some quantities, which have to go together: see `objections`."""
    for name, value in values.items():
        scenario = quantities()[name].put(scenario, value)
    return scenario


def objections(scenario: Scenario, values: Mapping[str, Value]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield why a scenario cannot have some values together, and the names of those that are concerned."""
    found = changed(scenario, values)
    for name in _LEVERS:
        concerned = tuple(each for each in values if each.startswith(f"levers.{name}."))
        for message in _about_lever(scenario.name, name, getattr(found.levers, name)) if concerned else ():
            yield concerned, message
    for names, message in contradictions(found.assumptions, found.uncertainties):
        if concerned := tuple(name for name in names if name in values):
            yield concerned, message


def _of_parameter(parameter: Parameter) -> Quantity:
    low, high = parameter.low, parameter.high
    spacing = "log" if parameter.distribution == "loguniform" else "linear"
    return Quantity(
        name=parameter.id,
        title=parameter.title.rstrip("."),
        unit=parameter.unit,
        is_whole=parameter.structural and not parameter.choices,
        choices=parameter.choices,
        supported=None if low is None or high is None or low == high else (low, high, spacing),
        read=partial(value_of, parameter),
        put=partial(_fix, parameter.id),
    )


def _fix(name: str, scenario: Scenario, value: Value) -> Scenario:
    uncertainties = {other: each for other, each in scenario.uncertainties.items() if other != name}
    assumptions = {**scenario.assumptions, name: value}
    return scenario.model_copy(update={"assumptions": assumptions, "uncertainties": uncertainties})


def _of_lever(lever: str, part: str) -> Quantity:
    words, unit = _PARTS[part]
    title = lever.replace("_", " ")
    reader: TypeAdapter[Any] = TypeAdapter(_LEVERS[lever].model_fields[part].rebuild_annotation())
    return Quantity(
        name=f"levers.{lever}.{part}",
        title=f"{title[:1].upper()}{title[1:]}, {words}",
        unit=unit,
        is_whole=part == "names_per_round",
        choices=get_args(Designations.model_fields["target"].annotation) if part == "target" else (),
        supported=None,
        read=partial(_read, reader),
        put=partial(_pull, lever, part),
    )


def _read(reader: TypeAdapter[Any], written: Any) -> Value:
    try:
        found: Value = reader.validate_python(written)
    except ValidationError as error:
        detail = error.errors()[0]
        context = detail.get("ctx", {})
        message = context.get("words") or f"{describe(written)} is not possible: {detail['msg']}"
        raise refusal(message, written, context.get("allowed", ())) from None
    return found


def _pull(lever: str, part: str, scenario: Scenario, value: Value) -> Scenario:
    present = getattr(scenario.levers, lever)
    # What is missing so far may come from another quantity, so nothing is checked here.
    pulled = _LEVERS[lever].model_construct(**{**({} if present is None else dict(present)), part: value})
    return scenario.model_copy(update={"levers": scenario.levers.model_copy(update={lever: pulled})})


def _about_lever(scenario: str, name: str, lever: Any) -> Iterator[str]:
    fields = type(lever).model_fields.items()
    missing = [part for part, field in fields if field.is_required() and not hasattr(lever, part)]
    if missing:
        yield f"{scenario} does not pull the lever {name}, and nothing gives its {' and '.join(missing)}"
    if lever.start and lever.until and lever.until < lever.start:
        yield f"{lever.until} is before the start of {name}, {lever.start}"
