"""Quantities with units: what a reader writes becomes a number in the unit that the registry wants."""

import math
import re
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leaksim.evidence.errors import UnitError

if TYPE_CHECKING:
    from pint import Unit, UnitRegistry

DEFINITIONS = Path(__file__).parent / "data" / "units.txt"

_COUNTED = ("person", "ship", "day", "month")

_DIGITS = r"[0-9]+(?:_[0-9]+)*"
_QUANTITY = re.compile(rf"\s*([+-]?(?:{_DIGITS}(?:\.{_DIGITS})?|\.{_DIGITS})(?:[eE][+-]?[0-9]{{1,3}})?)\s*(.*?)\s*")
_FACTOR = r"(?:1|%|\$[A-Za-z]*|[A-Za-z]+)"
_UNIT = re.compile(rf"{_FACTOR}(?:\s*[*/]\s*{_FACTOR})*")


def parse_quantity(value: float | int | str, unit: str) -> float:
    """Read a quantity and give it in `unit`.

    Parameters
    ----------
    value : float, int or str
        A bare number, which is taken to be in `unit` already, or text such as ``"160 kb/month"``.
    unit : str
        The unit that is wanted, such as ``"kb/month"``; ``"1"`` for a share or a count without dimension.

    Returns
    -------
    float
        The quantity in `unit`.

    Raises
    ------
    UnitError
        The text is not a number with a unit, the unit is not known or measures something else, or the number
        is not finite.

    Examples
    --------
    >>> parse_quantity("1920 kb/year", "kb/month")
    160.0
    >>> parse_quantity("90 %", "1")
    0.9
    """
    if isinstance(value, bool):
        raise UnitError(f"{value} is not a quantity; write for example '{_example(unit)}'")
    if not isinstance(value, str):
        return _finite(value, str(value))
    if (match := _QUANTITY.fullmatch(value)) is None:
        raise UnitError(f"'{value}' is not a number with a unit; write for example '{_example(unit)}'")
    number, given = Fraction(match[1]), match[2]
    # The commonest units should not cost the import of pint.
    if given in ("", unit) or (given == f"{unit}s" and unit in _COUNTED):
        return _finite(number, value)
    if given == "%" and unit == "1":
        return _finite(number / 100, value)
    return _finite(number * _factor(given, unit), value)


def dimension(unit: str) -> dict[str, int]:
    """Say what a unit measures.

    Parameters
    ----------
    unit : str
        A unit such as ``"$/bbl"``.

    Returns
    -------
    dict of str to int
        Exponents by dimension (``volume``, ``mass``, ``money``, ``time``, ``person``, ``ship``); empty for a number.

    Raises
    ------
    UnitError
        The unit is not known.

    Examples
    --------
    >>> dimension("$/bbl")
    {'money': 1, 'volume': -1}
    """
    exponents: Mapping[str, Any] = _unit(unit).dimensionality
    return {name.strip("[]"): int(power) for name, power in sorted(exponents.items())}


@cache
def _factor(given: str, wanted: str) -> Fraction:
    source, target = _unit(given), _unit(wanted)
    if source.dimensionality != target.dimensionality:
        raise UnitError(
            f"'{given}' is {_words(given)}, but {_words(wanted)} in '{wanted}' is wanted; "
            f"write for example '{_example(wanted)}'"
        )
    return Fraction(_pint().convert(Fraction(1), source, target))


@cache
def _unit(text: str) -> "Unit":
    from pint.errors import UndefinedUnitError

    try:
        if not _UNIT.fullmatch(text):
            raise UndefinedUnitError(text)
        spelled = re.sub(r"\$([A-Za-z]*)", r"\1usd", text).replace("%", "percent")
        return _pint().parse_units(spelled)
    except UndefinedUnitError as problem:
        raise UnitError(
            f"'{text}' is not a unit that leaksim knows; it knows bbl, kb, kg, t, kt, Mt, $, $k, $m, $bn, "
            "day, week, month, year, person, worker, ship, % and 1, with * and / between them"
        ) from problem


@cache
def _pint() -> "UnitRegistry[Any]":
    from pint import UnitRegistry

    # Fractions, so that 1.2 $bn/year is 100 $m/month and not a hair less: scenario digests depend on it.
    registry: UnitRegistry[Any] = UnitRegistry(None, non_int_type=Fraction)
    registry.load_definitions(str(DEFINITIONS))
    return registry


def _finite(number: float | Fraction, text: str) -> float:
    try:
        result = float(number)
    except OverflowError:
        result = math.inf
    if not math.isfinite(result):
        raise UnitError(f"{text} is not a finite number")
    return result


def _words(unit: str) -> str:
    """Dimensions in words: ``volume / time``."""
    exponents = dimension(unit)
    over = " * ".join(_power(name, power) for name, power in exponents.items() if power > 0) or "1"
    under = "".join(f" / {_power(name, -power)}" for name, power in exponents.items() if power < 0)
    return f"{over}{under}" if exponents else "a pure number"


def _power(name: str, power: int) -> str:
    return name if power == 1 else f"{name}^{power}"


def _example(unit: str) -> str:
    return "0.9' or '90 %" if unit == "1" else f"160 {unit}"
