"""What is kept of a block: totals per lane and monthly series, computed from the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.model.channels import BASELINE, CHANNELS, INTENDED, REALISED
from leaksim.model.dimensions import CLASSES, HOSTS, LEVERS, PARTIES, PRODUCTS
from leaksim.model.ledger import FLOWS, Ledger
from leaksim.model.monitor import seen
from leaksim.model.parameters import Parameters
from leaksim.model.setting import baseline_exports, baseline_imports
from leaksim.model.world import History
from leaksim.outcomes.pressure import Pressure, pressure
from leaksim.outcomes.trade import recorded_series, supply_series, trade_series

RELIEF_FLOWS: Mapping[str, tuple[str, ...]] = {
    "cn_slippage": ("slipped_china",),
    "cn_smuggling": ("smuggled_delivered",),
    "ru_fuel": ("russian_delivered",),
    "ru_port": ("port_delivered",),
    "sts_third": ("tanker_delivered",),
    "un_dilution": tuple(f"diluted_{party}" for party in PARTIES),
}
"""Ledger flows by which a channel brings import products."""

EARNING_FLOWS: Mapping[str, tuple[tuple[str, str | None], ...]] = {
    "cn_slippage": (("earned_slipped", None), ("wages_leaked", "china")),
    "cn_smuggling": (("earned_smuggled", None),),
    "ru_labour": (("wages_leaked", "russia"),),
    "ru_port": (("fees_leaked", None), ("earned_relabelled", None)),
    "un_dilution": tuple(
        (flow, None) for flow in ("earned_diluted", "earned_others_diluted", "wages_diluted", "fees_diluted")
    ),
}
"""Ledger flows by which a channel brings hard currency, with the item if it is only one."""


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


def leak_totals(history: History) -> dict[str, Floats]:
    """Sum up what the measures forbid, and what each channel brings all the same."""
    ledger, parameters = history.ledger, history.setting.parameters
    months = history.setting.calendar.months
    baseline = sum(baseline_imports(parameters, party) for party in PARTIES)
    permitted = sum(ledger.flows[f"permitted_{party}"].sum(axis=0) for party in PARTIES)
    cut = months * baseline - permitted
    totals = {f"cut.{product}": cut[index] for index, product in enumerate(PRODUCTS)}
    totals["cut.hard_currency"] = months * _baseline_earnings(parameters) - _permitted_earnings(ledger)
    totals["cut.everything"] = (cut * history.prices).sum(axis=0) + totals["cut.hard_currency"]
    for channel in CHANNELS:
        brought = history.setting.zeros(len(PRODUCTS))
        for flow in RELIEF_FLOWS.get(channel, ()):
            brought += ledger.flows[flow].sum(axis=0)
        currency = history.setting.zeros()
        for flow, item in EARNING_FLOWS.get(channel, ()):
            items = slice(None) if item is None else [FLOWS[flow].items.index(item)]
            currency += ledger.flows[flow][:, items].sum(axis=(0, 1))
        totals.update({f"leaked.{product}.{channel}": brought[index] for index, product in enumerate(PRODUCTS)})
        totals[f"leaked.hard_currency.{channel}"] = currency
        totals[f"leaked.everything.{channel}"] = (brought * history.prices).sum(axis=0) + currency
    for thing in (*PRODUCTS, "hard_currency", "everything"):
        totals[f"seen.{thing}"] = seen(parameters, {name: totals[f"leaked.{thing}.{name}"] for name in CHANNELS})
    return totals


def _baseline_earnings(parameters: Parameters) -> Floats:
    """Hard currency that measures can touch, in $m per month without any, ``(1, 1 or lane)``."""
    earnings: Floats = baseline_exports(parameters).sum(axis=0) + parameters["exports.others"]
    for host in HOSTS:
        earnings = earnings + parameters[f"workers.{host}.number"] * parameters[f"workers.{host}.wage_to_state"] / 12e6
    return earnings + parameters["rason.transit"] * parameters["rason.fee"] / 12


def _permitted_earnings(ledger: Ledger) -> Floats:
    """Hard currency that the measures permit, in $m over all months, ``(arm, lane)``."""
    names = ("earned_permitted", "earned_others", "wages_permitted", "fees_permitted")
    permitted: Floats = np.sum([ledger.flows[name].sum(axis=(0, 1)) for name in names], axis=0)
    return permitted


def _supplier_totals(series: Mapping[str, Floats]) -> dict[str, Floats]:
    """Supplies by partner, and who is the top supplier of each fuel for how long and from when."""
    totals: dict[str, Floats] = {}
    for product in PRODUCTS:
        supplies = np.stack([series[f"supplied.{product}.{party}"] for party in PARTIES])
        top = supplies.argmax(axis=0)
        for index, party in enumerate(PARTIES):
            totals[f"supplied.{product}.{party}"] = supplies[index].sum(axis=0)
            totals[f"top.months.{product}.{party}"] = (top == index).sum(axis=0).astype(np.float64)
            totals[f"top.first.{product}.{party}"] = _first(top == index)
    for party in PARTIES:
        totals[f"trade.{party}"] = series[f"trade.{party}"].sum(axis=0)
        for product in PRODUCTS:
            totals[f"recorded.{product}.{party}"] = series[f"recorded.{product}.{party}"].sum(axis=0)
    return totals


def _first(happens: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Floats:
    """Index of the first month in which something happens, infinity where it never does."""
    return np.where(happens.any(axis=0), happens.argmax(axis=0).astype(np.float64), np.inf)


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
