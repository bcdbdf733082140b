"""The clock: the order of a month is carried by moments, not by the order in which agents are listed."""

from datetime import date

from leaksim.engine.calendar import Calendar
from leaksim.engine.clock import Clock, Process
from leaksim.model import schedule

MONTHS = 14


class Diarist:
    """Somebody who writes down when his duties fall."""

    def __init__(self, name: str, days: list[float], diary: list[tuple[float, str, int]]) -> None:
        self.name, self.days, self.diary = name, days, diary

    def process(self, clock: Clock) -> Process:
        def write(month: int) -> None:
            self.diary.append((clock.environment.now, self.name, month))

        yield from clock.monthly(*((day, write) for day in self.days))


def diary(reverse: bool) -> list[tuple[float, str, int]]:
    entries: list[tuple[float, str, int]] = []
    people = [Diarist("early", [1.0, -0.5], entries), Diarist("late", [1.125, 3.5, -1.0], entries)]
    Clock(Calendar(date(2016, 1, 1), MONTHS)).run(*(reversed(people) if reverse else people))
    return entries


def test_every_duty_falls_on_its_moment_of_every_month() -> None:
    calendar = Calendar(date(2016, 1, 1), MONTHS)
    expected = {
        (calendar.moment(month, day), name, month)
        for month in range(MONTHS)
        for name, days in (("early", [1.0, -0.5]), ("late", [1.125, 3.5, -1.0]))
        for day in days
    }
    assert set(diary(reverse=False)) == expected


def test_the_order_of_agents_does_not_matter() -> None:
    assert diary(reverse=False) == diary(reverse=True)


def test_the_days_of_the_schedule_leave_room_in_the_shortest_month() -> None:
    """Duties are listed in the order in which they fall, also in February."""
    days = {name: value for name, value in vars(schedule).items() if name.isupper() and name != "ORDER_DAY"}
    calendar = Calendar(date(2017, 2, 1), 1)
    moments = [calendar.moment(0, day) for day in days.values()]
    assert len(set(moments)) == len(moments)
    assert moments == sorted(moments)
