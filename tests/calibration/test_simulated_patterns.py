"""Patterns at sets of parameters: the same worlds as an ordinary run, whoever is beside them."""

from collections.abc import Mapping

import numpy as np
import pytest

from leaksim.calibration.patterns import PatternError, history, priors, simulated
from leaksim.calibration.summaries import SUMMARIES
from leaksim.engine.lanes import Floats
from leaksim.evidence.patterns import load_patterns
from leaksim.evidence.registry import load_registry
from leaksim.outcomes.observation import Observation
from leaksim.paired_runs import observe_all, paired_plans
from leaksim.sampling import parameter_draws, quantile
from leaksim.scenario.expectations import verify_expectations
from leaksim.simulation import simulate

PATTERNS = load_patterns().computed
ALL = tuple(PATTERNS.values())
SEED = 11


def drawn(points: int) -> dict[str, Floats]:
    return parameter_draws(priors(), (), draws=points, seed=SEED)


def at(name: str, parameters: Mapping[str, list[float]], histories: int = 4) -> Floats:
    """Mean over histories, ``(point,)``."""
    values = {parameter: np.array(each) for parameter, each in parameters.items()}
    means: Floats = simulated([PATTERNS[name]], values, histories=histories, seed=SEED)[0].mean(axis=1)
    return means


@pytest.fixture(scope="module")
def ordinary() -> Observation:
    (observed,) = observe_all(paired_plans([history()], replications=8, seed=SEED), monthly=True)
    return observed


def test_the_history_is_sound_and_does_what_its_author_expects() -> None:
    verdicts = verify_expectations(history().expect, simulate(history(), replications=50).table)
    assert [verdict for verdict in verdicts if not verdict.holds] == []


def test_a_point_without_parameters_is_an_ordinary_run_of_the_history(ordinary: Observation) -> None:
    names = ["petrol_november_2017", "workers_end_2017", "transit_2017", "russian_products_2017"]
    found = simulated([PATTERNS[name] for name in names], {}, histories=8, seed=SEED)
    series = {name: values[:, -1] for name, values in ordinary.monthly.items()}
    november, january = 22, 12
    expected = [
        series["price.motor_fuel"][november] / series["price.motor_fuel"][january],
        series["workers.russia"][23],
        series["transit.rason"][12:].mean(axis=0),
        series["supplied.motor_fuel.russia"][12:17].mean(axis=0),
    ]
    assert found.shape == (4, 1, 8)
    for mine, theirs in zip(found[:, 0], expected, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-12)


def test_recorded_trade_is_what_the_monitor_of_an_ordinary_run_records(ordinary: Observation) -> None:
    names = ["imports_2017_h2", "china_products_2016"]
    found = simulated([PATTERNS[name] for name in names], {}, histories=8, seed=SEED)[:, 0]
    series = {name: values[:, -1] for name, values in ordinary.monthly.items()}
    np.testing.assert_allclose(found[0], series["recorded.exports.china"][18:24].mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(found[1], series["recorded.motor_fuel.china"][:12].mean(axis=0), rtol=1e-12)


def test_a_point_is_the_same_alone_and_in_company() -> None:
    parameters = drawn(20)
    together = simulated(ALL, parameters, histories=3, seed=SEED)
    third = simulated(ALL, {name: values[2:3] for name, values in parameters.items()}, histories=3, seed=SEED)
    np.testing.assert_array_equal(together[:, 2:3], third)


def test_a_history_is_the_same_whatever_their_number_and_the_patterns_asked_for() -> None:
    parameters = drawn(2)
    many = simulated(ALL, parameters, histories=5, seed=SEED)
    few = simulated(ALL[:10:-1], parameters, histories=2, seed=SEED)
    np.testing.assert_array_equal(few, many[:10:-1, :, :2])


def test_workers_change_nothing() -> None:
    parameters = drawn(5)
    seen: list[tuple[int, int]] = []
    alone = simulated(ALL, parameters, histories=512, seed=SEED, progress=lambda *done: seen.append(done))
    np.testing.assert_array_equal(alone, simulated(ALL, parameters, histories=512, seed=SEED, jobs=2))
    assert seen == [(1, 2), (2, 2)]


def test_every_pattern_is_a_number_everywhere_in_the_priors() -> None:
    found = simulated(ALL, drawn(60), histories=2, seed=SEED)
    assert np.isfinite(found).all()


def test_calibration_may_move_what_is_assumed_and_nothing_else() -> None:
    registry = load_registry().parameters
    moved = priors()
    assert {registry[name].grade for name in moved} <= {"assumed", "calibrated"}
    assert not [name for name in moved if registry[name].structural]
    assert "baseline.motor_fuel.china" not in moved
    for name, prior in moved.items():
        ends = quantile(prior, np.array([0.0, 0.5, 1 - 1e-12]))
        assert registry[name].low == pytest.approx(ends[0])
        assert registry[name].high == pytest.approx(ends[2])


def test_fuller_tanks_keep_the_price_of_petrol_down() -> None:
    emptier, fuller = at("petrol_november_2017", {"stock.motor_fuel.initial": [500, 4000]})
    assert emptier > fuller + 0.1


def test_the_rush_before_a_ban_raises_exports_by_its_own_share() -> None:
    none, half = at("textiles_september_2017", {"anticipation.export_rush": [0, 0.5]})
    assert none == pytest.approx(1)
    assert half == pytest.approx(1 + 0.5 * 28 / 30, rel=1e-9)  # from the test of 3 September on


def test_what_slips_through_is_recorded_as_far_as_it_is_visible() -> None:
    unseen, seen = at("coal_stopped", {"monitor.visible.slippage": [0, 0.5], "monitor.visible.smuggling": [0, 0]})
    assert unseen == 0
    assert seen > 0.01


def test_russia_holds_up_a_text_for_longer_if_blocking_costs_less() -> None:
    cheap, dear = at("delay_2321", {"council.cost_growth": [0.02, 0.1]}, histories=64)
    assert cheap > 2 * dear


def test_the_summaries_by_hand() -> None:
    series = np.array([[1.0, 4.0], [3.0, 0.0], [2.0, 2.0]])
    all_months, first = slice(0, 3), slice(0, 1)
    expected = {
        "mean": [2, 2],
        "total": [6, 6],
        "yearly": [24, 24],
        "last": [2, 2],
        "ratio": [2, 0.5],
        "change": [1, -2],
        "months_until": [0, 0],
    }
    assert set(expected) == set(SUMMARIES)
    for name, values in expected.items():
        assert SUMMARIES[name](series, all_months, first).tolist() == values
    never = np.zeros((3, 1))
    assert SUMMARIES["months_until"](never, all_months, first).tolist() == [3]


def test_all_that_is_wrong_is_said_at_once() -> None:
    wrong = {
        "no.such": np.array([1.0]),
        "suppliers.number": np.array([3.0]),
        "price.fuel": np.array([-5.0]),
        "gdp": np.array([np.nan]),
    }
    with pytest.raises(PatternError) as refused:
        simulated(ALL, wrong, histories=0, seed=1)
    said = str(refused.value)
    assert "histories: 0 is not between 1 and 512" in said
    assert "there is no 'no.such'" in said
    assert "suppliers.number has one value for a whole run" in said
    assert "price.fuel is always above 0" in said
    assert "gdp is" in said


def test_points_of_unlike_number_are_refused() -> None:
    unlike = {"price.fuel": np.array([70.0, 80.0]), "gdp": np.array([28.0])}
    for wrong in (unlike, {"gdp": np.array([])}):
        with pytest.raises(PatternError, match="as many as the others"):
            simulated(ALL, wrong, histories=1, seed=1)
