"""A layout is checked as a scenario is: everything that is wrong at once, each with its place."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from leaksim.scenario.problems import ScenarioProblems
from leaksim.tables.layout import OutcomeLayout
from leaksim.tables.reading import NoLayoutError, built_in_file, built_in_layouts, read_layout

GOOD = """\
layout: 1
name: mine
about: A table of my own.
of: runs
title: Mine
stub: Scenario
rows: scenarios
columns:
  - {metric: leakage.value}
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "mine.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def told(folder: Path, text: str) -> str:
    with pytest.raises(ScenarioProblems) as caught:
        read_layout(written(folder, text))
    return str(caught.value).replace(str(folder), "FOLDER")


def test_every_built_in_layout_is_sound_and_has_the_name_of_its_file() -> None:
    assert set(built_in_layouts()) >= {"headline", "attribution", "comparison", "time", "parameters", "instruments"}
    for name, file in built_in_layouts().items():
        layout = read_layout(file)
        assert layout.name == name
        assert layout.about.endswith(".")


def test_a_layout_is_what_its_file_says(tmp_path: Path) -> None:
    layout = read_layout(written(tmp_path, GOOD))
    assert isinstance(layout, OutcomeLayout)
    assert layout.rows == "scenarios"
    assert layout.columns[0].metric == "leakage.value"  # type: ignore[union-attr]


def test_all_mistakes_are_told_at_once_each_with_its_place(tmp_path: Path) -> None:
    text = GOOD.replace("title: Mine", "titel: Mine").replace("stub: Scenario", "stub: 7").replace("leakage", "leakige")
    found = told(tmp_path, text)
    assert "FOLDER/mine.yaml:5:1: error: unknown key 'titel'" in found
    assert "did you mean 'title'?" in found
    assert "'title' is missing" in found
    assert "FOLDER/mine.yaml:6:7: error: wanted text, found the number 7" in found
    assert "FOLDER/mine.yaml:9:14: error: there is no metric called 'leakige.value'" in found
    assert "did you mean 'leakage.value'" in found
    assert found.endswith("4 errors")


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("of: runs", "of: runz", "4:5: error: there is no table of 'runz'"),
        ("of: runs\n", "", "'of' is missing: what the table is made of"),
        ("rows: scenarios", "rows: scenario", "7:7: error: wanted `scenarios` or a list of entries"),
        ("layout: 1", "layout: 2", "1:9: error: '2' is not possible here"),
        ("metric: leakage.value", "metric: leakage.value, decimals: 9", "wanted a number not above 6"),
        ("metric: leakage.value", "metric: leakage.value, heading: A", "headings and `indented` are for rows"),
        ("metric: leakage.value", "metric: leakage.value, item: a, items: all", "write item or items, not both"),
        ("metric: leakage.value", "label: A", "'metric' is missing"),
        ("metric: leakage.value", "metric: leakage.owen", "9:14: error: leakage.owen needs an item"),
        ("metric: leakage.value", "metric: leakage.owen, item: rusia", "9:34: error: leakage.owen has no item 'rusia'"),
        ("metric: leakage.value", "metric: leakage.value, p: true", "only a comparison has a p"),
        ("  - {metric: leakage.value}", "  []", "columns has no entry that names an outcome"),
        ("  - {metric: leakage.value}\n", "  scenarios\n", "rows and columns cannot both be scenarios"),
        ("of: runs", "of: attribution", "has metrics that begin with `attribution.`"),
        ("metric: leakage.value", "metric: [a]", "wanted text, found a list"),
        (GOOD, "- a\n", "the file holds a list; a layout consists of `key: value` lines"),
        (GOOD, "# nothing\n", "the file is empty: `leaksim table --write-layout` writes one"),
        (GOOD, GOOD + "name: again\n", "'name' is written twice"),
    ],
)
def test_a_mistake_is_told_where_it_is(before: str, after: str, message: str, tmp_path: Path) -> None:
    assert before in GOOD
    assert message in told(tmp_path, GOOD.replace(before, after))


def test_a_comparison_has_only_what_is_compared(tmp_path: Path) -> None:
    compared = GOOD.replace("of: runs", "of: comparison")
    found = told(tmp_path, compared.replace("leakage.value", "pass_through.value"))
    assert "scenarios are not compared in pass_through.value" in found
    assert "allowed: pressure.realised" in found
    assert "rank.regret needs a label" in told(tmp_path, compared.replace("leakage.value", "rank.regret"))


def test_where_rows_and_columns_are_outcomes_each_cell_has_one_metric(tmp_path: Path) -> None:
    both = GOOD.replace("rows: scenarios", "rows:\n  - {item: china}")
    read_layout(written(tmp_path, both.replace("leakage.value", "leakage.owen")))
    twice = GOOD.replace("rows: scenarios", "rows:\n  - {metric: leakage.owen, item: china}")
    assert "8:14: error: the columns name the metric already" in told(tmp_path, twice)
    none = both.replace("metric: leakage.value", "label: A")
    assert "neither this row nor every column names a metric" in told(tmp_path, none)


def test_a_parameter_that_is_not_there_is_told(tmp_path: Path) -> None:
    file = YAML().load(built_in_file("parameters").read_text(encoding="utf-8"))
    text = built_in_file("parameters").read_text(encoding="utf-8") + "parameters: [price.feul]\n"
    assert file["which"] == "drawn"
    assert "there is no parameter called 'price.feul'" in told(tmp_path, text)


def test_a_name_that_is_no_layout_is_told() -> None:
    with pytest.raises(NoLayoutError, match="there is no layout called 'hedline'; did you mean headline"):
        built_in_file("hedline")
    with pytest.raises(NoLayoutError, match="there are attribution, "):
        built_in_file("zzz")
