"""Measures on a line of time: the event, agreement, adoption, and from when each order binds."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from textwrap import fill
from typing import TYPE_CHECKING

from leaksim.engine.calendar import Calendar
from leaksim.evidence.instruments import Instrument
from leaksim.figures.sheet import FigureError, Sheet
from leaksim.figures.style import FAINT, GREY, INK, TONES, Tone, Width, label_months
from leaksim.report.timeline import timeline
from leaksim.version import __version__

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

_MARKS = {
    "adopted": ("s", INK, "Adopted"),
    "agreed": ("d", "#c4c4cc", "United States and China agree"),
    "trigger": ("o", "white", "Event"),
}
"""Marker, fill and name of what happens on one day."""

_ORDERS = {"in force": ("high", "In force"), "proposed": ("low", "Proposed only")}
"""Tone and name of what lasts."""

_AT_LEAST_SEEN = 0.7
"""A bar is drawn at least so many months long, or one day of five years would vanish."""

_ABOVE = 0.23
"""Days stand above the bar of their measure."""

_NAMED: Mapping[Width, int] = {"one": 4, "two": 6}
"""Names of months for which there is room below the axis."""

_CHARACTERS: Mapping[Width, int] = {"one": 24, "two": 52}
"""Of the title of a measure in a line."""


def instruments_data(measures: Sequence[Instrument]) -> pd.DataFrame:
    """Return every event of some measures.

    Returns
    -------
    pandas.DataFrame
        One row per event in the order of the days: `date`, `event`, `measure` (its id), `title`, `what`, and for an
        order `until`, its last day (empty while it lasts).
    """
    import pandas as pd

    titles = {measure.id: measure.title for measure in measures}
    rows = []
    for event in timeline(measures):
        order = event.provision
        until = order.out_by or order.until if order is not None else None
        rows.append((event.day, event.kind, event.measure, titles[event.measure], event.what, until or ""))
    return pd.DataFrame(rows, columns=["date", "event", "measure", "title", "what", "until"])


def instruments(title: str, measures: Sequence[Instrument], *, proposed_holds: bool = False) -> Sheet:
    """Show when measures were asked for, adopted and in force.

    Parameters
    ----------
    title
        Of the scenario.
    proposed_holds
        In the scenario measures hold as they were proposed; the caption says so.

    Raises
    ------
    FigureError
        When there are no measures.
    """
    if not measures:
        raise FigureError(f"{title}: there are no measures to put on a line of time")
    data = instruments_data(measures)
    holds = ", and holds in this scenario instead of what was adopted" if proposed_holds else ""
    caption = (
        f"{title.rstrip('.')}: for each measure the event that it answers, the day on which the United States and "
        f"China agreed, its adoption, and from when its orders bind; a line inside a bar is the first day of a further "
        f"order, a bar that reaches the right edge has no last day. What was proposed but not adopted is below{holds}. "
        f"leaksim {__version__}."
    )
    height = 0.85 + 0.42 * len(measures)
    return Sheet("timeline", data, height, lambda canvas, width: _draw(canvas, width, data), _alt(data), caption)


def _draw(canvas: Canvas, width: Width, data: pd.DataFrame) -> None:
    if width == "one":
        canvas.set_figheight(canvas.get_figheight() * 1.25)
    axes = canvas.subplots()
    names = list(dict.fromkeys(data["measure"]))
    start, end = data["date"].min().replace(day=1), _end(data)
    for place, name in enumerate(names):
        rows = data[data["measure"] == name]
        for kind, (tone, _) in _ORDERS.items():
            _bars(axes, rows[rows["event"] == kind], place, TONES[tone], start, end)
        days = [_at(day, start) for day in rows.loc[rows["event"].isin(_MARKS), "date"]]
        height = place - _ABOVE
        if days:
            axes.plot([min(days), max(days)], [height, height], color=GREY, linewidth=0.8, zorder=1)
        for kind, (marker, color, _) in _MARKS.items():
            for day in rows.loc[rows["event"] == kind, "date"]:
                axes.plot(
                    _at(day, start), height, marker, markersize=4, markerfacecolor=color, markeredgecolor=INK, zorder=3
                )
    titles = data.drop_duplicates("measure").set_index("measure")["title"]
    axes.set_yticks(range(len(names)), [fill(titles[name].rstrip("."), _CHARACTERS[width]) for name in names])
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    months = Calendar(start, int(_at(end, start)) + 1).labels
    label_months(axes, months, _NAMED[width])
    axes.set_xlim(-1, _at(end, start))
    axes.grid(axis="x", color=FAINT)
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    _legend(canvas, data, width)


def _bars(axes: Axes, rows: pd.DataFrame, place: int, tone: Tone, start: date, end: date) -> None:
    """Draw what lasts: a bar from the first day to the last, or to the edge where there is no last day."""
    proposed = len(rows) and rows["event"].iloc[0] == "proposed"
    for row in rows.to_dict("records"):
        first = _at(row["date"], start)
        lasts = max(_at(row["until"] or end, start) - first, _AT_LEAST_SEEN)
        axes.barh(
            place + (0.2 if proposed else 0),
            lasts,
            left=first,
            height=0.16 if proposed else 0.22,
            facecolor=tone.fill,
            hatch=tone.hatch,
            edgecolor=INK,
            linewidth=0.5,
            zorder=2,
        )


def _legend(canvas: Canvas, data: pd.DataFrame, width: Width) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    there = set(data["event"])
    handles: list[Line2D | Patch] = [
        Line2D(
            [], [], linestyle="", marker=marker, markersize=4.2, markerfacecolor=color, markeredgecolor=INK, label=name
        )
        for kind, (marker, color, name) in reversed(_MARKS.items())
        if kind in there
    ]
    handles += [
        Patch(facecolor=TONES[tone].fill, hatch=TONES[tone].hatch, edgecolor=INK, linewidth=0.5, label=name)
        for kind, (tone, name) in _ORDERS.items()
        if kind in there
    ]
    columns = 3 if width == "one" else 5
    canvas.legend(handles=handles, loc="outside upper left", ncols=columns, columnspacing=1.0, handlelength=1.4)


def _at(day: date, start: date) -> float:
    """Return where a day stands on an axis of months, the first of which begins at 0.

    >>> _at(date(2018, 2, 15), date(2017, 12, 1))
    2.5
    """
    months = 12 * (day.year - start.year) + day.month - start.month
    return months + (day.day - 1) / monthrange(day.year, day.month)[1]


def _end(data: pd.DataFrame) -> date:
    """Return where the drawing ends: some months after the last thing that happens."""
    days = [*data["date"], *(until for until in data["until"] if until)]
    last: date = max(min(day, max(data["date"]) + timedelta(days=900)) for day in days)
    return last + timedelta(days=60)


def _alt(data: pd.DataFrame) -> str:
    sentences = []
    for title, rows in data.groupby("title", sort=False):
        days = {kind: of_kind["date"].iloc[0] for kind, of_kind in rows.groupby("event")}
        said = [f"{_SAID[kind]} {days[kind]}" for kind in _SAID if kind in days]
        sentences.append(f"{str(title).rstrip('.')}: {', '.join(said)}.")
    return " ".join([f"Timeline of {len(sentences)} measures.", *sentences])


_SAID = {
    "trigger": "event on",
    "agreed": "agreed on",
    "adopted": "adopted on",
    "in force": "first in force on",
    "proposed": "as proposed from",
}
