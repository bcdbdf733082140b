"""What is kept of a block: totals per lane and monthly series, computed from the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace

import numpy as np

from leaksim.engine.lanes import LANES_PER_BLOCK, Floats, SomeArms
from leaksim.model.channels import BASELINE, INTENDED, REALISED
from leaksim.model.dimensions import CLASSES, HOSTS, LEVERS, PARTIES, PRODUCTS
from leaksim.model.ledger import Ledger
from leaksim.model.world import History
from leaksim.outcomes.exhaustion import exhaustion_totals
from leaksim.outcomes.leaks import leak_totals
from leaksim.outcomes.pressure import Pressure, pressure
from leaksim.outcomes.survival import first_month
from leaksim.outcomes.time import half_life_totals
from leaksim.outcomes.trade import recorded_series, supply_series, trade_series

HORIZONS = (3, 6, 12, 24, 36)
"""Months from the start after which leakage is reported, as far as a run goes."""

SHOWN = (BASELINE, INTENDED, REALISED)
"""Arms of which lanes and months are handed out; the others only serve the attribution."""


LANES_WITH_MONTHS = 8 * LANES_PER_BLOCK
"""Monthly series are kept for the first lanes only: enough for bands, and memory stays flat."""


class Named(Mapping[str, Floats]):
    """Arrays of one shape by name, side by side in one array.

    Parameters
    ----------
    names
        In their order.
    array
        Its first axis is that of the names.

    Examples
    --------
    >>> pair = Named(["one", "two"], np.array([[1.0, 2.0], [3.0, 4.0]]))
    >>> pair["two"].tolist()
    [3.0, 4.0]
    """

    def __init__(self, names: Iterable[str], array: Floats) -> None:
        self.array = array
        self._places = {name: index for index, name in enumerate(names)}

    @classmethod
    def copied(cls, arrays: Mapping[str, Floats], shape: tuple[int, ...]) -> Named:
        """Copy arrays that end in the axis of lanes, as many lanes as the shape has; they are broadcast to it."""
        copy = np.empty((len(arrays), *shape))
        for place, array in zip(copy, arrays.values(), strict=True):
            place[...] = array[..., : shape[-1]]
        return cls(arrays, copy)

    def __getitem__(self, name: str) -> Floats:
        values: Floats = self.array[self._places[name]]
        return values

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    @classmethod
    def of(cls, arrays: Mapping[str, Floats]) -> Named:
        """Copy arrays of one shape."""
        return cls(arrays, np.array(list(arrays.values())))

    def lanes(self, some: slice) -> Named:
        """Return some of the lanes."""
        return Named(self, self.array[..., some])


NONE = Named((), np.empty((0, 0)))
"""No arrays."""


@dataclass(frozen=True)
class Observation:
    """What is kept of a block or of a whole run; only lanes that were asked for."""

    totals: Named
    """Totals over the months of the `SHOWN` arms by name, shape ``(arm, lane)``."""
    pressure: Named
    """Pressure over all months in $m by the name of the arm, in every arm, shape ``(lane,)``."""
    monthly: Named
    """Monthly series of the `SHOWN` arms by name, ``(month, arm, lane)``; empty beyond the lanes kept for bands."""

    def lanes(self, some: slice) -> Observation:
        """Return some of the lanes."""
        return Observation(self.totals.lanes(some), self.pressure.lanes(some), self.monthly.lanes(some))


class Joined:
    """Lanes of several blocks side by side, copied to their place as they come.

    Parameters
    ----------
    lanes
        That will come in all. Memory is only taken for those that have come.
    with_months
        The first so many have monthly series.
    """

    def __init__(self, lanes: int, with_months: int) -> None:
        self._room = {"totals": lanes, "pressure": lanes, "monthly": min(lanes, with_months)}
        self._whole: dict[str, Named] = {}

    def put(self, place: slice, part: Observation) -> None:
        """Take in the lanes of a block that have this place in the whole."""
        for name, room in self._room.items():
            arrays: Named = getattr(part, name)
            if not arrays:
                continue
            if name not in self._whole:
                self._whole[name] = Named(arrays, np.empty((*arrays.array.shape[:-1], room)))
            self._whole[name].array[..., place] = arrays.array

    def lanes(self, some: slice) -> Observation:
        """Return some of the lanes, all of which have come."""
        return Observation(**{name: self._whole.get(name, NONE) for name in self._room}).lanes(some)


def observe(history: History, *, monthly: bool = True) -> Observation:
    """Reduce the history of a block to what tables need, in copies: its ledger can be written over.

    Parameters
    ----------
    monthly
        Keep the monthly series too.
    """
    felt = pressure(history)
    shown = SomeArms(arm.name in SHOWN for arm in history.setting.arms)
    seen, felt_there = _in_arms(history, shown), felt.within(shown)
    series = {
        **_pressure_series(felt_there),
        **supply_series(seen.ledger),
        **trade_series(seen),
        **_level_series(seen.ledger),
        **recorded_series(seen),
    }
    totals = {
        **_pressure_totals(felt_there),
        **leak_totals(seen),
        **_supplier_totals(series),
        **_price_totals(seen.ledger),
        **_sender_totals(seen.ledger),
        **half_life_totals(felt_there, seen.ledger),
        **exhaustion_totals(seen),
        **{f"council.delay.{name}": fate.delay for name, fate in history.setting.measures.negotiated.items()},
        "gdp": 1000 * history.setting.parameters["gdp"],
        **{
            f"{name}.end": series[name][-1]
            for name in ("reserves", "stock.motor_fuel", *(f"workers.{host}" for host in HOSTS))
        },
    }
    arms, kept = len(seen.setting.arms), history.setting.block.lanes
    return Observation(
        Named.copied(totals, (arms, kept)),
        _by_arm(history, felt),
        Named.copied(series, (history.setting.calendar.months, arms, kept)) if monthly else NONE,
    )


def pressure_by_arm(history: History) -> Named:
    """Return the pressure over all months by the name of the arm, $m, shape ``(lane,)``."""
    return _by_arm(history, pressure(history))


def _by_arm(history: History, felt: Pressure) -> Named:
    kept = history.setting.block.lanes
    return Named((arm.name for arm in history.setting.arms), felt.total.sum(axis=0)[:, :kept].copy())


def _in_arms(history: History, some: SomeArms) -> History:
    """Return the history of some of the arms."""
    ledger = copy(history.ledger)
    ledger.flows, ledger.levels = (
        {name: page[:, :, some.index] for name, page in pages.items()} for pages in (ledger.flows, ledger.levels)
    )
    arms = tuple(arm for arm, is_one in zip(history.setting.arms, some.flags, strict=True) if is_one)
    return replace(history, setting=replace(history.setting, arms=arms, ledger=ledger))


def with_other_arms(first: Observation, others: Sequence[Named]) -> Observation:
    """Add the pressure of arms of the same block that were run beside the `SHOWN` ones."""
    pressures = {arm: lanes for each in (first.pressure, *others) for arm, lanes in each.items()}
    return replace(first, pressure=Named.of(pressures))


def joined(observations: Sequence[Observation]) -> Observation:
    """Put the lanes of several blocks side by side, in the order given."""
    ends = np.cumsum([0, *(each.totals.array.shape[-1] for each in observations)])
    with_months = [int(end) for each, end in zip(observations, ends[1:], strict=True) if each.monthly]
    whole = Joined(int(ends[-1]), max(with_months, default=0))
    for first, last, each in zip(ends, ends[1:], observations, strict=False):
        whole.put(slice(first, last), each)
    return whole.lanes(slice(None))


def _pressure_series(felt: Pressure) -> dict[str, Floats]:
    return {"pressure": felt.total, "pressure.felt": felt.felt, "pressure.deferred": felt.deferred}


def _pressure_totals(felt: Pressure) -> dict[str, Floats]:
    parts = {
        "pressure": felt.total,
        "pressure.felt": felt.felt,
        "pressure.deferred": felt.deferred,
        "pressure.other_imports": felt.forgone_imports,
    }
    by_class = felt.lost_use.sum(axis=0)
    parts.update({f"pressure.{user}": by_class[index] for index, user in enumerate(CLASSES)})
    totals = {name: values.sum(axis=0) for name, values in parts.items()}
    for months in HORIZONS:
        if months <= len(felt.total):
            totals[f"pressure.first.{months}"] = felt.total[:months].sum(axis=0)
    return totals


def _level_series(ledger: Ledger) -> dict[str, Floats]:
    prices = {f"price.{product}": ledger.levels["price"][:, index] for index, product in enumerate(PRODUCTS)}
    return {
        **prices,
        "reserves": ledger.levels["reserves"][:, 0],
        "stock.motor_fuel": ledger.levels["stock"][:, 0],
        "enforcement.fuel": ledger.levels["enforcement"][:, 0],
        "posture.russia": ledger.levels["posture"][:, 0],
        "transit.rason": ledger.levels["transit"][:, 0],
        **{f"workers.{host}": ledger.levels["workers"][:, index] for index, host in enumerate(HOSTS)},
    }


def _supplier_totals(series: Mapping[str, Floats]) -> dict[str, Floats]:
    """Supplies by partner, and who is the top supplier of each fuel for how long and from when."""
    totals: dict[str, Floats] = {}
    for product in PRODUCTS:
        supplies = np.stack([series[f"supplied.{product}.{party}"] for party in PARTIES])
        top = supplies.argmax(axis=0)
        for index, party in enumerate(PARTIES):
            totals[f"supplied.{product}.{party}"] = supplies[index].sum(axis=0)
            totals[f"top.months.{product}.{party}"] = (top == index).sum(axis=0).astype(np.float64)
            totals[f"top.first.{product}.{party}"] = first_month(top == index)
    for party in PARTIES:
        totals[f"trade.{party}"] = series[f"trade.{party}"].sum(axis=0)
        for product in PRODUCTS:
            totals[f"recorded.{product}.{party}"] = series[f"recorded.{product}.{party}"].sum(axis=0)
    return totals


def _sender_totals(ledger: Ledger) -> dict[str, Floats]:
    """Add up what the sender's levers cost and how many firms were named, over all months."""
    costs = ledger.levels["sender_cost"].sum(axis=0)
    totals = {f"sender.cost.{lever}": costs[index] for index, lever in enumerate(LEVERS)}
    totals["sender.named"] = ledger.levels["designated"][:, 0].sum(axis=0)
    return totals


def _price_totals(ledger: Ledger) -> dict[str, Floats]:
    premium = ledger.levels["price"] - 1
    totals = {}
    for index, product in enumerate(PRODUCTS):
        totals[f"premium.mean.{product}"] = premium[:, index].mean(axis=0)
        totals[f"premium.peak.{product}"] = premium[:, index].max(axis=0)
    return totals
