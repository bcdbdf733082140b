"""Writing files so that a reader never finds half of one."""

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from io import BufferedRandom
from pathlib import Path

from leaksim.errors import LeaksimError

PARTIAL = ".partial"
"""End of the name of a file that is still being written; a crash leaves nothing else behind."""


class CannotWriteError(LeaksimError):
    """A result could not be written to disk."""


Content = bytes | Callable[[BufferedRandom], None]
"""Of a file: its bytes, or what writes them, into a file that can be read too."""


def replace_files(folder: Path, contents: Mapping[str, Content], gone: Iterable[str] = ()) -> None:
    """Write files into a folder, each of them whole or not at all.

    Everything is on disk before the first file takes its place, and the last one takes its place only after all the
    others, of which it may thus speak. While they change places the old last one is gone.

    Parameters
    ----------
    folder
        Made if need be.
    contents
        By file name, in the order in which the files are written and are to appear.
    gone
        Names of files that are to disappear, should they be there.

    Raises
    ------
    CannotWriteError
        When the disk is full, the folder is write-protected, and so on.
    """
    partial = {name: folder / f".{name}.{os.getpid()}{PARTIAL}" for name in contents}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            with partial[name].open("w+b") as file:
                if isinstance(content, bytes):
                    file.write(content)
                else:
                    content(file)
                file.flush()
                os.fsync(file.fileno())
        *_, last = contents
        for name in (last, *gone):
            (folder / name).unlink(missing_ok=True)
        for name, written in partial.items():
            written.replace(folder / name)
    except OSError as error:
        raise CannotWriteError(f"{folder} cannot be written: {error.strerror}") from error
    finally:
        with suppress(OSError):  # the reason is told above; there is nothing more to clean up
            for left_over in partial.values():
                left_over.unlink(missing_ok=True)
