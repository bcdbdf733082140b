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
from reference.demand import demand_for
from reference.labour import Labour
from reference.ledger import Ledger
from reference.market import Market
from reference.months import Months
from reference.pyongyang import Pyongyang
from reference.rason import Rason
from reference.russia import Moscow, RussianSuppliers
from reference.streams import Draws
from reference.tankers import Tankers
from reference.texts import Texts
from reference.things import PRODUCTS
from reference.timetable import RECORDS_ARE_PUBLISHED
from reference.traders import ExportTraders, ImportTraders

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
    agents: list[Agent] = [
        Bookkeeper(case),
        China(case, market, texts),
        Moscow(case),
        Background(case, market, texts),
        Labour(case, texts),
        ImportTraders(case, market, "fuel"),
        ImportTraders(case, market, "goods"),
        ExportTraders(case),
        RussianSuppliers(case, market),
        Tankers(case, market),
        Rason(case, market, texts),
        market,
        Pyongyang(case, market, state_demand),
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
