"""Saved and interrupted runs in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from leaksim.report.outcomes import outcomes_of
from leaksim.report.sentence import sentence
from leaksim.store.blocks import FOLDER
from leaksim.store.listing import Entry

_HEADS = ("Scenario", "Histories", "Draws", "Seed", "Date", "Version", "Digest")
_DIGITS = 8
"""Of a digest, so many are shown."""


def facts_of_entry(entry: Entry) -> dict[str, Any]:
    """Return what is known of a run, as plain data; None where its manifest or its record would say it."""
    manifest = entry.summary.manifest if entry.summary else None
    record = None if manifest is None else manifest["volatile"]
    facts: dict[str, Any] = {
        "folder": entry.folder.as_posix(),
        "scenario": entry.name,
        "command": entry.kind,
        "state": entry.state,
        "problem": entry.problem,
    }
    if entry.summary is not None:
        first = entry.summary.rows[0]
        facts |= {
            "histories": int(first["replications"]),
            "draws": int(first["draws"]),
            "seed": entry.summary.asked("seed"),
            "started": None if record is None else record["started"],
            "version": None if manifest is None else manifest["software"]["leaksim"],
            "digest": entry.summary.digest,
        }
    if entry.about is not None:
        facts |= {
            "blocks_done": entry.done,
            "blocks_needed": entry.needed,
            "version": entry.about["software"]["leaksim"],
            "same_software": entry.is_of_this_software,
        }
    return facts


def listed(entries: Sequence[Entry]) -> RenderableType:
    """Show runs by the folder that they are in: the complete ones as a table, and a line for each of the others."""
    parts: list[RenderableType] = []
    for place, group in groupby(entries, key=_place):
        within = list(group)
        saved = [entry for entry in within if entry.summary is not None]
        parts += [Text(place, style="bold"), *([_table(saved)] if saved else [])]
        parts += [Text(line) for entry in within if entry.summary is None for line in told(entry)]
        parts.append("")
    return Group(*parts[:-1])


def told(entry: Entry) -> Iterator[str]:
    """Say in lines what there is of a run that has no table."""
    if entry.about is None:
        yield f"{entry.name}: damaged: {entry.problem}"
        return
    what = entry.name if entry.kind == "run" else f"{entry.name} ({entry.kind})"
    # How many it takes to find switching points turns out on the way.
    blocks = "blocks" if entry.needed is None else f"of {entry.needed} blocks"
    how_far = "complete" if entry.state == "complete" else "interrupted"
    yield f"{what}: {how_far}, {entry.done} {blocks} done, in {FOLDER}/{entry.folder.name}"
    if entry.problem:
        yield f"  {entry.problem}"
    if not entry.is_of_this_software:
        yield "  with other code or libraries: asked for again, it begins anew"


def shown(entry: Entry) -> RenderableType:
    """Show all that is known of a run."""
    if entry.summary is None:
        return Text("\n".join(told(entry)))
    parts: list[RenderableType] = [Text(sentence(outcomes_of(entry.summary.table))), ""]
    manifest = entry.summary.manifest
    facts = {name: value for name, value in facts_of_entry(entry).items() if value not in ("", None)}
    if manifest is not None:
        scenario, record = manifest["scenario"], manifest["volatile"]
        facts |= {
            "title": scenario["title"],
            "file": scenario["file"],
            "scenario digest": scenario["digest"],
            "evidence digest": manifest["evidence"],
            "months": manifest["run"]["months"],
            "arms": len(manifest["run"]["arms"]),
            "libraries": ", ".join(
                f"{name} {each}" for name, each in manifest["software"].items() if isinstance(each, str)
            ),
        }
        if record is not None:
            facts |= {"seconds": record["seconds"], "machine": f"{record['processor']}; {record['platform']}"}
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in facts.items():
        table.add_row(Text(name.capitalize()), Text(f"{value:,}" if name == "histories" else str(value)))
    return Group(*parts, table)


def _place(entry: Entry) -> str:
    inside = entry.folder.parent
    return (inside.parent if inside.name == FOLDER else inside).as_posix()


def _table(entries: Sequence[Entry]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for head in _HEADS:
        table.add_column(head, justify="left" if head == "Scenario" else "right", overflow="fold")
    for entry in entries:
        facts = facts_of_entry(entry)
        cells = (
            f"{facts['histories']:,}",
            facts["draws"],
            facts["seed"],
            (facts["started"] or "")[:10],
            facts["version"],
            facts["digest"][:_DIGITS],
        )
        table.add_row(Text(entry.name), *("" if cell is None else str(cell) for cell in cells))
    return table
