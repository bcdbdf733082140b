"""Heat maps: the cells of a sweep, the line at a level, and what cannot be drawn."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib import colormaps

from leaksim.drawing import figure
from leaksim.figures.heat_map import heat_map, heat_map_data
from leaksim.figures.rendering import rendered
from leaksim.figures.sheet import FigureError
from leaksim.figures.style import Width

from .looks import faults

X, Y = "suppliers.capacity", "levers.port_monitoring.start"
WIDTHS: tuple[Width, ...] = ("one", "two")


def table(scenarios: int = 1, **changes: Any) -> pd.DataFrame:
    """Leakage that rises with capacity and falls with an early start."""
    rows = [
        {
            "scenario": f"s{number}",
            "point": 1,
            X: capacity,
            Y: start,
            "metric": "leakage.value",
            "item": "",
            "estimate": (leakage := 0.3 + 0.001 * capacity - 0.03 * late + 0.02 * number),
            "low": leakage - 0.02,
            "high": leakage + 0.02,
            "level": 0.95,
            "interval": "replication",
            "unit": "share",
            "replications": 64,
            "draws": 1,
            "note": "",
        }
        for number in range(scenarios)
        for capacity in np.linspace(20, 200, 7)
        for late, start in enumerate(("2017-01-01", "2017-06-01", "2017-12-01"))
    ]
    return pd.DataFrame(rows).assign(**changes)


def test_the_data_are_the_cells_in_percent_with_those_that_are_open_marked() -> None:
    data = heat_map_data(table(), "leakage.value", "", "35 %")
    assert len(data) == 21
    assert data["estimate"].min() == pytest.approx(26)
    assert set(data["level"]) == {35}
    assert (data["open"] == ((data["estimate"] - 35).abs() <= 2)).all()
    assert not heat_map_data(table(), "leakage.value", "", None)["open"].any()


@pytest.mark.parametrize("scenarios", [1, 5])
def test_no_text_is_cut_off_or_over_another(scenarios: int) -> None:
    titles = {"s0": "China tightens, Russia keeps to the measures", "s1": "Another one, with a title that goes on"}
    sheet = heat_map(table(scenarios), titles, "leakage.value", "", 0.35, ", seed 1")
    assert [faults(sheet, width) for width in WIDTHS] == [[], []]
    assert sheet.alt.count("heat map of 7 by 3 cells") == scenarios
    assert "It is above 35 in" in sheet.alt
    assert "The line is at 35" in sheet.caption


def test_the_same_numbers_give_the_same_bytes() -> None:
    sheet = heat_map(table(), {}, "leakage.value", "", 0.35, "")
    assert rendered(sheet, "one", "svg") == rendered(sheet, "one", "svg")


def test_the_colours_read_in_grey() -> None:
    colours = colormaps["cividis"](np.linspace(0, 1, 64))[:, :3]
    assert (np.diff(colours @ [0.299, 0.587, 0.114]) > 0).all()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (table().drop(columns="point"), "sweep.csv"),
        (table(metric="pressure.realised"), "it has pressure.realised"),
        (table()[table()[X] == 20], "not 1: levers.port_monitoring.start"),
        (table().iloc[:-1], "every value of"),
        (table(7), "room for 6 scenarios"),
    ],
)
def test_what_is_no_grid_of_two_is_refused(changed: pd.DataFrame, said: str) -> None:
    with pytest.raises(FigureError, match=said):
        heat_map_data(changed, "leakage.value", "", None)


def test_a_level_goes_with_a_heat_map_only() -> None:
    with pytest.raises(FigureError, match="fan has no option level"):
        figure("fan", "somewhere", level=0.5)
    with pytest.raises(FigureError, match="heat-map is drawn from a study, not from a int"):
        figure("heat-map", 5)  # type: ignore[arg-type]
