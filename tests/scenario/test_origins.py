"""Every value knows whether it was written, inherited or a default."""

from pathlib import Path

import pytest

from leaksim.scenario.loading import load
from leaksim.scenario.origins import Origin, origins_of

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="module")
def origins() -> dict[str, Origin]:
    loaded = load(DATA / "everything.yaml")
    assert loaded.scenario is not None
    assert loaded.tree is not None
    return {origin.name: origin for origin in origins_of(loaded.scenario, loaded.tree)}


def line_with(file: str, text: str) -> int:
    lines = (DATA / file).read_text(encoding="utf-8").splitlines()
    return 1 + next(number for number, line in enumerate(lines) if text in line)


def test_a_written_value_has_its_line(origins: dict[str, Origin]) -> None:
    amount = origins["moves[0].amount"]
    assert amount.kind == "file"
    assert amount.place is not None
    assert amount.place.line == line_with("everything.yaml", "480 kb/year")
    assert amount.about.startswith("By how much")


def test_an_inherited_value_has_the_line_of_the_base(origins: dict[str, Origin]) -> None:
    start = origins["period.start"]
    assert start.kind == "base"
    assert start.place is not None
    assert start.place.source.file == DATA / "base" / "article_2017.yaml"
    assert start.place.line == line_with("base/article_2017.yaml", "start:")


def test_a_value_that_replaces_one_of_a_base_says_so(origins: dict[str, Origin]) -> None:
    months = origins["period.months"]
    assert months.value == 24
    assert months.replaced is not None
    assert months.replaced.plain() == 36
    assert months.as_json()["replaces"] == {"value": 36, "place": str(months.replaced.place)}


def test_what_is_not_written_is_a_default(origins: dict[str, Origin]) -> None:
    assert origins["channels.ru_fuel"].kind == "default"
    assert origins["channels.ru_fuel"].value is True
    assert origins["channels.cn_smuggling"].kind == "file"


def test_a_list_of_plain_values_is_one_value(origins: dict[str, Origin]) -> None:
    assert origins["references"].value == ["groll2017", "rinna2017"]
    assert origins["measures[2].provisions[0].binds"].value == ["china", "russia", "other"]


def test_all_assumptions_are_among_the_origins(origins: dict[str, Origin]) -> None:
    loaded = load(DATA / "everything.yaml")
    assert loaded.scenario is not None
    assert {f"assumptions.{name}" for name in loaded.scenario.assumptions} <= origins.keys()
