"""``leaksim instruments``: the measures of the catalogue, or of scenarios, as a timeline."""

from collections.abc import Iterable, Iterator
from io import StringIO
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter
from rich.console import Console

from leaksim.cli.output import Json, json_text
from leaksim.cli.policies import scenarios_in
from leaksim.evidence.instruments import Instrument
from leaksim.evidence.registry import load_registry
from leaksim.report.timeline import timeline
from leaksim.report.timeline_text import WIDTH, csv_timeline, markdown_timeline, terminal_timeline
from leaksim.store.atomic import replace_files

Format = Literal["table", "md", "csv"]
Timeline = tuple[str | None, str, tuple[Instrument, ...]]
"""Name of a scenario (none for the catalogue), heading and measures."""


def instruments(
    *files: Path,
    policy: str | None = None,
    format: Format = "table",
    json: Json = False,
    out: Annotated[Path | None, Parameter(name=["--out", "-o"])] = None,
) -> int:
    """Show measures as a timeline: when each was proposed, adopted and in force, and what it orders.

    Parameters
    ----------
    files
        Scenario files, or folders of them; without any, the whole catalogue.
    policy
        With one file: the measures under this policy of it.
    format
        `table` for reading, `md` for Markdown, `csv` for one row per event.
    json
        Print one JSON document.
    out
        Write it to this file instead; its folder is made if need be.
    """
    found = list(_timelines(files, policy))
    text = f"{json_text(_document(found))}\n" if json else _written(found, format)
    if out is None:
        print(text, end="")
        return 0
    replace_files(out.parent, {out.name: text.encode()})
    print(json_text({"file": str(out)}) if json else f"{out} written")
    return 0


def _timelines(files: tuple[Path, ...], policy: str | None) -> Iterator[Timeline]:
    if not files and policy is None:
        yield None, "The measures of the catalogue", tuple(load_registry().instruments.values())
    for scenario in scenarios_in(files, policy):
        holds = "" if scenario.channels.un_dilution else " (un_dilution is off: what was proposed holds)"
        yield scenario.name, f"{scenario.title}{holds}", scenario.measures


def _written(timelines: Iterable[Timeline], format: Format) -> str:
    if format == "csv":
        return csv_timeline((name or "", measures) for name, _, measures in timelines)
    if format == "md":
        return "\n".join(markdown_timeline(title, measures) for _, title, measures in timelines)
    text = StringIO()
    console = Console(file=text, width=WIDTH, force_terminal=Console().is_terminal, markup=False, highlight=False)
    for _, title, measures in timelines:
        console.print(terminal_timeline(title, measures), "", sep="\n")
    # Rich fills every line of a table with blanks.
    return "".join(f"{line.rstrip()}\n" for line in text.getvalue().splitlines())


def _document(timelines: Iterable[Timeline]) -> dict[str, object]:
    return {
        "evidence": load_registry().digest,
        "timelines": [
            {"scenario": name, "measures": [_as_json(measure) for measure in measures]}
            for name, _, measures in timelines
        ],
    }


def _as_json(measure: Instrument) -> dict[str, object]:
    events = [{"date": event.day, "event": event.kind, "what": event.what} for event in timeline([measure])]
    derived = {"proposed": measure.proposed, "days_of_delay": measure.days_of_delay, "events": events}
    return measure.model_dump(mode="json") | derived
