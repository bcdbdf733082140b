"""The lane engine and the reference write the same books."""

from pathlib import Path

import pytest

from leaksim.engine.lanes import Arm, Block
from leaksim.model.channels import BASELINE, GROUPS, INTENDED, REALISED
from leaksim.plan import Plan, plan
from leaksim.scenario import load_scenario
from reference.agreement import disagreements
from reference.random_scenarios import random_parameters, random_scenario
from reference.things import PARTIES
from worlds import LONG_AGO, cut, scenario

SCENARIOS = sorted(Path(__file__).parents[2].glob("scenarios/*.yaml"))
MANY = 300


def telling_arms(planned: Plan, turn: int) -> tuple[Arm, ...]:
    """The arms that every scenario has, and one with a single group of channels, each group in its turn."""
    arms = {arm.name: arm for arm in planned.arms}
    names = [BASELINE, INTENDED, GROUPS[turn % len(GROUPS)], REALISED]
    return tuple(arms[name] for name in names if name in arms)


def compare(path: Path, *, deterministic: bool = False) -> list[str]:
    turn = SCENARIOS.index(path)
    planned = plan(load_scenario(path), deterministic=deterministic)
    block = Block(turn % 2, 8)
    parameters = planned.parameters(block)
    arms = telling_arms(planned, turn + deterministic)
    return disagreements(
        planned.scenario, parameters, arms, [turn % 8], seed=planned.seed, block=block, deterministic=deterministic
    )


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_both_write_the_same_books_for_every_scenario_of_the_project(path: Path) -> None:
    assert not compare(path)


@pytest.mark.parametrize("path", SCENARIOS[::3], ids=lambda path: path.stem)
def test_both_write_the_same_books_where_every_draw_is_its_mean(path: Path) -> None:
    assert not compare(path, deterministic=True)


def compare_at_random(number: int, months: int) -> list[str]:
    scenario = random_scenario(number, months)
    arms = telling_arms(plan(scenario), number)
    return disagreements(
        scenario,
        random_parameters(scenario, number),
        arms,
        [number % 8],
        seed=number,
        deterministic=number % 3 == 0,
    )


@pytest.mark.parametrize("number", range(24))
def test_both_write_the_same_books_for_a_scenario_drawn_at_random(number: int) -> None:
    assert not compare_at_random(number, months=12)


@pytest.mark.parametrize("form", ["isoelastic", "linear"])
def test_both_name_the_same_price_of_what_nobody_supplies(form: str) -> None:
    bans = [cut(flow, 1.0, LONG_AGO, binds=PARTIES) for flow in ("jet_fuel", "capital_goods")]
    # Households use no jet fuel: what they would pay does not count.
    assumptions: dict[str, float | str] = {
        "demand.form": form,
        "demand.choke.household": 50.0,
        "demand.elasticity.household": 0.01,
        "stock.jet_fuel.initial": 0.0,
    }
    planned = plan(scenario(*bans, months=3, channels=["cn_slippage"], assumptions=assumptions))
    assert not disagreements(planned.scenario, planned.parameters(Block(0, 8)), planned.arms, [0])


@pytest.mark.slow
@pytest.mark.parametrize("number", range(1000, 1000 + MANY))
def test_both_write_the_same_books_for_many_scenarios_drawn_at_random(number: int) -> None:
    assert not compare_at_random(number, months=30)
