"""What each criterion of robustness says of each policy, as tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from leaksim.discovery.conditions import better
from leaksim.discovery.robustness import DOMAIN, LAPLACE, MAXIMIN, MINIMAX_REGRET, REGRET_90
from leaksim.report.comparison import Block
from leaksim.report.labels import label, unit_words
from leaksim.report.numbers import decimals, interval_words, written

if TYPE_CHECKING:
    from leaksim.robustness import Robustness

_CRITERIA = {
    MAXIMIN: "Worst world (maximin)",
    MINIMAX_REGRET: "Greatest regret (minimax regret)",
    REGRET_90: "Regret in the 90th percentile",
    LAPLACE: "Mean, all worlds alike (Laplace)",
    DOMAIN: "Share of worlds that reach the threshold (domain)",
}


def told(found: Robustness) -> Iterator[str | Block]:
    """Show a table for each criterion, and say what the numbers are."""
    headline = found.headline
    good = "more" if better(headline) > 0 else "less"
    kind = "draws of the uncertain parameters" if found.are_draws else "random histories"
    yield f"Robustness: {label(headline.metric, headline.item)}, of which {good} is better, in {found.worlds:,} {kind}"
    unit = unit_words(headline.metric, headline.unit)
    share = headline.unit.startswith("share")
    for metric, words in _CRITERIA.items():
        rows = found.table[found.table["metric"] == metric]
        if rows.empty:
            continue
        is_share = share or metric == DOMAIN
        regretted = "percentage points" if share and "egret" in words else unit
        heading = f"{words}, {'%' if metric == DOMAIN else regretted}"
        yield Block(
            heading,
            ("Policy", "Value", "95 % interval", "Chosen", "In samples"),
            tuple(_row(found, row, 100.0 if is_share else 1.0) for row in rows.to_dict("records")),
        )
    told_level = "" if found.threshold is None else f" The threshold is {found.threshold:g} {headline.unit}."
    yield (
        "Regret: how far a policy falls short of the best one in the same world. In samples: share of bootstrap "
        "samples of the worlds in which the criterion chooses the policy, ties shared; intervals come from them too. "
        "A worst world beyond those that were drawn is in no sample, so maximin and minimax regret are less sure than "
        f"they look.{told_level}"
    )


def _row(found: Robustness, row: Any, factor: float) -> tuple[str, ...]:
    estimate, low, high = (factor * row[name] for name in ("estimate", "low", "high"))
    places = decimals(estimate, low, high)
    shares = found.table[(found.table["metric"] == "robustness.chosen") & (found.table["item"] == row["metric"])]
    share = float(shares.loc[shares["scenario"] == row["scenario"], "estimate"].iloc[0])
    return (
        found.titles[row["scenario"]],
        written(estimate, places),
        interval_words(estimate, low, high, places),
        "yes" if row["note"] == "the choice" else "",
        f"{share:.0%}",
    )
