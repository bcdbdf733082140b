"""What is said of the two kinds of uncertainty, word for word."""

from math import nan

import pytest

from leaksim.outcomes.statistics import Estimate
from leaksim.outcomes.table import TableBuilder
from leaksim.report.outcomes import Outcomes, outcomes_of
from leaksim.report.sentence import sentence
from leaksim.report.uncertainty import dominance, width_words


def outcomes(ratio: float, share: float, low: float, high: float) -> Outcomes:
    table = TableBuilder("case", 500, 100)
    table.add("pass_through.value", "", "share", [Estimate(0.6, 0.4, 0.8, "parameter")])
    table.add("uncertainty.parameter_share", "leakage.value", "share", [Estimate(share, low, high, "parameter")])
    table.add("uncertainty.width_ratio", "leakage.value", "ratio", [Estimate(ratio, nan, nan, "parameter")])
    return outcomes_of(table.table())


@pytest.mark.parametrize(
    ("case", "said"),
    [
        (
            outcomes(17.2, 0.953, 0.941, 0.962),
            "For leakage the interval is 17 times as wide as from luck alone; of the variance of single histories "
            "95 % (94 to 96) goes with the parameters, the rest is luck.",
        ),
        (
            outcomes(0.25, 0.003, 0.001, 0.005),
            "For leakage the interval is narrower: that from luck alone is 4.0 times as wide; of the variance of "
            "single histories 0.3 % (0.1 to 0.5) goes with the parameters, the rest is luck.",
        ),
        (
            outcomes(1.01, -0.02, -0.1, 0.05),
            "For leakage the interval is just as wide as from luck alone; nothing in the variance of single histories "
            "can be told from luck.",
        ),
        (outcomes(5.0, nan, nan, nan), "For leakage the interval is 5.0 times as wide as from luck alone."),
        (outcomes(nan, 0.9, 0.8, 1.0), ""),
    ],
)
def test_which_uncertainty_dominates(case: Outcomes, said: str) -> None:
    assert dominance(case) == said


def test_the_sentence_says_it_beside_the_interval() -> None:
    assert sentence(outcomes(17.2, 0.95, 0.94, 0.96)).startswith(
        "Of every 100 dollars of intended pressure 60 reach Pyongyang (95 % interval 40 to 80 over the uncertain "
        "parameters, 17 times as wide as from luck alone)"
    )
    assert "(95 % interval 40 to 80 over the uncertain parameters)" in sentence(outcomes(nan, nan, nan, nan))
    assert width_words(outcomes(0.5, nan, nan, nan)) == "while that from luck alone is 2.0 times as wide"


def test_without_uncertain_parameters_there_is_nothing_to_say() -> None:
    assert dominance({}) == ""
