"""How far the model is from each pattern: a dot and a band for each, in standard deviations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leaksim.calibration.problem import CUTOFF
from leaksim.figures.sheet import Sheet
from leaksim.figures.style import BANDS, FAINT, GREY, INK, TONES, label_numbers
from leaksim.report.patterns import how_made
from leaksim.validation import INSIDE, OUT_OF_REACH

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure as Canvas

    from leaksim.validation import Scorecard

_ROW, _HEADING, _MARGINS = 0.135, 0.19, 0.8
"""Height of a row, of a heading, and of what is above and below all of them: inches."""

_EDGE = 8.0
"""What lies beyond so many standard deviations is drawn at the edge."""


def patterns_data(table: pd.DataFrame) -> pd.DataFrame:
    """Return the distance of the model from each pattern, in standard deviations of observation and discrepancy.

    Parameters
    ----------
    table
        The table of a scorecard.

    Returns
    -------
    pandas.DataFrame
        One row per pattern: `pattern`, `title`, `group`, `role`, `verdict`, and `median`, `low` and `high` of the model
        less the observed value, over the standard deviation.
    """
    data = table[["pattern", "title", "group", "role", "verdict"]].copy()
    spread = np.hypot(table["sd"], table["discrepancy"])
    for name in ("median", "low", "high"):
        data[name] = (table[name] - table["observed"]) / spread
    return data


def patterns(card: Scorecard) -> Sheet:
    """Show how far the model is from each pattern."""
    data = patterns_data(card.table)
    groups = data["group"].nunique()
    caption = (
        "The model against the patterns of 2016 and 2017. Model less observed value, in standard deviations of "
        "observation and discrepancy: median (dot) and 90 % band over parameters and histories (line); the shaded "
        f"stripe reaches {CUTOFF:g} to either side. Filled: inside; open: outside; cross: no set of parameters comes "
        f"near. What lies beyond {_EDGE:g} is drawn at the edge. Italics: checks that calibration leaves out. "
        f"{how_made(card)}"
    )
    height = len(data) * _ROW + groups * _HEADING + _MARGINS
    return Sheet("patterns", data, height, lambda canvas, width: _draw(canvas, data), _alt(data), caption)


def _draw(canvas: Canvas, data: pd.DataFrame) -> None:
    axes = canvas.subplots()
    place, ticks = 0.0, []
    for heading, rows in data.groupby("group", sort=False):
        place += _HEADING
        axes.text(
            0.0, place - _HEADING / 4, str(heading), transform=axes.get_yaxis_transform(), va="center", weight="bold"
        )
        for row in rows.to_dict("records"):
            place += _ROW
            ticks.append((place - _ROW / 2, row))
    axes.axvspan(-CUTOFF, CUTOFF, color=BANDS[0], linewidth=0)
    axes.axvline(0, color=GREY, linewidth=0.8)
    for middle, row in ticks:
        low, high, median = (float(np.clip(row[name], -_EDGE, _EDGE)) for name in ("low", "high", "median"))
        axes.plot([low, high], [middle, middle], color=TONES["realised"].line, linewidth=1.2, solid_capstyle="butt")
        marker = "x" if row["verdict"] == OUT_OF_REACH else "o"
        fill = INK if row["verdict"] == INSIDE else "white"
        axes.plot(
            median, middle, marker, markersize=3.2, markerfacecolor=fill, markeredgecolor=INK, markeredgewidth=0.8
        )
    names = [str(row["pattern"]).replace("_", " ") for _, row in ticks]
    axes.set_yticks([middle for middle, _ in ticks], names)
    for tick, (_, row) in zip(axes.get_yticklabels(), ticks, strict=True):
        tick.set_fontstyle("italic" if row["role"] == "check" else "normal")
    axes.set_ylim(place + _ROW / 2, 0)
    axes.set_xlim(-_EDGE - 0.4, _EDGE + 0.4)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color=FAINT)
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    label_numbers(axes, 8)
    axes.set_xlabel("Model less observed, standard deviations")


def _alt(data: pd.DataFrame) -> str:
    parts = [
        f"{row['title']}: {row['median']:.1f} ({row['low']:.1f} to {row['high']:.1f}), {row['verdict']}"
        for row in data.to_dict("records")
    ]
    return (
        "A dot with a line for each pattern, left of zero where the model has too little and right where it has too "
        f"much, in standard deviations. {'; '.join(parts)}."
    )
