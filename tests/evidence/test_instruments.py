"""The catalogue of resolutions and orders."""

from datetime import date

import pytest
from pydantic import ValidationError

from leaksim.evidence.instruments import Instrument, Provision
from leaksim.evidence.registry import load_registry

CATALOGUE = load_registry().instruments


@pytest.mark.parametrize("instrument", CATALOGUE.values(), ids=lambda instrument: instrument.id)
def test_an_instrument_is_adopted_after_its_trigger_and_binds_after_its_adoption(
    instrument: Instrument,
) -> None:
    adopted = instrument.adopted or instrument.proposed
    assert adopted is not None
    assert instrument.trigger is None or instrument.trigger < adopted
    for provision in instrument.provisions:
        assert adopted <= provision.in_force <= provision.bites_on
        assert provision.sources
    assert instrument.sources


@pytest.mark.parametrize("instrument", CATALOGUE.values(), ids=lambda instrument: instrument.id)
def test_what_the_security_council_adopted_has_a_trigger_and_a_proposal_with_its_sources(
    instrument: Instrument,
) -> None:
    of_the_council = instrument.issuer == "security_council"
    assert (instrument.proposal is not None) == of_the_council
    assert (instrument.negotiation is not None) == (instrument.issuer == "proposal")
    if instrument.proposal is not None:
        assert instrument.trigger is not None
        assert instrument.proposal.sources
        assert instrument.proposal.note
        assert instrument.proposal.provisions != instrument.provisions


@pytest.mark.parametrize(
    ("resolution", "days"),
    [("unscr_2270", 56), ("unscr_2321", 82), ("unscr_2371", 32), ("unscr_2375", 8), ("unscr_2397", 23)],
)
def test_resolutions_took_as_long_as_the_record_says(resolution: str, days: int) -> None:
    instrument = CATALOGUE[resolution]
    assert instrument.trigger is not None
    assert instrument.adopted is not None
    assert (instrument.adopted - instrument.trigger).days == days


@pytest.mark.parametrize("resolution", ["unscr_2270", "unscr_2321", "unscr_2371", "unscr_2375", "unscr_2397"])
def test_russia_delayed_as_long_as_the_record_says(resolution: str) -> None:
    recorded = {"unscr_2270": "E700", "unscr_2321": "E701"}
    days = CATALOGUE[resolution].days_of_delay
    if resolution not in recorded:
        assert days is None
        return
    figure = load_registry().figures[recorded[resolution]]
    assert isinstance(figure.value, float)
    assert days is not None
    assert (figure.low or figure.value) <= days <= (figure.high or figure.value)


def test_a_proposal_never_allows_what_the_adopted_text_forbids() -> None:
    for instrument in CATALOGUE.values():
        for adopted in instrument.provisions:
            assert any(
                proposed.flow == adopted.flow
                and proposed.in_force <= adopted.in_force
                and set(proposed.binds) >= set(adopted.binds)
                for proposed in instrument.proposed_provisions
            )


def on(flow: str, day: date) -> list[Provision]:
    return [
        provision
        for instrument in CATALOGUE.values()
        for provision in instrument.provisions
        if provision.flow == flow and provision.bites_on <= day and (provision.until or day) >= day
    ]


@pytest.mark.parametrize(
    ("day", "cap"), [(date(2017, 9, 30), None), (date(2017, 10, 1), 2000.0), (date(2018, 1, 1), 500.0)]
)
def test_the_strictest_cap_on_motor_fuel_tightens_as_it_did(day: date, cap: float | None) -> None:
    caps = [provision.cap for provision in on("motor_fuel", day) if provision.cap is not None]
    assert min(caps, default=None) == cap
    assert all(set(p.binds) == {"china", "russia", "other"} for p in on("motor_fuel", day) if p.cap is not None)


def test_coal_is_forbidden_without_a_gap_from_china_s_stop_on() -> None:
    for day in (date(2017, 2, 19), date(2017, 8, 4), date(2017, 8, 5), date(2018, 1, 1)):
        assert any(provision.cut == 1 for provision in on("coal", day))
    assert not any(provision.cut for provision in on("coal", date(2017, 2, 18)))


def test_textiles_may_be_shipped_under_old_contracts_for_ninety_days() -> None:
    assert on("textiles", date(2017, 12, 9)) == []
    assert [provision.cut for provision in on("textiles", date(2017, 12, 10))] == [1]


LEAVE = {"cut": None, "out_by": "2018-01-01"}
BAN = {"flow": "coal", "binds": ["china"], "cut": "90 %", "in_force": "2017-03-01"}


def test_cuts_and_caps_may_carry_units() -> None:
    assert Provision.model_validate(BAN).cut == 0.9
    fuel = {"flow": "motor_fuel", "binds": ["china"], "cap": "50 kb/month", "in_force": "2017-03-01"}
    assert Provision.model_validate(fuel).cap == 600
    assert Provision.model_validate(fuel | {"flow": "coal", "cap": "0.4 $bn/year"}).cap == 400


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"cap": 3}, "exactly one of cut"),
        ({"cut": None}, "exactly one of cut"),
        ({"cut": "90 kb"}, "is volume, but a pure number"),
        ({"cut": 90}, "less than or equal to 1"),
        ({"cut": None, "cap": "500 kb/year"}, "is volume / time, but money / time"),
        ({"cut": None, "cap": -1}, "greater than or equal to 0"),
        ({"flow": "gold"}, "flow\n"),
        ({"binds": []}, "at least 1 item"),
        ({"binds": ["china", "china"]}, "twice"),
        ({"until": "2017-02-01"}, "before it bites"),
        ({"out_by": "2018-01-01", "cut": None}, "out_by is a day by which workers leave"),
        ({"flow": "workers", "binds": ["other"]} | LEAVE, "can only bind russia and china"),
        ({"flow": "workers", "binds": ["russia"]} | LEAVE | {"wind_down_days": 400}, "before it bites on 2018-04-05"),
        ({"flow": "workers", "binds": ["russia"]} | LEAVE | {"until": "2017-12-31"}, "out by 2018-01-01"),
        ({"flow": "workers", "binds": ["china"], "cut": None, "cap": 5}, "cannot be capped: write cut"),
        ({"flow": "rason_transit"}, "can only bind russia"),
        ({"wind_down_days": -1}, "greater than or equal to 0"),
        ({"party": "china"}, "Extra inputs"),
    ],
)
def test_a_provision_that_makes_no_sense_is_refused(change: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        Provision.model_validate(BAN | change)


INSTRUMENT = {
    "id": "x",
    "title": "X.",
    "issuer": "china",
    "trigger": "2017-01-01",
    "adopted": "2017-02-28",
    "provisions": [BAN],
}
PROPOSED = {key: value for key, value in INSTRUMENT.items() if key not in ("trigger", "adopted")}
TALKS = {"trigger": "2017-02-20", "bargaining_days": 9}


@pytest.mark.parametrize(
    ("change", "place", "complaint"),
    [
        ({"adopted": "2017-03-02"}, "provisions", "in force on 2017-03-01, before it is adopted on 2017-03-02"),
        ({"adopted": "2016-03-02"}, "adopted", "adopted on 2016-03-02, before its trigger on 2017-01-01"),
        ({"adopted": None, "trigger": "2017-03-02"}, "provisions", "before its trigger on 2017-03-02"),
        ({"proposal": {"adopted": "2017-03-01", "provisions": [BAN]}}, "proposal", "before the proposal is adopted"),
        ({"proposal": {"adopted": "2016-03-01", "provisions": [BAN]}}, "proposal", "before its trigger"),
        (
            {"proposal": {"provisions": [BAN | {"in_force": "2017-02-20"}]}},
            "proposal",
            "the proposal is in force on 2017-02-20, before it is adopted on 2017-02-28",
        ),
        ({"negotiation": TALKS}, "negotiation", "neither a day of adoption nor a proposal"),
        ({"adopted": None, "negotiation": TALKS}, "negotiation", "2017-02-20, but the measure names 2017-01-01"),
    ],
)
def test_an_instrument_whose_days_contradict_each_other_is_refused(
    change: dict[str, object], place: str, complaint: str
) -> None:
    Instrument.model_validate(INSTRUMENT)
    with pytest.raises(ValidationError, match=complaint) as refused:
        Instrument.model_validate(INSTRUMENT | change)
    assert [error["loc"] for error in refused.value.errors()] == [(place,)]


def test_an_instrument_that_is_negotiated_answers_the_event_of_its_negotiation() -> None:
    instrument = Instrument.model_validate(PROPOSED | {"negotiation": TALKS})
    assert instrument.trigger == date(2017, 2, 20)
    assert instrument.proposed == date(2017, 3, 1)
    assert instrument.days_of_delay is None


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"bargaining_days": 10}, "in force on 2017-03-01, before it can be adopted .* on 2017-03-02"),
        ({"bargaining_days": -1}, "greater than or equal to 0"),
        ({"hazard": 0}, "greater than or equal to 0.001"),
        ({"hazard": "3 1/month"}, None),
        ({"hazard": "3 kb/year"}, "is volume / time, but 1 / time"),
    ],
)
def test_a_negotiation_takes_its_days_and_a_number_of_events_a_year(
    change: dict[str, object], complaint: str | None
) -> None:
    talks = PROPOSED | {"negotiation": TALKS | change}
    if complaint is None:
        negotiation = Instrument.model_validate(talks).negotiation
        assert negotiation is not None
        assert negotiation.hazard == 36
        return
    with pytest.raises(ValidationError, match=complaint):
        Instrument.model_validate(talks)


def test_the_sources_of_a_proposal_count_among_those_of_its_instrument() -> None:
    assert "sputnik2016churkin" in CATALOGUE["unscr_2270"].all_sources
    keys = CATALOGUE["unscr_2397"].all_sources
    assert len(set(keys)) == len(keys)
