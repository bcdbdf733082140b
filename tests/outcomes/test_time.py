"""Half-lives, by hand and in small worlds."""

from collections.abc import Mapping

import numpy as np
import pytest

from leaksim.outcomes.time import peak_and_half_life
from leaksim.simulation import simulate
from worlds import EMPTY_STOCKS, LONG_AGO, NO_NOISE, ONE_CLASS, STEADY_CHINA, cut, scenario


def of(*values: float) -> tuple[float, float]:
    peak, half_life = peak_and_half_life(np.array(values, dtype=float))
    return float(peak), float(half_life)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((0, 8, 6, 4, 3), (1, 2)),
        ((8, 3, 6, 4, 3), (0, 3)),  # it falls below half and comes back
        ((2, 8, 4), (1, 1)),  # half is enough
        ((2, 8, 5), (1, np.inf)),
        ((1, 2, 3), (2, np.inf)),  # the peak is in the last month
        ((5, 5, 1), (0, 2)),  # the first of two peaks
        ((4, -3, -1), (0, 1)),
        ((0, 0, 0), (np.inf, np.inf)),
        ((-2, -1, -2), (np.inf, np.inf)),
        ((0, 1e-12, 0), (np.inf, np.inf)),  # rounding
    ],
)
def test_the_half_life_is_counted_from_the_peak_to_the_fall_that_lasts(
    values: tuple[float, ...], expected: tuple[float, float]
) -> None:
    assert of(*values) == expected


def test_every_lane_has_a_half_life_of_its_own() -> None:
    peak, half_life = peak_and_half_life(np.array([[4.0, 1.0], [1.0, 4.0], [1.0, 1.0]]))
    assert peak.tolist() == [0, 1]
    assert half_life.tolist() == [1, 1]


STEADY: Mapping[str, float | str] = {
    **STEADY_CHINA,
    **NO_NOISE,
    **EMPTY_STOCKS,
    **ONE_CLASS,
    "demand.form": "linear",
    **{f"china.enforcement.{group}.long_run": 0.2 for group in ("fuel", "exports")},
    **{f"china.enforcement.{group}.decay_time": 3.0 for group in ("fuel", "exports")},
}


def test_the_premium_fades_with_enforcement_and_the_intended_one_does_not() -> None:
    """With linear demand the premium follows China's enforcement, which falls from 1 towards 0.2 month by month."""
    what = scenario(cut("motor_fuel", 0.2, "2017-01-01"), months=12, channels=["cn_slippage"], assumptions=STEADY)
    result = simulate(what, replications=4, deterministic=True)
    values = result.table.set_index(["metric", "item"])
    months = result.monthly.set_index(["metric", "item"])["estimate"]
    prices = np.array([months["monthly.price.motor_fuel", f"realised/2017-{month:02d}"] for month in range(1, 13)]) - 1
    peak = int(prices.argmax())
    expected = next(month for month in range(peak, 12) if prices[month] <= prices[peak] / 2) - peak
    assert 1 < expected < 8
    assert values["estimate"]["price.premium_half_life", "realised/motor_fuel"] == expected
    assert np.isnan(values["estimate"]["price.premium_half_life", "intended/motor_fuel"])
    assert "100 % of lanes censored" in values["note"]["price.premium_half_life", "intended/motor_fuel"]
    assert values["note"]["price.premium_half_life", "realised/motor_fuel"] == "0 % of lanes censored"
    assert values["note"]["price.premium_half_life", "realised/jet_fuel"] == "undefined: there is no premium"


def test_pressure_of_a_measure_that_ends_has_a_half_life() -> None:
    """Coal is not bought for four months; from the fifth on there is no pressure any more."""
    what = scenario(
        cut("coal", 1.0, LONG_AGO, until="2017-05-01"),
        months=8,
        channels=[],
        assumptions={**NO_NOISE, "reserves.import_response": 0.0},
    )
    result = simulate(what, replications=2, deterministic=True).table.set_index(["metric", "item"])["estimate"]
    assert result["pressure.half_life", "intended"] == 4


def test_without_measures_nothing_has_a_half_life() -> None:
    table = simulate(scenario(months=3), replications=3).table
    rows = table[table["metric"].str.contains("half_life")]
    assert len(rows) == 8
    assert rows["estimate"].isna().all()
    assert rows["note"].str.startswith("undefined: there is no p").all()
