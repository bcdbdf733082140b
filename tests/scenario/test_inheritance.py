"""`extends`: mappings merge, scalars and lists replace, and nobody leaves the folder."""

from pathlib import Path

import pytest

from leaksim.scenario.loading import check_scenario, load, load_scenario

START = "leaksim: 1\nname: child\ntitle: A scenario\n"
PERIOD = "period: {start: 2017-01-01, months: 12}\n"


def write(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_mappings_merge_and_scalars_and_lists_replace(tmp_path: Path) -> None:
    write(
        tmp_path / "base.yaml",
        PERIOD + "run: {seed: 5, replications: 10}\nreferences: [groll2017]\nmeasures: [{use: unscr_2375}]\n"
        "assumptions: {gdp: 30, price.fuel: 80}\n",
    )
    scenario = load_scenario(
        write(
            tmp_path / "child.yaml",
            START + "extends: base.yaml\nperiod: {months: 6}\nrun: {seed: 6}\nreferences: [rinna2017]\n"
            "measures: [{use: unscr_2397}]\nassumptions: {gdp: 31}\n",
        )
    )
    assert (scenario.period.start.year, scenario.period.months) == (2017, 6)
    assert (scenario.run.seed, scenario.run.replications) == (6, 10)
    assert scenario.references == ("rinna2017",)
    assert [instrument.id for instrument in scenario.measures] == ["unscr_2397"]
    assert scenario.assumptions == {"gdp": 31, "price.fuel": 80}


def test_an_uncertainty_is_replaced_as_a_whole(tmp_path: Path) -> None:
    write(tmp_path / "base.yaml", PERIOD + "uncertainties: {gdp: {distribution: uniform, low: 28, high: 30}}\n")
    child = write(tmp_path / "child.yaml", START + "extends: base.yaml\nuncertainties: {gdp: {use: registry}}\n")
    assert load_scenario(child).uncertainties["gdp"].use == "registry"


def test_what_a_base_has_drawn_can_be_fixed_again(tmp_path: Path) -> None:
    write(tmp_path / "base.yaml", PERIOD + "uncertainties: {gdp: {use: registry}, price.fuel: {use: registry}}\n")
    text = START + "extends: base.yaml\nassumptions: {gdp: 29}\nuncertainties: {gdp: {use: assumption}}\n"
    scenario = load_scenario(write(tmp_path / "child.yaml", text))
    assert set(scenario.uncertainties) == {"price.fuel"}
    assert scenario.value("gdp") == 29


def test_what_is_fixed_has_no_distribution(tmp_path: Path) -> None:
    text = START + PERIOD + "uncertainties: {gdp: {use: assumption, low: 28}}\n"
    _, (problem,) = check_scenario(write(tmp_path / "child.yaml", text))
    assert "wanted one of" in problem.message


def test_a_base_may_have_a_base_of_its_own_in_another_folder(tmp_path: Path) -> None:
    root = tmp_path / "scenarios"
    write(root / "base" / "deep" / "first.yaml", PERIOD + "run: {seed: 1, replications: 11}\n")
    write(root / "base" / "second.yaml", "extends: deep/first.yaml\nrun: {seed: 2}\n")
    child = write(root / "library" / "child.yaml", START + "extends: ../base/second.yaml\n")
    run = load_scenario(child).run
    assert (run.seed, run.replications) == (2, 11)


def test_the_folder_called_scenarios_is_the_limit(tmp_path: Path) -> None:
    write(tmp_path / "outside.yaml", PERIOD)
    child = write(tmp_path / "scenarios" / "child.yaml", START + "extends: ../outside.yaml\n")
    (problem,) = check_scenario(child)[1]
    assert "outside the folder 'scenarios'" in problem.message


def test_a_link_does_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    write(tmp_path / "outside.yaml", PERIOD)
    child = write(tmp_path / "inside" / "child.yaml", START + "extends: link.yaml\n")
    (tmp_path / "inside" / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    (problem,) = check_scenario(child)[1]
    assert "outside the folder" in problem.message


def test_eight_files_may_extend_one_another_and_nine_may_not(tmp_path: Path) -> None:
    write(tmp_path / "base0.yaml", PERIOD)
    for number in range(1, 8):
        write(tmp_path / f"base{number}.yaml", f"extends: base{number - 1}.yaml\n")
    assert check_scenario(write(tmp_path / "a.yaml", START + "extends: base6.yaml\n"))[0] is not None
    (problem,) = check_scenario(write(tmp_path / "b.yaml", START + "extends: base7.yaml\n"))[1]
    assert "more than 8 files" in problem.message


def test_a_circle_of_files_is_refused_in_the_file_that_closes_it(tmp_path: Path) -> None:
    write(tmp_path / "b.yaml", "extends: c.yaml\n")
    write(tmp_path / "c.yaml", "extends: b.yaml\n")
    (problem,) = check_scenario(write(tmp_path / "a.yaml", START + "extends: b.yaml\n"))[1]
    assert "circle" in problem.message
    assert problem.place.source.file.name == "c.yaml"


@pytest.mark.parametrize("name", ["", "5", "[a]", "'\\0'", "missing.yaml"], ids=repr)
def test_extends_has_to_name_a_file(tmp_path: Path, name: str) -> None:
    child = write(tmp_path / "child.yaml", START + PERIOD + f"extends: {name}\n")
    scenario, problems = check_scenario(child)
    assert scenario is None
    assert problems[0].place.line == 5


def test_a_mistake_in_a_base_is_shown_in_the_base(tmp_path: Path) -> None:
    write(tmp_path / "base.yaml", PERIOD + "assumptions:\n  gdp: 28 kb\n")
    (problem,) = check_scenario(write(tmp_path / "child.yaml", START + "extends: base.yaml\n"))[1]
    assert (problem.place.source.file.name, problem.place.line) == ("base.yaml", 3)


def test_a_replaced_value_of_a_base_is_remembered(tmp_path: Path) -> None:
    write(tmp_path / "base.yaml", PERIOD + "run: {seed: 5}\n")
    loaded = load(write(tmp_path / "child.yaml", START + "extends: base.yaml\nrun: {seed: 6}\n"))
    assert loaded.tree is not None
    run = loaded.tree.child("run")
    assert run is not None
    assert run.replaced["seed"].plain() == 5


def test_a_mistake_that_the_child_replaces_does_no_harm(tmp_path: Path) -> None:
    write(tmp_path / "base.yaml", PERIOD + "run: {seed: much}\n")
    child = write(tmp_path / "child.yaml", START + "extends: base.yaml\nrun: {seed: 6}\n")
    assert load_scenario(child).run.seed == 6
