"""Rank correlations between uncertain parameters: which hang together, and whether they can hold at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leaksim.scenario.findings import Finding
from leaksim.scenario.schema import Correlation, ScenarioFile, Uncertainty

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_SINGULAR = 1e-9
"""Smallest eigenvalue of a matrix that is still taken for positive definite."""


@dataclass(frozen=True)
class Group:
    """Parameters that are correlated with each other, directly or through others."""

    names: tuple[str, ...]
    """In alphabetical order, so that nothing depends on how a file is arranged."""
    pairs: tuple[Correlation, ...]
    """Their rank correlations (Spearman's); a pair that is not among them has 0."""

    def of_scores(self, factor: float = 1.0) -> npt.NDArray[np.float64]:
        """Return the correlations of normal scores that have these rank correlations.

        Source: Pearson 1907.

        Parameters
        ----------
        factor
            By which the rank correlations are multiplied first.

        Returns
        -------
        numpy.ndarray
            Shape ``(parameter, parameter)``.
        """
        import numpy as np

        scores = np.eye(len(self.names))
        for pair in self.pairs:
            one, other = (self.names.index(name) for name in pair.between)
            scores[one, other] = scores[other, one] = 2 * np.sin(np.pi / 6 * factor * pair.rank)
        return scores

    def is_possible(self, factor: float = 1.0) -> bool:
        """Say whether the rank correlations, multiplied by a factor, can hold together."""
        import numpy as np

        return bool(np.linalg.eigvalsh(self.of_scores(factor)).min() > _SINGULAR)

    def largest_factor(self) -> float:
        """Return the largest factor, in hundredths, by which the rank correlations become possible."""
        return next(percent / 100 for percent in range(100, -1, -1) if self.is_possible(percent / 100))


def groups_of(correlations: Sequence[Correlation]) -> Iterator[Group]:
    """Put the pairs together that share parameters."""
    groups: list[set[str]] = []
    for each in correlations:
        touching = [group for group in groups if group.intersection(each.between)]
        groups = [group for group in groups if group not in touching]
        groups.append(set(each.between).union(*touching))
    for group in groups:
        pairs = tuple(each for each in correlations if group.issuperset(each.between))
        yield Group(tuple(sorted(group)), pairs)


def correlation_findings(file: ScenarioFile, uncertainties: Mapping[str, Uncertainty]) -> Iterator[Finding]:
    """Yield what is wrong with the correlations of a file.

    Parameters
    ----------
    file
        The scenario as written.
    uncertainties
        Its distributions, as far as they are right.
    """
    pairs = [frozenset(each.between) for each in file.correlations]
    for index, each in enumerate(file.correlations):
        if pairs[index] in pairs[:index]:
            yield Finding(("correlations", index, "between"), "this pair stands here already: keep one of the two")
        for place, name in enumerate(each.between):
            yield from _not_drawn(("correlations", index, "between", place), name, file, uncertainties)
    for group in groups_of(file.correlations) if len(set(pairs)) == len(pairs) else ():
        if not group.is_possible():
            last = max(index for index, each in enumerate(file.correlations) if each in group.pairs)
            yield Finding(("correlations", last), _contradiction(group))


def _contradiction(group: Group) -> str:
    return (
        f"the correlations between {', '.join(group.names)} contradict each other: their matrix is not positive "
        "definite, where a pair that no line names counts as 0. "
        f"Multiply each rank by {group.largest_factor():g} or less, or name the pairs that are missing"
    )


def _not_drawn(
    path: tuple[str | int, ...], name: str, file: ScenarioFile, uncertainties: Mapping[str, Uncertainty]
) -> Iterator[Finding]:
    if name in uncertainties and uncertainties[name].distribution == "ensemble":
        ensemble = uncertainties[name].use
        yield Finding(path, f"{name} is drawn with {ensemble}, which knows what goes with what: remove this line")
    elif name not in file.uncertainties.by_parameter:
        drawn = tuple(file.uncertainties.by_parameter)
        yield Finding(path, f"{name} is not drawn: name it under uncertainties, or remove this line", allowed=drawn)
    elif name in uncertainties and uncertainties[name].distribution == "choice":
        yield Finding(path, f"{name} is drawn between rival sources, which have no order: it cannot be correlated")
