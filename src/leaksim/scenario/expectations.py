"""The author's own checks: whether the result is what the scenario expects."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leaksim.scenario.fields import nearest
from leaksim.scenario.schema import Expectation

if TYPE_CHECKING:
    import pandas as pd

TOLERANCE = 1e-9

TESTS: dict[str, tuple[str, Callable[[float, Any], bool]]] = {
    "is": ("=", lambda found, wanted: math.isclose(found, wanted, rel_tol=TOLERANCE, abs_tol=TOLERANCE)),
    "above": (">", lambda found, wanted: found > wanted),
    "below": ("<", lambda found, wanted: found < wanted),
    "at_least": (">=", lambda found, wanted: found >= wanted),
    "at_most": ("<=", lambda found, wanted: found <= wanted),
    "between": ("in", lambda found, wanted: wanted[0] <= found <= wanted[1]),
}


@dataclass(frozen=True)
class Verdict:
    """Whether one expectation holds.

    Attributes
    ----------
    expectation : Expectation
        What was expected.
    holds : bool
        Whether the estimate fulfils every comparison.
    found : float or None
        The estimate; ``None`` when the table has no such row.
    low, high : float or None
        Its interval, where the table gives one.
    note : str
        Why there is no estimate, or what the table notes.
    """

    expectation: Expectation
    holds: bool
    found: float | None = None
    low: float | None = None
    high: float | None = None
    note: str = ""

    @property
    def expected(self) -> str:
        """The comparisons in words, such as ``> 0.2 and < 0.9``."""
        comparisons = self.expectation.comparisons().items()
        return " and ".join(f"{TESTS[word][0]} {_shown(wanted)}" for word, wanted in comparisons)

    def __str__(self) -> str:
        what = self.expectation.metric + (f" [{self.expectation.item}]" if self.expectation.item else "")
        found = "no such result" if self.found is None else f"{self.found:g}"
        interval = "" if self.low is None or self.high is None else f" ({self.low:g} to {self.high:g})"
        outcome = "holds" if self.holds else "FAILS"
        lines = [f"{outcome}: {what}: expected {self.expected}, found {found}{interval}"]
        if self.note:
            lines.append(f"       {self.note}")
        if not self.holds:
            lines.append(f"       expected because {self.expectation.because}")
        return "\n".join(lines)

    def as_json(self) -> dict[str, object]:
        """Return the verdict as plain data; an estimate without value is ``None``."""
        return {
            "metric": self.expectation.metric,
            "item": self.expectation.item,
            "holds": self.holds,
            "expected": self.expected,
            "found": self.found if self.found is None or math.isfinite(self.found) else None,
            "low": self.low,
            "high": self.high,
            "because": self.expectation.because,
            "note": self.note,
        }


def verify_expectations(expectations: Sequence[Expectation], table: "pd.DataFrame") -> list[Verdict]:
    """Compare what a scenario expects with its results.

    Parameters
    ----------
    expectations : sequence of Expectation
        The lines under ``expect``.
    table : pandas.DataFrame
        The tidy table of this scenario, which has the columns ``metric, item, estimate, low, high, note``.

    Returns
    -------
    list of Verdict
        One for each expectation, in their order.
    """
    return [_verdict(expectation, table) for expectation in expectations]


def _verdict(expectation: Expectation, table: "pd.DataFrame") -> Verdict:
    rows = table[(table["metric"] == expectation.metric) & (table["item"].fillna("") == expectation.item)]
    if rows.empty:
        return Verdict(expectation, holds=False, note=_missing(expectation, table))
    # The same estimate may stand there with several intervals; the widest is the honest one to show.
    row = max(rows.to_dict("records"), key=lambda row: _width(row["low"], row["high"]))
    found = float(row["estimate"])
    low, high = (None if math.isnan(bound) else float(bound) for bound in (row["low"], row["high"]))
    holds = all(_fulfils(word, found, wanted) for word, wanted in expectation.comparisons().items())
    return Verdict(expectation, holds, found, low, high, str(row["note"] or ""))


def _shown(wanted: object) -> str:
    if isinstance(wanted, tuple):
        return " to ".join(map(_shown, wanted))
    return f"{wanted:g}" if isinstance(wanted, float) else str(wanted)


def _fulfils(word: str, found: float, wanted: object) -> bool:
    if wanted == "undefined":
        return math.isnan(found)
    return TESTS[word][1](found, wanted)


def _width(low: float, high: float) -> float:
    return -math.inf if math.isnan(high - low) else high - low


def _missing(expectation: Expectation, table: "pd.DataFrame") -> str:
    items = sorted(set(table.loc[table["metric"] == expectation.metric, "item"].fillna("")))
    if items:
        return f"{expectation.metric} speaks of: {', '.join(item or '(the whole)' for item in items)}"
    alike = nearest(expectation.metric, sorted(set(table["metric"])))
    return f"did you mean {' or '.join(alike)}?" if alike else ""
