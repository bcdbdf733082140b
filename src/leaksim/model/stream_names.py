"""Registry of random streams: each decision draws from its own.

Numbers are part of the seed. Never change or reuse one: results would change for everybody.
"""

from leaksim.model.dimensions import FIRMS, SMUGGLED_GOODS

_TRADER_DECISIONS = ("cost", "capacity", "risk", "inspection")
_TRADER_LINES = ("fuel", "goods", *SMUGGLED_GOODS)

STREAM_NUMBERS = {
    "china.announcement_lag": 1,
    "china.enforcement": 2,
    "council.delay": 10,
    "council.trigger": 11,
    "suppliers.cost": 30,
    "suppliers.entry": 31,
    "suppliers.entry_lag": 32,
    "suppliers.delivery": 33,
    "tankers.cost": 40,
    "tankers.voyage": 41,
    "tankers.detection": 42,
    "rason.relabelling": 45,
    "us.rounds": 50,
    "us.designation": 51,
    "payments.suppliers": 60,
    "payments.traders.fuel": 61,
    "payments.traders.goods": 62,
    **{f"us.reformation.{group}": 70 + row for row, group in enumerate(FIRMS)},
    **{
        f"traders.{line}.{decision}": 100 + 10 * row + column
        for row, line in enumerate(_TRADER_LINES)
        for column, decision in enumerate(_TRADER_DECISIONS)
    },
}
"""Number of each stream: 1 to 99 by hand, 100 and up for the lines of Chinese traders."""
