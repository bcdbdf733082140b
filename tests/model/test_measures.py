"""Measures through time: days are counted, the strictest binds, caps are shared."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaksim.engine.calendar import Calendar
from leaksim.engine.lanes import Floats
from leaksim.evidence.instruments import Instrument, Provision
from leaksim.model.dimensions import FLOWS, PARTIES
from leaksim.model.measures import Measures, Negotiated, Text, share_forbidden
from worlds import cap, cut

CALENDAR = Calendar(date(2017, 1, 1), 6)
PER_MONTH = {"china": 60.0, "russia": 30.0, "other": 10.0}
"""Baseline flow of every kind in these tests."""


BASELINE = {party: {flow: np.full((1, 1), PER_MONTH[party]) for flow in FLOWS} for party in PARTIES}


def measures(*provisions: Provision, calendar: Calendar = CALENDAR) -> Text:
    return both_texts(
        Instrument(id="test", title="A test.", issuer="scenario", provisions=provisions), calendar=calendar
    ).adopted


def both_texts(*instruments: Instrument, calendar: Calendar = CALENDAR, **negotiated: Negotiated) -> Measures:
    """The texts in three arms: without measures, under the proposed texts, under the adopted ones."""
    measured, diluted = np.array([[0.0], [1.0], [1.0]]), np.array([[0.0], [0.0], [1.0]])
    return Measures(instruments, calendar, BASELINE, measured=measured, diluted=diluted, negotiated=negotiated)


def by_month(share: Floats) -> list[float]:
    assert share.shape in {(CALENDAR.months, 1, 1), (CALENDAR.months, 1, 1, 1)}
    return [float(each) for each in share.ravel()]


def day_by_day(provisions: Sequence[Provision], party: str, lag: int) -> list[float]:
    """What is forbidden each month: look at every day, take the strictest provision of that day."""
    months = []
    for month in range(CALENDAR.months):
        days = range(CALENDAR.month_starts[month], CALENDAR.month_starts[month + 1])
        strictest = []
        for number in days:
            day = CALENDAR.start + timedelta(days=number - lag)
            shares = [0.0]
            for provision in provisions:
                if party in provision.binds and provision.bites_on <= day <= (provision.until or date.max):
                    yearly = 12 * sum(PER_MONTH[each] for each in provision.binds)
                    share = provision.cut if provision.cap is None else max(1 - provision.cap / yearly, 0.0)
                    assert share is not None
                    shares.append(share)
            strictest.append(max(shares))
        months.append(sum(strictest) / len(strictest))
    return months


@st.composite
def provisions(draw: st.DrawFn) -> Provision:
    first = date(2016, 11, 1) + timedelta(days=draw(st.integers(0, 280)))
    wind_down = draw(st.sampled_from([0, 0, 9, 90]))
    lasts = draw(st.none() | st.integers(wind_down, 250))
    until = None if lasts is None else str(first + timedelta(days=lasts))
    binds = draw(st.sets(st.sampled_from(PARTIES), min_size=1).map(sorted))
    if draw(st.booleans()):
        share = draw(st.sampled_from([0.0, 0.3, 0.5, 1.0]))
        return cut("coal", share, str(first), binds=binds, until=until, wind_down_days=wind_down)
    return cap("coal", draw(st.sampled_from([0.0, 100.0, 500.0, 5000.0])), str(first), binds=binds, until=until)


@given(st.lists(provisions(), min_size=1, max_size=5), st.sampled_from(PARTIES), st.integers(0, 60))
def test_a_month_counts_each_day_with_the_strictest_provision_of_that_day(
    chosen: list[Provision], party: str, lag: int
) -> None:
    forbidden = measures(*chosen).forbidden(party, "coal", lag_days=lambda _: np.full((1, 1), float(lag)))
    assert by_month(forbidden) == pytest.approx(day_by_day(chosen, party, lag), abs=1e-12)


def test_a_ban_from_the_sixteenth_of_april_forbids_half_of_april() -> None:
    assert by_month(measures(cut("coal", 1, "2017-04-16")).forbidden("china", "coal")) == [0, 0, 0, 0.5, 1, 1]


def test_a_ban_holds_on_its_last_day_and_not_on_the_next() -> None:
    forbidden = measures(cut("coal", 1, "2017-02-01", until="2017-04-15")).forbidden("china", "coal")
    assert by_month(forbidden) == [0, 1, 1, 0.5, 0, 0]


def test_a_ban_bites_when_its_wind_down_is_over() -> None:
    forbidden = measures(cut("coal", 1, "2017-04-06", wind_down_days=10)).forbidden("china", "coal")
    assert by_month(forbidden) == [0, 0, 0, 0.5, 1, 1]


def test_who_is_late_starts_late_and_stops_late_by_his_own_days() -> None:
    lag, april = np.array([[0.0, 15.0, 7.5]]), cut("coal", 0.5, "2017-04-01", until="2017-04-30")
    forbidden = measures(april).forbidden("china", "coal", lag_days=lambda _: lag)
    assert forbidden.shape == (6, 1, 1, 3)
    assert forbidden[3, 0, 0] == pytest.approx([0.5, 0.25, 0.375])
    assert forbidden[4, 0, 0] == pytest.approx(np.array([0, 15, 7.5]) * 0.5 / 31)


def test_the_strictest_of_several_provisions_binds() -> None:
    both = measures(cut("coal", 0.4, "2017-01-01"), cap("coal", 180, "2017-03-01", until="2017-04-30"))
    assert by_month(both.forbidden("china", "coal")) == pytest.approx([0.4, 0.4, 0.75, 0.75, 0.4, 0.4])


def test_a_cap_is_shared_in_proportion_to_baseline_flows() -> None:
    """300 a year for two parties that traded 60 and 30 a month: both keep 300 of 1,080."""
    bound = measures(cap("coal", 300, "2017-01-01", binds=("china", "russia")))
    for party in ("china", "russia"):
        assert by_month(bound.forbidden(party, "coal")) == pytest.approx([1 - 300 / 1080] * 6)
    assert by_month(bound.forbidden("other", "coal")) == [0] * 6


def test_a_cap_above_the_baseline_forbids_nothing() -> None:
    assert by_month(measures(cap("coal", 721, "2017-01-01")).forbidden("china", "coal")) == [0] * 6


def test_a_cap_on_nothing_forbids_nothing() -> None:
    nothing = {party: {flow: np.zeros((1, 1)) for flow in FLOWS} for party in PARTIES}
    assert share_forbidden(cap("coal", 5, "2017-01-01"), nothing) == 0


def test_other_flows_and_other_parties_stay_free() -> None:
    bound = measures(cut("coal", 1, "2017-01-01"))
    assert by_month(bound.forbidden("china", "ores")) == [0] * 6
    assert by_month(bound.forbidden("russia", "coal")) == [0] * 6


def test_the_age_of_a_text_counts_from_the_latest_that_bound_china_in_its_group() -> None:
    month = 365.25 / 12
    bound = measures(
        cut("coal", 1, "2017-02-11"),
        cut("ores", 0.5, "2017-05-01"),
        cut("motor_fuel", 1, "2016-12-02"),
        cut("textiles", 1, "2017-03-01", binds=("russia",)),
    )
    # Days from the ban to the first of each month; a new text starts the count again.
    for group, days in (("exports", (0, 0, 18, 49, 0, 31)), ("fuel", (30, 61, 89, 120, 150, 181)), ("goods", 6 * (0,))):
        assert by_month(bound.months_since_adoption(group)) == pytest.approx([day / month for day in days])


def days(number: float) -> Floats:
    return np.full((1, 1), float(number))


COAL_BAN = Instrument.model_validate(
    {
        "id": "ban",
        "title": "A ban that was proposed earlier and for more.",
        "issuer": "security_council",
        "trigger": "2017-01-16",
        "adopted": "2017-03-01",
        "provisions": ({"flow": "coal", "binds": ("china",), "cut": 0.5, "in_force": "2017-03-01"},),
        "proposal": {
            "adopted": "2017-02-01",
            "provisions": ({"flow": "coal", "binds": ("china",), "cut": 1.0, "in_force": "2017-02-01"},),
        },
    }
)


def test_each_arm_lives_under_its_own_text() -> None:
    forbidden = both_texts(COAL_BAN).forbidden("china", "coal")
    assert forbidden.own(0)[0].ravel().tolist() == [0, 0, 0]
    assert forbidden.own(1)[0].ravel().tolist() == [0, 1, 0]
    assert forbidden.own(2)[0].ravel().tolist() == [0, 1, 0.5]


def test_what_neither_text_allows_is_the_stricter_of_both() -> None:
    forbidden = both_texts(COAL_BAN).forbidden("china", "coal")
    assert forbidden.common(1)[0].ravel().tolist() == [0, 1, 1]


def test_a_measure_looms_from_its_trigger_until_it_bites() -> None:
    """The event is on 16 January, so half of January looms, and February too where the text comes in March only."""
    both = both_texts(COAL_BAN)
    assert by_month(both.proposed.looming("coal")) == pytest.approx([16 / 31, 0, 0, 0, 0, 0])
    assert by_month(both.adopted.looming("coal")) == pytest.approx([16 / 31, 1, 0, 0, 0, 0])
    assert by_month(both.adopted.looming("ores")) == [0] * 6


def test_a_measure_without_trigger_or_adoption_comes_as_a_surprise() -> None:
    assert by_month(measures(cut("coal", 1, "2017-03-01", wind_down_days=30)).looming("coal")) == [0] * 6


EMBARGO = Instrument.model_validate(
    {
        "id": "embargo",
        "title": "An embargo that is only proposed.",
        "issuer": "scenario",
        "trigger": "2017-01-22",
        "negotiation": {"trigger": "2017-01-22", "bargaining_days": 10},
        "provisions": ({"flow": "motor_fuel", "binds": ("china", "russia"), "cut": 1.0, "in_force": "2017-02-01"},),
    }
)


def test_russia_delays_and_spares_itself_in_the_adopted_text_only() -> None:
    fate = Negotiated(shift=days(0), delay=days(14), carve_out=np.full((1, 1), 0.25))
    both = both_texts(EMBARGO, embargo=fate)
    assert by_month(both.proposed.forbidden("russia", "motor_fuel")) == [0, 1, 1, 1, 1, 1]
    assert by_month(both.adopted.forbidden("china", "motor_fuel")) == [0, 0.5, 1, 1, 1, 1]
    assert by_month(both.adopted.forbidden("russia", "motor_fuel")) == [0, 0.375, 0.75, 0.75, 0.75, 0.75]


def test_an_event_that_comes_later_moves_both_texts() -> None:
    fate = Negotiated(shift=days(28), delay=days(0), carve_out=np.zeros((1, 1)))
    both = both_texts(EMBARGO, embargo=fate)
    for text in (both.proposed, both.adopted):
        assert by_month(text.forbidden("china", "motor_fuel")) == [0, 0, 1, 1, 1, 1]
        assert by_month(text.looming("motor_fuel")) == pytest.approx([0, 10 / 28, 0, 0, 0, 0])


def test_dates_may_differ_from_lane_to_lane() -> None:
    fate = Negotiated(np.zeros((1, 1)), np.array([[0.0, 7.0, 14.0, 100.0]]), np.zeros((1, 1)))
    february = both_texts(EMBARGO, embargo=fate).adopted.forbidden("china", "motor_fuel")[1, 0, 0]
    assert february.tolist() == [1, 0.75, 0.5, 0]


def test_without_a_trigger_each_text_looms_from_its_own_adoption() -> None:
    """The proposed ban would have been adopted in February with a wind-down of half a month, the other in March."""
    ban = {"flow": "coal", "binds": ("china",), "cut": 1.0, "wind_down_days": 14}
    measure = Instrument.model_validate(
        {
            "id": "ban",
            "title": "A ban that nobody saw coming.",
            "issuer": "security_council",
            "adopted": "2017-03-01",
            "provisions": ({**ban, "in_force": "2017-03-01"},),
            "proposal": {"adopted": "2017-02-01", "provisions": ({**ban, "in_force": "2017-02-01"},)},
        }
    )
    both = both_texts(measure)
    assert by_month(both.proposed.looming("coal")) == pytest.approx([0, 14 / 28, 0, 0, 0, 0])
    assert by_month(both.adopted.looming("coal")) == pytest.approx([0, 0, 14 / 31, 0, 0, 0])


def test_nobody_is_sent_home_once_the_deadline_has_been_lifted() -> None:
    leave = Provision.model_validate(
        {
            "flow": "workers",
            "binds": ("russia",),
            "out_by": "2017-03-15",
            "in_force": "2017-01-01",
            "until": "2017-03-31",
        }
    )
    departing = by_month(measures(leave).departing("russia"))
    assert all(share > 0 for share in departing[:3])
    assert departing[3:] == [0] * 3
