"""Which uncertain parameter an outcome depends on most, from the indices of a sensitivity analysis."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

from leaksim.figures.sheet import FigureError, Sheet, number
from leaksim.figures.style import INK, TONES, Width, label_numbers
from leaksim.figures.tornado import BAR, CHARACTERS, MARGINS, named_rows, title_of
from leaksim.influence.designs import DISTANCE, EFFECT, SWING, TOTAL
from leaksim.influence.estimating import NOT_PARAMETERS
from leaksim.outcomes.comparison import DIFFERENCE
from leaksim.report.labels import label, unit_words
from leaksim.version import __version__

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure as Canvas

_INDICES = {
    TOTAL: "Total Sobol' index, % of the variance",
    EFFECT: "Mean elementary effect over the whole range",
    DISTANCE: "PAWN distance, % of certainty",
    SWING: "Swing from end to end, all others at their medians",
}
"""What is drawn of each method, the first that a table has."""


def indices_data(table: pd.DataFrame, top: int) -> pd.DataFrame:
    """Return the most influential parameters with their indices, the greatest first.

    Parameters
    ----------
    table
        Of `leaksim sensitivity`.

    Returns
    -------
    pandas.DataFrame
        `parameter`, `index` (its metric), `estimate`, `low`, `high`; shares in percent.

    Raises
    ------
    FigureError
        When the table has none.
    """
    import pandas as pd

    index = next((metric for metric in _INDICES if (table["metric"] == metric).any()), None)
    if index is None:
        raise FigureError("the table has no indices of sensitivity; leaksim sensitivity --out writes them")
    rows = table[(table["metric"] == index) & ~table["item"].isin(NOT_PARAMETERS)]
    as_share = index in (TOTAL, DISTANCE) or str(rows["unit"].iloc[0]).startswith("share")
    factor = 100.0 if as_share else 1.0
    found = pd.DataFrame({"parameter": rows["item"], "index": index})
    for name in ("estimate", "low", "high"):
        found[name] = rows[name] * factor
    return found.sort_values("estimate", ascending=False, kind="stable", ignore_index=True).head(top)


def indices(table: pd.DataFrame, title: str, top: int) -> Sheet:
    """Show the most influential parameters as bars with their intervals.

    Parameters
    ----------
    table
        Of `leaksim sensitivity`.
    title
        Of the scenario.
    top
        So many parameters at most.
    """
    data = indices_data(table, top)
    index = str(data["index"].iloc[0])
    facts = table[table["metric"] == index].iloc[0]
    metric = str(facts["outcome"])
    outcome = label(metric.removeprefix(DIFFERENCE), str(facts["outcome_item"]))
    if metric.startswith(DIFFERENCE):
        outcome = f"{outcome}, less that in {facts['against']}"
    axis = _INDICES[index]
    if index in (EFFECT, SWING):
        unit = unit_words(metric.removeprefix(DIFFERENCE), str(facts["unit"]))
        axis = f"{axis}, {'percentage points' if str(facts['unit']).startswith('share') else unit}"
    caption = (
        f"{title.rstrip('.')}: the {len(data)} most influential uncertain parameters for "
        f"{outcome[0].lower()}{outcome[1:]}. "
        f"{axis}, with 95 % intervals from the bootstrap over the design; {int(facts['draws']):,} points; "
        f"leaksim {__version__}."
    )
    told = "; ".join(
        f"{title_of(row['parameter'])} {number(row['estimate'])} ({number(row['low'])} to {number(row['high'])})"
        for row in data.to_dict("records")
    )
    alt = f"Horizontal bars with intervals, the longest first. {axis}, for {outcome[0].lower()}{outcome[1:]}: {told}."
    return Sheet("tornado", data, MARGINS, lambda canvas, width: _draw(canvas, width, data, axis), alt, caption)


def _draw(canvas: Canvas, width: Width, data: pd.DataFrame, axis: str) -> None:
    names = [fill(title_of(name), CHARACTERS[width]) for name in data["parameter"]]
    axes, middles = named_rows(canvas, names)
    tone = TONES["low"]
    axes.barh(middles, data["estimate"], height=BAR, facecolor=tone.fill, edgecolor=INK, linewidth=0.5)
    axes.hlines(middles, data["low"], data["high"], color=INK, linewidth=1.2)
    label_numbers(axes, 5 if width == "one" else 8)
    axes.set_xlabel(fill(axis, 34 if width == "one" else 74))
