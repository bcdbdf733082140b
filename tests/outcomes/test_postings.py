"""The list of who writes which page of the books, and when, against what the agents do."""

from collections.abc import Callable, Iterator

import pytest

from leaksim.engine.clock import Clock, Process
from leaksim.engine.lanes import Block, Floats
from leaksim.engine.memory import Memory
from leaksim.evidence.instruments import Instrument, Proposal
from leaksim.model import world
from leaksim.model.ledger import FLOWS, LEVELS, Ledger
from leaksim.outcomes.observation import SHOWN
from leaksim.outcomes.postings import STEPS, items_of, unit_of
from leaksim.plan import plan
from leaksim.report.book_words import WHO, page_words
from leaksim.scenario.schema import Designations, Lever, Levers, Move
from worlds import START, catalogue, cut, scenario

SHARED = {"paid_permitted", "paid_diluted", "awaiting_payment"}
"""Pages on which several write."""


def watered_down() -> Instrument:
    """A stop of seafood of which the adopted text spares half."""
    bound = ("china", "other")
    return Instrument(
        id="watered_down",
        title="Half a stop.",
        issuer="scenario",
        provisions=(cut("seafood", 0.5, binds=bound),),
        proposal=Proposal(provisions=(cut("seafood", 1.0, binds=bound),)),
    )


def busy() -> Iterator[tuple[str, float]]:
    """Every page that somebody writes on, with the moment, in a world in which everything happens."""
    everything = scenario(
        *catalogue(),
        cut("workers", 1.0, binds=("russia", "china")),
        watered_down(),
        months=24,
        levers=Levers(
            designations=Designations(rounds_per_year=6, names_per_round=5), port_monitoring=Lever(level=0.5)
        ),
        moves=(Move(date=START, actor="russia", act="sailings", amount=2, kind="autonomous"),),
    )
    books: list[Ledger] = []

    class Kept(Ledger):
        def __init__(self, months: int, arms: int, width: int, memory: Memory | None = None) -> None:
            super().__init__(months, arms, width, memory)
            books.append(self)

    seen: set[tuple[str, float]] = set()

    class Watched(Clock):
        def monthly(self, *duties: tuple[float, Callable[[int], None]]) -> Process:
            yield from super().monthly(*((day, self._watched(day, duty)) for day, duty in duties))

        def _watched(self, day: float, duty: Callable[[int], None]) -> Callable[[int], None]:
            def watched(month: int) -> None:
                before = {name: page[month].copy() for name, page in pages().items()}
                duty(month)
                seen.update((name, day) for name, page in pages().items() if (page[month] != before[name]).any())

            return watched

    def pages() -> dict[str, Floats]:
        return {**books[0].flows, **books[0].levels}

    planned = plan(everything)
    arms = tuple(arm for arm in planned.arms if arm.name in SHOWN)
    block = Block(0, 8)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world, "Ledger", Kept)
        world.live(everything, planned.parameters(block), arms, block, seed=3, clock_type=Watched)
    yield from seen


@pytest.fixture(scope="module")
def written() -> dict[str, set[float]]:
    moments: dict[str, set[float]] = {}
    for page, day in busy():
        moments.setdefault(page, set()).add(day)
    return moments


def test_every_page_is_written_and_has_a_step(written: dict[str, set[float]]) -> None:
    listed = [page for step in STEPS for page in step.pages]
    assert sorted(listed) == sorted({*FLOWS, *LEVELS})
    # What nothing ever writes on would have no place in the order of a month.
    assert set(written) == set(listed)


def test_a_page_stands_with_the_duty_that_completes_it(written: dict[str, set[float]]) -> None:
    def order(day: float) -> float:
        return day if day > 0 else 40 + day

    listed = {page: step.day for step in STEPS for page in step.pages}
    assert listed == {page: max(days, key=order) for page, days in written.items()}
    assert {page for page, days in written.items() if len(days) > 1} == SHARED


def test_the_steps_are_in_the_order_of_the_month() -> None:
    days = [step.day if step.day > 0 else 40 + step.day for step in STEPS]
    assert days == sorted(days)


def test_everything_in_the_books_has_words_of_its_own_in_its_step() -> None:
    assert {step.who for step in STEPS} == set(WHO)
    for step in STEPS:
        words = [page_words(page, item) for page in step.pages for item in items_of(page)]
        assert len(set(words)) == len(words), step.who
        assert not [text for text in words if "_" in text or "{" in text]


@pytest.mark.parametrize(
    ("page", "item", "unit"),
    [
        ("permitted_china", "jet_fuel", "kb"),
        ("permitted_china", "capital_goods", "$m"),
        ("awaiting_payment", "motor_fuel", "kb"),
        ("workers", "russia", "person"),
        ("workers_left", "china", "person"),
        ("exported_slipped", "coal", "$m"),
        ("transit", "rason", "Mt/year"),
        ("stock", "capital_goods", "$m"),
    ],
)
def test_units(page: str, item: str, unit: str) -> None:
    assert unit_of(page, item) == unit
