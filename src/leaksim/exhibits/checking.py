"""Whether exhibits are still those of the runs that they show, cell by cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path

from leaksim.exhibits.listing import Listing
from leaksim.exhibits.making import FIGURES, TABLES, names_of_files, table_files
from leaksim.outcomes.agreement import Agreement, Cell, Verdict, is_rounding
from leaksim.store.studies import ATTRIBUTION, COMPARISON


def study_tables(listing: Listing) -> Iterator[str]:
    """Yield the tidy tables of comparisons and attributions, relative to the folder of results."""
    yield from (f"{name}/{COMPARISON}" for name in listing.comparisons)
    yield from (f"{name}/{ATTRIBUTION}" for name in listing.attributions)


def missing_files(listing: Listing, results: Path) -> list[str]:
    """Return the files that a list promises and that are not there."""
    return [name for name in names_of_files(listing) if not (results / name).exists()]


def table_agreement(listing: Listing, results: Path) -> tuple[dict[str, Agreement], list[str]]:
    """Lay out the tables again, from the saved runs that they show, and compare.

    Returns
    -------
    tables, words
        Of each table the cells, and the files that read differently although all their cells are the same.
    """
    found: dict[str, Agreement] = {}
    words: list[str] = []
    now = table_files(listing, results)
    for name in listing.tables:
        saved = results / TABLES / f"{name}.csv"
        if saved.exists():
            found[f"{TABLES}/{name}.csv"] = cell_agreement(saved.read_bytes(), now[f"{name}.csv"], "different")
    for file, content in now.items():
        saved = results / TABLES / file
        table = found.get(f"{TABLES}/{saved.stem}.csv")
        same = table is not None and all(cell.verdict == "identical" for cell in table.cells)
        if same and saved.exists() and saved.read_bytes() != content:
            words.append(f"{TABLES}/{file}")
    return found, words


def figure_agreement(listing: Listing, results: Path, rebuilt: Path, moved: Verdict) -> dict[str, Agreement]:
    """Compare the numbers behind figures with those that were drawn from rebuilt runs.

    Parameters
    ----------
    moved
        What a number is that has changed by more than rounding: `within` where the runs differ by chance.
    """
    files = (f"{FIGURES}/{name}.csv" for name in listing.figures)
    return {
        file: cell_agreement((results / file).read_bytes(), (rebuilt / file).read_bytes(), moved)
        for file in files
        if (results / file).exists()
    }


def cell_agreement(saved: bytes, now: bytes, moved: Verdict) -> Agreement:
    """Compare two tables of any columns, cell by cell.

    Parameters
    ----------
    moved
        What a cell is that has changed by more than rounding.
    """
    old, new = _rows(saved), _rows(now)
    cells = [
        Cell(_key(row), column, line, text, other.get(column, ""), _verdict(text, other.get(column, ""), moved))
        for line, (row, other) in enumerate(zip(old, new, strict=False), start=2)
        for column, text in row.items()
    ]
    return Agreement(
        tuple(cells),
        missing=tuple(_key(row) for row in old[len(new) :]),
        added=tuple(_key(row) for row in new[len(old) :]),
        skipped=0,
    )


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def _key(row: Mapping[str, str]) -> tuple[str, str, str, str]:
    """Name a row by what identifies it in a table for a paper, or else by its first cells."""
    if "metric" in row:
        return row["scenario"], row["metric"], row["item"], row.get("interval", "")
    return "", ", ".join(list(row.values())[:2]), "", ""


def _verdict(old: str, new: str, moved: Verdict) -> Verdict:
    if old == new:
        return "identical"
    try:
        return "rounding" if is_rounding(float(old), float(new)) else moved
    except ValueError:
        return moved
