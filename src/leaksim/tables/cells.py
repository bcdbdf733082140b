"""The cells of a table: numbers with their interval and their digits, texts, and where each comes from."""

from __future__ import annotations

from dataclasses import dataclass

from leaksim.report.numbers import interval_words, varies, written

MINUS = "\N{MINUS SIGN}"
NO_VALUE = "\N{EN DASH}"


@dataclass(frozen=True)
class Origin:
    """Where the value of a cell stands."""

    run: str
    """Folder of the run, or the scenario file that was run for the table."""
    scenario: str
    metric: str
    """As in the tidy table; `parameter` or `measure` for what stands in no result."""
    item: str
    reference: str = ""
    """In a comparison: name of the scenario from which differences are taken."""

    def __str__(self) -> str:
        return f"{self.metric} [{self.item}]" if self.item else self.metric


@dataclass(frozen=True)
class Number:
    """A number in the unit in which it is shown, with its interval."""

    estimate: float
    low: float
    high: float
    """Both bounds are not a number where there is no interval."""
    interval: str
    """What the interval covers: `replication` or `parameter`."""
    unit: str
    """In words."""
    places: int
    """Decimals that are shown; negative for tens and hundreds."""
    signed: bool = False
    """Whether a positive number shows its sign, as a difference does."""
    scale: float | None = None
    """Factor from the number of the run; None for the usual one, percent for shares."""

    @property
    def has_interval(self) -> bool:
        """Whether there is an interval of any width."""
        return varies(self.estimate, self.low, self.high)

    @property
    def digits(self) -> str:
        """The estimate, with commas between the thousands and the ASCII minus.

        >>> Number(2846.3, 2310.0, 3240.0, "parameter", "", -1).digits
        '2,850'
        """
        text = written(self.estimate, self.places)
        return f"+{text}" if self.signed and self.estimate > 0 and text.strip("0.,") else text

    @property
    def between(self) -> str:
        """The interval in round brackets; empty where there is none.

        >>> Number(2846.3, 2310.0, 3240.0, "parameter", "", -1).between
        '(2,310 to 3,240)'
        """
        if not self.has_interval:
            return ""
        return f"({interval_words(self.estimate, self.low, self.high, self.places)})"


@dataclass(frozen=True)
class Cell:
    """One place of a table: a number, a text, or nothing."""

    text: str = ""
    number: Number | None = None
    below: str = ""
    """A further line below the interval, such as a p."""
    sources: tuple[str, ...] = ()
    """BibTeX keys that are cited after the text."""
    remark: str = ""
    """What a note below the table says about this cell."""
    origin: Origin | None = None

    @property
    def lines(self) -> tuple[str, ...]:
        """What a reader sees, line by line, with the typographic minus."""
        if self.number is None:
            return (self.text, self.below) if self.below else (self.text,)
        shown = (self.number.digits, self.number.between, self.below)
        return tuple(line.replace("-", MINUS) for line in shown if line)
