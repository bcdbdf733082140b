"""Files appear whole, or not at all, whatever happens to the one who writes them."""

import errno
import os
import subprocess
import sys
from io import BufferedRandom
from pathlib import Path

import pytest

from leaksim.store.atomic import PARTIAL, CannotWriteError, replace_files

OLD = {"a": b"old a", "b": b"old b", "manifest": b"old"}
NEW = {"a": b"new a", "b": b"new b", "manifest": b"new"}

KILLED = """\
import os, pathlib
from leaksim.store.atomic import replace_files

calls = 0
def die(*_, real={what}):
    global calls
    calls += 1
    if calls == {call}:
        os._exit(9)
    return real(*_)

{what} = die
replace_files(pathlib.Path({folder!r}), {contents!r})
"""


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith(PARTIAL)}


def killed(folder: Path, what: str, call: int) -> None:
    """Write anew in a process that dies without a chance to clean up."""
    code = KILLED.format(what=what, call=call, folder=str(folder), contents=NEW)
    done = subprocess.run([sys.executable, "-c", code], check=False, timeout=60)
    assert done.returncode == 9


def test_all_files_are_replaced(tmp_path: Path) -> None:
    replace_files(tmp_path / "some" / "where", OLD)
    replace_files(tmp_path / "some" / "where", NEW)
    assert content(tmp_path / "some" / "where") == NEW
    assert len(list((tmp_path / "some" / "where").iterdir())) == len(NEW)


def test_a_file_may_be_written_bit_by_bit_and_the_last_may_speak_of_it(tmp_path: Path) -> None:
    sizes = []

    def large(file: BufferedRandom) -> None:
        for _ in range(3):
            file.write(b"part ")
        file.seek(0)
        sizes.append(len(file.read()))

    def speaks_of_it(file: BufferedRandom) -> None:
        file.write(str(sizes[0]).encode())

    replace_files(tmp_path, {"a": large, "manifest": speaks_of_it})
    assert content(tmp_path) == {"a": b"part part part ", "manifest": b"15"}


def test_a_file_that_cannot_be_written_to_its_end_leaves_the_old_ones(tmp_path: Path) -> None:
    def breaks_off(file: BufferedRandom) -> None:
        file.write(b"new")
        raise OSError(errno.ENOSPC, "No space left on device")

    replace_files(tmp_path, OLD)
    with pytest.raises(CannotWriteError, match="No space left"):
        replace_files(tmp_path, {"a": b"new a", "b": breaks_off, "manifest": b"new"})
    assert content(tmp_path) == OLD
    assert len(list(tmp_path.iterdir())) == len(OLD)


def test_files_that_are_no_longer_wanted_go(tmp_path: Path) -> None:
    replace_files(tmp_path, OLD)
    replace_files(tmp_path, {"a": b"new a", "manifest": b"new"}, gone=["b", "never there"])
    assert content(tmp_path) == {"a": b"new a", "manifest": b"new"}


@pytest.mark.parametrize("call", [1, 2, 3])
def test_who_dies_while_writing_leaves_the_old_files(tmp_path: Path, call: int) -> None:
    replace_files(tmp_path, OLD)
    killed(tmp_path, "os.fsync", call)
    assert content(tmp_path) == OLD


@pytest.mark.parametrize("call", [1, 2, 3])
def test_who_dies_while_replacing_leaves_no_last_file(tmp_path: Path, call: int) -> None:
    """The last file vouches for the others, so it must not stand beside files of another time."""
    replace_files(tmp_path, OLD)
    killed(tmp_path, "pathlib.Path.replace", call)
    found = content(tmp_path)
    assert "manifest" not in found
    assert all(found[name] in (OLD[name], NEW[name]) for name in found)
    replace_files(tmp_path, NEW)
    assert content(tmp_path) == NEW


def test_a_full_disk_leaves_the_old_files_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_files(tmp_path, OLD)
    calls = []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CannotWriteError, match=os.strerror(errno.ENOSPC)) as caught:
        replace_files(tmp_path, NEW)
    assert caught.value.exit_code == 1
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == OLD


def test_files_are_readable_for_whom_the_user_wants(tmp_path: Path) -> None:
    """A temporary file of Python's own would be closed to everybody else."""
    (tmp_path / "other").touch()
    replace_files(tmp_path, NEW)
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "other").stat().st_mode
