"""The books of one lane in one arm."""

from __future__ import annotations

from collections import defaultdict

from reference.things import PRODUCTS


class Ledger:
    """Postings and states by name, item and month, with what has come and been paid so far this month."""

    def __init__(self, months: int) -> None:
        self.pages: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0] * months)
        self.open_month(0)

    def open_month(self, month: int) -> None:
        """Begin the counts of a month."""
        self._month = month
        self.arrived = dict.fromkeys(PRODUCTS, 0.0)
        self.earned = 0.0
        self.paid = 0.0

    def post(self, name: str, item: str, amount: float) -> None:
        """Add an amount to a flow."""
        self.pages[name, item][self._month] += amount

    def note(self, name: str, item: str, state: float) -> None:
        """Write down a state."""
        self.pages[name, item][self._month] = state

    def bring(self, name: str, product: str, quantity: float) -> None:
        """Post goods that reach the DPRK."""
        self.post(name, product, quantity)
        self.arrived[product] += quantity

    def earn(self, name: str, item: str, dollars: float) -> None:
        """Post hard currency that Pyongyang receives."""
        self.post(name, item, dollars)
        self.earned += dollars

    def pay(self, name: str, item: str, dollars: float) -> None:
        """Post hard currency that Pyongyang pays for fuel, machines and crude."""
        self.post(name, item, dollars)
        self.paid += dollars
