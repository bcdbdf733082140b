"""Random streams: same draws per lane whatever else happens, and draws that mean what they say."""

import numpy as np
import pytest

from leaksim.engine.lanes import LANES_PER_BLOCK, Block
from leaksim.engine.streams import Streams, UnknownStream
from leaksim.model.stream_names import STREAM_NUMBERS

NUMBERS = {"rain": 1, "wind": 2}
FULL = Block(0, LANES_PER_BLOCK)


def streams(lanes: int = LANES_PER_BLOCK, *, block: int = 0, seed: int = 1, deterministic: bool = False) -> Streams:
    return Streams(seed, Block(block, lanes), NUMBERS, deterministic=deterministic)


@pytest.mark.parametrize("kind", ["uniform", "normal", "exponential"])
@pytest.mark.parametrize("count", [None, 3])
def test_a_lane_draws_the_same_whatever_the_number_of_lanes(kind: str, count: int | None) -> None:
    many, few = streams(), streams(9)
    for _ in range(3):
        wide, narrow = getattr(many, kind)("rain", count), getattr(few, kind)("rain", count)
        assert narrow.shape == ((1, 16) if count is None else (3, 1, 16))
        assert np.array_equal(wide[..., :16], narrow)


def test_a_stream_does_not_feel_what_other_streams_draw() -> None:
    alone, beside = streams(), streams()
    first = alone.uniform("rain"), alone.uniform("rain")
    beside.normal("wind", 7)
    early = beside.uniform("rain")
    beside.exponential("wind")
    assert np.array_equal(first[0], early)
    assert np.array_equal(first[1], beside.uniform("rain"))


def test_seeds_blocks_and_names_have_draws_of_their_own() -> None:
    drawn = [
        streams().uniform("rain"),
        streams(seed=2).uniform("rain"),
        streams(block=1).uniform("rain"),
        streams().uniform("wind"),
    ]
    assert len({each.tobytes() for each in drawn}) == len(drawn)


def test_draws_have_the_moments_of_their_distributions() -> None:
    source = streams()
    uniform, normal, exponential = (getattr(source, kind)("rain", 400) for kind in ("uniform", "normal", "exponential"))
    # 204,800 draws: five standard errors are below 0.012.
    assert uniform.min() >= 0
    assert uniform.max() < 1
    assert [uniform.mean(), uniform.var()] == pytest.approx([1 / 2, 1 / 12], abs=0.012)
    assert [normal.mean(), normal.std()] == pytest.approx([0, 1], abs=0.012)
    assert [exponential.mean(), exponential.std()] == pytest.approx([1, 1], abs=0.012)


def test_a_stratified_draw_puts_every_entity_in_its_own_stratum() -> None:
    drawn = streams().stratified("rain", 5)
    assert drawn.shape == (5, 1, LANES_PER_BLOCK)
    assert np.array_equal(np.floor(drawn * 5), np.broadcast_to(np.arange(5.0)[:, None, None], drawn.shape))


def test_an_event_happens_as_often_as_its_probability_says() -> None:
    probability = np.broadcast_to(np.array([[0.0], [0.2], [1.0]]), (3, LANES_PER_BLOCK))
    happened = streams().event("rain", probability, 100)
    assert happened.shape == (100, 3, LANES_PER_BLOCK)
    assert set(np.unique(happened)) == {0.0, 1.0}
    assert happened[:, 0].sum() == 0
    assert happened[:, 1].mean() == pytest.approx(0.2, abs=5 * np.sqrt(0.2 * 0.8 / 51_200))
    assert happened[:, 2].all()


def test_the_probability_of_one_lane_does_not_shift_the_events_of_another() -> None:
    even = np.full((1, LANES_PER_BLOCK), 0.5)
    uneven = even.copy()
    uneven[0, 7] = 0.999
    first, second = streams(), streams()
    for _ in range(4):
        one, other = first.event("rain", even, 3), second.event("rain", uneven, 3)
        assert np.array_equal(np.delete(one, 7, axis=-1), np.delete(other, 7, axis=-1))


def test_an_event_that_is_likelier_happens_wherever_the_less_likely_one_does() -> None:
    low, high = (np.full((1, LANES_PER_BLOCK), chance) for chance in (0.3, 0.4))
    assert (streams().event("rain", low) <= streams().event("rain", high)).all()


def test_deterministic_draws_are_means() -> None:
    source = streams(3, deterministic=True)
    assert np.array_equal(source.uniform("rain"), np.full((1, 8), 0.5))
    assert np.array_equal(source.normal("rain", 2), np.zeros((2, 1, 8)))
    assert np.array_equal(source.exponential("rain", 2), np.ones((2, 1, 8)))
    assert source.stratified("rain", 4)[:, 0, 0].tolist() == [0.125, 0.375, 0.625, 0.875]
    assert np.array_equal(source.event("rain", np.full((2, 8), 0.3), 2), np.full((2, 2, 8), 0.3))


def test_a_stream_without_a_number_is_refused_by_name() -> None:
    with pytest.raises(UnknownStream, match="'snow'"):
        streams().uniform("snow")
    assert issubclass(UnknownStream, KeyError)


def test_no_two_streams_of_the_model_share_a_number() -> None:
    assert len(set(STREAM_NUMBERS.values())) == len(STREAM_NUMBERS)


def test_stream_numbers_of_the_model_are_those_that_published_results_rest_on() -> None:
    """A changed number changes every result for everybody; new streams may be added, old ones never renumbered."""
    published = {
        "china.announcement_lag": 1,
        "china.enforcement": 2,
        "suppliers.cost": 30,
        "suppliers.entry": 31,
        "suppliers.entry_lag": 32,
        "suppliers.delivery": 33,
        "traders.fuel.cost": 100,
        "traders.fuel.inspection": 103,
        "traders.goods.cost": 110,
        "traders.coal.cost": 120,
        "traders.seafood.inspection": 153,
    }
    assert {name: STREAM_NUMBERS[name] for name in published} == published
