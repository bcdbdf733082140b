"""`leaksim instruments`: measures as a timeline."""

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from leaksim.cli import main
from leaksim.evidence.registry import load_registry

TESTS = Path(__file__).parents[1]
FILE = TESTS / "scenario" / "data" / "everything.yaml"
CATALOGUE = load_registry().instruments


def shown(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["instruments", *words]) == 0
    return capsys.readouterr().out


def rows(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(shown(capsys, *words, "--format", "csv"))))


def test_the_catalogue_is_a_timeline_in_the_order_of_the_days(capsys: pytest.CaptureFixture[str]) -> None:
    days = [row["date"] for row in rows(capsys)]
    assert days == sorted(days)
    assert (days[0], days[-1]) == ("2016-01-06", "2018-01-01")
    assert {row["measure"] for row in rows(capsys)} == set(CATALOGUE)


def test_every_line_of_the_table_fits_into_a_hundred_columns(capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(capsys).splitlines()
    assert max(map(len, lines)) <= 100
    assert all(line == line.rstrip() for line in lines)
    assert [name for name in CATALOGUE if not any(line.startswith(name) for line in lines)] == []


def test_a_resolution_shows_its_days_its_orders_and_what_it_spares(capsys: pytest.CaptureFixture[str]) -> None:
    found = [(row["date"], row["event"]) for row in rows(capsys) if row["measure"] == "unscr_2321"]
    assert found == [
        ("2016-09-09", "trigger"),
        ("2016-11-23", "agreed"),
        ("2016-11-23", "proposed"),
        ("2016-11-30", "adopted"),
        ("2016-11-30", "in force"),
        ("2017-01-01", "in force"),
    ]
    text = " ".join(shown(capsys).split())
    assert "82 from the trigger to the adoption, 7 of them after the United States and China had agreed" in text
    assert "coal: at most 609 $m/year (China), until 2016-12-31" in text
    assert "spares Coal from Russia that passes through Rajin." in text
    assert "textiles: cut by 100% (China, Russia, others), bites on 2017-12-10" in text


def test_what_both_texts_order_stands_there_once(capsys: pytest.CaptureFixture[str]) -> None:
    ordered = [(row["event"], row["flow"]) for row in rows(capsys) if row["measure"] == "unscr_2371" and row["flow"]]
    assert ordered == [("proposed", "rason_transit"), *(("in force", flow) for flow in ("coal", "ores", "seafood"))]


def test_a_row_of_the_csv_can_be_counted_with(capsys: pytest.CaptureFixture[str]) -> None:
    (row,) = (row for row in rows(capsys) if (row["measure"], row["flow"]) == ("unscr_2375", "textiles"))
    assert (row["binds"], row["orders"], row["bites_on"]) == ("china russia other", "cut by 100%", "2017-12-10")
    delays = {row["measure"]: row["days_of_delay"] for row in rows(capsys)}
    assert {name: days for name, days in delays.items() if days} == {"unscr_2270": "6", "unscr_2321": "7"}


def test_a_scenario_shows_its_own_measures(capsys: pytest.CaptureFixture[str]) -> None:
    found = rows(capsys, str(FILE))
    assert {row["scenario"] for row in found} == {"everything"}
    mine = [(row["date"], row["event"], row["flow"]) for row in found if row["measure"] == "my_proposal"]
    assert mine == [
        ("2017-10-01", "trigger", ""),
        ("2017-10-10", "agreed", ""),
        ("2017-10-10", "proposed", "coal"),
        ("2017-10-10", "proposed", "workers"),
    ]
    assert "the event comes 2 times a year on average" in " ".join(shown(capsys, str(FILE)).split())


def test_a_scenario_without_dilution_says_that_proposals_hold(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert "un_dilution is off" not in shown(capsys, str(FILE))
    file = tmp_path / "undiluted.yaml"
    file.write_text(FILE.read_text(encoding="utf-8").replace("un_dilution: on", "un_dilution: off"), encoding="utf-8")
    (tmp_path / "base").mkdir()
    base = FILE.parent / "base" / "article_2017.yaml"
    (tmp_path / "base" / base.name).write_text(base.read_text(encoding="utf-8"), encoding="utf-8")
    assert "(un_dilution is off: what was proposed holds)" in shown(capsys, str(file))


def test_markdown_has_a_table_and_a_section_for_each_measure(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, "--format", "md")
    assert "| Date | Event | Measure | What | Sources |" in text
    assert all(f"## `{name}`: " in text for name in CATALOGUE)
    assert len({line.count(" | ") for line in text.splitlines() if line.startswith("| ")}) == 1


def test_json_holds_everything_that_the_registry_knows(capsys: pytest.CaptureFixture[str]) -> None:
    document: Any = json.loads(shown(capsys, "--json"))
    (timeline,) = document["timelines"]
    assert timeline["scenario"] is None
    assert document["evidence"] == load_registry().digest
    by_id = {measure["id"]: measure for measure in timeline["measures"]}
    assert list(by_id) == list(CATALOGUE)
    assert by_id["unscr_2270"]["days_of_delay"] == 6
    assert by_id["unscr_2270"]["events"][0] == {
        "date": "2016-01-06",
        "event": "trigger",
        "what": "the event that it answers",
    }
    assert by_id["proposed_oil_embargo_2017"]["negotiation"]["bargaining_days"] == 8


def test_what_is_asked_for_goes_to_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    expected = shown(capsys, "--format", "md")
    file = tmp_path / "new" / "measures.md"
    assert shown(capsys, "--format", "md", "-o", str(file)) == f"{file} written\n"
    assert file.read_text(encoding="utf-8") == expected
    assert json.loads(shown(capsys, "--json", "--out", str(file))) == {"file": str(file)}
    assert json.loads(file.read_text(encoding="utf-8"))["timelines"]


def test_a_bad_scenario_is_refused_with_its_message(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["instruments", str(TESTS / "bad_scenarios" / "unknown_measure.yaml")]) == 2
    assert "there is no measure in the catalogue called" in capsys.readouterr().err


def test_a_policy_has_its_own_measures_and_sources(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "asked.yaml"
    text = (
        "leaksim: 1\nname: asked\ntitle: A question\nperiod: {start: 2017-01-01, months: 12}\n"
        "measures: [{use: unscr_2371}]\n"
        "policies:\n  more:\n    title: One measure more\n    measures: [{use: unscr_2371}, {use: unscr_2375}]\n"
        "    assumptions: {suppliers.number: 8}\n"
    )
    file.write_text(text, encoding="utf-8")
    assert {row["measure"] for row in rows(capsys, str(file))} == {"unscr_2371"}
    assert {row["measure"] for row in rows(capsys, str(file), "--policy", "more")} == {"unscr_2371", "unscr_2375"}
    for words in ([], ["--policy", "more"]):
        assert main(["sources", str(file), *words, "--json"]) == 0
        (found,) = json.loads(capsys.readouterr().out)["sources"]
        values = {row["id"]: row["value"] for row in found["parameters"]}
        assert (values["suppliers.number"] == 8) == bool(words)
    assert main(["instruments", str(file), "--policy", "mor"]) == 2
    assert "did you mean more?" in capsys.readouterr().err
    assert main(["sources", "--policy", "more"]) == 2
    assert "one scenario file, not with 0" in capsys.readouterr().err
