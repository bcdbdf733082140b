"""The manifest says all that is needed to run again, and nothing about whose machine it was."""

import hashlib
import json
import os
import shutil
import subprocess
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from leaksim.evidence.registry import load_registry
from leaksim.simulation import Result, simulate
from leaksim.store.manifest import git_state
from leaksim.store.runs import MANIFEST, RECORD, RunError, load_run, manifest_in, save_run
from leaksim.version import __version__
from worlds import cut, scenario

WHAT = scenario(cut("motor_fuel", 0.9), months=3, channels=["cn_slippage"])


@pytest.fixture(scope="module")
def result() -> Result:
    return simulate(WHAT, replications=8, seed=3)


@pytest.fixture
def saved(result: Result, tmp_path: Path) -> Path:
    return save_run(result, tmp_path, file=tmp_path / "folder" / "file.yaml")


def read(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def manifest_of(folder: Path) -> dict[str, Any]:
    return read(folder / MANIFEST)


def test_it_says_what_was_asked_and_how_it_was_run(saved: Path) -> None:
    manifest = manifest_of(saved)
    assert manifest["software"]["leaksim"] == __version__
    assert {"python", "numpy", "pandas", "scipy", "simpy"} <= set(manifest["software"])
    assert manifest["evidence"] == load_registry().digest
    assert manifest["scenario"]["file"] == "file.yaml"
    assert manifest["scenario"]["title"] == WHAT.title
    run = manifest["run"]
    assert (run["seed"], run["replications"], run["draws"], run["months"]) == (3, 8, 1, 3)
    assert [arm["name"] for arm in run["arms"]] == ["baseline", "intended", "realised"]
    assert run["arms"][-1]["channels"] == ["cn_slippage"]
    assert "SFC64" in manifest["streams"]


def test_it_names_the_parameters_that_changed_nothing(result: Result, tmp_path: Path) -> None:
    folder = save_run(replace(result, unread=("suppliers.capacity",)), tmp_path)
    assert manifest_of(folder)["run"]["unread"] == ["suppliers.capacity"]


def test_the_scenario_is_in_the_record_as_it_was_run(saved: Path) -> None:
    canonical = json.dumps(read(saved / RECORD)["content"], sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(canonical.encode()).hexdigest() == manifest_of(saved)["scenario"]["digest"] == WHAT.digest


def test_it_vouches_for_every_other_file(saved: Path) -> None:
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in saved.iterdir()}
    del found[MANIFEST], found[RECORD]
    assert manifest_of(saved)["files"] == found


def test_only_what_is_volatile_differs_between_two_runs_of_the_same(result: Result, tmp_path: Path) -> None:
    again = simulate(WHAT, replications=8, seed=3)
    folders = [save_run(each, tmp_path / name) for each, name in ((result, "one"), (again, "two"))]
    assert (folders[0] / MANIFEST).read_bytes() == (folders[1] / MANIFEST).read_bytes()
    one, two = (read(folder / RECORD) for folder in folders)
    assert {"started", "seconds", "platform", "processor"} == set(one["volatile"])
    assert timedelta(0) <= datetime.fromisoformat(two["volatile"]["started"]) - datetime.fromisoformat(
        one["volatile"]["started"]
    )
    del one["volatile"], two["volatile"]
    assert one == two


def test_a_run_whose_record_was_not_kept_is_known_by_its_manifest(saved: Path) -> None:
    whole = manifest_in(saved)
    (saved / RECORD).unlink()
    bare = manifest_in(saved)
    assert bare["scenario"] == {**whole["scenario"], "content": None}
    assert (bare["software"]["git"], bare["volatile"]) == (None, None)
    with pytest.raises(RunError, match=r"there is no record\.json"):
        load_run(saved)


def test_it_names_no_place_on_the_machine(saved: Path, tmp_path: Path) -> None:
    text = "".join((saved / name).read_text(encoding="utf-8") for name in (MANIFEST, RECORD))
    for place in (tmp_path, Path.home(), Path.cwd()):
        assert str(place) not in text


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"format": 1', '{"run": {}}'])
def test_a_manifest_that_says_nothing_is_refused(saved: Path, text: str) -> None:
    (saved / MANIFEST).write_text(text, encoding="utf-8")
    with pytest.raises(RunError, match="run the scenario again"):
        load_run(saved)


def test_a_run_of_another_format_is_refused(saved: Path) -> None:
    manifest = manifest_of(saved) | {"format": 1}
    (saved / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(RunError, match="another version of leaksim"):
        load_run(saved)


def test_a_folder_that_does_not_exist_holds_no_run(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="does not hold a whole run") as caught:
        load_run(tmp_path / "nowhere")
    assert caught.value.exit_code == 2


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    if shutil.which("git") is None:
        pytest.skip("there is no git here")
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "version.py").write_text("1", encoding="utf-8")
    git(tmp_path, "init")
    return tmp_path


def git(folder: Path, *words: str) -> str:
    author = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
    bare = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "-C", str(folder), *author, *words]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=bare).stdout.strip()


def state(folder: Path) -> dict[str, Any] | None:
    git_state.cache_clear()
    try:
        return git_state(folder)
    finally:
        git_state.cache_clear()


def test_the_revision_is_that_of_the_package(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = repository / "package"
    assert state(package) is None  # not yet under version control
    git(repository, "add", ".")
    assert state(package) is None  # no revision yet
    git(repository, "commit", "-m", "first")
    revision = git(repository, "rev-parse", "HEAD")
    monkeypatch.setenv("GIT_DIR", "somewhere/else")  # as in a hook of another repository
    assert state(package) == {"revision": revision, "modified": False}
    (repository / "results.csv").write_text("not part of the package", encoding="utf-8")
    assert state(package) == {"revision": revision, "modified": False}
    (package / "version.py").write_text("2", encoding="utf-8")
    assert state(package) == {"revision": revision, "modified": True}


def test_a_package_that_merely_lies_in_a_repository_has_no_revision(repository: Path) -> None:
    git(repository, "add", ".")
    git(repository, "commit", "-m", "first")
    installed = repository / "environment"
    installed.mkdir()
    (installed / "version.py").write_text("1", encoding="utf-8")
    assert state(installed) is None


def test_without_git_there_is_no_revision_and_no_failure(
    result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    git_state.cache_clear()
    folder = save_run(result, tmp_path)
    git_state.cache_clear()
    assert read(folder / RECORD)["git"] is None
