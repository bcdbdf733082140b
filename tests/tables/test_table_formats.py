"""Every layout in every format: what stands there can be read back, and the same table gives the same bytes."""

import re
import time
from dataclasses import replace
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pandas as pd
import pytest
from docx import Document

from leaksim.attribution import attribute
from leaksim.comparing import compare
from leaksim.scenario.schema import Lever, Levers
from leaksim.store.formats import read_csv
from leaksim.tables.layout import InstrumentLayout
from leaksim.tables.making import lay_out
from leaksim.tables.model import Format, Table
from leaksim.tables.reading import built_in_file, built_in_layouts, read_layout
from leaksim.tables.subjects import Subject, of_attribution, of_comparison
from leaksim.tables.writing import FormatError, format_of, save, written
from papers import HARD, cell_text, subject, titled
from worlds import catalogue, from_registry, scenario

FORMATS: tuple[Format, ...] = ("latex", "docx", "markdown", "html", "csv", "stata")
KOREAN, CYRILLIC = "조선 — Rason", "Хасан — Rason"


@pytest.fixture(scope="module")
def attributed() -> Subject:
    levers = Levers(bank_pressure=Lever(level=1.0))
    small = scenario(*catalogue(), months=9, channels=("cn_smuggling", "ru_fuel"), levers=levers)
    return of_attribution(attribute(small, replications=2, levers=True))


@pytest.fixture(scope="module")
def compared() -> list[Subject]:
    uncertain = from_registry("suppliers.capacity")
    without = scenario(*catalogue(), months=9, channels=("cn_smuggling",), uncertainties=uncertain)
    with_russia = scenario(*catalogue(), months=9, uncertainties=uncertain)
    named = [without.model_copy(update={"name": "without"}), with_russia.model_copy(update={"name": "with_russia"})]
    return of_comparison(compare(named, replications=6))


def made(name: str, attributed: Subject, compared: list[Subject]) -> Table:
    layout = read_layout(built_in_file(name))
    by_kind = {"attribution": [attributed], "comparison": compared}
    return lay_out(layout, by_kind.get(layout.of, [titled("first", HARD), titled("second", CYRILLIC)]))


class Words(HTMLParser):
    """The text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def html_text(page: str) -> str:
    parser = Words()
    parser.feed(page)
    return "".join(parser.found)


def docx_text(content: bytes) -> str:
    document = Document(BytesIO(content))
    cells = (cell_text(cell) for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def read_back(content: bytes, format: Format) -> str:
    if format == "docx":
        return docx_text(content)
    if format == "html":
        return html_text(content.decode())
    if format == "csv":
        return "\n".join(map(str, read_csv(content).to_numpy().ravel()))
    if format == "stata":
        return "\n".join(map(str, pd.read_stata(BytesIO(content)).to_numpy().ravel()))
    text = content.decode()
    return re.sub(r"\\(.)", r"\1", text) if format == "markdown" else text


@pytest.mark.parametrize("name", built_in_layouts())
@pytest.mark.parametrize("format", FORMATS)
def test_every_layout_can_be_written_in_every_format(
    name: str, format: Format, attributed: Subject, compared: list[Subject]
) -> None:
    table = made(name, attributed, compared)
    content = written(table, format)
    text = read_back(content, format)
    for _, row in table.rows:
        if format != "latex":
            assert row.label in text.replace("&emsp;", ""), row.label
        for cell in row.cells:
            assert format == "latex" or all(line in text for line in cell.lines), cell.lines
    assert written(table, format) == content


@pytest.mark.parametrize("format", [each for each in FORMATS if each != "latex"])
@pytest.mark.parametrize("title", [HARD, KOREAN, CYRILLIC])
def test_no_letter_of_a_title_is_lost(format: Format, title: str) -> None:
    table = lay_out(read_layout(built_in_file("headline")), [subject(title=title)], title=title)
    text = read_back(written(table, format), format)
    assert title in text


def test_the_hour_of_writing_leaves_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    table = lay_out(read_layout(built_in_file("headline")), [subject()])
    before = {format: written(table, format) for format in FORMATS}
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(2_000_000_000))
    assert {format: written(table, format) for format in FORMATS} == before


def test_every_cell_of_the_data_says_where_it_comes_from() -> None:
    table = lay_out(read_layout(built_in_file("headline")), [subject()])
    rows = read_csv(written(table, "csv"))
    (leaks,) = rows[rows["column"] == "Leaks through China"].to_dict("records")
    assert (leaks["run"], leaks["scenario"], leaks["metric"], leaks["item"]) == (
        *("results/first", "first", "leakage.owen", "china"),
    )
    assert float(leaks["estimate"]) == pytest.approx(28.07)
    assert (leaks["unit"], leaks["text"]) == ("% of intended", "28 (14 to 44)")


def test_a_stata_file_has_labels_and_long_texts() -> None:
    table = lay_out(read_layout(built_in_file("headline")), [subject(title="long " * 600)])
    content = written(table, "stata")
    assert pd.read_stata(BytesIO(content))["row"].iloc[0] == "long " * 600
    with pd.read_stata(BytesIO(content), iterator=True) as reader:
        assert reader.variable_labels()["metric"] == "Metric in the tidy table"
        assert reader.data_label == "What reaches Pyongyang"


def test_html_has_its_origin_in_every_cell_and_loads_nothing() -> None:
    page = written(lay_out(read_layout(built_in_file("headline")), [subject()]), "html").decode()
    assert 'data-run="results/first" data-scenario="first" data-metric="leakage.owen" data-item="china"' in page
    assert "http" not in page
    assert page.count("<table") == page.count("<caption") == page.count("<thead") == 1
    assert 'scope="row"' in page


def test_markdown_cites_as_pandoc_does_and_other_formats_list_what_they_cite() -> None:
    table = lay_out(read_layout(built_in_file("headline")), [subject()])
    assert "for the scenarios [@groll2017]." in written(table, "markdown").decode()
    listing: tuple[Format, ...] = ("html", "docx")
    for format in listing:
        text = read_back(written(table, format), format)
        assert "for the scenarios [1]." in text
        assert "[1] Elias Groll" in text


def test_the_name_of_a_file_says_its_format() -> None:
    assert format_of(Path("a/b.TEX"), None) == "latex"
    assert format_of(Path("b.csv"), "stata") == "stata"
    assert format_of(None, None) == "markdown"
    with pytest.raises(FormatError, match=r"b\.pdf: end the name in \.tex"):
        format_of(Path("b.pdf"), None)
    with pytest.raises(FormatError, match="give --out FILE"):
        format_of(None, "docx")
    with pytest.raises(FormatError, match="there is no format 'pdf'"):
        written(lay_out(read_layout(built_in_file("headline")), [subject()]), "pdf")  # type: ignore[arg-type]


def test_a_file_replaces_another_whole(tmp_path: Path) -> None:
    file = tmp_path / "new" / "table.csv"
    table = lay_out(read_layout(built_in_file("time")), [subject()])
    save(table, file, "csv")
    save(replace(table, groups=table.groups), file, "csv")
    assert file.read_bytes() == written(table, "csv")
    assert [each.name for each in file.parent.iterdir()] == ["table.csv"]


def test_the_catalogue_stands_for_the_measures_when_no_scenario_is_given() -> None:
    layout = read_layout(built_in_file("instruments"))
    assert isinstance(layout, InstrumentLayout)
    (group,) = lay_out(layout, []).groups
    assert [row.label for row in group.rows] == sorted(row.label for row in group.rows)
    assert group.rows[0].label == "2016-01-06"
