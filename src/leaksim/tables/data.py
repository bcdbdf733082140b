"""Tables as data: a row for each cell, with where it comes from, as CSV and for Stata."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

from leaksim.store.formats import csv_bytes
from leaksim.tables.cells import Cell
from leaksim.tables.model import Table

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = {
    "heading": "Heading of the rows",
    "row": "Label of the row",
    "column": "Heading of the column",
    "text": "Cell as it is shown",
    "estimate": "Estimate in the unit shown",
    "low": "Lower end of the interval",
    "high": "Upper end of the interval",
    "interval": "What the interval covers",
    "unit": "Unit shown",
    "sources": "BibTeX keys that the cell cites",
    "remark": "Note on the cell",
    "run": "Folder of the run or scenario file",
    "scenario": "Name of the scenario",
    "metric": "Metric in the tidy table",
    "item": "Item in the tidy table",
    "reference": "Scenario from which differences are taken",
}
"""Columns and what they hold."""

_LONGEST_TEXT = 2045
"""Of a Stata text of fixed length; what is longer becomes a strL."""

_EPOCH = datetime(2000, 1, 1)
"""In place of the hour of writing, so that the same table gives the same bytes."""


def cells(table: Table) -> pd.DataFrame:
    """Return a table with a row for each cell."""
    import pandas as pd

    return pd.DataFrame(list(_records(table)), columns=list(_COLUMNS))


def csv(table: Table) -> bytes:
    """Write a table as CSV, a row for each cell."""
    return csv_bytes(cells(table))


def stata(table: Table) -> bytes:
    """Write a table for Stata 14 and newer, a row for each cell, with labels for the variables."""
    frame = cells(table)
    texts = [name for name in _COLUMNS if name not in ("estimate", "low", "high")]
    long = [name for name in texts if max(len(text.encode()) for text in frame[name]) > _LONGEST_TEXT]
    sink = BytesIO()
    frame.to_stata(
        sink,
        write_index=False,
        version=118,
        time_stamp=_EPOCH,
        data_label=table.title[:80],
        variable_labels=_COLUMNS,
        convert_strl=long,
    )
    return sink.getvalue()


def _records(table: Table) -> Iterator[dict[str, object]]:
    for group, row in table.rows:
        for column, cell in zip(table.columns, row.cells, strict=True):
            yield {"heading": group.heading, "row": row.label, "column": column.heading, **_record(cell)}


def _record(cell: Cell) -> dict[str, object]:
    number, origin = cell.number, cell.origin
    nothing = float("nan")
    return {
        "text": " ".join(cell.lines),
        "estimate": number.estimate if number else nothing,
        "low": number.low if number else nothing,
        "high": number.high if number else nothing,
        "interval": number.interval if number and number.has_interval else "",
        "unit": number.unit if number else "",
        "sources": " ".join(cell.sources),
        "remark": cell.remark,
        "run": origin.run if origin else "",
        "scenario": origin.scenario if origin else "",
        "metric": origin.metric if origin else "",
        "item": origin.item if origin else "",
        "reference": origin.reference if origin else "",
    }
