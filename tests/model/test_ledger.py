"""The books that one run writes over those of the last."""

from datetime import date

import numpy as np
import pytest

from leaksim.engine.lanes import Block
from leaksim.engine.memory import Memory
from leaksim.model import compiled
from leaksim.model.world import History, live
from leaksim.plan import plan
from leaksim.scenario.schema import Designations, Lever, Levers, Move, Scenario
from worlds import LONG_AGO, cut, scenario, subset_arms

SCENARIOS = {
    "all at once": scenario(
        cut("motor_fuel", 0.9),
        cut("capital_goods", 0.7, LONG_AGO, until="2017-03-20"),
        cut("coal", 1.0, LONG_AGO),
        cut("workers", 1.0, binds=("russia", "china")),
        months=5,
        levers=Levers(designations=Designations(rounds_per_year=12, names_per_round=4), bank_pressure=Lever(level=0.6)),
        moves=(Move(date=date(2017, 2, 1), actor="russia", act="sailings", amount=2, kind="autonomous"),),
    ),
    "nothing at all": scenario(months=2),
}


@pytest.mark.parametrize("name", SCENARIOS)
@pytest.mark.parametrize("form", "01")
def test_nothing_of_an_earlier_run_is_left(name: str, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is not blank, every page has to be written anew, in all months and arms, before it is read."""
    monkeypatch.setenv(compiled.SWITCH, form)
    monkeypatch.setattr(compiled, "_taken", {})
    memory = Memory()
    first = lived(SCENARIOS[name], memory)
    books = {**first.ledger.flows, **first.ledger.levels}
    before = {page: values.copy() for page, values in books.items()}
    for values in books.values():
        values.fill(np.nan)
    lived(SCENARIOS[name], memory)
    assert [page for page, values in books.items() if not np.array_equal(values, before[page])] == []


def lived(what: Scenario, memory: Memory) -> History:
    planned, block = plan(what, replications=8), Block(0, 8)
    return live(what, planned.parameters(block), subset_arms(), block, seed=4, memory=memory)
