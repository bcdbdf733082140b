"""What the pages tell a reader to type works.

The commands and programs of a page are run in their order, in one folder that holds the shipped scenarios. A block of
YAML whose first line names a file is that file. A block of text right after a program is what the program prints; after
a change that is meant, rewrite it with ``pytest tests/docs --regenerate-golden``.
"""

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from leaksim.cli import main

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```(sh|python|yaml)\n(.*?)^```(?:\n\n```text\n(.*?)^```)?", flags=re.DOTALL | re.MULTILINE)
FOR_PEOPLE = ("make ", "source ", "git ", "pip ")
"""Commands that set things up; of `make`, a test looks for the target."""


def blocks(page: Path) -> list[tuple[str, str, str | None]]:
    """Language and text of each block, and what the page says that it prints."""
    return [(found[1], found[2], found[3]) for found in BLOCK.finditer(page.read_text(encoding="utf-8"))]


def pages() -> Iterator[Path]:
    made = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    for path in sorted((ROOT / "docs").rglob("*.md")):
        if "_build" not in path.parts and path.relative_to(ROOT).as_posix() not in made:
            yield path


def commands(page: Path) -> list[str]:
    return [line for kind, text, _ in blocks(page) if kind == "sh" for line in text.splitlines() if line.strip()]


def program(text: str, folder: Path) -> str:
    done = subprocess.run([sys.executable, "-c", text], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{text}\n{done.stderr}"
    assert done.stdout or done.stderr, f"{text} says nothing"
    return done.stdout


def command(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(shlex.split(line, comments=True)[1:])
    said = capsys.readouterr()
    assert code == 0, f"{line}\n{said.err}"
    assert said.out or said.err, f"{line} says nothing"


@pytest.mark.parametrize("page", [page for page in pages() if blocks(page)], ids=lambda page: page.stem)
def test_the_examples_of_a_page_work(
    page: Path,
    tmp_path: Path,
    pytestconfig: pytest.Config,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    monkeypatch.chdir(tmp_path)
    # Examples are small: worker processes would take longer to start than the work.
    monkeypatch.setattr("leaksim.cli.work.processors", lambda: 1)
    for kind, text, printed in blocks(page):
        if kind == "python":
            prints = program(text, tmp_path)
            if printed is not None and pytestconfig.getoption("--regenerate-golden"):
                whole = page.read_text(encoding="utf-8")
                before, after = (f"{text}```\n\n```text\n{shown}```" for shown in (printed, prints))
                page.write_text(whole.replace(before, after), encoding="utf-8")
            elif printed is not None:
                assert prints == printed
        elif kind == "yaml" and (name := re.match(r"# (\S+\.yaml)\n", text)):
            (tmp_path / name[1]).write_text(text, encoding="utf-8")
        elif kind == "sh":
            for line in text.splitlines():
                if line.startswith("leaksim "):
                    command(line, capsys)


def test_commands_are_of_leaksim_or_set_it_up() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for line in (line for page in pages() for line in commands(page)):
        assert line.startswith(("leaksim ", *FOR_PEOPLE)), line
        if line.startswith("make "):
            assert f"\n{line.split()[1]}:" in makefile, line


def test_there_are_examples_in_every_language() -> None:
    assert {kind for page in pages() for kind, *_ in blocks(page)} >= {"sh", "python", "yaml"}
