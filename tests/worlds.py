"""Small worlds for tests: a scenario from measures given in one line each, run in chosen arms.

>>> world = live_in(scenario(cut("motor_fuel", 0.9), months=3), lanes=1, deterministic=True)
>>> bool(world.pressure.total[-1, world.arm("intended"), 0] > 0)
True
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import combinations

import numpy as np

from leaksim.engine.lanes import Arm, Block, Floats
from leaksim.evidence.instruments import Instrument, Provision
from leaksim.evidence.registry import load_registry
from leaksim.model.channels import BASELINE, CHANNELS, INTENDED, REALISED
from leaksim.model.dimensions import CLASSES, ENFORCEMENT_GROUPS
from leaksim.model.ledger import FLOWS, LEVELS, Ledger
from leaksim.model.parameters import Parameters
from leaksim.model.world import History, live
from leaksim.outcomes.pressure import Pressure, pressure
from leaksim.plan import plan
from leaksim.scenario.schema import Channels, Levers, Move, Period, Scenario, Uncertainty

START = date(2017, 1, 1)
LONG_AGO = "2010-01-01"
"""A measure from here on is in force in every month and its announcement is no news."""

STEADY_CHINA = {f"china.enforcement.{group}.stress_response": 0.0 for group in ENFORCEMENT_GROUPS}
STEADY_RUSSIA = {
    **{f"russia.posture.{name}": 0.0 for name in ("response_to_china", "margin_weight", "follow_china")},
    **{f"suppliers.entry_threshold.{end}": 0.0 for end in ("lowest", "highest")},
    **{f"suppliers.entry_lag.{end}": 0.0 for end in ("shortest", "longest")},
    "russia.posture.curvature": 1.0,
    "russia.thaw_level": 0.0,
}
FREE_PAYMENTS = {"china.bank_block": 0.0, "russia.bank_block": 0.0, "payments.barter": 0.0}
"""Every payment passes, through the banks."""

FEEDBACK_OFF: Mapping[str, float] = {
    **STEADY_CHINA,
    **STEADY_RUSSIA,
    **FREE_PAYMENTS,
    "traders.learning_rate": 0.0,
    "traders.migration": 0.0,
    "china.inspection.capacity": 1e6,
}
"""Nobody reacts to what others did: the theorems on paths need it."""

NO_NOISE = {"china.enforcement.noise": 0.0}

EMPTY_STOCKS = {
    **{f"stock.{fuel}.initial": 0.0 for fuel in ("motor_fuel", "jet_fuel")},
    **{f"stock.{fuel}.floor": 0.0 for fuel in ("motor_fuel", "jet_fuel")},
}

LIKELIEST: Mapping[str, float] = {
    parameter.id: parameter.mode for parameter in load_registry().parameters.values() if parameter.mode is not None
}
"""What was taken to be likeliest before the calibration, where that is not the default."""

ROUND_NUMBERS = {"baseline.motor_fuel.other": 30.0, "price.fuel": 75.0}
"""The DPRK uses 620 kb of motor fuel a month, at 75 $/bbl, which formulas can be worked out with by hand."""

ONE_CLASS: Mapping[str, float] = {
    **{f"demand.motor_fuel.share.{user}": float(user == "industry") for user in CLASSES},
    **{f"demand.choke.{user}": 50.0 for user in CLASSES},
}
"""All motor fuel goes to industry, which has `demand.elasticity.industry` and a choke price out of reach."""

OPEN_RUSSIA = {
    **STEADY_RUSSIA,
    **FREE_PAYMENTS,
    "traders.migration": 0.0,
    "russia.posture.base": 1.0,
    "russia.posture.access_stake": 0.0,
    "russia.bank_friction": 0.0,
    "suppliers.delivery_time": 1.0,
}
"""Moscow lets all capacity run from the first day and cargo arrives within the month."""

EITHER_FILLS_THE_GAP: Mapping[str, float] = {
    **EMPTY_STOCKS,
    **OPEN_RUSSIA,
    "suppliers.capacity": 1e6,
    "suppliers.cost.lowest": 1.0,
    "suppliers.cost.highest": 1.0,
    "tankers.cargo": 1e6,
    "tankers.cost.lowest": 1.0,
    "tankers.cost.highest": 1.0,
    "tankers.detection": 0.0,
    "tankers.cycle": 10.0,
}
"""Russian firms alone, or tankers alone, sell all the fuel that is wanted at the baseline price."""


def cut(
    flow: str,
    share: float,
    start: str = "2017-03-01",
    *,
    binds: Iterable[str] = ("china",),
    until: str | None = None,
    wind_down_days: int = 0,
) -> Provision:
    """A provision that forbids a share of a flow."""
    return _provision(flow=flow, cut=share, in_force=start, binds=binds, until=until, wind_down_days=wind_down_days)


def cap(
    flow: str, yearly: float, start: str = "2017-03-01", *, binds: Iterable[str] = ("china",), until: str | None = None
) -> Provision:
    """A provision that allows a yearly quantity of a flow."""
    return _provision(flow=flow, cap=yearly, in_force=start, binds=binds, until=until)


def scenario(
    *measures: Provision | Instrument,
    months: int = 12,
    start: date = START,
    channels: Iterable[str] = CHANNELS,
    assumptions: Mapping[str, float | str] | None = None,
    uncertainties: Mapping[str, Uncertainty] | None = None,
    moves: tuple[Move, ...] = (),
    levers: Levers | None = None,
) -> Scenario:
    """A scenario with the given measures; provisions on their own become one instrument."""
    instruments = [each for each in measures if isinstance(each, Instrument)]
    loose = tuple(each for each in measures if isinstance(each, Provision))
    if loose:
        instruments.append(Instrument(id="test", title="A measure of a test.", issuer="scenario", provisions=loose))
    on = set(channels)
    return Scenario(
        leaksim=1,
        name="test",
        title="A scenario of a test",
        period=Period(start=start, months=months),
        measures=tuple(instruments),
        channels=Channels(**{name: name in on for name in CHANNELS}),
        assumptions=assumptions or {},
        uncertainties=uncertainties or {},
        moves=moves,
        levers=levers or Levers(),
    )


def catalogue() -> tuple[Instrument, ...]:
    """Every instrument of record."""
    return tuple(load_registry().instruments.values())


def subset_arms(channels: Iterable[str] = CHANNELS) -> tuple[Arm, ...]:
    """The baseline and one arm for every set of channels, named after the set."""
    channels = tuple(channels)
    subsets = [frozenset(chosen) for size in range(len(channels) + 1) for chosen in combinations(channels, size)]
    return Arm(BASELINE, measured=False), *(Arm(name_of(subset), measured=True, channels=subset) for subset in subsets)


def name_of(channels: Iterable[str]) -> str:
    """Name of the arm with exactly these channels."""
    return "+".join(sorted(channels)) or INTENDED


@dataclass(frozen=True)
class World:
    """What happened, with short ways to ask for it."""

    history: History
    lanes: int

    @property
    def ledger(self) -> Ledger:
        return self.history.ledger

    @cached_property
    def pressure(self) -> Pressure:
        return pressure(self.history)

    def arm(self, name: str) -> int:
        """Index of an arm by its name."""
        return [arm.name for arm in self.history.setting.arms].index(name)

    def flow(self, name: str, item: str | None = None, arm: str = REALISED) -> Floats:
        """Postings of a flow in one arm, ``(month, lane)``: of one item, or of all together."""
        return self._pick(self.ledger.flows[name], FLOWS[name].items, item, arm)

    def level(self, name: str, item: str | None = None, arm: str = REALISED) -> Floats:
        """A recorded state in one arm, ``(month, lane)``."""
        return self._pick(self.ledger.levels[name], LEVELS[name], item, arm)

    def used(self, product: str = "motor_fuel", arm: str = REALISED) -> Floats:
        """Use of a product by all classes in one arm, ``(month, lane)``."""
        used: Floats = np.sum([self.flow("used", f"{product}:{user}", arm) for user in CLASSES], axis=0)
        return used

    def cost(self, arm: str = REALISED) -> Floats:
        """Pressure on each lane over all months, ``(lane,)``."""
        cost: Floats = self.pressure.total[:, self.arm(arm), : self.lanes].sum(axis=0)
        return cost

    def _pick(self, book: Floats, items: tuple[str, ...], item: str | None, arm: str) -> Floats:
        page = book.sum(axis=1) if item is None else book[:, items.index(item)]
        return page[:, self.arm(arm), : self.lanes]


def live_in(
    what: Scenario,
    *,
    arms: tuple[Arm, ...] | None = None,
    lanes: int = 8,
    block: int = 0,
    seed: int = 1,
    deterministic: bool = False,
    varied: Mapping[str, Floats] | None = None,
) -> World:
    """Run a scenario.

    Parameters
    ----------
    arms
        Those of the plan by default.
    varied
        Parameter values that differ from lane to lane, one for each computed lane.
    """
    planned = plan(what, replications=lanes, seed=seed, deterministic=deterministic)
    where = Block(block, lanes)
    parameters = planned.parameters(where)
    if varied:
        common = {name: what.value(name) for name in load_registry().parameters}
        parameters = Parameters({**common, **{name: values[None] for name, values in varied.items()}})
    history = live(what, parameters, arms or planned.arms, where, seed=seed, deterministic=deterministic)
    return World(history, lanes)


def from_registry(*names: str) -> dict[str, Uncertainty]:
    """Uncertain parameters with the registry's own range, as a scenario's `use: registry` gives them."""
    found = {}
    for name in names:
        parameter = load_registry().parameter(name)
        assert parameter.low is not None
        assert parameter.high is not None
        assert parameter.distribution in ("uniform", "loguniform", "triangular")
        mode = float(parameter.value) if parameter.distribution == "triangular" else None
        found[name] = Uncertainty(
            distribution=parameter.distribution, low=parameter.low, high=parameter.high, mode=mode, use="registry"
        )
    return found


def uncertain_parameters() -> list[str]:
    """Ids of all parameters that may differ from lane to lane."""
    return [
        parameter.id
        for parameter in load_registry().parameters.values()
        if not parameter.structural and parameter.distribution not in ("fixed", "choice")
    ]


def anywhere(number: int, lanes: int, *, corners: float = 0.3) -> dict[str, Floats]:
    """Values of all lane parameters, drawn anew in each lane from the registry's ranges.

    Parameters
    ----------
    number
        Seed.
    lanes
        Computed lanes, a multiple of eight.
    corners
        Share of the values that are moved to the nearer end of their range.
    """
    rng = np.random.default_rng(number)
    values = {}
    for name in uncertain_parameters():
        parameter = load_registry().parameter(name)
        assert parameter.low is not None
        assert parameter.high is not None
        place = rng.random(lanes)
        place = np.where(rng.random(lanes) < corners, np.round(place), place)
        values[name] = parameter.low + (parameter.high - parameter.low) * place
    return values


def _provision(**fields: object) -> Provision:
    return Provision.model_validate({**fields, "binds": tuple(fields["binds"])})  # type: ignore[arg-type]
