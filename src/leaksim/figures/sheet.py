"""What a kind of figure hands over: its numbers, how to draw them, and what to say of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leaksim.errors import InputError
from leaksim.figures.style import Width
from leaksim.report.numbers import decimals, written
from leaksim.report.outcomes import PARAMETER, REPLICATION
from leaksim.version import __version__

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure as Canvas

    from leaksim.figures.subject import Subject


class FigureError(InputError):
    """A figure cannot be drawn from what was given."""


@dataclass(frozen=True)
class Sheet:
    """A figure before it is drawn."""

    kind: str
    data: pd.DataFrame
    """Every number that is drawn."""
    height: float
    """Inches."""
    draw: Callable[[Canvas, Width], None]
    """Draws the numbers on a canvas of that width."""
    alt: str
    """What the figure shows, for those who cannot see it: sentences with its main numbers."""
    caption: str
    """What to write below it: what is drawn, from which histories, with which intervals."""


def capital(words: str) -> str:
    """Begin with a capital letter.

    >>> capital("jet fuel")
    'Jet fuel'
    """
    return words[:1].upper() + words[1:]


def number(value: float) -> str:
    """Write a number of a text with about three digits.

    >>> number(2551.4), number(0.123456)
    ('2,551', '0.123')
    """
    return written(value, decimals(value, value, value))


def unit_in_words(data: pd.DataFrame) -> str:
    """Write the unit of monthly supplies for readers who do not know kb."""
    return str(data["unit"].iloc[0]).replace("/", " a ").replace("kb", "thousand barrels")


def histories(lanes: int, draws: int) -> str:
    """Say from how many worlds numbers come.

    >>> histories(1, 1), histories(1000, 200)
    ('1 random history', '1,000 random histories with 200 draws of the uncertain parameters')
    """
    counted = "1 random history" if lanes == 1 else f"{lanes:,} random histories"
    return counted if draws == 1 else f"{counted} with {draws:,} draws of the uncertain parameters"


def covered(kind: str) -> str:
    """Say what an interval covers.

    >>> covered("parameter")
    'over the uncertain parameters'
    """
    return {PARAMETER: "over the uncertain parameters", REPLICATION: "from the random histories alone"}[kind]


def made_with(subject: Subject) -> str:
    """Say how a run was made, to end a caption."""
    period = f"{subject.months[0]} to {subject.months[-1]}"
    return (
        f"Scenario {subject.name}, {period}, {histories(subject.lanes, subject.draws)}, seed {subject.seed}; "
        f"leaksim {__version__}."
    )
