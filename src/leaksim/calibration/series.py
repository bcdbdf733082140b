"""Monthly series of the model, as patterns call them: what happened in a block, true or through the monitor's eyes.

Each function takes the realised world of a block and returns shape ``(month, lane)``. Money is in $m, trade at baseline
prices; fuel is in kb. What the monitor sees of a flow is its visible share (`leaksim.model.monitor`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from leaksim.engine.calendar import MONTHS_PER_YEAR
from leaksim.engine.lanes import Floats
from leaksim.engine.streams import Streams
from leaksim.evidence.instruments import Instrument, Negotiation
from leaksim.evidence.registry import load_registry
from leaksim.model.chinese_traders import relative_sizes
from leaksim.model.dimensions import GOODS, HOSTS, MOTOR_FUEL, PARTIES, PRODUCTS, SMUGGLED_GOODS, VESSEL_STATES
from leaksim.model.ledger import FLOWS
from leaksim.model.monitor import visible_share
from leaksim.model.security_council import negotiate
from leaksim.model.setting import baseline_exports
from leaksim.model.stream_names import STREAM_NUMBERS
from leaksim.model.world import History, baseline_flows
from leaksim.outcomes.pressure import pressure
from leaksim.outcomes.trade import SALES, SUPPLIES

_LARGEST = 10
_LINES = ("fuel", "goods", *SMUGGLED_GOODS)


@dataclass(frozen=True)
class Seen:
    """A block as somebody sees it who looks only at the realised arm, which comes last."""

    history: History
    seed: int
    """Root seed, for what is drawn anew."""
    recorded: bool
    """Whether only what the monitor records counts."""

    def share(self, channel: str | None) -> Floats:
        """Share that counts of what a channel brings, ``(1, 1 or lane)``."""
        return visible_share(self.history.setting.parameters, channel) if self.recorded else np.ones((1, 1))

    def flow(self, name: str, item: int) -> Floats:
        """Give a flow of the ledger, ``(month, lane)``."""
        return self.history.ledger.flows[name][:, item, -1]

    def level(self, name: str, item: int) -> Floats:
        """Give a level of the ledger at the end of each month, ``(month, lane)``."""
        return self.history.ledger.levels[name][:, item, -1]

    def parameter(self, name: str) -> Floats:
        """Value of a parameter, ``(1, 1 or lane)``."""
        return self.history.setting.parameters[name]

    def constant(self, values: Floats) -> Floats:
        """Repeat what is the same in every month, ``(month, lane)``."""
        setting = self.history.setting
        return np.broadcast_to(values, (setting.calendar.months, setting.block.width))

    def streams(self) -> Streams:
        """Random streams of the block from their beginning."""
        setting = self.history.setting
        return Streams(self.seed, setting.block, STREAM_NUMBERS, deterministic=setting.deterministic)


Series = Callable[..., Floats]


def china_imports(seen: Seen, *, goods: Sequence[str] = GOODS) -> Floats:
    """Give what China buys from the DPRK of some goods, $m."""
    return _sum(
        seen.share(channel) * seen.flow(flow, GOODS.index(good))
        for flow, channel in SALES["china"].items()
        for good in goods
    )


def china_exports(seen: Seen, *, share_of_other_imports: float) -> Floats:
    """Give what China sells to the DPRK, $m: fuel and machines, and its share of all other imports.

    The model does not say from whom other imports come. Crude is not in customs statistics and is left out.
    """
    prices = seen.history.prices
    products = _sum(
        supplies(seen, product=product, parties=("china",)) * prices[index, 0] for index, product in enumerate(PRODUCTS)
    )
    return products + share_of_other_imports * seen.share(None) * seen.flow("paid_other_imports", 0)


def china_share(seen: Seen, *, share_of_other_imports: float) -> Floats:
    """China's share of the DPRK's trade in goods, crude included.

    Of other imports, of which the model does not say from whom they come, China has a given share.
    """
    crude, others = seen.flow("paid_crude", 0), seen.flow("paid_other_imports", 0)
    china = china_imports(seen) + china_exports(seen, share_of_other_imports=share_of_other_imports) + crude
    sales = _sum(
        seen.share(channel) * seen.flow(flow, item)
        for party in ("russia", "other")
        for flow, channel in SALES[party].items()
        for item in range(len(FLOWS[flow].items))
    )
    rest = supplies_value(seen, products=PRODUCTS, parties=("russia", "other")) + sales
    return china / (china + rest + (1 - share_of_other_imports) * seen.share(None) * others)


def supplies(seen: Seen, *, product: str, parties: Sequence[str] = PARTIES) -> Floats:
    """Give what some parties supply of a product, kb; of capital goods $m."""
    index = PRODUCTS.index(product)
    return _sum(
        seen.share(channel) * seen.flow(flow, index) for party in parties for flow, channel in SUPPLIES[party].items()
    )


def supplies_value(seen: Seen, *, products: Sequence[str], parties: Sequence[str] = PARTIES) -> Floats:
    """Give what some parties supply of some products, $m."""
    prices = seen.history.prices
    return _sum(supplies(seen, product=each, parties=parties) * prices[PRODUCTS.index(each), 0] for each in products)


def is_top_supplier(seen: Seen, *, product: str, party: str) -> Floats:
    """1 in months in which nobody supplies more of a product than a party, else 0."""
    of_all = np.stack([supplies(seen, product=product, parties=(each,)) for each in PARTIES])
    return np.where(of_all.argmax(axis=0) == PARTIES.index(party), 1.0, 0.0)


def added_russian_fuel(seen: Seen, *, at_least: float = 0.0) -> Floats:
    """Motor fuel that Russian firms deliver beyond what they sold before, kb; 0 where it is less than `at_least`."""
    delivered = seen.share("ru_fuel") * seen.flow("russian_delivered", MOTOR_FUEL)
    return np.where(delivered >= at_least, delivered, 0.0)


def banned_still_sold(seen: Seen, *, good: str) -> Floats:
    """Give what of a banned good China lets pass or smugglers bring over the border, as a share of its baseline."""
    index = GOODS.index(good)
    ways = {"exported_slipped": "cn_slippage", "smuggled_out_delivered": "cn_smuggling"}
    sold = _sum(seen.share(channel) * seen.flow(flow, index) for flow, channel in ways.items())
    baseline: Floats = baseline_exports(seen.history.setting.parameters)[index]
    return sold / baseline


def illicit_coal(seen: Seen) -> Floats:
    """Give what coal is sold although it is banned, $m: let pass, smuggled, or under Russian papers."""
    coal = GOODS.index("coal")
    over_the_border = seen.share("cn_slippage") * seen.flow("exported_slipped", coal)
    smuggled = seen.share("cn_smuggling") * seen.flow("smuggled_out_delivered", coal)
    return over_the_border + smuggled + seen.share("ru_port") * seen.flow("relabelled_delivered", 0)


def price(seen: Seen, *, product: str) -> Floats:
    """Price of a product as a ratio to the baseline price."""
    return seen.level("price", PRODUCTS.index(product))


def workers(seen: Seen, *, host: str) -> Floats:
    """Workers in a host country at the end of the month, persons."""
    return seen.share("ru_labour") * seen.level("workers", HOSTS.index(host))


def wages(seen: Seen, *, hosts: Sequence[str] = HOSTS) -> Floats:
    """Give what workers abroad earn for the state, $m."""
    parts = ("wages_permitted", "wages_diluted", "wages_leaked")
    return _sum(seen.flow(part, HOSTS.index(host)) for part in parts for host in hosts)


def rason_transit(seen: Seen) -> Floats:
    """Russian coal through Rason, Mt a year."""
    return seen.level("transit", 0)


def reserves(seen: Seen) -> Floats:
    """Hard-currency reserves at the end of the month, $m."""
    return seen.level("reserves", 0)


def spared_output(seen: Seen) -> Floats:
    """Give what is left of output once all that pressure takes away in the month is taken off it, as a share.

    That is lost services of fuel and machines, and forgone imports (`leaksim.outcomes.pressure`): a proxy of growth
    for its changes, since the model has no other output.
    """
    felt = pressure(seen.history).felt[:, -1]
    return 1 - felt / (1000 * seen.parameter("gdp") / MONTHS_PER_YEAR)


def reserves_suffice(seen: Seen) -> Floats:
    """1 in months that end with more currency than the level below which imports are cut harder, else 0."""
    return np.where(seen.level("reserves", 0) > seen.parameter("reserves.soft"), 1.0, 0.0)


def ships_held(seen: Seen) -> Floats:
    """Tankers that lie impounded, on an average day of the month."""
    days: Floats = np.diff(seen.history.setting.calendar.month_starts).astype(np.float64)[:, None]
    return seen.level("vessel_days", VESSEL_STATES.index("impounded")) / days


def council_delay(seen: Seen, *, instrument: str) -> Floats:
    """Days by which Russia holds up a text, if the Council of the model had it before it; the same in every month.

    The text is the proposed one, and bargaining between the United States and China ends as it did.
    """
    setting = seen.history.setting
    put = [_as_negotiated(load_registry().instruments[instrument])]
    fates = negotiate(put, setting.parameters, baseline_flows(setting.parameters), seen.streams())
    return seen.constant(fates[instrument].delay)


def ten_largest_traders(seen: Seen) -> Floats:
    """Share of the ten largest Chinese traders in what all can carry; the same in every month."""
    parameters, streams = seen.history.setting.parameters, seen.streams()
    sizes = np.concatenate([relative_sizes(parameters, streams, line)[:, 0] for line in _LINES])
    largest = np.sort(sizes, axis=0)[-_LARGEST:]
    return seen.constant(largest.sum(axis=0) / sizes.sum(axis=0))


SERIES: Mapping[str, Series] = {
    each.__name__: each
    for each in (
        china_imports,
        china_exports,
        china_share,
        supplies,
        supplies_value,
        is_top_supplier,
        added_russian_fuel,
        banned_still_sold,
        illicit_coal,
        price,
        workers,
        wages,
        rason_transit,
        reserves,
        reserves_suffice,
        spared_output,
        ships_held,
        council_delay,
        ten_largest_traders,
    )
}
"""Every series by the name that a pattern calls it."""

COMPARED = ("spared_output",)
"""Those that compare with the baseline arm, which then comes first."""


def _as_negotiated(instrument: Instrument) -> Instrument:
    """Put a text that was adopted before the Council once more, as it was proposed."""
    agreed, trigger = instrument.proposed or instrument.adopted, instrument.trigger
    if agreed is None or trigger is None:
        raise ValueError(f"{instrument.id} was not negotiated")
    fields: dict[str, Any] = {
        "adopted": None,
        "proposal": None,
        "provisions": instrument.proposed_provisions,
        "negotiation": Negotiation(trigger=trigger, bargaining_days=(agreed - trigger).days),
    }
    return instrument.model_copy(update=fields)


def _sum(series: Iterable[Floats]) -> Floats:
    total: Floats = np.sum(list(series), axis=0)
    return total
