"""Numbers in a text against those of the runs."""

import re
from dataclasses import replace
from math import nan
from pathlib import Path

import pytest

from leaksim.paper.check import Checked, Found, check
from leaksim.paper.marks import Mark, MarkError, read_mark
from leaksim.paper.numbers import Form, NumberInText

REACHES = NumberInText("one", "pass_through.value", "", 58.37, 42.1, 73.9, "parameter", "% of intended", 100.0)
PRESSURE = NumberInText("one", "pressure.realised", "", 2112.4, 1890.0, 2411.0, "parameter", "$m a year")
TOP = NumberInText("one", "supplier.first_month_on_top", "jet_fuel/russia", 3, 2, nan, "replication", "", start=24204)


def verdict(
    number: NumberInText, text: str, *, form: Form | None = None, scale: float | None = None, problem: str = ""
) -> Checked:
    mark = Mark(number.run, number.metric, number.item, form, text, scale)
    (checked,) = check([Found("here", mark, text, problem=problem)], [REACHES, PRESSURE, TOP])
    return checked


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (REACHES, "58"),
        (REACHES, "58 (42 to 74)"),
        (REACHES, "58 [42, 74]"),
        (REACHES, "58.4"),
        (REACHES, "58.37 per cent"),
        (REACHES, "42 to 74"),
        (PRESSURE, "2,110"),
        (PRESSURE, "2110"),
        (PRESSURE, "2{,}112"),
        (TOP, "April 2017"),
        (TOP, "April 2017 (March 2017 to never)"),
        (TOP, "2017-04 (2017-03 to never)"),
    ],
)
def test_a_number_is_fresh_with_the_digits_and_words_of_the_author(number: NumberInText, text: str) -> None:
    assert verdict(number, text).verdict == "fresh"


@pytest.mark.parametrize(
    ("number", "text", "now"),
    [
        (REACHES, "59", "58"),
        (REACHES, "−58", "58"),
        (REACHES, "58 (41 to 74)", "58 (42 to 74)"),
        (REACHES, "58.3", "58"),
        (REACHES, "60", "58"),
        (REACHES, "42 to 75", "42 to 74"),
        (PRESSURE, "2,000", "2,110"),
        (TOP, "May 2017", "April 2017"),
    ],
)
def test_another_number_is_stale_and_the_present_one_is_given(number: NumberInText, text: str, now: str) -> None:
    checked = verdict(number, text)
    assert (checked.verdict, checked.now) == ("stale", now)


def test_an_end_of_the_interval_is_checked_as_such() -> None:
    assert verdict(REACHES, "42", form="low").verdict == "fresh"
    assert verdict(REACHES, "42", form="high").verdict == "stale"
    assert verdict(REACHES, "42").verdict == "stale"


def test_a_number_may_be_in_another_unit() -> None:
    assert verdict(REACHES, "0.58", scale=1.0).verdict == "fresh"
    assert verdict(PRESSURE, "2.11 (1.89 to 2.41)", scale=0.001).verdict == "fresh"
    assert verdict(PRESSURE, "2.3", scale=0.001).verdict == "stale"


def test_an_interval_from_the_random_histories_alone_has_to_be_asked_for() -> None:
    narrow = replace(REACHES, low=57.9, high=58.9, covers="replication")
    found = [
        Found("here", Mark("one", "pass_through.value", value=text, interval=interval), text)
        for text, interval in (("58.4 (57.9 to 58.9)", "replication"), ("58 (42 to 74)", None), ("58", "parameter"))
    ]
    assert [each.verdict for each in check(found, [REACHES], [narrow])] == ["fresh", "fresh", "fresh"]
    assert check(found[:1], [REACHES])[0].verdict == "unknown"


def test_what_no_run_has_is_unknown_and_not_fresh() -> None:
    other = NumberInText("two", "pass_through.value", "", 1, 1, 1, "", "")
    assert "no run of two" in verdict(other, "58").words
    gone = NumberInText("one", "leakage.value", "", 1, 1, 1, "", "")
    assert "no leakage.value" in verdict(gone, "58").words
    assert verdict(gone, "58").verdict == "unknown"


def test_a_text_that_differs_from_its_mark_is_altered_and_a_stale_one_stale() -> None:
    assert verdict(REACHES, "58", problem="the text differs").verdict == "altered"
    assert verdict(REACHES, "59", problem="the text differs").verdict == "stale"


@pytest.mark.parametrize("text", ["", "many", "58 of 100 dollars, 42 to 74 or so"])
def test_what_is_no_number_with_an_interval_cannot_be_read(text: str) -> None:
    assert verdict(REACHES, text).verdict == "unreadable"


def test_a_mark_is_read_as_it_is_written() -> None:
    mark = Mark("one", "leakage.owen", "china", "full", "28 (15 to 46)", 0.5, "replication")
    assert read_mark(mark.line) == mark
    assert read_mark("leaksim:\n run=one\n metric=leakage.value").item == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("leaksim: metric=a value=1", "run= is missing"),
        ("leaksim: run=one metric=a metric=b", "metric= is there twice"),
        ("leaksim: run=one metric=a shwo=full", "'shwo=full' is none of run="),
        ("leaksim: run=one metric=a show=all", "show= is one of estimate"),
        ("leaksim: run=one metric=a scale=x", "scale= is a number"),
        ("leaksim: run=one metric=a interval=wide", "interval= is parameter or replication"),
        ("leaksim: one pass_through.value", "metric= is missing"),
    ],
)
def test_a_mark_that_cannot_be_read_says_why(text: str, said: str) -> None:
    with pytest.raises(MarkError, match=said):
        read_mark(text)


def test_the_marks_of_the_guide_can_be_read() -> None:
    guide = Path(__file__).parents[2] / "docs" / "guides" / "numbers-in-text.md"
    marks = re.findall(r"leaksim: run=\w+ [^`\n]*?(?=\s*-->|$)", guide.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert len(marks) == 4
    assert {read_mark(mark).run for mark in marks} == {"no_russia"}
