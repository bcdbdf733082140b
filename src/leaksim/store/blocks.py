"""Blocks of runs, kept as they are done, so that an interrupted run goes on where it stopped.

Each run has a folder of its own, named after what it asks for and the software, so that it only finds blocks that it
would have computed just so. Each process that adds to it writes a file of its own, block after block: one that is
killed leaves half a block at the end of its file at worst, and nobody writes after it.
"""

from __future__ import annotations

import hashlib
import json
import math
import shutil
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.engine.software import software
from leaksim.errors import LeaksimError
from leaksim.store.atomic import CannotWriteError, replace_files

FOLDER = ".blocks"
"""Where blocks are kept, in the folder where results go."""

ABOUT, FAILED = "run.json", "failed.txt"

_IGNORED = ".gitignore"

_FORMAT = 2
"""Version of what is kept; blocks of another version are of no use."""

_DEPENDS, _TELLS = ("format", "kind", "asked", "software"), ("name", "needed", "complete")
"""What is said of a run: that on which its blocks depend, and the rest."""

_NUMBER_SIZE = 16

_HEAD = struct.Struct(f"<8sQ{_NUMBER_SIZE}sI32s")
"""What stands before a block: the mark, how many bytes follow, number, lanes, and a checksum."""

_MARK = b"leaksim\n"

Facts = dict[str, Any]

_FLOAT = "<f8"

Groups = Mapping[str, Mapping[str, Floats]]
"""Arrays by name, in groups that have names, too."""


class StoreError(LeaksimError):
    """What was kept has gone."""


@dataclass(frozen=True)
class _Place:
    file: Path
    start: int
    size: int
    lanes: int


class BlockStore:
    """The blocks of all runs whose results go to one folder.

    Parameters
    ----------
    results
        The folder of the results. Nothing is written before there is a block to keep.
    fresh
        Throw away what is kept of a run, instead of going on from there.
    """

    def __init__(self, results: str | Path, *, fresh: bool = False) -> None:
        self.folder = Path(results) / FOLDER
        self.damaged: list[Path] = []
        """Files in which something is not as it was written; it is computed again."""
        self._fresh = fresh
        self._handed_out: list[Path] = []

    def run(self, kind: str, name: str, asked: Facts, needed: int | None) -> KeptBlocks:
        """Return what is kept of a run.

        Parameters
        ----------
        kind
            The command that blocks of this form belong to.
        name
            That of the scenario.
        asked
            All that the blocks depend on, except the software.
        needed
            Blocks that make it complete; None where that turns out on the way.
        """
        kept = KeptBlocks(self.folder, kind, name, asked, needed)
        if self._fresh:
            shutil.rmtree(kept.folder, ignore_errors=True)
        self.damaged += kept.look()
        self._handed_out.append(kept.folder)
        return kept

    def discard(self) -> None:
        """Throw away what is kept of all runs that were asked for, once their results are saved and cannot grow."""
        for folder in self._handed_out:
            shutil.rmtree(folder, ignore_errors=True)
        if self.folder.is_dir() and {path.name for path in self.folder.iterdir()} <= {_IGNORED}:
            shutil.rmtree(self.folder, ignore_errors=True)


def block_store(place: BlockStore | str | Path | None) -> BlockStore | None:
    """Return the store in a folder of results; what is one already, or None, as it is."""
    return BlockStore(place) if isinstance(place, str | Path) else place


class KeptBlocks:
    """What is kept of one run; see `BlockStore.run`."""

    def __init__(self, store: Path, kind: str, name: str, asked: Facts, needed: int | None) -> None:
        depends = {"format": _FORMAT, "kind": kind, "asked": asked, "software": software()}
        self._key = _key_of(depends)
        self._about = {**depends, "name": name, "needed": needed, "complete": False}
        self.folder = store / f"{name}-{kind}-{self._key.hex()[:12]}"
        self._places: dict[int, _Place] = {}
        self._file: Path | None = None

    def look(self) -> list[Path]:
        """Find the blocks that are whole and of this run, and return the files in which others are."""
        damaged = []
        for file, opened in _files_in(self.folder):
            for index, place, whole in _blocks_in(opened, file, self._key):
                if whole and place.lanes > self.lanes(index):
                    self._places[index] = place
                elif not whole:
                    damaged.append(file)
        return list(dict.fromkeys(damaged))

    def lanes(self, index: int) -> int:
        """Return how many lanes of a block are kept."""
        return self._places[index].lanes if index in self._places else 0

    def __getitem__(self, index: int) -> bytes:
        place = self._places[index]
        try:
            with place.file.open("rb") as file:
                file.seek(place.start)
                return file.read(place.size)
        except OSError as error:
            raise StoreError(f"{place.file} has gone while it was needed: {error.strerror}; run this again") from None

    def keep(self, index: int, lanes: int, content: bytes) -> None:
        """Add a block.

        Raises
        ------
        CannotWriteError
            When the disk is full, the folder is write-protected, and so on.
        """
        try:
            # A file to which writing failed once is left alone. Nothing is forced to the disk: what a power failure
            # takes away does not have its checksum, and is computed again.
            file, self._file = self._file or self._new_file(), None
            with file.open("ab") as opened:
                checksum = _checksum(self._key, index, lanes, content)
                opened.write(_head(len(content), index, lanes, checksum))
                self._places[index] = _Place(file, opened.tell(), len(content), lanes)
                opened.write(content)
            self._file = file
        except OSError as error:
            raise CannotWriteError(f"{self.folder} cannot be written: {error.strerror}") from error

    def note_failure(self, text: str) -> Path:
        """Write down why a block is missing, and return where."""
        self._describe()
        replace_files(self.folder, {FAILED: text.encode()})
        return self.folder / FAILED

    def finish(self) -> None:
        """Take note that the run is complete; earlier complete runs of its name are not needed any more."""
        self._about["complete"] = True
        self._describe()
        (self.folder / FAILED).unlink(missing_ok=True)
        for other in self.folder.parent.iterdir():
            about = about_run(other)
            if about is None or other == self.folder or not about["complete"]:
                continue
            if all(about[word] == self._about[word] for word in ("kind", "name")):
                shutil.rmtree(other, ignore_errors=True)

    def _new_file(self) -> Path:
        self._describe()
        number = len(list(self.folder.glob("*.blocks")))
        while True:
            try:
                file = self.folder / f"{number}.blocks"
                file.touch(exist_ok=False)
            except FileExistsError:
                number += 1
            else:
                return file

    def _describe(self) -> None:
        text = json.dumps(self._about, indent=2, ensure_ascii=False)
        replace_files(self.folder, {ABOUT: f"{text}\n".encode()})
        if not (self.folder.parent / _IGNORED).exists():
            replace_files(self.folder.parent, {_IGNORED: b"*\n"})


def about_run(folder: Path) -> Facts | None:
    """Say what run a folder of blocks is of; None if it is none."""
    try:
        about = json.loads((folder / ABOUT).read_bytes())
    except (OSError, ValueError):
        return None
    is_one = isinstance(about, dict) and {*_DEPENDS, *_TELLS} <= about.keys() and about["format"] == _FORMAT
    return about if is_one else None


def blocks_kept(folder: Path) -> int:
    """Return how many blocks a folder has that are whole and of its run."""
    about = about_run(folder)
    if about is None:
        return 0
    key = _key_of({word: about[word] for word in _DEPENDS})
    found = (each for file, opened in _files_in(folder) for each in _blocks_in(opened, file, key))
    return len({index for index, _, whole in found if whole})


def packed(groups: Groups, words: Iterable[str] = ()) -> bytes:
    """Write arrays and words in little space: their names and shapes as JSON, then the numbers, compressed by zstd."""
    import pyarrow as pa

    shapes = {group: {name: array.shape for name, array in arrays.items()} for group, arrays in groups.items()}
    numbers = [np.asarray(array, _FLOAT).tobytes() for arrays in groups.values() for array in arrays.values()]
    content = b"".join([json.dumps({"shapes": shapes, "words": list(words)}).encode(), b"\n", *numbers])
    compressed: bytes = pa.compress(content, codec="zstd", asbytes=True)
    return len(content).to_bytes(8, "little") + compressed


def unpacked(content: bytes) -> tuple[dict[str, dict[str, Floats]], list[str]]:
    """Read what `packed` has written, in the same order."""
    import pyarrow as pa

    size = int.from_bytes(content[:8], "little")
    head, _, numbers = pa.decompress(content[8:], size, codec="zstd", asbytes=True).partition(b"\n")
    found = json.loads(head)
    start = 0
    groups: dict[str, dict[str, Floats]] = {}
    for group, shapes in found["shapes"].items():
        groups[group] = {}
        for name, shape in shapes.items():
            array = np.frombuffer(numbers, _FLOAT, math.prod(shape), start).reshape(shape)
            groups[group][name] = array
            start += array.nbytes
    return groups, found["words"]


def number_of(asked: Facts) -> int:
    """Return the number of a block that is known by what it depends on, where a run may come to have others."""
    return int.from_bytes(_key_of(asked)[:_NUMBER_SIZE], "little")


def _key_of(depends: Facts) -> bytes:
    canonical = json.dumps(depends, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).digest()


def _files_in(folder: Path) -> Iterator[tuple[Path, BinaryIO]]:
    for file in sorted(folder.glob("*.blocks")):
        with file.open("rb") as opened:
            yield file, opened


def _blocks_in(opened: BinaryIO, file: Path, key: bytes) -> Iterator[tuple[int, _Place, bool]]:
    """Yield the blocks of a file with their numbers and whether they are as they were written and of this run.

    Half a block at the end is left out: a process was killed there, or is still writing.
    """
    end = file.stat().st_size
    while len(read := opened.read(_HEAD.size)) == _HEAD.size:
        mark, size, number, lanes, checksum = _HEAD.unpack(read)
        index = int.from_bytes(number, "little")
        place = _Place(file, opened.tell(), size, lanes)
        if mark != _MARK:
            yield index, place, False
            return  # what follows cannot be found
        if place.start + size > end:
            return
        yield index, place, checksum == _checksum(key, index, lanes, opened.read(size))


def _checksum(key: bytes, index: int, lanes: int, content: bytes) -> bytes:
    return hashlib.sha256(key + _head(len(content), index, lanes) + content).digest()


def _head(size: int, index: int, lanes: int, checksum: bytes = b"") -> bytes:
    return _HEAD.pack(_MARK, size, index.to_bytes(_NUMBER_SIZE, "little"), lanes, checksum)
