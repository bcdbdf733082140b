"""Which uncertain parameter moves an outcome the most, each taken alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import TYPE_CHECKING

from leaksim.errors import LeaksimError
from leaksim.evidence.registry import load_registry
from leaksim.figures.differences import signed
from leaksim.figures.sheet import FigureError, Sheet, capital, histories
from leaksim.figures.style import FAINT, GREY, INK, TONES, Width, label_numbers
from leaksim.one_at_a_time import ONE_AT_A_TIME
from leaksim.report.labels import label, unit_words
from leaksim.report.numbers import decimals
from leaksim.version import __version__

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

CHARACTERS: Mapping[Width, int] = {"one": 30, "two": 58}
"""Of the title of a parameter in a line."""

_LINE, _BETWEEN, BAR, MARGINS = 0.115, 0.11, 0.2, 0.75
"""Height of a line of a name, what is between two names, a bar, and what is above and below all of them: inches."""

_NEXT: Mapping[Width, str] = {"one": "\n", "two": " "}
"""Between the parts of the words below the axis."""

_PLURALS = {"month": "months", "day": "days", "person": "persons", "ship": "ships"}

_GLUE = "\u00a0"


def tornado_data(table: pd.DataFrame, metric: str, top: int) -> pd.DataFrame:
    """Return the parameters that move an outcome the most, the greatest first.

    Parameters
    ----------
    table
        A tidy table with rows ``one_at_a_time.<metric>``, items ``<parameter>/low`` and ``<parameter>/high``: the
        outcome with this parameter at that end less the outcome with all at their medians; `note` says which value that
        is.
    metric
        The outcome.
    top
        So many parameters at most.

    Returns
    -------
    pandas.DataFrame
        One row per parameter: `parameter`, `low` and `high` (the differences at its ends), `at_low` and `at_high` (its
        values there), `swing` (how far the two and no change lie apart), `unit`. Shares are in percentage points.

    Raises
    ------
    FigureError
        When the table has no such rows, or one end of a parameter is missing.
    """
    import pandas as pd

    rows = table[table["metric"] == f"{ONE_AT_A_TIME}{metric}"]
    if rows.empty:
        there = table.loc[table["metric"].str.startswith(ONE_AT_A_TIME), "metric"].str.removeprefix(ONE_AT_A_TIME)
        have = f"it has them for {', '.join(dict.fromkeys(there))}" if len(there) else "it has none for any outcome"
        raise FigureError(f"the table has no rows {ONE_AT_A_TIME}{metric}; {have}")
    percent = str(rows["unit"].iloc[0]).startswith("share")
    ends: dict[str, dict[str, tuple[float, str]]] = {}
    for row in rows.to_dict("records"):
        parameter, _, end = row["item"].rpartition("/")
        ends.setdefault(parameter, {})[end] = (row["estimate"] * (100.0 if percent else 1.0), row["note"])
    wrong = [parameter for parameter, found in ends.items() if set(found) != {"low", "high"}]
    if wrong:
        raise FigureError(f"each parameter needs one row for its low and one for its high end: {', '.join(wrong)}")
    unit = "percentage points" if percent else unit_words(metric, str(rows["unit"].iloc[0]))
    found = [
        (name, both["low"][0], both["high"][0], both["low"][1], both["high"][1], _swing(both), unit)
        for name, both in ends.items()
    ]
    data = pd.DataFrame(found, columns=["parameter", "low", "high", "at_low", "at_high", "swing", "unit"])
    return data.sort_values("swing", ascending=False, kind="stable", ignore_index=True).head(top)


def _swing(ends: Mapping[str, tuple[float, str]]) -> float:
    reached = (ends["low"][0], ends["high"][0], 0.0)
    return max(reached) - min(reached)


def tornado(table: pd.DataFrame, title: str, metric: str, top: int, made: str = "") -> Sheet:
    """Show which parameters move an outcome the most when each alone goes from one end of its range to the other.

    Parameters
    ----------
    title
        Of the scenario.
    made
        How the runs were made, to end the caption.
    """
    data = tornado_data(table, metric, top)
    outcome, facts = label(metric), table.iloc[0]
    number = table.loc[table["metric"] == f"{ONE_AT_A_TIME}{metric}", "item"].nunique() // 2
    which = f"the {len(data)} of {number} uncertain parameters" if len(data) < number else "the uncertain parameters"
    caption = (
        f"{title.rstrip('.')}: {outcome[0].lower()}{outcome[1:]}, and {which} that move it the most. Each alone is "
        f"set to the low (dotted) and the high end (dark) of its range, with all others at their medians, in the "
        f"same random histories; in brackets the two values. "
        f"{capital(histories(int(facts['replications']), 1))}{made}; "
        f"leaksim {__version__}."
    )
    return Sheet(
        "tornado",
        data,
        MARGINS,
        lambda canvas, width: _draw(canvas, width, data, outcome),
        _alt(data, outcome),
        caption,
    )


def _draw(canvas: Canvas, width: Width, data: pd.DataFrame, outcome: str) -> None:
    names = [_named(row, width) for row in data.to_dict("records")]
    axes, middles = named_rows(canvas, names)
    for place, row in zip(middles, data.to_dict("records"), strict=True):
        # Where both ends lie on one side, the shorter bar is drawn on top.
        for end in sorted(("low", "high"), key=lambda end: -abs(row[end])):
            tone = TONES[end]
            axes.barh(
                place,
                row[end],
                height=BAR,
                facecolor=tone.fill,
                hatch=tone.hatch,
                edgecolor=INK,
                linewidth=0.5,
                label=f"At its {end} end" if place == middles[0] else "_",
            )
    label_numbers(axes, 5 if width == "one" else 8)
    axes.set_xlabel(_NEXT[width].join((f"{outcome},", f"change in {data['unit'].iloc[0]}")))
    handles, ends = axes.get_legend_handles_labels()
    order = sorted(range(len(ends)), key=lambda index: "low" not in ends[index])
    chosen = [handles[index] for index in order], [ends[index] for index in order]
    canvas.legend(*chosen, loc="outside upper right", ncols=2)


def named_rows(canvas: Canvas, names: Sequence[str]) -> tuple[Axes, list[float]]:
    """Make the canvas as high as names of one or more lines need, and return its axes and the middle of each row.

    Bars go to either side of a line at 0.
    """
    # A row is as high as its name has lines, in inches.
    heights = [_LINE * max(name.count("\n") + 1, 2) + _BETWEEN for name in names]
    middles = [sum(heights[:index]) + height / 2 for index, height in enumerate(heights)]
    canvas.set_figheight(sum(heights) + MARGINS)
    axes = canvas.subplots()
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.set_yticks(middles, names)
    axes.set_ylim(sum(heights), 0)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color=FAINT)
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    return axes, middles


def _named(row: Mapping[object, object], width: Width) -> str:
    """Name a parameter and the two values, in few lines."""
    values = _range(str(row["at_low"]), str(row["at_high"]))
    # The values stay together on their line.
    text = fill(f"{title_of(str(row['parameter']))} {values.replace(' ', _GLUE)}", CHARACTERS[width])
    return text.replace(_GLUE, " ")


def _range(low: str, high: str) -> str:
    """Write the two values, the unit once.

    >>> _range("20 kb/month", "90 kb/month"), _range("3 month", "24 month"), _range("0.1", "0.4"), _range("", "")
    ('(20 to 90 kb a month)', '(3 to 24 months)', '(0.1 to 0.4)', '')
    """
    unit = low.partition(" ")[2]
    if unit and high.endswith(f" {unit}"):
        low, high = low.removesuffix(f" {unit}"), high.removesuffix(f" {unit}")
        high = f"{high} {_PLURALS.get(unit) or unit.removeprefix('1').replace('/', ' a ').strip()}"
    return f"({low} to {high})" if low else ""


def title_of(parameter: str) -> str:
    """Return the title of a parameter, or the name of what is none."""
    try:
        return load_registry().parameter(parameter).title.rstrip(".")
    except LeaksimError:
        return parameter


def _alt(data: pd.DataFrame, outcome: str) -> str:
    parts = [
        f"{title_of(row['parameter'])} "
        f"({row['at_low']}: {_amount(row['low'])}, {row['at_high']}: {_amount(row['high'])})"
        for row in data.to_dict("records")
    ]
    return (
        f"Horizontal bars, the longest first. {outcome} changes, in {data['unit'].iloc[0]}, with: {'; '.join(parts)}."
    )


def _amount(value: float) -> str:
    return signed(value, min(decimals(value, value, value), 1))
