"""What is kept of a block: totals per lane and monthly series, computed from the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from leaksim.engine.lanes import Floats
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


@dataclass(frozen=True)
class Observation:
    """What is kept of a block or of a whole run; only lanes that were asked for."""

    totals: Mapping[str, Floats]
    """Totals over the months by name, shape ``(arm, lane)``."""
    monthly: Mapping[str, Floats]
    """Monthly series of the `SHOWN` arms by name, ``(month, arm, lane)``; empty beyond the lanes kept for bands."""


def observe(history: History, *, monthly: bool = True) -> Observation:
    """Reduce the history of a block to what tables need, in copies: its ledger can be written over.

    Parameters
    ----------
    monthly
        Keep the monthly series too.
    """
    felt = pressure(history)
    series = {
        **_pressure_series(felt),
        **supply_series(history.ledger),
        **trade_series(history),
        **_level_series(history.ledger),
        **recorded_series(history),
    }
    totals = {
        **_pressure_totals(felt),
        **leak_totals(history),
        **_supplier_totals(series),
        **_price_totals(history.ledger),
        **_sender_totals(history.ledger),
        **half_life_totals(felt, history.ledger),
        **exhaustion_totals(history),
        **{f"council.delay.{name}": fate.delay for name, fate in history.setting.measures.negotiated.items()},
        "gdp": 1000 * history.setting.parameters["gdp"],
        **{
            f"{name}.end": series[name][-1]
            for name in ("reserves", "stock.motor_fuel", *(f"workers.{host}" for host in HOSTS))
        },
    }
    kept = history.setting.block.lanes
    shape = history.setting.shape
    shown = [index for index, arm in enumerate(history.setting.arms) if arm.name in SHOWN]
    return Observation(
        {name: np.broadcast_to(total, shape)[:, :kept].copy() for name, total in totals.items()},
        {name: values[:, shown, :kept] for name, values in series.items()} if monthly else {},
    )


def of_all_arms(parts: Sequence[Observation]) -> Observation:
    """Put the arms of one block together that were run in parts, each part with the baseline first."""
    first, *others = parts
    return Observation(
        {
            name: np.concatenate([total, *(each.totals[name][1:] for each in others)])
            for name, total in first.totals.items()
        },
        {
            name: np.concatenate([series, *(each.monthly[name][:, 1:] for each in others)], axis=1)
            for name, series in first.monthly.items()
        },
    )


def joined(observations: Sequence[Observation]) -> Observation:
    """Put the lanes of several blocks side by side, in the order given."""
    with_months = [each.monthly for each in observations if each.monthly]
    return Observation(
        {
            name: np.concatenate([each.totals[name] for each in observations], axis=-1)
            for name in observations[0].totals
        },
        {name: np.concatenate([each[name] for each in with_months], axis=-1) for name in observations[0].monthly},
    )


def first_lanes(observation: Observation, count: int) -> Observation:
    """Return so many lanes from the first on, in arrays of their own."""
    return Observation(
        {name: total[..., :count].copy() for name, total in observation.totals.items()},
        {name: series[..., :count].copy() for name, series in observation.monthly.items()},
    )


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
