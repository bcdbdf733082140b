"""The double-entry ledger: every barrel and dollar has an account it leaves and an account it enters.

Tables are sums over the ledger, so nothing is counted twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from itertools import accumulate, groupby

import numpy as np

from leaksim.engine.clock import Clock, Process
from leaksim.engine.lanes import Floats, SomeArms
from leaksim.engine.memory import Memory
from leaksim.model.dimensions import CLASSES, GOODS, HOSTS, LEVERS, PRODUCTS, VESSEL_STATES
from leaksim.model.schedule import BOOK_IS_TURNED


@dataclass(frozen=True)
class Flow:
    """A kind of posting: from one account to another, for each of its items."""

    source: str
    sink: str
    items: tuple[str, ...]


USERS = tuple(f"{product}:{user}" for product in PRODUCTS for user in CLASSES)
"""Items of the flow `used`: product and class."""

IMPORT_FLOWS: Mapping[str, Flow] = {
    "permitted_china": Flow("china", "arrivals", PRODUCTS),
    "slipped_china": Flow("china", "arrivals", PRODUCTS),
    "permitted_russia": Flow("russia", "arrivals", PRODUCTS),
    "permitted_other": Flow("other", "arrivals", PRODUCTS),
    "diluted_china": Flow("china", "arrivals", PRODUCTS),
    "diluted_russia": Flow("russia", "arrivals", PRODUCTS),
    "diluted_other": Flow("other", "arrivals", PRODUCTS),
    "restocked": Flow("china", "arrivals", PRODUCTS),
    "refined": Flow("refinery", "arrivals", PRODUCTS),
    "smuggled_shipped": Flow("chinese_traders", "smuggling_route", PRODUCTS),
    "smuggled_seized": Flow("smuggling_route", "chinese_customs", PRODUCTS),
    "smuggled_delivered": Flow("smuggling_route", "arrivals", PRODUCTS),
    "russian_shipped": Flow("russian_suppliers", "at_sea", PRODUCTS),
    "russian_delivered": Flow("at_sea", "arrivals", PRODUCTS),
    "tanker_loaded": Flow("third_countries", "on_tankers", PRODUCTS),
    "tanker_seized": Flow("on_tankers", "interdicted", PRODUCTS),
    "tanker_delivered": Flow("on_tankers", "arrivals", PRODUCTS),
    "port_delivered": Flow("rason", "arrivals", PRODUCTS),
    "released": Flow("stock", "arrivals", PRODUCTS),
    "stored": Flow("arrivals", "stock", PRODUCTS),
    "used": Flow("arrivals", "users", USERS),
}
EXPORT_FLOWS: Mapping[str, Flow] = {
    "exported_permitted": Flow("pyongyang", "chinese_market", GOODS),
    "exported_slipped": Flow("pyongyang", "chinese_market", GOODS),
    "exported_diluted": Flow("pyongyang", "chinese_market", GOODS),
    "exported_early": Flow("pyongyang", "chinese_market", GOODS),
    "exported_others": Flow("pyongyang", "other_markets", GOODS),
    "exported_others_diluted": Flow("pyongyang", "other_markets", GOODS),
    "smuggled_out_shipped": Flow("pyongyang", "export_route", GOODS),
    "smuggled_out_seized": Flow("export_route", "chinese_customs", GOODS),
    "smuggled_out_delivered": Flow("export_route", "chinese_market", GOODS),
    "relabelled_shipped": Flow("pyongyang", "russian_ports", ("coal",)),
    "relabelled_seized": Flow("russian_ports", "interdicted", ("coal",)),
    "relabelled_delivered": Flow("russian_ports", "other_markets", ("coal",)),
}
RECEIPT_FLOWS: Mapping[str, Flow] = {
    "earned_permitted": Flow("chinese_buyers", "treasury", GOODS),
    "earned_slipped": Flow("chinese_buyers", "treasury", GOODS),
    "earned_diluted": Flow("chinese_buyers", "treasury", GOODS),
    "earned_early": Flow("chinese_buyers", "treasury", GOODS),
    "earned_smuggled": Flow("chinese_traders", "treasury", GOODS),
    "earned_others": Flow("other_buyers", "treasury", ("all",)),
    "earned_others_diluted": Flow("other_buyers", "treasury", ("all",)),
    "earned_services": Flow("other_buyers", "treasury", ("other_earnings",)),
    "fees_permitted": Flow("russian_railways", "treasury", ("rason",)),
    "fees_diluted": Flow("russian_railways", "treasury", ("rason",)),
    "fees_leaked": Flow("russian_railways", "treasury", ("rason",)),
    "earned_relabelled": Flow("other_buyers", "treasury", ("coal",)),
    "wages_permitted": Flow("employers", "treasury", HOSTS),
    "wages_diluted": Flow("employers", "treasury", HOSTS),
    "wages_leaked": Flow("employers", "treasury", HOSTS),
}
OUTLAY_FLOWS: Mapping[str, Flow] = {
    "paid_permitted": Flow("treasury", "sellers", PRODUCTS),
    "paid_slipped": Flow("treasury", "sellers", PRODUCTS),
    "paid_diluted": Flow("treasury", "sellers", PRODUCTS),
    "paid_restocked": Flow("treasury", "sellers", PRODUCTS),
    "paid_smuggled": Flow("treasury", "chinese_traders", PRODUCTS),
    "paid_russian": Flow("treasury", "russian_suppliers", PRODUCTS),
    "paid_tanker": Flow("treasury", "third_countries", PRODUCTS),
    "paid_port": Flow("treasury", "rason", PRODUCTS),
    "paid_crude": Flow("treasury", "sellers", ("crude",)),
}
OTHER_FLOWS: Mapping[str, Flow] = {
    "paid_other_imports": Flow("treasury", "sellers", ("other_imports",)),
    "workers_came": Flow("home", "abroad", HOSTS),
    "workers_left": Flow("abroad", "home", HOSTS),
}

FLOWS: Mapping[str, Flow] = {
    **IMPORT_FLOWS,
    **EXPORT_FLOWS,
    **RECEIPT_FLOWS,
    **OUTLAY_FLOWS,
    **OTHER_FLOWS,
}
"""Every kind of posting: imports in the products' units, workers in persons, all others in $m."""

LEVELS: Mapping[str, tuple[str, ...]] = {
    "price": PRODUCTS,
    "stock": PRODUCTS,
    "at_sea": PRODUCTS,
    "on_tankers": PRODUCTS,
    "reserves": ("reserves",),
    "enforcement": ("fuel", "goods", "exports"),
    "inspection": ("fuel", "goods", "exports"),
    "posture": ("russia",),
    "workers": HOSTS,
    "workers_permitted": HOSTS,
    "workers_diluted": HOSTS,
    "workers_leaked": HOSTS,
    "transit": ("rason",),
    "vessel_days": VESSEL_STATES,
    "awaiting_payment": PRODUCTS,
    "migrated": ("traders",),
    "designated": ("firms",),
    "sender_cost": LEVERS,
}
"""States that are recorded at the end of each month beside the flows."""


_ITEMS = {**{name: flow.items for name, flow in FLOWS.items()}, **LEVELS}

PLACES: Mapping[str, slice] = {
    name: slice(end - len(items), end)
    for (name, items), end in zip(_ITEMS.items(), accumulate(len(items) for items in _ITEMS.values()), strict=True)
}
"""Where the items of each flow and level stand in a month's book, ``(item, arm, lane)``."""

ARRIVING = tuple(name for name, flow in IMPORT_FLOWS.items() if flow.sink == "arrivals" and name != "released")
"""What comes before the state releases anything from its stock, which depends on it."""

_ALL = slice(None)


class Ledger:
    """Postings of one block, by flow.

    Parameters
    ----------
    months, arms, width
        Size of the block.
    memory
        Where to write; without it, where nothing has been written before.

    Attributes
    ----------
    flows
        Postings of each flow, shape ``(month, item, arm, lane)``.
    levels
        States at the end of each month, same shape; prices are the month's own.
    """

    def __init__(self, months: int, arms: int, width: int, memory: Memory | None = None) -> None:
        # One array for all: memory is fetched in large pages, which takes a quarter off the time of a run.
        self._book = (memory or Memory()).used((months, sum(map(len, _ITEMS.values())), arms, width))
        self._book[0].fill(0.0)
        self.flows, self.levels = ({name: self._book[:, PLACES[name]] for name in names} for names in (FLOWS, LEVELS))
        self._runs: list[tuple[slice | None, Floats]] = [(None, self._book)]
        """Neighbouring arms in amounts, None for all of them, and their pages: picking by numbers would copy both."""

    def process(self, clock: Clock) -> Process:
        """Turn to the next month at the end of every month."""
        yield from clock.monthly((BOOK_IS_TURNED, self._turn))

    def _turn(self, month: int) -> None:
        # A month's pages are blanked just before they are written, and are still near the processor then.
        self._book[month + 1 : month + 2].fill(0.0)

    def within(self, arms: SomeArms) -> Ledger:
        """Open the same books at the pages of some arms only."""
        view = copy(self)
        # Along a run of neighbours both numbers of an arm, its own and its place, go up by one.
        runs = [list(run) for _, run in groupby(enumerate(arms.places.tolist()), lambda arm: arm[1] - arm[0])]
        view._runs = [
            (
                slice(run[0][0], run[-1][0] + 1) if len(runs) > 1 else None,
                self._book[:, :, run[0][1] : run[-1][1] + 1],
            )
            for run in runs
        ]
        return view

    def post_item(self, flow: str, month: int, item: int, amount: Floats) -> None:
        """Enter an amount of one item, shape ``(arm, lane)``, in a month."""
        for own, book in self._runs:
            line = book[month, PLACES[flow].start + item]
            np.add(line, _part(amount, own), out=line)

    def note(self, level: str, month: int, state: Floats) -> None:
        """Record a state, broadcastable to ``(item, arm, lane)``, at the end of a month."""
        for own, book in self._runs:
            book[month, PLACES[level]] = _part(state, own)

    def add_to_level(self, level: str, month: int, item: int, amount: Floats) -> None:
        """Add to the state of one item, ``(arm, lane)``, that several groups have a part in."""
        self.post_item(level, month, item, amount)

    def of_month(self, month: int) -> Floats:
        """Open the book of a month, all flows and levels at their `PLACES`, ``(item, arm, lane)``."""
        book: Floats = self._book[month]
        return book

    def receipts(self, month: int | slice = _ALL) -> Floats:
        """Hard currency earned, R, in $m per month, shape ``(arm, lane)`` or ``(month, arm, lane)``."""
        return receipts(self._book[month])

    def import_outlay(self, month: int | slice = _ALL) -> Floats:
        """Hard currency paid for fuel, machines and crude, E, shapes as for `receipts`."""
        return import_outlay(self._book[month])

    def other_imports(self, month: int | slice = _ALL) -> Floats:
        """Hard currency paid for all other imports, M, shapes as for `receipts`."""
        paid: Floats = self.flows["paid_other_imports"][month].sum(axis=-3)
        return paid


def arrived(book: Floats) -> Floats:
    """Quantity of each product that came by itself according to a month's book, ``(product, arm, lane)``."""
    return _sum([book[PLACES[name]] for name in ARRIVING])


def receipts(book: Floats) -> Floats:
    """Hard currency earned according to a book, see `Ledger.receipts`."""
    return _sum([book[..., PLACES[name], :, :].sum(axis=-3) for name in RECEIPT_FLOWS])


def import_outlay(book: Floats) -> Floats:
    """Hard currency paid according to a book, see `Ledger.import_outlay`."""
    return _sum([book[..., PLACES[name], :, :].sum(axis=-3) for name in OUTLAY_FLOWS])


def _part(amount: Floats, arms: slice | None) -> Floats:
    """Pick what an amount says of neighbouring arms."""
    return amount if arms is None or amount.ndim == 1 or amount.shape[-2] == 1 else amount[..., arms, :]


def _sum(arrays: Sequence[Floats]) -> Floats:
    total = arrays[0].copy()
    for array in arrays[1:]:
        total += array
    return total
