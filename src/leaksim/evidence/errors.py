"""What can go wrong with evidence: one exception class per kind of mistake."""

from collections.abc import Sequence
from typing import ClassVar

from leaksim.errors import InputError, LeaksimError


class EvidenceError(LeaksimError, ValueError):
    """A data file of the registry is malformed or refers to something that is not there."""


class UnitError(InputError, ValueError):
    """A quantity cannot be read in the unit that is wanted."""


class UnknownName(InputError, KeyError):  # noqa: N818, the names of mistakes say what is wrong
    """A name that the registry does not hold.

    Attributes
    ----------
    name : str
        What was asked for.
    nearest : tuple of str
        Names that exist and look like it, best first; may be empty.
    """

    kind: ClassVar[str] = "name"

    def __init__(self, name: str, nearest: Sequence[str] = ()) -> None:
        hint = f"; did you mean {' or '.join(nearest)}?" if nearest else ""
        super().__init__(f"unknown {self.kind} '{name}'{hint}")
        self.name = name
        self.nearest = tuple(nearest)


class UnknownParameter(UnknownName):
    """A parameter id that the registry does not hold."""

    kind: ClassVar[str] = "parameter"


class UnknownReference(UnknownName):
    """A BibTeX key that the bibliography does not hold."""

    kind: ClassVar[str] = "reference"
