"""How figures look: nothing cut off or over each other, the same bytes, fonts inside, legible in grey."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from io import BytesIO
from itertools import combinations
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure as Canvas
from matplotlib.image import imread

import leaksim
from figures.looks import faults
from leaksim.drawing import Figure, figure
from leaksim.figures.differences import differences
from leaksim.figures.instruments import instruments
from leaksim.figures.rendering import FORMATS, rendered
from leaksim.figures.sheet import FigureError, Sheet
from leaksim.figures.style import BANDS, INCHES, INK, TONES, Width
from leaksim.figures.subject import of_result
from leaksim.figures.tornado import tornado
from leaksim.one_at_a_time import one_at_a_time
from leaksim.scenario.schema import Scenario
from leaksim.simulation import Result, simulate
from worlds import cut, from_registry, scenario

LIBRARY = Path(__file__).parents[2] / "scenarios"
NAMES = ("china_tightens_russia_backfills_2017", "no_russia", "maximum_pressure", "article_june_2017", "status_quo")
Pictures = list[tuple[Sheet, Mapping[str, bytes]]]
WIDTHS: tuple[Width, ...] = ("one", "two")


def library(name: str) -> Scenario:
    return leaksim.load_scenario(LIBRARY / f"{name}.yaml")


@pytest.fixture(scope="module")
def results() -> Mapping[str, Result]:
    return {name: simulate(library(name), replications=4) for name in NAMES}


@pytest.fixture(scope="module")
def comparison() -> leaksim.Comparison:
    return leaksim.compare([library(name) for name in NAMES if name != "article_june_2017"], replications=4)


@pytest.fixture(scope="module")
def small() -> tuple[Scenario, Scenario]:
    uncertain = from_registry("suppliers.capacity", "stock.motor_fuel.initial", "china.enforcement.exports.long_run")
    measures = cut("motor_fuel", 0.9), cut("jet_fuel", 0.9), cut("coal", 0.9)
    one = scenario(*measures, months=6, uncertainties=uncertain)
    changes = {"name": "other", "title": "Another scenario, with a rather long title that has to be broken"}
    other = scenario(*measures, months=6, uncertainties=uncertain, channels=("cn_slippage",))
    return one, other.model_copy(update=changes)


@pytest.fixture(scope="module")
def sheets(
    results: Mapping[str, Result], comparison: leaksim.Comparison, small: tuple[Scenario, Scenario]
) -> list[Sheet]:
    """One of every kind."""
    headline = results[NAMES[0]]
    kinds = ("fan", "waterfall", "suppliers", "timeline", "monitor")
    return [
        *(figure(kind, headline).sheet for kind in kinds),
        figure("differences", comparison).sheet,
        figure("tornado", small[0], replications=2).sheet,
        figure("fan", *small, replications=4).sheet,
    ]


@pytest.fixture(scope="module")
def pictures(sheets: list[Sheet]) -> Pictures:
    """Each sheet with its files by format, one column wide."""
    return [(sheet, {format: rendered(sheet, "one", format) for format in FORMATS}) for sheet in sheets]


@pytest.mark.parametrize("name", NAMES)
def test_no_text_is_cut_off_or_over_another(name: str, results: Mapping[str, Result]) -> None:
    drawn = [figure(kind, results[name]) for kind in ("fan", "suppliers", "monitor")]
    if name == NAMES[0]:
        others = [("suppliers", "motor_fuel"), ("suppliers", "capital_goods"), ("monitor", "capital_goods")]
        drawn += [figure(kind, results[name], product=product) for kind, product in others]
    if name != "status_quo":
        drawn += [figure(kind, results[name]) for kind in ("waterfall", "timeline")]
    assert [(each.sheet.kind, width, faults(each.sheet, width)) for each in drawn for width in WIDTHS] == [
        (each.sheet.kind, width, []) for each in drawn for width in WIDTHS
    ]


def test_the_whole_catalogue_fits() -> None:
    sheet = figure("timeline").sheet
    assert [faults(sheet, width) for width in WIDTHS] == [[], []]


@pytest.mark.parametrize(
    ("metric", "item"), [("pressure.realised", ""), ("leakage.value", ""), ("leakage.quantity", "motor_fuel")]
)
def test_differences_of_the_library_fit(comparison: leaksim.Comparison, metric: str, item: str) -> None:
    sheet = figure("differences", comparison, metric=metric, item=item).sheet
    assert [faults(sheet, width) for width in WIDTHS] == [[], []]


def test_a_tornado_of_the_longest_names_fits() -> None:
    uncertain = library(NAMES[0]).uncertainties
    table = one_at_a_time(scenario(cut("coal", 0.9, "2017-01-01"), months=2, uncertainties=uncertain), replications=2)
    sheet = tornado(table, "A test", "leakage.value", len(uncertain))
    assert len(sheet.data) == len(uncertain)
    assert [faults(sheet, width) for width in WIDTHS] == [[], []]


def test_two_fans_fit(small: tuple[Scenario, Scenario]) -> None:
    sheet = figure("fan", *small, replications=4).sheet
    assert [faults(sheet, width) for width in WIDTHS] == [[], []]


def test_the_faults_are_found_where_there_are_some() -> None:
    def draw(canvas: Canvas, width: Width) -> None:
        canvas.text(0.5, 0.5, "one")
        canvas.text(0.5, 0.51, "other")
        canvas.text(0.95, 0.1, "beyond the edge")

    assert faults(Sheet("test", pd.DataFrame(), 2, draw, "", ""), "one") == [
        "cut off: 'beyond the edge'",
        "over each other: 'one' and 'other'",
    ]


def test_titles_are_taken_as_they_are_written() -> None:
    what = scenario(cut("coal", 0.9), months=2)
    titles = {"a": "Coal & fuel_oil: 50 % off at $5 to $10 {each}", "b": "Юг − север^2"}
    table = leaksim.compare(
        [what.model_copy(update={"name": name}) for name in ("ref", "a", "b")], replications=2
    ).table
    sheet = differences(table, titles, "pressure.realised", "")
    assert [faults(sheet, width) for width in WIDTHS] == [[], []]
    assert titles["a"] in sheet.alt


def test_letters_that_no_font_has_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leaksim.figures.style._FONTS", ("DejaVu Sans",))
    measure = scenario(cut("coal", 0.9)).measures[0].model_copy(update={"title": "북한"})
    with pytest.raises(FigureError, match="no font that is installed has all letters"):
        rendered(instruments("A test", [measure]), "one", "png")


def test_the_same_numbers_give_the_same_bytes_in_every_format(pictures: Pictures) -> None:
    for sheet, files in pictures:
        assert {format: rendered(sheet, "one", format) for format in FORMATS} == files, sheet.kind


def test_every_file_is_as_wide_as_its_columns(pictures: Pictures) -> None:
    for sheet, files in pictures:
        picture = imread(BytesIO(files["png"]), format="png")
        assert picture.shape[1] == 300 * INCHES["one"], sheet.kind
    wide = imread(BytesIO(rendered(pictures[0][0], "two", "png")), format="png")
    assert wide.shape[1] == 300 * INCHES["two"]


def test_fonts_are_inside_and_the_day_is_not(pictures: Pictures) -> None:
    for _, files in pictures:
        assert b"/FontFile2" in files["pdf"]
        assert b"/Type3" not in files["pdf"]
        assert b"/CreationDate" not in files["pdf"]
        assert b"<text" not in files["svg"]
        assert b"dc:date" not in files["svg"]


def test_the_file_itself_says_what_it_shows(pictures: Pictures) -> None:
    for sheet, files in pictures:
        root = ET.fromstring(files["svg"])
        assert root.get("role") == "img"
        (title,), (description,) = (root.findall(f"{{http://www.w3.org/2000/svg}}{name}") for name in ("title", "desc"))
        assert description.text == sheet.alt
        assert title.text
        assert sheet.caption.startswith(title.text)
        assert b"/Subject" in files["pdf"]


def luminance(color: str) -> float:
    """What is left of a colour in grey, 0 to 1."""
    red, green, blue = to_rgb(color)
    return 0.299 * red + 0.587 * green + 0.114 * blue


@pytest.mark.parametrize(
    "fills",
    [
        [TONES[party].fill for party in ("china", "russia", "other")],
        [TONES[end].fill for end in ("low", "high")],
        [*BANDS, INK],
    ],
)
def test_what_meets_in_a_figure_differs_in_grey(fills: list[str]) -> None:
    assert all(abs(luminance(one) - luminance(other)) > 0.12 for one, other in combinations(fills, 2))


def test_tones_of_one_figure_differ_without_any_colour() -> None:
    groups = [TONES[name] for name in ("china", "russia", "third", "council")]
    assert len({tone.hatch for tone in groups}) == len(groups)
    assert len({str(tone.dash) for tone in groups}) == len(groups)


def test_other_settings_of_matplotlib_change_nothing(results: Mapping[str, Result]) -> None:
    import matplotlib as mpl

    sheet = figure("fan", results["no_russia"]).sheet
    before = rendered(sheet, "one", "svg")
    with mpl.rc_context({"font.size": 20, "axes.facecolor": "red", "text.usetex": False, "svg.fonttype": "none"}):
        assert rendered(sheet, "one", "svg") == before
        assert mpl.rcParams["font.size"] == 20


def test_a_notebook_shows_the_picture(sheets: list[Sheet]) -> None:
    assert Figure(sheets[0], "one")._repr_png_().startswith(b"\x89PNG")


def test_a_run_without_random_draws_can_be_drawn() -> None:
    one = simulate(scenario(cut("coal", 0.9, "2017-01-01"), months=1), replications=1)
    subject = of_result(one)
    assert subject.months == ("2017-01",)
    for kind in ("fan", "suppliers", "monitor"):
        sheet = figure(kind, one).sheet
        assert [faults(sheet, width) for width in WIDTHS] == [[], []]
        assert "nan" not in sheet.alt + sheet.caption
    assert "So few histories give no interval from luck alone" in figure("fan", one).caption
