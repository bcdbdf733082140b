"""Whether numbers in a text are still those of the runs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from leaksim.paper.marks import Mark
from leaksim.paper.numbers import MINUS, Form, NumberInText
from leaksim.report.numbers import written

Verdict = Literal["fresh", "stale", "unknown", "altered", "unreadable"]
"""`unknown`: no run has it any more. `altered`: text and mark differ. `unreadable`: the mark, or the number in it."""

VERDICTS: tuple[Verdict, ...] = ("stale", "altered", "unknown", "unreadable", "fresh")

Key = tuple[str, str, str, str, str | None]
"""Run, reference, metric, item, and what the interval covers; None for the interval that is shown."""

_PLAIN = {"{,}": ",", r"\ensuremath{-}": "-", "$-$": "-", MINUS: "-", "~": " ", r"\,": " "}
"""What stands for typography in a plain number."""

_NUMBER = re.compile(r"[-−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_FORMS_BY_COUNT: Mapping[int, tuple[Form, ...]] = {1: ("estimate",), 2: ("low", "high"), 3: ("estimate", "low", "high")}
_FORM_WORDS: Mapping[int, Form] = {1: "estimate", 2: "interval", 3: "full"}


@dataclass(frozen=True)
class Found:
    """A marked number in a text."""

    place: str
    """File and line, or what else a reader finds it by."""
    mark: Mark | None
    shown: str
    """What a reader of the text sees, or the mark itself if it cannot be read."""
    name: str = ""
    """By which the text calls it, such as a LaTeX command."""
    problem: str = ""
    """Why the mark cannot be read."""


@dataclass(frozen=True)
class Checked:
    """A marked number with its verdict."""

    found: Found
    verdict: Verdict
    now: str = ""
    """What it is in the runs; empty where they do not have it."""
    words: str = ""
    """What it is, in words, or what is wrong."""
    number: NumberInText | None = None
    """The same, in the unit of the text; None where the runs do not have it."""


def check(found: Iterable[Found], numbers: Iterable[NumberInText], alone: Iterable[NumberInText] = ()) -> list[Checked]:
    """Compare the numbers of a text with those of the runs.

    Parameters
    ----------
    numbers
        Those of the runs, each with the interval that is shown.
    alone
        The same with the intervals from the random histories alone, for marks that ask for them.
    """
    by_key: dict[Key, NumberInText] = {}
    for number in numbers:
        by_key[*_name(number), None] = number
        by_key[*_name(number), number.covers] = number
    for number in alone:
        by_key[*_name(number), number.covers] = number
    return [_checked(each, by_key) for each in found]


def _name(number: NumberInText) -> tuple[str, str, str, str]:
    return number.run, number.reference, number.metric, number.item


def _checked(found: Found, numbers: Mapping[Key, NumberInText]) -> Checked:
    mark = found.mark
    if mark is None:
        return Checked(found, "unreadable", words=found.problem)
    number = numbers.get((mark.run, mark.reference, mark.metric, mark.item, mark.interval))
    if number is None:
        pairs = {(run, reference) for run, reference, *_ in numbers}
        return Checked(found, "unknown", words=found.problem or _why_unknown(mark, pairs))
    if mark.scale is not None:
        number = _scaled(number, mark.scale)
    text = plain_number(mark.value if mark.value is not None else found.shown)
    form = mark.form or (_form_of(text) if number.start is None else form_of_month(text))
    if form is None:
        return Checked(found, "unreadable", words=f"'{text}' is not one number, nor a number with its interval")
    now = number.text(form)
    if plain_number(now) != text and not _rounds_to(text, form, number) and plain_number(number.iso(form)) != text:
        return Checked(found, "stale", now, number.words, number)
    if found.problem:
        return Checked(found, "altered", now, found.problem)
    return Checked(found, "fresh", now, number.words)


def _why_unknown(mark: Mark, pairs: set[tuple[str, str]]) -> str:
    of_what = f"comparison of {mark.run} with {mark.reference}" if mark.reference else f"run of {mark.run}"
    if (mark.run, mark.reference) not in pairs:
        saves = "; `leaksim compare --out` saves one" if mark.reference else ""
        return f"there is no {of_what}{saves}"
    item = f" {mark.item}" if mark.item else ""
    interval = f" and a {mark.interval} interval" if mark.interval else ""
    return f"the {of_what} has no {mark.metric}{item} with a value{interval}"


def _scaled(number: NumberInText, scale: float) -> NumberInText:
    factor = scale / number.scale
    values = {name: factor * getattr(number, name) for name in ("estimate", "low", "high")}
    return replace(number, scale=scale, **values)


def plain_number(text: str) -> str:
    """Write a number as plainly as possible, so that typography makes no difference.

    >>> plain_number("2{,}310 (−5 to 7)")
    '2,310 (-5 to 7)'
    """
    for typography, letter in _PLAIN.items():
        text = text.replace(typography, letter)
    # A table writes the sign of a difference that is positive; a sentence need not.
    return re.sub(r"(?<!\d)\+(?=\d)", "", " ".join(text.split()))


def _form_of(text: str) -> Form | None:
    return _FORM_WORDS.get(len(_NUMBER.findall(text)))


def form_of_month(text: str) -> Form:
    """Say what is written of an outcome that is a month."""
    return "full" if "(" in text else "interval" if " to " in text else "estimate"


def _rounds_to(text: str, form: Form, number: NumberInText) -> bool:
    """Whether the author wrote the same with other digits or other words between the numbers."""
    if number.start is not None:
        return False
    given = _NUMBER.findall(text)
    forms = _FORMS_BY_COUNT.get(len(given), ())
    if form in ("low", "high") and len(given) == 1:
        forms = (form,)
    if not forms or (len(given) > 1 and not number.has_interval):
        return False
    return all(_is_rounded(each, number.value(of), number.places) for each, of in zip(given, forms, strict=True))


def _is_rounded(text: str, value: float, supported: int) -> bool:
    """Whether a written number is the value with so many digits.

    Noughts at the end of a whole number may be digits or not; they are not as far as the interval supports digits.

    >>> _is_rounded("2,310", 2308.4, -1), _is_rounded("58.4", 58.37, 0), _is_rounded("58", 58.37, 1)
    (True, True, True)
    >>> _is_rounded("59", 58.37, 0), _is_rounded("200", 151.0, -1)
    (False, False)
    """
    whole, _, after = text.replace(",", "").partition(".")
    if after:
        return written(value, len(after)).replace(",", "") == f"{whole}.{after}"
    noughts = min(len(whole) - len(whole.rstrip("0")), max(-supported, 0))
    return any(written(value, -digits).replace(",", "") == whole for digits in range(noughts + 1))
