"""The cells of a comparison: each number with as many digits as it deserves."""

from __future__ import annotations

from math import floor, isnan, log10
from typing import Any

from leaksim.report.labels import unit_words
from leaksim.report.numbers import decimals, interval_words, varies, written

NO_NUMBER = "-"
"""Stands where there is nothing to test."""

_SMALLEST_P = 0.001

_LARGEST_GAIN = 10_000
"""Two runs that have more than this in common differ by what the scenarios change and by nothing else."""


def _numbers(record: dict[str, Any]) -> tuple[float, float, float]:
    scale = 100 if record["unit"].startswith("share") else 1
    return scale * record["estimate"], scale * record["low"], scale * record["high"]


def level_cell(record: dict[str, Any]) -> str:
    """Write the level of an outcome in the reference, with its unit."""
    estimate, low, high = _numbers(record)
    if isnan(estimate):
        return "without a value in the reference"
    places = decimals(estimate, low, high)
    between = f" ({interval_words(estimate, low, high, places)})" if varies(estimate, low, high) else ""
    unit = unit_words(record["metric"], record["unit"])
    return f"{written(estimate, places)}{between} {unit} in the reference"


def difference_cells(record: dict[str, Any]) -> tuple[str, str, str, str]:
    """Write a difference, its interval, its p and its gain."""
    estimate, low, high = _numbers(record)
    if isnan(estimate):
        return "undefined", "", NO_NUMBER, NO_NUMBER
    if estimate == low == high == 0:
        return "0", "no difference", NO_NUMBER, NO_NUMBER
    places = decimals(estimate, low, high)
    number = written(estimate, places)
    sign = "+" if estimate > 0 and number.strip("0.,") else ""
    return (
        f"{sign}{number}",
        interval_words(estimate, low, high, places),
        _p(record["p_holm"]),
        gain_cell(record["variance_ratio"]),
    )


def _p(p: float) -> str:
    if isnan(p):
        return NO_NUMBER
    return f"below {_SMALLEST_P}" if p < _SMALLEST_P else f"{p:.3f}" if p < 0.1 else f"{p:.2f}"


def gain_cell(ratio: float) -> str:
    """Write a variance ratio with two digits; more would be noise, as would be a very large one."""
    if isnan(ratio):
        return NO_NUMBER
    return f"above {_LARGEST_GAIN:,}" if ratio > _LARGEST_GAIN else written(ratio, 1 - floor(log10(ratio)))


def rank_cells(first: dict[str, Any], regret: dict[str, Any]) -> tuple[str, ...]:
    """Write how often a scenario is first, its regret, and the interval of that."""
    estimate, low, high = _numbers(regret)
    if low == high != estimate:
        # The mean counts the few worlds that the interval leaves out.
        return _percent(first["estimate"]), written(estimate, decimals(0, 0, estimate)), f"{low:g} to {high:g}"
    places = decimals(estimate, low, high)
    return (
        _percent(first["estimate"]),
        written(estimate, places),
        interval_words(estimate, low, high, places),
    )


def _percent(share: float) -> str:
    """Write a share in whole percent, and neither none nor all where it is not.

    >>> [_percent(share) for share in (0.0, 0.002, 0.5, 0.998, 1.0)]
    ['0', 'below 1', '50', 'above 99', '100']
    """
    written_out = f"{100 * share:.0f}"
    if written_out == "0" and share > 0:
        return "below 1"
    return "above 99" if written_out == "100" and share < 1 else written_out
