"""Workers abroad: closed forms, and who gains what when Russia evades."""

import numpy as np
import pytest

from leaksim.evidence.instruments import Provision
from worlds import LONG_AGO, NO_NOISE, World, cut, live_in, scenario

OPENING, WAGE = 40_000.0, 7_200.0
PLAIN = {**NO_NOISE, "workers.russia.target_lift": 0.0}


def out_by(day: str, start: str = "2017-03-01") -> Provision:
    return Provision.model_validate({"flow": "workers", "binds": ("russia", "china"), "out_by": day, "in_force": start})


def world(*measures: Provision, months: int = 24, channels: tuple[str, ...] = ("ru_labour",), **given: float) -> World:
    assumptions = {**PLAIN, **{f"workers.{name.replace('__', '.')}": value for name, value in given.items()}}
    what = scenario(*measures, months=months, channels=channels, assumptions=assumptions)
    return live_in(what, lanes=1, deterministic=True)


@pytest.mark.parametrize("evasion", [0.0, 0.3])
def test_workers_under_a_ban_of_permits(evasion: float) -> None:
    """CF6. With exit rate mu and a permits a month, ``W_n = a / mu + (W0 - a / mu) (1 - mu)^n``.

    The host that closes the distance to its target in the time of a contract gives a constant number of permits.
    """
    contract = 30.0
    run = world(
        cut("workers", 1.0, LONG_AGO, binds=("russia",)),
        contract=contract,
        adjustment_time=contract,
        russia__visa_evasion=evasion,
    )
    months = np.arange(1, 25)
    settled = OPENING * evasion
    expected = settled + (OPENING - settled) * (1 - 1 / contract) ** months
    assert run.level("workers", "russia")[:, 0] == pytest.approx(expected, rel=1e-12)
    # The currency that leaks is the wage of the extra person-months.
    compliant = OPENING * (1 - 1 / contract) ** months
    extra = (expected - compliant).sum()
    assert run.flow("wages_leaked", "russia").sum() == pytest.approx(extra * WAGE / 12e6, rel=1e-9, abs=1e-12)
    assert run.cost("intended")[0] - run.cost()[0] == pytest.approx(extra * WAGE / 12e6, rel=1e-9, abs=1e-9)


def test_without_a_measure_the_number_of_workers_is_constant() -> None:
    run = world()
    assert (run.level("workers", "russia") == OPENING).all()
    assert not run.pressure.total.any()


def test_by_the_deadline_all_are_home_where_hosts_comply() -> None:
    run = world(out_by("2018-06-30"), months=20, channels=())
    workers = run.level("workers", arm="intended")[:, 0]
    assert (np.diff(workers[1:]) <= 0).all()
    assert workers[9] > 0.3 * workers[0]
    assert workers[17] == pytest.approx(0, abs=1e-6)


def test_russia_keeps_some_of_those_whom_it_should_send_home() -> None:
    kept = [
        world(out_by("2018-12-31"), russia__visa_evasion=evasion).level("workers", "russia")[-1, 0]
        for evasion in (0.0, 0.3, 0.6)
    ]
    assert kept[0] < kept[1] < kept[2] < OPENING


def test_russia_takes_more_workers_only_once_china_cuts_and_as_far_as_moscow_wants() -> None:
    what = scenario(cut("coal", 1.0, "2017-06-01"), months=24, channels=("ru_labour",), assumptions=NO_NOISE)
    run = live_in(what, lanes=8)
    workers = run.level("workers", "russia")
    assert (workers[:6] == OPENING).all()
    assert (workers[-1] > OPENING).all()
    assert (workers <= OPENING * 1.25).all()
    assert (run.level("workers", "russia", "intended") == OPENING).all()


def test_workers_come_and_go_by_the_books() -> None:
    """A3, every lane and month."""
    what = scenario(cut("workers", 1.0, binds=("russia", "china")), out_by("2018-09-01"), cut("coal", 1.0), months=24)
    run = live_in(what, lanes=16)
    ledger = run.ledger
    opening = np.array([OPENING, 60_000.0])[None, :, None, None]
    states = ledger.levels["workers"]
    change = np.diff(states, axis=0, prepend=np.broadcast_to(opening, states[:1].shape))
    moved = ledger.flows["workers_came"] - ledger.flows["workers_left"]
    assert (np.abs(change - moved) <= 1e-9 * opening).all()
    wages = ledger.flows["wages_permitted"] + ledger.flows["wages_leaked"]
    rate = np.array([7_200.0, 3_600.0])[None, :, None, None] / 12e6
    assert wages == pytest.approx(states * rate, rel=1e-9)


def test_china_keeps_workers_as_far_as_it_does_not_enforce() -> None:
    ban = cut("workers", 1.0, LONG_AGO, binds=("china",))
    strict, lax = (
        live_in(
            scenario(
                ban, months=12, channels=("cn_slippage",), assumptions={"china.enforcement.exports.long_run": rest}
            ),
            lanes=4,
        ).flow("wages_leaked", "china")
        for rest in (0.95, 0.5)
    )
    assert (lax.sum(axis=0) > strict.sum(axis=0)).all()
