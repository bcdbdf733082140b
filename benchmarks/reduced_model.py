"""A reduced model, done by Mesa with one object for each trader, and by leaksim as a scenario that equals it.

China stops most of its motor fuel; smugglers offer what they can carry, the market clears, inspectors seize some, and
the DPRK uses what has come. What comes beyond the plan is stored for later.
Learning, other leaks and frictions are switched off. Both meet the same random
numbers, and say the same to a billionth part.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import mesa
import numpy as np

from leaksim.engine.lanes import Arm, Block, Floats
from leaksim.engine.streams import Streams
from leaksim.evidence.instruments import Instrument, Provision
from leaksim.model.channels import REALISED
from leaksim.model.dimensions import CLASSES, MOTOR_FUEL
from leaksim.model.parameters import Parameters
from leaksim.model.setting import baseline_imports, baseline_refined, class_shares
from leaksim.model.stream_names import STREAM_NUMBERS
from leaksim.model.world import live
from leaksim.plan import plan
from leaksim.scenario.schema import Channels, Levers, Period, Scenario

MONTHS = 36
CUT = 0.9
SMUGGLING = Arm(REALISED, measured=True, channels=frozenset({"cn_smuggling"}))
SWITCHED_OFF = {
    **{f"stock.{fuel}.{what}": 0.0 for fuel in ("motor_fuel", "jet_fuel") for what in ("initial", "floor")},
    **{f"china.enforcement.{group}.stress_response": 0.0 for group in ("fuel", "goods", "exports")},
    **dict.fromkeys(("china.bank_block", "china.bank_friction", "us.designation_friction"), 0.0),
    **dict.fromkeys(("traders.learning_rate", "traders.migration"), 0.0),
    **dict.fromkeys(("china.inspection.capacity", "reserves.initial"), 1e6),
}


def scenario() -> Scenario:
    cut = Provision.model_validate({"flow": "motor_fuel", "cut": CUT, "in_force": "2010-01-01", "binds": ("china",)})
    return Scenario(
        leaksim=1,
        name="reduced",
        title="One product, one cut, one channel",
        period=Period(start=date(2017, 1, 1), months=MONTHS),
        measures=(Instrument(id="cut", title="A cut.", issuer="scenario", provisions=(cut,)),),
        channels=Channels(**{name: name == "cn_smuggling" for name in Channels.model_fields}),
        assumptions=SWITCHED_OFF,
        levers=Levers(),
    )


def by_leaksim(lanes: int) -> tuple[Floats, Floats]:
    """Return price (ratio to the baseline) and use (kb) in each month, ``(month, lane)``."""
    planned = plan(scenario(), replications=lanes)
    block = Block(0, lanes)
    parameters = planned.parameters(block)
    history = live(planned.scenario, parameters, (SMUGGLING,), block, seed=planned.seed)
    used = history.ledger.flows["used"][:, MOTOR_FUEL * len(CLASSES) : (MOTOR_FUEL + 1) * len(CLASSES), 0, :lanes]
    return history.ledger.levels["price"][:, MOTOR_FUEL, 0, :lanes], used.sum(axis=1)


@dataclass(frozen=True)
class User:
    """A class of users."""

    quantity: float
    elasticity: float
    choke: float

    def wants(self, price: float) -> float:
        return self.quantity * price**-self.elasticity if price <= self.choke else 0.0


class Trader(mesa.Agent):
    """A smuggler of motor fuel."""

    model: Market

    def __init__(self, model: Market, cost: float, loading: float, size: float) -> None:
        super().__init__(model)
        self.cost, self.loading, self.size = cost, loading, size
        self.share = 0.0
        self.price = self.capacity = self.sold = 0.0

    def offer(self) -> None:
        number, feared = self.model.number, self.model.number("traders.perceived_detection")
        costs = number("traders.purchase_price") + self.cost + feared * number("traders.penalty") * self.loading
        self.price = max(costs / (1 - feared), 1.0)
        self.capacity = number("traders.capacity.fuel") * self.share * (1 - self.model.inspection)

    def ship(self) -> None:
        sent = self.sold / (1 - self.model.inspection)
        self.model.arrived += sent * (1 - self.model.fate[self.unique_id - 1])


class Draws:
    """The random numbers that leaksim's traders meet in some lanes."""

    def __init__(self, lanes: int, traders: int, inspection: float) -> None:
        planned = plan(scenario(), replications=lanes)
        streams = Streams(planned.seed, Block(0, lanes), STREAM_NUMBERS)
        self.cost = streams.stratified("traders.fuel.cost", traders)[:, 0]
        self.capacity = streams.normal("traders.fuel.capacity", traders)[:, 0]
        self.risk = streams.uniform("traders.fuel.risk", traders)[:, 0]
        chance = np.full((1, 1), inspection)
        self.seized = [streams.event("traders.fuel.inspection", chance, traders)[:, 0] for _ in range(MONTHS)]


class Market(mesa.Model):
    """The traders, and the market on which they meet the DPRK."""

    def __init__(self, parameters: Parameters, draws: Draws, lane: int) -> None:
        super().__init__(rng=lane)
        self.number: Callable[[str], float] = lambda name: float(parameters[name].item())
        self.fates = (seized[:, lane].tolist() for seized in draws.seized)
        number = self.number
        self.inspection = inspected(parameters)
        supplies = {
            party: baseline_imports(parameters, party)[MOTOR_FUEL].item() for party in ("china", "russia", "other")
        }
        refined = baseline_refined(parameters)[MOTOR_FUEL].item()
        baseline = sum(supplies.values(), start=refined)
        self.base = baseline - CUT * supplies["china"]
        self.users = [
            User(share * baseline, number(f"demand.elasticity.{user}"), number(f"demand.choke.{user}"))
            for user, share in zip(CLASSES, class_shares(parameters, "motor_fuel")[:, 0, 0], strict=True)
        ]
        self.baseline = baseline
        count = parameters.count("traders.number.fuel")
        lowest, highest = number("traders.cost.lowest"), number("traders.cost.highest")
        for trader in range(count):
            Trader(
                self,
                cost=lowest + (highest - lowest) * float(draws.cost[trader, lane]),
                loading=1 + 2 * number("traders.risk_loading") * float(draws.risk[trader, lane]),
                size=float(np.exp(number("traders.capacity_spread") * draws.capacity[trader, lane])),
            )
        whole = sum(trader.size for trader in self.agents)
        for trader in self.agents:
            trader.share = trader.size / whole
        self.arrived = self.stock = 0.0
        self.prices: list[float] = []
        self.used: list[float] = []

    def wanted(self, price: float) -> float:
        return sum(user.wants(price) for user in self.users)

    def step(self) -> None:
        releasable = self.stock / max(self.number("stock.drawdown_time"), 1.0)
        self.there = self.base + min(max(self.baseline - self.base, 0.0), releasable)
        self.agents.do("offer")
        price, bought = self.clear()
        self.arrived, self.fate = self.base, next(self.fates)
        self.agents.do("ship")
        wanted = min(self.there + bought, self.baseline)
        released = min(max(wanted - self.arrived, 0.0), releasable)
        used = min(wanted, self.arrived + released)
        self.stock += self.arrived - used
        self.prices.append(price)
        self.used.append(used)

    def clear(self) -> tuple[float, float]:
        """Walk up the steps of supply."""
        below = 0.0
        traders = sorted(self.agents, key=lambda trader: trader.price)
        for trader in traders:
            trader.sold = 0.0
        for place, trader in enumerate(traders):
            missing = self.wanted(trader.price) - self.there - below
            if missing <= 0:
                return self.price_at(
                    self.there + below, traders[place - 1].price if place else 1.0, trader.price
                ), below
            trader.sold = min(trader.capacity, missing)
            below += trader.sold
            if trader.sold == missing:
                return trader.price, below
        return self.price_at(self.there + below, traders[-1].price, max(user.choke for user in self.users)), below

    def price_at(self, total: float, low: float, high: float) -> float:
        """Price between two at which a total is wanted, by bisection."""
        for _ in range(100):
            middle = (low + high) / 2
            low, high = (middle, high) if self.wanted(middle) > total else (low, middle)
        return high


def by_mesa(lanes: int) -> tuple[Floats, Floats]:
    """Return the same as `by_leaksim`, history by history."""
    parameters = plan(scenario(), replications=1).parameters(Block(0, 1))
    inspection = inspected(parameters)
    draws = Draws(lanes, parameters.count("traders.number.fuel"), inspection)
    prices, used = np.empty((MONTHS, lanes)), np.empty((MONTHS, lanes))
    for lane in range(lanes):
        market = Market(parameters, draws, lane)
        for _ in range(MONTHS):
            market.step()
        prices[:, lane], used[:, lane] = market.prices, market.used
    return prices, used


def inspected(parameters: Parameters) -> float:
    """Chance that a shipment is seized."""
    corruption = parameters["china.inspection.corruption"]
    return float((parameters["china.inspection.maximum"] * (1 - corruption)).item())


def compare(repeats: int) -> None:
    for ours, theirs in zip(by_leaksim(16), by_mesa(16), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9)

    def milliseconds(run: Callable[[int], object], lanes: int) -> float:
        spent = []
        for _ in range(repeats):
            started = time.process_time()
            run(lanes)
            spent.append(time.process_time() - started)
        return 1e3 * min(spent) / lanes

    print("\nThe reduced model (one product, one cut, one channel), milliseconds per lane, 36 months; the same numbers")
    print(f"{'Mesa':<38} {milliseconds(by_mesa, 16):>8.3f}")
    print(f"{'leaksim, which computes all else too':<38} {milliseconds(by_leaksim, 512):>8.3f}")


if __name__ == "__main__":
    compare(3)
