"""The sentence, word for word, in every case that can occur."""

from collections.abc import Mapping
from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaksim.outcomes.statistics import Estimate
from leaksim.outcomes.table import TableBuilder
from leaksim.report.dollars import dollars_of
from leaksim.report.outcomes import Outcomes, outcomes_of
from leaksim.report.sentence import sentence


def outcomes(
    reach: float, low: float, high: float, leaks: Mapping[str, float], interval: str = "replication"
) -> Outcomes:
    """A hundred dollars, of which `reach` arrive and the rest leaks as given."""
    table = TableBuilder("case", 500, 100 if interval == "parameter" else 1)
    share = [Estimate(reach / 100, low / 100, high / 100, interval)]
    table.add("pass_through.value", "", "share", share)
    for group, amount in leaks.items():
        table.add("leakage.owen", group, "share", [Estimate(amount / 100, nan, nan, "replication")])
    return outcomes_of(table.table())


LUCK = "from 500 random histories"


@pytest.mark.parametrize(
    ("case", "said"),
    [
        pytest.param(
            outcomes(73.2, 70.4, 75.2, {"china": 22.5, "russia": 4.3}),
            "Of every 100 dollars of intended pressure 73 reach Pyongyang "
            f"(95 % interval 70 to 75 {LUCK}); 23 leak through China, 4 through Russia.",
            id="two groups",
        ),
        pytest.param(
            outcomes(73.2, 61.4, 81.6, {"china": 4.3, "russia": 22.5}, "parameter"),
            "Of every 100 dollars of intended pressure 73 reach Pyongyang "
            "(95 % interval 61 to 82 over the uncertain parameters); 23 leak through Russia, 4 through China.",
            id="uncertain parameters, Russia first",
        ),
        pytest.param(
            outcomes(78.69, 78.58, 78.8, {"china": 16.65, "russia": 4.66}),
            "Of every 100 dollars of intended pressure 78.7 reach Pyongyang "
            f"(95 % interval 78.6 to 78.8 {LUCK}); 16.6 leak through China, 4.7 through Russia.",
            id="an interval narrower than a dollar",
        ),
        pytest.param(
            outcomes(99.97, 99.969, 99.971, {"russia": 0.03}),
            "Of every 100 dollars of intended pressure 99.97 reach Pyongyang "
            f"(95 % interval 99.97 to 99.97 {LUCK}); 0.03 leak through Russia.",
            id="never finer than a cent",
        ),
        pytest.param(
            outcomes(60, 58, 62, {"china": 40}),
            f"Of every 100 dollars of intended pressure 60 reach Pyongyang (95 % interval 58 to 62 {LUCK}); "
            "40 leak through China.",
            id="one group",
        ),
        pytest.param(
            outcomes(99, 97, 101, {"china": 1, "russia": 0}),
            f"Of every 100 dollars of intended pressure 99 reach Pyongyang (95 % interval 97 to 101 {LUCK}); "
            "1 leaks through China, none through Russia.",
            id="a single dollar, and a group without any",
        ),
        pytest.param(
            outcomes(99.6, 98.5, 100.7, {"china": 0.3, "russia": 0.1}),
            f"Of every 100 dollars of intended pressure 100 reach Pyongyang (95 % interval 98 to 101 {LUCK}); "
            "hardly any leaks through China, hardly any through Russia.",
            id="less than can be shown",
        ),
        pytest.param(
            outcomes(1, -2, 4, {"china": 60, "russia": 39}),
            f"Of every 100 dollars of intended pressure 1 reaches Pyongyang (95 % interval minus 2 to 4 {LUCK}); "
            "60 leak through China, 39 through Russia.",
            id="an interval that begins below nothing",
        ),
        pytest.param(
            outcomes(0.2, -2, 2.4, {"china": 60, "russia": 39.8}),
            "Of every 100 dollars of intended pressure hardly any reaches Pyongyang "
            f"(95 % interval minus 2 to 2 {LUCK}); 60 leak through China, 40 through Russia.",
            id="next to nothing arrives",
        ),
        pytest.param(
            outcomes(105, 103, 107, {"china": 8, "russia": -13}),
            "For every 100 dollars of intended pressure 105 reach Pyongyang, more than intended "
            f"(95 % interval 103 to 107 {LUCK}); 8 leak through China, while Russia adds 13.",
            id="a channel that adds more than leaks",
        ),
        pytest.param(
            outcomes(95, 93, 97, {"china": 8, "russia": -3}),
            f"Of every 100 dollars of intended pressure 95 reach Pyongyang (95 % interval 93 to 97 {LUCK}); "
            "8 leak through China, while Russia adds 3.",
            id="a channel that adds less than leaks",
        ),
        pytest.param(
            outcomes(105, 103, 107, {"china": -2, "russia": -3}),
            "For every 100 dollars of intended pressure 105 reach Pyongyang, more than intended "
            f"(95 % interval 103 to 107 {LUCK}); China adds 2 and Russia adds 3.",
            id="every channel adds",
        ),
        pytest.param(
            outcomes(-12, -15, -9, {"china": 70, "russia": 42}),
            "Of every 100 dollars of intended pressure none reaches Pyongyang, which ends up 12 better off "
            f"than without the measures (95 % interval 9 to 15 {LUCK}); 70 leak through China, 42 through Russia.",
            id="more than everything leaks",
        ),
        pytest.param(
            outcomes(100, 100, 100, {"china": 0, "russia": 0}),
            "All of every 100 dollars of intended pressure reach Pyongyang; nothing leaks.",
            id="nothing leaks",
        ),
        pytest.param(
            outcomes(100, 100, 100, {}),
            "All of every 100 dollars of intended pressure reach Pyongyang; nothing leaks.",
            id="every channel off",
        ),
        pytest.param(
            outcomes(73.2, nan, nan, {"china": 26.8}),
            "Of every 100 dollars of intended pressure 73 reach Pyongyang (a single random history gives no interval); "
            "27 leak through China.",
            id="one replication",
        ),
        pytest.param(
            outcomes(73.2, 73.2, 73.2, {"china": 26.8}),
            "Of every 100 dollars of intended pressure 73 reach Pyongyang (the same in all 500 random histories); "
            "27 leak through China.",
            id="no luck involved",
        ),
        pytest.param(
            outcomes(nan, nan, nan, {}),
            "No pressure is intended, so nothing can leak.",
            id="nothing intended",
        ),
    ],
)
def test_the_sentence_reads(case: Outcomes, said: str) -> None:
    assert sentence(case) == said


def test_a_channel_that_takes_what_another_gives_is_not_passed_over() -> None:
    """All of it arrives, and yet something leaks: another channel makes up for it."""
    said = sentence(outcomes(100, 99, 101, {"china": 5, "russia": -5}))
    assert said.endswith("; 5 leak through China, while Russia adds 5.")


@given(
    china=st.floats(-50, 150),
    russia=st.floats(-50, 150),
    half=st.sampled_from([0.004, 0.03, 0.3, 3.0, 30.0]),
)
def test_rounded_dollars_add_up_to_a_hundred(china: float, russia: float, half: float) -> None:
    reach = 100 - china - russia
    dollars = dollars_of(outcomes(reach, reach - half, reach + half, {"china": china, "russia": russia}))
    assert dollars is not None
    unit = 10**-dollars.decimals
    assert dollars.arriving + sum(dollars.leaking.values()) == pytest.approx(100, abs=1e-9)
    assert abs(dollars.arriving - reach) <= unit / 2 + 1e-9
    assert abs(dollars.leaking["china"] - china) <= unit + 1e-9
    assert abs(dollars.leaking["russia"] - russia) <= unit + 1e-9
