"""Who writes which page of the books, on which day of the month, and in which unit.

The books of a month are written in the order of `leaksim.model.schedule`, so the first page that differs between two
runs says who was the first to act differently.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from leaksim.model import schedule
from leaksim.model.dimensions import CAPITAL_GOODS, PRODUCTS
from leaksim.model.ledger import FLOWS, IMPORT_FLOWS, LEVELS


@dataclass(frozen=True)
class Step:
    """Somebody's duty in a month."""

    day: float
    """Its moment, as in `leaksim.model.schedule`."""
    who: str
    """Whose it is."""
    pages: tuple[str, ...]
    """Flows and levels of the ledger that are complete after it, the most telling first. What several write on, such
    as payments for the official trade of all partners, is nobody's own and has a step of its own after the last."""


STEPS = (
    Step(schedule.BEIJING_DECIDES, "beijing", ("enforcement", "inspection")),
    Step(schedule.WASHINGTON_DECIDES, "washington", ("designated", "sender_cost")),
    Step(schedule.MOSCOW_DECIDES, "moscow", ("posture",)),
    Step(
        schedule.CUSTOMS_ACT,
        "customs",
        (
            *("slipped_china", "permitted_china", "diluted_china"),
            *("exported_slipped", "exported_permitted", "exported_diluted", "exported_early"),
            *("paid_slipped", "earned_slipped", "earned_permitted", "earned_diluted", "earned_early"),
        ),
    ),
    Step(
        schedule.BACKGROUND_TRADE,
        "official_trade",
        (
            *("permitted_russia", "permitted_other", "diluted_russia", "diluted_other", "refined"),
            *("exported_others", "exported_others_diluted", "paid_crude"),
            *("earned_others", "earned_others_diluted", "earned_services"),
        ),
    ),
    Step(schedule.BACKGROUND_TRADE, "official_payments", ("paid_permitted", "paid_diluted")),
    Step(
        schedule.WORKERS_MOVE,
        "hosts",
        (
            *("workers", "workers_leaked", "workers_permitted", "workers_diluted", "workers_came", "workers_left"),
            *("wages_leaked", "wages_permitted", "wages_diluted"),
        ),
    ),
    Step(schedule.BUYER_PLANS, "pyongyang", ("restocked", "paid_restocked")),
    Step(schedule.NETWORKS_MOVE, "networks", ("migrated",)),
    Step(
        schedule.EXPORTERS_SELL,
        "export_smugglers",
        ("smuggled_out_shipped", "smuggled_out_seized", "smuggled_out_delivered", "earned_smuggled"),
    ),
    Step(schedule.MARKET_CLEARS, "market", ("price",)),
    Step(
        schedule.TRADERS_SHIP,
        "import_smugglers",
        ("smuggled_delivered", "smuggled_shipped", "smuggled_seized", "paid_smuggled"),
    ),
    Step(schedule.SUPPLIERS_SHIP, "russian_firms", ("russian_shipped",)),
    Step(schedule.SUPPLIERS_SHIP, "banks", ("awaiting_payment",)),
    Step(
        schedule.PORT_SHIPS,
        "port",
        (
            *("port_delivered", "transit", "relabelled_delivered", "relabelled_shipped", "relabelled_seized"),
            *("fees_leaked", "fees_permitted", "fees_diluted", "earned_relabelled", "paid_port"),
        ),
    ),
    Step(schedule.TANKERS_SAIL, "tankers", ("tanker_loaded", "tanker_seized", "vessel_days")),
    Step(schedule.CARGO_ARRIVES, "russian_cargo", ("russian_delivered", "at_sea", "paid_russian")),
    Step(schedule.TANKERS_DISCHARGE, "tankers", ("tanker_delivered", "on_tankers", "paid_tanker")),
    Step(schedule.FUEL_IS_USED, "pyongyang", ("used", "released", "stored", "stock")),
    Step(schedule.ACCOUNTS_CLOSE, "pyongyang", ("paid_other_imports", "reserves")),
)
"""The duties of a month that leave a trace in the books, in their order."""

_LEVEL_UNITS: Mapping[str, str] = {
    "price": "ratio to the baseline price",
    "reserves": "$m",
    "enforcement": "share",
    "inspection": "share",
    "posture": "share",
    "workers": "person",
    "transit": "Mt/year",
    "vessel_days": "day",
    "migrated": "share",
    "designated": "firm",
    "sender_cost": "$m",
}
"""Unit of each level; the others have that of the product."""


def items_of(page: str) -> tuple[str, ...]:
    """Names of the items on a page of the books."""
    return FLOWS[page].items if page in FLOWS else LEVELS[page]


def unit_of(page: str, item: str) -> str:
    """Return the unit of an item on a page: of quantities in a month, or of levels at its end.

    >>> unit_of("smuggled_delivered", "motor_fuel"), unit_of("used", "capital_goods:industry"), unit_of("price", "x")
    ('kb', '$m', 'ratio to the baseline price')
    """
    if page in _LEVEL_UNITS:
        return _LEVEL_UNITS[page]
    if page.startswith("workers_"):
        return "person"
    if page in IMPORT_FLOWS or page in LEVELS:
        return "$m" if item.startswith(PRODUCTS[CAPITAL_GOODS]) else "kb"
    return "$m"
