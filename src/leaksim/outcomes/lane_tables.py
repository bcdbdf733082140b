"""Tables of lanes and of months, for bands, figures and re-analysis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from leaksim.engine.calendar import Calendar
from leaksim.engine.lanes import Arm, Floats
from leaksim.model.dimensions import FUELS, HOSTS, PARTIES, PRODUCTS
from leaksim.outcomes.observation import SHOWN, Observation
from leaksim.outcomes.statistics import mean
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

    lanes = next(iter(observation.totals.values())).shape[-1]
    lane = np.arange(lanes)
    frames = [
        pd.DataFrame(
            {
                "lane": lane,
                "draw": lane % draws,
                "arm": arm.name,
                **{name: total[index] for name, total in observation.totals.items()},
            }
        )
        for index, arm in enumerate(arms)
        if arm.name in SHOWN
    ]
    return pd.concat(frames, ignore_index=True)


def bands(observation: Observation, arms: Sequence[Arm], calendar: Calendar) -> pd.DataFrame:
    """Monthly means and quantiles over lanes of every series, in the shown arms."""
    import pandas as pd

    frames = []
    for name, series in observation.monthly.items():
        for index, arm in enumerate(_shown(arms)):
            values = series[:, index]
            quantiles = np.quantile(values, list(_QUANTILES.values()), axis=-1)
            frames.append(
                pd.DataFrame(
                    {
                        "arm": arm,
                        "month": calendar.labels,
                        "series": name,
                        "unit": SERIES_UNITS[name],
                        "mean": values.mean(axis=-1),
                        **dict(zip(_QUANTILES, quantiles, strict=True)),
                    }
                )
            )
    return pd.concat(frames, ignore_index=True)


def monthly_means(
    table: TableBuilder, observation: Observation, arms: Sequence[Arm], calendar: Calendar, draws: int
) -> None:
    """Add every monthly series, and how likely each partner is to be the top supplier of a fuel."""
    for name, series in observation.monthly.items():
        for index, arm in enumerate(_shown(arms)):
            for month, values in _months(series[:, index], calendar):
                table.add(f"monthly.{name}", f"{arm}/{month}", SERIES_UNITS[name], mean(values, draws))
    for product in (PRODUCTS[fuel] for fuel in FUELS):
        supplies = np.stack([observation.monthly[f"supplied.{product}.{party}"][:, -1] for party in PARTIES])
        top = supplies.argmax(axis=0)
        for index, party in enumerate(PARTIES):
            for month, is_top in _months((top == index).astype(np.float64), calendar):
                table.add(
                    "monthly.top_supplier",
                    f"{product}/{party}/{month}",
                    "share of lanes",
                    mean(is_top, draws),
                )


def _months(series: Floats, calendar: Calendar) -> Iterator[tuple[str, Floats]]:
    return zip(calendar.labels, series, strict=True)


def _shown(arms: Sequence[Arm]) -> list[str]:
    """Names of the arms of the monthly series, in their order."""
    return [arm.name for arm in arms if arm.name in SHOWN]
