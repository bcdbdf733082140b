"""`leaksim explain`: where values come from and what they rest on."""

import json
from pathlib import Path
from typing import Any

import pytest

from leaksim.cli import main
from leaksim.evidence.registry import load_registry

FILE = Path(__file__).parents[1] / "scenario" / "data" / "everything.yaml"


def shown(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["explain", str(FILE), *words]) == 0
    return capsys.readouterr().out


def document(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    return json.loads(shown(capsys, "--json", *words))


def row(text: str, name: str) -> str:
    return next(line for line in text.splitlines() if line.split()[:1] == [name])


def test_the_overview_names_the_line_of_each_value(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys)
    number = FILE.read_text(encoding="utf-8").splitlines().index("    amount: 480 kb/year") + 1
    assert row(text, "moves[0].amount").split() == ["moves[0].amount", "480", "kb/year", f"everything.yaml:{number}"]
    assert row(text, "period.start").endswith("article_2017.yaml:6, inherited")
    assert "replaces 36 of article_2017.yaml:7" in row(text, "period.months")
    assert row(text, "channels.ru_fuel").endswith("default")


def test_the_overview_says_what_the_measures_order(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys)
    assert "my_embargo: Full embargo on refined fuel" in text
    assert "cut by 100%" in text
    assert "at most 400 $m/year" in text


def test_the_overview_shows_the_changed_parameters_and_counts_the_rest(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = shown(capsys)
    total = len(load_registry().parameters)
    assert f"6 of {total} set by the scenario, {total - 6} as in the registry" in text
    assert "inherited, instead of 0.13" in row(text, "russia.bank_friction")
    assert "drawn from customs_h1_2017, putin_novak_2017" in row(text, "baseline.motor_fuel.russia")
    assert "\n  gdp " not in text


def test_all_shows_every_default_with_its_basis(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, "--all")
    for name in load_registry().parameters:
        assert f"\n  {name} " in text
    assert "registry, grade B E010" in row(text, "gdp")


def test_a_parameter_is_explained_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, "baseline.motor_fuel.russia")
    parameter = load_registry().parameter("baseline.motor_fuel.russia")
    assert parameter.title in text
    assert "40 to 200, triangular" in text
    for expected in (*parameter.figures, *parameter.sources, *(rival.name for rival in parameter.rivals)):
        assert expected in text
    assert "Energy Voice" in text


def test_an_assumed_parameter_gives_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    reason = load_registry().parameter("market.buyer_power").reason
    assert reason is not None
    assert reason in shown(capsys, "market.buyer_power")


def test_json_holds_values_and_parameters_with_their_origins(capsys: pytest.CaptureFixture[str]) -> None:
    content = document(capsys)
    values = {value["path"]: value for value in content["values"]}
    assert values["period.start"] | {"about": ""} == {
        "path": "period.start",
        "value": "2017-01-01",
        "origin": "base",
        "file": str(FILE.parent / "base" / "article_2017.yaml"),
        "line": 6,
        "replaces": None,
        "about": "",
    }
    parameters = {parameter["id"]: parameter for parameter in content["parameters"]}
    assert parameters["suppliers.capacity"]["value"] == 160
    assert parameters["suppliers.capacity"]["origin"] == "file"
    assert parameters["russia.bank_friction"]["origin"] == "base"
    assert parameters["suppliers.capacity"]["uncertainty"]["mode"] == 160


def test_json_of_a_parameter_holds_its_references(capsys: pytest.CaptureFixture[str]) -> None:
    (parameter,) = document(capsys, "gdp")["parameters"]
    assert parameter["origin"] == "registry"
    assert set(parameter["references"]) == set(load_registry().parameter("gdp").sources)


def test_a_policy_is_explained_with_what_it_replaces(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "trial.yaml"
    text = "leaksim: 1\nname: trial\ntitle: A trial\nperiod: {start: 2017-01-01, months: 12}\nassumptions: {gdp: 30}\n"
    file.write_text(f"{text}policies:\n  rich: {{assumptions: {{gdp: 31}}}}\n", encoding="utf-8")
    assert main(["explain", str(file)]) == 0
    shown = capsys.readouterr().out
    assert row(shown, "policies.rich.assumptions.gdp").split()[1:] == ["31", "trial.yaml:7"]
    assert f"leaksim run {file} --policy rich" in shown
    assert main(["explain", str(file), "--policy", "rich"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("trial_rich: Rich\n")
    assert "trial.yaml:7, replaces 30 of trial.yaml:5, instead of 28 $bn/year" in row(shown, "gdp")
    assert main(["explain", str(file), "gdp", "--policy", "rihc"]) == 2
    assert "did you mean rich?" in capsys.readouterr().err
