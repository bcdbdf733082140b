"""Numbers with as many digits as their interval supports."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, isnan, log10

_NOTHING = 1e-9
"""An interval narrower than this share of the number is rounding in the arithmetic, not spread."""

_DIGITS_WITHOUT_INTERVAL = 3


def varies(estimate: float, low: float, high: float) -> bool:
    """Say whether an interval has any width.

    >>> varies(2.0, 2.0, 2.0 + 1e-15), varies(2.0, 1.9, 2.1)
    (False, True)
    """
    return high - low > _NOTHING * max(abs(estimate), abs(low), abs(high))


def decimals(estimate: float, low: float, high: float) -> int:
    """Decimals that an interval supports; negative for tens and hundreds.

    They end at the first digit of half the interval: 72.8 with 70.24 to 75.13 is 73 with 70 to 75. Whole numbers keep
    one digit more, since cutting it would not make them shorter. Without an interval, three digits remain.

    >>> decimals(72.8, 70.24, 75.13), decimals(2.5226, 2.5191, 2.5262), decimals(2846.0, 2310.0, 3240.0)
    (0, 3, -1)
    >>> decimals(3.2058, 3.2058, 3.2058), decimals(36.0, 36.0, 36.0)
    (2, 0)
    """
    if not varies(estimate, low, high):
        leading = floor(log10(abs(estimate))) if estimate else 0
        most = max(_DIGITS_WITHOUT_INTERVAL - 1 - leading, 0)
        return len(f"{estimate:.{most}f}".partition(".")[2].rstrip("0"))
    place = -int(f"{(high - low) / 2:.0e}".partition("e")[2])
    return place if place >= 0 else place + 1


def written(number: float, decimals: int) -> str:
    """Write a number with so many decimals, and with commas between the thousands.

    >>> written(2846.3, -2), written(-0.0001, 2), written(1234.5, 1)
    ('2,800', '0.00', '1,234.5')
    """
    rounded = round(number, decimals) + 0.0  # minus zero becomes zero
    return f"{rounded:,.{max(decimals, 0)}f}"


def interval_words(estimate: float, low: float, high: float, decimals: int) -> str:
    """Write an interval, or say why there is none.

    >>> interval_words(0.75, 0.7, 0.8, 2), interval_words(1.0, 1.0, 1.0, 2)
    ('0.70 to 0.80', 'does not vary')
    """
    if isnan(low):
        return "none"
    return f"{written(low, decimals)} to {written(high, decimals)}" if varies(estimate, low, high) else "does not vary"


def with_unit(value: float | str, unit: str) -> str:
    """Write a value of the registry with its unit, if it has one.

    >>> with_unit(60.0, "kb/month"), with_unit(0.25, "1"), with_unit("linear", "1")
    ('60 kb/month', '0.25', 'linear')
    """
    number = value if isinstance(value, str) else f"{value:g}"
    return number if unit == "1" else f"{number} {unit}"


def shared_out(total: int, parts: Sequence[float]) -> list[int]:
    """Round parts so that they add up to a rounded total.

    What rounding down leaves over goes where most was cut off (the method of the largest remainder, Hamilton's).

    >>> shared_out(10, [3.4, 3.4, 3.2])
    [4, 3, 3]
    """
    rounded = [floor(part) for part in parts]
    most_cut = sorted(range(len(parts)), key=lambda index: rounded[index] - parts[index])
    for index in most_cut[: total - sum(rounded)]:
        rounded[index] += 1
    return rounded
