"""The world of one block: every agent on one clock, run to its end."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

from leaksim.engine.calendar import Calendar
from leaksim.engine.clock import Agent, Clock
from leaksim.engine.lanes import Arm, Block, Floats, mask
from leaksim.engine.memory import Memory
from leaksim.engine.streams import Streams
from leaksim.model.background import Background
from leaksim.model.china import China
from leaksim.model.chinese_traders import chinese_traders
from leaksim.model.compiled import take_if_worth
from leaksim.model.demand import DEMAND_FORMS, DemandCurve
from leaksim.model.dimensions import CLASSES, FLOWS, PARTIES, PRODUCTS
from leaksim.model.labour import Labour
from leaksim.model.ledger import Ledger
from leaksim.model.market import Market
from leaksim.model.measures import Measures
from leaksim.model.networks import Networks
from leaksim.model.parameters import Parameters
from leaksim.model.payments import Payments
from leaksim.model.pyongyang import Pyongyang
from leaksim.model.rason import Rason
from leaksim.model.records import Records
from leaksim.model.russia import Russia
from leaksim.model.russian_suppliers import RussianSuppliers
from leaksim.model.security_council import negotiate
from leaksim.model.setting import (
    Setting,
    baseline_exports,
    baseline_imports,
    baseline_prices,
    baseline_use,
    class_shares,
)
from leaksim.model.stream_names import STREAM_NUMBERS
from leaksim.model.tankers import Tankers
from leaksim.model.united_states import UnitedStates
from leaksim.scenario.schema import Scenario


@dataclass(frozen=True)
class History:
    """What happened in one block."""

    setting: Setting
    demand: tuple[DemandCurve, ...]
    """Demand of each product as the state weighs its users."""

    @property
    def ledger(self) -> Ledger:
        """The books of the block."""
        return self.setting.ledger

    @property
    def prices(self) -> Floats:
        """Baseline price of each product, shape ``(product, 1, 1 or lane)``, $m per unit."""
        return baseline_prices(self.setting.parameters)


def live(
    scenario: Scenario,
    parameters: Parameters,
    arms: tuple[Arm, ...],
    block: Block,
    *,
    seed: int,
    deterministic: bool = False,
    clock_type: type[Clock] = Clock,
    memory: Memory | None = None,
) -> History:
    """Run the world of a scenario for one block of lanes.

    Parameters
    ----------
    parameters
        Values for this block, scalar or ``(1, lane)``.
    deterministic
        Replace every random draw by its mean.
    clock_type
        The clock to live by; a benchmark passes one that takes times.
    memory
        Where the ledger is written, over the last history that was written there.
    """
    calendar = Calendar(scenario.period.start, scenario.period.months)
    take_if_worth(len(arms) * block.width * calendar.months)
    streams = Streams(seed, block, STREAM_NUMBERS, deterministic=deterministic)
    baseline = baseline_flows(parameters)
    measures = Measures(
        scenario.measures,
        calendar,
        baseline,
        measured=mask(arm.measured for arm in arms),
        diluted=mask("un_dilution" in arm.channels for arm in arms),
        negotiated=negotiate(scenario.measures, parameters, baseline, streams),
    )
    setting = Setting(
        calendar=calendar,
        block=block,
        arms=arms,
        parameters=parameters,
        streams=streams,
        measures=measures,
        moves=scenario.moves,
        levers=scenario.levers,
        ledger=Ledger(calendar.months, len(arms), block.width, memory),
        records=Records(),
        deterministic=deterministic,
    )
    market_demand, state_demand = _demand(parameters)
    market = Market(setting, market_demand)
    background, labour, rason = Background(setting, market), Labour(setting), Rason(setting, market)
    net_earnings = (
        background.net_earnings
        + labour.baseline_wages
        + rason.baseline_fees
        + baseline_exports(parameters).sum(axis=0)
        - (baseline_imports(parameters, "china") * baseline_prices(parameters)).sum(axis=0)
    )
    by_channel: dict[str, tuple[Agent, ...]] = {
        "cn_smuggling": (Networks(setting), *chinese_traders(setting, market)),
        "ru_fuel": (RussianSuppliers(setting, market),),
    }
    # Those who act in none of these arms need not wake up.
    acting = [agents for channel, agents in by_channel.items() if setting.arms_with(channel).flags.any()]
    clock_type(calendar).run(
        China(setting, market),
        UnitedStates(setting),
        Russia(setting),
        Payments(setting),
        background,
        labour,
        rason,
        *chain.from_iterable(acting),
        Tankers(setting, market),
        market,
        Pyongyang(setting, market, state_demand, net_earnings),
        setting.records,
        setting.ledger,
    )
    return History(setting, state_demand)


def baseline_flows(parameters: Parameters) -> dict[str, dict[str, Floats]]:
    """Baseline flow per month of each party, by flow; exports go to China and to the others, not to Russia."""
    flows = {party: dict(zip(PRODUCTS, baseline_imports(parameters, party), strict=True)) for party in PARTIES}
    exports = baseline_exports(parameters)
    to_others = parameters["exports.others"] * exports / exports.sum(axis=0)
    for good, to_china, elsewhere in zip(FLOWS[len(PRODUCTS) :], exports, to_others, strict=True):
        flows["china"][good] = to_china
        flows["other"][good] = elsewhere
        flows["russia"][good] = 0 * to_china
    return flows


def _demand(parameters: Parameters) -> tuple[tuple[DemandCurve, ...], tuple[DemandCurve, ...]]:
    """Return the demand for each product on the market, and as the state weighs its users."""
    form = DEMAND_FORMS[parameters.choice("demand.form")]
    of_classes = [parameters.stack(*(f"demand.{name}.{user}" for user in CLASSES)) for name in ("elasticity", "choke")]
    of_machines = [parameters[f"demand.capital_goods.{name}"] for name in ("elasticity", "choke")]
    weight = parameters.stack(*(f"demand.priority.{user}" for user in CLASSES))
    market, state = [], []
    for product, total in zip(PRODUCTS, baseline_use(parameters), strict=True):
        elasticity, choke = of_machines if product == "capital_goods" else of_classes
        quantity = class_shares(parameters, product) * total
        market.append(form(quantity, elasticity, choke))
        state.append(form(quantity, elasticity, choke, weight))
    return tuple(market), tuple(state)
