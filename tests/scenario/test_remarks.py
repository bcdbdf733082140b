"""What is set but changes nothing, or is not supported, is said; the scenario stays usable."""

from pathlib import Path

import pytest

from leaksim.scenario.loading import check_scenario

START = "leaksim: 1\nname: short\ntitle: A scenario\nperiod: {start: 2017-01-01, months: 12}\n"


def remarks(folder: Path, text: str, year: int = 2017) -> list[tuple[str, str]]:
    file = folder / "scenario.yaml"
    file.write_text(START.replace("2017", str(year)) + text, encoding="utf-8")
    scenario, problems = check_scenario(file)
    assert scenario is not None
    return [(problem.severity, problem.message) for problem in problems]


def provision(dates: str, more: str = "") -> str:
    return f"measures:\n  - {{id: ban, title: A ban, provisions: [{ban(dates)}]{more}}}\n"


def ban(dates: str) -> str:
    return f"{{flow: coal, binds: [china], cut: 1, {dates}}}"


TALKS = ", negotiation: {trigger: 2016-01-01, bargaining_days: 5}"
ROUNDS = "levers: {designations: {rounds_per_year: 4, names_per_round: 5}}\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("assumptions: {gdp: 28 $bn/year}\n", "is the default"),
        ("assumptions: {gdp: 99}\n", "outside the range the sources support, 28 to"),
        ("uncertainties: {gdp: {distribution: uniform, low: 20, high: 30}}\n", "20 is outside the range"),
        (
            "assumptions: {price.fuel: 80}\nuncertainties: {price.fuel: {distribution: uniform, low: 70, high: 90}}\n",
            "this value is not used",
        ),
        ("run: {draws: 10}\n", "nothing is uncertain"),
        ("run: {on: leakage.value}\n", "without `half_width` this changes nothing"),
        (provision("in_force: 2018-01-01"), "never in force within the period: it bites on 2018-01-01"),
        (provision("in_force: 2017-12-15, wind_down_days: 30"), "it bites on 2018-01-14"),
        (provision("in_force: 2016-01-01, until: 2016-12-31"), "it ended on 2016-12-31"),
        (
            "moves: [{date: 2018-05-01, actor: russia, act: fuel_capacity, amount: 9, kind: response}]\n",
            "never acts within the period",
        ),
        (
            "moves: [{date: 2017-05-01, actor: russia, act: fuel_capacity, amount: 0, kind: response}]\n",
            "changes nothing",
        ),
        ("levers: {bank_pressure: {level: 0}}\n", "level 0 changes nothing"),
        ("levers: {bank_pressure: {level: 1, start: 2019-01-01}}\n", "never acts within the period"),
        ("levers: {port_monitoring: {level: 1, until: 2016-06-30}}\n", "never acts within the period"),
        ("channels: {cn_smuggling: off}\nassumptions: {traders.penalty: 3}\n", "nothing reads"),
        (
            "channels: {cn_smuggling: off, ru_fuel: off, ru_labour: off, ru_port: off}\n"
            "levers: {bank_pressure: {level: 1}}\n",
            "bank_pressure does nothing but cost",
        ),
        (
            "channels: {ru_fuel: off, ru_labour: off, ru_port: off, sts_third: off}\n"
            "levers: {port_monitoring: {level: 1}}\n",
            "port_monitoring does nothing but cost",
        ),
        (ROUNDS.replace("4", "0"), "designations without rounds change nothing"),
        (ROUNDS.replace("}}", ", start: 2018-01-01}}"), "designations never acts within the period"),
        ("assumptions: {us.reformation_time: 9}\n", "the lever designations is not used, so nothing reads"),
        ("assumptions: {china.bank_squeeze: 0.1}\n", "the lever bank_pressure is not used, so nothing reads"),
        ("assumptions: {us.cost.port_monitoring: 50}\n", "the lever port_monitoring is not used"),
        ("assumptions: {council.noise: 0.2}\n", "no measure is negotiated, so nothing reads council.noise"),
        (
            provision("in_force: 2017-06-01", TALKS)
            + "channels: {un_dilution: off}\nassumptions: {council.noise: 0.2}\n",
            "un_dilution is off, so nothing reads council.noise",
        ),
        ("channels: {sts_third: off}\nuncertainties: {tankers.cargo: {use: registry}}\n", "nothing reads"),
        (
            "channels: {ru_fuel: off}\n"
            "moves: [{date: 2017-05-01, actor: russia, act: tankers, amount: 2, kind: response}]\n",
            "nothing reads moves[0]",
        ),
        (provision("in_force: 2018-02-01", TALKS), "it bites on 2018-02-01"),
        (
            provision("in_force: 2017-06-01", f", proposal: {{provisions: [{ban('in_force: 2018-01-01')}]}}"),
            "the proposed provision on coal of ban is never in force",
        ),
        ("channels: {cn_slippage: off}\nassumptions: {china.enforcement.noise: 0.02}\n", "nothing reads"),
        ("channels: {ru_fuel: off}\nuncertainties: {suppliers.capacity: {use: registry}}\n", "nothing reads"),
        (
            "channels: {ru_fuel: off}\n"
            "moves: [{date: 2017-05-01, actor: russia, act: fuel_capacity, amount: 9, kind: response}]\n",
            "nothing reads",
        ),
    ],
)
def test_what_has_no_effect_or_no_support_is_a_warning(tmp_path: Path, text: str, expected: str) -> None:
    ((severity, message),) = remarks(tmp_path, text)
    assert severity == "warning"
    assert expected in message


@pytest.mark.parametrize(
    "text",
    [
        "assumptions: {gdp: 30}\n",
        provision("in_force: 2010-01-01"),
        provision("in_force: 2016-01-01, until: 2017-01-01"),
        "assumptions: {price.fuel: 80}\nuncertainties: {price.fuel: {use: registry}}\n",
        "uncertainties: {baseline.motor_fuel.russia: {rivals: all}}\n",
        "channels: {cn_smuggling: off}\nassumptions: {suppliers.capacity: 150}\n",
        "levers: {bank_pressure: {level: 1, start: 2017-06-01}}\n",
        ROUNDS + "assumptions: {us.reformation_time: 9}\n",
        provision("in_force: 2017-06-01", TALKS) + "assumptions: {council.noise: 0.2}\n",
        provision("in_force: 2016-06-01, until: 2016-12-31", TALKS),
        provision("in_force: 2017-06-01", f", proposal: {{provisions: [{ban('in_force: 2017-06-01')}]}}"),
        "channels: {sts_third: off}\nuncertainties: {tankers.cargo: {use: registry}}\n"
        "moves: [{date: 2017-05-01, actor: russia, act: tankers, amount: 2 ships, kind: response}]\n",
    ],
)
def test_what_has_an_effect_is_not_remarked_on(tmp_path: Path, text: str) -> None:
    assert remarks(tmp_path, text) == []


def test_orders_outside_the_model_are_noted(tmp_path: Path) -> None:
    found = remarks(tmp_path, "measures: [{use: unscr_2375}]\n")
    assert any("unscr_2375 also orders what the model leaves out" in message for _, message in found)
    assert {severity for severity, _ in found} == {"note"}


def test_a_measure_of_the_catalogue_that_never_acts_is_a_warning(tmp_path: Path) -> None:
    ((severity, message),) = remarks(tmp_path, "measures: [{use: cn_coal_stop_2017_02}]\n", year=2018)
    assert severity == "warning"
    assert "it ended on 2017-12-31" in message


def test_an_assumption_that_undoes_what_a_base_assumed_is_no_idle_line(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text("assumptions: {gdp: 30}\n", encoding="utf-8")
    assert remarks(tmp_path, "extends: base.yaml\nassumptions: {gdp: 28}\n") == []


def test_what_a_base_set_for_a_lever_that_is_not_used_is_not_remarked_on(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text("uncertainties: {us.reformed_cost: {use: registry}}\n", encoding="utf-8")
    assert remarks(tmp_path, "extends: base.yaml\n") == []


def test_what_a_base_set_for_a_channel_that_is_closed_is_only_noted(tmp_path: Path) -> None:
    base = "assumptions: {traders.penalty: 3}\nuncertainties: {traders.cost.highest: {use: registry}}\n"
    (tmp_path / "base.yaml").write_text(base, encoding="utf-8")
    ((severity, message),) = remarks(tmp_path, "extends: base.yaml\nchannels: {cn_smuggling: off}\n")
    assert severity == "note"
    assert message == "cn_smuggling is off, so nothing reads traders.penalty, traders.cost.highest"
