"""What came out at the points of a study, in words and small tables."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import TYPE_CHECKING, Any

from leaksim.outcomes.comparison import Headline, headline_called
from leaksim.report.comparison import Block
from leaksim.report.labels import label, unit_words
from leaksim.report.numbers import decimals, interval_words, with_unit, written
from leaksim.study.quantities import quantities

if TYPE_CHECKING:
    import pandas as pd

    from leaksim.sweeping import Sweep

_MOST_ROWS = 24
"""Points or values of the first axis that are shown; the file has all of them."""

_MOST_COLUMNS = 6
"""Values of the second axis for which there is room."""


def told(found: Sweep) -> Iterator[str | Block]:
    """Say what was varied, and for each scenario and outcome the numbers or where they are lowest and highest."""
    yield from _heading(found)
    cells = len(found.study.scenarios) * len(found.study.points)
    if found.failed is not None:
        yield f"At {cells - len(found.table) // len(found.study.study.outcomes):,} of {cells:,} points a run failed."
    for scenario in found.study.scenarios:
        for name in found.study.study.outcomes:
            of = f"{scenario.title}: " if len(found.study.scenarios) > 1 else ""
            yield from _one(found, scenario.name, of, headline_called(name))


def value_words(name: str, value: float | str) -> str:
    """Write a value of something that is varied.

    >>> value_words("suppliers.capacity", 60.0), value_words("levers.bank_pressure.start", "2017-06-01")
    ('60 kb/month', '2017-06-01')
    """
    unit = quantities()[name].unit
    return with_unit(value, "1" if unit == "date" else unit)


def _heading(found: Sweep) -> Iterator[str]:
    study = found.study.study
    yield study.title
    yield (
        f"{_counted(len(found.study.points), 'point')} in {_counted(len(found.study.scenarios), 'scenario')}, all in "
        f"the same {_counted(found.replications, 'random history', 'random histories')}, seed {found.seed}."
    )
    for name in found.varied:
        values = found.table[name]
        yield f"  {quantities()[name].title}: {_counted(values.nunique(), 'value')}, {_ends(name, values)}"


def _ends(name: str, values: pd.Series) -> str:
    if isinstance(values.iloc[0], str) and quantities()[name].unit != "date":
        return ", ".join(dict.fromkeys(values))
    return f"{value_words(name, values.min())} to {value_words(name, values.max())}"


def _counted(count: int, one: str, more: str = "") -> str:
    return f"{count:,} {one if count == 1 else more or f'{one}s'}"


def _one(found: Sweep, name: str, of: str, headline: Headline) -> Iterator[str | Block]:
    """Show one outcome of one scenario."""
    table = found.table
    rows = table[(table["scenario"] == name) & (table["metric"] == headline.metric) & (table["item"] == headline.item)]
    heading = f"{of}{label(headline.metric, headline.item)}, {unit_words(headline.metric, headline.unit)}"
    defined = rows[rows["estimate"].notna()]
    factor = 100.0 if headline.unit.startswith("share") else 1.0
    axes = [each for each in found.varied if len(set(rows[each])) > 1]
    sizes = [rows[axis].nunique() for axis in axes]
    if defined.empty:
        yield f"{heading}: no value at any point, as none of it is cut."
        return
    if len(axes) == 2 and len(rows) == sizes[0] * sizes[1] and sizes[0] <= _MOST_ROWS and sizes[1] <= _MOST_COLUMNS:
        yield _grid(heading, rows, axes, factor)
    elif len(axes) == 1 and len(rows) <= _MOST_ROWS:
        yield _list(heading, rows, axes[0], factor)
    else:
        yield _extremes(heading, defined, axes, factor)
    if len(defined) < len(rows):
        yield f"Without a value at {_counted(len(rows) - len(defined), 'point')}, where none of it is cut."


def _grid(heading: str, rows: pd.DataFrame, axes: list[str], factor: float) -> Block:
    down, across = axes
    cells = {(row[down], row[across]): row for row in rows.to_dict("records")}
    columns = list(dict.fromkeys(rows[across]))
    return Block(
        f"{heading}; columns: {across}",
        (down, *(value_words(across, each) for each in columns)),
        tuple(
            (value_words(down, value), *(_number(cells[value, each], factor) for each in columns))
            for value in dict.fromkeys(rows[down])
        ),
    )


def _list(heading: str, rows: pd.DataFrame, axis: str, factor: float) -> Block:
    cells = ((value_words(axis, row[axis]), *_cells(row, factor)) for row in rows.to_dict("records"))
    return Block(heading, (axis, "Estimate", "95 % interval"), tuple(cells))


def _extremes(heading: str, rows: pd.DataFrame, axes: list[str], factor: float) -> Block:
    ends = {"Lowest at": rows["estimate"].idxmin(), "Highest at": rows["estimate"].idxmax()}
    shown = []
    for words, place in ends.items():
        row: Any = rows.loc[[place]].to_dict("records")[0]
        shown.append((words, *_cells(row, factor)))
        shown += [(f"  {name} {value_words(name, row[name])}", "", "") for name in axes]
    return Block(heading, ("", "Estimate", "95 % interval"), tuple(shown))


def _number(row: Any, factor: float) -> str:
    return _cells(row, factor)[0]


def _cells(row: Any, factor: float) -> tuple[str, str]:
    estimate, low, high = (factor * row[name] for name in ("estimate", "low", "high"))
    if isnan(estimate):
        return "–", ""
    places = decimals(estimate, low, high)
    return written(estimate, places), interval_words(estimate, low, high, places)
