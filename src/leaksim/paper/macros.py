"""Numbers of runs as LaTeX commands, and as lists from which they are copied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from leaksim.outcomes.statistics import LEVEL
from leaksim.paper.marks import Mark, mark_of
from leaksim.paper.names import macro_names
from leaksim.paper.numbers import MINUS, NumberInText
from leaksim.report.markdown import plain
from leaksim.store.summaries import SavedSummary
from leaksim.version import __version__

COLUMNS = ("run", "what it is", "unit", "number", "low", "high", "number with interval", "mark")
"""Columns of the plain list."""

DIGITS_OF_DIGEST = 12
"""Letters that are shown of a digest: enough to tell runs apart."""


def latex_macros(
    numbers: Sequence[NumberInText], summaries: Sequence[SavedSummary], short: Mapping[str, str] | None = None
) -> str:
    """Write LaTeX commands, one for each form of each number.

    Raises
    ------
    MacroNameError
        When two numbers would have the same name.
    """
    names = macro_names(numbers, short)
    lines = [
        f"% Numbers for a text, written by leaksim macros {__version__}. Do not edit: write it anew when runs change.",
        r"% Put \input{this file} in the preamble, and {} behind a command in a sentence: \lsSomeNumber{} percent.",
        *(f"% {line}" for line in about(summaries)),
    ]
    for number in numbers:
        lines += [
            "",
            f"% {number.words}, {number.unit}".replace("\n", " "),
            f"% {_mark(number).line}",
        ]
        for form in number.forms:
            if (number, form) in names:
                lines.append(f"\\newcommand*{{\\{names[number, form]}}}{{{latex_number(number.text(form))}}}")
    return "\n".join(lines) + "\n"


def latex_number(text: str) -> str:
    r"""Write a number so that it looks the same in a sentence and in a formula.

    >>> print(latex_number("2,310"), latex_number("−5"))
    2{,}310 \ensuremath{-}5
    """
    return text.replace(",", "{,}").replace(MINUS, r"\ensuremath{-}")


def about(summaries: Iterable[SavedSummary]) -> Iterator[str]:
    """Say of each run how it was made and by which digests it is known."""
    yield f"Intervals have {100 * LEVEL:g} % and are over the uncertain parameters where there are any."
    for summary in summaries:
        first = summary.rows[0]
        lanes, draws = int(first["replications"]), int(first["draws"])
        parts = [f"{lanes:,} random histories", *([f"{draws:,} draws of the parameters"] if draws > 1 else [])]
        if summary.manifest is not None:
            parts += [f"seed {summary.asked('seed')}", f"scenario {_short(summary.manifest['scenario']['digest'])}"]
            parts.append(f"leaksim {summary.manifest['software']['leaksim']}")
        yield f"Run {summary.scenario}: {', '.join(parts)}, table {_short(summary.digest)}."


def plain_list(numbers: Sequence[NumberInText]) -> str:
    """Write a list with tabs between the columns, which Word and spreadsheets paste as a table."""
    rows = [COLUMNS, *(tuple(cells_of(number).values()) for number in numbers)]
    return "".join("\t".join(row) + "\n" for row in rows)


def cells_of(number: NumberInText) -> dict[str, str]:
    """Return what the list says of a number, by column."""
    has = number.has_interval
    cells = (
        number.run,
        number.words,
        number.unit,
        number.text("estimate"),
        number.text("low") if has else "",
        number.text("high") if has else "",
        number.text("full"),
        _mark(number).line,
    )
    return dict(zip(COLUMNS, cells, strict=True))


def _mark(number: NumberInText) -> Mark:
    return Mark(number.run, number.metric, number.item, reference=number.reference)


def markdown_list(numbers: Sequence[NumberInText], summaries: Sequence[SavedSummary]) -> str:
    """Write a list in which every number carries a mark that readers do not see."""
    lines = ["# Numbers for a text", "", *(f"- {plain(line)}" for line in about(summaries)), ""]
    for run, of_run in groupby(numbers, key=lambda number: number.run):
        lines += [f"## {plain(run)}", ""]
        for number in of_run:
            forms = dict.fromkeys(form for form in ("estimate", "full") if form in number.forms)
            marked = [f"{number.text(form)}<!-- {mark_of(number, form).line} -->" for form in forms]
            lines.append(f"- {plain(f'{number.words}, {number.unit}')}: {', or '.join(marked)}")
        lines.append("")
    return "\n".join(lines)


def _short(digest: str) -> str:
    return digest[:DIGITS_OF_DIGEST]
