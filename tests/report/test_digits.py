"""No more digits than an interval supports, and no fewer than it needs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaksim.report.numbers import decimals, interval_words, written


@given(
    centre=st.floats(-1e5, 1e5),
    half=st.floats(1e-3, 1e4),
    where=st.floats(0, 1),
)
def test_rounding_keeps_the_estimate_within_an_interval_that_is_still_one(
    centre: float, half: float, where: float
) -> None:
    low, high = centre - half, centre + half
    estimate = low + where * (high - low)
    places = decimals(estimate, low, high)
    shown_low, shown, shown_high = (float(written(each, places).replace(",", "")) for each in (low, estimate, high))
    assert shown_low <= shown <= shown_high
    assert shown_low < shown_high
    assert abs(shown_high - high) <= half * 0.55


@given(half=st.floats(1e-3, 1e4))
def test_the_last_digit_is_no_finer_than_a_hundredth_of_half_the_interval(half: float) -> None:
    assert 10.0 ** -decimals(0.0, -half, half) >= half / 100


@pytest.mark.parametrize(
    ("numbers", "estimate", "interval"),
    [
        ((706.36, 705.40, 707.33), "706", "705 to 707"),
        ((0.2131, 0.2120, 0.2141), "0.213", "0.212 to 0.214"),
        ((2.5226, 2.4711, 2.5703), "2.52", "2.47 to 2.57"),
        ((2846.3, 2310.0, 3240.0), "2,850", "2,310 to 3,240"),
        ((-0.04, -0.6, 0.5), "0.0", "-0.6 to 0.5"),
        ((36.0, 36.0, 36.0), "36", "does not vary"),
        ((4026.93, 4026.93, 4026.93), "4,027", "does not vary"),
        ((0.0, 0.0, 0.0), "0", "does not vary"),
        ((897.62, float("nan"), float("nan")), "898", "none"),
    ],
)
def test_numbers_are_written(numbers: tuple[float, float, float], estimate: str, interval: str) -> None:
    places = decimals(*numbers)
    assert written(numbers[0], places) == estimate
    assert interval_words(*numbers, places) == interval
