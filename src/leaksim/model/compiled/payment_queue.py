"""Kernels for use within those of sellers: payments that pass or wait, and what they have in common."""

from __future__ import annotations

from leaksim.engine.lanes import Floats
from leaksim.model.compiled.kernel import happens, kernel

# Each works on the lanes of one firm in one arm, and writes into few arrays: so loops become vector instructions.


@kernel
def is_any(values: Floats) -> bool:
    """Say whether anything is not zero."""
    found = False
    for lane in range(values.size):
        found |= values[lane] != 0
    return found


@kernel
def draw_lots(draw: Floats, probability: Floats, deterministic: bool, drawn: Floats) -> None:
    """Say whether an event happens, see `happens`."""
    for lane in range(draw.size):
        drawn[lane] = happens(draw[lane], probability[lane], deterministic)


@kernel
def settle_value(sold: Floats, value: Floats, price: Floats, passes: Floats, paid: Floats) -> None:
    """Let payments pass for what waits and was sold."""
    for lane in range(paid.size):
        owed = value[lane] + sold[lane] * price[lane]
        paid[lane] = owed * passes[lane]
        value[lane] = owed - paid[lane]


@kernel
def settle_quantity(waiting: Floats, sold: Floats, passes: Floats, paid: Floats, still_waiting: Floats) -> None:
    """Do the same with quantities, and add up what waits on."""
    for lane in range(paid.size):
        due = waiting[lane] + sold[lane]
        paid[lane] = due * passes[lane]
        waiting[lane] = due - paid[lane]
        still_waiting[lane] += waiting[lane]


@kernel
def multiply(values: Floats, factor: Floats) -> None:
    """Multiply values in place."""
    for lane in range(values.size):
        values[lane] *= factor[lane]


@kernel
def divide(values: Floats, divisor: Floats) -> None:
    """Divide values in place."""
    for lane in range(values.size):
        values[lane] /= divisor[lane]


@kernel
def add(values: Floats, total: Floats) -> None:
    """Add values to a total."""
    for lane in range(values.size):
        total[lane] += values[lane]


@kernel
def add_product(values: Floats, factor: Floats, total: Floats) -> None:
    """Add values times a factor to a total."""
    for lane in range(values.size):
        total[lane] += values[lane] * factor[lane]
