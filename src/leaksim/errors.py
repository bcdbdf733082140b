"""The one ancestor of every mistake that leaksim reports on purpose.

The command line turns a :class:`LeaksimError` into a message and the exit code that the class
carries; any other exception is a defect of leaksim and keeps its traceback.
"""

from typing import ClassVar


class LeaksimError(Exception):
    """Something leaksim can explain to its user."""

    exit_code: ClassVar[int] = 1

    def __str__(self) -> str:
        # KeyError shows the repr of its argument; a message is shown as it was written.
        return str(self.args[0]) if len(self.args) == 1 else super().__str__()


class InputError(LeaksimError):
    """What the user wrote (a file, a value, an option) cannot be used."""

    exit_code: ClassVar[int] = 2
