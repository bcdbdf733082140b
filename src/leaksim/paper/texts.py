"""Reading the files of a paper."""

from __future__ import annotations

from pathlib import Path

from leaksim.errors import InputError


class TextError(InputError):
    """A text cannot be read."""


def read_text(file: Path) -> str:
    """Read a text in UTF-8.

    Raises
    ------
    TextError
        When there is no such file, or it has another encoding.
    """
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise TextError(f"{file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise TextError(f"{file} is not in UTF-8 (byte {error.start}); save it in this encoding") from None
