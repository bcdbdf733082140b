"""Marks: what stands beside a number in a text, where readers do not see it, and says where it comes from.

One line in every format: ``leaksim: run=no_russia metric=leakage.owen item=china show=full value=30 (20 to 41)``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast

from leaksim.errors import InputError
from leaksim.paper.numbers import FORMS, Form, NumberInText
from leaksim.report.outcomes import PARAMETER, REPLICATION

OPENING = "leaksim:"

_KEYS = ("run", "reference", "metric", "item", "show", "scale", "interval", "value")
_NEEDED = ("run", "metric")


class MarkError(InputError):
    """A mark cannot be read."""


@dataclass(frozen=True)
class Mark:
    """Where a number in a text comes from."""

    run: str
    """Name of the scenario."""
    metric: str
    item: str = ""
    form: Form | None = None
    """What is written of it; None where the number of numbers tells."""
    value: str | None = None
    """The text as it was written; None where it stands elsewhere."""
    scale: float | None = None
    """Factor from the number in the run to the one in the text; None for the usual one, percent for shares."""
    interval: str | None = None
    """What the interval covers; None for the uncertain parameters where there are any."""
    reference: str = ""
    """Of a number in a comparison: the scenario from which differences are taken."""

    @property
    def line(self) -> str:
        """Write the mark."""
        parts = [OPENING, f"run={self.run}"]
        parts += [f"reference={self.reference}"] if self.reference else []
        parts += [f"metric={self.metric}"]
        parts += [f"item={self.item}"] if self.item else []
        parts += [f"show={self.form}"] if self.form else []
        parts += [f"scale={self.scale:g}"] if self.scale is not None else []
        parts += [f"interval={self.interval}"] if self.interval else []
        parts += [f"value={self.value}"] if self.value is not None else []
        return " ".join(parts)

    @property
    def name(self) -> str:
        """Write what it speaks of, for messages."""
        return " ".join(filter(None, (self.run, self.reference, self.metric, self.item)))


def mark_of(number: NumberInText, form: Form) -> Mark:
    """Return the mark of a number as it is now."""
    return Mark(number.run, number.metric, number.item, form, number.text(form), reference=number.reference)


def read_mark(text: str) -> Mark:
    """Read a mark; `value` comes last and runs to the end.

    >>> read_mark("leaksim: run=no_russia metric=leakage.owen item=china value=30 (20 to 41)").value
    '30 (20 to 41)'

    Raises
    ------
    MarkError
        With everything that is wrong with it.
    """
    body = " ".join(text.split()).removeprefix(OPENING).strip()
    before, has_value, value = body.partition("value=") if re.search(r"(^|\s)value=", body) else (body, "", "")
    found: dict[str, str] = {}
    problems = []
    for word in before.split():
        key, equals, content = word.partition("=")
        if not equals or key not in _KEYS:
            problems.append(f"'{word}' is none of {', '.join(f'{each}=' for each in _KEYS)}")
        elif key in found:
            problems.append(f"{key}= is there twice")
        found[key] = content
    problems += [f"{key}= is missing" for key in _NEEDED if not found.get(key)]
    if found.get("show", FORMS[0]) not in FORMS:
        problems.append(f"show= is one of {', '.join(FORMS)}, not '{found['show']}'")
    if not re.fullmatch(r"\d+(\.\d*)?([eE][-+]?\d+)?", found.get("scale", "1")):
        problems.append(f"scale= is a number, not '{found['scale']}'")
    if found.get("interval", REPLICATION) not in (PARAMETER, REPLICATION):
        problems.append(f"interval= is {PARAMETER} or {REPLICATION}, not '{found['interval']}'")
    if problems:
        raise MarkError("; ".join(problems))
    return Mark(
        found["run"],
        found["metric"],
        found.get("item", ""),
        cast("Form", found["show"]) if "show" in found else None,
        value.strip() if has_value else None,
        float(found["scale"]) if "scale" in found else None,
        found.get("interval"),
        found.get("reference", ""),
    )
