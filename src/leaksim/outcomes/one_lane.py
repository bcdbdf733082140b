"""The books of one lane in one arm, and where those of two runs part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import floor
from typing import TYPE_CHECKING

import numpy as np

from leaksim.engine.calendar import Calendar
from leaksim.engine.lanes import Floats
from leaksim.model.dimensions import FUELS, PRODUCTS
from leaksim.model.world import History
from leaksim.outcomes.postings import STEPS, Step, items_of, unit_of
from leaksim.outcomes.pressure import pressure

if TYPE_CHECKING:
    import pandas as pd

SPREAD_COLUMNS = ("date", "month", "day", "who", "page", "item", "in_a", "in_b", "difference", "unit")
"""Columns of the table of first differences."""

ROUNDING = 1e-9
"""Numbers that are closer than this, or than this share of the greater one, differ by rounding only."""


@dataclass(frozen=True)
class Books:
    """The ledger of one lane in one arm."""

    pages: Mapping[str, Floats]
    """Flows and levels by name, ``(month, item)``."""
    stored: Floats
    """Change of the stock of each product by its level, ``(month, product)``."""
    saved: Floats
    """Change of the hard-currency reserves by their level, $m, ``(month,)``."""
    pressure: Floats
    """Pressure against the baseline of the same lane, $m, ``(month,)``."""


def books_of(history: History, arm: str, column: int) -> Books:
    """Take the books of one lane out of those of a block.

    Parameters
    ----------
    arm
        Name of the arm.
    column
        Place of the lane in the block.
    """
    setting, ledger = history.setting, history.ledger
    row = [each.name for each in setting.arms].index(arm)
    # Copies, since a view would keep the whole block in memory.
    pages = {name: page[:, :, row, column].copy() for name, page in {**ledger.flows, **ledger.levels}.items()}

    def initial(identifier: str) -> float:
        values = setting.parameters[identifier][0]
        return float(values[column % len(values)])

    stocks = np.zeros((1, len(PRODUCTS)))
    for fuel in FUELS:
        stocks[0, fuel] = initial(f"stock.{PRODUCTS[fuel]}.initial")
    return Books(
        pages=pages,
        stored=np.diff(pages["stock"], axis=0, prepend=stocks),
        saved=np.diff(pages["reserves"][:, 0], prepend=initial("reserves.initial")),
        pressure=pressure(history).total[:, row, column],
    )


def differs(one: Floats, other: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Say where two arrays differ by more than rounding.

    >>> differs(np.array([1.0, 0.0, 2.0]), np.array([1.0 + 1e-12, 1e-15, 2.1])).tolist()
    [False, False, True]
    """
    scale = np.maximum(np.maximum(abs(one), abs(other)), 1.0)
    found: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] = abs(other - one) > ROUNDING * scale
    return found


def spread(one: Books, other: Books, calendar: Calendar) -> pd.DataFrame:
    """List when each item on each page of the books differs for the first time.

    Returns
    -------
    pandas.DataFrame
        With the columns `SPREAD_COLUMNS`, in the order of the days and, within a day, of the schedule. `day` is the
        moment on the clock in days since the start; values are those of the month.
    """
    import pandas as pd

    found = [row for step in STEPS for row in _first_differences(step, one, other, calendar)]
    found.sort(key=lambda row: row["day"])
    return pd.DataFrame(found, columns=list(SPREAD_COLUMNS))


def _first_differences(step: Step, one: Books, other: Books, calendar: Calendar) -> Iterator[dict[str, float | str]]:
    for page in step.pages:
        mine, theirs = one.pages[page], other.pages[page]
        unlike = differs(mine, theirs)
        for index, item in enumerate(items_of(page)):
            if not unlike[:, index].any():
                continue
            month = int(unlike[:, index].argmax())
            moment = calendar.moment(month, step.day)
            in_a, in_b = float(mine[month, index]), float(theirs[month, index])
            yield {
                "date": (calendar.start + timedelta(days=floor(moment))).isoformat(),
                "month": calendar.labels[month],
                "day": moment,
                "who": step.who,
                "page": page,
                "item": item,
                "in_a": in_a,
                "in_b": in_b,
                "difference": in_b - in_a,
                "unit": unit_of(page, item),
            }
