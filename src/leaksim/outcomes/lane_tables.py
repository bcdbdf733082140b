"""Tables of lanes and of months, for bands, figures and re-analysis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from leaksim.engine.calendar import Calendar
from leaksim.engine.lanes import Arm, Floats
from leaksim.model.dimensions import FUELS, HOSTS, PARTIES, PRODUCTS
from leaksim.outcomes.observation import SHOWN, Observation
from leaksim.outcomes.statistics import means
from leaksim.outcomes.table import TableBuilder

if TYPE_CHECKING:
    import pandas as pd

_QUANTILES = {"q025": 0.025, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q975": 0.975}

SERIES_UNITS = {
    "pressure": "$m/month",
    "pressure.felt": "$m/month",
    "pressure.deferred": "$m/month",
    **{f"price.{product}": "ratio to the baseline price" for product in PRODUCTS},
    **{
        f"{what}.{product}{end}": "$m/month" if product == "capital_goods" else "kb/month"
        for product in PRODUCTS
        for what, end in (("used", ""), *(("supplied", f".{party}") for party in PARTIES))
    },
    "reserves": "$m",
    "stock.motor_fuel": "kb",
    "enforcement.fuel": "share",
    "posture.russia": "share",
    "transit.rason": "Mt/year",
    **{f"workers.{host}": "person" for host in HOSTS},
    "earned.exports": "$m/month",
    **{f"trade.{party}": "$m/month" for party in PARTIES},
    **{
        f"recorded.{product}.{party}": "$m/month" if product == "capital_goods" else "kb/month"
        for product in PRODUCTS
        for party in PARTIES
    },
    "recorded.exports.china": "$m/month",
    **{f"recorded.workers.{host}": "person" for host in HOSTS},
}
"""Unit of each monthly series."""


def lane_totals(observation: Observation, arms: Sequence[Arm], draws: int) -> pd.DataFrame:
    """Totals of every lane in the shown arms, one row per lane and arm."""
    import pandas as pd

    totals = observation.totals
    shown, lanes = _shown(arms), totals.array.shape[-1]
    # A view: the totals of many lanes would fill the memory twice.
    table = pd.DataFrame(totals.array.reshape(len(totals), -1).T, columns=list(totals), copy=False)
    lane = np.tile(np.arange(lanes), len(shown))
    for place, (name, values) in enumerate(
        {"lane": lane, "draw": lane % draws, "arm": np.repeat(shown, lanes)}.items()
    ):
        table.insert(place, name, values)
    return table


def bands(observation: Observation, arms: Sequence[Arm], calendar: Calendar) -> pd.DataFrame:
    """Monthly means and quantiles over lanes of every series, in the shown arms."""
    import pandas as pd

    shown, series = _shown(arms), observation.monthly
    rows = calendar.months * len(shown)
    # Series by series: all months of a few thousand lanes would fill the memory twice.
    columns = np.concatenate([_means_and_quantiles(values).reshape(-1, rows) for values in series.values()], axis=1)
    names = list(series)
    return pd.DataFrame(
        {
            "arm": np.tile(np.repeat(shown, calendar.months), len(names)),
            "month": np.tile(calendar.labels, len(names) * len(shown)),
            "series": np.repeat(names, rows),
            "unit": np.repeat([SERIES_UNITS[name] for name in names], rows),
            **dict(zip(("mean", *_QUANTILES), columns, strict=True)),
        }
    )


def _means_and_quantiles(values: Floats) -> Floats:
    """Mean and quantiles over lanes, shapes ``(month, arm, lane)`` and ``(number, arm, month)``."""
    by_arm = values.swapaxes(0, 1)
    return np.concatenate([by_arm.mean(axis=-1)[None], np.quantile(by_arm, list(_QUANTILES.values()), axis=-1)])


def monthly_means(
    table: TableBuilder, observation: Observation, arms: Sequence[Arm], calendar: Calendar, draws: int
) -> None:
    """Add every monthly series, and how likely each partner is to be the top supplier of a fuel."""

    def add(metric: str, item: str, unit: str, values: Floats) -> None:
        for month, estimates in zip(calendar.labels, means(values, draws), strict=True):
            table.add(metric, f"{item}/{month}", unit, estimates)

    for name, series in observation.monthly.items():
        for index, arm in enumerate(_shown(arms)):
            add(f"monthly.{name}", arm, SERIES_UNITS[name], series[:, index])
    for product in (PRODUCTS[fuel] for fuel in FUELS):
        supplies = np.stack([observation.monthly[f"supplied.{product}.{party}"][:, -1] for party in PARTIES])
        top = supplies.argmax(axis=0)
        for index, party in enumerate(PARTIES):
            is_top = (top == index).astype(np.float64)
            add("monthly.top_supplier", f"{product}/{party}", "share of lanes", is_top)


def _shown(arms: Sequence[Arm]) -> list[str]:
    """Names of the arms of which lanes and months are kept, in their order."""
    return [arm.name for arm in arms if arm.name in SHOWN]
