"""The two ways in which commands speak: lines for people, one JSON document for programs."""

import datetime as dt
import json
import sys
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


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    return value.isoformat() if isinstance(value, dt.date) else str(value)
