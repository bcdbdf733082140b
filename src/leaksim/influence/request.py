"""What a sensitivity analysis is asked for, and what cannot be asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from leaksim.engine.lanes import LANES_PER_BLOCK
from leaksim.errors import InputError
from leaksim.outcomes.comparison import HEADLINES, Headline, headline_called
from leaksim.scenario.fields import nearest
from leaksim.scenario.schema import Scenario

Method = Literal["morris", "sobol", "pawn", "oat"]

POINTS: dict[str, int] = {"morris": 20, "sobol": 256, "pawn": 2000, "oat": 16}
"""Trajectories, base points, points and sets of histories if nobody asks for another number."""

_FEWEST_POINTS = {"morris": 4, "sobol": 16, "pawn": 100, "oat": 2}


class SensitivityError(InputError):
    """A sensitivity analysis cannot be made as it is asked for."""


@dataclass(frozen=True)
class Request:
    """A sensitivity analysis as it is asked for; see `leaksim.sensitivity`."""

    scenarios: Sequence[Scenario]
    method: str
    on: str
    only: tuple[str, ...]
    points: int
    histories: int
    groups: bool
    second_order: bool

    @property
    def uncertain(self) -> list[str]:
        """Every parameter that is uncertain in one of the scenarios."""
        return list(dict.fromkeys(name for each in self.scenarios for name in each.uncertainties))

    @property
    def varied(self) -> list[str]:
        """Those that are asked about."""
        return [name for name in self.uncertain if not self.only or any(begins(name, word) for word in self.only)]

    @property
    def taken_apart(self) -> dict[str, list[str]]:
        """By ensemble, the varied parameters that are drawn with it and here vary independently of each other."""
        if self.method == "pawn":
            return {}
        found: dict[str, list[str]] = {}
        for name in self.varied:
            used = {each.uncertainties[name].use for each in self.scenarios if _in_ensemble(each, name)}
            for ensemble in used:
                found.setdefault(str(ensemble), []).append(name)
        return {ensemble: names for ensemble, names in found.items() if len(names) > 1}

    @property
    def headline(self) -> Headline:
        """The outcome."""
        return headline_called(self.on)

    def refuse_nonsense(self) -> None:
        """Raise one `SensitivityError` with everything that is wrong."""
        wrong = [*self._about_the_outcome(), *self._about_the_parameters(), *self._about_the_design()]
        if wrong:
            raise SensitivityError("\n".join(wrong))

    def _about_the_outcome(self) -> Iterator[str]:
        names = [each.name for each in HEADLINES]
        if self.on not in names:
            yield f"on: '{self.on}' is not an outcome that can be chosen; {_meant(self.on, names)}"
        if len({each.period for each in self.scenarios}) > 1:
            yield "against: both scenarios need the same `period`"

    def _about_the_parameters(self) -> Iterator[str]:
        if not self.uncertain:
            yield f"{self.scenarios[0].name} has no `uncertainties`: there is nothing to be sensitive to"
            return
        for word in self.only:
            if not any(begins(name, word) for name in self.uncertain):
                yield f"only: no uncertain parameter begins with '{word}'; {_meant(word, self.uncertain)}"
        pairs = (pair.between for each in self.scenarios for pair in each.correlations)
        correlated = sorted({name for pair in pairs for name in pair}.intersection(self.varied))
        if correlated and self.method in ("morris", "sobol"):
            yield (
                f"method: {self.method} needs independent parameters, and {', '.join(correlated)} are correlated; "
                "choose pawn"
            )

    def _about_the_design(self) -> Iterator[str]:
        if self.method not in POINTS:
            yield f"method: there is no '{self.method}'; there are {', '.join(POINTS)}"
        elif self.points < _FEWEST_POINTS[self.method]:
            yield f"points: {self.method} needs at least {_FEWEST_POINTS[self.method]}, not {self.points}"
        elif self.method == "sobol" and self.points & (self.points - 1):
            yield f"points: sobol needs a power of two, such as {1 << self.points.bit_length()}, not {self.points}"
        allowed = [1 << power for power in range(LANES_PER_BLOCK.bit_length())]
        if self.histories not in allowed:
            yield f"histories: {self.histories} is not one of {', '.join(map(str, allowed))}"
        if self.groups and self.method in ("pawn", "oat"):
            yield f"groups: {self.method} takes each parameter alone; choose sobol or morris"
        if self.method == "oat" and self.points * self.histories > LANES_PER_BLOCK:
            yield f"points: {self.points} sets of {self.histories} histories are more than {LANES_PER_BLOCK}"
        if self.second_order and self.method != "sobol":
            yield "second order: only sobol has indices of pairs"


def _in_ensemble(scenario: Scenario, name: str) -> bool:
    return name in scenario.uncertainties and scenario.uncertainties[name].distribution == "ensemble"


def begins(name: str, word: str) -> bool:
    """Say whether a parameter is meant by its id, or by the words with which it begins."""
    return f"{name}.".startswith(f"{word.rstrip('.')}.")


def _meant(word: str, names: Sequence[str]) -> str:
    alike = nearest(word, names)
    return f"did you mean {' or '.join(alike)}?" if alike else f"there are {', '.join(names)}"
