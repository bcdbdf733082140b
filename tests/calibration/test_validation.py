"""The scorecard: what counts as inside, and what is said of the rest."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from figures.looks import faults
from leaksim.calibration.parameter_sets import parameter_sets
from leaksim.calibration.patterns import PatternError
from leaksim.cli import main
from leaksim.engine.lanes import Floats
from leaksim.evidence.ensembles import load_ensemble
from leaksim.evidence.patterns import Pattern, load_patterns
from leaksim.figures.patterns import patterns, patterns_data
from leaksim.figures.style import Width
from leaksim.report.patterns import scorecard_table
from leaksim.tables.markdown import markdown
from leaksim.validation import SCORECARD_COLUMNS, Scorecard, judged, validate

WIDTHS: tuple[Width, ...] = ("one", "two")
FEW = ["--points", "8", "--histories", "2", "--jobs", "1", "-q"]


def pattern(observed: float, sd: float = 1.0, discrepancy: float = 0.0) -> Pattern:
    changes = {"observed": observed, "sd": sd, "discrepancy": discrepancy}
    return load_patterns().computed["imports_2016"].model_copy(update=changes)


def values(*means: float, luck: float = 0.0) -> Floats:
    """Points with these means, and histories that spread so much around them."""
    return np.array(means)[:, None] + luck * np.array([-1.0, 1.0])


@pytest.fixture(scope="module")
def card() -> Scorecard:
    return validate(points=8, histories=2)


def test_an_error_of_observation_can_excuse_the_model() -> None:
    assert judged(pattern(11.0, sd=1.0), values(10.0))["verdict"] == "inside"
    assert judged(pattern(11.0, sd=0.5), values(10.0))["verdict"] == "outside"
    assert judged(pattern(11.0, sd=0.3), values(10.0))["verdict"] == "out of reach"


def test_so_can_the_discrepancy_the_parameters_and_luck() -> None:
    assert judged(pattern(11.0, sd=0.3, discrepancy=1.0), values(10.0))["verdict"] == "inside"
    assert judged(pattern(11.0, sd=0.3), values(10.0, luck=1.0))["verdict"] == "inside"
    assert judged(pattern(11.0, sd=0.3), values(9.0, 10.0, 11.0))["verdict"] == "inside"


def test_one_point_that_comes_near_keeps_a_pattern_within_reach() -> None:
    found = judged(pattern(11.0, sd=0.3), values(*[0.0] * 99, 11.0))
    assert found["verdict"] == "outside"
    assert found["nearest"] == 0


def test_implausibility_by_hand() -> None:
    found = judged(pattern(15.0, sd=3.0, discrepancy=4.0), values(5.0, luck=12.0))
    assert found["implausibility"] == pytest.approx(10 / 13)  # the root of 9 + 16 + 144


def test_every_pattern_has_a_line_and_every_miss_has_words(card: Scorecard) -> None:
    assert tuple(card.table.columns) == SCORECARD_COLUMNS
    assert list(card.table["pattern"]) == list(load_patterns().computed)
    text = repr(card)
    assert max(map(len, text.splitlines())) <= 80
    for row in card.table.to_dict("records"):
        assert (f"{row['pattern']}: " in text) == (row["verdict"] != "inside")


def test_what_the_model_has_no_part_for_is_out_of_reach_and_says_why(card: Scorecard) -> None:
    rows = card.table.set_index("pattern")
    assert rows.loc["russian_products_seen", "verdict"] == "out of reach"
    assert "recorded in full" in " ".join(repr(card).split())
    assert "<td>imports_2016</td>" in card._repr_html_()
    assert rows.loc["coal_2016", "reason"] == ""


def test_the_figure_shows_the_distance_in_standard_deviations(card: Scorecard) -> None:
    row = card.table.set_index("pattern").loc["delay_2375"]
    drawn = patterns_data(card.table).set_index("pattern").loc["delay_2375"]
    spread = np.hypot(row["sd"], row["discrepancy"])
    assert drawn["high"] == pytest.approx((row["high"] - row["observed"]) / spread)


def test_the_figure_fits_both_widths(card: Scorecard) -> None:
    sheet = patterns(card)
    assert [faults(sheet, width) for width in WIDTHS] == [[], []]


def test_the_table_has_its_patterns_under_their_headings(card: Scorecard) -> None:
    table = scorecard_table(card)
    assert [group.heading for group in table.groups] == list(dict.fromkeys(card.table["group"]))
    assert len(list(table.rows)) == len(card.table)
    assert "Days by which Russia held up resolution 2321 (day)" in markdown(table)


def test_an_ensemble_is_taken_by_its_weights(tmp_path: Path) -> None:
    file = tmp_path / "some.csv"
    file.write_text("price.fuel,weight\n70,1\n80,3\n90,0\n", encoding="utf-8")
    assert parameter_sets(file, points=8, seed=0).by_parameter["price.fuel"].tolist() == [70.0, 70.0, *[80.0] * 6]
    narrow = validate(only=["imports_2016"], ensemble=file, points=4, histories=1)
    assert narrow.source == "some"
    assert "of the ensemble some" in repr(narrow)


def test_a_shipped_ensemble_is_called_by_its_name_and_is_the_usual_source() -> None:
    shipped = load_ensemble("ensemble_2017")
    taken = parameter_sets("ensemble_2017", points=400, seed=0).by_parameter
    assert taken.keys() == shipped.columns.keys()
    share = np.mean(taken["council.noise"] <= shipped.quantile("council.noise", np.array([0.5])))
    assert abs(share - 0.5) < 0.02
    assert validate(only=["imports_2016"], points=4, histories=1).source == "ensemble_2017"


def test_a_bad_ensemble_is_refused_with_all_that_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "some.csv"
    file.write_text("no.such,gdp,weight\n1,x,-1\n", encoding="utf-8")
    with pytest.raises(PatternError) as refused:
        parameter_sets(file, points=8, seed=0)
    assert "there is no parameter 'no.such'" in str(refused.value)
    assert "gdp is not a number in every row" in str(refused.value)
    file.write_text("gdp,weight\n28,0\n", encoding="utf-8")
    with pytest.raises(PatternError, match="weight is below 0, or 0 in every row"):
        parameter_sets(file, points=8, seed=0)
    with pytest.raises(PatternError, match="neither one of priors, ensemble_2017 nor a file"):
        parameter_sets(tmp_path / "nothing.csv", points=8, seed=0)


def test_the_command_writes_a_scorecard_in_every_form(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    only = ["--only", "imports_2016", "--only", "coal_august_2017"]
    assert main(["validate", *only, *FEW, "--out", str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    assert "2 patterns of 2016 and 2017: 1 inside, 1 out of reach" in shown
    endings = ("csv", "md", "tex", "pdf", "svg", "png", "alt.txt", "caption.txt")
    assert {path.name for path in tmp_path.iterdir()} == {f"patterns.{ending}" for ending in endings}
    assert list(pd.read_csv(tmp_path / "patterns.csv")["pattern"]) == ["imports_2016", "coal_august_2017"]


def test_json_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "--only", "workers_mid_2017", *FEW, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [row["pattern"] for row in document["results"]] == ["workers_mid_2017"]
    assert document["manifest"]["patterns"] == load_patterns().digest


def test_an_unknown_pattern_is_refused_with_the_nearest(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["validate", "--only", "coal_2061", "--out", str(tmp_path)]) == 2
    assert "there is no pattern 'coal_2061'; did you mean coal_2016?" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
