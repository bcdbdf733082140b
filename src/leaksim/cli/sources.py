"""``leaksim sources``: what scenarios, or the whole registry, rest on."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.table import Table

from leaksim.cli.output import Json, print_json
from leaksim.evidence.bibliography import bibtex
from leaksim.evidence.provenance import InstrumentRow, ParameterRow, Provenance, ReferenceRow, provenance
from leaksim.evidence.registry import load_registry
from leaksim.report.citations import rests_on


def sources(
    *files: Path, policy: str | None = None, json: Json = False, format: Literal["table", "bib"] = "table"
) -> int:
    """List what the numbers rest on: parameters, figures, measures and references.

    Parameters
    ----------
    files
        Scenario files, or folders of them; without any, the whole registry.
    policy
        With one file: what this policy of it rests on.
    json
        Print one JSON document.
    format
        `table` for reading; `bib` for the references as BibTeX.
    """
    found = dict(_provenances(files, policy))
    if json:
        print_json(
            {
                "evidence": load_registry().digest,
                "sources": [{"scenario": name, **asdict(rests_on)} for name, rests_on in found.items()],
            }
        )
    elif format == "bib":
        print(bibtex(row.key for rests_on in found.values() for row in rests_on.references), end="")
    else:
        # Titles are our own text, in which square brackets mean square brackets.
        console = Console(markup=False, highlight=False)
        for name, rests_on in found.items():
            if name is not None:
                console.print(f"{name}\n", style="bold")
            for table in _tables(rests_on):
                console.print(table)
                console.print()
    return 0


def _provenances(files: tuple[Path, ...], policy: str | None) -> Iterator[tuple[str | None, Provenance]]:
    from leaksim.cli.policies import scenarios_in

    if not files and policy is None:
        yield None, provenance(load_registry())
    for scenario in scenarios_in(files, policy):
        yield scenario.name, rests_on(scenario)


def _tables(rests_on: Provenance) -> Iterator[Table]:
    yield _parameter_table(rests_on.parameters)
    if rests_on.instruments:
        yield _instrument_table(rests_on.instruments)
    yield _reference_table(rests_on.references)


def _parameter_table(rows: tuple[ParameterRow, ...]) -> Table:
    table = _table("parameter")
    table.add_column("value", justify="right", no_wrap=True)
    table.add_column("range", justify="right", no_wrap=True)
    table.add_column("grade", overflow="fold")
    for row in rows:
        value = row.value if isinstance(row.value, str) else _number(row.value)
        spread = "" if row.low is None or row.high is None else f"{_number(row.low)}–{_number(row.high)}"
        unit = "" if row.unit == "1" else row.unit
        grade = row.grade.replace(" ", "\n") if row.origin in ("registry", row.grade) else f"{row.grade}\n{row.origin}"
        table.add_row(_described(row.id, row.title, row.sources), f"{value}\n{unit}", spread, grade)
    return table


def _instrument_table(rows: tuple[InstrumentRow, ...]) -> Table:
    table = _table("measure")
    table.add_column("adopted", no_wrap=True)
    table.add_column("in force", no_wrap=True)
    table.add_column("flows")
    for row in rows:
        described = _described(row.id, row.title, row.sources)
        table.add_row(described, row.adopted or "", row.in_force, "\n".join(row.flows))
    return table


def _reference_table(rows: tuple[ReferenceRow, ...]) -> Table:
    table = _table("key")
    table.add_column("reference", overflow="fold")
    for row in rows:
        table.add_row(row.key, row.text)
    return table


def _table(first: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column(first, overflow="fold")
    return table


def _described(identifier: str, title: str, keys: tuple[str, ...]) -> str:
    cited = f"\n[{', '.join(keys)}]" if keys else ""
    return f"{identifier}\n{title}{cited}\n"


def _number(value: float) -> str:
    return format(value, ".12g")
