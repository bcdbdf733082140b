"""Where a hundred dollars of intended pressure go."""

from __future__ import annotations

from collections.abc import Hashable
from math import isnan
from typing import TYPE_CHECKING, Any

from leaksim.figures.sheet import FigureError, Sheet, covered, made_with
from leaksim.figures.style import GREY, INK, TONES, Width
from leaksim.report.dollars import dollars_of
from leaksim.report.labels import WORDS
from leaksim.report.numbers import varies, written
from leaksim.report.outcomes import outcomes_of, shown_interval
from leaksim.report.sentence import sentence

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

    from leaksim.figures.subject import Subject

_NAMES = {"intended": "Intended", "realised": "Reaches Pyongyang"}


def waterfall_data(subject: Subject) -> pd.DataFrame:
    """Return the steps from what is intended to what is realised, of 100 dollars.

    Returns
    -------
    pandas.DataFrame
        One row per step: `step` (``intended``, the groups that leak from the most to the least, ``realised``),
        `dollars` (rounded to `decimals`, so that they add up), `estimate`, `low` and `high` (not rounded), `start` and
        `end` of its bar.

    Raises
    ------
    FigureError
        When no pressure is intended.
    """
    import pandas as pd

    outcomes = outcomes_of(subject.table)
    dollars = dollars_of(outcomes)
    if dollars is None:
        raise FigureError(f"{subject.name}: no pressure is intended, so there is nothing of which a share could arrive")
    rows: list[tuple[object, ...]] = [("intended", 100.0, 100.0, float("nan"), float("nan"), 0.0, 100.0)]
    level = 100.0
    for group in sorted(dollars.shares, key=lambda group: -dollars.shares[group]):
        found = outcomes["leakage.owen", group]
        taken = 100 * found.estimate
        rows.append((group, dollars.leaking[group], taken, 100 * found.low, 100 * found.high, level, level - taken))
        level -= taken
    rows.append(("realised", dollars.arriving, 100 * dollars.share.estimate, *dollars.bounds, 0.0, level))
    return pd.DataFrame(rows, columns=["step", "dollars", "estimate", "low", "high", "start", "end"]).assign(
        decimals=dollars.decimals
    )


def waterfall(subject: Subject) -> Sheet:
    """Show how much of 100 dollars of intended pressure leaks through whom."""
    data = waterfall_data(subject)
    outcomes = outcomes_of(subject.table)
    caption = (
        f"{subject.title.rstrip('.')}: where 100 dollars of intended pressure go. A group's bar is its Owen value, "
        "the mean of what it takes away over all orders in which the groups may open. "
        f"In brackets and as whiskers, 95 % intervals {covered(shown_interval(outcomes))}. {made_with(subject)}"
    )
    alt = f"Horizontal bars that lead from 100 dollars intended to what is realised. {sentence(outcomes)}"
    height = 0.75 + 0.3 * len(data)
    return Sheet("waterfall", data, height, lambda canvas, width: _draw(canvas, width, data), alt, caption)


def _draw(canvas: Canvas, width: Width, data: pd.DataFrame) -> None:
    axes = canvas.subplots()
    for place, row in enumerate(data.to_dict("records")):
        tone = TONES[row["step"]]
        left, right = sorted((row["start"], row["end"]))
        axes.barh(
            place,
            right - left,
            left=left,
            height=0.62,
            facecolor=tone.fill,
            edgecolor=INK,
            hatch=tone.hatch,
            linewidth=0.6,
        )
        if place + 1 < len(data):
            axes.plot([row["end"]] * 2, [place + 0.31, place + 0.69], color=GREY, linewidth=0.7)
        if not isnan(row["low"]):
            _whisker(axes, place, row)
    end = 1.02
    for place, row in enumerate(data.to_dict("records")):
        axes.annotate(
            _amount(row),
            (end, place),
            xycoords=("axes fraction", "data"),
            va="center",
            ha="left",
        )
    axes.set_yticks(range(len(data)), [_name(step) for step in data["step"]])
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.axvline(0, color=GREY, linewidth=0.6)
    axes.set_xlabel("Of 100 dollars of intended pressure")
    lowest = min(0.0, data[["start", "end"]].min().min())
    highest = max(100.0, data[["start", "end"]].max().max())
    axes.set_xlim(lowest - (2 if lowest < 0 else 0), highest + 1)


def _whisker(axes: Axes, place: int, row: dict[Hashable, Any]) -> None:
    """Draw the interval around the end of a bar, in the middle of it."""
    taken = row["step"] != "realised"
    low, high = (row["start"] - row[end] if taken else row[end] for end in ("high", "low"))
    for color, thickness in (("white", 2.6), (INK, 0.9)):
        axes.plot([low, high], [place, place], color=color, linewidth=thickness)


def _name(step: str) -> str:
    return _NAMES.get(step) or f"Leaks: {WORDS[step].removeprefix('the ')}"


def _amount(row: dict[Hashable, Any]) -> str:
    places = row["decimals"]
    if not varies(row["estimate"], row["low"], row["high"]):
        return written(row["dollars"], places)
    return f"{written(row['dollars'], places)} ({written(row['low'], places)} to {written(row['high'], places)})"
