"""Scenarios compared with one of them, the reference, as a tidy table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.errors import InputError
from leaksim.model.channels import CHANNELS, INTENDED, REALISED
from leaksim.outcomes.paired import Ratio, holm, paired_difference
from leaksim.outcomes.statistics import Estimate, by_draw, mean, over_draws, ratio_of_means
from leaksim.outcomes.success import per_dollar, sender_cost
from leaksim.outcomes.table import COLUMNS, TableBuilder

if TYPE_CHECKING:
    import pandas as pd

COMPARISON_COLUMNS = (*COLUMNS, "reference", "p", "p_holm", "variance_ratio")
"""Columns of the tidy table, and those of a difference: what it is taken from, its tests, what pairing bought."""

DIFFERENCE = "difference."
"""Begins the metric of a difference; the rest is the metric that differs."""

PER_DOLLAR = "sender.added_per_dollar"

FIRST, REGRET = "rank.first", "rank.regret"

_NOTHING = 1e-9
"""A mean below this, in $m or kb, is none, and no ratio to it has a meaning."""


class ComparisonError(InputError):
    """Scenarios cannot be compared with each other."""


@dataclass(frozen=True)
class Lanes:
    """The lane totals of one scenario."""

    scenario: str
    totals: pd.DataFrame
    """A row per lane and arm, as in `Result.replications`."""
    draws: int
    years: float
    """Length of the run."""

    def total(self, name: str, arm: str) -> Floats:
        """Total of each lane in one arm, shape ``(lane,)``."""
        values: Floats = self.totals.loc[self.totals["arm"] == arm, name].to_numpy(dtype=np.float64)
        return values

    def pressure(self, arm: str) -> Floats:
        """Pressure of each lane in $m/year, shape ``(lane,)``."""
        return self.total("pressure", arm) / self.years


@dataclass(frozen=True)
class Headline:
    """An outcome in which scenarios are compared."""

    metric: str
    item: str
    unit: str
    ratio: Callable[[Lanes], Ratio]

    @property
    def name(self) -> str:
        """Metric and, after a slash, item."""
        return f"{self.metric}/{self.item}" if self.item else self.metric


def _mean_of(values: Floats) -> Ratio:
    return Ratio(values, np.ones_like(values))


def _leaked(lanes: Lanes, thing: str) -> Ratio:
    brought = [lanes.total(f"leaked.{thing}.{channel}", REALISED) for channel in CHANNELS]
    return Ratio(np.sum(brought, axis=0), lanes.total(f"cut.{thing}", REALISED))


def _leakage(lanes: Lanes) -> Ratio:
    intended = lanes.pressure(INTENDED)
    return Ratio(intended - lanes.pressure(REALISED), intended)


HEADLINES = (
    Headline("pressure.realised", "", "$m/year", lambda lanes: _mean_of(lanes.pressure(REALISED))),
    Headline("pressure.intended", "", "$m/year", lambda lanes: _mean_of(lanes.pressure(INTENDED))),
    Headline("leakage.value", "", "share", _leakage),
    Headline("leakage.quantity", "motor_fuel", "share", lambda lanes: _leaked(lanes, "motor_fuel")),
    Headline("leakage.quantity", "hard_currency", "share", lambda lanes: _leaked(lanes, "hard_currency")),
    Headline(
        "price.premium_mean",
        f"{REALISED}/motor_fuel",
        "share of baseline price",
        lambda lanes: _mean_of(lanes.total("premium.mean.motor_fuel", REALISED)),
    ),
    Headline("reserves.end", REALISED, "$m", lambda lanes: _mean_of(lanes.total("reserves.end", REALISED))),
)
"""The outcomes that are compared, in the order in which they are shown."""


def headline_called(name: str) -> Headline:
    """Return the headline of a name; raises ``KeyError`` where there is none."""
    return {each.name: each for each in HEADLINES}[name]


def comparison_table(scenarios: Sequence[Lanes], reference: str) -> pd.DataFrame:
    """Compare scenarios with one of them.

    Parameters
    ----------
    scenarios
        Run with one seed over the same period and the same lanes. A scenario without uncertain parameters has one
        draw and goes with any number of them.
    reference
        Name of the scenario from which differences are taken.

    Returns
    -------
    pandas.DataFrame
        With `COMPARISON_COLUMNS`: each scenario's own level of every headline, its differences from the reference,
        and its rank.

    Raises
    ------
    ComparisonError
        When lanes or draws are not the same.
    """
    import pandas as pd

    if len({len(each.totals) for each in scenarios}) > 1 or len({each.draws for each in scenarios} - {1}) > 1:
        raise ComparisonError("scenarios are only paired with the same replications and draws; run them anew")
    draws = max(each.draws for each in scenarios)
    base = next(each for each in scenarios if each.scenario == reference)
    rows: list[dict[str, object]] = []
    for headline in HEADLINES:
        for each in scenarios:
            rows += _level(headline, each, draws)
        rows += _differences(headline, [each for each in scenarios if each is not base], base, draws)
    for each in scenarios:
        if each is not base:
            rows += _added_per_dollar(each, base, draws)
    rows += _ranks(scenarios, draws)
    table = pd.DataFrame(rows, columns=list(COMPARISON_COLUMNS))
    return table.fillna({"reference": ""}).astype(dict.fromkeys(("p", "p_holm", "variance_ratio"), "float64"))


def worlds_table(scenarios: Sequence[Lanes]) -> pd.DataFrame:
    """Return every outcome in every world; see `leaksim.comparing.Comparison.worlds`."""
    import pandas as pd

    draws = max(each.draws for each in scenarios)
    frames = []
    for headline in HEADLINES:
        for each in scenarios:
            ratio = headline.ratio(each)
            ratio = ratio if draws == 1 else ratio.of_draws(draws)
            below = np.where(np.abs(ratio.denominator) >= _NOTHING, ratio.denominator, nan)
            names = {"scenario": each.scenario, "metric": headline.metric, "item": headline.item}
            frames.append(pd.DataFrame({**names, "world": np.arange(len(below)), "value": ratio.numerator / below}))
    return pd.concat(frames, ignore_index=True)


def _level(headline: Headline, lanes: Lanes, draws: int) -> list[dict[str, object]]:
    ratio = headline.ratio(lanes)
    rows = TableBuilder(lanes.scenario, len(ratio.numerator), draws)
    if is_defined(ratio):
        estimates = ratio_of_means(ratio.numerator, ratio.denominator, draws)
        rows.add(headline.metric, headline.item, headline.unit, estimates)
    else:
        rows.add_undefined(headline.metric, headline.item, headline.unit, "undefined: none of it is cut")
    return rows.rows


def _differences(headline: Headline, others: Sequence[Lanes], base: Lanes, draws: int) -> list[dict[str, object]]:
    metric, item, unit = f"{DIFFERENCE}{headline.metric}", headline.item, headline.unit
    rows: list[dict[str, object]] = []
    of_base = headline.ratio(base)
    for each in others:
        ratio = headline.ratio(each)
        builder = TableBuilder(each.scenario, len(ratio.numerator), draws)
        if not (is_defined(ratio) and is_defined(of_base)):
            builder.add_undefined(metric, item, unit, "undefined: one of the two cuts none of it")
            rows += [{**row, "p": nan, "variance_ratio": nan} for row in builder.rows]
            continue
        for found in paired_difference(ratio, of_base, draws):
            builder.add(metric, item, unit, [found.estimate])
            rows.append({**builder.rows[-1], "p": found.p, "variance_ratio": found.variance_ratio})
    for interval in ("replication", "parameter"):
        family = [row for row in rows if row["interval"] == interval]
        adjusted = holm(np.array([row["p"] for row in family], dtype=np.float64))
        for row, p in zip(family, adjusted, strict=True):
            row["p_holm"] = float(p)
    return [{**row, "reference": base.scenario} for row in rows]


def _added_per_dollar(ours: Lanes, base: Lanes, draws: int) -> list[dict[str, object]]:
    """Say how much realised pressure goes with each dollar that the sender spends beyond the reference."""
    pressure, cost = (of(ours) - of(base) for of in (lambda lanes: lanes.total("pressure", REALISED), sender_cost))
    builder = TableBuilder(ours.scenario, len(cost), draws)
    unit = "$ per $"
    estimates = list(per_dollar(pressure, cost, draws))
    if estimates:
        builder.add(PER_DOLLAR, "", unit, estimates)
    else:
        builder.add_undefined(PER_DOLLAR, "", unit, "undefined: the sender's levers cost as much in both")
    return [{**row, "reference": base.scenario} for row in builder.rows]


def is_defined(ratio: Ratio) -> bool:
    """Say whether there is anything in the denominator."""
    return bool(abs(ratio.denominator.mean()) >= _NOTHING)


def _ranks(scenarios: Sequence[Lanes], draws: int) -> list[dict[str, object]]:
    """Say how often each scenario has the highest realised pressure, and how much it falls short of it."""
    lanes = np.stack([each.pressure(REALISED) for each in scenarios])
    # With parameter draws, a reader asks which scenario is best in a world, not in a turn of luck within it.
    worlds = lanes if draws == 1 else np.stack([by_draw(each, draws) for each in lanes])
    best = worlds.max(axis=0)
    first = worlds >= best - _NOTHING * np.abs(best)
    shares = (first / first.sum(axis=0)).mean(axis=1)
    rows: list[dict[str, object]] = []
    for each, share, regret in zip(scenarios, shares, best - worlds, strict=True):
        builder = TableBuilder(each.scenario, lanes.shape[1], draws)
        kind = "replication" if draws == 1 else "parameter"
        alone = Estimate(float(share), nan, nan, kind, "a share of all of them, which has no interval")
        builder.add(FIRST, "", "share of lanes" if draws == 1 else "share of draws", [alone])
        found = mean(regret) if draws == 1 else [over_draws(float(regret.mean()), regret)]
        builder.add(REGRET, "", "$m/year", found)
        rows += builder.rows
    return rows
