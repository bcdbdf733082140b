"""An outcome over a grid of two quantities, from a sweep."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np

from leaksim.figures.sheet import FigureError, Sheet, histories, number
from leaksim.figures.style import GREY, INK, Width
from leaksim.outcomes.table import COLUMNS
from leaksim.report.labels import label, unit_words
from leaksim.report.sweep import value_words
from leaksim.scenario.fields import in_unit
from leaksim.study.quantities import quantities
from leaksim.sweeping import POINT
from leaksim.version import __version__

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

_MOST_PANELS = 6

_TICKS: Mapping[Width, int] = {"one": 4, "two": 7}
"""Values for which there is room below a panel; with several panels side by side, for half as many."""

_CHARACTERS: Mapping[Width, int] = {"one": 34, "two": 74}
"""Of a label in a line."""

_PANEL, _MARGINS = 2.1, 1.05
"""Height of a panel, and of what is around them: inches."""

_COLOURS = "cividis"
"""From dark to light without a turn, so that it reads in grey, and the same to the colour-blind (Nuñez et al. 2018)."""


def heat_map_data(table: pd.DataFrame, metric: str, item: str, level: float | str | None) -> pd.DataFrame:
    """Return an outcome over a grid.

    Parameters
    ----------
    table
        Of a sweep.
    level
        A value of the outcome, as a number in the unit of the table or with a unit, such as ``50 %``.

    Returns
    -------
    pandas.DataFrame
        A row for each cell: `scenario`, the two quantities by their names, `estimate`, `low`, `high`, `unit`, `level`,
        and `open`, whether the interval includes the level. Shares are in percent.

    Raises
    ------
    FigureError
        When the table is of no sweep, has no such outcome, or is no grid of two quantities.
    """
    if POINT not in table.columns:
        raise FigureError("heat-map is drawn from a study, or from the sweep.csv of one")
    outcomes = table[["metric", "item"]].drop_duplicates()
    rows = table[(table["metric"] == metric) & (table["item"] == item)]
    if rows.empty:
        there = ", ".join("/".join(filter(None, each)) for each in outcomes.itertuples(index=False, name=None))
        raise FigureError(f"the sweep has no {metric}{f' of {item}' if item else ''}; it has {there}")
    axes = [name for name in _varied(table) if len(set(rows[name])) > 1]
    if len(axes) != 2:
        raise FigureError(f"heat-map needs two quantities that vary, not {len(axes)}: {', '.join(axes) or 'none'}")
    one, other = axes
    cells = rows[one].nunique() * rows[other].nunique()
    if len(rows) != cells * rows["scenario"].nunique() or rows.duplicated(["scenario", *axes]).any():
        raise FigureError(f"heat-map needs every value of {one} with every value of {other}: list both under `axes`")
    if rows["scenario"].nunique() > _MOST_PANELS:
        raise FigureError(f"heat-map has room for {_MOST_PANELS} scenarios, not {rows['scenario'].nunique()}")
    unit = str(rows["unit"].iloc[0])
    factor = 100.0 if unit.startswith("share") else 1.0
    data = rows[["scenario", *axes]].copy()
    for name in ("estimate", "low", "high"):
        data[name] = rows[name] * factor
    at = np.nan if level is None else factor * in_unit(level, "1" if unit.startswith("share") else unit)
    return data.assign(
        unit=unit_words(metric, unit), level=at, open=(data["low"] <= at) & (data["high"] >= at)
    ).reset_index(drop=True)


def _varied(table: pd.DataFrame) -> list[str]:
    """Return the columns of what is varied."""
    return [name for name in table.columns if name not in (*COLUMNS, POINT)]


def heat_map(
    table: pd.DataFrame, titles: Mapping[str, str], metric: str, item: str, level: float | str | None, made: str
) -> Sheet:
    """Show an outcome over a grid of two quantities, a panel for each scenario.

    Parameters
    ----------
    titles
        Of scenarios by name; without one, the name is shown.
    made
        How the runs were made, to end the caption.
    """
    data = heat_map_data(table, metric, item, level)
    outcome, (one, other), unit = label(metric, item), list(data.columns[1:3]), data["unit"].iloc[0]
    shown = {name: titles.get(name, name.replace("_", " ").capitalize()) for name in dict.fromkeys(data["scenario"])}
    facts = table.iloc[0]
    told = (
        ""
        if level is None
        else (f" The line is at {number(data['level'].iloc[0])}; in cells with a dot the 95 % interval includes it.")
    )
    caption = (
        f"{outcome}, in {unit}, over {_lower(quantities()[one].title)} and {_lower(quantities()[other].title)}: "
        f"{'; '.join(each.rstrip('.') for each in shown.values())}.{told} "
        f"Each cell: {histories(int(facts['replications']), int(facts['draws']))}, the same everywhere{made}; "
        f"leaksim {__version__}."
    )
    return Sheet(
        "heat-map",
        data,
        _MARGINS + _PANEL * _rows_of(len(shown)),
        lambda canvas, width: _draw(canvas, width, data, shown, f"{outcome}, {unit}"),
        " ".join(_alt(data[data["scenario"] == name], title, outcome) for name, title in shown.items()),
        caption,
    )


def _lower(title: str) -> str:
    return title[:1].lower() + title[1:]


def _rows_of(panels: int) -> int:
    return -(-panels // 2) if panels > 1 else 1


def _draw(canvas: Canvas, width: Width, data: pd.DataFrame, titles: Mapping[str, str], outcome: str) -> None:
    from matplotlib.colors import Normalize

    one, other = data.columns[1:3]
    columns = 1 if len(titles) == 1 else 2
    grid = canvas.subplots(_rows_of(len(titles)), columns, squeeze=False, sharex=True, sharey=True)
    norm = Normalize(data["estimate"].min(), data["estimate"].max())
    for axes in grid.ravel()[len(titles) :]:
        axes.remove()
    for axes, (name, title) in zip(grid.ravel(), titles.items(), strict=False):
        mesh = _panel(axes, data[data["scenario"] == name], norm)
        if columns > 1:
            axes.set_title(fill(title, _CHARACTERS[width] // 2), fontsize="medium")
        _label_values(axes.xaxis, one, list(dict.fromkeys(data[one])), _TICKS[width] // columns)
        _label_values(axes.yaxis, other, list(dict.fromkeys(data[other])), 7)
    canvas.supxlabel(fill(_named(one), _CHARACTERS[width]), fontsize="medium")
    canvas.supylabel(fill(_named(other), 34), fontsize="medium")
    bar = canvas.colorbar(mesh, ax=[axes for axes in grid.ravel() if axes.figure is not None], shrink=0.95)
    bar.set_label(fill(outcome, 34))
    bar.outline.set_visible(False)
    level = data["level"].iloc[0]
    if norm.vmin < level < norm.vmax:
        bar.ax.axhline(level, color=INK, linewidth=1.4)


def _panel(axes: Axes, cells: pd.DataFrame, norm: Any) -> Any:
    """Draw the cells of one scenario, the line at the level, and dots where it is open on which side of it they are."""
    one, other = cells.columns[1:3]
    values = cells.pivot_table(index=other, columns=one, values="estimate", sort=False, dropna=False).to_numpy()
    is_open = cells.pivot_table(index=other, columns=one, values="open", sort=False, dropna=False).to_numpy() > 0
    mesh = axes.pcolormesh(values, cmap=_COLOURS, norm=norm, edgecolors="white", linewidth=0.4)
    axes.patch.set(facecolor="white", hatch="xxxx", edgecolor=GREY)  # seen where the outcome has no value
    level = cells["level"].iloc[0]
    across, down = np.arange(values.shape[1]) + 0.5, np.arange(values.shape[0]) + 0.5
    if np.nanmin(values) < level < np.nanmax(values):
        for width, colour in ((2.6, "white"), (1.4, INK)):
            axes.contour(across, down, values, levels=[level], colors=[colour], linewidths=width)
    rows, columns = np.nonzero(is_open)
    axes.scatter(across[columns], down[rows], s=14, color=INK, edgecolors="white", linewidths=0.8, zorder=3)
    axes.tick_params(length=0)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    return mesh


def _label_values(axis: Any, name: str, values: list[float | str], most: int) -> None:
    """Write some of the values beside the middle of their cells, at equal distances."""
    step = -(-len(values) // max(most, 1))
    chosen = range(0, len(values), step)
    axis.set_ticks([index + 0.5 for index in chosen], [_short(values[index]) for index in chosen])


def _short(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:,.3g}" if value < 1000 else f"{value:,.0f}"


def _named(name: str) -> str:
    quantity = quantities()[name]
    return quantity.title if quantity.unit in ("1", "date") else f"{quantity.title}, {quantity.unit}"


def _alt(cells: pd.DataFrame, title: str, outcome: str) -> str:
    one, other = cells.columns[1:3]
    unit, level = cells["unit"].iloc[0], cells["level"].iloc[0]

    def at(index: Any) -> str:
        row = cells.loc[index]
        where = " and ".join(f"{name} {value_words(name, row[name])}" for name in (one, other))
        return f"{number(row['estimate'])} at {where}"

    lowest, highest = cells["estimate"].idxmin(), cells["estimate"].idxmax()
    told = (
        f"{title.rstrip('.')}: heat map of {cells[one].nunique()} by {cells[other].nunique()} cells. {outcome}, in "
        f"{unit}, is lowest, {at(lowest)}, and highest, {at(highest)}."
    )
    if np.isnan(level):
        return told
    above, undecided = int((cells["estimate"] > level).sum()), int(cells["open"].sum())
    return (
        f"{told} It is above {number(level)} in {above} of {len(cells)} cells; in {undecided} the interval includes "
        f"{number(level)}."
    )
