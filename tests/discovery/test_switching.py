"""Switching points: where a formula says that a ranking is reversed, it is."""

import numpy as np
import pytest

from leaksim.discovery.switching import Moved, switching_points
from leaksim.engine.lanes import Floats, Places
from leaksim.scenario.schema import Scenario
from leaksim.switching import SwitchError, switches
from worlds import FEEDBACK_OFF, LONG_AGO, NO_NOISE, cut, from_registry, scenario

ENFORCEMENT = "china.enforcement.exports.long_run"


def pressed(name: str, share: float, **changes: object) -> Scenario:
    """A world in which currency alone is cut, without any reaction: what is enforced is pressure, in proportion."""
    assumptions = {**FEEDBACK_OFF, **NO_NOISE, "china.enforcement.exports.decay_time": 0.01, ENFORCEMENT: 0.85}
    channels = ("cn_slippage",) if name == "slips" else ()
    world = scenario(cut("coal", share, LONG_AGO), months=4, channels=channels, assumptions=assumptions)
    return world.model_copy(update={"name": name, **changes})


def test_a_switching_point_is_where_the_formula_says() -> None:
    """A cut of 0.8 enforced to a share e presses less than a cut of 0.4 kept to the letter, once e < 0.4 / 0.8."""
    found = switches(pressed("slips", 0.8), pressed("strict", 0.4), only=[ENFORCEMENT, "rason.fee"], histories=8)
    rows = found.table.set_index(["metric", "item"])
    assert rows["estimate"]["switch.now", ENFORCEMENT] == 0.85
    assert rows["estimate"]["switch.value", ENFORCEMENT] == pytest.approx(0.5, abs=0.002)
    assert rows["estimate"]["switch.distance", ENFORCEMENT] == pytest.approx((0.5 - 0.85) / 0.8, abs=0.003)
    assert rows["note"]["switch.value", ENFORCEMENT] == "inside the range"
    assert np.isnan(rows["estimate"]["switch.value", "rason.fee"])
    assert rows["note"]["switch.value", "rason.fee"].startswith("none from")
    assert "slips is above strict" in repr(found)
    assert "Reversed by one parameter alone" in repr(found)
    assert ENFORCEMENT in found._repr_html_()


def test_the_point_is_the_same_from_the_other_side() -> None:
    found = switches(pressed("strict", 0.4), pressed("slips", 0.8), only=[ENFORCEMENT], histories=8)
    rows = found.table.set_index(["metric", "item"])
    assert rows["estimate"]["switch.difference", "pressure.realised"] < 0
    assert rows["estimate"]["switch.value", ENFORCEMENT] == pytest.approx(0.5, abs=0.002)
    assert "slips is above strict" in repr(found)


def test_what_the_two_differ_in_is_not_moved() -> None:
    uncertain = from_registry(ENFORCEMENT, "rason.fee")
    one = pressed("slips", 0.8, uncertainties=uncertain)
    other = pressed("strict", 0.4)
    other = other.model_copy(update={"assumptions": {**other.assumptions, ENFORCEMENT: 0.9}})
    found = switches(one, other, histories=8)
    assert found.left_out == {ENFORCEMENT: "the two scenarios differ in it"}
    assert [each.name for each in found.moved] == ["rason.fee"]


def test_what_contradicts_others_is_out_of_reach() -> None:
    one, other = (pressed(name, share) for name, share in (("slips", 0.8), ("strict", 0.4)))
    found = switches(one, other, only=["suppliers.cost.highest"], histories=8)
    (moved,) = found.moved
    assert moved.lowest == pytest.approx(one.value("suppliers.cost.lowest"), abs=1e-6)


@pytest.mark.parametrize(
    ("moved", "down", "up"),
    [
        (Moved("usual", 5.0, 0.0, 10.0, -20.0, 40.0), [2.5, 0, -10, -20], [7.5, 10, 25, 40]),
        (Moved("ends at its range", 5.0, 0.0, 10.0, 0.0, 10.0), [2.5, 0], [7.5, 10]),
        (Moved("ends before that", 5.0, 0.0, 10.0, 2.0, 9.0), [3.5, 2], [7, 9]),
        (Moved("at an end", 10.0, 0.0, 10.0, 0.0, 30.0), [5, 0], [20, 30]),
        (Moved("below its range", -4.0, 0.0, 10.0, -8.0, 10.0), [-6, -8], [3, 10]),
    ],
    ids=lambda each: each.name if isinstance(each, Moved) else "",
)
def test_both_ends_of_what_is_possible_are_looked_at(moved: Moved, down: list[float], up: list[float]) -> None:
    assert moved.looks(up=False).tolist() == down
    assert moved.looks(up=True).tolist() == up


def lines(slopes: list[float], offsets: list[float]) -> object:
    def difference(numbers: Places, values: Floats) -> Floats:
        return np.array(offsets)[numbers] + np.array(slopes)[numbers] * values

    return difference


def test_roots_are_found_on_the_nearer_side_inside_and_outside_the_range() -> None:
    moved = [
        Moved("inside", 5.0, 0.0, 10.0, -20.0, 40.0),
        Moved("outside", 5.0, 0.0, 10.0, -20.0, 40.0),
        Moved("never", 5.0, 0.0, 10.0, -20.0, 40.0),
        Moved("beyond its limits", 5.0, 0.0, 10.0, 0.0, 10.0),
    ]
    difference = lines([1.0, -1.0, 0.0, -1.0], [-3.0, 17.0, 1.0, 17.0])
    found = switching_points(moved, difference, 2.0)  # type: ignore[arg-type]
    assert found == pytest.approx([3.0, 17.0, np.inf, np.inf], abs=0.02)


def test_of_two_roots_the_nearer_counts_and_meaningless_values_end_the_search() -> None:
    moved = [Moved("both", 5.0, 0.0, 10.0, -10.0, 20.0), Moved("undefined", 5.0, 0.0, 10.0, -10.0, 20.0)]

    def difference(numbers: Places, values: Floats) -> Floats:
        both = (values - 1.0) * (8.0 - values)
        return np.where(numbers == 0, both, np.where(values < 3, np.nan, 1.0))

    found = switching_points(moved, difference, 12.0)
    assert found == pytest.approx([8.0, np.inf], abs=0.02)


def test_everything_wrong_is_said_at_once() -> None:
    with pytest.raises(SwitchError) as refused:
        switches(pressed("slips", 0.8), pressed("strict", 0.4), only=["supliers"], reach=-1, histories=3)
    assert [line.split(":")[0] for line in str(refused.value).splitlines()] == ["only", "reach", "histories"]
    with pytest.raises(SwitchError, match="do not differ"):
        switches(pressed("slips", 0.8), pressed("slips", 0.8), only=[ENFORCEMENT], histories=8)
    with pytest.raises(SwitchError, match="none is uncertain"):
        switches(pressed("slips", 0.8), pressed("strict", 0.4))
