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
    assert instrument.adopted is not None
    assert instrument.trigger is None or instrument.trigger < instrument.adopted
    for provision in instrument.provisions:
        assert instrument.adopted <= provision.in_force <= provision.bites_on
        assert provision.sources
    assert instrument.sources


@pytest.mark.parametrize(
    ("resolution", "days"), [("unscr_2321", 82), ("unscr_2371", 32), ("unscr_2375", 8), ("unscr_2397", 23)]
)
def test_resolutions_took_as_long_as_the_record_says(resolution: str, days: int) -> None:
    instrument = CATALOGUE[resolution]
    assert instrument.issuer == "security_council"
    assert instrument.trigger is not None
    assert instrument.adopted is not None
    assert (instrument.adopted - instrument.trigger).days == days


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
        ({"wind_down_days": -1}, "greater than or equal to 0"),
        ({"party": "china"}, "Extra inputs"),
    ],
)
def test_a_provision_that_makes_no_sense_is_refused(change: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        Provision.model_validate(BAN | change)


def test_an_instrument_cannot_bind_before_it_is_adopted() -> None:
    with pytest.raises(ValidationError, match="not in this order"):
        Instrument.model_validate(
            {"id": "x", "title": "X.", "issuer": "china", "adopted": "2017-03-02", "provisions": [BAN]}
        )
