"""The result of a scenario in one sentence: where a hundred dollars of intended pressure go."""

from __future__ import annotations

from math import isnan

from leaksim.report.dollars import Dollars, dollars_of
from leaksim.report.labels import WORDS
from leaksim.report.outcomes import PARAMETER, Outcomes
from leaksim.report.uncertainty import width_words


def sentence(outcomes: Outcomes) -> str:
    """Say how much of the intended pressure arrives and through whom the rest leaks.

    Parameters
    ----------
    outcomes
        Those of one scenario.
    """
    dollars = dollars_of(outcomes)
    if dollars is None:
        return "No pressure is intended, so nothing can leak."
    if dollars.share.estimate == 1 and not any(dollars.shares.values()):
        return "All of every 100 dollars of intended pressure reach Pyongyang; nothing leaks."
    arriving, widths = dollars.arriving, width_words(outcomes)
    if arriving < 0:
        gain = _spoken(-arriving, dollars.decimals)
        return (
            f"Of every 100 dollars of intended pressure none reaches Pyongyang, which ends up {gain} better off than "
            f"without the measures ({_interval(dollars, widths, gain=True)}); {_leaks(dollars)}."
        )
    opening, more = ("For", ", more than intended") if arriving > 100 else ("Of", "")
    amount = _amount(arriving, dollars.share.estimate, dollars.decimals)
    verb = "reaches" if arriving in (0, 1) else "reach"
    return (
        f"{opening} every 100 dollars of intended pressure {amount} {verb} Pyongyang{more} "
        f"({_interval(dollars, widths)}); {_leaks(dollars)}."
    )


def _interval(dollars: Dollars, widths: str, *, gain: bool = False) -> str:
    """Write the interval of what arrives, or of what Pyongyang gains, what it covers and how wide it is."""
    share = dollars.share
    histories = f"{share.replications:,} random histories"
    if isnan(share.low):
        return "a single random history gives no interval"
    if not share.has_interval:
        return f"the same in all {histories}"
    low, high = dollars.bounds
    low, high = (-high, -low) if gain else (low, high)
    between = f"{_spoken(low, dollars.decimals)} to {_spoken(high, dollars.decimals)}"
    over = ", ".join(words for words in ("over the uncertain parameters", widths) if words)
    covers = over if share.interval == PARAMETER else f"from {histories}"
    return f"{100 * share.level:g} % interval {between} {covers}"


def _leaks(dollars: Dollars) -> str:
    """List through whom how much leaks, the most first, and who adds to the pressure instead."""
    in_order = sorted(dollars.leaking, key=lambda group: -dollars.shares[group])
    leaking = [group for group in in_order if dollars.leaking[group] >= 0]
    parts: list[str] = []
    for group in leaking:
        amount = dollars.leaking[group]
        verb = "" if parts else " leaks" if amount in (0, 1) else " leak"
        parts.append(f"{_amount(amount, dollars.shares[group], dollars.decimals)}{verb} through {WORDS[group]}")
    adding = [
        f"{WORDS[group]} adds {_spoken(-dollars.leaking[group], dollars.decimals)}"
        for group in in_order
        if group not in leaking
    ]
    return ", while ".join(part for part in (", ".join(parts), " and ".join(adding)) if part)


def _amount(rounded: float, exact: float, decimals: int) -> str:
    if rounded == 0:
        return "none" if exact == 0 else "hardly any"
    return _spoken(rounded, decimals)


def _spoken(number: float, decimals: int) -> str:
    rounded = round(number, decimals)
    return f"{'minus ' if rounded < 0 else ''}{abs(rounded):.{decimals}f}"
