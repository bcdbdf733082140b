"""The words for the books: who writes them, their pages and items, and the ways by which things come."""

from __future__ import annotations

from leaksim.report.labels import WORDS, NoLabelError

WHO = {
    "beijing": "Beijing",
    "washington": "Washington",
    "moscow": "Moscow",
    "customs": "Chinese customs",
    "official_trade": "Official trade",
    "official_payments": "Official payments",
    "hosts": "Host countries",
    "pyongyang": "Pyongyang",
    "networks": "Fuel smugglers",
    "export_smugglers": "Export smugglers",
    "market": "Market",
    "import_smugglers": "Import smugglers",
    "russian_firms": "Russian firms",
    "banks": "Banks",
    "port": "Port of Rason",
    "tankers": "Tankers",
    "russian_cargo": "Russian cargo",
}
"""Who has a duty in the month."""

_PAGES = {
    "enforcement": "enforcement on {}",
    "inspection": "chance of a seizure, {}",
    "designated": "firms designated",
    "sender_cost": "cost of {}",
    "posture": "permissiveness",
    "slipped_china": "{} let in against the measures",
    "permitted_china": "{} let in as permitted",
    "diluted_china": "{} let in by dilution",
    "exported_slipped": "{} let out against the measures",
    "exported_permitted": "{} let out as permitted",
    "exported_diluted": "{} let out by dilution",
    "exported_early": "{} let out ahead of measures",
    "paid_slipped": "paid for {} let in against the measures",
    "earned_slipped": "earned by {} against the measures",
    "earned_permitted": "earned by {} as permitted",
    "earned_diluted": "earned by {} by dilution",
    "earned_early": "earned by {} ahead of measures",
    "permitted_russia": "{} from Russia as permitted",
    "permitted_other": "{} from other countries as permitted",
    "diluted_russia": "{} from Russia by dilution",
    "diluted_other": "{} from other countries by dilution",
    "refined": "{} refined at home",
    "exported_others": "{} exported to other countries as permitted",
    "exported_others_diluted": "{} exported to other countries by dilution",
    "paid_permitted": "paid for {} as permitted",
    "paid_diluted": "paid for {} by dilution",
    "paid_crude": "paid for crude",
    "earned_others": "earned in other countries as permitted",
    "earned_others_diluted": "earned in other countries by dilution",
    "earned_services": "other earnings",
    "workers": "workers in {}",
    "workers_came": "workers who came to {}",
    "workers_left": "workers who left {}",
    "workers_leaked": "workers in {} beyond the measures",
    "workers_permitted": "workers in {} as permitted",
    "workers_diluted": "workers in {} by dilution",
    "wages_leaked": "wages from {} beyond the measures",
    "wages_permitted": "wages from {} as permitted",
    "wages_diluted": "wages from {} by dilution",
    "restocked": "{} bought ahead of measures",
    "paid_restocked": "paid for {} ahead of measures",
    "migrated": "networks moved to Russian firms",
    "smuggled_out_shipped": "{} shipped",
    "smuggled_out_seized": "{} seized",
    "smuggled_out_delivered": "{} delivered",
    "earned_smuggled": "paid to Pyongyang for {}",
    "price": "price of {}",
    "smuggled_delivered": "{} delivered",
    "smuggled_shipped": "{} shipped",
    "smuggled_seized": "{} seized",
    "paid_smuggled": "earned by {}",
    "russian_shipped": "{} shipped",
    "awaiting_payment": "{} waiting for payment",
    "port_delivered": "{} by the ferry",
    "transit": "coal in transit",
    "relabelled_delivered": "coal under Russian papers, delivered",
    "relabelled_shipped": "coal under Russian papers, shipped",
    "relabelled_seized": "coal under Russian papers, seized",
    "fees_leaked": "fees beyond the measures",
    "fees_permitted": "fees as permitted",
    "fees_diluted": "fees by dilution",
    "earned_relabelled": "earned by coal under Russian papers",
    "paid_port": "paid for {} by the ferry",
    "tanker_loaded": "{} loaded",
    "tanker_seized": "{} lost with ships that were caught",
    "vessel_days": "ship days, {}",
    "russian_delivered": "{} delivered",
    "at_sea": "{} under way",
    "paid_russian": "paid for {}",
    "tanker_delivered": "{} handed over",
    "on_tankers": "{} on its way",
    "paid_tanker": "paid for {}",
    "used": "{} used",
    "released": "{} taken from stock",
    "stored": "{} put into stock",
    "stock": "stock of {}",
    "paid_other_imports": "paid for other imports",
    "reserves": "reserves",
}
"""What stands on each page of the books."""

_ITEMS = {
    **WORDS,
    "military": "the military",
    "government": "the government",
    "fuel": "fuel",
    "goods": "machines",
    "exports": "exports",
    "coal": "coal",
    "ores": "ores",
    "textiles": "textiles",
    "seafood": "seafood",
    "other": "other goods",
    "idle": "idle",
    "sailing": "sailing",
    "impounded": "impounded",
}

_WAYS = {
    "permitted_china": "permitted trade with China",
    "diluted_china": "trade with China by dilution",
    "restocked": "purchases in China ahead of measures",
    "slipped_china": "Chinese slippage",
    "smuggled_delivered": "Chinese smuggling",
    "permitted_russia": "permitted trade with Russia",
    "diluted_russia": "trade with Russia by dilution",
    "russian_delivered": "Russian fuel firms",
    "port_delivered": "the ferry to Rason",
    "permitted_other": "permitted trade with other countries",
    "diluted_other": "trade with other countries by dilution",
    "tanker_delivered": "tankers at sea",
    "refined": "the home refinery",
    "earned_permitted": "permitted exports to China",
    "earned_slipped": "exports by Chinese slippage",
    "earned_diluted": "exports to China by dilution",
    "earned_early": "exports to China ahead of measures",
    "earned_smuggled": "exports by Chinese smuggling",
    "earned_others": "permitted exports to other countries",
    "earned_others_diluted": "{} exported to other countries by dilution",
    "earned_services": "other earnings",
    "fees_permitted": "permitted transit through Rason",
    "fees_diluted": "transit through Rason by dilution",
    "fees_leaked": "transit through Rason beyond the measures",
    "earned_relabelled": "coal under Russian papers",
    "wages_permitted:russia": "permitted work in Russia",
    "wages_diluted:russia": "work in Russia by dilution",
    "wages_leaked:russia": "work in Russia beyond the measures",
    "wages_permitted:china": "permitted work in China",
    "wages_diluted:china": "work in China by dilution",
    "wages_leaked:china": "work in China beyond the measures",
}
"""Ways by which supplies and receipts come."""

_UNITS = {
    "ratio to the baseline price": "times the usual",
    "1/month": "a month",
    **{each: f"{each}s" for each in ("person", "day", "firm", "ship")},
}


def page_words(page: str, item: str) -> str:
    """Say what an item on a page of the books is.

    >>> page_words("used", "motor_fuel:household"), page_words("designated", "firms")
    ('motor fuel used by households', 'firms designated')

    Raises
    ------
    NoLabelError
        For a page or an item that has no words.
    """
    thing, _, user = item.partition(":")
    try:
        phrase = _PAGES[page]
        of = _ITEMS[thing] if "{}" in phrase else ""
        return f"{phrase.format(of)} by {_ITEMS[user]}" if user else phrase.format(of)
    except KeyError as missing:
        raise NoLabelError(f"no words for {page} [{item}]: {missing}") from None


def way_words(way: str) -> str:
    """Name a way by which supplies or receipts come.

    Raises
    ------
    NoLabelError
        For a way that has no words.
    """
    if way not in _WAYS:
        raise NoLabelError(f"no words for the way {way}")
    return _WAYS[way]


def book_unit(unit: str) -> str:
    """Name the unit of an item of the books, or of a move.

    >>> book_unit("kb"), book_unit("Mt/year"), book_unit("person")
    ('kb', 'Mt a year', 'persons')
    """
    return _UNITS.get(unit, unit.replace("/", " a "))
