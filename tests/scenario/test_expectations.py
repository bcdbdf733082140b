"""Expectations are compared with the tidy table."""

import math

import pandas as pd
import pytest

from leaksim.scenario.expectations import verify_expectations
from leaksim.scenario.schema import Expectation

TABLE = pd.DataFrame(
    [
        ("leakage.value", "", 0.4, 0.3, 0.5, "replication", ""),
        ("leakage.value", "", 0.4, 0.1, 0.8, "parameter", ""),
        ("leakage.quantity", "motor_fuel", 0.25, math.nan, math.nan, "replication", ""),
        ("pressure.half_life", "", math.nan, math.nan, math.nan, "replication", "nothing was intended"),
    ],
    columns=["metric", "item", "estimate", "low", "high", "interval", "note"],
)


def expectation(metric: str = "leakage.value", item: str = "", /, **comparisons: object) -> Expectation:
    return Expectation.model_validate({"metric": metric, "item": item, "because": "of theory"} | comparisons)


@pytest.mark.parametrize(
    ("comparisons", "holds"),
    [
        ({"is": 0.4}, True),
        ({"is": "40 %"}, True),
        ({"is": 0.41}, False),
        ({"is": "undefined"}, False),
        ({"above": 0.3}, True),
        ({"above": 0.4}, False),
        ({"below": 0.5}, True),
        ({"below": 0.4}, False),
        ({"at_least": 0.4}, True),
        ({"at_least": 0.5}, False),
        ({"at_most": 0.4}, True),
        ({"at_most": 0.3}, False),
        ({"between": [0.4, 0.5]}, True),
        ({"between": [0.5, 0.6]}, False),
        ({"above": 0.3, "below": 0.35}, False),
        ({"above": 0.3, "below": 0.45}, True),
    ],
)
def test_each_comparison_is_made_with_the_estimate(comparisons: dict[str, object], holds: bool) -> None:
    (verdict,) = verify_expectations([expectation(**comparisons)], TABLE)
    assert verdict.holds is holds


def test_a_result_without_value_can_be_expected() -> None:
    wanted = [
        expectation("pressure.half_life", **{"is": "undefined"}),
        expectation("pressure.half_life", above=0),
        expectation("pressure.half_life", at_most=9),
    ]
    verdicts = verify_expectations(wanted, TABLE)
    assert [verdict.holds for verdict in verdicts] == [True, False, False]
    assert verdicts[1].as_json()["found"] is None
    assert "nothing was intended" in str(verdicts[1])


def test_a_failure_says_what_was_expected_found_and_why() -> None:
    (verdict,) = verify_expectations([expectation(above=0.5, at_most="90 %")], TABLE)
    assert str(verdict) == (
        "FAILS: leakage.value: expected > 0.5 and <= 0.9, found 0.4 (0.1 to 0.8)\n       expected because of theory"
    )


def test_the_widest_interval_is_shown() -> None:
    (verdict,) = verify_expectations([expectation(above=0)], TABLE)
    assert (verdict.low, verdict.high) == (0.1, 0.8)


def test_an_estimate_without_interval_is_shown_alone() -> None:
    (verdict,) = verify_expectations([expectation("leakage.quantity", "motor_fuel", above=0)], TABLE)
    assert str(verdict) == "holds: leakage.quantity [motor_fuel]: expected > 0, found 0.25"


def test_a_metric_that_does_not_exist_fails_with_the_nearest_name() -> None:
    (verdict,) = verify_expectations([expectation("leakage.valeu", above=0)], TABLE)
    assert not verdict.holds
    assert verdict.found is None
    assert "did you mean leakage.value?" in str(verdict)


def test_an_item_that_does_not_exist_fails_with_those_that_do() -> None:
    (verdict,) = verify_expectations([expectation("leakage.quantity", "diesel", above=0)], TABLE)
    assert "leakage.quantity speaks of: motor_fuel" in str(verdict)
