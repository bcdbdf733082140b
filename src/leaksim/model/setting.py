"""What every agent of a block is given: the world's facts, not the other agents."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from leaksim.engine.calendar import Calendar
from leaksim.engine.lanes import Arm, Block, Floats, SomeArms, mask
from leaksim.engine.streams import Streams
from leaksim.model.dimensions import CLASSES, GOODS, PARTIES, PRODUCTS
from leaksim.model.ledger import Ledger
from leaksim.model.measures import Measures, days_within
from leaksim.model.parameters import Parameters
from leaksim.model.records import Records
from leaksim.scenario.schema import Levers, Move


@dataclass(frozen=True)
class Setting:
    """Facts, books and random streams that the agents of one block share."""

    calendar: Calendar
    block: Block
    arms: tuple[Arm, ...]
    parameters: Parameters
    streams: Streams
    measures: Measures
    moves: tuple[Move, ...]
    levers: Levers
    ledger: Ledger
    records: Records
    deterministic: bool
    """Whether every draw is replaced by its mean."""

    def arms_with(self, channel: str) -> SomeArms:
        """Return the arms in which a channel is on."""
        if channel not in self._arms_with:
            self._arms_with[channel] = SomeArms(channel in arm.channels for arm in self.arms)
        return self._arms_with[channel]

    def within(self, channel: str) -> Setting:
        """Return the setting of an agent who acts only where a channel is on: he is spared the other arms."""
        if channel not in self._within:
            some = self.arms_with(channel)
            self._within[channel] = replace(
                self,
                arms=tuple(arm for arm in self.arms if channel in arm.channels),
                ledger=self.ledger.within(some),
                records=self.records.within(some),
            )
        return self._within[channel]

    @cached_property
    def _arms_with(self) -> dict[str, SomeArms]:
        return {}

    @cached_property
    def _within(self) -> dict[str, Setting]:
        return {}

    @property
    def shape(self) -> tuple[int, int]:
        """Shape of a state array, ``(arm, lane)``."""
        return len(self.arms), self.block.width

    @property
    def measured(self) -> Floats:
        """1.0 in arms with the measures in force, 0.0 in the baseline; shape ``(arm, 1)``."""
        return mask(arm.measured for arm in self.arms)

    def on(self, channel: str) -> Floats:
        """1.0 in arms in which a channel is on, else 0.0; shape ``(arm, 1)``."""
        return mask(channel in arm.channels for arm in self.arms)

    def moved(self, act: str, *kinds: str) -> Floats:
        """Change that the dated moves of some kinds bring about in each month, ``(month, arm, 1)``.

        Responses are absent from the baseline arm; autonomous moves are present in all.
        """
        change = np.zeros((self.calendar.months, *self.measured.shape))
        month_starts = np.array(self.calendar.month_starts, dtype=np.float64)[:, None, None]
        for move in self.moves:
            if move.act == act and move.kind in kinds:
                where = self.measured if move.kind == "response" else np.ones_like(self.measured)
                days = days_within(self.calendar.day_of(move.date), np.inf, month_starts)
                change += where * move.amount * (days / np.diff(month_starts, axis=0))
        return change

    def in_all_lanes(self, values: Floats) -> Floats:
        """Write out values of shape ``(..., 1 or lane)``, ``(..., lane)``: compiled forms know one layout only."""
        written = np.empty((*values.shape[:-1], self.block.width))
        written[...] = values
        return written

    def zeros(self, *leading: int) -> Floats:
        """Zeros of shape ``(*leading, arm, lane)``."""
        return np.zeros((*leading, *self.shape))


def baseline_imports(parameters: Parameters, party: str) -> Floats:
    """Baseline supplies of a party, shape ``(product, 1, 1 or lane)``, in kb or $m per month."""
    return parameters.stack(*(f"baseline.{product}.{party}" for product in PRODUCTS))


def baseline_refined(parameters: Parameters) -> Floats:
    """Fuel that the home refinery makes of pipeline crude, shape ``(product, 1, 1 or lane)``."""
    refined = parameters["baseline.motor_fuel.refinery"]
    return np.stack([refined, np.zeros_like(refined), np.zeros_like(refined)])


def baseline_exports(parameters: Parameters) -> Floats:
    """Baseline exports to China, shape ``(good, 1, 1 or lane)``, in $m per month."""
    return parameters.stack(*(f"exports.china.{good}" for good in GOODS))


def baseline_prices(parameters: Parameters) -> Floats:
    """Baseline price p0 of each product, shape ``(product, 1, 1 or lane)``.

    In $m per kb for fuels ($/bbl divided by 1000), and 1 for capital goods, which are counted in $m.
    """
    fuel = parameters["price.fuel"] / 1000.0
    return np.stack([fuel, fuel, np.ones_like(fuel)])


def baseline_use(parameters: Parameters) -> Floats:
    """Return what is used when nothing is cut, all supplies together, shape ``(product, 1, 1 or lane)``."""
    return sum((baseline_imports(parameters, party) for party in PARTIES), start=baseline_refined(parameters))


def class_shares(parameters: Parameters, product: str) -> Floats:
    """Share of each class in the baseline use of a product, shape ``(class, 1, 1 or lane)``; adds up to 1."""
    if product == "motor_fuel":
        shares = parameters.stack(*(f"demand.motor_fuel.share.{user}" for user in CLASSES))
        normalised: Floats = shares / shares.sum(axis=0)
        return normalised
    if product == "jet_fuel":
        military = parameters["demand.jet_fuel.share.military"]
        return np.stack([military, 1 - military, np.zeros_like(military), np.zeros_like(military)])
    return np.array([0.0, 0.0, 1.0, 0.0])[:, None, None]
