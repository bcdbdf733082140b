"""The port of Rason: what passes, what it earns, and what closing the exemption does."""

import numpy as np
import pytest

from leaksim.model.rason import transit_through
from leaksim.scenario.schema import Lever, Levers, Move
from worlds import LONG_AGO, NO_NOISE, START, cut, live_in, scenario

FEE, BASELINE, CAPACITY = 4.0, 2.0, 4.5
FERRY = {"ferry.load_factor": 0.1, "ferry.fuel_share": 0.1, "ferry.goods_value": 4000.0}
CLOSED = cut("rason_transit", 1.0, LONG_AGO, binds=("russia",))


@pytest.mark.parametrize(
    ("growth", "chill", "closed", "evasion", "expected"),
    [
        (0.0, 0.0, 0.0, 0.0, 2.0),
        (0.4, 0.0, 0.0, 0.0, 3.0),
        (0.0, 0.5, 0.0, 0.0, 1.0),
        (0.0, 0.0, 1.0, 0.0, 0.0),
        (0.0, 0.0, 1.0, 0.3, 0.6),
        (0.4, 0.5, 0.5, 0.0, 0.75),
    ],
)
def test_transit_follows_from_growth_chill_and_closure(
    growth: float, chill: float, closed: float, evasion: float, expected: float
) -> None:
    arrays = [np.full((1, 1), number) for number in (BASELINE, CAPACITY, growth, chill, closed, evasion)]
    assert transit_through(*arrays)[0, 0] == pytest.approx(expected, rel=1e-12)


def test_the_fee_of_what_goes_on_in_spite_of_the_closure_has_leaked() -> None:
    assumptions = {**NO_NOISE, "rason.evasion": 0.3, "rason.fee": FEE}
    run = live_in(scenario(CLOSED, months=6, channels=("ru_port",), assumptions=assumptions), lanes=4)
    monthly = BASELINE * FEE / 12
    assert run.cost("intended") == pytest.approx(6 * monthly, rel=1e-9)
    assert run.flow("fees_leaked").sum(axis=0) == pytest.approx(0.3 * 6 * monthly, rel=1e-9)
    assert run.cost() == pytest.approx(0.7 * 6 * monthly, rel=1e-9)


def test_pressure_of_the_united_states_chills_even_exempt_transit() -> None:
    coal = cut("coal", 1.0, LONG_AGO)
    calm, watched = (
        live_in(
            scenario(coal, months=6, channels=("ru_port",), levers=levers, assumptions={"rason.chill": 0.5}), lanes=4
        )
        for levers in (Levers(), Levers(port_monitoring=Lever(level=1.0)))
    )
    assert (watched.level("transit") < 0.6 * calm.level("transit")).all()
    assert (watched.level("transit", arm="intended") == 1.0).all()


def test_with_the_channel_off_transit_stays_at_its_baseline() -> None:
    run = live_in(scenario(cut("coal", 1.0, LONG_AGO), months=6, channels=()), lanes=4)
    assert (run.level("transit") == BASELINE).all()
    assert not run.flow("port_delivered").any()
    assert not run.flow("relabelled_shipped").any()


def test_relabelled_coal_is_delivered_or_seized_and_never_more_than_is_blocked() -> None:
    assumptions = {"rason.relabelled_coal": 2.0, "rason.relabelling_detection": 0.3}
    what = scenario(cut("coal", 0.01, LONG_AGO), months=24, channels=("ru_port",), assumptions=assumptions)
    run = live_in(what, lanes=32)
    shipped, seized = run.flow("relabelled_shipped"), run.flow("relabelled_seized")
    assert shipped == pytest.approx(0.98, rel=1e-9)
    assert run.flow("relabelled_delivered") == pytest.approx(shipped - seized, rel=1e-12)
    assert 0.2 < (seized > 0).mean() < 0.4


def test_more_sailings_bring_more_machines_up_to_the_hold() -> None:
    machines = cut("capital_goods", 0.9, LONG_AGO, binds=("china", "russia", "other"))
    ferry = Move(date=START, actor="russia", act="sailings", amount=4.0, kind="response")
    brought = [
        live_in(scenario(machines, months=3, channels=("ru_port",), moves=moves, assumptions=FERRY), lanes=2).flow(
            "port_delivered", "capital_goods"
        )
        for moves in ((), (ferry,))
    ]
    hold = 4 * 1000 * 0.1 * 0.9 * 4000 / 1e6
    assert brought[0] == pytest.approx(hold, rel=1e-9)
    assert brought[1] == pytest.approx(2 * hold, rel=1e-9)
