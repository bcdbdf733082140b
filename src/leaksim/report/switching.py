"""Where a ranking is reversed, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from leaksim.report.comparison import Block
from leaksim.report.labels import label, unit_words
from leaksim.report.numbers import decimals, interval_words, with_unit, written
from leaksim.switching import DISTANCE, GAP, NOW, VALUE

if TYPE_CHECKING:
    from leaksim.switching import Switches


def told(found: Switches) -> Iterator[str | Block]:
    """Say what the ranking is, and show the parameters that reverse it, the nearest first."""
    yield from _claim(found)
    rows = found.table.set_index(["metric", "item"])
    names = [each.name for each in found.moved]
    switching = [name for name in names if rows["estimate"].notna()[DISTANCE, name]]
    switching.sort(key=lambda name: abs(float(rows["estimate"][DISTANCE, name])))
    if switching:
        heads = ("Parameter", "Now", "Reversed at", "95 % interval", "Widths", "")
        yield Block("Reversed by one parameter alone", heads, tuple(_row(rows, name) for name in switching))
    vain = [name for name in names if name not in switching]
    if vain:
        others = " others" if switching else ""
        yield (
            f"By none of {len(vain)}{others} within their limits, up to {found.reach:g} widths beyond their range: "
            f"{', '.join(vain)}."
        )
    for name, why in found.left_out.items():
        yield f"Left out: {name}, as {why}."
    yield (
        "Each parameter is moved alone, in both scenarios, with all uncertain ones at their medians. Widths: how far "
        "that is from now, in widths of the range that the sources support; the interval is from the random histories."
    )


def _claim(found: Switches) -> Iterator[str]:
    row = found.table[found.table["metric"] == GAP].iloc[0]
    factor = 100.0 if found.headline.unit.startswith("share") else 1.0
    unit = "percentage points" if factor != 1 else unit_words(found.headline.metric, found.headline.unit)
    estimate, low, high = (factor * float(row[name]) for name in ("estimate", "low", "high"))
    first, second = found.scenario.name, found.against.name
    if estimate < 0:
        first, second, estimate, low, high = second, first, -estimate, -high, -low
    places = decimals(estimate, low, high)
    between = interval_words(estimate, low, high, places)
    yield (
        f"{label(found.headline.metric, found.headline.item)}: {first} is above {second} by "
        f"{written(estimate, places)} {unit} ({between}); {found.histories} random histories, seed {found.seed}."
    )
    if low <= 0:
        yield "The interval includes 0: with so few histories it is open which is above, and so is what reverses it."


def _row(rows: pd.DataFrame, name: str) -> tuple[str, ...]:
    now = float(rows["estimate"][NOW, name])
    unit = str(rows["unit"][VALUE, name])
    value, low, high = (float(rows[column][VALUE, name]) for column in ("estimate", "low", "high"))
    places = max(decimals(value, low, high), 0) if high > low else 3
    distance = float(rows["estimate"][DISTANCE, name])
    where = str(rows["note"][VALUE, name])
    return (
        name,
        f"{now:.3g}",
        with_unit(float(f"{value:.4g}"), unit),
        interval_words(value, low, high, places),
        f"{distance:+.2f}".replace("-", "−"),
        "" if where == "inside the range" else "outside",
    )
