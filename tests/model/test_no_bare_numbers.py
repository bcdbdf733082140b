"""Numbers that matter live in the registry, not in the code of the model."""

import ast
from collections.abc import Iterator
from pathlib import Path

import leaksim.model

MODEL = Path(leaksim.model.__file__).parent

ANYWHERE = {0, 1, 2, -1, -1.0}
"""Counting, halving, and the ends of a share."""

ALLOWED: dict[str, set[float] | None] = {
    "dimensions.py": {3},  # how many products
    "ledger.py": {3},  # an axis
    "setting.py": {1000.0},  # dollars per barrel to millions per thousand barrels
    "china.py": {1000.0},
    "security_council.py": {1000.0, 12e6},  # as above; $ a year to $m a month
    "united_states.py": {6},  # rounds beyond which none is likely
    "designations.py": {1e-9},  # chance that breaks ties
    "rason.py": {12, 1000.0, 1e6},  # per year to per month, barrels to kb, dollars to millions
    "tankers.py": {3, 4, 0.5},  # voyages and fates in a month, half a voyage
    "labour.py": {12e6},  # $ a year to $m a month
    "background.py": {1000.0, 12, 12e6},  # per year to per month, dollars to millions
    "russia.py": {3},  # months of a quarter
    "clearing.py": {1e-12},  # rounding
    "pyongyang.py": {1e-8},  # rounding
    "demand.py": {3, 30, 1e-9, 8, 100.0, 1e-5},  # an axis, Newton's method, whole eights, overflow, series near zero
    "chinese_traders.py": {0.95},  # certainty would leave no price
    "russian_suppliers.py": set(),
    "stream_names.py": set(range(1, 1000)),  # numbers of streams
    "schedule.py": None,  # the days of a month
    "compiled/__init__.py": {300_000, 20_000_000},  # how large a run must be
    "compiled/kernel.py": {8},  # numbers in a line of the cache
    "compiled/clearing.py": {1e-11, 64, 4},  # margin and ladder of the search, groups of sellers
    "compiled/demand.py": {256, 3, 4, 7},  # lanes of a tile, when a list is closed up, how many columns
    "compiled/loops.py": {3, 4, 5, 6, 8, 32},  # what a loop of NumPy is given
    "compiled/tankers.py": {*range(3, 20), 0.5},  # as beside the model, and how many rows
    "compiled/chinese_traders.py": {3, 4, 5},  # how many sums
    "compiled/russian_suppliers.py": {3},
    "compiled/payment_queue.py": {256},  # lanes of a tile
    "compiled/china.py": set(range(3, 12)),  # how many results and rows to work in, as below
    "compiled/labour.py": set(range(3, 12)),
    "compiled/background.py": {3},  # flows that are entered, as below
    "compiled/rason.py": {3, 4},
    "compiled/measures.py": {3, 5, 7},
    "compiled/designations.py": {3},
    "compiled/payments.py": {4, 5, 6},  # terms, line by line, as below
    "compiled/pyongyang.py": {3, 4, 5},
}


def constants(path: Path) -> Iterator[tuple[int, float]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
            yield node.lineno, node.value


def test_no_number_that_matters_stands_in_the_code() -> None:
    found = []
    for path in sorted(MODEL.rglob("*.py")):
        allowed = ALLOWED.get(path.relative_to(MODEL).as_posix(), set())
        if allowed is None:
            continue
        fine = ANYWHERE | allowed
        found += [f"{path.name}:{line}: {number}" for line, number in constants(path) if number not in fine]
    assert found == []
