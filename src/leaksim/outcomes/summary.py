"""The headline outcomes of one scenario as rows of the tidy table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from leaksim.engine.calendar import Calendar
from leaksim.engine.lanes import Arm, Floats
from leaksim.model.channels import BASELINE, CHANNELS, GROUP_OF_CHANNEL, INTENDED, REALISED
from leaksim.model.dimensions import CLASSES, HOSTS, LEVERS, PARTIES, PRODUCTS
from leaksim.outcomes.attribution import group_shapley
from leaksim.outcomes.exhaustion import add_exhaustion
from leaksim.outcomes.incidence import add_incidence
from leaksim.outcomes.leaks import SEEN_THINGS, THINGS, partners_of
from leaksim.outcomes.observation import HORIZONS, SHOWN, Observation
from leaksim.outcomes.statistics import mean, median, pseudo_values, ratio_of_means
from leaksim.outcomes.success import add_pressure_per_dollar, add_success
from leaksim.outcomes.table import TableBuilder
from leaksim.outcomes.time import add_half_lives
from leaksim.outcomes.variance import parameter_share, width_ratio

NO_PRESSURE = 1e-9
"""Intended pressure below this many $m is none, and leakage has no meaning."""

PARAMETER_SHARE, WIDTH_RATIO = "uncertainty.parameter_share", "uncertainty.width_ratio"

_DELAY = "council.delay."

_PARTS = ("felt", "deferred", "other_imports", *CLASSES)


@dataclass(frozen=True)
class Summary:
    """What the rows are computed from."""

    observation: Observation
    arms: tuple[Arm, ...]
    calendar: Calendar
    draws: int

    @property
    def gdp(self) -> Floats:
        """GDP of each lane in $m per year, shape ``(lane,)``."""
        return self.total("gdp", BASELINE)

    def total(self, name: str, arm: str) -> Floats:
        """Total of a lane over the months in one of the arms `SHOWN`, shape ``(lane,)``."""
        index = [each.name for each in self.arms if each.name in SHOWN].index(arm)
        total: Floats = self.observation.totals[name][index]
        return total

    def has_pressure(self, arm: str) -> bool:
        """Whether there is any pressure in an arm, on average over lanes."""
        return bool(self.total("pressure", arm).mean() >= NO_PRESSURE)

    @property
    def years(self) -> float:
        """Length of the run in years."""
        return self.calendar.months / 12


def add_rows(table: TableBuilder, summary: Summary) -> None:
    """Add every headline outcome to the table."""
    _add_pressure(table, summary)
    _add_leakage(table, summary)
    _add_uncertainty(table, summary)
    _add_profile(table, summary)
    _add_quantities(table, summary)
    _add_prices(table, summary)
    _add_suppliers(table, summary)
    _add_trade(table, summary)
    _add_monitor(table, summary)
    _add_council_and_sender(table, summary)
    add_pressure_per_dollar(table, summary)
    add_success(table, summary)
    add_half_lives(table, summary)
    add_exhaustion(table, summary)
    add_incidence(table, summary)
    for arm in (BASELINE, INTENDED, REALISED):
        table.add("reserves.end", arm, "$m", mean(summary.total("reserves.end", arm), summary.draws))
        for host in HOSTS:
            workers = summary.total(f"workers.{host}.end", arm)
            table.add("workers.end", f"{arm}/{host}", "person", mean(workers, summary.draws))
        table.add("stock.end", arm, "kb", mean(summary.total("stock.motor_fuel.end", arm), summary.draws))


def _add_pressure(table: TableBuilder, summary: Summary) -> None:
    for arm in (INTENDED, REALISED):
        yearly = summary.total("pressure", arm) / summary.years
        table.add(f"pressure.{arm}", "", "$m/year", mean(yearly, summary.draws))
        table.add(f"pressure.{arm}_gdp", "", "% of GDP", mean(100 * yearly / summary.gdp, summary.draws))
        for part in _PARTS:
            values = summary.total(f"pressure.{part}", arm) / summary.years
            table.add(f"pressure.{arm}", part, "$m/year", mean(values, summary.draws))


def _add_leakage(table: TableBuilder, summary: Summary) -> None:
    intended, realised = (summary.total("pressure", arm) for arm in (INTENDED, REALISED))
    groups = sorted({GROUP_OF_CHANNEL[channel] for channel in summary.arms[-1].channels})
    if intended.mean() < NO_PRESSURE:
        reason = "undefined: the intended pressure is zero"
        for metric in ("leakage.value", "pass_through.value"):
            table.add_undefined(metric, "", "share", reason)
        return
    leakage = list(ratio_of_means(intended - realised, intended, summary.draws))
    outside = (
        "" if 0 <= leakage[0].value <= 1 else "outside 0 to 1: the leaks add to the pressure, or undo more than it"
    )
    table.add("leakage.value", "", "share", leakage, outside)
    table.add("pass_through.value", "", "share", ratio_of_means(realised, intended, summary.draws), outside)
    for group, relief in group_shapley(cost_by_groups(summary, groups), groups).items():
        table.add("leakage.owen", group, "share", ratio_of_means(relief, intended, summary.draws))


def _add_uncertainty(table: TableBuilder, summary: Summary) -> None:
    """Say which of the two kinds of uncertainty dominates."""
    if summary.draws == 1:
        return
    intended, realised = (summary.total("pressure", arm) for arm in (INTENDED, REALISED))
    for item, numerator, denominator in (
        ("leakage.value", intended - realised, intended),
        ("pressure.realised", realised / summary.years, np.ones_like(realised)),
    ):
        if denominator.mean() < NO_PRESSURE:
            reason = "undefined: the intended pressure is zero"
            table.add_undefined(PARAMETER_SHARE, item, "share", reason)
            table.add_undefined(WIDTH_RATIO, item, "ratio", reason)
            continue
        share = parameter_share(pseudo_values(numerator, denominator), summary.draws)
        ratio = width_ratio(*ratio_of_means(numerator, denominator, summary.draws))
        table.add(PARAMETER_SHARE, item, "share", [share])
        table.add(WIDTH_RATIO, item, "ratio", [ratio])


def _add_profile(table: TableBuilder, summary: Summary) -> None:
    """Leakage of the pressure up to some horizons."""
    for months in HORIZONS:
        if months > summary.calendar.months:
            break
        intended, realised = (summary.total(f"pressure.first.{months}", arm) for arm in (INTENDED, REALISED))
        if abs(intended.mean()) < NO_PRESSURE:
            reason = "undefined: no pressure is intended so early"
            table.add_undefined("leakage.profile", str(months), "share", reason)
        else:
            leakage = ratio_of_means(intended - realised, intended, summary.draws)
            table.add("leakage.profile", str(months), "share", leakage)


def cost_by_groups(summary: Summary, groups: list[str]) -> Mapping[frozenset[str], Floats]:
    """Return the pressure of each lane by the set of groups that are on."""
    return {
        frozenset(GROUP_OF_CHANNEL[channel] for channel in arm.channels): summary.observation.pressure[arm.name]
        for arm in summary.arms
        if arm.measured
    }


def _add_quantities(table: TableBuilder, summary: Summary) -> None:
    """Leakage in barrels, goods, currency and workers, and who brought it."""
    on = [channel for channel in CHANNELS if channel in summary.arms[-1].channels]
    for thing in THINGS:
        cut = summary.total(f"cut.{thing}", REALISED)
        if cut.mean() < NO_PRESSURE:
            table.add_undefined("leakage.quantity", thing, "share", "undefined: none of it is cut")
            continue
        able = [channel for channel in on if partners_of(thing, channel)]
        brought = {channel: summary.total(f"leaked.{thing}.{channel}", REALISED) for channel in able}
        everything = sum(brought.values(), start=np.zeros_like(cut))
        table.add("leakage.quantity", thing, "share", ratio_of_means(everything, cut, summary.draws))
        for channel, amount in brought.items():
            if not amount.any():
                continue
            estimates = ratio_of_means(amount, cut, summary.draws)
            table.add("leakage.quantity_channel", f"{thing}/{channel}", "share", estimates)
    values = {channel: summary.total(f"leaked.everything.{channel}", REALISED) for channel in on}
    leaked = sum(values.values(), start=np.zeros_like(summary.gdp))
    for channel, value in values.items():
        if leaked.mean() < NO_PRESSURE:
            table.add_undefined("leakage.accounting", channel, "share", "undefined: nothing leaks")
        else:
            estimates = ratio_of_means(value, leaked, summary.draws)
            table.add("leakage.accounting", channel, "share", estimates)


def _add_prices(table: TableBuilder, summary: Summary) -> None:
    for arm in (INTENDED, REALISED):
        for product in PRODUCTS:
            for name in ("mean", "peak"):
                premium = summary.total(f"premium.{name}.{product}", arm)
                estimates = mean(premium, summary.draws)
                table.add(f"price.premium_{name}", f"{arm}/{product}", "share of baseline price", estimates)


def _add_suppliers(table: TableBuilder, summary: Summary) -> None:
    for product in PRODUCTS:
        supplies = {party: summary.total(f"supplied.{product}.{party}", REALISED) for party in PARTIES}
        everything = sum(supplies.values(), start=np.zeros_like(summary.gdp))
        for party, supply in supplies.items():
            item = f"{product}/{party}"
            if everything.mean() < NO_PRESSURE:
                table.add_undefined("supplier.share", item, "share", "undefined: nothing is supplied")
            else:
                table.add("supplier.share", item, "share", ratio_of_means(supply, everything, summary.draws))
            months = summary.total(f"top.months.{product}.{party}", REALISED)
            table.add("supplier.months_on_top", item, "month", mean(months, summary.draws))
            first = median(summary.total(f"top.first.{product}.{party}", REALISED))
            labels = summary.calendar.labels
            note = f"median {labels[int(first.value)]}" if np.isfinite(first.value) else "never in half of the lanes"
            table.add("supplier.first_month_on_top", item, "months from the start", [first], note)


def _add_trade(table: TableBuilder, summary: Summary) -> None:
    trade = {party: summary.total(f"trade.{party}", REALISED) for party in PARTIES}
    everything = sum(trade.values(), start=np.zeros_like(summary.gdp))
    for party, value in trade.items():
        table.add("trade.share", party, "share", ratio_of_means(value, everything, summary.draws))


def _add_monitor(table: TableBuilder, summary: Summary) -> None:
    """Say what the monitor records, beside what really came."""
    for product in PRODUCTS:
        for party in PARTIES:
            true = summary.total(f"supplied.{product}.{party}", REALISED)
            item = f"{product}/{party}"
            if true.mean() < NO_PRESSURE:
                table.add_undefined("monitor.recorded", item, "share", "undefined: nothing is supplied")
                continue
            recorded = summary.total(f"recorded.{product}.{party}", REALISED)
            table.add("monitor.recorded", item, "share", ratio_of_means(recorded, true, summary.draws))
    for thing in SEEN_THINGS:
        cut = summary.total(f"cut.{thing}", REALISED)
        if cut.mean() < NO_PRESSURE:
            table.add_undefined("monitor.leakage", thing, "share", "undefined: none of it is cut")
            continue
        table.add(
            "monitor.leakage",
            thing,
            "share",
            ratio_of_means(summary.total(f"seen.{thing}", REALISED), cut, summary.draws),
        )


def _add_council_and_sender(table: TableBuilder, summary: Summary) -> None:
    for name in summary.observation.totals:
        if name.startswith(_DELAY):
            delay = mean(summary.total(name, REALISED), summary.draws)
            table.add("council.delay", name.removeprefix(_DELAY), "day", delay)
    for lever in LEVERS:
        cost = summary.total(f"sender.cost.{lever}", REALISED) / summary.years
        table.add("sender.cost", lever, "$m/year", mean(cost, summary.draws))
    names = summary.total("sender.named", REALISED) / summary.years
    table.add("sender.names", "", "1/year", mean(names, summary.draws))
