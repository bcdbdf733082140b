"""Criteria of robustness by hand on a small matrix, and over the worlds of a comparison."""

import numpy as np
import pytest

from leaksim.comparing import compare
from leaksim.discovery.conditions import ConditionError
from leaksim.discovery.robustness import choices, criteria, resampled
from leaksim.robustness import robustness_of
from worlds import cut, from_registry, scenario

OUTCOMES = {"steady": [4.0, 4.0, 4.0, 4.0], "bold": [9.0, 8.0, 7.0, 1.0], "weak": [3.0, 3.0, 5.0, 3.0]}
MATRIX = np.array(list(OUTCOMES.values()))

BY_HAND: dict[str, tuple[list[float], str]] = {
    "robustness.maximin": ([4, 1, 3], "steady"),
    # Best in each world: 9, 8, 7, 4. Regrets: steady 5, 4, 3, 0; bold 0, 0, 0, 3; weak 6, 5, 2, 1.
    "robustness.minimax_regret": ([5, 3, 6], "bold"),
    "robustness.regret_90": ([4 + 0.7 * 1, 0.7 * 3, 5 + 0.7 * 1], "bold"),
    "robustness.laplace": ([4, 6.25, 3.5], "bold"),
    "robustness.domain": ([1, 0.75, 0.25], "steady"),
}


def test_every_criterion_is_as_by_hand() -> None:
    found = criteria(1.0, 4.0)
    assert set(found) == set(BY_HAND)
    for metric, (values, choice) in BY_HAND.items():
        assert found[metric](MATRIX) == pytest.approx(values), metric
        assert list(OUTCOMES)[int(choices(metric, found[metric](MATRIX), 1.0).argmax())] == choice, metric


def test_where_little_is_good_the_signs_turn() -> None:
    found = criteria(-1.0, 4.0)
    assert found["robustness.maximin"](MATRIX).tolist() == [4, 9, 5]
    # Best in each world: 3, 3, 4, 1.
    assert found["robustness.minimax_regret"](MATRIX).tolist() == [3, 6, 2]
    assert found["robustness.domain"](MATRIX).tolist() == [1, 0.25, 0.75]
    assert choices("robustness.maximin", np.array([4.0, 9, 5]), -1.0).tolist() == [1, 0, 0]


def test_equal_policies_share_the_choice() -> None:
    assert choices("robustness.laplace", np.array([2.0, 1, 2]), 1.0).tolist() == [0.5, 0, 0.5]


def test_the_table_has_values_choices_and_how_often_they_come_out() -> None:
    outcomes = {name: np.array(values) for name, values in OUTCOMES.items()}
    titles = {name: name.title() for name in outcomes}
    found = robustness_of(outcomes, titles, "pressure.realised", 4.0, replications=4, are_draws=True, seed=1)
    rows = found.table.set_index(["metric", "scenario"])
    for metric, (values, choice) in BY_HAND.items():
        for name, value in zip(OUTCOMES, values, strict=True):
            assert rows["estimate"][metric, name] == pytest.approx(value)
            assert (rows["note"][metric, name] == "the choice") == (name == choice)
    shares = found.table[found.table["metric"] == "robustness.chosen"].groupby("item")["estimate"].sum()
    assert shares.tolist() == pytest.approx([1] * 5)
    again = resampled(criteria(1.0, None)["robustness.laplace"], MATRIX, seed=1)
    bold = found.table[(found.table["item"] == "robustness.laplace") & (found.table["scenario"] == "bold")]
    assert bold["estimate"].iloc[0] == pytest.approx(choices("robustness.laplace", again, 1.0)[:, 1].mean())
    assert "Greatest regret (minimax regret), $m a year" in repr(found)
    assert "Steady" in found._repr_html_()


def test_a_comparison_knows_its_worlds() -> None:
    uncertain = from_registry("suppliers.capacity", "traders.penalty")
    measures = cut("motor_fuel", 0.9), cut("coal", 0.9)
    one = scenario(*measures, months=4, uncertainties=uncertain, channels=("cn_slippage",))
    other = one.model_copy(update={"name": "other", "title": "Other", "channels": scenario(channels=()).channels})
    found = compare([one, other], replications=12)
    rows = found.worlds[found.worlds["metric"] == "pressure.realised"]
    assert rows.groupby("scenario")["world"].nunique().tolist() == [12, 12]
    means = rows.groupby("scenario")["value"].mean()
    levels = found.table[(found.table["metric"] == "pressure.realised")].drop_duplicates("scenario")
    assert means.to_dict() == pytest.approx(levels.set_index("scenario")["estimate"].to_dict(), rel=1e-9)
    judged = found.robustness(threshold="1 $bn/year")
    chosen = judged.table[judged.table["note"] == "the choice"]
    assert set(chosen[chosen["metric"] == "robustness.laplace"]["scenario"]) == {"other"}
    assert judged.threshold == 1000
    with pytest.raises(ConditionError, match=r"did you mean pressure.realised"):
        found.robustness("pressure.realized")
    with pytest.raises(ConditionError, match="threshold"):
        found.robustness(threshold="5 kb")


def test_an_outcome_without_meaning_is_refused() -> None:
    with pytest.raises(ConditionError, match="no meaning in 1 of 2 worlds"):
        robustness_of(
            {"a": np.array([1.0, np.nan]), "b": np.array([1.0, 1.0])},
            {},
            "leakage.value",
            None,
            replications=2,
            are_draws=True,
            seed=1,
        )
