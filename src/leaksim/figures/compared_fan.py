"""Pressure through time in two scenarios that meet the same luck: one fan, and the band of their difference."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.figures.sheet import Sheet, capital, histories
from leaksim.figures.style import BANDS, GREY, INK, MONTHS, Width, label_months
from leaksim.report.numbers import decimals, written
from leaksim.version import __version__

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

_QUANTILES = {"low": 0.025, "lower": 0.25, "median": 0.5, "upper": 0.75, "high": 0.975}


def compared_fan_data(months: tuple[str, ...], ours: Floats, reference: Floats) -> pd.DataFrame:
    """Return quantiles over histories of the pressure in two scenarios and of their difference, history by history.

    Parameters
    ----------
    months
        Names of the months.
    ours, reference
        Realised pressure in $m a month, shape ``(month, lane)``; lane r of both is the same world.

    Returns
    -------
    pandas.DataFrame
        One row per month and `of` (``scenario``, ``reference``, ``difference``), with `low`, `lower`, `median`,
        `upper` and `high`: the quantiles 2.5, 25, 50, 75 and 97.5 %.
    """
    import pandas as pd

    frames = []
    for name, values in (("scenario", ours), ("reference", reference), ("difference", ours - reference)):
        quantiles = np.quantile(values, list(_QUANTILES.values()), axis=-1)
        columns = dict(zip(_QUANTILES, quantiles, strict=True))
        frames.append(pd.DataFrame({"of": name, "month": months, **columns, "unit": "$m/month"}))
    return pd.concat(frames, ignore_index=True)


def compared_fan(data: pd.DataFrame, titles: Mapping[str, str], lanes: int, draws: int, seed: int) -> Sheet:
    """Show the realised pressure of a scenario, the median of the reference, and the band of the difference.

    Parameters
    ----------
    titles
        Of the ``scenario`` and the ``reference``.
    """
    ours, reference = (titles[name].rstrip(".") for name in ("scenario", "reference"))
    caption = (
        f"Above, realised pressure in “{ours}”: median (solid) and the bands that hold 50 and 95 % of the histories; "
        f"dashed, the median of “{reference}”. Below, the difference between the two in the same histories, which are "
        f"alike in all but what the scenarios change. {capital(histories(lanes, draws))}, seed {seed}; "
        f"leaksim {__version__}."
    )
    return Sheet(
        "fan", data, 4.0, lambda canvas, width: _draw(canvas, width, data, titles), _alt(data, titles), caption
    )


def _draw(canvas: Canvas, width: Width, data: pd.DataFrame, titles: Mapping[str, str]) -> None:
    above, below = canvas.subplots(2, 1, sharex=True, height_ratios=[3, 2])
    of = {str(name): rows.reset_index(drop=True) for name, rows in data.groupby("of")}
    room = 25 if width == "one" else 70
    _band(above, of["scenario"], fill(titles["scenario"], room))
    above.plot(
        of["reference"].index,
        of["reference"]["median"],
        color=INK,
        linestyle=(0, (4, 2)),
        label=fill(titles["reference"], room),
    )
    above.set_ylabel("Realised pressure,\n$m a month")
    above.set_ylim(bottom=min(0, above.get_ylim()[0]))
    _band(below, of["difference"], None)
    below.axhline(0, color=GREY, linewidth=0.8)
    below.set_ylabel("Difference,\n$m a month")
    for axes in (above, below):
        axes.grid(axis="y")
        axes.set_axisbelow(True)
    label_months(below, tuple(of["scenario"]["month"]), MONTHS[width])
    canvas.align_ylabels()
    handles, names = above.get_legend_handles_labels()
    order = [0, 3, 1, 2]  # first the lines, then the bands
    canvas.legend(
        [handles[index] for index in order], [names[index] for index in order], loc="outside upper left", ncols=2
    )


def _band(axes: Axes, rows: pd.DataFrame, name: str | None) -> None:
    wide, narrow = ("95 % of histories", "50 % of histories") if name else (None, None)
    axes.plot(rows.index, rows["median"], color=INK, label=name, zorder=3)
    axes.fill_between(rows.index, rows["low"], rows["high"], color=BANDS[0], linewidth=0, label=wide)
    axes.fill_between(rows.index, rows["lower"], rows["upper"], color=BANDS[1], linewidth=0, label=narrow)


def _alt(data: pd.DataFrame, titles: Mapping[str, str]) -> str:
    difference = data[data["of"] == "difference"].to_dict("records")
    last = difference[-1]
    furthest = max(difference, key=lambda row: abs(float(row["median"])))
    return (
        f"Two line charts over {len(difference)} months. Above, the realised pressure in “{titles['scenario']}” with "
        f"its bands, and the median in “{titles['reference']}”. Below, the difference between the two, history by "
        f"history: it is furthest from nought in {furthest['month']}, {_money(furthest)}; in {last['month']} it is "
        f"{_money(last)}."
    )


def _money(row: Mapping[Hashable, Any]) -> str:
    places = decimals(row["median"], row["low"], row["high"])
    middle, low, high = (written(row[name], places).replace("-", "−") for name in ("median", "low", "high"))
    return f"{middle} (95 % of histories {low} to {high}) million dollars a month"
