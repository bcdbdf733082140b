"""Which of the two kinds of uncertainty dominates, in words."""

from __future__ import annotations

from leaksim.report.numbers import decimals, written
from leaksim.report.outcomes import Outcomes

_LEAKAGE = "leakage.value"


def width_words(outcomes: Outcomes) -> str:
    """Say how wide the interval of leakage over parameters is against that from luck; nothing where one is missing.

    Pass-through is 1 less leakage, so the same holds for it.
    """
    ratio = _width_ratio(outcomes)
    if not ratio:
        return ""
    if ratio >= 1:
        return f"{_times(ratio)} as wide as from luck alone"
    return f"while that from luck alone is {_times(1 / ratio)} as wide"


def dominance(outcomes: Outcomes) -> str:
    """Say for leakage which interval is wider and by how much, and how the variance of a history divides."""
    ratio = _width_ratio(outcomes)
    if not ratio:
        return ""
    wider = width_words(outcomes) if ratio >= 1 else f"narrower: that from luck alone is {_times(1 / ratio)} as wide"
    share = outcomes["uncertainty.parameter_share", _LEAKAGE]
    if not share.is_defined:
        return f"For leakage the interval is {wider}."
    if share.estimate < 0:
        nothing = "nothing in the variance of single histories can be told from luck"
        return f"For leakage the interval is {wider}; {nothing}."
    numbers = [100 * number for number in (share.estimate, share.low, share.high)]
    places = max(decimals(*numbers), 0)
    estimate, low, high = (written(number, places) for number in numbers)
    between = f" ({low} to {high})" if share.has_interval else ""
    return (
        f"For leakage the interval is {wider}; of the variance of single histories {estimate} %{between} goes with the "
        "parameters, the rest is luck."
    )


def _width_ratio(outcomes: Outcomes) -> float:
    """Width of the interval over parameters over that from luck; 0 where one of the two is missing or has no width."""
    ratio = outcomes.get(("uncertainty.width_ratio", _LEAKAGE))
    return ratio.estimate if ratio is not None and ratio.is_defined else 0.0


def _times(ratio: float) -> str:
    """Write a ratio of at least 1 with two digits.

    >>> _times(1.02), _times(3.14), _times(17.2), _times(428)
    ('just', '3.1 times', '17 times', '430 times')
    """
    two_digits = float(f"{ratio:.2g}")
    return "just" if two_digits == 1 else f"{two_digits:,.{1 if two_digits < 10 else 0}f} times"
