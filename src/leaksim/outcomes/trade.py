"""Trade by partner: what really came and went, and what the monitor records of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.model.dimensions import CLASSES, HOSTS, PARTIES, PRODUCTS
from leaksim.model.ledger import Ledger
from leaksim.model.monitor import visible_share
from leaksim.model.world import History

SUPPLIES: Mapping[str, Mapping[str, str | None]] = {
    "china": {
        "permitted_china": None,
        "diluted_china": None,
        "restocked": None,
        "slipped_china": "cn_slippage",
        "smuggled_delivered": "cn_smuggling",
    },
    "russia": {
        "permitted_russia": None,
        "diluted_russia": None,
        "russian_delivered": "ru_fuel",
        "port_delivered": "ru_port",
    },
    "other": {"permitted_other": None, "diluted_other": None, "tanker_delivered": "sts_third"},
}
"""Ledger flows by which each partner supplies import products, and the channel behind each (None: permitted)."""

SALES: Mapping[str, Mapping[str, str | None]] = {
    "china": {
        "exported_permitted": None,
        "exported_diluted": None,
        "exported_early": None,
        "exported_slipped": "cn_slippage",
        "smuggled_out_delivered": "cn_smuggling",
    },
    "russia": {},
    "other": {"exported_others": None, "exported_others_diluted": None, "relabelled_delivered": "ru_port"},
}
"""Ledger flows of the DPRK's exports to each partner, at baseline prices."""

_EARNINGS = ("earned_permitted", "earned_diluted", "earned_early", "earned_slipped", "earned_smuggled")


def supply_series(ledger: Ledger) -> dict[str, Floats]:
    """Supplies of each product by partner, and what is used of it, ``(month, arm, lane)``."""
    supplied = {
        f"supplied.{product}.{party}": _sum(ledger.flows[flow][:, index] for flow in SUPPLIES[party])
        for index, product in enumerate(PRODUCTS)
        for party in PARTIES
    }
    used = {
        f"used.{product}": ledger.flows["used"][:, index * len(CLASSES) : (index + 1) * len(CLASSES)].sum(axis=1)
        for index, product in enumerate(PRODUCTS)
    }
    return {**supplied, **used, "earned.exports": _sum(ledger.flows[flow].sum(axis=1) for flow in _EARNINGS)}


def trade_series(history: History) -> dict[str, Floats]:
    """Trade with each partner in $m a month at baseline prices: fuel, machines, crude and the DPRK's exports."""
    ledger = history.ledger
    trade = {}
    for party in PARTIES:
        supplies = [(ledger.flows[flow] * history.prices).sum(axis=1) for flow in SUPPLIES[party]]
        crude = [ledger.flows["paid_crude"].sum(axis=1)] if party == "china" else []
        trade[f"trade.{party}"] = _sum([*supplies, *crude, *(ledger.flows[flow].sum(axis=1) for flow in SALES[party])])
    return trade


def recorded_series(history: History) -> dict[str, Floats]:
    """Part of the same series that the monitor records, ``(month, arm, lane)``."""
    ledger, parameters = history.ledger, history.setting.parameters
    recorded = {
        f"recorded.{product}.{party}": _sum(
            visible_share(parameters, channel) * ledger.flows[flow][:, index]
            for flow, channel in SUPPLIES[party].items()
        )
        for index, product in enumerate(PRODUCTS)
        for party in PARTIES
    }
    recorded["recorded.exports.china"] = _sum(
        visible_share(parameters, channel) * ledger.flows[flow].sum(axis=1) for flow, channel in SALES["china"].items()
    )
    workers = visible_share(parameters, "ru_labour")
    for index, host in enumerate(HOSTS):
        recorded[f"recorded.workers.{host}"] = workers * ledger.levels["workers"][:, index]
    return recorded


def _sum(series: Iterable[Floats]) -> Floats:
    return reduce(np.add, series)
