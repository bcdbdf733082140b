"""What came by which way in one lane under two scenarios, where it went, and what moved from one way to another.

Supplies and receipts are listed by the ways on which they come; what is done with them stands below, so that for each
product, and for hard currency, in every month

    supply = use + change of the stock,    receipts = fuel and machines + other imports + change of the reserves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.model.dimensions import CLASSES, HOSTS, PRODUCTS
from leaksim.model.ledger import OUTLAY_FLOWS, RECEIPT_FLOWS
from leaksim.outcomes.leaks import ENTRIES
from leaksim.outcomes.one_lane import ROUNDING, Books, differs
from leaksim.outcomes.postings import items_of, unit_of
from leaksim.outcomes.trade import SUPPLIES

if TYPE_CHECKING:
    import pandas as pd

DELIVERY_COLUMNS = ("month", "thing", "account", "way", "partner", "channel", "in_a", "in_b", "difference", "unit")
"""Columns of the table of deliveries."""

MOVED_COLUMNS = ("month", "thing", "from", "to", "amount", "unit")
"""Columns of the table of what moved."""

HARD_CURRENCY = "hard_currency"
THINGS = (*PRODUCTS, HARD_CURRENCY)
"""What is delivered: the import products, and the currency that pays for them."""

TOTAL = "total"
"""In the place of the month, the whole period."""

SOURCES = ("supply", "receipts")
"""Accounts that say whence; the others say whereto."""

_PARTNER_OF_SOURCE = {
    "chinese_buyers": "china",
    "chinese_traders": "china",
    "russian_railways": "russia",
    "other_buyers": "other",
}
"""Partner behind an account of the ledger from which currency comes; wages come from the host."""

_CHANNEL_OF_RELIEF = {entry.page: entry.channel for product in PRODUCTS for entry in ENTRIES[product] if entry.channel}
_CHANNEL_OF_EARNING = {(entry.page, entry.item): entry.channel for entry in ENTRIES[HARD_CURRENCY] if entry.channel}


@dataclass(frozen=True)
class Line:
    """One line of the accounts of a thing."""

    account: str
    """`supply`, `use` or `stock` of a product; `receipts`, `outlay`, `other_imports` or `reserves` of currency."""
    way: str = ""
    """Way by which it comes: the flow of the ledger, with a colon and the host for wages. The class that uses it."""
    partner: str = ""
    """From whom."""
    channel: str = ""
    """The leak channel; empty for what is permitted."""


def lines_of(thing: str) -> tuple[Line, ...]:
    """List the accounts of a thing, whence before whereto."""
    if thing == HARD_CURRENCY:
        return (*_receipts(), Line("outlay"), Line("other_imports"), Line("reserves"))
    return (*_supplies(), *(Line("use", user) for user in CLASSES), Line("stock"))


def deliveries(one: Books, other: Books, months: Sequence[str]) -> pd.DataFrame:
    """Compare the accounts of two runs, month by month and in total.

    Parameters
    ----------
    months
        Names of the months.

    Returns
    -------
    pandas.DataFrame
        With the columns `DELIVERY_COLUMNS`; the rows of the whole period have the month ``total`` and come first.
    """
    import pandas as pd

    rows = []
    for thing in THINGS:
        unit = "$m" if thing == HARD_CURRENCY else unit_of("stock", thing)
        for line in lines_of(thing):
            mine, theirs = amounts(one, thing, line), amounts(other, thing, line)
            of_line = {"thing": thing, **line.__dict__, "unit": unit}
            rows.append({**of_line, "month": TOTAL, "in_a": mine.sum(), "in_b": theirs.sum()})
            rows += [
                {**of_line, "month": month, "in_a": in_a, "in_b": in_b}
                for month, in_a, in_b in zip(months, mine, theirs, strict=True)
            ]
    table = pd.DataFrame(rows)
    table["difference"] = table["in_b"] - table["in_a"]
    in_order = table.sort_values("month", key=lambda month: month.where(month != TOTAL, ""), kind="stable")
    return in_order[list(DELIVERY_COLUMNS)].reset_index(drop=True)


def amounts(books: Books, thing: str, line: Line) -> Floats:
    """Amount of a line in each month, ``(month,)``."""
    if thing == HARD_CURRENCY:
        return _of_currency(books, line)
    product = PRODUCTS.index(thing)
    if line.account == "stock":
        return books.stored[:, product]
    if line.account == "use":
        return books.pages["used"][:, product * len(CLASSES) + CLASSES.index(line.way)]
    return books.pages[line.way][:, product]


def moved(table: pd.DataFrame) -> pd.DataFrame:
    """Say what moved from which way to which, in each month and in total.

    Of what comes less by some ways, as much as comes more by others has moved. With several ways on both sides the
    books do not say which barrel replaced which: each way that lost is taken to feed each that won in proportion.

    Parameters
    ----------
    table
        What `deliveries` returns.

    Returns
    -------
    pandas.DataFrame
        With the columns `MOVED_COLUMNS`. `to` is empty for what came not at all, `from` for what came in addition.
    """
    import pandas as pd

    whence = table[table["account"].isin(SOURCES)]
    rows: list[dict[str, object]] = []
    for (month, thing), group in whence.groupby(["month", "thing"], sort=False):
        real = group[differs(group["in_a"].to_numpy(), group["in_b"].to_numpy())]
        changes = dict(zip(real["way"], real["difference"], strict=True))
        unit = group["unit"].iloc[0]
        rows += [
            {"month": month, "thing": thing, "from": source, "to": to, "amount": amount, "unit": unit}
            for source, to, amount in matched(changes)
        ]
    return pd.DataFrame(rows, columns=list(MOVED_COLUMNS))


def matched(changes: Mapping[str, float]) -> Iterator[tuple[str, str, float]]:
    """Match what comes less with what comes more, in proportion.

    Yields
    ------
    tuple
        From which way, to which way, how much; the first empty for an addition, the second for a loss.

    Examples
    --------
    >>> list(matched({"slippage": -12.0, "firms": 4.0, "tankers": 2.0}))
    [('slippage', 'firms', 4.0), ('slippage', 'tankers', 2.0), ('slippage', '', 6.0)]
    """
    less = {way: -change for way, change in changes.items() if change < 0}
    more = {way: change for way, change in changes.items() if change > 0}
    lost, won = sum(less.values()), sum(more.values())
    for way, loss in less.items():
        for to, gain in more.items():
            yield way, to, loss * gain / max(lost, won)
    if abs(lost - won) <= ROUNDING * max(lost, won, 1.0):
        return
    if lost > won:
        yield from ((way, "", loss * (lost - won) / lost) for way, loss in less.items())
    else:
        yield from (("", way, gain * (won - lost) / won) for way, gain in more.items())


def _supplies() -> Iterator[Line]:
    for partner, flows in SUPPLIES.items():
        for flow in flows:
            yield Line("supply", flow, partner, _CHANNEL_OF_RELIEF.get(flow, ""))
    yield Line("supply", "refined")


def _receipts() -> Iterator[Line]:
    for name, flow in RECEIPT_FLOWS.items():
        whole = Line("receipts", name, channel=_CHANNEL_OF_EARNING.get((name, None), ""))
        if flow.items != HOSTS:
            yield replace(whole, partner=_PARTNER_OF_SOURCE[flow.source])
            continue
        for host in HOSTS:
            channel = _CHANNEL_OF_EARNING.get((name, host), whole.channel)
            yield Line("receipts", f"{name}:{host}", host, channel)


def _of_currency(books: Books, line: Line) -> Floats:
    pages = books.pages
    if line.account == "reserves":
        return books.saved
    if line.account == "receipts":
        page, _, item = line.way.partition(":")
        items = [items_of(page).index(item)] if item else slice(None)
        received: Floats = pages[page][:, items].sum(axis=1)
        return received
    flows = OUTLAY_FLOWS if line.account == "outlay" else ("paid_other_imports",)
    paid: Floats = np.sum([pages[flow].sum(axis=1) for flow in flows], axis=0)
    return paid
