"""How leakage, pressure and premia go with time, when stores run out, who bears it, and how likely success is."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from leaksim.model.channels import BASELINE, INTENDED, REALISED
from leaksim.model.dimensions import PRODUCTS
from leaksim.outcomes.exhaustion import STORES
from leaksim.outcomes.incidence import PARTS
from leaksim.outcomes.observation import HORIZONS
from leaksim.outcomes.success import PASS_THROUGHS
from leaksim.report.labels import WORDS
from leaksim.report.numbers import decimals, varies, written
from leaksim.report.outcomes import PARAMETER, Outcome, Outcomes, outcomes_of, shown_interval

if TYPE_CHECKING:
    from leaksim.simulation import Result

_LEAKS = ("Without leaks", "With leaks")

_LEAKAGE = "Percent of the pressure that was intended up to that month."
_HALF_LIVES = (
    "Months from the peak until the value is down to half of it and stays there; median. “Longer” is longer than the "
    "run shows, “–” that there is none."
)
_STORES = (
    "A store is empty when a tenth is left of what stood above its floor at the start. Mean: of the months within the "
    "run. Not empty: percent of the random histories at the end of the run."
)
_BURDEN = (
    "Percent of the pressure of that case: lost use of fuel and machines by class, forgone imports, and what is put "
    "off by running down reserves and stocks. Relief: what leaks take away, in percent of all intended pressure; it "
    "adds up to the leakage."
)
_SUCCESS = "Percent of the random histories in which at least so much of the intended pressure arrives."
_DRAWS = " Of draws: percent of the parameter draws in which it does on average."
_ROUNDING = 9
"""Decimals after which a number is rounding in the arithmetic."""

_COVERS = {
    PARAMETER: "In brackets: 95 % intervals over the draws of the uncertain parameters.",
    "replication": "In brackets: 95 % intervals from the random histories.",
}


def time_report(result: Result) -> RenderableType:
    """Show the course of leakage, half-lives, exhaustion, incidence, the chance of success, and pressure per dollar."""
    outcomes = outcomes_of(result.table)
    if not outcomes["leakage.value", ""].is_defined:
        return Text("Time: no pressure is intended, so nothing fades and leaks buy no time.")
    parts: list[RenderableType] = []
    for table, about in (
        (_leakage(outcomes), _LEAKAGE),
        (_half_lives(outcomes), _HALF_LIVES),
        (_stores(outcomes), _STORES),
        (_burden(outcomes), _BURDEN),
        (_success(outcomes), _SUCCESS + (_DRAWS if _by_draws(outcomes) else "")),
    ):
        parts += [table, Text(about), ""]
    return Group(*parts, Text(_per_dollar(outcomes)), "", Text(_COVERS[shown_interval(outcomes)]))


def _leakage(outcomes: Outcomes) -> Table:
    table = _table("Leakage", "Percent")
    for months in HORIZONS:
        if (found := outcomes.get(("leakage.profile", str(months)))) is not None:
            table.add_row(f"Up to month {months}", _percent(found))
    return table


def _half_lives(outcomes: Outcomes) -> Table:
    table = _table("Half-life in months", *_LEAKS)
    of_pressure = [outcomes["pressure.half_life", arm] for arm in (INTENDED, REALISED)]
    table.add_row("Pressure", *map(_months, of_pressure))
    for product in PRODUCTS:
        found = [outcomes["price.premium_half_life", f"{arm}/{product}"] for arm in (INTENDED, REALISED)]
        table.add_row(f"{_capital(WORDS[product])} premium", *map(_months, found))
    return table


def _stores(outcomes: Outcomes) -> Table:
    table = _table("Months until empty", "Median", "Mean", "Not empty")
    for store in STORES:
        table.add_row(_capital(WORDS[store].removeprefix("the ")))
        for arm in (BASELINE, INTENDED, REALISED):
            median, within, left = (
                outcomes[f"exhaustion.{name}", f"{arm}/{store}"] for name in ("median", "mean", "censored")
            )
            table.add_row(f"  {WORDS[arm].strip() or 'with leaks'}", _months(median), _number(within), _percent(left))
        table.add_row("  bought by leaks", "", _number(outcomes["exhaustion.bought", store]), "")
    return table


def _burden(outcomes: Outcomes) -> Table:
    table = _table("Borne by", *_LEAKS, "Relief")
    for part in PARTS:
        shares = [outcomes["incidence.share", f"{arm}/{part}"] for arm in (INTENDED, REALISED)]
        table.add_row(_capital(WORDS[part]), *map(_percent, (*shares, outcomes["incidence.relief", part])))
    return table


def _success(outcomes: Outcomes) -> Table:
    of_draws = ["Of draws"] if _by_draws(outcomes) else []
    table = _table("How much arrives", "Of histories", *of_draws)
    for least in PASS_THROUGHS:
        item = f"{least:g}"
        found = [outcomes["success.pass_through", item]]
        found += [outcomes["success.pass_through_draws", item]] if of_draws else []
        table.add_row(f"At least {100 * least:g} %", *map(_percent, found))
    return table


def _by_draws(outcomes: Outcomes) -> bool:
    return any(metric == "success.pass_through_draws" for metric, _ in outcomes)


def _per_dollar(outcomes: Outcomes) -> str:
    found = outcomes["sender.pressure_per_dollar", ""]
    if not found.is_defined:
        return "The sender spends nothing."
    return f"Realised pressure for one dollar of the sender: {_number(found)} dollars."


def _percent(outcome: Outcome) -> str:
    """Write a share with at most one decimal of a percent: no reader compares finer ones."""
    return _number(outcome, 100, most=1)


def _number(outcome: Outcome, scale: float = 1, most: int = 3) -> str:
    """Write a number with its interval, if it has one, and with at most so many decimals."""
    if not outcome.is_defined:
        return "–"
    estimate, low, high = (round(scale * number, _ROUNDING) for number in (outcome.estimate, outcome.low, outcome.high))
    places = min(decimals(estimate, low, high), most)
    between = f" ({written(low, places)} to {written(high, places)})" if varies(estimate, low, high) else ""
    return f"{written(estimate, places)}{between}"


def _months(outcome: Outcome) -> str:
    """Write a median that, or whose upper end, may lie beyond the run."""
    if outcome.note.startswith("undefined"):
        return "–"
    estimate = f"{outcome.estimate:.0f}" if outcome.is_defined else "longer"
    if isnan(outcome.low) or outcome.low == outcome.high:
        return estimate
    return f"{estimate} ({outcome.low:.0f} " + ("or more)" if isnan(outcome.high) else f"to {outcome.high:.0f})")


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in (first, *others):
        table.add_column(name)
    return table
