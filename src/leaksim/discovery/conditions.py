"""What is of interest: an outcome beyond a level, or a policy that does not beat another."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from leaksim.engine.lanes import Floats
from leaksim.errors import InputError
from leaksim.outcomes.comparison import HEADLINES, Headline, headline_called
from leaksim.outcomes.statistics import Flags
from leaksim.scenario.fields import in_unit, nearest

_SIGNS: Mapping[str, Callable[[Floats, float], Flags]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}

_SIGN_WORDS = {">=": "at least", "<=": "at most", ">": "above", "<": "below"}

_LOWER_IS_BETTER = ("leakage.value", "leakage.quantity", "reserves.end")
"""Outcomes of which a sender wants little; of all others, much."""


class ConditionError(InputError):
    """A condition cannot be understood."""


@dataclass(frozen=True)
class Condition:
    """An outcome beyond a level."""

    headline: Headline
    sign: str
    level: float
    """In the unit of the outcome."""

    def holds(self, outcome: Floats) -> Flags:
        """Say where it holds; not where the outcome has no meaning."""
        return _SIGNS[self.sign](outcome, self.level)

    @property
    def words(self) -> str:
        """Say it after the name of the outcome.

        >>> condition("leakage.value > 50 %").words
        'above 0.5'
        """
        return f"{_SIGN_WORDS[self.sign]} {self.level:g}"


def condition(text: str) -> Condition:
    """Read a condition.

    >>> condition("leakage.quantity/motor_fuel >= 0.25").level
    0.25

    Raises
    ------
    ConditionError
        When it is none, with what is wrong.
    """
    found = re.fullmatch(r"\s*([\w./]+)\s*(>=|<=|>|<)\s*(\S.*?)\s*", text)
    if found is None:
        raise ConditionError(f"where: wanted OUTCOME > LEVEL, such as 'leakage.value > 0.5', found '{text}'")
    name, sign, level = found.groups()
    headline = outcome_of("where", name)
    return Condition(headline, sign, level_of("where", headline, level))


def outcome_of(option: str, name: str) -> Headline:
    """Return the outcome of a name; raises `ConditionError` with the nearest, naming the option."""
    names = [each.name for each in HEADLINES]
    if name not in names:
        alike = nearest(name, names)
        hint = f"did you mean {' or '.join(alike)}?" if alike else f"there are {', '.join(names)}"
        raise ConditionError(f"{option}: '{name}' is not an outcome that can be chosen; {hint}")
    return headline_called(name)


def level_of(option: str, headline: Headline, written: float | str) -> float:
    """Read a level of an outcome, as a number or with its unit; raises `ConditionError`, naming the option."""
    try:
        return in_unit(written, "1" if headline.unit.startswith("share") else headline.unit)
    except ValueError as error:
        raise ConditionError(f"{option}: {error}") from None


def better(headline: Headline) -> float:
    """Return 1 if a sender wants much of an outcome, and -1 if little.

    >>> better(headline_called("pressure.realised")), better(headline_called("leakage.value"))
    (1.0, -1.0)
    """
    return -1.0 if headline.metric in _LOWER_IS_BETTER else 1.0
