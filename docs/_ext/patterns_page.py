"""The page of patterns, from the evidence files."""

from collections.abc import Iterator
from itertools import groupby

from pieces import cited, number, prose, table

from leaksim.evidence.patterns import Computation, NotComputed, Pattern, load_patterns

OPENING = """# Patterns

What was observed in 2016 and 2017 and the model is held against by `leaksim validate`;
[](../background/patterns.md) says how it fares. This page is made from the evidence files whenever the pages are built.

*Error* is the standard deviation of the error of observation, *discrepancy* that of what the model would miss even with
the best parameters; the reasons follow. A pattern that is *recorded* is compared with what
[the monitor](../background/odd.md#the-monitor) of the model records, one that is *true* with the model itself. A
*check* is not used in calibration, since the model has no part that could bring it about. Nothing here was first known
after 18 January 2018.
"""

CANNOT = """## What the model cannot compute

Observed too, and in line with the cut-off. No stand-in is put in its place.
"""


def patterns() -> str:
    """Write the page of patterns."""
    header = ("pattern", "observed", "errors", "basis")
    sections = [
        f"## {heading}\n\n" + table(header, map(_row, members), (58, 14, 16, 12), "evidence")
        for heading, members in groupby(load_patterns().computed.values(), key=lambda pattern: pattern.group)
    ]
    cannot = table(
        ("observed", "what is missing"), map(_cannot, load_patterns().not_computed.values()), (45, 55), "evidence"
    )
    return "\n".join([OPENING, *sections, CANNOT, cannot])


def _row(pattern: Pattern) -> tuple[str, str, str, str]:
    paragraphs = [f"`{pattern.id}`", prose(pattern.title), *_remarks(pattern)]
    paragraphs.append(" ".join(filter(None, [_figures(pattern.figures), cited(pattern.sources)])))
    unit = "" if pattern.unit == "1" else prose(pattern.unit)
    errors = [f"error {number(pattern.sd)}", f"discrepancy {number(pattern.discrepancy)}"]
    return (
        "\n\n".join(paragraphs),
        "\n\n".join([f"{number(pattern.observed)} {unit}".strip(), prose(pattern.period)]),
        "\n\n".join(errors),
        "\n\n".join([pattern.grade, pattern.role, pattern.seen]),
    )


def _remarks(pattern: Pattern) -> Iterator[str]:
    yield f"*Error:* {prose(pattern.sd_reason)}"
    yield f"*Discrepancy:* {prose(pattern.discrepancy_reason)}"
    if pattern.role_reason:
        yield f"*Check:* {prose(pattern.role_reason)}"
    if pattern.note:
        yield f"*Note:* {prose(pattern.note)}"
    yield f"*Computed:* {_computed(pattern.computed)}"


def _computed(asked: Computation) -> str:
    arguments = ", ".join(
        f"{name} {' and '.join(value) if isinstance(value, tuple) else value}"
        for name, value in asked.arguments.items()
    )
    against = f", against {_months(asked.against)}" if asked.against else ""
    given = f" ({prose(arguments)})" if arguments else ""
    return f"`{asked.summary}` of `{asked.series}`{given}, {_months(asked.over)}{against}."


def _months(ends: tuple[str, str]) -> str:
    first, last = ends
    return first if first == last else f"{first} to {last}"


def _cannot(entry: NotComputed) -> tuple[str, str]:
    basis = " ".join(filter(None, [_figures(entry.figures), cited(entry.sources)]))
    return f"{prose(entry.title)}\n\n{basis}", prose(entry.reason)


def _figures(identifiers: tuple[str, ...]) -> str:
    return " ".join(f"{{ref}}`{identifier} <{identifier.lower()}>`" for identifier in identifiers)
