"""Pressure through time: what was intended, what was realised, and how sure we are of it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from math import isnan
from typing import TYPE_CHECKING, Any

from leaksim.figures.sheet import Sheet, made_with
from leaksim.figures.style import BANDS, GREY, INK, MONTHS, TONES, Width, label_months
from leaksim.model.channels import INTENDED, REALISED
from leaksim.report.numbers import decimals, written

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure as Canvas

    from leaksim.figures.subject import Subject


def fan_data(subject: Subject) -> pd.DataFrame:
    """Return the pressure of every month in both arms.

    Returns
    -------
    pandas.DataFrame
        One row per arm and month, in $m a month: `mean`, its `replication` and `parameter` interval, and the range
        that holds 95 % of the single histories.
    """
    import pandas as pd

    frames = []
    for arm in (INTENDED, REALISED):
        quantiles = subject.quantiles("pressure", arm)
        frame = subject.series("pressure", arm).assign(
            history_low=quantiles["q025"], history_high=quantiles["q975"], arm=arm
        )
        frames.append(frame.reset_index(names="month"))
    together = pd.concat(frames, ignore_index=True)
    order = ["arm", "month", "mean", *(f"{what}_{end}" for what in _WHAT for end in ("low", "high")), "unit"]
    return together[order]


_WHAT = {
    "history": "95 % of histories",
    "parameter": "95 %, parameters",
    "replication": "95 %, luck alone",
}
"""The bands from the widest to the narrowest, with their names in the legend."""

_LINE = 0.02
"""A band narrower than this share of the highest mean lies behind the line."""


def fan(subject: Subject) -> Sheet:
    """Show intended and realised pressure of every month of a run."""
    data = fan_data(subject)
    return Sheet(
        "fan", data, 2.9, lambda canvas, width: _draw(canvas, width, data), _alt(data), _caption(subject, data)
    )


def _draw(canvas: Canvas, width: Width, data: pd.DataFrame) -> None:
    axes = canvas.subplots()
    intended, realised = (data[data["arm"] == arm].reset_index(drop=True) for arm in (INTENDED, REALISED))
    for (what, name), shade in zip(_WHAT.items(), BANDS, strict=True):
        low, high = realised[f"{what}_low"], realised[f"{what}_high"]
        if low.notna().any() and not (what == "replication" and _is_hidden(realised)):
            axes.fill_between(realised.index, low, high, color=shade, linewidth=0, label=name)
    axes.plot(realised.index, realised["mean"], color=INK, label="Realised, mean")
    axes.plot(intended.index, intended["mean"], color=INK, linestyle=TONES[INTENDED].dash, label="Intended, mean")
    # Bands of the intended pressure would lie over those of the realised: their edges say as much.
    kind = "parameter" if intended["parameter_low"].notna().any() else "history"
    for end, name in (("low", f"Intended, {_WHAT[kind]}"), ("high", "_")):  # matplotlib leaves "_" out of the legend
        axes.plot(intended.index, intended[f"{kind}_{end}"], color=GREY, linewidth=0.7, linestyle=":", label=name)
    axes.set_ylabel("Pressure, $m a month")
    axes.grid(axis="y")
    axes.set_axisbelow(True)
    axes.set_ylim(bottom=min(0, *axes.get_ylim()))
    if not data[["mean", "history_high"]].to_numpy().any():
        axes.set_ylim(0, 1)  # otherwise the zero would stand in the middle of nothing
    label_months(axes, tuple(realised["month"]), MONTHS[width])
    handles, names = axes.get_legend_handles_labels()
    order = sorted(range(len(names)), key=lambda index: (not names[index].endswith("mean"), index))
    canvas.legend(
        [handles[index] for index in order],
        [names[index] for index in order],
        loc="outside upper left",
        ncols=2 if width == "one" else 3,
        columnspacing=1.2,
    )


def _is_hidden(realised: pd.DataFrame) -> bool:
    """Say whether the line of the mean hides the band from luck alone."""
    widest = (realised["replication_high"] - realised["replication_low"]).max()
    return not widest > _LINE * realised["mean"].abs().max()


def _alt(data: pd.DataFrame) -> str:
    intended, realised = (data[data["arm"] == arm].to_dict("records") for arm in (INTENDED, REALISED))
    peak = max(range(len(realised)), key=lambda month: float(realised[month]["mean"]))
    first, last = realised[0]["month"], realised[-1]["month"]
    if not data["mean"].any():
        return f"Line chart of the pressure on Pyongyang: there is none in any month from {first} to {last}."
    return (
        f"Line chart with bands of the pressure on Pyongyang in every month from {first} to {last}. Realised pressure "
        f"is highest in {realised[peak]['month']}, {_money(realised[peak])} a month, with {_money(intended[peak])} "
        f"intended; in {last} it is {_money(realised[-1])}, with {_money(intended[-1])} intended."
    )


def _money(row: Mapping[Hashable, Any]) -> str:
    """Write a mean with the interval that is the widest known of it."""
    known = "replication" if isnan(row["parameter_low"]) else "parameter"
    low, high = row[f"{known}_low"], row[f"{known}_high"]
    if isnan(low):
        return f"${written(row['mean'], decimals(row['mean'], row['mean'], row['mean']))} million"
    places = decimals(row["mean"], low, high)
    amount = f"${written(row['mean'], places)} million"
    return amount if low == high else f"{amount} ({written(low, places)} to {written(high, places)})"


def _caption(subject: Subject, data: pd.DataFrame) -> str:
    parameters = (
        " The middle band is the 95 % interval of the mean over the uncertain parameters; dotted lines are the same "
        "for the intended pressure."
        if subject.is_uncertain
        else " Dotted lines are the same for the intended pressure."
    )
    realised = data[data["arm"] == REALISED]
    if realised["replication_low"].isna().all():
        luck = "So few histories give no interval from luck alone."
    elif _is_hidden(realised):
        luck = "The 95 % interval of the mean from luck alone is no wider than the line."
    else:
        luck = "The darkest band is the 95 % interval of the mean from luck alone."
    return (
        f"{subject.title.rstrip('.')}: pressure on Pyongyang as intended (dashed) and as realised (solid), mean of "
        f"each month. The lightest band holds 95 % of the histories.{parameters} {luck} {made_with(subject)}"
    )
