"""`policies`: named changes to one scenario, each a scenario of its own."""

from pathlib import Path

import pytest

from leaksim.scenario.loading import check_scenario, load, load_policies, load_scenario
from leaksim.scenario.problems import ScenarioProblems

START = "leaksim: 1\nname: trial\ntitle: A trial\nperiod: {start: 2017-01-01, months: 12}\n"


def write(folder: Path, text: str, name: str = "trial.yaml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def remarks(folder: Path, text: str) -> list[tuple[int, str, str]]:
    scenario, problems = check_scenario(write(folder, START + text))
    assert scenario is not None
    return [(problem.place.line, problem.severity, problem.message) for problem in problems]


def test_a_policy_is_what_a_file_that_extends_the_scenario_would_be(tmp_path: Path) -> None:
    base = (
        "measures: [{use: unscr_2375}]\nchannels: {cn_smuggling: off}\nassumptions: {gdp: 30, price.fuel: 80}\n"
        "levers: {bank_pressure: {level: 50 %, start: 2017-03-01}}\nreferences: [groll2017]\n"
        "uncertainties: {suppliers.capacity: {distribution: uniform, low: 70, high: 90}}\n"
    )
    patch = {
        "measures": "[{use: unscr_2397}]",
        "channels": "{ru_fuel: off}",
        "assumptions": "{gdp: 31}",
        "levers": "{bank_pressure: {level: 100 %}}",
        "references": "[rinna2017]",
        "uncertainties": "{suppliers.capacity: {use: registry}}",
    }
    indented = "".join(f"    {key}: {value}\n" for key, value in patch.items())
    policy = load_policies(write(tmp_path, f"{START}{base}policies:\n  harder:\n{indented}"))["harder"]
    write(tmp_path, START + base, "base.yaml")
    lines = "".join(f"{key}: {value}\n" for key, value in patch.items())
    child = f"leaksim: 1\nname: trial_harder\ntitle: Harder\nextends: base.yaml\n{lines}"
    assert policy == load_scenario(write(tmp_path, child, "child.yaml"))
    assert policy.digest == load_scenario(tmp_path / "child.yaml").digest


def test_a_policy_speaks_for_itself(tmp_path: Path) -> None:
    text = (
        "description: What the scenario says of itself.\n"
        "expect: [{metric: leakage.value, above: 0, because: somebody fills the gap}]\n"
        "policies:\n  no_firms: {channels: {ru_fuel: off}}\n"
        "  no_workers: {title: Nobody goes, channels: {ru_labour: off}, "
        "expect: [{metric: leakage.value, below: 1, because: it is part of the whole}]}\n"
    )
    firms, workers = load_policies(write(tmp_path, START + text)).values()
    assert (firms.name, firms.title, firms.description, firms.expect) == ("trial_no_firms", "No firms", None, ())
    assert (workers.name, workers.title) == ("trial_no_workers", "Nobody goes")
    assert [one.below for one in workers.expect] == [1]


def test_a_scenario_is_the_same_with_policies_and_without(tmp_path: Path) -> None:
    without = load_scenario(write(tmp_path, START)).digest
    assert (
        load_scenario(write(tmp_path, f"{START}policies: {{closed: {{channels: {{ru_fuel: off}}}}}}\n")).digest
        == without
    )


def test_policies_are_inherited_and_merged_like_every_block(tmp_path: Path) -> None:
    policies = (
        "policies:\n"
        "  firms: {channels: {ru_fuel: off}, uncertainties: {gdp: {distribution: uniform, low: 28, high: 30}}}\n"
        "  workers: {channels: {ru_labour: off}}\n"
    )
    write(tmp_path, f"period: {{start: 2017-01-01, months: 12}}\n{policies}", "base.yaml")
    child = (
        "leaksim: 1\nname: child\ntitle: A child\nextends: base.yaml\n"
        "policies: {firms: {channels: {ru_port: off}, uncertainties: {gdp: {use: registry}}}}\n"
    )
    found = load_policies(write(tmp_path, child))
    assert list(found) == ["firms", "workers"]
    assert (found["firms"].channels.ru_fuel, found["firms"].channels.ru_port) == (False, False)
    assert found["firms"].uncertainties["gdp"].use == "registry"


def test_where_a_value_of_a_policy_stands_and_what_it_replaces_is_known(tmp_path: Path) -> None:
    loaded = load(
        write(tmp_path, f"{START}assumptions:\n  gdp: 30\npolicies:\n  rich:\n    assumptions:\n      gdp: 31\n")
    )
    assumptions = loaded.policies["rich"].tree.child("assumptions")
    assert assumptions is not None
    assert assumptions.value["gdp"].place.line == 10
    assert assumptions.replaced["gdp"].place.line == 6


def test_a_policy_that_changes_nothing_is_remarked_on(tmp_path: Path) -> None:
    text = "levers: {bank_pressure: {level: 1}}\npolicies:\n"
    text += "  idle: {}\n  same:\n    levers: {bank_pressure: {level: 100 %}}\n"
    assert remarks(tmp_path, text) == [
        (7, "warning", "policy 'idle' asks for the same as the scenario"),
        (8, "warning", "policy 'same' asks for the same as the scenario"),
    ]


def test_a_remark_on_the_scenario_is_not_repeated_for_each_policy(tmp_path: Path) -> None:
    text = "assumptions: {gdp: 99}\npolicies:\n"
    text += "  one: {channels: {ru_fuel: off}}\n  two: {assumptions: {price.fuel: 900}}\n"
    (first, second) = remarks(tmp_path, text)
    assert first[0] == 5
    assert second[0] == 8
    assert "900 is outside the range" in second[2]


def test_what_only_a_policy_reads_is_not_idle(tmp_path: Path) -> None:
    values = (
        "channels: {ru_fuel: off}\nassumptions: {suppliers.capacity: 100}\n"
        "uncertainties: {us.cost.bank_pressure: {use: registry}}\n"
    )
    idle = remarks(tmp_path, values)
    assert [message for _, _, message in idle] == [
        "ru_fuel is off, so nothing reads suppliers.capacity",
        "the lever bank_pressure is not used, so nothing reads us.cost.bank_pressure",
    ]
    read = "policies: {both: {channels: {ru_fuel: on}, levers: {bank_pressure: {level: 1}}}}\n"
    assert remarks(tmp_path, values + read) == []


def test_a_policy_that_closes_a_channel_need_not_clear_away_what_the_scenario_sets_for_it(tmp_path: Path) -> None:
    text = "assumptions: {suppliers.capacity: 100}\npolicies:\n  closed: {channels: {ru_fuel: off}}\n"
    assert remarks(tmp_path, text) == [(7, "note", "ru_fuel is off, so nothing reads suppliers.capacity")]


def test_a_mistake_of_the_scenario_is_told_once(tmp_path: Path) -> None:
    text = "levers: {bank_pressure: {level: 2}}\n"
    text += "policies: {one: {channels: {ru_fuel: off}}, two: {channels: {ru_port: off}}}\n"
    scenario, problems = check_scenario(write(tmp_path, START + text))
    assert scenario is None
    assert [problem.path for problem in problems] == [("levers", "bank_pressure", "level")]


def test_a_policy_may_put_right_what_is_wrong_in_the_scenario_but_the_scenario_stays_wrong(tmp_path: Path) -> None:
    text = "levers: {bank_pressure: {level: 2}}\npolicies: {one: {levers: {bank_pressure: {level: 1}}}}\n"
    with pytest.raises(ScenarioProblems, match="1 error"):
        load_policies(write(tmp_path, START + text))


def test_the_path_of_a_mistake_leads_through_the_policy(tmp_path: Path) -> None:
    text = "policies: {one: {measures: [{use: unscr_2375}, {use: unscr_9999}]}}\n"
    _, (problem,) = check_scenario(write(tmp_path, START + text))
    assert problem.as_json()["path"] == "policies.one.measures[1].use"
