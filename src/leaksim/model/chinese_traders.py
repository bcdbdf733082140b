"""Chinese traders who smuggle, line by line: fuel and machines in; coal, ores, textiles and seafood out.

Channel ``cn_smuggling``. A trader goes out when the price covers his costs and the expected penalty (Becker 1968).
What he expects of the inspectors follows from what he has seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from leaksim.engine.clock import Clock, Process
from leaksim.engine.lanes import Floats, Places
from leaksim.engine.streams import Chance, Streams
from leaksim.model.clearing import Sale
from leaksim.model.compiled import has_compiled_form
from leaksim.model.demand import Flags
from leaksim.model.dimensions import CAPITAL_GOODS, JET_FUEL, MOTOR_FUEL, SMUGGLED_GOODS
from leaksim.model.market import Market, Offer
from leaksim.model.parameters import Parameters
from leaksim.model.payment_queue import Cargo, PaymentQueue, passed, settle
from leaksim.model.schedule import EXPORTERS_SELL, TRADERS_OFFER, TRADERS_SHIP
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
        self.learning_rate = setting.in_all_lanes(parameters["traders.learning_rate"])
        """Share of the way to what he sees that his expectation moves in a month, ``(1, lane)``."""
        self.perceived = np.broadcast_to(
            parameters["traders.perceived_detection"], (self.number, *setting.shape)
        ).copy()
        """Chance of seizure that each trader expects, ``(trader, arm, lane)``."""
        self.standing = Standing(everywhere, f"traders.{line}", self.number, size * self.capacity_share, _CHANNEL)

    @property
    def inspection(self) -> Floats:
        """Chance that a shipment is seized this month, ``(arm, lane)``."""
        return self._setting.records[f"china.inspection.{self._group}"]

    def inspect(self) -> Chance:
        """Let the inspectors act on this month's shipments; return the chance of each to be seized."""
        return self._setting.streams.chance(f"traders.{self.line}.inspection", self.inspection, self.number)


def learn(perceived: Floats, out: Flags, seized: Floats, rate: Floats) -> Floats:
    """Move what the traders of a line expect toward what they saw; return how many shipped, ``(arm, lane)``.

    Who shipped looks at his own fate, who stayed at home at the fate of the others on his line.

    Parameters
    ----------
    perceived
        Chance of seizure that each expects, ``(trader, arm, lane)``; changed.
    out, seized
        Whether he shipped, and whether his cargo was seized or would have been, same shape.
    rate
        Share of the way that he moves, ``(1, lane)``.
    """
    shipments: Floats = out.sum(axis=0, dtype=np.float64)
    line_rate = (out * seized).sum(axis=0) / np.maximum(shipments, 1.0)
    seen = np.where(out, seized, line_rate)
    rate = rate * (shipments > 0)
    np.minimum(perceived + rate * (seen - perceived), MOST_WARY, out=perceived)
    return shipments


@dataclass(frozen=True)
class ImportTerms:
    """What smuggling into the DPRK costs, as ratios to the baseline price, each ``(1, lane)``."""

    purchase_price: Floats
    penalty: Floats


@has_compiled_form
def offer(
    perceived: Floats,
    costs: tuple[Floats, Floats, Floats],
    terms: ImportTerms,
    friction: Floats,
    inspection: Floats,
    moved: Floats,
    capacity: Floats,
    left: Floats,
    waiting: Floats,
    reservation: Floats,
    free: Floats,
) -> None:
    """Find the price at which each trader's expected profit is zero, and what he can carry.

    Parameters
    ----------
    perceived
        Chance of seizure that he expects, ``(trader, arm, lane)``.
    costs
        His cost of evasion and the factor by which he overweighs the penalty, ``(trader, 1, lane)``; and the factor
        of the cost after designations, ``(1 or trader, 1 or arm, lane)``.
    friction
        Share of the price that payment costs, ``(1 or arm, 1 or lane)``.
    inspection
        Chance that a shipment is seized, ``(arm, lane)``: less is to arrive.
    moved
        Share of the traders who work in Russia, ``(arm, lane)``.
    capacity
        What each can carry of each product at first, ``(product, trader, 1, lane)``.
    left
        Share of it that designations have left, ``(1 or trader, 1 or arm, lane)``.
    waiting
        Cargo that waits for its payment, ``(product, trader, arm, lane)``.
    reservation, free
        Where to write the price, ``(trader, arm, lane)``, and what is not taken by cargo that waits, as `waiting`.
    """
    evasion, risk_loading, factor = costs
    cost = terms.purchase_price + evasion * factor
    risk = perceived * terms.penalty * risk_loading
    np.multiply((cost + risk) / (1 - perceived), 1 + friction, out=reservation)
    working = (1 - inspection) * (1 - moved)
    np.maximum(capacity * working * left - waiting, 0.0, out=free)


@dataclass(frozen=True)
class Crossed:
    """What became of the cargo of one product at the border, of each trader, ``(trader, arm, lane)``."""

    shipped: Floats
    seized: Floats
    delivered: Floats
    paid: Floats
    """What is paid for what arrived, $m."""


def crossed(paid: Cargo, seizure: Chance) -> Crossed:
    """Send cargo that is paid for across the border: as much that it arrives on average."""
    arriving, seized = 1 - seizure.probability, seizure.happens
    shipped = paid.quantity / arriving
    lost = shipped * seized
    return Crossed(shipped, lost, shipped - lost, paid.value / arriving * (1 - seized))


@has_compiled_form
def cross(
    waiting: Cargo,
    sales: Sequence[Sale],
    passes: Chance,
    seizure: Chance,
    perceived: Floats,
    rate: Floats,
    products: Places,
    arms: Places,
    pages: tuple[Floats, Floats, Floats, Floats, Floats],
    shipments: Floats,
) -> None:
    """Let payments pass, send what is paid for across the border, and let the traders learn from that.

    Parameters
    ----------
    waiting
        Cargo that waits, ``(product, trader, arm, lane)``; changed.
    sales
        What was sold of each product.
    passes, seizure
        Of each trader's payments and cargo, ``(trader, arm, lane)``.
    perceived, rate
        See `learn`; the first is changed.
    products, arms
        Their places in the books.
    pages
        Where to enter what waits on, what is shipped, seized, delivered and paid, ``(product, arm, lane)``.
    shipments
        Where to write how many shipped, ``(arm, lane)``, of all arms.
    """
    out = np.zeros(perceived.shape, dtype=np.bool_)
    for place, (product, sale) in enumerate(zip(products, sales, strict=True)):
        paid, still_waiting = settle(waiting, place, sale, passes.happens)
        at_border = crossed(paid, seizure)
        out |= at_border.shipped > 0
        amounts = at_border.shipped, at_border.seized, at_border.delivered, at_border.paid
        for page, amount in zip(pages, (still_waiting, *(each.sum(axis=0) for each in amounts)), strict=True):
            page[product, arms] += amount
    shipments[arms] = learn(perceived, out, seizure.happens, rate)


class ImportTraders:
    """Traders who smuggle one line of import products into the DPRK.

    A trader's reservation price makes his expected profit per unit zero:
    ``P = (w + c + p F) / (1 - p)``, times one plus the friction of payment, with p the seizure he expects.
    """

    def __init__(self, setting: Setting, market: Market, line: str, capacity: Mapping[int, Floats]) -> None:
        parameters, everywhere = setting.parameters, setting
        setting = setting.within(_CHANNEL)
        self._setting, self._everywhere, self._market = setting, everywhere, market
        self._arms = everywhere.arms_with(_CHANNEL)
        self._prices = baseline_prices(parameters)
        product, whole = next(iter(capacity.items()))
        cost = parameters["traders.cost.lowest"], parameters["traders.cost.highest"]
        self._line = TraderLine(everywhere, line, line, cost, whole * self._prices[product])
        number = self._line.number
        self._queue = PaymentQueue(setting, f"traders.{line}", "china", number, len(capacity))
        self._terms = ImportTerms(
            *(setting.in_all_lanes(parameters[f"traders.{name}"]) for name in ("purchase_price", "penalty"))
        )
        self._products: Places = np.array(list(capacity), dtype=np.intp)
        self._capacity = np.stack([total * self._line.capacity_share for total in capacity.values()])
        self._reservation, self._free = setting.zeros(number), setting.zeros(len(capacity), number)
        self._offered = Offer(self._reservation, dict(zip(capacity, self._free, strict=True)))
        self._nobody_moves = setting.zeros()

    def process(self, clock: Clock) -> Process:
        """Offer, and ship what was sold, every month."""
        yield from clock.monthly((TRADERS_OFFER, self._offer), (TRADERS_SHIP, self._ship))

    def _offer(self, _month: int) -> None:
        line, records = self._line, self._setting.records
        offer(
            line.perceived,
            (line.cost, line.risk_loading, line.standing.cost),
            self._terms,
            records["payments.china.friction"],
            line.inspection,
            records["networks.moved"] if line.line == "fuel" else self._nobody_moves,
            self._capacity,
            line.standing.capacity,
            self._queue.waiting.quantity,
            self._reservation,
            self._free,
        )
        self._market.offer(line.line, self._offered, self._arms)

    def _ship(self, month: int) -> None:
        line, ledger = self._line, self._setting.ledger
        passes, seizure = self._queue.try_again(), line.inspect()
        sales = list(self._market.sales(line.line).values())
        line.standing.delivered(lambda: self._value_delivered(sales, passes, seizure))
        shipments = self._everywhere.zeros()
        cross(
            self._queue.waiting,
            sales,
            passes,
            seizure,
            line.perceived,
            line.learning_rate,
            self._products,
            self._arms.places,
            (
                ledger.levels["awaiting_payment"][month],
                ledger.flows["smuggled_shipped"][month],
                ledger.flows["smuggled_seized"][month],
                ledger.flows["smuggled_delivered"][month],
                ledger.flows["paid_smuggled"][month],
            ),
            shipments,
        )
        self._setting.records.record(f"traders.shipments.{line.line}", shipments)

    def _value_delivered(self, sales: Sequence[Sale], passes: Chance, seizure: Chance) -> Floats:
        """Add up what each trader is about to deliver, $m at baseline prices, ``(trader, arm, lane)``."""
        value = self._setting.zeros(self._line.number)
        waiting = self._queue.waiting
        for product, sale, quantity, owed in zip(self._products, sales, waiting.quantity, waiting.value, strict=True):
            paid, _ = passed(Cargo(quantity, owed), sale, passes.happens)
            value += crossed(paid, seizure).delivered * self._prices[product]
        return value


@dataclass(frozen=True)
class ExportTerms:
    """What the trade in export goods is worth, as ratios to the baseline price, each ``(1, lane)``."""

    resale_price: Floats
    penalty: Floats
    reserve_price: Floats
    bargaining: Floats
    """Share of the DPRK in what there is to gain."""


def bought(
    perceived: Floats,
    cost: Floats,
    risk_loading: Floats,
    capacity: Floats,
    friction: Floats,
    blocked: Floats,
    terms: ExportTerms,
) -> tuple[Floats, Floats]:
    """Return what each trader buys of a good, in $m at the baseline price, and at which price, ``(trader, arm, lane)``.

    Parameters
    ----------
    perceived
        Chance of seizure that he expects, ``(trader, arm, lane)``.
    cost, capacity
        His cost of evasion and what he can carry, ``(1 or trader, 1 or arm, lane)``.
    risk_loading
        Factor by which he overweighs the penalty, ``(trader, 1, lane)``.
    friction
        Share of the price that payment costs, ``(1 or arm, 1 or lane)``.
    blocked
        What official trade leaves, ``(arm, lane)``.
    """
    left_over = (1 - perceived) * terms.resale_price - cost
    bid = (left_over - perceived * terms.penalty * risk_loading) / (1 + friction)
    willing = capacity * (bid >= terms.reserve_price)
    wanted = willing.sum(axis=0)
    # Traders who find less than they would carry share it in proportion to their capacity.
    quantity = willing * np.minimum(1.0, blocked / np.where(wanted > 0, wanted, 1.0))
    return quantity, terms.reserve_price + terms.bargaining * (bid - terms.reserve_price)


@has_compiled_form
def take_out(
    perceived: Floats,
    costs: tuple[Floats, Floats],
    factors: Sequence[Floats],
    capacity: Floats,
    left: Sequence[Floats],
    starts: Places,
    terms: ExportTerms,
    friction: Floats,
    blocked: Floats,
    seizures: Sequence[Chance],
    rate: Floats,
    arms: Places,
    pages: tuple[Floats, Floats, Floats, Floats],
    shipments: Floats,
) -> None:
    """Let traders buy goods, ship them, and learn from that.

    Parameters
    ----------
    perceived
        See `learn`, of the traders of all goods, one good after the other; changed.
    costs
        Each one's cost of evasion and the factor by which he overweighs the penalty, ``(trader, 1, lane)``.
    factors
        For each good the factor of that cost after designations, ``(1 or trader, 1 or arm, lane)``.
    capacity, left
        What each trader can carry at first, ``(trader, 1, lane)``, and for each good the share that designations have
        left, ``(1 or trader, 1 or arm, lane)``.
    starts
        Where the traders of each good start, and the last end.
    friction, blocked
        See `bought`; the second for each good, ``(good, arm, lane)``.
    seizures
        Of the cargo of each good's traders, ``(trader, arm, lane)``.
    rate
        See `learn`.
    arms
        Their places in the books.
    pages
        Where to enter what is shipped, seized, delivered and earned, ``(good, arm, lane)``.
    shipments
        Where to add how many shipped, ``(arm, lane)``, of all arms.
    """
    evasion, risk_loading = costs
    for good, seizure in enumerate(seizures):
        line = slice(starts[good], starts[good + 1])
        cost, can = evasion[line] * factors[good], capacity[line] * left[good]
        shipped, price = bought(perceived[line], cost, risk_loading[line], can, friction, blocked[good], terms)
        all_shipped = shipped.sum(axis=0)
        all_seized = (shipped * seizure.happens).sum(axis=0)
        amounts = all_shipped, all_seized, all_shipped - all_seized, (shipped * price).sum(axis=0)
        for page, amount in zip(pages, amounts, strict=True):
            page[good, arms] += amount
        shipments[arms] += learn(perceived[line], shipped > 0, seizure.happens, rate)


class ExportTraders:
    """Traders who smuggle the DPRK's forbidden goods into China.

    A trader bids at most what resale leaves after costs and the expected penalty, ``(1 - p) s - c - p F`` of the
    baseline price, less the friction of payment. The DPRK sells above a reserve price; they split the difference.
    """

    def __init__(self, setting: Setting) -> None:
        parameters = setting.parameters
        self._setting, self._everywhere = setting.within(_CHANNEL), setting
        self._arms = setting.arms_with(_CHANNEL)
        cost = parameters["traders.export.cost.lowest"], parameters["traders.export.cost.highest"]
        exports = baseline_exports(parameters)[: len(SMUGGLED_GOODS)]
        # The capacity of all export smugglers is spread over the goods as the baseline trade is.
        sizes = parameters["traders.capacity.exports"] * exports / exports.sum(axis=0)
        self._lines = [
            TraderLine(setting, good, "exports", cost, size) for good, size in zip(SMUGGLED_GOODS, sizes, strict=True)
        ]
        # The traders of all goods, one good after the other.
        self._starts: Places = np.cumsum([0, *(line.number for line in self._lines)], dtype=np.intp)
        self._perceived = np.concatenate([line.perceived for line in self._lines])
        self._costs = (
            np.concatenate([line.cost for line in self._lines]),
            np.concatenate([line.risk_loading for line in self._lines]),
        )
        self._capacity = np.concatenate(
            [size * line.capacity_share for size, line in zip(sizes, self._lines, strict=True)]
        )
        self._terms = ExportTerms(
            *(
                setting.in_all_lanes(parameters[f"traders.export.{name}"])
                for name in ("resale_price", "penalty", "reserve_price", "bargaining")
            )
        )

    def process(self, clock: Clock) -> Process:
        """Buy and ship every month."""
        yield from clock.monthly((EXPORTERS_SELL, self._trade))

    def _trade(self, month: int) -> None:
        flows, records, lines = self._setting.ledger.flows, self._setting.records, self._lines
        shipments, friction = self._everywhere.zeros(), records["payments.china.friction"]
        blocked, seizures = records["china.blocked_exports"], [line.inspect() for line in lines]
        for good, (line, seizure) in enumerate(zip(lines, seizures, strict=True)):
            line.standing.delivered(partial(self._delivered, good, friction, blocked[good], seizure))
        all_shipped = flows["smuggled_out_shipped"][month]
        take_out(
            self._perceived,
            self._costs,
            [line.standing.cost for line in lines],
            self._capacity,
            [line.standing.capacity for line in lines],
            self._starts,
            self._terms,
            friction,
            blocked,
            seizures,
            lines[0].learning_rate,
            self._arms.places,
            (
                all_shipped,
                flows["smuggled_out_seized"][month],
                flows["smuggled_out_delivered"][month],
                flows["earned_smuggled"][month],
            ),
            shipments,
        )
        for line, shipped in zip(lines, all_shipped, strict=False):
            records.announce(f"traders.shipped_out.{line.line}", shipped)
        records.record("traders.shipments.exports", shipments)

    def _delivered(self, good: int, friction: Floats, blocked: Floats, seizure: Chance) -> Floats:
        """Say what each trader is about to deliver of a good, ``(trader, arm, lane)``."""
        line, standing = slice(*self._starts[good : good + 2]), self._lines[good].standing
        cost, risk_loading = (each[line] for each in self._costs)
        cost, can = cost * standing.cost, self._capacity[line] * standing.capacity
        shipped, _ = bought(self._perceived[line], cost, risk_loading, can, friction, blocked, self._terms)
        return shipped * (1 - seizure.happens)


def chinese_traders(setting: Setting, market: Market) -> tuple[ImportTraders, ImportTraders, ExportTraders]:
    """Return the traders of every line."""
    parameters = setting.parameters
    fuel = parameters["traders.capacity.fuel"]
    return (
        ImportTraders(setting, market, "fuel", {MOTOR_FUEL: fuel, JET_FUEL: fuel * parameters["traders.jet_share"]}),
        ImportTraders(setting, market, "goods", {CAPITAL_GOODS: parameters["traders.capacity.goods"]}),
        ExportTraders(setting),
    )
