"""The accounts of one product, or of hard currency, in a lane under two scenarios: whence, whereto, and what moved.

Numbers are rounded to whole units of the last digit that is shown, so that they add up as they stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import TYPE_CHECKING, Any

from leaksim.outcomes.deliveries import HARD_CURRENCY, SOURCES, TOTAL
from leaksim.outcomes.one_lane import differs
from leaksim.report.book_words import way_words
from leaksim.report.numbers import shared_out, written

if TYPE_CHECKING:
    import pandas as pd

    from leaksim.difference import Difference

_DIGITS = 3
"""Digits of the greatest difference."""

_WHERETO = {
    "use": "used",
    "stock": "added to the stock",
    "outlay": "spent on fuel, machines and crude",
    "other_imports": "spent on other imports",
    "reserves": "added to the reserves",
}


@dataclass(frozen=True)
class Entry:
    """One line of an account."""

    name: str
    in_a: float
    in_b: float
    change: float
    """B less A, rounded so that the changes add up."""


@dataclass(frozen=True)
class Account:
    """The account of a thing over the whole period."""

    by: str
    """The word between what comes and its way: products come `by` it, currency `from` it."""
    unit: str
    places: int
    """Decimals that are shown."""
    sources: tuple[Entry, ...]
    """Ways that bring more or less."""
    unchanged: Entry
    """All other ways."""
    total: Entry
    uses: tuple[Entry, ...]

    @property
    def less(self) -> list[Entry]:
        """Ways that bring less, the greatest loss first."""
        return sorted((each for each in self.sources if each.change < 0), key=lambda each: each.change)

    @property
    def more(self) -> list[Entry]:
        """Ways that bring more, the greatest gain first."""
        return sorted((each for each in self.sources if each.change > 0), key=lambda each: -each.change)


def account_of(difference: Difference, thing: str) -> Account | None:
    """Draw up the account of a thing; None if it is the same in both."""
    table = difference.table
    lines = table[(table["thing"] == thing) & (table["month"] == TOTAL)]
    is_source = lines["account"].isin(SOURCES)
    whence = lines[is_source]
    uses = lines[~is_source].groupby("account", sort=False)[["in_a", "in_b", "difference"]].sum()
    unlike, unlike_uses = (differs(each["in_a"].to_numpy(), each["in_b"].to_numpy()) for each in (whence, uses))
    if not unlike.any() and not unlike_uses.any():
        return None
    changed, same = whence[unlike], whence[~unlike]
    places = _places(max(changed["difference"].abs().max() if unlike.any() else 0.0, uses["difference"].abs().max()))
    total = round(whence["difference"].sum() * 10.0**places)
    changes = _rounded(total, changed["difference"], places)
    sources = [
        Entry(way_words(way), in_a, in_b, change)
        for way, in_a, in_b, change in zip(changed["way"], changed["in_a"], changed["in_b"], changes, strict=True)
    ]
    of_uses = _rounded(total, uses["difference"], places)
    return Account(
        by="from" if thing == HARD_CURRENCY else "by",
        unit=lines["unit"].iloc[0],
        places=places,
        sources=tuple(sources),
        unchanged=Entry("all other ways", same["in_a"].sum(), same["in_b"].sum(), 0.0),
        total=Entry("all together", whence["in_a"].sum(), whence["in_b"].sum(), total / 10.0**places),
        uses=tuple(
            Entry(_WHERETO[str(account)], in_a, in_b, change)
            for account, in_a, in_b, change in zip(uses.index, uses["in_a"], uses["in_b"], of_uses, strict=True)
        ),
    )


def account_rows(account: Account) -> Iterator[tuple[str, ...]]:
    """Write the lines of an account."""
    whence = [(f"{each.name[0].upper()}{each.name[1:]}", each) for each in account.sources]
    whereto = [(f"of which {each.name}", each) for each in account.uses]
    for name, entry in (*whence, ("All other ways", account.unchanged), ("All together", account.total), *whereto):
        levels = (written(each, account.places) for each in (entry.in_a, entry.in_b))
        yield name, *levels, signed(entry.change, account.places)


def moved_sentence(account: Account) -> str:
    """Say how much of what comes less by some ways comes by others instead.

    >>> nothing = Entry("all other ways", 0.0, 0.0, 0.0)
    >>> ways = Entry("Chinese slippage", 20.0, 8.0, -12.0), Entry("tankers at sea", 1.0, 3.0, 2.0)
    >>> moved_sentence(Account("by", "kb", 0, ways, nothing, Entry("all together", 21.0, 11.0, -10.0), ()))
    'Of 12 kb less by Chinese slippage, 2 came by tankers at sea instead and 10 not at all.'
    """
    less, more, by = account.less, account.more, account.by
    lost, won = (abs(sum(each.change for each in side)) for side in (less, more))
    number = f"{written(max(lost, won), account.places)} {account.unit}"
    if not less and not more:
        return "No way brings more or less of it over the whole period."
    if not less:
        return f"{number} more came {by} {_ways(account, more)}, in place of nothing."
    if not more:
        return f"{number} less came {by} {_ways(account, less)}, and nothing in its place."
    rest = written(abs(won - lost), account.places)
    (first, *others), verb = (more, f"came {by}") if lost >= won else (less, "took the place of")
    parts = [f"{_amount(account, first)} {verb} {first.name}{' instead' if lost >= won else ''}"]
    parts += [f"{_amount(account, each)} {by if lost >= won else 'that of'} {each.name}" for each in others]
    if rest.strip("0.,"):
        parts.append(f"{rest} not at all" if lost > won else f"{rest} came on top")
    whole = f"less {by} {_ways(account, less)}" if lost >= won else f"more {by} {_ways(account, more)}"
    return f"Of {number} {whole}, {_listed(parts)}."


def monthly_lines(difference: Difference, thing: str, places: int) -> Iterator[str]:
    """Say of each month in which something differs which ways brought more and less."""
    table = difference.table
    lines = table[(table["thing"] == thing) & (table["month"] != TOTAL) & table["account"].isin(SOURCES)]
    for month, group in lines.groupby("month", sort=False):
        records: list[dict[Any, Any]] = group.sort_values("difference", key=abs, ascending=False).to_dict("records")
        shown = [(way_words(each["way"]), signed(each["difference"], places)) for each in records]
        told = [f"{name} {change}" for name, change in shown if change != "0"]
        if told:
            yield f"- {month}: {', '.join(told)}"


def signed(number: float, places: int) -> str:
    """Write a change with its sign.

    >>> signed(2.04, 1), signed(-3.0, 0), signed(0.001, 1)
    ('+2.0', '-3', '0')
    """
    text = written(number, places)
    if not text.strip("-0.,"):
        return "0"
    return f"+{text}" if number > 0 else text


def _places(greatest: float) -> int:
    return max(_DIGITS - 1 - floor(log10(greatest)), 0)


def _rounded(total: int, changes: pd.Series[float], places: int) -> list[float]:
    scale = 10.0**places
    return [part / scale for part in shared_out(total, [change * scale for change in changes])]


def _ways(account: Account, entries: Sequence[Entry]) -> str:
    """Name ways; with the amount of each if there are several."""
    if len(entries) == 1:
        return entries[0].name
    return _listed([f"{each.name} ({_amount(account, each)})" for each in entries])


def _amount(account: Account, entry: Entry) -> str:
    return written(abs(entry.change), account.places)


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
