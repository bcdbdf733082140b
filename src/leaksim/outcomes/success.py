"""How likely the measures are to succeed, and what a dollar of the sender's own cost goes with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import nan
from typing import TYPE_CHECKING, Protocol

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.model.channels import INTENDED, REALISED
from leaksim.model.dimensions import LEVERS
from leaksim.outcomes.statistics import Estimate, by_draw, proportion, ratio_of_means
from leaksim.outcomes.table import TableBuilder

if TYPE_CHECKING:
    from leaksim.outcomes.summary import Summary

PASS_THROUGHS = (0.25, 0.5, 0.75, 0.9)
"""Shares of the intended pressure whose arrival may count as success."""

_NOTHING = 1e-9
"""Costs below this many $m are none, and no ratio to them has a meaning."""


class HasTotals(Protocol):
    """Whatever knows the totals of lanes: a summary, or the lanes of a comparison."""

    def total(self, name: str, arm: str) -> Floats:
        """Total of a lane over the months in one arm, shape ``(lane,)``."""
        ...


def add_success(table: TableBuilder, summary: Summary) -> None:
    """Add the chances that at least so much of the intended pressure arrives, over lanes and over draws."""
    intended, realised = (summary.total("pressure", arm) for arm in (INTENDED, REALISED))
    draws = summary.draws
    for least in PASS_THROUGHS:
        item = f"{least:g}"
        if not summary.has_pressure(INTENDED):
            reason = "undefined: the intended pressure is zero"
            table.add_undefined("success.pass_through", item, "share of lanes", reason)
            continue
        in_lanes = (intended > 0) & (realised >= least * intended)
        table.add("success.pass_through", item, "share of lanes", proportion(in_lanes, draws))
        if draws > 1:
            of_draws = by_draw(intended, draws)
            in_draws = (of_draws > 0) & (by_draw(realised, draws) >= least * of_draws)
            note = "a share of all draws, which has no interval"
            share = Estimate(float(in_draws.mean()), nan, nan, "parameter", note)
            table.add("success.pass_through_draws", item, "share of draws", [share])


def add_pressure_per_dollar(table: TableBuilder, summary: Summary) -> None:
    """Add the realised pressure per dollar of what the sender's levers cost."""
    cost = sender_cost(summary)
    metric, unit = "sender.pressure_per_dollar", "$ per $"
    estimates = list(per_dollar(summary.total("pressure", REALISED), cost, summary.draws))
    if estimates:
        table.add(metric, "", unit, estimates)
    else:
        table.add_undefined(metric, "", unit, "undefined: the sender's levers cost nothing")


def sender_cost(lanes: HasTotals) -> Floats:
    """Cost of all levers in the realised arm, in $m over the run, shape ``(lane,)``."""
    cost: Floats = np.sum([lanes.total(f"sender.cost.{lever}", REALISED) for lever in LEVERS], axis=0)
    return cost


def per_dollar(pressure: Floats, cost: Floats, draws: int = 1) -> Iterator[Estimate]:
    """Estimate pressure per dollar of cost, both as means over lanes.

    With the differences of two scenarios in the same lanes it is what an additional dollar buys.

    Parameters
    ----------
    pressure, cost
        In $m over the run, lane by lane paired, shape ``(lane,)``.

    Yields
    ------
    Estimate
        As in `ratio_of_means`; no parameter interval where some draw costs nothing, no interval at all where but one
        lane costs anything, and nothing where no lane does.
    """
    if abs(cost.mean()) < _NOTHING:
        return
    if np.count_nonzero(cost) == 1 < len(cost):
        yield Estimate(float(pressure.sum() / cost.sum()), nan, nan, "replication", "only one lane costs anything")
        return
    estimates = ratio_of_means(pressure, cost, draws)
    if draws > 1 and np.abs(by_draw(cost, draws)).min() < _NOTHING:
        yield replace(next(estimates), note="some draws cost nothing, which leaves no interval over draws")
        return
    yield from estimates
