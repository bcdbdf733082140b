"""A timeline of measures for the terminal, as Markdown and as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from leaksim.evidence.instruments import Instrument
from leaksim.report.markdown import plain, row
from leaksim.report.timeline import Event, facts, timeline

WIDTH = 100

LEGEND = "What is proposed would be in force from that day without Russia's delay and carve-outs."

CSV_COLUMNS = (
    *("scenario", "date", "event", "measure", "what", "flow", "binds", "orders", "bites_on", "until"),
    *("days_of_delay", "carve_outs", "sources"),
)


def terminal_timeline(title: str, instruments: Iterable[Instrument]) -> RenderableType:
    """Show the timeline as a table, and below it what belongs to no single day."""
    measures = tuple(instruments)
    days = _table("Date", "Event", "Measure", "What")
    before = None
    for event in timeline(measures):
        days.add_row("" if event.day == before else str(event.day), event.kind, event.measure, Text(event.what))
        before = event.day
    parts: list[RenderableType] = [Text(title, style="bold"), "", days]
    if any(event.kind == "proposed" for event in timeline(measures)):
        parts += ["", LEGEND]
    for measure in measures:
        about = _table("", "")
        about.show_header = False
        for heading, text in facts(measure):
            about.add_row(f"  {heading}", Text(text))
        parts += ["", Text.assemble((measure.id, "bold"), f"  {measure.title}"), about]
    return Group(*parts)


def markdown_timeline(title: str, instruments: Iterable[Instrument]) -> str:
    """Write the timeline as a table, and below it what belongs to no single day."""
    measures = tuple(instruments)
    lines = [
        *(f"# {plain(title)}", "", row(["Date", "Event", "Measure", "What", "Sources"]), row([":--"] * 5)),
        *(row(_cells(event)) for event in timeline(measures)),
        *("", LEGEND),
    ]
    for measure in measures:
        lines += ["", f"## `{measure.id}`: {plain(measure.title)}", ""]
        lines += [f"- **{heading}**: {plain(text)}" for heading, text in facts(measure)]
    return "\n".join(lines) + "\n"


def csv_timeline(timelines: Iterable[tuple[str, tuple[Instrument, ...]]]) -> str:
    """Write the timelines of some scenarios as one table; the scenario is empty for the catalogue."""
    text = StringIO()
    writer = csv.DictWriter(text, CSV_COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for scenario, measures in timelines:
        by_id = {measure.id: measure for measure in measures}
        for event in timeline(measures):
            writer.writerow({"scenario": scenario, **dict(_fields(event, by_id[event.measure]))})
    return text.getvalue()


def _fields(event: Event, measure: Instrument) -> Iterator[tuple[str, object]]:
    yield from (("date", event.day), ("event", event.kind), ("measure", event.measure), ("what", event.what))
    if (ordered := event.provision) is not None:
        yield from (("flow", ordered.flow), ("binds", " ".join(ordered.binds)), ("orders", ordered.limit))
        yield from (("bites_on", ordered.bites_on), ("until", ordered.until or ""))
    if measure.days_of_delay is not None:
        yield "days_of_delay", measure.days_of_delay
    yield from (("carve_outs", " ".join(measure.carve_outs)), ("sources", " ".join(event.sources)))


def _cells(event: Event) -> list[str]:
    return [str(event.day), event.kind, f"`{event.measure}`", plain(event.what), ", ".join(event.sources)]


def _table(*names: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in names[:-1]:
        table.add_column(name, no_wrap=True)
    table.add_column(names[-1], overflow="fold")
    return table
