"""One case: a lane in an arm, with its parameter values, its draws, its books and what is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from leaksim.engine.lanes import Arm
from leaksim.scenario.schema import Lever, Scenario
from reference.ledger import Ledger
from reference.months import Months
from reference.streams import Draws
from reference.things import GOODS, PARTIES


@dataclass
class News:
    """What everybody knows: announcements at once, records from the end of the month."""

    known: dict[str, float] = field(default_factory=dict)
    drafts: dict[str, float] = field(default_factory=dict)

    def publish(self) -> None:
        """Make this month's records known."""
        self.known.update(self.drafts)


@dataclass
class Case:
    """A lane in an arm."""

    scenario: Scenario
    arm: Arm
    values: Mapping[str, float | str]
    """Parameter values of the lane."""
    draws: Draws
    months: Months
    ledger: Ledger
    news: News

    def value(self, identifier: str) -> float:
        """Value of a parameter that is a number."""
        return float(self.values[identifier])

    def on(self, channel: str) -> bool:
        """Whether a channel is on."""
        return channel in self.arm.channels

    def price(self, product: str) -> float:
        """Baseline price in $m per kb, or per $m of machines."""
        return 1.0 if product == "capital_goods" else self.value("price.fuel") / 1000

    def supply(self, product: str, party: str) -> float:
        """What a party supplies in a month at baseline."""
        return self.value(f"baseline.{product}.{party}")

    def refined(self, product: str) -> float:
        """What the home refinery makes in a month."""
        return self.value("baseline.motor_fuel.refinery") if product == "motor_fuel" else 0.0

    def use(self, product: str) -> float:
        """What is used in a month at baseline."""
        return sum(self.supply(product, party) for party in PARTIES) + self.refined(product)

    def export(self, good: str) -> float:
        """What China buys of a good in a month at baseline, $m."""
        return self.value(f"exports.china.{good}")

    def all_exports(self) -> float:
        """What China buys in a month at baseline, $m."""
        return sum(self.export(good) for good in GOODS)

    def crude_cost(self) -> float:
        """What the crude of the pipeline costs in a month, $m."""
        return self.value("crude.quantity") * self.value("crude.price") / 1000

    def level(self, lever: Lever | None, month: int) -> float:
        """How far a lever is pulled in a month."""
        return 0.0 if lever is None else lever.level * self.months.share(month, lever.start, lever.until)

    def port_monitoring(self, month: int) -> float:
        """Level of the watch over ports and ships."""
        return self.level(self.scenario.levers.port_monitoring, month)

    def bank_pressure(self, month: int) -> float:
        """Level of the pressure on banks."""
        return self.level(self.scenario.levers.bank_pressure, month)

    def moved(self, month: int, act: str, *kinds: str) -> float:
        """What the dated moves of some kinds add in a month; responses only where measures are in force."""
        return sum(
            move.amount * self.months.share(month, move.date, None)
            for move in self.scenario.moves
            if move.act == act and move.kind in kinds and (self.arm.measured or move.kind == "autonomous")
        )
