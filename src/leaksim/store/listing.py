"""Which runs there are in a folder, complete or interrupted, and taking them away."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from leaksim.engine.software import software
from leaksim.errors import InputError
from leaksim.store.atomic import CannotWriteError
from leaksim.store.blocks import ABOUT, FAILED, FOLDER, Facts, about_run, blocks_kept
from leaksim.store.runs import RUN_FILES, SUMMARY
from leaksim.store.summaries import SavedSummary, SummaryError, read_summary

State = Literal["complete", "table only", "damaged", "interrupted", "failed"]
"""`table only`: its manifest was not kept; `failed`: interrupted by a block that could not be run."""


class NoRunsError(InputError):
    """There is no run where one was looked for."""


@dataclass(frozen=True)
class Entry:
    """A run, or what is kept of an interrupted one or of a study."""

    folder: Path
    name: str
    state: State
    problem: str = ""
    """What is wrong with a damaged run, or with a block that failed."""
    kind: str = "run"
    """The command whose run it is."""
    summary: SavedSummary | None = None
    """The table of a run."""
    about: Facts | None = None
    """What an interrupted run, or a study, was to be."""
    done: int = 0
    """Blocks that are kept."""
    needed: int | None = 0
    """Blocks that make it complete, at most; None where that turns out on the way."""

    @property
    def is_of_this_software(self) -> bool:
        """Whether what is kept can be taken up again, or the run would begin anew."""
        return self.about is not None and self.about["software"] == software()


def entries_in(folders: Iterable[Path]) -> list[Entry]:
    """Return the runs that folders are or hold, and what is kept of interrupted ones and of studies.

    Raises
    ------
    NoRunsError
        With every folder that holds none.
    """
    found: dict[Path, Entry] = {}
    empty = []
    for folder in folders:
        of_this = list(_entries_in(folder))
        found.update({entry.folder.resolve(): entry for entry in of_this})
        if not of_this:
            what = "holds no run" if folder.is_dir() else "is not a folder"
            empty.append(f"{folder} {what}; `leaksim run` writes one")
    if empty:
        raise NoRunsError("\n".join(empty))
    return list(found.values())


def _entries_in(folder: Path) -> Iterator[Entry]:
    if (folder / ABOUT).is_file():
        yield from _kept(folder)
        return
    if (folder / SUMMARY).is_file():
        yield _saved(folder)
        return
    for file in sorted(folder.glob(f"[!.]*/{SUMMARY}")):
        yield _saved(file.parent)
    for deeper in ("", "[!.]*/"):
        for inside in sorted(folder.glob(f"{deeper}{FOLDER}/*/{ABOUT}")):
            yield from _kept(inside.parent)


def _saved(folder: Path) -> Entry:
    try:
        summary = read_summary(folder)
    except SummaryError as error:
        return Entry(folder, folder.name, "damaged", str(error))
    return Entry(folder, summary.scenario, "complete" if summary.manifest else "table only", summary=summary)


def _kept(folder: Path) -> Iterator[Entry]:
    about = about_run(folder)
    # A complete run is known by its table; of studies nothing else can be taken up again.
    if about is None or (about["complete"] and about["kind"] == "run"):
        return
    failed = folder / FAILED
    problem = failed.read_text(encoding="utf-8").partition("\n")[0] if failed.exists() else ""
    done, needed = blocks_kept(folder), about["needed"]
    yield Entry(
        folder,
        about["name"],
        "complete" if about["complete"] else "failed" if problem else "interrupted",
        problem,
        about["kind"],
        about=about,
        # There may be blocks of points that are not asked for any more.
        done=done if needed is None else min(done, needed),
        needed=needed,
    )


def remove(entries: Iterable[Entry]) -> None:
    """Take runs away: the files that leaksim has written, and the blocks that are kept of them; nothing else.

    Raises
    ------
    CannotWriteError
        When the folder is write-protected.
    """
    for entry in entries:
        try:
            if entry.about is not None:
                shutil.rmtree(entry.folder)
                continue
            for name in RUN_FILES:
                (entry.folder / name).unlink(missing_ok=True)
            for kept in (entry.folder.parent / FOLDER).glob(f"*/{ABOUT}"):
                about = about_run(kept.parent)
                if about is not None and (about["name"], about["kind"], about["complete"]) == (entry.name, "run", True):
                    shutil.rmtree(kept.parent)
            if not any(entry.folder.iterdir()):
                entry.folder.rmdir()
        except OSError as error:
            raise CannotWriteError(f"{entry.folder} cannot be removed: {error.strerror}") from error
