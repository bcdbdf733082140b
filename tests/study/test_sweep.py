"""Sweeps: points are what runs with their values are, and studies that make no sense are refused with their place."""

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator

import leaksim
from leaksim.one_at_a_time import at_the_medians
from leaksim.outcomes.comparison import Lanes, headline_called
from leaksim.outcomes.statistics import ratio_of_means
from leaksim.scenario.problems import ScenarioProblems
from leaksim.scenario.reading import read_located
from leaksim.scenario.schema import Lever, Levers
from leaksim.simulation import simulate
from leaksim.study.json_schema import study_json_schema
from leaksim.study.loading import ReadyStudy, load_study
from leaksim.study.points import Range, sample
from leaksim.study.quantities import changed, objections, quantities
from leaksim.study.schema import Study
from leaksim.sweeping import sweep
from worlds import cut, from_registry, scenario

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "scenarios" / "studies").glob("*.yaml"))
SCHEMA = ROOT / "scenarios" / "schema" / "study.schema.json"
CAPACITY, BANKS = "suppliers.capacity", "levers.bank_pressure.level"

SMALL = """\
leaksim: 1
name: small
title: A small world
period: {start: 2017-01-01, months: 3}
measures:
  - use: cn_coal_stop_2017_02
assumptions: {stock.motor_fuel.initial: 500}
uncertainties:
  suppliers.capacity: {use: registry}
  traders.penalty: {use: registry}
policies:
  pressed: {levers: {bank_pressure: {level: 0.5}}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")
    return tmp_path


def study(folder: Path, text: str, scenarios: str = "[small.yaml]") -> Path:
    file = folder / "study.yaml"
    head = f"study: 1\nname: a_study\ntitle: A study\nscenarios: {scenarios}\n"
    file.write_text(head + text, encoding="utf-8")
    return file


def refused(file: Path) -> list[str]:
    with pytest.raises(ScenarioProblems) as found:
        load_study(file)
    return [f"{each.place.line}: {each.message}" for each in found.value.problems]


def ready(**changes: Any) -> ReadyStudy:
    uncertain = from_registry(CAPACITY, "traders.penalty")
    measures, channels = (cut("motor_fuel", 0.9), cut("coal", 0.9)), ("cn_slippage", "ru_fuel")
    world = scenario(*measures, months=5, uncertainties=uncertain, channels=channels)
    other = world.model_copy(update={"name": "other", "levers": Levers(port_monitoring=Lever(level=0.3))})
    asked = Study.model_validate(
        {
            "study": 1,
            "name": "test",
            "title": "A test",
            "scenarios": ["a", "b"],
            "outcomes": ["leakage.value", "pressure.realised", "leakage.quantity/motor_fuel"],
            "run": {"replications": 6},
        }
    )
    points = ({CAPACITY: 50.0, BANKS: 1.0}, {CAPACITY: 150.0, BANKS: 0.0})
    whole = ReadyStudy(asked, (at_the_medians(world), at_the_medians(other)), points, 3)
    return replace(whole, **changes)


def test_every_point_is_to_the_last_bit_the_run_of_its_scenario() -> None:
    asked = ready()
    table = sweep(asked).table
    assert len(table) == 2 * 2 * 3
    for each in asked.scenarios:
        for number, point in enumerate(asked.points, start=1):
            alone = simulate(changed(each, point), replications=6, seed=3)
            lanes = Lanes(each.name, alone.replications, 1, 5 / 12)
            rows = table[(table["scenario"] == each.name) & (table["point"] == number)]
            for row, name in zip(rows.to_dict("records"), asked.study.outcomes, strict=True):
                ratio = headline_called(name).ratio(lanes)
                (expected,) = ratio_of_means(ratio.numerator, ratio.denominator)
                assert (row["estimate"], row["low"], row["high"]) == (expected.value, expected.low, expected.high)


def test_with_draws_a_point_has_those_of_its_scenario() -> None:
    uncertain = from_registry(CAPACITY, "traders.penalty")
    world = scenario(cut("motor_fuel", 0.9), months=5, uncertainties=uncertain, channels=("cn_slippage", "ru_fuel"))
    asked = ready(scenarios=(world,), points=({BANKS: 0.0}, {BANKS: 1.0}))
    row = sweep(asked).table.iloc[3]
    alone = simulate(changed(world, {BANKS: 1.0}), replications=6, seed=3).table.set_index(["metric", "interval"])
    assert row["interval"] == "parameter"
    expected = [alone[column]["leakage.value", "parameter"] for column in ("estimate", "low")]
    assert [row["estimate"], row["low"]] == pytest.approx(expected, rel=1e-12)


def test_worker_processes_do_not_change_a_sweep() -> None:
    asked = ready(scenarios=ready().scenarios[:1], points=tuple({BANKS: level / 8} for level in range(9)))
    assert sweep(asked, replications=2).table.equals(sweep(asked, replications=2, jobs=2).table)


def test_a_sweep_shows_itself() -> None:
    points = tuple({CAPACITY: capacity, BANKS: level} for capacity in (50.0, 150.0) for level in (0.0, 1.0))
    found = sweep(ready(scenarios=ready().scenarios[:1], points=points), replications=2)
    assert "Leakage by value, % of intended; columns: levers.bank_pressure.level" in repr(found)
    assert "150 kb/month" in repr(found)
    assert "<table>" in found._repr_html_()
    assert found.about()["run"] == {"seed": 3, "replications": 2, "points": 4}


def test_a_file_becomes_a_grid_times_a_sample(folder: Path) -> None:
    file = study(
        folder,
        "axes:\n"
        "  suppliers.capacity: {low: 10 kb/month, high: 1_000 kb/month, steps: 3, spacing: log}\n"
        "  levers.bank_pressure.start: [2017-01-01, 2017-02-01]\n"
        "sample: {points: 4, over: {traders.penalty: {use: registry}}}\n",
        "[small.yaml#pressed]",
    )
    found = load_study(file)
    assert found.scenarios[0].name == "small_pressed"
    assert not found.scenarios[0].uncertainties
    assert len(found.points) == 3 * 2 * 4
    assert sorted({point[CAPACITY] for point in found.points}) == pytest.approx([10, 100, 1000])
    assert {point["levers.bank_pressure.start"] for point in found.points} == {dt.date(2017, 1, 1), dt.date(2017, 2, 1)}
    lever = changed(found.scenarios[0], found.points[-1]).levers.bank_pressure
    assert lever == Lever(level=0.5, start=dt.date(2017, 2, 1))


def test_a_value_replaces_a_distribution() -> None:
    world = scenario(uncertainties=from_registry(CAPACITY, "traders.penalty"))
    found = changed(world, {CAPACITY: 70.0})
    assert found.assumptions == {CAPACITY: 70.0}
    assert set(found.uncertainties) == {"traders.penalty"}


@pytest.mark.parametrize("method", ["latin_hypercube", "sobol"])
def test_a_sample_meets_every_eighth_of_every_range(method: str) -> None:
    ranges = {CAPACITY: Range(0.0, 8.0, "linear"), "traders.penalty": Range(1.0, 256.0, "log")}
    points = sample(ranges, method, 8, 1)
    assert sorted(int(float(str(point[CAPACITY]))) for point in points) == list(range(8))
    assert sorted(int(np.log2(float(str(point["traders.penalty"])))) for point in points) == list(range(8))
    assert points == sample(ranges, method, 8, 1) != sample(ranges, method, 8, 2)


def test_whole_numbers_and_words_stay_what_they_are() -> None:
    names = quantities()["levers.designations.names_per_round"]
    assert names.between(1.0, 6.0, 0.5, "linear") == 4
    assert quantities()["levers.designations.target"].read("hub") == "hub"


def test_everything_wrong_with_a_study_is_told_with_its_line(folder: Path) -> None:
    file = study(
        folder,
        "axes:\n"
        "  suppliers.capacity: {low: 20 t, high: 200 kb/month, steps: 5}\n"
        "  levers.bank_pressure.level: [0, 1.5]\n"
        "  levers.port_monitoring.start: [2017-06-01, 2017-06-01]\n"
        "  tankers.cargo: {low: 9, high: 4, steps: 2}\n"
        "  rason.fee: {low: 1, high: 4}\n"
        "  gdp: [20, wide]\n"
        "  levers.designations.target: {low: hub, high: random, steps: 2}\n"
        "sample: {method: sobol, points: 5,\n"
        " over: {gdp: {low: 1, high: 2}, traders.penalty: {use: registry, low: 1}}}\n",
        "[small.yaml, smal.yaml, small.yaml#presed]",
    )
    said = refused(file)
    assert [line.partition(":")[0] for line in said] == [
        "4",
        "4",
        *(str(line) for line in range(6, 13)),
        "13",
        "14",
        "14",
    ]
    for words in ("there is no file smal.yaml", "has no policy called 'presed'", "is mass", "between 0 and 1"):
        assert any(words in line for line in said), words
    for words in ("more than once", "smaller than high", "'steps' is missing", "a word, which has no range"):
        assert any(words in line for line in said), words
    for words in ("is an axis already", "such as 8", "stands alone"):
        assert any(words in line for line in said), words


def test_unknown_names_are_refused_with_the_nearest(folder: Path) -> None:
    with pytest.raises(ScenarioProblems) as found:
        load_study(study(folder, "axes: {suppliers.capacty: [1]}\noutcomes: [leakage.vallue]\nruns: {}\n"))
    nearest = {each.place.line: each.nearest for each in found.value.problems}
    assert nearest == {5: (CAPACITY,), 6: ("leakage.value",), 7: ("run",)}


def test_values_that_cannot_be_together_are_refused_where_they_are_varied(folder: Path) -> None:
    file = study(
        folder,
        "axes:\n"
        "  suppliers.cost.highest: {low: 0.1, high: 1, steps: 5}\n"
        "  levers.port_monitoring.until: [2017-07-01]\n",
    )
    assert refused(file) == [
        "6: suppliers.cost.lowest (0.97) has to be at most suppliers.cost.highest (0.1)",
        "7: small does not pull the lever port_monitoring, and nothing gives its level",
    ]
    world = scenario(levers=Levers(bank_pressure=Lever(level=1.0, start=dt.date(2018, 1, 1))))
    reasons = list(objections(world, {"levers.bank_pressure.until": dt.date(2017, 1, 1)}))
    assert reasons == [(("levers.bank_pressure.until",), "2017-01-01 is before the start of bank_pressure, 2018-01-01")]


def test_nothing_varied_and_too_much_varied_are_refused(folder: Path) -> None:
    assert "5: nothing is varied" not in refused(study(folder, "axes: {gdp: [28], gdp: [29]}\n"))[0]
    assert "nothing is varied" in refused(study(folder, "outcomes: [leakage.value]\n"))[0]
    many = "axes:\n  gdp: {low: 1, high: 99, steps: 1000}\n  rason.fee: {low: 1, high: 9, steps: 999}\n"
    assert "999,000 points are too many" in refused(study(folder, many))[0]


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_a_shipped_study_is_sound_and_no_editor_flags_it(file: Path) -> None:
    assert load_study(file).study.name == file.stem
    tree, _ = read_located(file, file, "study")
    validator = Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert [error.message for error in validator.iter_errors(tree.plain())] == []


def test_the_shipped_schema_is_the_one_that_the_command_writes() -> None:
    written = json.dumps(study_json_schema(), indent=2, ensure_ascii=False) + "\n"
    Draft202012Validator.check_schema(study_json_schema())
    assert SCHEMA.read_text(encoding="utf-8") == written, (
        "rebuild it: leaksim schema --of study --out scenarios/schema/study.schema.json"
    )


@pytest.mark.parametrize("axis", ["{low: 1}", "{low: 1, high: 2}", "[]", "[1 t]", "{values: [1], steps: 3}"])
def test_an_editor_flags_what_is_wrong_with_an_axis(axis: str, folder: Path) -> None:
    tree, _ = read_located(study(folder, f"axes: {{suppliers.capacity: {axis}}}\n"), folder, "study")
    assert not Draft202012Validator(study_json_schema()).is_valid(tree.plain())


def test_the_public_name_is_there() -> None:
    assert leaksim.sweep is sweep
