"""What difference scenarios make: a dot with its intervals for each."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan
from textwrap import fill
from typing import TYPE_CHECKING, Any

from leaksim.figures.sheet import FigureError, Sheet, capital, covered, histories
from leaksim.figures.style import FAINT, GREY, INK, Width, label_numbers
from leaksim.outcomes.comparison import DIFFERENCE, HEADLINES
from leaksim.report.labels import label, unit_words
from leaksim.report.numbers import decimals, varies, written
from leaksim.report.outcomes import PARAMETER, REPLICATION
from leaksim.scenario.fields import nearest
from leaksim.version import __version__

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure as Canvas

_CHARACTERS: Mapping[Width, int] = {"one": 22, "two": 44}
"""Of the title of a scenario in a line."""


def differences_data(table: pd.DataFrame, metric: str, item: str) -> pd.DataFrame:
    """Return the differences of scenarios from the reference in one outcome, the greatest first.

    Parameters
    ----------
    table
        A table of `leaksim compare`.
    metric, item
        The outcome, such as ``pressure.realised`` and an empty item.

    Returns
    -------
    pandas.DataFrame
        One row per scenario: `scenario`, `reference`, `difference`, the intervals `replication_low` to `_high` and
        `parameter_low` to `_high` (no numbers where there is none), `unit`. Shares are in percentage points.

    Raises
    ------
    FigureError
        When the table has no difference in this outcome, or none of them is defined.
    """
    import pandas as pd

    rows = table[(table["metric"] == f"{DIFFERENCE}{metric}") & (table["item"] == item)]
    if rows.empty:
        raise FigureError(_no_such_outcome(table, metric, item))
    defined = rows[rows["estimate"].notna()]
    if defined.empty:
        raise FigureError(f"{label(metric, item)}: {rows['note'].iloc[0]}, so there is no difference to draw")
    percent = str(rows["unit"].iloc[0]).startswith("share")
    scale = 100.0 if percent else 1.0
    found = []
    for scenario, of_scenario in defined.groupby("scenario", sort=False):
        kinds = {row["interval"]: row for row in of_scenario.to_dict("records")}
        first = next(iter(kinds.values()))
        bounds = [
            scale * kinds[kind][end] if kind in kinds else float("nan")
            for kind in (REPLICATION, PARAMETER)
            for end in ("low", "high")
        ]
        unit = "percentage points" if percent else unit_words(metric, first["unit"])
        found.append((scenario, first["reference"], scale * first["estimate"], *bounds, unit))
    columns = [f"{kind}_{end}" for kind in (REPLICATION, PARAMETER) for end in ("low", "high")]
    data = pd.DataFrame(found, columns=["scenario", "reference", "difference", *columns, "unit"])
    return data.sort_values("difference", ascending=False, kind="stable", ignore_index=True)


def differences(table: pd.DataFrame, titles: Mapping[str, str], metric: str, item: str, made: str = "") -> Sheet:
    """Show by how much scenarios differ from the reference in one outcome.

    Parameters
    ----------
    table
        A table of `leaksim compare`.
    titles
        Of the scenarios, by name; a name without a title stands for itself.
    made
        How the runs were made, to end the caption.
    """
    data = differences_data(table, metric, item)
    reference = titles.get(data["reference"][0], _words(data["reference"][0]))
    named = {name: titles.get(name, _words(name)) for name in data["scenario"]}
    facts = table.iloc[0]
    covers = PARAMETER if data[f"{PARAMETER}_low"].notna().any() else REPLICATION
    caption = (
        f"{label(metric, item)}: difference from “{reference.rstrip('.')}” in the same random histories, "
        f"in {data['unit'][0]}. Thin lines and brackets are 95 % intervals {covered(covers)}"
        f"{', thick ones those from the random histories alone' if covers == PARAMETER else ''}. "
        f"{capital(histories(int(facts['replications']), int(facts['draws'])))}{made}; leaksim {__version__}."
    )
    alt = _alt(data, named, reference, label(metric, item))
    height = 0.75 + 0.32 * len(data)
    outcome = label(metric, item)
    return Sheet(
        "differences", data, height, lambda canvas, width: _draw(canvas, width, data, named, outcome), alt, caption
    )


def _draw(canvas: Canvas, width: Width, data: pd.DataFrame, named: Mapping[str, str], outcome: str) -> None:
    axes = canvas.subplots()
    axes.axvline(0, color=GREY, linewidth=0.8)
    narrow = width == "one"
    for place, row in enumerate(data.to_dict("records")):
        for kind, thickness in ((PARAMETER, 0.9), (REPLICATION, 2.6)):
            low, high = row[f"{kind}_low"], row[f"{kind}_high"]
            if not isnan(low):
                axes.plot([low, high], [place, place], color=INK, linewidth=thickness, solid_capstyle="butt")
        axes.plot(row["difference"], place, "o", markersize=4.5, markerfacecolor="white", markeredgecolor=INK, zorder=3)
        if not narrow:
            axes.annotate(_amount(row), (1.02, place), xycoords=("axes fraction", "data"), va="center", ha="left")
    texts = [
        fill(named[row["scenario"]], _CHARACTERS[width]) + (f"\n{_amount(row)}" if narrow else "")
        for row in data.to_dict("records")
    ]
    axes.set_yticks(range(len(data)), texts)
    if narrow:
        canvas.set_figheight(0.9 + len(data) * (0.12 + 0.11 * max(text.count("\n") + 1 for text in texts)))
    axes.set_ylim(len(data) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color=FAINT)
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    label_numbers(axes, 5 if narrow else 8)
    axes.set_xlabel(("\n" if narrow else " ").join((f"{outcome},", f"difference in {data['unit'][0]}")))


def _amount(row: Mapping[Any, Any]) -> str:
    """Write a difference with its sign, and the widest interval that is known of it."""
    kind = REPLICATION if isnan(row[f"{PARAMETER}_low"]) else PARAMETER
    value, low, high = row["difference"], row[f"{kind}_low"], row[f"{kind}_high"]
    if isnan(low) or not varies(value, low, high):
        return signed(value, decimals(value, value, value))
    places = decimals(value, low, high)
    return f"{signed(value, places)} ({written(low, places)} to {written(high, places)})".replace("-", "−")


def signed(number: float, places: int) -> str:
    """Write a number with its sign.

    >>> signed(-1234.5, 0), signed(0.04, 1), signed(2.5, 1)
    ('−1,234', '0.0', '+2.5')
    """
    text = written(number, places)
    return f"+{text}" if round(number, places) > 0 else text.replace("-", "−")


def _alt(data: pd.DataFrame, named: Mapping[str, str], reference: str, outcome: str) -> str:
    parts = [f"{named[row['scenario']].rstrip('.')} {_amount(row)}" for row in data.to_dict("records")]
    return (
        f"Dot plot with intervals. {outcome}, difference from “{reference.rstrip('.')}” in {data['unit'][0]}: "
        f"{'; '.join(parts)}."
    )


def _no_such_outcome(table: pd.DataFrame, metric: str, item: str) -> str:
    there = table.loc[table["metric"].str.startswith(DIFFERENCE), ["metric", "item"]].drop_duplicates()
    if there.empty:
        return "the table has no differences; make it with `leaksim compare --out FOLDER`"
    names = [
        f"{each}{f' with --item {of}' if of else ''}"
        for each, of in zip(there["metric"].str.removeprefix(DIFFERENCE), there["item"], strict=True)
    ]
    alike = nearest(metric, [headline.metric for headline in HEADLINES])
    hint = f"; did you mean {' or '.join(alike)}?" if alike and metric not in alike else "."
    of_item = f" with the item '{item}'" if item else ""
    return f"scenarios are not compared in {metric}{of_item}{hint} There are: {'; '.join(names)}"


def _words(name: str) -> str:
    return capital(name.replace("_", " "))
