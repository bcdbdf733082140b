"""Chinese traders who smuggle, line by line: fuel and machines in; coal, ores, textiles and seafood out.

Channel ``cn_smuggling``. A trader goes out when the price covers his costs and the expected penalty (Becker 1968).
What he expects of the inspectors follows from what he has seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

import numpy as np

from leaksim.engine.clock import Clock, Process
from leaksim.engine.lanes import Floats
from leaksim.engine.streams import Chance, Streams
from leaksim.model.compiled import has_compiled_form
from leaksim.model.dimensions import CAPITAL_GOODS, JET_FUEL, MOTOR_FUEL, SMUGGLED_GOODS
from leaksim.model.market import Market, Offer
from leaksim.model.parameters import Parameters
from leaksim.model.payments import PaymentQueue
from leaksim.model.schedule import EXPORTERS_SELL, TRADERS_LEARN, TRADERS_OFFER, TRADERS_SHIP
from leaksim.model.setting import Setting, baseline_exports, baseline_prices
from leaksim.model.standing import Standing

_CHANNEL = "cn_smuggling"
MOST_WARY = 0.95
"""Perceived chance of seizure is kept below one: at certainty no price would do."""


def relative_sizes(parameters: Parameters, streams: Streams, line: str) -> Floats:
    """Draw how large the traders of a line are in relation to each other, ``(trader, 1, lane)``."""
    number = parameters.count(f"traders.number.{line}")
    sizes: Floats = np.exp(parameters["traders.capacity_spread"] * streams.normal(f"traders.{line}.capacity", number))
    return sizes


class TraderLine:
    """The traders of one line: who they are, what they expect, and what the inspectors do to them.

    Parameters
    ----------
    setting
        What all agents share.
    line
        ``fuel``, ``goods``, or an export good.
    group
        Enforcement group whose inspectors watch the line.
    cost
        Lowest and highest evasion cost per unit, as ratios to the baseline price; the traders are spread evenly.
    size
        Value of what all of them can carry, $m a month at baseline prices, ``(1, 1 or lane)``.
    """

    def __init__(self, setting: Setting, line: str, group: str, cost: tuple[Floats, Floats], size: Floats) -> None:
        parameters, streams, everywhere = setting.parameters, setting.streams, setting
        setting = setting.within(_CHANNEL)
        self._setting, self.line, self._group = setting, line, group
        self.number = parameters.count(f"traders.number.{line}")
        lowest, highest = cost
        self.cost = lowest + (highest - lowest) * streams.stratified(f"traders.{line}.cost", self.number)
        """Evasion cost of each trader before any designation, ``(trader, 1, lane)``."""
        sizes = relative_sizes(parameters, streams, line)
        self.capacity_share: Floats = sizes / sizes.sum(axis=0)
        """Share of each trader in the capacity of the line, ``(trader, 1, lane)``."""
        self.risk_loading: Floats = 1 + 2 * parameters["traders.risk_loading"] * streams.uniform(
            f"traders.{line}.risk", self.number
        )
        """Factor by which a risk-averse trader overweighs the penalty, ``(trader, 1, lane)``."""
        self._learning_rate = parameters["traders.learning_rate"]
        self.perceived = np.broadcast_to(
            parameters["traders.perceived_detection"], (self.number, *setting.shape)
        ).copy()
        """Chance of seizure that each trader expects, ``(trader, arm, lane)``."""
        self.standing = Standing(everywhere, f"traders.{line}", self.number, size * self.capacity_share, _CHANNEL)
        self._shipped: Floats
        self._seizure: Chance

    @property
    def inspection(self) -> Floats:
        """Chance that a shipment is seized this month, ``(arm, lane)``."""
        return self._setting.records[f"china.inspection.{self._group}"]

    def inspect(self) -> Chance:
        """Let the inspectors act on this month's shipments; return the chance of each to be seized."""
        self._seizure = self._setting.streams.chance(f"traders.{self.line}.inspection", self.inspection, self.number)
        return self._seizure

    def ship(self, shipped: Floats) -> None:
        """Remember who shipped this month, ``(trader, arm, lane)``."""
        self._shipped = shipped

    def learn(self) -> Floats:
        """Move each trader's expectation toward what he saw; return how many shipped, ``(arm, lane)``."""
        self.perceived, shipments = learned(self.perceived, self._shipped, self._seizure, self._learning_rate)
        return shipments


@has_compiled_form
def learned(perceived: Floats, shipped: Floats, seizure: Chance, rate: Floats) -> tuple[Floats, Floats]:
    """Return what the traders of a line expect after a month, ``(trader, arm, lane)``, and how many shipped.

    Who shipped looks at his own fate, who stayed at home at the fate of the others on his line.
    """
    out, seized = shipped > 0, seizure.happens
    shipments = out.sum(axis=0, dtype=np.float64)
    line_rate = (out * seized).sum(axis=0) / np.maximum(shipments, 1.0)
    seen = np.where(out, seized, line_rate)
    rate = rate * (shipments > 0)
    return np.minimum(perceived + rate * (seen - perceived), MOST_WARY), shipments


@dataclass(frozen=True)
class Crossed:
    """What became of the cargo of one product at the border."""

    shipped: Floats
    """By each trader, ``(trader, arm, lane)``."""
    all_shipped: Floats
    """By all together, ``(arm, lane)``."""
    all_seized: Floats
    all_delivered: Floats
    all_paid: Floats
    """What is paid for all that arrived, $m."""


@has_compiled_form
def crossed(quantity: Floats, value: Floats, arriving: Floats, seizure: Chance) -> Crossed:
    """Send cargo that is paid for across the border.

    Parameters
    ----------
    quantity, value
        What is to arrive on average and what it was sold for, ``(trader, arm, lane)``.
    arriving
        Share that arrives on average, ``(arm, lane)``.
    seizure
        Of each trader's cargo, ``(trader, arm, lane)``.
    """
    seized = seizure.happens
    shipped = quantity / arriving
    lost = shipped * seized
    delivered = shipped - lost
    paid_for = value / arriving * (1 - seized)
    return Crossed(shipped, shipped.sum(axis=0), lost.sum(axis=0), delivered.sum(axis=0), paid_for.sum(axis=0))


@has_compiled_form
def reservation_price(
    perceived: Floats, cost: Floats, penalty: Floats, risk_loading: Floats, friction: Floats
) -> Floats:
    """Price at which a trader's expected profit per unit is zero, ``(trader, arm, lane)``.

    Parameters
    ----------
    perceived
        Chance of seizure that he expects, ``(trader, arm, lane)``.
    cost
        What the cargo and its way cost him, ``(trader, 1 or arm, lane)``.
    penalty, risk_loading
        What seizure costs, ``(1, 1 or lane)``, and the factor by which he overweighs it, ``(trader, 1, lane)``.
    friction
        Share of the price that payment costs, ``(1 or arm, 1 or lane)``.
    """
    return (cost + perceived * penalty * risk_loading) / (1 - perceived) * (1 + friction)


@has_compiled_form
def not_taken(capacity: Floats, working: Floats, left: Floats, waiting: Floats) -> Floats:
    """Capacity that is not yet taken by cargo that waits for its payment, ``(trader, arm, lane)``.

    Parameters
    ----------
    capacity
        Of each trader at first, ``(trader, 1, lane)``.
    working
        Share that works this month, ``(arm, lane)``.
    left
        Share that designations have left, ``(trader, 1 or arm, lane)``.
    waiting
        Cargo that waits, ``(trader, arm, lane)``.
    """
    return np.maximum(capacity * working * left - waiting, 0.0)


class ImportTraders:
    """Traders who smuggle one line of import products into the DPRK.

    A trader's reservation price makes his expected profit per unit zero:
    ``P = (w + c + p F) / (1 - p)``, times one plus the friction of payment, with p the seizure he expects.
    """

    def __init__(self, setting: Setting, market: Market, line: str, capacity: Mapping[int, Floats]) -> None:
        parameters, everywhere = setting.parameters, setting
        setting = setting.within(_CHANNEL)
        self._setting, self._market, self._arms = setting, market, everywhere.arms_with(_CHANNEL)
        self._prices = baseline_prices(parameters)
        product, whole = next(iter(capacity.items()))
        cost = parameters["traders.cost.lowest"], parameters["traders.cost.highest"]
        self._line = TraderLine(everywhere, line, line, cost, whole * self._prices[product])
        self._queue = PaymentQueue(setting, f"traders.{line}", "china", self._line.number, capacity)
        self._purchase_price = parameters["traders.purchase_price"]
        self._penalty = parameters["traders.penalty"]
        self._capacity = {product: total * self._line.capacity_share for product, total in capacity.items()}

    def process(self, clock: Clock) -> Process:
        """Offer, ship what was sold, and learn, every month."""
        yield from clock.monthly((TRADERS_OFFER, self._offer), (TRADERS_SHIP, self._ship), (TRADERS_LEARN, self._learn))

    def _offer(self, _month: int) -> None:
        line, records = self._line, self._setting.records
        reservation = reservation_price(
            line.perceived,
            self._purchase_price + line.cost * line.standing.cost,
            self._penalty,
            line.risk_loading,
            records["payments.china.friction"],
        )
        working = 1 - line.inspection
        if line.line == "fuel":
            working = working * (1 - records["networks.moved"])
        capacity = {
            product: not_taken(capacity, working, line.standing.capacity, self._queue.waiting[product])
            for product, capacity in self._capacity.items()
        }
        self._market.offer(line.line, Offer(reservation, capacity), self._arms)

    def _ship(self, month: int) -> None:
        ledger = self._setting.ledger
        paid = self._queue.settle(month, self._market.sales(self._line.line))
        arriving = 1 - self._line.inspection
        seizure = self._line.inspect()
        crossings = {
            product: crossed(cargo.quantity, cargo.value, arriving, seizure) for product, cargo in paid.items()
        }
        for product, each in crossings.items():
            ledger.post_item("smuggled_shipped", month, product, each.all_shipped)
            ledger.post_item("smuggled_seized", month, product, each.all_seized)
            ledger.post_item("smuggled_delivered", month, product, each.all_delivered)
            ledger.post_item("paid_smuggled", month, product, each.all_paid)
        shipped = [each.shipped for each in crossings.values()]
        self._line.ship(reduce(np.maximum, shipped))
        self._line.standing.delivered(
            lambda: sum(
                (each.shipped - each.shipped * seizure.happens) * self._prices[product]
                for product, each in crossings.items()
            )
        )

    def _learn(self, _month: int) -> None:
        self._setting.records.record(f"traders.shipments.{self._line.line}", self._line.learn())


@dataclass(frozen=True)
class ExportTerms:
    """What the trade in export goods is worth, as ratios to the baseline price, each ``(1, 1 or lane)``."""

    resale_price: Floats
    penalty: Floats
    reserve_price: Floats
    bargaining: Floats
    """Share of the DPRK in what there is to gain."""


@dataclass(frozen=True)
class TakenOut:
    """What the traders of a good took out of the DPRK, in $m at the baseline price."""

    shipped: Floats
    """By each trader, ``(trader, arm, lane)``."""
    all_shipped: Floats
    """By all together, ``(arm, lane)``."""
    all_seized: Floats
    all_earned: Floats
    """What the DPRK was paid."""


@has_compiled_form
def taken_out(
    perceived: Floats,
    cost: Floats,
    risk_loading: Floats,
    capacity: Floats,
    friction: Floats,
    blocked: Floats,
    seizure: Chance,
    terms: ExportTerms,
) -> TakenOut:
    """Let traders buy a good and ship it.

    Parameters
    ----------
    perceived
        Chance of seizure that each trader expects, ``(trader, arm, lane)``.
    cost, capacity
        His cost of evasion and what he can carry, ``(trader, 1 or arm, lane)``.
    risk_loading
        Factor by which he overweighs the penalty, ``(trader, 1, lane)``.
    friction
        Share of the price that payment costs, ``(1 or arm, 1 or lane)``.
    blocked
        What official trade leaves, ``(arm, lane)``.
    seizure
        Of each trader's cargo, ``(trader, arm, lane)``.
    """
    left_over = (1 - perceived) * terms.resale_price - cost
    bid = (left_over - perceived * terms.penalty * risk_loading) / (1 + friction)
    willing = capacity * (bid >= terms.reserve_price)
    wanted = willing.sum(axis=0)
    # Traders who find less than they would carry share it in proportion to their capacity.
    shipped = willing * np.minimum(1.0, blocked / np.where(wanted > 0, wanted, 1.0))
    price = terms.reserve_price + terms.bargaining * (bid - terms.reserve_price)
    return TakenOut(
        shipped, shipped.sum(axis=0), (shipped * seizure.happens).sum(axis=0), (shipped * price).sum(axis=0)
    )


class ExportTraders:
    """Traders who smuggle the DPRK's forbidden goods into China.

    A trader bids at most what resale leaves after costs and the expected penalty, ``(1 - p) s - c - p F`` of the
    baseline price, less the friction of payment. The DPRK sells above a reserve price; they split the difference.
    """

    def __init__(self, setting: Setting) -> None:
        parameters = setting.parameters
        self._setting = setting.within(_CHANNEL)
        cost = parameters["traders.export.cost.lowest"], parameters["traders.export.cost.highest"]
        exports = baseline_exports(parameters)[: len(SMUGGLED_GOODS)]
        # The capacity of all export smugglers is spread over the goods as the baseline trade is.
        sizes = parameters["traders.capacity.exports"] * exports / exports.sum(axis=0)
        self._lines = [
            TraderLine(setting, good, "exports", cost, size) for good, size in zip(SMUGGLED_GOODS, sizes, strict=True)
        ]
        self._capacity = [size * line.capacity_share for size, line in zip(sizes, self._lines, strict=True)]
        self._terms = ExportTerms(
            *(
                parameters[f"traders.export.{name}"]
                for name in ("resale_price", "penalty", "reserve_price", "bargaining")
            )
        )

    def process(self, clock: Clock) -> Process:
        """Buy and ship, and learn, every month."""
        yield from clock.monthly((EXPORTERS_SELL, self._trade), (TRADERS_LEARN, self._learn))

    def _trade(self, month: int) -> None:
        for good, (line, capacity) in enumerate(zip(self._lines, self._capacity, strict=True)):
            self._trade_good(month, good, line, capacity)

    def _trade_good(self, month: int, good: int, line: TraderLine, capacity: Floats) -> None:
        ledger, records = self._setting.ledger, self._setting.records
        seizure = line.inspect()
        taken = taken_out(
            line.perceived,
            line.cost * line.standing.cost,
            line.risk_loading,
            capacity * line.standing.capacity,
            records["payments.china.friction"],
            records["china.blocked_exports"][good],
            seizure,
            self._terms,
        )
        line.ship(taken.shipped)
        records.announce(f"traders.shipped_out.{line.line}", taken.all_shipped)
        ledger.post_item("smuggled_out_shipped", month, good, taken.all_shipped)
        ledger.post_item("smuggled_out_seized", month, good, taken.all_seized)
        ledger.post_item("smuggled_out_delivered", month, good, taken.all_shipped - taken.all_seized)
        ledger.post_item("earned_smuggled", month, good, taken.all_earned)
        line.standing.delivered(lambda: taken.shipped * (1 - seizure.happens))

    def _learn(self, _month: int) -> None:
        shipments = sum((line.learn() for line in self._lines), start=self._setting.zeros())
        self._setting.records.record("traders.shipments.exports", shipments)


def chinese_traders(setting: Setting, market: Market) -> tuple[ImportTraders, ImportTraders, ExportTraders]:
    """Return the traders of every line."""
    parameters = setting.parameters
    fuel = parameters["traders.capacity.fuel"]
    return (
        ImportTraders(setting, market, "fuel", {MOTOR_FUEL: fuel, JET_FUEL: fuel * parameters["traders.jet_share"]}),
        ImportTraders(setting, market, "goods", {CAPITAL_GOODS: parameters["traders.capacity.goods"]}),
        ExportTraders(setting),
    )
