"""What a calibration learned of parameters, and how its ensemble fares with the patterns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np

from leaksim.calibration.problem import CUTOFF
from leaksim.figures.sheet import Sheet
from leaksim.figures.style import BANDS, FAINT, GREY, INK, TONES, label_numbers
from leaksim.report.calibration import learned_from, title_of
from leaksim.version import __version__

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

    from leaksim.calibrating import Calibration

_MOST = 24
"""Parameters that are shown."""

_TWO_LINES, _ONE_LINE, _MARGINS = 0.28, 0.2, 0.8
"""Height of a row by the lines of its name, and of what is above and below all of them: inches."""

_CHARACTERS = 58
"""Of a title in a line."""

_ENDS = tuple(f"{which}_{end}" for which in ("prior", "posterior") for end in ("low", "median", "high"))
"""Columns of the bands before and after."""

_EDGE = 6.0
"""What lies beyond so many standard deviations is drawn at the edge."""


def learned(found: Calibration) -> Sheet:
    """Show the parameters of which most was learned, before and after, each on the range of its prior."""
    import pandas as pd

    rows = [_on_range(row) for row in learned_from(found.parameters).head(_MOST).to_dict("records")]
    data = pd.DataFrame(rows, columns=["name", *_ENDS])
    number, every = len(learned_from(found.parameters)), len(found.parameters)
    caption = (
        f"What the patterns say of parameters: the {len(data)} of {number} of which most was learned, of {every} in "
        "all. Medians (dots) and 90 % bands before (light) and after (dark), on a scale from the low end of the band "
        f"before (0) to its high end (1). {_made(found)}"
    )
    return Sheet(
        "learned",
        data,
        max(len(data), 1) * _TWO_LINES + _MARGINS,
        lambda canvas, width: _draw(canvas, data, "Range known beforehand", lambda axes: None),
        "Two bands for each parameter, before and after, on the range of the one before. "
        f"{_in_words(data) or 'Nothing was learned'}.",
        caption,
    )


def _on_range(row: Mapping[Any, Any]) -> dict[str, object]:
    low, high = row["prior_low"], row["prior_high"]
    return {"name": title_of(row["parameter"]), **{end: (row[end] - low) / (high - low) for end in _ENDS}}


def predicted(found: Calibration) -> Sheet:
    """Show how far the model is from each pattern before and after, in standard deviations of the errors."""
    table = found.patterns
    data = table[["pattern"]].rename(columns={"pattern": "name"})
    for end in _ENDS:
        data[end] = (table[end] - table["observed"]) / table["error"]
    data["name"] = data["name"].str.replace("_", " ")
    caption = (
        "The model against the patterns before (light) and after (dark): model less observed value, in standard "
        "deviations of observation and discrepancy, medians (dots) and 90 % bands over parameters and new random "
        f"histories. The shaded stripe reaches {CUTOFF:g} to either side; what lies beyond {_EDGE:g} is drawn at the "
        f"edge. {_made(found)}"
    )

    def stripe(axes: Axes) -> None:
        axes.axvspan(-CUTOFF, CUTOFF, color=FAINT, alpha=0.4, linewidth=0)
        axes.axvline(0, color=GREY, linewidth=0.8)
        axes.set_xlim(-_EDGE - 0.3, _EDGE + 0.3)

    return Sheet(
        "predicted",
        data,
        len(data) * _ONE_LINE + _MARGINS,
        lambda canvas, width: _draw(canvas, data, "Model less observed, standard deviations", stripe),
        "Two bands for each pattern, before and after, left of zero where the model has too little. "
        f"{_in_words(data)}.",
        caption,
    )


def _draw(canvas: Canvas, data: pd.DataFrame, below: str, under: Callable[[Axes], None]) -> None:
    axes = canvas.subplots()
    under(axes)
    rows: Sequence[Mapping[Any, Any]] = data.to_dict("records")
    for which, shift, line in (("prior", -0.16, BANDS[1]), ("posterior", 0.16, TONES["realised"].line)):
        for place, row in enumerate(rows):
            band = [float(row[f"{which}_{end}"]) for end in ("low", "median", "high")]
            low, median, high = np.clip(band, -_EDGE, _EDGE)
            axes.plot([low, high], [place + shift] * 2, color=line, linewidth=2.0, solid_capstyle="butt")
            axes.plot(median, place + shift, "o", markersize=3.0, markerfacecolor=INK, markeredgewidth=0)
    axes.set_yticks(range(len(rows)), [fill(str(row["name"]), _CHARACTERS) for row in rows])
    axes.set_ylim(max(len(rows), 1) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color=FAINT)
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    label_numbers(axes, 8)
    axes.set_xlabel(below)


def _in_words(data: pd.DataFrame) -> str:
    return "; ".join(
        f"{row['name']}: from {row['prior_median']:.2f} to {row['posterior_median']:.2f} "
        f"({row['posterior_low']:.2f} to {row['posterior_high']:.2f})"
        for row in data.to_dict("records")
    )


def _made(found: Calibration) -> str:
    facts = found.facts
    return (
        f"{facts['waves']} waves of {facts['points']:,} points, {facts['histories']} random histories each, seed "
        f"{facts['seed']}; leaksim {__version__}, patterns {facts['patterns'][:8]}."
    )
