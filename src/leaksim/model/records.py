"""What the actors can know of each other: this month's announcements and last month's records."""

from __future__ import annotations

from copy import copy

from leaksim.engine.clock import Clock, Process
from leaksim.engine.lanes import Floats, SomeArms
from leaksim.model.schedule import RECORDS_ARE_PUBLISHED


class Records:
    """Published values by name, such as ``market.price``.

    An announcement is known at once; a record becomes known at the end of the month.
    """

    def __init__(self) -> None:
        self._known: dict[str, Floats] = {}
        self._drafts: dict[str, Floats] = {}
        self._arms: SomeArms | None = None
        self._views: dict[bytes, Records] = {}
        self._picked: dict[str, tuple[Floats, Floats]] = {}
        """In a view, the values last read and what of them belongs to its arms."""

    def within(self, arms: SomeArms) -> Records:
        """Return these records for those who act in some arms only: in the others their own are zero."""
        key = arms.flags.tobytes()
        if key not in self._views:
            view = self._views[key] = copy(self)
            # Without views of its own, so that nothing refers to itself and a world goes as soon as it is not needed.
            view._arms, view._picked, view._views = arms, {}, {}
        return self._views[key]

    def __getitem__(self, name: str) -> Floats:
        value = self._known[name]
        if self._arms is None:
            return value
        whole, part = self._picked.get(name, (None, value))
        if whole is not value:
            part = self._arms.of(value)
            self._picked[name] = value, part
        return part

    def announce(self, name: str, value: Floats) -> None:
        """Make a value known at once; it is not to be changed afterwards."""
        self._known[name] = self._in_all_arms(value)

    def record(self, name: str, value: Floats) -> None:
        """Make a value known when this month's records are published; it is not to be changed afterwards."""
        self._drafts[name] = self._in_all_arms(value)

    def _in_all_arms(self, value: Floats) -> Floats:
        return value if self._arms is None else self._arms.among_all(value)

    def process(self, clock: Clock) -> Process:
        """Publish the drafts at the end of every month."""
        yield from clock.monthly((RECORDS_ARE_PUBLISHED, self._publish))

    def _publish(self, _month: int) -> None:
        self._known.update(self._drafts)
        self._drafts.clear()
