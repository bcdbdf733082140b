"""The kinds of value a scenario file is made of, each with a check that names what is wanted.

YAML has already decided what is a number, a date or a text. These types take that as it is and never
convert silently: ``0101`` where text is wanted is a mistake to be told, not the text "101".
"""

import datetime as dt
import difflib
import re
from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from leaksim.evidence.bibliography import bibliography_keys
from leaksim.evidence.ensembles import ensemble_names
from leaksim.evidence.registry import load_registry
from leaksim.evidence.units import parse_quantity
from leaksim.scenario.precision import UNITS

FIRST_YEAR, LAST_YEAR = 1990, 2050


class Frozen(BaseModel):
    """A part of a scenario: unchangeable, without unknown keys, documented under each field."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


def describe(value: object) -> str:
    """Say in words what was found.

    >>> describe(101), describe([1]), describe(None)
    ('the number 101', 'a list', 'nothing')
    """
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"the value {str(value).lower()}"
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, dt.date):
        return f"the date {value}"
    if isinstance(value, str):
        return f"the text '{value if len(value) <= 60 else value[:57] + '...'}'"
    return "a list" if isinstance(value, list | tuple) else "a block of `key: value` lines"


def shown(value: float | str) -> str:
    """Write a number as short as it is.

    >>> shown(90.0), shown("90 kb/month")
    ('90', '90 kb/month')
    """
    return value if isinstance(value, str) else f"{value:g}"


def refusal(message: str, given: object = None, allowed: Iterable[str] = ()) -> PydanticCustomError:
    """Return an error that carries the names that would have been possible."""
    names = tuple(allowed)
    context = {"words": message, "allowed": names, "nearest": nearest(str(given), names)}
    return PydanticCustomError("refused", "{words}", context)


def nearest(name: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return up to three of ``names`` that look like ``name``, best first.

    >>> nearest("motor_feul", ["motor_fuel", "jet_fuel", "coal"])
    ('motor_fuel',)
    """
    by_lower_case = {candidate.lower(): candidate for candidate in names}
    found = difflib.get_close_matches(name.lower(), by_lower_case, n=3, cutoff=0.65)
    return tuple(by_lower_case[match] for match in found)


def _switch(value: object) -> object:
    switches = {"on": True, "off": False, "true": True, "false": False}
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in switches:
        return switches[value.lower()]
    raise refusal(f"wanted on or off, found {describe(value)}", value, ("on", "off"))


def _day(value: object) -> object:
    if isinstance(value, dt.datetime) or not isinstance(value, dt.date):
        raise refusal(f"wanted a date such as 2017-09-11, found {describe(value)}")
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise refusal(f"{value} is outside the years {FIRST_YEAR} to {LAST_YEAR}")
    return value


def _whole(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float) or value % 1 != 0:
        raise refusal(f"wanted a whole number, found {describe(value)}")
    return int(value)


def _text(value: object) -> object:
    if not isinstance(value, str):
        raise refusal(f"wanted text, found {describe(value)}")
    if not value.strip():
        raise refusal("wanted text, found nothing between the quotes")
    return value


def _amount(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise refusal(f"wanted a number, or a number with its unit, found {describe(value)}")
    return value


def is_identifier(value: str) -> bool:
    """Say whether ``value`` can be the name of a scenario or a measure.

    >>> is_identifier("no_russia"), is_identifier("No Russia")
    (True, False)
    """
    return re.fullmatch(_NAME, value) is not None


def _identifier(value: str) -> str:
    if not is_identifier(value):
        raise refusal(f"'{value}' has to consist of small letters, digits and _, and begin with a letter")
    return value


def _known(kind: str, name: str, names: Iterable[str]) -> str:
    if name not in (known := frozenset(names)):
        raise refusal(f"there is no {kind} called '{name}'", name, sorted(known))
    return name


def share(value: object) -> float:
    """Read a share between 0 and 1, or a percentage between 0 % and 100 %."""
    number = in_unit(value, "1")
    if not 0 <= number <= 1:
        raise refusal(f"wanted a share between 0 and 1 (or 0 % and 100 %), found {describe(value)}")
    return number


def _rank(value: object) -> float:
    number = in_unit(value, "1")
    if not -1 < number < 1:
        raise refusal(f"wanted a rank correlation between -1 and 1, without the two, found {describe(value)}")
    return number


def _pair(value: object) -> object:
    if not isinstance(value, list | tuple) or len(value) != 2 or value[0] == value[1]:
        raise refusal("wanted two different parameters, such as [suppliers.capacity, traders.penalty]")
    return value


def in_unit(value: object, unit: str) -> float:
    """Read a number that may carry a unit and give it in ``unit``; raises ``UnitError``."""
    accepted = _amount(value)
    assert isinstance(accepted, int | float | str)
    return parse_quantity(accepted, unit)


_NAME = r"^[a-z][a-z0-9_]{0,79}$"
_ANY_AMOUNT = {"type": ["number", "string"]}
_DAY = {"type": "string", "format": "date", "pattern": "^(199[0-9]|20[0-4][0-9]|2050)-"}


def _amount_in(unit: str, **bounds: object) -> WithJsonSchema:
    # json_schema.py turns x-unit into the pattern of what may be written.
    return WithJsonSchema(_ANY_AMOUNT | {"x-unit": unit} | bounds)


WHOLE = BeforeValidator(_whole)
"""Goes after the bounds of an integer: refuses 2.5, "2" and true, takes 2.0."""

Text = Annotated[str, BeforeValidator(_text), WithJsonSchema({"type": "string", "pattern": r"\S"})]
Identifier = Annotated[Text, AfterValidator(_identifier), WithJsonSchema({"type": "string", "pattern": _NAME})]
Switch = Annotated[bool, BeforeValidator(_switch), WithJsonSchema({"enum": ["on", "off", True, False]})]
Day = Annotated[dt.date, BeforeValidator(_day), WithJsonSchema(_DAY)]
Amount = Annotated[float | str, BeforeValidator(_amount), WithJsonSchema(_ANY_AMOUNT)]
Share = Annotated[float, BeforeValidator(share), _amount_in("1", minimum=0, maximum=1)]
Rank = Annotated[
    float,
    BeforeValidator(_rank),
    WithJsonSchema(_ANY_AMOUNT | {"x-unit": "1", "exclusiveMinimum": -1, "exclusiveMaximum": 1}),
]
Hazard = Annotated[
    float,
    BeforeValidator(lambda value: in_unit(value, "1/year")),
    Field(ge=0.001, le=365),
    _amount_in("1/year", minimum=0.001, maximum=365),
]
Rounds = Annotated[
    float,
    BeforeValidator(lambda value: in_unit(value, "1/year")),
    Field(ge=0, le=24),
    _amount_in("1/year", minimum=0, maximum=24),
]
Fraction = Annotated[float, BeforeValidator(lambda value: in_unit(value, "1")), _amount_in("1")]
FractionOrUndefined = Annotated[
    float | str,
    BeforeValidator(lambda value: value if value == "undefined" else in_unit(value, "1")),
    WithJsonSchema({"anyOf": [{"const": "undefined"}, _ANY_AMOUNT | {"x-unit": "1"}]}),
]
NamesOrAll = Annotated[
    tuple[Text, ...],
    BeforeValidator(lambda value: ("all",) if value == "all" else value),
    WithJsonSchema({"anyOf": [{"const": "all"}, {"type": "array", "items": {"type": "string"}}]}),
]
ParameterId = Annotated[Text, AfterValidator(lambda name: _known("parameter", name, load_registry().parameters))]
EnsembleName = Annotated[Text, AfterValidator(lambda name: _known("ensemble", name, ensemble_names()))]
Pair = Annotated[tuple[ParameterId, ParameterId], BeforeValidator(_pair)]
PreciseOutcome = Annotated[
    Text,
    AfterValidator(lambda name: _known("headline outcome", name, UNITS)),
    WithJsonSchema({"enum": list(UNITS)}),
]
InstrumentId = Annotated[
    Text, AfterValidator(lambda name: _known("measure in the catalogue", name, load_registry().instruments))
]
ReferenceKey = Annotated[
    Text, AfterValidator(lambda key: _known("reference in the bibliography", key, bibliography_keys()))
]
