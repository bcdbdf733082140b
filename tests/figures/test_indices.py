"""Tornados of indices: the most influential parameters with their intervals, whatever the method."""

from pathlib import Path

import pandas as pd
import pytest

from leaksim.drawing import figure
from leaksim.figures.indices import indices
from leaksim.figures.sheet import FigureError
from leaksim.figures.style import Width
from leaksim.sensitivities import sensitivity
from leaksim.store.formats import csv_bytes
from worlds import EMPTY_STOCKS, LONG_AGO, cut, from_registry, scenario

from .looks import faults

WIDTHS: tuple[Width, ...] = ("one", "two")


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    uncertain = from_registry("suppliers.capacity", "china.enforcement.exports.long_run", "traders.penalty")
    measures = cut("motor_fuel", 0.9, LONG_AGO), cut("coal", 0.9, LONG_AGO)
    world = scenario(*measures, months=3, uncertainties=uncertain, assumptions=EMPTY_STOCKS)
    return sensitivity(world, method="oat", points=2, histories=2).table


def test_the_longest_bar_is_that_of_the_first_rank(table: pd.DataFrame, tmp_path: Path) -> None:
    (tmp_path / "sensitivity.csv").write_bytes(csv_bytes(table))
    drawn = figure("tornado", tmp_path / "sensitivity.csv", top=2)
    ranks = table[table["metric"] == "sensitivity.rank"].sort_values("estimate")
    assert list(drawn.data["parameter"]) == list(ranks["item"])[:2]
    swings = table[table["metric"] == "sensitivity.swing"]["estimate"]
    assert drawn.data["estimate"].iloc[0] == pytest.approx(100 * swings.max())
    assert "Swing from end to end" in drawn.alt
    assert [faults(drawn.sheet, width) for width in WIDTHS] == [[], []]
    with pytest.raises(FigureError, match="--on"):
        figure("tornado", tmp_path / "sensitivity.csv", metric="pressure.realised")


@pytest.mark.parametrize("metric", ["sensitivity.total", "sensitivity.effect", "sensitivity.distance"])
def test_every_method_can_be_drawn_and_luck_is_no_parameter(metric: str, table: pd.DataFrame) -> None:
    rows = table[table["metric"] == "sensitivity.swing"].assign(metric=metric, unit="share of variance")
    luck = rows.head(1).assign(item="luck", estimate=9.0)
    sheet = indices(pd.concat([rows, luck]), "A test", 12)
    assert "luck" not in set(sheet.data["parameter"])
    assert len(sheet.data) == 3


def test_a_table_without_indices_is_refused(table: pd.DataFrame) -> None:
    with pytest.raises(FigureError, match="no indices"):
        indices(table[table["metric"] == "sensitivity.rank"], "A test", 12)
