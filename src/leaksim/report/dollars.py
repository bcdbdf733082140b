"""A hundred dollars of intended pressure: how many arrive, how many leak through whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from leaksim.report.numbers import decimals, shared_out
from leaksim.report.outcomes import Outcome, Outcomes

_MOST_DECIMALS = 2


@dataclass(frozen=True)
class Dollars:
    """Rounded amounts that add up to a hundred."""

    decimals: int
    """None, unless the interval of what arrives is about a dollar or less."""
    arriving: float
    leaking: Mapping[str, float]
    """By group of channels; negative for a group that adds to the pressure."""
    share: Outcome
    """Of what arrives, unrounded."""
    shares: Mapping[str, float]
    """Of what leaks by group, unrounded."""

    @property
    def bounds(self) -> tuple[float, float]:
        """The interval of what arrives."""
        return 100 * self.share.low, 100 * self.share.high


def dollars_of(outcomes: Outcomes) -> Dollars | None:
    """Share out a hundred dollars; None when nothing is intended.

    What arrives is rounded as anywhere else, and the leaks so that the sum is right.
    """
    reach = outcomes["pass_through.value", ""]
    if not reach.is_defined:
        return None
    shares = {each.item: each.estimate for each in outcomes.values() if each.metric == "leakage.owen"}
    supported = decimals(100 * reach.estimate, 100 * reach.low, 100 * reach.high) if reach.has_interval else 0
    places = min(max(supported, 0), _MOST_DECIMALS)
    scale = 100 * 10**places
    arriving = round(scale * reach.estimate)
    leaking = shared_out(scale - arriving, [scale * share for share in shares.values()])
    in_dollars = {group: amount * 100 / scale for group, amount in zip(shares, leaking, strict=True)}
    return Dollars(places, arriving * 100 / scale, in_dollars, reach, shares)
