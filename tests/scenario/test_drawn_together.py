"""`uncertainties: {use: ENSEMBLE}`: members are drawn whole, beside what a file says of single parameters."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from shutil import copy

import jsonschema
import numpy as np
import pytest

import leaksim
from ensembles import MEMBERS, small_ensemble, write
from leaksim.cli import main
from leaksim.engine.lanes import Block
from leaksim.evidence.data_files import DATA
from leaksim.evidence.ensembles import ensemble_names, load_ensemble
from leaksim.evidence.errors import EvidenceError
from leaksim.one_at_a_time import one_at_a_time
from leaksim.plan import plan
from leaksim.report.sensitivity import notes
from leaksim.scenario.json_schema import scenario_json_schema
from leaksim.scenario.loading import check_scenario
from leaksim.scenario.problems import ScenarioProblems
from leaksim.scenario.schema import Scenario

START = (
    "leaksim: 1\nname: short\ntitle: A scenario\nperiod: {start: 2017-01-01, months: 6}\n"
    "measures: [{use: cn_coal_stop_2017_02}]\n"
)

TOGETHER = ("price.fuel", "traders.penalty", "suppliers.capacity", "rason.fee")


@pytest.fixture(autouse=True)
def _only_the_small_one(tmp_path: Path) -> Iterator[None]:
    with small_ensemble(tmp_path):
        yield


def written(folder: Path, text: str, name: str = "short.yaml") -> Path:
    file = folder / name
    file.write_text(START + text, encoding="utf-8")
    return file


def loaded(folder: Path, text: str) -> Scenario:
    return leaksim.load_scenario(written(folder, text))


def problems(folder: Path, text: str) -> str:
    scenario, found = check_scenario(written(folder, text))
    return str(ScenarioProblems(found)) if found else str(scenario)


def drawn(scenario: Scenario, lanes: int = 40) -> dict[str, list[float]]:
    values = plan(scenario, replications=lanes, seed=1).parameters(Block(0, lanes))
    return {name: np.asarray(values[name])[0].tolist() for name in scenario.uncertainties}


def test_members_are_drawn_whole_and_as_often_as_their_weights_ask(tmp_path: Path) -> None:
    lanes = drawn(loaded(tmp_path, "uncertainties: {use: ensemble_small}\n"))
    rows = [tuple(map(float, line.split(","))) for line in MEMBERS.splitlines()[1:]]
    counts = Counter(zip(*(lanes[name] for name in TOGETHER), strict=True))
    assert counts == {values: round(40 * weight) for weight, *rest in rows if (values := tuple(rest))}


def test_lanes_carry_draws_in_turn(tmp_path: Path) -> None:
    scenario = loaded(tmp_path, "uncertainties: {use: ensemble_small}\nrun: {draws: 8, replications: 2}\n")
    values = plan(scenario, seed=1).parameters(Block(0, 16))["price.fuel"]
    assert np.array_equal(np.asarray(values)[0, :8], np.asarray(values)[0, 8:])


def test_what_stands_beside_an_ensemble_is_drawn_on_its_own(tmp_path: Path) -> None:
    scenario = loaded(
        tmp_path,
        "uncertainties:\n  use: ensemble_small\n  price.fuel: {use: registry}\n  traders.penalty: {use: assumption}\n"
        "  reserves.initial: {use: registry}\n",
    )
    kinds = {name: each.distribution for name, each in scenario.uncertainties.items()}
    alone = {"price.fuel": "triangular", "reserves.initial": "triangular"}
    assert kinds == {**alone, "suppliers.capacity": "ensemble", "rason.fee": "ensemble"}


def test_a_parameter_that_a_file_sets_keeps_its_value_with_a_note(tmp_path: Path) -> None:
    text = "assumptions: {price.fuel: 77}\nuncertainties: {use: ensemble_small}\n"
    scenario = loaded(tmp_path, text)
    assert "price.fuel" not in scenario.uncertainties
    assert scenario.value("price.fuel") == 77
    assert "note: price.fuel keeps this value" in problems(tmp_path, text)


def test_an_ensemble_takes_the_place_of_what_a_base_says_of_its_parameters(tmp_path: Path) -> None:
    written(tmp_path, "uncertainties: {price.fuel: {use: registry}, reserves.initial: {use: registry}}\n", "base.yaml")
    child = tmp_path / "child.yaml"
    child.write_text("leaksim: 1\nextends: base.yaml\nname: child\nuncertainties: {use: ensemble_small}\n")
    kinds = {name: each.distribution for name, each in leaksim.load_scenario(child).uncertainties.items()}
    assert kinds == {"reserves.initial": "triangular", **dict.fromkeys(TOGETHER, "ensemble")}


def test_a_policy_can_use_an_ensemble(tmp_path: Path) -> None:
    file = written(tmp_path, "policies: {calibrated: {uncertainties: {use: ensemble_small}}}\n")
    assert set(leaksim.load_policies(file)["calibrated"].uncertainties) == set(TOGETHER)


def test_the_digest_of_a_scenario_changes_with_its_ensemble(tmp_path: Path) -> None:
    before = loaded(tmp_path, "uncertainties: {use: ensemble_small}\n").digest
    write(tmp_path, MEMBERS.replace("0.3,90", "0.3,91"))
    load_ensemble.cache_clear()
    assert loaded(tmp_path, "uncertainties: {use: ensemble_small}\n").digest != before


def test_without_an_ensemble_the_content_of_a_scenario_does_not_speak_of_one(tmp_path: Path) -> None:
    content = loaded(tmp_path, "uncertainties: {price.fuel: {use: registry}}\n").model_dump()
    assert "ensemble" not in content
    assert "column" not in content["uncertainties"]["price.fuel"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("uncertainties: {use: ensemble_smal}\n", "there is no ensemble called 'ensemble_smal'"),
        ("uncertainties: {use: ensemble_smal}\n", "did you mean 'ensemble_small'?"),
        ("uncertainties: {use: 7}\n", "wanted text, found the number 7"),
        ("uncertainties: {use: ensemble_small, price.fule: {use: registry}}\n", "did you mean 'price.fuel'"),
        ("uncertainties: {price.fuel: ensemble_small}\n", "wanted a block of `key: value` lines"),
        ("uncertainties: {price.fuel: {used: registry}}\n", "unknown key 'used'"),
        (
            "uncertainties: {use: ensemble_small}\ncorrelations: [{between: [price.fuel, rason.fee], rank: 0.5}]\n",
            "price.fuel is drawn with ensemble_small, which knows what goes with what: remove this line",
        ),
        (
            "assumptions: {suppliers.cost.highest: 0.5}\nuncertainties: {use: ensemble_small}\n",
            "suppliers.cost.lowest (0.97) has to be at most suppliers.cost.highest (0.5)",
        ),
    ],
)
def test_mistakes_are_told_where_they_stand(tmp_path: Path, text: str, expected: str) -> None:
    found = problems(tmp_path, text)
    assert expected in found
    assert "error:" in found


def test_nothing_is_said_of_members_that_the_scenario_does_not_read(tmp_path: Path) -> None:
    text = "channels: {ru_fuel: off, ru_port: off}\nuncertainties: {use: ensemble_small}\n"
    _, found = check_scenario(written(tmp_path, text))
    assert not [one for one in found if "nothing reads" in one.message]
    assert leaksim.simulate(loaded(tmp_path, text), replications=8).unread == ()


def test_the_schema_for_editors_knows_ensembles(tmp_path: Path) -> None:
    uncertainties = scenario_json_schema()["properties"]["uncertainties"]
    schema = {**uncertainties, "$defs": scenario_json_schema()["$defs"]}
    jsonschema.validate({"use": "ensemble_small", "price.fuel": {"use": "registry"}}, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"use": "ensemble_large"}, schema)


def test_explain_says_what_the_ensemble_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for shipped in DATA.glob("ensemble_2017.*"):  # the default is its centre
        copy(shipped, tmp_path)
    file = written(tmp_path, "uncertainties: {use: ensemble_small}\n")
    assert main(["explain", str(file), "traders.penalty"]) == 0
    shown = capsys.readouterr().out
    assert "drawn with ensemble_small: weighted median 2, 90 % band 1 to 4; short.yaml:6" in shown


def test_medians_and_ends_of_members_are_used_where_parameters_move_alone(tmp_path: Path) -> None:
    scenario = loaded(tmp_path, "uncertainties: {use: ensemble_small}\n")
    table = one_at_a_time(scenario, replications=8)
    notes = set(table.loc[table["item"].str.startswith("traders.penalty"), "note"])
    assert notes == {"1", "4"}
    medians = plan(scenario, replications=8, deterministic=True).parameters(Block(0, 8))
    assert np.asarray(medians["traders.penalty"])[0, 0] == 2


def test_only_pawn_keeps_what_an_ensemble_draws_together(tmp_path: Path) -> None:
    scenario = loaded(tmp_path, "uncertainties: {use: ensemble_small}\n")
    apart = leaksim.sensitivity(scenario, method="sobol", points=16, histories=1)
    assert apart.taken_apart == {"ensemble_small": list(TOGETHER)}
    assert any("vary independently of each other here; their strongest tie" in line for line in notes(apart))
    whole = leaksim.sensitivity(scenario, method="pawn", points=100, histories=1)
    assert not whole.taken_apart
    assert not any("vary independently" in line for line in notes(whole))


def test_the_strongest_tie_is_the_largest_rank_correlation() -> None:
    ensemble = load_ensemble("ensemble_small")
    one, other, tie = ensemble.strongest_tie(["price.fuel", "suppliers.capacity"])
    assert (one, other) == ("price.fuel", "suppliers.capacity")
    assert tie == pytest.approx(-1)


def test_every_member_has_a_place_that_gives_it_back() -> None:
    ensemble = load_ensemble("ensemble_small")
    for name in TOGETHER:
        assert np.array_equal(ensemble.quantile(name, ensemble.places(name)), ensemble.columns[name])
    ends = ensemble.quantile("price.fuel", np.array([0.0, 0.099, 0.101, 1.0]))
    assert ends.tolist() == [70, 70, 80, 95]


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        (MEMBERS.replace("0.4,", "0.5,"), "weights have to be above 0 and sum to 1"),
        (MEMBERS.replace("0.4,80", "0.4,-80"), "price.fuel is always above 0"),
    ],
)
def test_an_ensemble_that_cannot_be_is_refused(tmp_path: Path, members: str, expected: str) -> None:
    write(tmp_path, members)
    load_ensemble.cache_clear()
    with pytest.raises(EvidenceError, match=expected):
        load_ensemble("ensemble_small")


def test_members_that_were_changed_by_hand_are_refused(tmp_path: Path) -> None:
    (tmp_path / "ensemble_small.csv").write_text(MEMBERS.replace("70", "71"), encoding="utf-8")
    with pytest.raises(EvidenceError, match="is not the file that"):
        load_ensemble("ensemble_small")
    with pytest.raises(EvidenceError, match="there is no ensemble 'other'; there are ensemble_small"):
        load_ensemble("other")
    assert ensemble_names() == ("ensemble_small",)


def draws_of(scenario: Scenario, name: str) -> np.ndarray:
    return np.asarray(plan(scenario, replications=8).parameters(Block(0, 8))[name])[0, :8]


def test_times_multiplies_every_draw_and_leaves_the_others_alone(tmp_path: Path) -> None:
    once = loaded(tmp_path, "uncertainties: {use: ensemble_small}\n")
    twice = loaded(tmp_path, "uncertainties: {use: ensemble_small, suppliers.capacity: {use: ensemble, times: 2}}\n")
    assert np.array_equal(draws_of(twice, "suppliers.capacity"), 2 * draws_of(once, "suppliers.capacity"))
    assert np.array_equal(draws_of(twice, "traders.penalty"), draws_of(once, "traders.penalty"))
    assert (twice.uncertainties["suppliers.capacity"].low, twice.uncertainties["suppliers.capacity"].high) == (160, 400)


def test_times_multiplies_the_range_of_the_registry(tmp_path: Path) -> None:
    once = loaded(tmp_path, "uncertainties: {suppliers.capacity: {use: registry}}\n")
    twice = loaded(tmp_path, "uncertainties: {suppliers.capacity: {use: registry, times: 2}}\n")
    assert draws_of(twice, "suppliers.capacity") == pytest.approx(2 * draws_of(once, "suppliers.capacity"))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{suppliers.capacity: {use: ensemble, times: 2}}", "suppliers.capacity is drawn with no ensemble here"),
        ("{use: ensemble_small, gdp: {use: ensemble, times: 2}}", "gdp is drawn with no ensemble here"),
        ("{use: ensemble_small, rason.fee: {use: ensemble, low: 2}}", "goes with `times` and nothing else"),
        ("{rason.fee: {distribution: uniform, low: 1, high: 2, times: 2}}", "`times` goes with `use: registry`"),
        ("{rason.fee: {use: assumption, times: 2}}", "`times` goes with `use: registry`"),
        ("{use: ensemble_small, rason.fee: {use: ensemble, times: 0}}", "greater than 0"),
        ("{russia.bank_block: {use: registry, times: 9}}", "is impossible"),
    ],
)
def test_times_is_refused_where_there_is_nothing_to_multiply(tmp_path: Path, written: str, expected: str) -> None:
    with pytest.raises(ScenarioProblems, match=expected):
        loaded(tmp_path, f"uncertainties: {written}\n")
