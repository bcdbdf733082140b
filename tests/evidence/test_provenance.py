"""What a scenario rests on, as a table and from the command line."""

import json
from pathlib import Path

import pytest

from leaksim.cli import main
from leaksim.evidence.errors import UnknownParameter, UnknownReference
from leaksim.evidence.provenance import ParameterRow, provenance
from leaksim.evidence.registry import load_registry

REGISTRY = load_registry()

SCENARIO = """\
leaksim: 1
name: trial
title: A trial
references: [rinna2017]
period: {start: 2017-01-01, months: 12}
measures: [{use: cn_fuel_stop_2017_06}]
assumptions: {gdp: 30 $bn/year}
"""


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "trial.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    return path


def row_of(identifier: str, assumptions: dict[str, float | str]) -> ParameterRow:
    rows = provenance(REGISTRY, assumptions).parameters
    return next(row for row in rows if row.id == identifier)


def test_without_a_scenario_the_whole_registry_is_listed() -> None:
    everything = provenance(REGISTRY)
    assert [row.id for row in everything.parameters] == list(REGISTRY.parameters)
    assert [row.id for row in everything.instruments] == list(REGISTRY.instruments)
    assert {row.origin for row in everything.parameters} == {"registry"}
    assert {"groll2017", "rinna2017", "mehdiyev2018"} <= {row.key for row in everything.references}


def test_a_default_is_traced_to_its_figures_and_their_sources() -> None:
    row = row_of("exports.china.coal", {})
    assert (row.value, row.unit, row.grade, row.figures) == (98, "$m/month", "A", ("E200", "E201"))
    assert "nikkeiceic" in row.sources


def test_a_value_that_the_scenario_sets_is_vouched_for_by_the_scenario_alone() -> None:
    row = row_of("gdp", {"gdp": 30.0})
    assert (row.value, row.grade, row.origin, row.sources) == (30.0, "scenario", "scenario", ())


def test_a_value_taken_from_a_rival_source_is_traced_to_it() -> None:
    row = row_of("baseline.motor_fuel.russia", {"baseline.motor_fuel.russia": 167.0})
    assert (row.grade, row.origin, row.sources) == ("C", "rival defector_ri", ("ri2017defector",))


def test_only_the_scenario_s_measures_and_references_are_listed() -> None:
    listed = provenance(REGISTRY, measures=[REGISTRY.instruments["unscr_2375"]], references=["becker1968"])
    (measure,) = listed.instruments
    assert (measure.adopted, measure.in_force) == ("2017-09-11", "2017-09-11")
    assert measure.flows == ("motor_fuel", "textiles", "workers")
    keys = [row.key for row in listed.references]
    assert keys == sorted(set(keys))
    assert {"unscr2375", "becker1968"} <= set(keys)
    assert "unscr2356" not in keys


def test_unknown_names_are_refused() -> None:
    with pytest.raises(UnknownParameter):
        provenance(REGISTRY, {"gpd": 3.0})
    with pytest.raises(UnknownReference):
        provenance(REGISTRY, references=["nobody1999"])


def test_the_command_prints_one_json_document(capsys: pytest.CaptureFixture[str], scenario: Path) -> None:
    assert main(["sources", str(scenario), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["evidence"] == REGISTRY.digest
    (trial,) = document["sources"]
    assert trial["scenario"] == "trial"
    assert len(trial["parameters"]) == len(REGISTRY.parameters)
    assert [row["id"] for row in trial["instruments"]] == ["cn_fuel_stop_2017_06"]
    assert "rinna2017" in {row["key"] for row in trial["references"]}


def test_the_table_fits_a_terminal_of_eighty_columns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["sources"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert not any("…" in line or "\x1b" in line for line in lines)
    for name in (*REGISTRY.parameters, *REGISTRY.instruments):
        assert any(line.startswith(name) for line in lines)


def test_the_narrowest_table_still_shows_whole_numbers(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    assert main(["sources"]) == 0
    output = capsys.readouterr().out
    assert "4500–10000" in output
    assert "…" not in output


def test_the_references_come_as_bibtex(capsys: pytest.CaptureFixture[str], scenario: Path) -> None:
    from pybtex.database import parse_string

    assert main(["sources", str(scenario), "--format", "bib"]) == 0
    entries = parse_string(capsys.readouterr().out, "bibtex").entries
    assert {"rinna2017", "intelligencer2017cnpc", "hankyoreh2017kotra"} <= set(entries)
    assert "unscr2356" not in entries
