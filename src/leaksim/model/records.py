"""What the actors can know of each other: this month's announcements and last month's records."""

from __future__ import annotations

from leaksim.engine.clock import Clock, Process
from leaksim.engine.lanes import Floats
from leaksim.model.schedule import RECORDS_ARE_PUBLISHED


class Records:
    """Published values by name, such as ``market.price``.

    An announcement is known at once; a record becomes known at the end of the month.
    """

    def __init__(self) -> None:
        self._known: dict[str, Floats] = {}
        self._drafts: dict[str, Floats] = {}

    def __getitem__(self, name: str) -> Floats:
        return self._known[name]

    def announce(self, name: str, value: Floats) -> None:
        """Make a value known at once."""
        self._known[name] = value

    def record(self, name: str, value: Floats) -> None:
        """Make a value known when this month's records are published."""
        self._drafts[name] = value

    def process(self, clock: Clock) -> Process:
        """Publish the drafts at the end of every month."""
        yield from clock.monthly((RECORDS_ARE_PUBLISHED, self._publish))

    def _publish(self, _month: int) -> None:
        self._known.update(self._drafts)
        self._drafts.clear()
