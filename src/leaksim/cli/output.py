"""The two ways in which commands speak: lines for people, one JSON document for programs."""

import datetime as dt
import json
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from pydantic import BaseModel

if TYPE_CHECKING:
    from leaksim.scenario.schema import Scenario

Json = Annotated[bool, Parameter(name="--json")]


def print_json(document: object) -> None:
    """Print one JSON document."""
    print(json_text(document))


def json_text(document: object) -> str:
    """Write a JSON document."""
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False, default=_plain)


def tell_unused_half_width(scenario: "Scenario") -> None:
    """Say on standard error that a command runs all replications, where a scenario asks for a half-width."""
    if scenario.run.half_width is not None:
        count = f"all {scenario.run.replications:,} replications"
        print(f"{scenario.name}: half_width ends single runs only; here {count} are run", file=sys.stderr)


def aligned(rows: Iterable[tuple[str, ...]], indent: str = "  ") -> str:
    """Return rows of text as columns, the last of any width.

    >>> print(aligned([("a", "1", "one"), ("bcd", "22", "two")]))
      a    1   one
      bcd  22  two
    """
    table = list(rows)
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    padded = ([cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in table)
    return "\n".join((indent + "  ".join(cells)).rstrip() for cells in padded)


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    return value.isoformat() if isinstance(value, dt.date) else str(value)
