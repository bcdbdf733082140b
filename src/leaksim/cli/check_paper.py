"""``leaksim check-paper``: whether the numbers in a text are still those of the runs."""

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from leaksim.cli.output import Json, print_json
from leaksim.errors import InputError

if TYPE_CHECKING:
    from leaksim.paper.check import Checked, Found
    from leaksim.paper.numbers import NumberInText

_MARKDOWN = (".md", ".markdown", ".qmd", ".rmd")
_HTML = (".html", ".htm")


class CheckPaperUsageError(InputError):
    """A text cannot be checked."""


def check_paper(
    files: list[Path],
    /,
    *,
    runs: list[Path] | None = None,
    fix: bool = False,
    json: Json = False,
) -> int:
    """Find numbers in a text that are not those of the runs any more.

    Ends with code 0 if all marked numbers are fresh, 1 if one is not, 2 if a file cannot be read or holds no marked
    number. Only marked numbers can be checked.

    Parameters
    ----------
    files
        Texts in LaTeX (.tex, with the files that they read), Markdown (.md, .qmd, .Rmd), Word (.docx) or HTML.
    runs
        Folders of runs, comparisons and attributions, or that hold such folders; `results` if not given. Repeatable.
    fix
        Write stale numbers anew where that is safe, and keep the text as it was in a file that ends in .bak. Left alone
        are numbers in tables of LaTeX and HTML, in comments of Word, with other words than leaksim writes, and those
        whose sign has changed.
    json
        Print one JSON document.
    """
    from leaksim.paper.check import check
    from leaksim.paper.saved import read_saved

    _refuse_other_kinds(files)
    saved = read_saved(runs or [Path("results")])
    numbers, alone = saved.numbers, saved.alone
    found, absent = _found_in(files, numbers)
    checked = check(found, numbers, alone)
    if fix and any(each.verdict == "stale" for each in checked):
        from leaksim.paper.fixing import fix as fixed

        fixes = fixed(files, checked)
        for line in (*fixes.done, *(f"{backup} is the text as it was" for backup in fixes.backups)):
            print(line, file=sys.stderr)
        found, absent = _found_in(files, numbers)
        checked = check(found, numbers, alone)
    for name in absent:
        print(f"{name} is not there and was not checked", file=sys.stderr)
    if json:
        print_json({"numbers": [_as_json(each) for each in checked], "not_there": absent})
    else:
        _show(checked)
    return 0 if all(each.verdict == "fresh" for each in checked) else 1


def _refuse_other_kinds(files: Sequence[Path]) -> None:
    others = [str(file) for file in files if file.suffix.lower() not in (".tex", ".docx", *_MARKDOWN, *_HTML)]
    if others:
        raise CheckPaperUsageError(
            f"{', '.join(others)}: only .tex, .docx, {', '.join((*_MARKDOWN, *_HTML))} can be checked; "
            "save it as one of them"
        )


def _found_in(files: Sequence[Path], numbers: "Sequence[NumberInText]") -> "tuple[list[Found], list[str]]":
    from leaksim.paper.html_reader import read_html
    from leaksim.paper.latex_reader import read_latex
    from leaksim.paper.markdown_reader import read_markdown
    from leaksim.paper.texts import TextError
    from leaksim.paper.word_reader import read_word

    found: list[Found] = []
    absent: list[str] = []
    problems = []
    for file in files:
        try:
            kind = file.suffix.lower()
            if kind == ".tex":
                inside, missing = read_latex(file)
                absent += missing
            elif kind == ".docx":
                inside = read_word(file, numbers)
            else:
                inside = read_html(file) if kind in _HTML else read_markdown(file)
        except TextError as error:
            problems.append(str(error))
            continue
        if not inside:
            problems.append(f"{file} holds no number that is marked, so nothing can be checked; `leaksim macros` marks")
        found += inside
    if problems:
        raise CheckPaperUsageError("\n".join(problems))
    return found, absent


def _show(checked: "Sequence[Checked]") -> None:
    from leaksim.paper.check import VERDICTS

    for each in checked:
        if each.verdict != "fresh":
            print(_line(each))
    counts = Counter(each.verdict for each in checked)
    told = ", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS if counts[verdict])
    print(f"{len(checked)} marked number{'s' * (len(checked) > 1)}: {told}")


def _line(checked: "Checked") -> str:
    found = checked.found
    name = f"{found.name} is " if found.name else ""
    opening = f"{found.place}: {checked.verdict}: {name}{found.shown}"
    if checked.verdict in ("unknown", "unreadable"):
        return f"{opening}: {checked.words}"
    of_run = f" of {found.mark.run}" if found.mark else ""
    if checked.verdict == "altered":
        return f"{opening}: {checked.words}"
    return f"{opening}, now {checked.now} ({checked.words[0].lower()}{checked.words[1:]}{of_run})"


def _as_json(checked: "Checked") -> dict[str, object]:
    found = checked.found
    return {
        "place": found.place,
        "verdict": checked.verdict,
        "name": found.name,
        "shown": found.shown,
        "now": checked.now,
        "words": checked.words,
        "mark": None if found.mark is None else asdict(found.mark),
    }
