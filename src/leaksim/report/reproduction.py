"""Whether saved results come out again, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import isfinite

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from leaksim.outcomes.agreement import FALSE_ALARM, VERDICTS, Agreement, Cell, Verdict, worst
from leaksim.outcomes.comparison import DIFFERENCE
from leaksim.report.headline_files import HEADLINE_PAGE, HEADLINE_TABLE
from leaksim.report.labels import NoLabelError, label
from leaksim.reproducing import Reproduction
from leaksim.store.runs import SUMMARY

_SHOWN = 10
"""Cells that are listed; the others are in the JSON document."""

_HEADS: Mapping[Verdict, str] = {
    "identical": "Identical",
    "rounding": "Rounding",
    "within": "Chance",
    "different": "Different",
}
_COLUMNS = {"estimate": "estimate", "low": "low end ({})", "high": "high end ({})"}
WORDS: Mapping[Verdict, str] = {
    "identical": "identical",
    "rounding": "the same but for rounding",
    "within": "within Monte Carlo error",
    "different": "different",
}


def reproduction_report(found: Reproduction) -> RenderableType:
    """Show how many cells of each file come out again, the worst ones, and what is missing."""
    parts: list[RenderableType] = [_counts(found), ""]
    at = {id(cell): name for name, table in found.tables.items() for cell in table.cells}
    moved = [cell for cell in worst(found.cells) if cell.verdict in ("different", "within")]
    if moved and not (found.fast and moved[0].verdict == "within"):
        parts += [*_farthest(moved, at), ""]
    parts += [Text(line) for line in missing_lines(found)]
    parts.append(Text(verdict_sentence(found)))
    return Group(*parts)


def cells_report(names: str, found: Agreement, cells: Sequence[Cell]) -> RenderableType:
    """Show how the cells of two runs of a scenario agree.

    Parameters
    ----------
    names
        What the runs are called.
    cells
        Those of `found`, with their verdicts.
    """
    moved = worst(cells)
    parts = [*(_farthest(moved, {}) if moved else ()), *map(Text, _rows(found))]
    skipped = f"; {found.skipped:,} depend on the number of histories" if found.skipped else ""
    return Group(*parts, Text(f"{names}: of {len(cells):,} cells {_counted(cells)}{skipped}."))


def verdict_sentence(found: Reproduction) -> str:
    """Say in a sentence whether everything comes out again."""
    opening = "The results come out again" if found.agrees else "The results do not come out again"
    fewer = " with fewer histories" if found.fast else ""
    skipped = sum(table.skipped for table in found.tables.values())
    without = f"; {skipped:,} cells cannot be compared so" if skipped else ""
    return f"{opening}{fewer}: of {len(found.cells):,} cells {_counted(found.cells)}{without}."


def about_chance() -> str:
    """Say what `within Monte Carlo error` claims."""
    return (
        "Chance: no more than other random histories would bring. Cells are judged together: with an unchanged model, "
        f"at most one rebuild in {1 / FALSE_ALARM:.0f} would call any cell different."
    )


def missing_lines(found: Reproduction) -> Iterator[str]:
    """Yield a line for everything that is there on one side only."""
    for name in found.without_scenario:
        yield f"{name}: saved, but no scenario file has this name"
    for name in found.never_run:
        yield f"{name}: a scenario without saved results; leaksim run writes them"
    for name in found.missing_files:
        writes = (
            "leaksim run writes it for several scenarios" if name == HEADLINE_TABLE else "leaksim exhibits writes it"
        )
        yield f"{name}: not there; {writes}"
    for name in found.other_words:
        writes = "leaksim run" if name == HEADLINE_PAGE else "leaksim exhibits"
        yield f"{name}: the numbers are the same, but the page is not; {writes} writes it anew"
    for name, table in found.tables.items():
        yield from (f"{name}: {line}" for line in _rows(table))


def _rows(table: Agreement) -> Iterator[str]:
    for keys, one, many in (
        (table.missing, "does not come out any more", "do not come out any more"),
        (table.added, "is not among the saved ones", "are not among the saved ones"),
    ):
        if keys:
            metrics = ", ".join(dict.fromkeys(metric for _, metric, _, _ in keys))
            yield f"{len(keys)} {f'row {one}' if len(keys) == 1 else f'rows {many}'}: {metrics}"


def _counted(cells: Sequence[Cell]) -> str:
    counts = Counter(cell.verdict for cell in cells)
    return ", ".join(f"{counts[verdict]:,} {WORDS[verdict]}" for verdict in VERDICTS if counts[verdict])


def _farthest(moved: Sequence[Cell], at: Mapping[int, str]) -> Iterator[Text]:
    """Yield lines on the cells that moved the farthest; `at` has the file of each by its identity."""
    yield Text("Farthest from what was saved:", style="bold")
    for cell in moved[:_SHOWN]:
        yield from map(Text, _told(at.get(id(cell), SUMMARY), cell))
    if len(moved) > _SHOWN:
        yield Text(f"  and {len(moved) - _SHOWN:,} more; --json lists all")


def _counts(found: Reproduction) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("File", overflow="fold")
    for head in _HEADS.values():
        table.add_column(head, justify="right", no_wrap=True)
    for name, each in found.tables.items():
        counts = Counter(cell.verdict for cell in each.cells)
        table.add_row(name.removesuffix("/summary.csv"), *(f"{counts[verdict]:,}" for verdict in VERDICTS))
    return table


def _told(file: str, cell: Cell) -> Iterator[str]:
    _, metric, item, interval = cell.key
    yield f"  {file}:{cell.line}"
    yield f"      {_name(metric, item)}, {_COLUMNS.get(cell.column, cell.column).format(interval)}"
    chance = "" if not isfinite(cell.z) else f", {cell.z:.1f} standard errors apart"
    yield f"      saved {_short(cell.old)}, now {_short(cell.new)}{chance}: {WORDS[cell.verdict]}"


def _name(metric: str, item: str) -> str:
    """Name an outcome, or the row of a figure's numbers, whose first cells stand in place of the metric."""
    of = metric.removeprefix(DIFFERENCE)
    try:
        return f"{label(of, item)}{', difference' if of != metric else ''}"
    except NoLabelError:
        return ", ".join(filter(None, (metric, item)))


def _short(text: str) -> str:
    """Shorten a number for reading; the file has all digits."""
    try:
        return f"{float(text):.8g}" if text else "nothing"
    except ValueError:
        return f"'{text}'"
