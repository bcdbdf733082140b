"""Blocks that are kept: exact, never half of one, never one of another run, and no more of them than needed."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from leaksim.engine.software import software
from leaksim.store.atomic import CannotWriteError
from leaksim.store.blocks import BlockStore, KeptBlocks, StoreError, about_run, packed, unpacked

ASKED = {"seed": 1}
CONTENTS = [bytes([65 + number]) * (20 + number) for number in range(4)]


def kept_in(folder: Path, seed: int = 1, name: str = "one") -> KeptBlocks:
    return BlockStore(folder).run("run", name, {"seed": seed}, needed=4)


def four_blocks(folder: Path) -> Path:
    """Keep four blocks and return the file that they are in."""
    kept = kept_in(folder)
    for index, content in enumerate(CONTENTS):
        kept.keep(index, 512, content)
    (file,) = kept.folder.glob("*.blocks")
    return file


def found_in(folder: Path) -> dict[int, bytes]:
    kept = kept_in(folder)
    return {index: kept[index] for index in range(4) if kept.lanes(index)}


def test_arrays_come_back_to_the_last_bit_and_in_order() -> None:
    values = np.array([[0.1, -0.0, np.inf], [np.nan, 5e-324, 1e308]])
    arrays = {"b": values, "a/x y": values[:, 1:], "": np.empty((0, 3)), "one": np.array(2.5)}
    groups, words = unpacked(packed({"second": arrays, "first": {"b": -values}, "none": {}}, ["Ж", "a b"]))
    assert words == ["Ж", "a b"]
    assert list(groups) == ["second", "first", "none"]
    assert list(groups["second"]) == list(arrays)
    assert groups["first"]["b"].tobytes() == (-values).tobytes()
    for name, array in arrays.items():
        assert groups["second"][name].shape == array.shape
        assert groups["second"][name].tobytes() == array.tobytes()


def test_what_one_process_keeps_the_next_one_finds(tmp_path: Path) -> None:
    four_blocks(tmp_path)
    assert found_in(tmp_path) == dict(enumerate(CONTENTS))


def test_a_file_that_ends_anywhere_gives_the_blocks_before_and_is_left_alone(tmp_path: Path) -> None:
    file = four_blocks(tmp_path)
    whole = file.read_bytes()
    ends = [whole.index(content) + len(content) for content in CONTENTS]
    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        expected = sum(end <= length for end in ends)
        store = BlockStore(tmp_path)
        kept = store.run("run", "one", ASKED, needed=4)
        assert [kept.lanes(index) for index in range(4)] == [512] * expected + [0] * (4 - expected)
        assert not store.damaged
    kept_in(tmp_path).keep(3, 512, CONTENTS[3])
    assert file.read_bytes() == whole[:-1]
    assert found_in(tmp_path) == dict(enumerate(CONTENTS))


def test_no_byte_can_change_without_being_noticed(tmp_path: Path) -> None:
    file = four_blocks(tmp_path)
    whole = file.read_bytes()
    for place in range(len(whole)):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        found = found_in(tmp_path)
        assert len(found) < 4
        assert all(content == CONTENTS[index] for index, content in found.items())


def test_a_damaged_block_is_told_and_the_others_are_used(tmp_path: Path) -> None:
    file = four_blocks(tmp_path)
    file.write_bytes(file.read_bytes().replace(CONTENTS[1], CONTENTS[1].lower()))
    store = BlockStore(tmp_path)
    kept = store.run("run", "one", ASKED, needed=4)
    assert [bool(kept.lanes(index)) for index in range(4)] == [True, False, True, True]
    assert store.damaged == [file]


def test_blocks_of_another_run_are_refused_wherever_they_lie(tmp_path: Path) -> None:
    file = four_blocks(tmp_path)
    other = kept_in(tmp_path, seed=2)
    assert not other.lanes(0)
    other.keep(3, 512, b"mine")
    (other.folder / "1.blocks").write_bytes(file.read_bytes())
    store = BlockStore(tmp_path)
    again = store.run("run", "one", {"seed": 2}, needed=4)
    assert [again.lanes(index) for index in range(4)] == [0, 0, 0, 512]
    assert store.damaged == [other.folder / "1.blocks"]


def test_other_software_finds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    four_blocks(tmp_path)
    other = {**software(), "numpy": "1.0"}
    monkeypatch.setattr("leaksim.store.blocks.software", lambda: other)
    assert not found_in(tmp_path)


def test_of_two_blocks_of_one_number_the_longer_is_used(tmp_path: Path) -> None:
    kept_in(tmp_path).keep(0, 512, b"long")
    kept_in(tmp_path).keep(0, 100, b"short")
    kept = kept_in(tmp_path)
    assert (kept.lanes(0), kept[0]) == (512, b"long")


def test_fresh_forgets_what_is_there(tmp_path: Path) -> None:
    file = four_blocks(tmp_path)
    assert not BlockStore(tmp_path, fresh=True).run("run", "one", ASKED, needed=4).lanes(0)
    assert not file.exists()


def test_what_is_of_no_more_use_is_thrown_away_and_what_others_need_is_not(tmp_path: Path) -> None:
    other = kept_in(tmp_path, seed=2)
    other.keep(0, 512, b"block")
    for left in (True, False):
        store = BlockStore(tmp_path)
        kept = store.run("run", "one", ASKED, needed=4)
        kept.keep(0, 512, b"block")
        store.discard()
        assert not kept.folder.exists()
        assert (tmp_path / ".blocks").exists() is left
        shutil.rmtree(other.folder, ignore_errors=True)


def test_nothing_is_written_before_there_is_a_block(tmp_path: Path) -> None:
    kept_in(tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_is_kept_is_not_for_version_control_and_says_what_it_is(tmp_path: Path) -> None:
    file = four_blocks(tmp_path)
    assert (tmp_path / ".blocks" / ".gitignore").read_text(encoding="utf-8") == "*\n"
    about = json.loads((file.parent / "run.json").read_text(encoding="utf-8"))
    assert (about["name"], about["asked"], about["needed"], about["complete"]) == ("one", ASKED, 4, False)


def test_a_complete_run_takes_the_place_of_earlier_complete_ones_only(tmp_path: Path) -> None:
    def begin(seed: int, name: str = "one") -> KeptBlocks:
        kept = kept_in(tmp_path, seed, name)
        kept.keep(0, 512, b"block")
        return kept

    earlier, interrupted, other, last = begin(1), begin(2), begin(3, "other"), begin(4)
    for kept in (earlier, other, last):
        kept.finish()
    assert [kept.folder.exists() for kept in (earlier, interrupted, other, last)] == [False, True, True, True]
    about = about_run(last.folder)
    assert about is not None
    assert about["complete"]


def test_a_full_disk_is_told_in_words_and_that_file_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = kept_in(tmp_path)
    kept.keep(0, 512, CONTENTS[0])
    real: Callable[..., object] = Path.open

    def full(self: Path, mode: str = "r", *rest: object) -> object:
        if mode == "ab":
            raise OSError(28, "No space left on device")
        return real(self, mode, *rest)

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(CannotWriteError, match="No space left on device"):
        kept.keep(1, 512, CONTENTS[1])
    monkeypatch.undo()
    kept.keep(2, 512, CONTENTS[2])
    assert set(found_in(tmp_path)) == {0, 2}
    assert len(list(kept.folder.glob("*.blocks"))) == 2


def test_what_was_removed_meanwhile_is_told(tmp_path: Path) -> None:
    file = four_blocks(tmp_path)
    kept = kept_in(tmp_path)
    file.unlink()
    with pytest.raises(StoreError, match="has gone while it was needed"):
        kept[0]
