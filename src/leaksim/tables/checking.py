"""What is wrong with a layout although each of its values is right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leaksim.outcomes.comparison import HEADLINES
from leaksim.report.labels import NoLabelError, label
from leaksim.scenario.findings import Finding
from leaksim.tables.layout import METRICS_WITHOUT_LABEL, Entry, Layout, OutcomeLayout

_COMPARED = tuple(dict.fromkeys((*(each.metric for each in HEADLINES), *METRICS_WITHOUT_LABEL)))


def findings(layout: Layout) -> Iterator[Finding]:
    """Yield what is wrong with a layout, with the path of keys where it stands."""
    if not isinstance(layout, OutcomeLayout):
        return
    rows, columns = layout.rows, layout.columns
    if rows == "scenarios" and columns == "scenarios":
        yield Finding(("columns",), "rows and columns cannot both be scenarios: list the outcomes in one of them")
        return
    for section, entries in (("rows", rows), ("columns", columns)):
        if entries != "scenarios":
            yield from _of_section(section, entries, layout)
    if rows != "scenarios" and columns != "scenarios":
        yield from _of_both(rows, columns)


def _of_section(section: str, entries: Sequence[Entry], layout: OutcomeLayout) -> Iterator[Finding]:
    alone = "scenarios" in (layout.rows, layout.columns)
    if all(entry.is_heading for entry in entries):
        yield Finding((section,), f"{section} has no entry that names an outcome")
    for index, entry in enumerate(entries):
        here = section, index
        if section == "columns" and (entry.heading or entry.indented):
            yield Finding(here, "headings and `indented` are for rows; a column has a label")
        if entry.item is not None and entry.items is not None:
            yield Finding((*here, "items"), "write item or items, not both")
        if alone and entry.metric is None and not entry.is_heading:
            yield Finding(here, "'metric' is missing")
        if entry.metric is not None:
            yield from _of_metric(here, entry, layout)


def _of_metric(here: tuple[str, int], entry: Entry, layout: OutcomeLayout) -> Iterator[Finding]:
    assert entry.metric is not None
    if layout.of == "comparison" and entry.metric not in _COMPARED:
        yield Finding((*here, "metric"), f"scenarios are not compared in {entry.metric}", allowed=_COMPARED)
        return
    if entry.p and layout.of != "comparison":
        yield Finding((*here, "p"), "only a comparison has a p")
    if layout.of == "attribution" and not entry.metric.startswith("attribution."):
        yield Finding((*here, "metric"), "a table of an attribution has metrics that begin with `attribution.`")
    if entry.metric in METRICS_WITHOUT_LABEL:
        if entry.label is None:
            yield Finding(here, f"{entry.metric} needs a label")
        return
    for item in _items_written(entry, layout):
        try:
            label(entry.metric, item)
        except NoLabelError:
            place = (*here, "item" if entry.item else "metric")
            yield Finding(place, f"{entry.metric} has no item '{item}'" if item else f"{entry.metric} needs an item")


def _items_written(entry: Entry, layout: OutcomeLayout) -> Iterator[str]:
    """Yield the items of an entry, as far as the entry alone says which they are."""
    is_open = "scenarios" not in (layout.rows, layout.columns)
    if entry.items is not None:
        yield from (item for item in entry.items if item != "all")
    elif entry.item is not None:
        yield from () if "{item}" in entry.item else (entry.item,)
    elif not is_open:
        yield ""


def _of_both(rows: Sequence[Entry], columns: Sequence[Entry]) -> Iterator[Finding]:
    """Find cells whose metric is named twice or nowhere."""
    for index, row in enumerate(rows):
        if row.is_heading:
            continue
        named = [column.metric for column in columns if column.metric]
        if row.metric and named:
            yield Finding(("rows", index, "metric"), "the columns name the metric already")
        if not row.metric and len(named) < len(columns):
            yield Finding(("rows", index), "neither this row nor every column names a metric")
    for index, column in enumerate(columns):
        if column.items is not None:
            yield Finding(("columns", index, "items"), "where rows are outcomes too, a column has one item or none")
