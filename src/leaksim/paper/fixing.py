"""Rewrite stale numbers where that is safe: the text has the form that leaksim writes, and the sign stays the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from leaksim.paper.check import Checked, form_of_month, plain_number
from leaksim.paper.latex_reader import files_of
from leaksim.paper.macros import latex_number
from leaksim.paper.marks import Mark, MarkError, read_mark
from leaksim.paper.numbers import MINUS, NumberInText
from leaksim.paper.texts import read_text
from leaksim.paper.word_fixing import rewritten
from leaksim.report.numbers import written
from leaksim.store.atomic import replace_files

_NUMBER = r"[-+]?\d[\d,]*(?:\.\d+)?"
_FORMS = re.compile(rf"({_NUMBER})(?: \(({_NUMBER}) to ({_NUMBER})\))?|({_NUMBER}) to ({_NUMBER})")
"""The forms that leaksim writes: an estimate, with or without its interval, and an interval."""

_COMMENT = re.compile(r"<!--\s*(?P<html>leaksim:.*?)\s*-->|%\s*(?P<latex>leaksim:[^\n]*)", flags=re.DOTALL)
_DEFINITION = re.compile(
    r"(?P<head>\\newcommand\*?\{\\(?P<name>[A-Za-z]+)\}\{)(?P<number>.*)(?P<tail>\}\s*)$", re.MULTILINE
)


@dataclass
class Fixes:
    """What was rewritten, and what was left as it is."""

    done: list[str] = field(default_factory=list)
    backups: list[Path] = field(default_factory=list)


def new_text(old: str, number: NumberInText) -> str | None:
    """Write a number anew as the author wrote it; None where that cannot be done safely.

    As many decimals are written as before, and a plus where there was one.

    Parameters
    ----------
    old
        The stale text.
    number
        What the number is now, in the unit of the text.
    """
    plain = plain_number(old)
    if number.start is not None:
        form = form_of_month(plain)
        return number.iso(form) if re.match(r"\d{4}-\d{2}\b", plain) else number.text(form)
    signed = "+" if old.lstrip().startswith("+") else ""
    found = _FORMS.fullmatch(plain)
    if found is None:
        return None
    before = [text for text in found.groups() if text is not None]
    now = {1: [number.estimate], 2: [number.low, number.high], 3: [number.estimate, number.low, number.high]}[
        len(before)
    ]
    if len(before) > 1 and not number.has_interval:
        return None
    if len(before) != 2 and _negative(before[0]) != (now[0] < 0):
        return None  # the sentence around it would say the opposite
    texts = [_digits(text, value, number.places) for text, value in zip(before, now, strict=True)]
    if len(texts) == 2:
        return f"{texts[0]} to {texts[1]}"
    return f"{signed}{texts[0]}" + (f" ({texts[1]} to {texts[2]})" if len(texts) == 3 else "")


def _negative(text: str) -> bool:
    return text.startswith("-")


def _digits(old: str, value: float, places: int) -> str:
    return written(value, len(old.partition(".")[2]) or places)


def fix(files: Sequence[Path], checked: Iterable[Checked]) -> Fixes:
    """Rewrite the stale numbers of texts; a copy of each file is kept beside it.

    Raises
    ------
    CannotWriteError
        When the disk refuses.
    """
    stale: dict[Mark, str] = {}
    commands: dict[str, str] = {}
    for each in checked:
        mark, number = each.found.mark, each.number
        if each.verdict != "stale" or mark is None or number is None or each.found.problem:
            continue
        now = new_text(each.found.shown, number)
        if now is not None and each.found.name:
            commands[each.found.name.removeprefix("\\")] = now
        elif now is not None:
            stale[mark] = now
    fixes = Fixes()
    for inside in dict.fromkeys(inside for file in files for inside in files_of(file)):
        _fix_file(inside, stale, commands, fixes)
    return fixes


def _fix_file(file: Path, stale: Mapping[Mark, str], commands: Mapping[str, str], fixes: Fixes) -> None:
    kind = file.suffix.lower()
    done: list[str] = []
    if kind == ".docx":
        before = file.read_bytes()
        after = rewritten(before, stale, done)
    elif kind in (".html", ".htm"):
        return  # a page is written by leaksim and made anew
    else:
        text = read_text(file)
        before = file.read_bytes()
        changed = _with_new_marks(text, stale, done)
        after = _with_new_commands(changed, commands, done).encode() if kind == ".tex" else changed.encode()
    if not done:
        return
    backup = next(name for number in range(1, 1000) if not (name := _backup(file, number)).exists())
    replace_files(file.parent, {backup.name: before, file.name: after})
    fixes.done += [f"{file}: {line}" for line in done]
    fixes.backups.append(backup)


def _backup(file: Path, number: int) -> Path:
    return file.with_name(f"{file.name}.bak{number if number > 1 else ''}")


def _with_new_marks(text: str, stale: Mapping[Mark, str], done: list[str]) -> str:
    """Rewrite numbers that stand right before a stale mark, and the mark."""
    parts: list[str] = []
    rest = 0
    for comment in _COMMENT.finditer(text):
        words = comment["html"] or comment["latex"]
        try:
            mark = read_mark(words)
        except MarkError:
            continue
        now = stale.get(mark)
        before = text[rest : comment.start()]
        if now is None or mark.value is None or f"value={mark.value}" not in comment[0]:
            continue
        if comment["latex"] and not before.rpartition("\n")[2].strip():
            continue  # a mark above the row of a table
        shown = _ending(before, mark.value)
        if shown is None:
            continue
        number, write = shown
        place = len(before.rstrip()) - len(number)
        parts += [before[:place], write(now), before[place + len(number) :]]
        parts.append(comment[0].replace(f"value={mark.value}", f"value={now}"))
        rest = comment.end()
        done.append(f"{number} is now {write(now)}")
    return "".join([*parts, text[rest:]])


def _ending(before: str, value: str) -> tuple[str, Callable[[str], str]] | None:
    """Find a number at the end of a text, in the typography of the author; return it and how to write another so."""
    writes: tuple[Callable[[str], str], ...] = (
        str,
        lambda text: text.replace("-", MINUS),
        lambda text: latex_number(text.replace("-", MINUS)),
        lambda text: text.replace("-", "$-$"),
        lambda text: text.replace(",", "{,}"),
    )
    plain = value.replace(MINUS, "-")
    for write in writes:
        number = write(plain)
        start = before.rstrip()
        if start.endswith(number) and not re.search(r"[\d.,]$", start[: -len(number)]):
            return number, lambda text, write=write: write(text.replace(MINUS, "-"))
    return None


def _with_new_commands(text: str, commands: Mapping[str, str], done: list[str]) -> str:
    def new(found: re.Match[str]) -> str:
        now = commands.get(found["name"])
        if now is None:
            return found[0]
        number = latex_number(now.replace("-", MINUS))
        done.append(f"\\{found['name']} is now {number}")
        return f"{found['head']}{number}{found['tail']}"

    return _DEFINITION.sub(new, text)
