"""The values that a parameter can have at all, whatever the evidence says."""

from dataclasses import dataclass
from math import inf


@dataclass(frozen=True)
class Limits:
    """A range of possible values.

    Attributes
    ----------
    lowest, highest : float
        Where it ends; infinite where it does not.
    without_lowest, without_highest : bool
        Whether the end itself is impossible.

    Examples
    --------
    >>> print(Limits(0, 1)), print(Limits(1, inf, without_lowest=True))
    a share between 0 and 1
    always above 1
    (None, None)
    """

    lowest: float = 0.0
    highest: float = inf
    without_lowest: bool = False
    without_highest: bool = False

    def allow(self, value: float) -> bool:
        """Say whether a value is possible."""
        high_enough = value > self.lowest if self.without_lowest else value >= self.lowest
        low_enough = value < self.highest if self.without_highest else value <= self.highest
        return high_enough and low_enough

    def __str__(self) -> str:
        if self == Limits():
            return "never below 0"
        if self == Limits(highest=1.0):
            return "a share between 0 and 1"
        words = [f"{'above' if self.without_lowest else 'at least'} {self.lowest:g}"]
        if self.highest < inf:
            words.append(f"{'below' if self.without_highest else 'at most'} {self.highest:g}")
        return f"always {' and '.join(words)}"
