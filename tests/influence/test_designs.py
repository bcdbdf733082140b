"""Designs recover known indices; what is not read has none; groups add up."""

import numpy as np
import pytest
from SALib.analyze.morris import analyze

from leaksim.engine.lanes import Floats
from leaksim.influence.designs import (
    DISTANCE,
    EFFECT,
    FIRST,
    SECOND,
    SIGNED,
    SPREAD,
    TOTAL,
    Morris,
    OneAtATime,
    Pawn,
    Sobol,
)
from leaksim.influence.estimating import RANK, STABILITY, estimates

INPUTS = ["a", "b", "c", "dummy"]


def ishigami(points: Floats) -> Floats:
    angles = np.pi * (2 * points - 1)
    one, two, three = np.sin(angles[:, 0]), np.sin(angles[:, 1]), angles[:, 2]
    return one + 7 * two**2 + 0.1 * three**4 * one  # type: ignore[no-any-return]


def additive(points: Floats) -> Floats:
    """Variances of the terms: 1/12, 4/12, 9/12."""
    return points[:, :3] @ np.array([1.0, 2.0, -3.0])  # type: ignore[no-any-return]


def test_sobol_recovers_the_indices_of_the_ishigami_function() -> None:
    design = Sobol(INPUTS, 2048, 1, second_order=True)
    found = design.indices(ishigami(design.points), np.arange(2048))
    parts = {"a": (1 + np.pi**4 / 50) ** 2 / 2, "b": 49 / 8}
    interplay = np.pi**8 / 100 * (1 / 18 - 1 / 50)
    whole = parts["a"] + parts["b"] + interplay
    for name, first, total in (
        ("a", parts["a"], parts["a"] + interplay),
        ("b", parts["b"], parts["b"]),
        ("c", 0.0, interplay),
    ):
        assert found[FIRST, name] == pytest.approx(first / whole, abs=0.03)
        assert found[TOTAL, name] == pytest.approx(total / whole, abs=0.03)
    assert found[SECOND, "a/c"] == pytest.approx(interplay / whole, abs=0.06)


def test_an_input_that_nothing_reads_has_no_index_at_all() -> None:
    design = Sobol(INPUTS, 64, 1)
    found = design.indices(ishigami(design.points), np.arange(64))
    assert found[FIRST, "dummy"] == found[TOTAL, "dummy"] == 0
    steps = Morris(INPUTS, 8, 1)
    effects = steps.indices(ishigami(steps.points), np.arange(8))
    assert effects[EFFECT, "dummy"] == effects[SPREAD, "dummy"] == 0


def test_groups_of_an_additive_outcome_add_up() -> None:
    design = Sobol(INPUTS, 512, 1, groups=["x", "y", "x", "z"])
    assert design.names == ("x", "y", "z")
    found = design.indices(additive(design.points), np.arange(512))
    assert found[TOTAL, "x"] == pytest.approx(10 / 14, abs=0.05)
    assert found[FIRST, "y"] == pytest.approx(4 / 14, abs=0.05)
    assert found[TOTAL, "z"] == 0


def test_the_elementary_effects_of_a_line_are_its_slopes() -> None:
    design = Morris(INPUTS, 6, 1)
    found = design.indices(additive(design.points), np.arange(6))
    for name, slope in zip(INPUTS, (1, 2, -3, 0), strict=True):
        assert found[SIGNED, name] == pytest.approx(slope, abs=1e-12)
        assert found[EFFECT, name] == pytest.approx(abs(slope), abs=1e-12)
        assert found[SPREAD, name] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("groups", [[], ["x", "y", "x", "z"]])
def test_the_means_of_effects_are_those_of_salib(groups: list[str]) -> None:
    design = Morris(INPUTS, 12, 3, groups=groups)
    outcome, chosen = ishigami(design.points), np.array([0, 3, 3, 7, 11])
    problem = {"num_vars": 4, "names": INPUTS, "bounds": [[0.0, 1.0]] * 4} | ({"groups": groups} if groups else {})
    rows = design.rows_of(chosen)
    salib = analyze(problem, design.points[rows], outcome[rows], num_resamples=2, num_levels=4)
    found = design.indices(outcome, chosen)
    for index, name in enumerate(design.names):
        assert found[EFFECT, name] == pytest.approx(salib["mu_star"][index], rel=1e-12)
        if not groups:
            assert found[SIGNED, name] == pytest.approx(salib["mu"][index], rel=1e-12, abs=1e-12)
            assert found[SPREAD, name] == pytest.approx(salib["sigma"][index], rel=1e-12)


def test_pawn_puts_a_dummy_last() -> None:
    drawn = np.random.default_rng(1).random((4, 1000))
    design = Pawn(dict(zip(INPUTS, drawn, strict=True)))
    found = design.indices(additive(design.points), np.arange(1000))
    in_order = sorted(INPUTS, key=lambda name: -found[DISTANCE, name])
    assert in_order == ["c", "b", "a", "dummy"]


def test_intervals_and_ranks_follow_from_the_indices() -> None:
    design = Sobol(INPUTS, 128, 1)
    found = dict(estimates(design, additive(design.points), seed=1))
    assert [found[RANK, name].value for name in "abc"] == [3, 2, 1]
    assert (RANK, "dummy") not in found
    for name, share in (("a", 1 / 14), ("b", 4 / 14), ("c", 9 / 14)):
        index = found[TOTAL, name]
        assert index.low < share < index.high
        assert index.low < index.value < index.high
    assert [found[STABILITY, part].value for part in ("32", "64")] == [1, 1]


def test_the_same_seed_gives_the_same_intervals() -> None:
    one, two = (Sobol(INPUTS, 32, 5) for _ in range(2))
    assert np.array_equal(one.points, two.points)
    assert list(estimates(one, ishigami(one.points), seed=2)) == list(estimates(two, ishigami(two.points), seed=2))


def test_one_at_a_time_is_as_by_hand() -> None:
    design = OneAtATime(["a", "b"], 2)
    assert design.points.shape == (10, 3)
    outcome = 3 * design.points[:, 0] - 8 * (design.points[:, 1] - 0.5) ** 2 + design.points[:, 2]
    found = design.indices(outcome, np.arange(2))
    assert found["sensitivity.at_low", "a"] == pytest.approx(-1.5)
    assert found["sensitivity.at_high", "a"] == pytest.approx(1.5)
    assert found["sensitivity.swing", "a"] == pytest.approx(3)
    assert found["sensitivity.at_low", "b"] == found["sensitivity.at_high", "b"] == pytest.approx(-2)
    assert found["sensitivity.swing", "b"] == pytest.approx(2)
