"""One lane in one arm on a clock of its own."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Protocol

import simpy

from leaksim.engine.lanes import Arm
from leaksim.scenario.schema import Scenario
from reference.background import Background
from reference.case import Case, News
from reference.china import China
from reference.council import Texts
from reference.demand import demand_for
from reference.labour import Labour
from reference.ledger import Ledger
from reference.market import Market
from reference.migration import Migration
from reference.months import Months
from reference.payments import Payments
from reference.pyongyang import Pyongyang
from reference.rason import Rason
from reference.russia import Moscow, RussianSuppliers
from reference.streams import Draws
from reference.tankers import Tankers
from reference.things import PRODUCTS
from reference.timetable import RECORDS_ARE_PUBLISHED
from reference.traders import ExportTraders, ImportTraders
from reference.united_states import UnitedStates

Duties = Sequence[tuple[float, Callable[[int], None]]]


class Agent(Protocol):
    """Somebody with duties on certain days of each month."""

    @property
    def duties(self) -> Duties:
        """Days of a month, in time order, and what is done on them."""


class Bookkeeper:
    """Publishes the records at the end of a month, and opens the books of the next."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self.duties: Duties = [(RECORDS_ARE_PUBLISHED, self._close_month)]

    def _close_month(self, month: int) -> None:
        self._case.news.publish()
        self._case.ledger.open_month(month + 1)


def live(scenario: Scenario, values: Mapping[str, float | str], arm: Arm, draws: Draws) -> Ledger:
    """Run one lane in one arm; return its books."""
    months = Months(scenario.period.start, scenario.period.months)
    case = Case(scenario, arm, values, draws, months, Ledger(months.count), News())
    texts = Texts(case)
    market = Market(case, {product: demand_for(case, product, weighted=False) for product in PRODUCTS})
    state_demand = {product: demand_for(case, product, weighted=True) for product in PRODUCTS}
    states, migration = UnitedStates(case), Migration(case)
    payments = Payments(case, states)
    agents: list[Agent] = [
        Bookkeeper(case),
        China(case, market, texts),
        states,
        Moscow(case, states),
        payments,
        Background(case, market, texts),
        Labour(case, texts),
        migration,
        # The United States list the firms in this order.
        ImportTraders(case, market, states, payments, migration, "fuel"),
        ImportTraders(case, market, states, payments, migration, "goods"),
        ExportTraders(case, states, payments),
        RussianSuppliers(case, market, states, payments, migration),
        Tankers(case, market, states),
        Rason(case, market, texts, states),
        market,
        Pyongyang(case, market, state_demand, texts),
    ]
    environment = simpy.Environment()
    for agent in agents:
        environment.process(_life(environment, months, agent.duties))
    environment.run()
    return case.ledger


def _life(environment: simpy.Environment, months: Months, duties: Duties) -> Generator[simpy.Event, object, None]:
    for month in range(months.count):
        for day, duty in duties:
            yield environment.timeout(months.moment(month, day) - environment.now)
            duty(month)
