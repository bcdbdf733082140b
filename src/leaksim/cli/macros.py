"""``leaksim macros``: the numbers of runs, ready for a sentence."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from leaksim.cli.output import Json, print_json
from leaksim.errors import InputError

if TYPE_CHECKING:
    from leaksim.paper.numbers import NumberInText
    from leaksim.store.summaries import SavedSummary


class MacrosUsageError(InputError):
    """The options do not go together."""


def macros(
    runs: list[Path],
    /,
    *,
    format: Literal["latex", "text", "markdown", "docx"] = "latex",
    out: Path | None = None,
    only: list[str] | None = None,
    short: list[str] | None = None,
    json: Json = False,
) -> int:
    r"""Write the numbers of runs as LaTeX commands, or as a list for Word and Markdown.

    Every number has as many digits as its interval supports, and can be found again by `leaksim check-paper`.

    Parameters
    ----------
    runs
        Folders of runs, comparisons and attributions, or that hold such folders.
    format
        `latex`: commands for \input; `text`: a list with tabs between the columns; `markdown`: a list of numbers with
        hidden marks; `docx`: a Word document from which numbers are copied with their marks.
    out
        The file to write; without it the list is printed. A Word document needs one.
    only
        Only metrics of this pattern, such as `leakage.*`. Repeatable.
    short
        A shorter name for a run in the commands, as RUN=NAME. Repeatable.
    json
        Print one JSON document.
    """
    from leaksim.paper.macros import cells_of
    from leaksim.paper.saved import read_saved

    if format == "docx" and out is None and not json:
        raise MacrosUsageError("a Word document cannot be printed; name a file with --out numbers.docx")
    saved = read_saved(runs)
    summaries = saved.summaries
    numbers = saved.for_sentences(only or [])
    if not numbers:
        metrics = sorted({number.metric for number in saved.for_sentences()})
        raise MacrosUsageError(f"no metric is like {', '.join(only or [])}; there are {', '.join(metrics)}")
    content = _content(format, numbers, summaries, _shorter(short or [], {number.run for number in numbers}))
    if out is not None:
        _write(out, content)
        print(f"{out} written: {len(numbers):,} numbers", file=sys.stderr)
    if json:
        print_json({"numbers": [cells_of(number) for number in numbers]})
    elif out is None:
        print(content.decode(), end="")
    return 0


def _content(
    format: str, numbers: "Sequence[NumberInText]", summaries: "Sequence[SavedSummary]", short: dict[str, str]
) -> bytes:
    from leaksim.paper.macros import latex_macros, markdown_list, plain_list

    match format:
        case "latex":
            return latex_macros(numbers, summaries, short).encode()
        case "text":
            return plain_list(numbers).encode()
        case "markdown":
            return markdown_list(numbers, summaries).encode()
        case _:
            from leaksim.paper.word import word_list

            return word_list(numbers, summaries)


def _shorter(short: Sequence[str], runs: set[str]) -> dict[str, str]:
    """Read shorter names of runs."""
    found: dict[str, str] = {}
    problems = []
    for words in short:
        run, equals, name = words.partition("=")
        if not equals or not name.replace("_", "").isascii() or not name.replace("_", "").isalnum():
            problems.append(f"--short {words}: write RUN=NAME, the name in letters, digits and _")
        elif run not in runs:
            problems.append(f"--short {words}: there is no run of {run}; there are {', '.join(sorted(runs))}")
        found[run] = name
    if problems:
        raise MacrosUsageError("\n".join(problems))
    return found


def _write(out: Path, content: bytes) -> None:
    from leaksim.store.atomic import replace_files

    if out.is_dir():
        raise MacrosUsageError(f"{out} is a folder; name a file")
    replace_files(out.parent, {out.name: content})
