"""Names of LaTeX commands, which may have letters only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from leaksim.errors import InputError
from leaksim.paper.numbers import Form, NumberInText

PREFIX = "ls"

SUFFIXES: Mapping[Form, str] = {"estimate": "", "low": "Low", "high": "High", "full": "WithInterval"}
"""End of the name for each form that has a command."""

_TOLD = 3
"""Clashes that are told; the others are counted."""

_DIGITS = ("Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


class MacroNameError(InputError):
    """Commands cannot be named."""


def macro_name(number: NumberInText, form: Form, short: Mapping[str, str] | None = None) -> str:
    """Return the name of the command for a number, without the backslash.

    It depends on nothing but the number, so it stays when runs or outcomes are added.

    Parameters
    ----------
    short
        A shorter name for a run, by the name of its scenario.

    >>> from math import nan
    >>> number = NumberInText("labour_ban_2397", "leakage.owen", "china", 28.2, nan, nan, "", "")
    >>> macro_name(number, "low", {"labour_ban_2397": "labour_ban"})
    'lsLabourBanLeakageOwenChinaLow'
    """
    run = (short or {}).get(number.run, number.run)
    return f"{PREFIX}{''.join(map(_camel, (run, number.metric, number.item)))}{SUFFIXES[form]}"


def macro_names(
    numbers: Iterable[NumberInText], short: Mapping[str, str] | None = None
) -> dict[tuple[NumberInText, Form], str]:
    """Name the commands of all numbers.

    Raises
    ------
    MacroNameError
        When two different numbers would have the same name.
    """
    names: dict[tuple[NumberInText, Form], str] = {}
    taken: dict[str, NumberInText] = {}
    clashes = []
    for number in numbers:
        for form in number.forms:
            if form not in SUFFIXES:
                continue
            name = macro_name(number, form, short)
            if name in taken:
                one, other = (f"{each.run} {each.metric} {each.item}".rstrip() for each in (taken[name], number))
                clashes.append(f"\\{name} would stand for both {one} and {other}")
            taken[name] = number
            names[number, form] = name
    if clashes:
        told = clashes[:_TOLD] + ([f"and {len(clashes) - _TOLD} more"] if len(clashes) > _TOLD else [])
        raise MacroNameError("\n".join([*told, "give one of the runs another name with --short RUN=NAME"]))
    return names


def _camel(text: str) -> str:
    """Write words and digits as one word.

    >>> _camel("labour_expansion_50k")
    'LabourExpansionFiveZeroK'
    """
    words = re.findall(r"[A-Za-z]+|\d", text)
    return "".join(_DIGITS[int(word)] if word.isdigit() else word[0].upper() + word[1:] for word in words)
