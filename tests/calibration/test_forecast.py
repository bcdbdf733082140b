"""The forecast on record: from the end of 2017 on, with nothing known later, and the same bytes whoever makes it."""

import hashlib
import inspect
import json
from pathlib import Path

import numpy as np
import pytest
from pandas import read_csv
from pandas.testing import assert_frame_equal

from leaksim.calibration.patterns import HISTORY, history, simulated
from leaksim.calibration.series import SERIES
from leaksim.calibration.summaries import COMPARING, SUMMARIES
from leaksim.cli import main
from leaksim.engine.calendar import Calendar
from leaksim.evidence.patterns import Quantity
from leaksim.evidence.units import dimension
from leaksim.forecasting import FORECAST_COLUMNS, Forecast, forecast, quantities

ROOT = Path(__file__).parents[2]
ON_RECORD = ROOT / "results" / "forecast_2018_2019"
SCHEMA = ROOT / "scenarios" / "schema" / "scenario.schema.json"
BY_ID = {each.id: each for each in quantities()}


@pytest.fixture(scope="module")
def made() -> Forecast:
    return forecast(points=16, histories=2)


@pytest.mark.parametrize("quantity", quantities(), ids=lambda quantity: quantity.id)
def test_the_model_can_compute_a_quantity(quantity: Quantity, made: Forecast) -> None:
    asked = quantity.computed
    dimension(quantity.unit)
    inspect.signature(SERIES[asked.series]).bind(None, **asked.arguments)
    assert (asked.against is not None) == (asked.summary in COMPARING)
    assert asked.summary in SUMMARIES
    months = Calendar(made.scenario.period.start, made.scenario.period.months).labels
    assert {*asked.over, *(asked.against or ())} <= set(months)
    assert asked.over[0] >= "2018-01"


def test_the_years_before_are_those_that_the_model_is_held_against(made: Forecast) -> None:
    before, after = history(), made.scenario
    assert (after.measures, after.moves, after.levers) == (before.measures, before.moves, before.levers)
    assert all(str(measure.adopted) <= "2017-12-22" for measure in after.measures)
    assert all(str(move.date) <= "2017-12-22" for move in after.moves)
    assert after.period.start == before.period.start


@pytest.mark.parametrize("name", ["history_2016_2017", "forecast_2018_2019"])
def test_a_file_in_the_package_tells_editors_where_its_schema_is(name: str) -> None:
    file = HISTORY.with_name(f"{name}.yaml")
    first = file.read_text(encoding="utf-8").splitlines()[0]
    schema = file.parent / first.removeprefix("# yaml-language-server: $schema=")
    assert schema.resolve() == SCHEMA.resolve()


def test_quantiles_are_in_order_and_of_numbers(made: Forecast) -> None:
    assert tuple(made.table.columns) == FORECAST_COLUMNS
    assert list(made.table["quantity"]) == list(BY_ID)
    assert "<td>china_sales_2018</td>" in made._repr_html_()
    numbers = made.table[[name for name in FORECAST_COLUMNS if name[1:].isdigit()]].to_numpy()
    assert np.isfinite(numbers).all()
    assert (np.diff(numbers, axis=1) >= 0).all()


def test_a_constant_divides(made: Forecast) -> None:
    asked = [BY_ID["products_over_cap_true_2018"], BY_ID["products_over_2016_true_2018"]]
    over_cap, over_2016 = simulated(asked, {}, histories=2, seed=3, scenario=made.scenario)
    np.testing.assert_allclose(over_cap * 500, over_2016 * 4500)


def test_pressure_of_the_first_year_under_all_measures_lowers_growth(made: Forecast) -> None:
    (growth,) = simulated([BY_ID["growth_2018"]], {}, histories=2, seed=3, scenario=made.scenario)
    assert (growth < -0.01).all()


def test_china_has_most_of_the_trade_as_before(made: Forecast) -> None:
    (share,) = simulated([BY_ID["china_share_2018"]], {}, histories=2, seed=3, scenario=made.scenario)
    assert (share > 0.85).all()
    assert (share < 1).all()


def test_the_command_writes_table_words_and_manifest(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    words = ["forecast", "--points", "4", "--histories", "1", "--jobs", "1", "-q"]
    assert main([*words, "--out", str(tmp_path)]) == 0
    assert "2018 and 2019 as they looked at the end of 2017" in capsys.readouterr().out
    assert {path.name for path in tmp_path.iterdir()} == {"forecast.csv", "forecast.md", "forecast.manifest.json"}
    manifest = json.loads((tmp_path / "forecast.manifest.json").read_text(encoding="utf-8"))
    assert manifest["forecast"] == hashlib.sha256((tmp_path / "forecast.csv").read_bytes()).hexdigest()
    assert main([*words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["manifest"] == manifest


def test_the_forecast_on_record_speaks_of_these_quantities_in_this_scenario(made: Forecast) -> None:
    manifest = json.loads((ON_RECORD / "forecast.manifest.json").read_text(encoding="utf-8"))
    assert manifest["forecast"] == hashlib.sha256((ON_RECORD / "forecast.csv").read_bytes()).hexdigest()
    assert manifest["quantities"] == made.digest
    assert manifest["scenario"]["digest"] == made.scenario.digest


@pytest.mark.slow
def test_the_forecast_on_record_comes_out_again() -> None:
    manifest = json.loads((ON_RECORD / "forecast.manifest.json").read_text(encoding="utf-8"))
    again = forecast(points=manifest["points"], histories=manifest["histories"], seed=manifest["seed"])
    assert again.source == manifest["source"]
    saved = read_csv(ON_RECORD / "forecast.csv", dtype={"unit": str})
    # Powers and logarithms differ in the last bit between types of processors.
    assert_frame_equal(again.table, saved, rtol=1e-6)
