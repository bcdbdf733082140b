"""The clock of a block: one SimPy environment that carries all arms and lanes."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Protocol

import simpy

from leaksim.engine.calendar import Calendar

Process = Generator[simpy.Event, object, None]
"""What an agent's `process` returns: a SimPy process."""


class Agent(Protocol):
    """Somebody with days of their own."""

    def process(self, clock: Clock) -> Process:
        """Live through the run: wait for one's days and act on them."""


class Clock:
    """Simulated time in days from the start of the run."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.environment = simpy.Environment()

    def monthly(self, *duties: tuple[float, Callable[[int], None]]) -> Process:
        """Do each duty on its day of every month; duties are (day, action on the month number), in time order.

        For the days of a month see `Calendar.moment`.
        """
        environment, moment = self.environment, self.calendar.moment
        for month in range(self.calendar.months):
            for day, duty in duties:
                yield simpy.Timeout(environment, moment(month, day) - environment.now)
                duty(month)

    def run(self, *agents: Agent) -> None:
        """Let the agents live until the end of the last month."""
        for agent in agents:
            self.environment.process(agent.process(self))
        self.environment.run()
