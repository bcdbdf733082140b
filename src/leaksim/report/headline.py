"""The headline of each scenario, for comparing several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leaksim.report.dollars import dollars_of
from leaksim.report.labels import WORDS
from leaksim.report.numbers import decimals, interval_words, written
from leaksim.report.outcomes import PARAMETER, REPLICATION, Outcome, outcomes_of
from leaksim.report.sentence import sentence

if TYPE_CHECKING:
    import pandas as pd

METRICS = (
    "pressure.intended",
    "pressure.intended_gdp",
    "pressure.realised",
    "pressure.realised_gdp",
    "leakage.value",
    "pass_through.value",
    "leakage.owen",
)
"""What belongs to the headline; without the parts of the pressure."""

NOTHING = "-"


@dataclass(frozen=True)
class Headline:
    """One line of the comparison, in words and written numbers."""

    name: str
    title: str
    intended: str
    """$m a year."""
    realised: str
    """$m a year."""
    reaches: str
    """Of 100 dollars."""
    interval: str
    """Of what reaches Pyongyang."""
    through: dict[str, str]
    """Leakage in dollars of 100 by group."""
    covers: str
    """What the interval covers (``replication`` or ``parameter``); empty where there is none."""
    sentence: str


def headline_of(title: str, table: pd.DataFrame) -> Headline:
    """Write the headline of one scenario from its tidy table."""
    outcomes = outcomes_of(table)
    intended, realised = outcomes["pressure.intended", ""], outcomes["pressure.realised", ""]
    dollars = dollars_of(outcomes)
    reaches, interval, through = NOTHING, "nothing intended", {}
    if dollars is not None:
        places = dollars.decimals
        reaches = written(dollars.arriving, places)
        interval = interval_words(100 * dollars.share.estimate, *dollars.bounds, places)
        through = {WORDS[group]: written(amount, places) for group, amount in dollars.leaking.items()}
    return Headline(
        name=intended.scenario,
        title=title,
        intended=_money(intended),
        realised=_money(realised),
        reaches=reaches,
        interval=interval,
        through=through,
        covers=dollars.share.interval if dollars and dollars.share.has_interval else "",
        sentence=sentence(outcomes),
    )


def headline_rows(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the rows of several tidy tables that belong to the headline, as one tidy table."""
    import pandas as pd

    together = pd.concat(tables, ignore_index=True)
    wanted = together["metric"].isin(METRICS) & (
        ~together["metric"].str.startswith("pressure.") | (together["item"] == "")
    )
    return together[wanted].reset_index(drop=True)


def what_intervals_cover(headlines: Sequence[Headline]) -> str:
    """Say what the intervals of a comparison cover; nothing where there are none."""
    covered = {each.covers for each in headlines}
    if PARAMETER not in covered:
        return "Intervals are from the random histories alone." if REPLICATION in covered else ""
    alone = "; ".join(each.title for each in headlines if each.covers == REPLICATION)
    but = f", but from the random histories alone for: {alone}" if alone else ""
    return f"Intervals are over the uncertain parameters{but}."


def _money(pressure: Outcome) -> str:
    return written(pressure.estimate, decimals(pressure.estimate, pressure.low, pressure.high))
