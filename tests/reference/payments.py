"""Payment routes, and cargo that waits for its payment."""

from __future__ import annotations

from dataclasses import dataclass, field

from reference.case import Case
from reference.market import Offer
from reference.timetable import BANKS_ACT
from reference.united_states import UnitedStates


class Payments:
    """What payments cost on the Chinese and the Russian route, and how often a bank blocks one."""

    def __init__(self, case: Case, states: UnitedStates) -> None:
        self._case, self._states = case, states
        self.friction: dict[str, float] = {}
        self.block: dict[str, float] = {}
        self.duties = [(BANKS_ACT, self._act)]
        case.news.known |= {"wages from russia": 0.0, "paid for russian fuel": 0.0}

    def _act(self, month: int) -> None:
        value = self._case.value
        for route in ("russia", "china"):
            friction = value(f"{route}.bank_friction")
            friction += value(f"{route}.bank_squeeze") * self._case.bank_pressure(month)
            friction += value("us.designation_friction") * self._states.recent_rounds
            through_banks = 1 - self._bartered() if route == "russia" else 1.0
            self.friction[route] = friction * through_banks
            self.block[route] = value(f"{route}.bank_block") * through_banks

    def _bartered(self) -> float:
        """Share of Russian fuel that is paid with what the workers in Russia earn, past all banks."""
        known = self._case.news.known
        wages = self._case.value("payments.barter") * known["wages from russia"]
        if wages <= 0:
            return 0.0
        bought = known["paid for russian fuel"]
        return min(1.0, wages / bought) if bought > 0 else 1.0


@dataclass
class Waiting:
    """What a firm has sold and not been paid for, by product: quantity and dollars."""

    cargo: dict[str, tuple[float, float]] = field(default_factory=dict)

    def quantity(self, product: str) -> float:
        """Quantity that waits."""
        return self.cargo.get(product, (0.0, 0.0))[0]

    def add(self, product: str, offer: Offer) -> None:
        """Put what was sold this month to what waits."""
        quantity, dollars = self.cargo.get(product, (0.0, 0.0))
        self.cargo[product] = quantity + offer.sold, dollars + offer.sold * offer.price

    def ship(self, product: str, passes: float) -> tuple[float, float]:
        """Take out what the banks let pass; return its quantity and the dollars."""
        quantity, dollars = self.cargo.get(product, (0.0, 0.0))
        self.cargo[product] = quantity * (1 - passes), dollars * (1 - passes)
        return quantity * passes, dollars * passes
