"""`leaksim macros` and `leaksim check-paper`, from the outside."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from leaksim.cli import main
from saved import USUAL, save


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


Leaksim = Callable[..., Done]


@pytest.fixture
def leaksim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Leaksim:
    monkeypatch.chdir(tmp_path)
    save(tmp_path / "results", "one")
    save(tmp_path / "results", "two")
    return lambda *words: Done(main(list(map(str, words))), *capsys.readouterr())


def move(folder: Path) -> None:
    """Let the run say 61 where it said 58."""
    rows = [row for row in USUAL if row[0] != "pass_through.value"]
    save(folder / "results", "one", [*rows, ("pass_through.value", "", "share", 0.612, 0.4210, 0.7390)])


PAPER = r"""\documentclass{article}
\input{numbers}
\begin{document}
Of 100 dollars \lsOnePassThroughValue{} arrive. % \lsOnePressureRealised is not used here
\input{results}
\input{absent}
\end{document}
"""
SECTION = r"""The interval is \lsOnePassThroughValueLow{} to \lsOnePassThroughValueHigh. So \lsOnePassThroughValue.
% leaksim: run=one metric=leakage.owen item=china value=28 (15 to 46)
China & 28 & (15 to 46) \\
By hand: 2,110 % leaksim: run=one metric=pressure.realised value=2,110
"""


@pytest.fixture
def paper(leaksim: Leaksim, tmp_path: Path) -> Path:
    leaksim("macros", "results", "--out", "numbers.tex")
    (tmp_path / "results.tex").write_text(SECTION, encoding="utf-8")
    (tmp_path / "paper.tex").write_text(PAPER, encoding="utf-8")
    return tmp_path / "paper.tex"


def test_a_fresh_paper_passes(leaksim: Leaksim, paper: Path) -> None:
    done = leaksim("check-paper", "paper.tex")
    assert done.returncode == 0
    assert done.stdout == "5 marked numbers: 5 fresh\n"
    assert done.stderr == "absent is not there and was not checked\n"


def test_a_stale_number_is_named_with_every_place(leaksim: Leaksim, paper: Path, tmp_path: Path) -> None:
    move(tmp_path)
    done = leaksim("check-paper", "paper.tex", "--runs", "results")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        r"paper.tex:4, results.tex:1: stale: \lsOnePassThroughValue is 58, now 61 "
        "(pressure that reaches Pyongyang of one)",
        "5 marked numbers: 1 stale, 4 fresh",
    ]
    leaksim("macros", "results", "--out", "numbers.tex")
    assert leaksim("check-paper", "paper.tex").returncode == 0


def test_a_table_and_a_number_with_a_comment_are_checked(leaksim: Leaksim, paper: Path, tmp_path: Path) -> None:
    changed = SECTION.replace("value=28", "value=27").replace("By hand: 2,110", "By hand: 2,100")
    (tmp_path / "results.tex").write_text(changed, encoding="utf-8")
    done = leaksim("check-paper", "paper.tex", "--json")
    verdicts = {each["place"]: each["verdict"] for each in json.loads(done.stdout)["numbers"]}
    assert verdicts["results.tex:2"] == "stale"
    assert verdicts["results.tex:4"] == "altered"


def test_commands_that_were_edited_are_stale(leaksim: Leaksim, paper: Path, tmp_path: Path) -> None:
    file = tmp_path / "numbers.tex"
    file.write_text(file.read_text(encoding="utf-8").replace("{58}", "{60}"), encoding="utf-8")
    assert "is 60, now 58" in leaksim("check-paper", "paper.tex").stdout
    assert leaksim("check-paper", "numbers.tex").returncode == 1


def test_markdown_is_checked_with_the_text_before_the_mark(leaksim: Leaksim, tmp_path: Path) -> None:
    marked = leaksim("macros", "results/one", "--format", "markdown", "--only", "pass_through.*").stdout
    mark = marked[marked.index("<!--") :].splitlines()[0].split(" -->")[0] + " -->"
    text = f"First.\n\nOf 100 dollars **58**{mark} arrive,\nnot 57{mark}.\n"
    (tmp_path / "text.md").write_text(text, encoding="utf-8")
    done = leaksim("check-paper", "text.md")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "text.md:4: altered: 58: the text before the mark does not end with '58'",
        "2 marked numbers: 1 altered, 1 fresh",
    ]
    move(tmp_path)
    assert "text.md:3: stale: 58, now 61" in leaksim("check-paper", "text.md").stdout


def test_several_texts_are_checked_together(leaksim: Leaksim, paper: Path, tmp_path: Path) -> None:
    leaksim("macros", "results", "--format", "docx", "--out", "numbers.docx")
    done = leaksim("check-paper", "paper.tex", "numbers.docx")
    assert done.returncode == 0
    assert done.stdout == "39 marked numbers: 39 fresh\n"


def test_a_run_that_is_gone_is_not_fresh(leaksim: Leaksim, paper: Path) -> None:
    done = leaksim("check-paper", "paper.tex", "--runs", "results/two")
    assert done.returncode == 1
    assert "there is no run of one" in done.stdout


def test_json_lists_the_numbers_and_text_has_tabs(leaksim: Leaksim) -> None:
    document = json.loads(leaksim("macros", "results", "--json").stdout)
    assert document["numbers"][1]["number with interval"] == "58 (42 to 74)"
    done = leaksim("macros", "results", "--format", "text", "--only", "pass_through.value")
    assert len(done.stdout.splitlines()) == 3
    assert done.stdout.count("\t") == 3 * 7


def test_a_short_name_shortens_the_commands_and_not_the_marks(leaksim: Leaksim) -> None:
    done = leaksim("macros", "results", "--short", "one=headline", "--only", "pass*")
    assert r"{\lsHeadlinePassThroughValueWithInterval}{58 (42 to 74)}" in done.stdout
    assert "% leaksim: run=one metric=pass_through.value" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("macros", "nothing"), "nothing is not a folder"),
        (("macros", "results", "--only", "leak"), "no metric is like leak; there are leakage.owen"),
        (("macros", "results", "--format", "docx"), "name a file with --out"),
        (("macros", "results", "--out", "results"), "results is a folder"),
        (("macros", "results", "--short", "three=x"), "there is no run of three; there are one, two"),
        (("macros", "results", "--short", "one"), "write RUN=NAME"),
        (("macros", "results", "--short", "one=two"), "would stand for both"),
        (("check-paper", "absent.tex"), "absent.tex cannot be read"),
        (("check-paper", "absent.docx"), "absent.docx cannot be read"),
        (("check-paper", "paper.odt"), "paper.odt: only .tex, .docx"),
        (("check-paper", "empty.md", "latin.md"), "empty.md holds no number that is marked"),
        (("check-paper", "empty.md", "latin.md"), "latin.md is not in UTF-8"),
        (("check-paper", "empty.md", "--runs", "nothing"), "nothing is not a folder"),
    ],
)
def test_bad_input_is_explained_and_nothing_is_written(
    leaksim: Leaksim, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    (tmp_path / "empty.md").write_text("58\n", encoding="utf-8")
    (tmp_path / "latin.md").write_bytes(b"caf\xe9\n")
    before = sorted(tmp_path.rglob("*"))
    done = leaksim(*words)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not done.stdout
    assert sorted(tmp_path.rglob("*")) == before
