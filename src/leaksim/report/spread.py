"""Where two runs of a lane part, and who differs when, in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from math import floor, log10
from typing import TYPE_CHECKING, Any

from leaksim.outcomes.postings import STEPS
from leaksim.report.book_words import WHO, book_unit, page_words
from leaksim.report.numbers import written

if TYPE_CHECKING:
    from leaksim.difference import Difference

_DIGITS = 2
"""Digits of a difference."""

_MOST_NAMED = 3
"""Things that the sentence on the first difference names."""

_STEP_OF_PAGE = {page: number for number, step in enumerate(STEPS) for page in step.pages}


def first_sentence(difference: Difference) -> str:
    """Say when, where and in what the two first differ."""
    if difference.spread.empty:
        return f"Nothing differs: {difference.same}."
    rows = difference.spread.to_dict("records")
    first = rows[0]
    together = [each for each in rows if (each["day"], each["who"]) == (first["day"], first["who"])]
    shown = [f"{page_words(each['page'], each['item'])} {_both(each)}" for each in _most_telling(together)]
    day = date.fromisoformat(first["date"])
    return f"On {day.day} {day:%B %Y}, {_mid_sentence(WHO[first['who']])}: {'; '.join(shown)}."


def _mid_sentence(name: str) -> str:
    kept = ("Beijing", "Washington", "Moscow", "Pyongyang", "Chinese", "Russian")
    return name if name.startswith(kept) else f"the {name[0].lower()}{name[1:]}"


def _most_telling(rows: list[dict[Any, Any]]) -> list[dict[Any, Any]]:
    """Keep, of what differs in one step, each page's greatest difference, the money only if there is nothing else."""
    greatest: dict[str, dict[Any, Any]] = {}
    for each in rows:
        if each["page"] not in greatest or abs(each["difference"]) > abs(greatest[each["page"]]["difference"]):
            greatest[each["page"]] = each
    told = [each for page, each in greatest.items() if not page.startswith(("paid_", "earned_"))]
    return (told or list(greatest.values()))[:_MOST_NAMED]


def _both(record: dict[Any, Any]) -> str:
    in_a, in_b = _levels(record)
    return f"{in_a} in A, {in_b} in B ({book_unit(record['unit'])})"


def _levels(record: dict[Any, Any]) -> tuple[str, str]:
    """Write both values with the digits that their difference needs."""
    values = record["in_a"], record["in_b"]
    places = 0 if all(each.is_integer() for each in values) else places_of(record["difference"])
    in_a, in_b = (written(each, places) if each else "0" for each in values)
    return in_a, in_b


def spread_rows(difference: Difference) -> Iterator[tuple[str, ...]]:
    """Write a line for each step of the month, when it first differs: date, who, what, in A, in B."""
    told: dict[int, list[dict[Any, Any]]] = {}
    for record in difference.spread.to_dict("records"):
        first = told.setdefault(_STEP_OF_PAGE[record["page"]], [])
        if not first or first[0]["day"] == record["day"]:
            first.append(record)
    for records in told.values():
        lead = _most_telling(records)[0]
        what = f"{page_words(lead['page'], lead['item'])}, {book_unit(lead['unit'])}"
        yield lead["date"], WHO[lead["who"]], what, *_levels(lead)


def places_of(difference: float) -> int:
    """Decimals that a difference needs to be seen.

    >>> places_of(0.0234), places_of(-2.5), places_of(120.0)
    (3, 1, 0)
    """
    return max(_DIGITS - 1 - floor(log10(abs(difference))), 0)
