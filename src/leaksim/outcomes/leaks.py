"""What the measures block of each thing, and by which channel and partner it comes all the same, from the ledger.

A thing is *blocked* as far as the arm permits less of it than the baseline arm of the same lane: the lesser of what the
arm's own text and the proposed one permit. It *reappears* as far as a channel brings it. Every posting has one partner:
who sells, buys or employs, or lets pass what others buy. So tankers that Russia sends are Russian (its firms sell what
they carry), and so is coal of the DPRK that leaves Rason under Russian papers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.model.channels import CHANNELS
from leaksim.model.dimensions import EXPORTS, GOODS, HOSTS, PARTIES, PRODUCTS
from leaksim.model.ledger import FLOWS, LEVELS, Ledger
from leaksim.model.monitor import seen
from leaksim.model.world import History
from leaksim.outcomes.pressure import BASELINE_ARM

THINGS = (*PRODUCTS, *EXPORTS, "hard_currency", "workers", "everything")
"""What can be blocked; `everything` adds import products at baseline prices and hard currency."""

SEEN_THINGS = (*PRODUCTS, "hard_currency", "everything")
"""Things of which the monitor has a view."""

_MONTHS_PER_YEAR = 12


@dataclass(frozen=True)
class Entry:
    """A page of the ledger on which trade in a thing stands."""

    page: str
    """Name of a flow, or of a level."""
    item: str | None
    """Item of the page; None for all of them together."""
    partner: str
    channel: str | None = None
    """Channel that brings it; None for what is permitted."""


def _of_product(product: str) -> tuple[Entry, ...]:
    return (
        *(Entry(f"permitted_{party}", product, party) for party in PARTIES),
        Entry("slipped_china", product, "china", "cn_slippage"),
        Entry("smuggled_delivered", product, "china", "cn_smuggling"),
        Entry("russian_delivered", product, "russia", "ru_fuel"),
        Entry("port_delivered", product, "russia", "ru_port"),
        Entry("tanker_delivered", product, "other", "sts_third"),
        *(Entry(f"diluted_{party}", product, party, "un_dilution") for party in PARTIES),
    )


def _of_good(good: str) -> tuple[Entry, ...]:
    relabelled = (Entry("relabelled_delivered", good, "russia", "ru_port"),)
    return (
        Entry("exported_permitted", good, "china"),
        Entry("exported_others", good, "other"),
        Entry("exported_slipped", good, "china", "cn_slippage"),
        Entry("smuggled_out_delivered", good, "china", "cn_smuggling"),
        *(relabelled if good in FLOWS["relabelled_delivered"].items else ()),
        Entry("exported_diluted", good, "china", "un_dilution"),
        Entry("exported_others_diluted", good, "other", "un_dilution"),
    )


def _of_workers(kind: str) -> tuple[Entry, ...]:
    """Entries of the workers themselves, or of their wages."""
    return (
        *(Entry(f"{kind}_permitted", host, host) for host in HOSTS),
        Entry(f"{kind}_leaked", "china", "china", "cn_slippage"),
        Entry(f"{kind}_leaked", "russia", "russia", "ru_labour"),
        *(Entry(f"{kind}_diluted", host, host, "un_dilution") for host in HOSTS),
    )


_CURRENCY = (
    Entry("earned_permitted", None, "china"),
    Entry("earned_others", None, "other"),
    Entry("fees_permitted", None, "russia"),
    Entry("earned_slipped", None, "china", "cn_slippage"),
    Entry("earned_smuggled", None, "china", "cn_smuggling"),
    Entry("fees_leaked", None, "russia", "ru_port"),
    Entry("earned_relabelled", None, "russia", "ru_port"),
    Entry("earned_diluted", None, "china", "un_dilution"),
    Entry("earned_others_diluted", None, "other", "un_dilution"),
    Entry("fees_diluted", None, "russia", "un_dilution"),
    *_of_workers("wages"),
)

ENTRIES: Mapping[str, tuple[Entry, ...]] = {
    **{product: _of_product(product) for product in PRODUCTS},
    **{thing: _of_good(good) for thing, good in zip(EXPORTS, GOODS, strict=True)},
    "hard_currency": _CURRENCY,
    "workers": _of_workers("workers"),
}
"""Pages on which trade in each thing stands, permitted or not."""

Parts = dict[tuple[str, str], Floats]
"""Amounts by channel (empty: blocked) and partner, ``(arm, lane)``."""


def partners_of(thing: str, channel: str) -> tuple[str, ...]:
    """Partners through whom a channel brings a thing, in the order of `PARTIES`.

    >>> partners_of("motor_fuel", "ru_fuel"), partners_of("hard_currency", "un_dilution")
    (('russia',), ('china', 'russia', 'other'))
    """
    things = (*PRODUCTS, "hard_currency") if thing == "everything" else (thing,)
    found = {entry.partner for each in things for entry in ENTRIES[each] if entry.channel == channel}
    return tuple(party for party in PARTIES if party in found)


def leak_totals(history: History) -> dict[str, Floats]:
    """Sum up over all months what the measures block, and what each channel brings all the same.

    Returns
    -------
    dict
        ``cut.<thing>`` and ``cut.<thing>.<partner>``: blocked, in all and in the trade with a partner.
        ``leaked.<thing>.<channel>``, and ``leaked.<thing>.<channel>.<partner>`` where a channel works through several
        partners. ``seen.<thing>``: recorded of what leaked. All ``(arm, lane)``, import products in their units,
        exports and currency in $m, workers in person-years.
    """
    parts = {thing: _parts(history.ledger, entries) for thing, entries in ENTRIES.items()}
    priced = (
        {key: amount * price for key, amount in parts[product].items()}
        for product, price in zip(PRODUCTS, history.prices, strict=True)
    )
    parts["everything"] = _added_up([*priced, parts["hard_currency"]])
    totals: dict[str, Floats] = {}
    for thing in THINGS:
        totals.update(_totals(thing, parts[thing], history.setting.zeros()))
    for thing in SEEN_THINGS:
        leaked = {channel: totals[f"leaked.{thing}.{channel}"] for channel in CHANNELS}
        totals[f"seen.{thing}"] = seen(history.setting.parameters, leaked)
    return totals


def _parts(ledger: Ledger, entries: Iterable[Entry]) -> Parts:
    parts = []
    for entry in entries:
        amount = _over_the_months(ledger, entry)
        if entry.channel is None:
            amount = amount[BASELINE_ARM : BASELINE_ARM + 1] - amount
        parts.append({(entry.channel or "", entry.partner): amount})
    return _added_up(parts)


def _over_the_months(ledger: Ledger, entry: Entry) -> Floats:
    is_level = entry.page in LEVELS
    items = LEVELS[entry.page] if is_level else FLOWS[entry.page].items
    page = (ledger.levels if is_level else ledger.flows)[entry.page]
    amount: Floats = page.sum(axis=(0, 1)) if entry.item is None else page[:, items.index(entry.item)].sum(axis=0)
    return amount / _MONTHS_PER_YEAR if is_level else amount


def _added_up(each: Iterable[Parts]) -> Parts:
    total: Parts = {}
    for parts in each:
        for key, amount in parts.items():
            total[key] = total[key] + amount if key in total else amount
    return total


def _totals(thing: str, parts: Parts, nothing: Floats) -> dict[str, Floats]:
    by_partner = {partner: amount for (channel, partner), amount in parts.items() if not channel}
    totals = {
        f"cut.{thing}": np.sum(list(by_partner.values()), axis=0),
        **{f"cut.{thing}.{partner}": amount for partner, amount in by_partner.items()},
    }
    for channel in CHANNELS:
        partners = partners_of(thing, channel)
        through = {partner: parts[channel, partner] for partner in partners}
        if through or thing in SEEN_THINGS:
            totals[f"leaked.{thing}.{channel}"] = sum(through.values(), start=nothing)
        if len(through) > 1:
            totals.update({f"leaked.{thing}.{channel}.{partner}": amount for partner, amount in through.items()})
    return totals
