"""The calendar: months as long as they are, and shares of them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaksim.engine.calendar import Calendar

FIRSTS = st.dates(date(1950, 1, 1), date(2090, 1, 1)).map(lambda day: day.replace(day=1))
DAYS = st.dates(date(2015, 12, 1), date(2017, 3, 1))


def test_february_has_29_days_in_leap_years_only() -> None:
    lengths = {year: Calendar(date(year, 2, 1), 1).days_in(0) for year in (1900, 2000, 2016, 2017, 2020, 2100)}
    assert lengths == {1900: 28, 2000: 29, 2016: 29, 2017: 28, 2020: 29, 2100: 28}


@given(FIRSTS, st.integers(1, 120))
def test_month_starts_are_the_first_days_of_successive_months(start: date, months: int) -> None:
    calendar = Calendar(start, months)
    firsts = [start + timedelta(days=days) for days in calendar.month_starts]
    assert len(firsts) == months + 1
    assert all(day.day == 1 for day in firsts)
    assert [day.strftime("%Y-%m") for day in firsts[:-1]] == list(calendar.labels)
    assert [day.month for day in firsts[:-1]] == [calendar.month_of_year(month) for month in range(months)]
    assert calendar.day_of(firsts[-1]) == calendar.month_starts[-1]


def test_moments_count_from_both_ends_of_a_month() -> None:
    calendar = Calendar(date(2017, 1, 1), 2)
    assert calendar.moment(0, 1.0) == 0
    assert calendar.moment(1, 3.5) == 31 + 2.5
    assert calendar.moment(1, -1.0) == 31 + 28 - 1
    assert calendar.moment(0, -0.25) == 31 - 0.25


def test_a_span_covers_its_first_and_its_last_day() -> None:
    calendar = Calendar(date(2017, 4, 1), 2)
    assert calendar.share_in_effect(0, date(2017, 4, 16), None) == 15 / 30
    assert calendar.share_in_effect(0, None, date(2017, 4, 15)) == 15 / 30
    assert calendar.share_in_effect(0, date(2017, 4, 10), date(2017, 4, 10)) == 1 / 30
    assert calendar.share_in_effect(1, None, date(2017, 4, 30)) == 0
    assert calendar.share_in_effect(1, None, None) == 1


@given(DAYS, DAYS, st.integers(0, 13))
def test_days_before_within_and_after_a_span_make_up_the_month(one: date, other: date, month: int) -> None:
    calendar = Calendar(date(2016, 1, 1), 14)
    first, last = sorted((one, other))
    day = timedelta(days=1)
    before = calendar.share_in_effect(month, None, first - day)
    within = calendar.share_in_effect(month, first, last)
    after = calendar.share_in_effect(month, last + day, None)
    assert before + within + after == pytest.approx(1, abs=1e-12)


def test_a_run_starts_on_the_first_of_a_month_and_has_months() -> None:
    with pytest.raises(ValueError, match="2017-01-02"):
        Calendar(date(2017, 1, 2), 3)
    with pytest.raises(ValueError, match="not 0"):
        Calendar(date(2017, 1, 1), 0)
