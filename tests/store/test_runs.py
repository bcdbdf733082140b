"""A run on disk: whole, unchanged, the same bytes for the same inputs, and never half of it."""

import json
from pathlib import Path

import numpy as np
import pytest

from leaksim.simulation import Result, simulate
from leaksim.store.atomic import CannotWriteError, replace_files
from leaksim.store.runs import RunError, load_run, save_run
from worlds import cut, from_registry, scenario

WHAT = scenario(cut("motor_fuel", 0.9), months=4, uncertainties=from_registry("suppliers.capacity"))


@pytest.fixture(scope="module")
def result() -> Result:
    return simulate(WHAT, replications=8)


def test_a_run_reads_back_exactly(result: Result, tmp_path: Path) -> None:
    run = load_run(save_run(result, tmp_path))
    for name in ("table", "monthly", "replications", "bands"):
        saved, original = getattr(run, name), getattr(result, name)
        assert list(saved.columns) == list(original.columns)
        numbers = original.select_dtypes("number").columns
        assert np.array_equal(saved[numbers].to_numpy(), original[numbers].to_numpy(), equal_nan=True), name


def test_the_manifest_says_what_ran(result: Result, tmp_path: Path) -> None:
    folder = save_run(result, tmp_path, file=Path("somewhere/test.yaml"))
    text = (folder / "manifest.json").read_text(encoding="utf-8")
    manifest = json.loads(text)
    assert manifest["scenario"]["digest"] == WHAT.digest
    assert manifest["scenario"]["name"] == "test"
    assert "somewhere/" not in text
    assert {"summary.csv", "monthly.csv", "replications.parquet", "bands.parquet"} <= set(manifest["files"])


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    folders = [save_run(simulate(WHAT, replications=8), tmp_path / name) for name in ("one", "two")]
    for file in sorted(path.name for path in folders[0].iterdir()):
        contents = [(folder / file).read_bytes() for folder in folders]
        if file != "record.json":
            assert contents[0] == contents[1], file


def test_an_altered_or_incomplete_run_is_refused(result: Result, tmp_path: Path) -> None:
    folder = save_run(result, tmp_path)
    summary = folder / "summary.csv"
    summary.write_bytes(summary.read_bytes().replace(b"leakage", b"lekkage"))
    with pytest.raises(RunError, match=r"summary\.csv is not as leaksim wrote it"):
        load_run(folder)
    summary.unlink()
    with pytest.raises(RunError, match=r"there is no summary\.csv"):
        load_run(folder)
    (folder / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(RunError, match="manifest"):
        load_run(folder)


def test_a_crash_while_saving_leaves_no_half_of_a_run(
    result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The third file cannot be put in its place: the folder must not pass for a whole run."""
    folder = save_run(result, tmp_path)
    replaced = []
    move = Path.replace

    def crash(self: Path, target: Path) -> Path:
        replaced.append(target)
        if len(replaced) == 3:
            raise KeyboardInterrupt
        return move(self, target)

    monkeypatch.setattr(Path, "replace", crash)
    with pytest.raises(KeyboardInterrupt):
        save_run(simulate(WHAT, replications=9), tmp_path)
    monkeypatch.undo()
    with pytest.raises(RunError):
        load_run(folder)
    assert not list(folder.glob(".*"))
    save_run(result, tmp_path)
    assert load_run(folder).table.equals(load_run(folder).table)


def test_a_disk_that_refuses_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(CannotWriteError, match="cannot be written"):
        replace_files(tmp_path / "file", {"a": b"1"})
