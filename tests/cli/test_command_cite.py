"""`leaksim cite`: leaksim itself, and every source behind scenarios and runs."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from pybtex.database import parse_string

import leaksim
from leaksim.cli import main
from leaksim.evidence.registry import load_registry
from leaksim.report.csl import csl_items
from leaksim.report.software import citation
from leaksim.scenario.loading import load_scenario
from leaksim.simulation import simulate
from leaksim.store.runs import save_run

ROOT = Path(__file__).parents[2]
FILE = ROOT / "scenarios" / "no_russia.yaml"


def shown(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    assert main(["cite", *map(str, words)]) == 0
    return capsys.readouterr().out


def sources(capsys: pytest.CaptureFixture[str]) -> set[str]:
    assert main(["sources", str(FILE), "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["sources"]
    return {reference["key"] for reference in found["references"]}


def test_leaksim_is_cited_as_its_citation_file_says(capsys: pytest.CaptureFixture[str]) -> None:
    content = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation() == content
    assert content["version"] == leaksim.__version__
    plain = shown(capsys)
    assert plain.count("\n") == 1
    assert all(part in plain for part in (content["title"], content["version"], content["authors"][0]["name"]))


def test_bibtex_has_leaksim_and_every_source_once(capsys: pytest.CaptureFixture[str]) -> None:
    entries = parse_string(shown(capsys, FILE, "--format", "bibtex"), "bibtex").entries
    assert set(entries) == {"leaksim", *sources(capsys)}
    assert [str(person) for person in entries["leaksim"].persons["author"]] == ["{The leaksim authors}"]


def test_csl_json_has_the_same_with_names_and_dates(capsys: pytest.CaptureFixture[str]) -> None:
    items: Any = {item["id"]: item for item in json.loads(shown(capsys, FILE, "--format", "csl-json"))}
    assert set(items) == {"leaksim", *sources(capsys)}
    assert items["leaksim"]["type"] == "software"
    assert items["leaksim"]["author"] == [{"literal": "The leaksim authors"}]
    assert items["nash1950"] == {
        "id": "nash1950",
        "type": "article-journal",
        "author": [{"family": "Nash", "given": "John F."}],
        "title": "The Bargaining Problem",
        "container-title": "Econometrica",
        "volume": "18",
        "issue": "2",
        "page": "155–162",
        "issued": {"date-parts": [[1950]]},
    }
    assert items["rinna2017"]["issued"] == {"date-parts": [[2017, 7]]}
    assert items["unscr2371"]["author"] == [{"literal": "United Nations Security Council"}]


def test_latex_in_a_reference_becomes_text() -> None:
    (item,) = csl_items(r"@misc{a, author = {G\"odel, Kurt and van der Berg, Jan}, title = {{A \& B -- C\_d}}}")
    assert item["author"] == [
        {"family": "Gödel", "given": "Kurt"},
        {"family": "Berg", "given": "Jan", "non-dropping-particle": "van der"},
    ]
    assert item["title"] in ("A & B -- C_d", "A & B – C_d")


def test_a_run_cites_what_its_scenario_rests_on(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    run = save_run(simulate(load_scenario(FILE), replications=1), tmp_path, file=FILE)
    assert shown(capsys, run) == shown(capsys, FILE)
    assert shown(capsys, tmp_path) == shown(capsys, FILE)


def test_plain_text_and_json_name_the_scenarios_sources(capsys: pytest.CaptureFixture[str]) -> None:
    assert "[groll2017] Elias Groll. Trump White House" in shown(capsys, FILE)
    document: Any = json.loads(shown(capsys, FILE, "--json"))
    assert set(document["scenarios"]["no_russia"]) == sources(capsys)
    assert {item["id"] for item in document["references"]} == {"leaksim", *sources(capsys)}


def test_it_can_go_to_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    expected = shown(capsys, FILE, "--format", "bibtex")
    file = tmp_path / "paper" / "references.bib"
    assert shown(capsys, FILE, "--format", "bibtex", "--out", file) == f"{file} written\n"
    assert file.read_text(encoding="utf-8") == expected


def test_the_rival_sources_between_which_a_scenario_draws_are_cited(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    parameter = load_registry().parameter("gdp")
    rivals = {key for rival in parameter.rivals for key in rival.sources}
    file = tmp_path / "rivals.yaml"
    head = "leaksim: 1\nname: rivals\ntitle: Rivals\nperiod: {start: 2017-01-01, months: 1}\n"
    file.write_text(f"{head}uncertainties:\n  gdp: {{rivals: all}}\n", encoding="utf-8")
    cited = set(json.loads(shown(capsys, file, "--json"))["scenarios"]["rivals"])
    assert rivals
    assert rivals <= cited


def test_a_file_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["cite", str(tmp_path / "gone.yaml")]) == 2
    assert "there is no such file" in capsys.readouterr().err
