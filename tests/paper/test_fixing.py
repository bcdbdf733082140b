"""Stale numbers are written anew where that is safe, and left alone where it is not."""

from math import nan
from pathlib import Path

import docx
import pytest

from leaksim.cli import main
from leaksim.paper.fixing import new_text
from leaksim.paper.numbers import NumberInText
from leaksim.paper.word import content_control
from leaksim.store.summaries import read_summaries
from saved import USUAL, chosen, save

REACHES = NumberInText("one", "pass_through.value", "", 61.2, 42.1, 73.9, "parameter", "% of intended", 100.0)
PRESSURE = NumberInText("one", "pressure.realised", "", 2312.4, 1890.0, 2611.0, "parameter", "$m a year")
TOP = NumberInText("one", "supplier.first_month_on_top", "jet_fuel/russia", 3, 2, nan, "replication", "", start=24204)
FALLS = NumberInText("one", "difference.leakage.value", "", -5.2, -8.1, -2.2, "parameter", "points", 100.0, None, "two")


@pytest.mark.parametrize(
    ("old", "number", "new"),
    [
        ("58", REACHES, "61"),
        ("58.4", REACHES, "61.2"),
        ("58 (41 to 74)", REACHES, "61 (42 to 74)"),
        ("41 to 74", REACHES, "42 to 74"),
        ("2,110", PRESSURE, "2,310"),
        ("May 2017", TOP, "April 2017"),
        ("2017-05", TOP, "2017-04"),
        ("-4 (-6 to -2)", FALLS, "-5 (-8 to -2)"),
    ],
)
def test_a_number_keeps_the_form_that_the_author_chose(old: str, number: NumberInText, new: str) -> None:
    written = new_text(old, number)
    assert written is not None
    assert written.replace("−", "-") == new


@pytest.mark.parametrize(
    ("old", "number"),
    [("58 [41, 74]", REACHES), ("some 58", REACHES), ("4", FALLS), ("+4 (1 to 6)", FALLS), ("58; 60; 62; 64", REACHES)],
)
def test_other_words_and_other_signs_are_left_to_the_author(old: str, number: NumberInText) -> None:
    assert new_text(old, number) is None


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    save(tmp_path / "results", "one")
    return tmp_path


def move(folder: Path) -> None:
    """Let the run say 61 where it said 58."""
    rows = [row for row in USUAL if row[0] != "pass_through.value"]
    save(folder / "results", "one", [*rows, ("pass_through.value", "", "share", 0.612, 0.4210, 0.7390)])


TEX = r"""\input{numbers}
Of 100 dollars \lsOnePassThroughValue{} arrive.
By hand, 58 % leaksim: run=one metric=pass_through.value value=58
of 2{,}110 % leaksim: run=one metric=pressure.realised value=2,110
% leaksim: run=one metric=pass_through.value value=58 (42 to 74)
Reaches & 58 & (42 to 74) \\
"""


def test_a_latex_text_and_its_commands_are_written_anew_but_not_its_tables(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["macros", "results", "--out", "numbers.tex"])
    (folder / "paper.tex").write_text(TEX, encoding="utf-8")
    assert main(["check-paper", "paper.tex"]) == 0
    move(folder)
    before = (folder / "numbers.tex").read_bytes()
    capsys.readouterr()
    assert main(["check-paper", "paper.tex", "--fix"]) == 1
    said = capsys.readouterr()
    text = (folder / "paper.tex").read_text(encoding="utf-8")
    assert "By hand, 61 % leaksim: run=one metric=pass_through.value value=61\n" in text
    assert "Reaches & 58 & (42 to 74)" in text
    assert r"\newcommand*{\lsOnePassThroughValue}{61}" in (folder / "numbers.tex").read_text(encoding="utf-8")
    assert (folder / "paper.tex.bak").read_text(encoding="utf-8") == TEX
    assert (folder / "numbers.tex.bak").read_bytes() == before
    assert "paper.tex:5: stale" in said.out
    assert "1 stale, 3 fresh" in said.out
    assert "58 is now 61" in said.err


def test_a_second_fix_keeps_the_first_copy(folder: Path) -> None:
    text = "Some 50<!-- leaksim: run=one metric=pass_through.value value=50 -->, *2,000*<!-- leaksim: run=one x=1 -->\n"
    (folder / "paper.md").write_text(text, encoding="utf-8")
    (folder / "paper.md.bak").write_text("older", encoding="utf-8")
    assert main(["check-paper", "paper.md", "--fix"]) == 1
    assert "Some 58<!-- leaksim: run=one metric=pass_through.value value=58 -->" in (folder / "paper.md").read_text()
    assert (folder / "paper.md.bak").read_text() == "older"
    assert (folder / "paper.md.bak2").read_text() == text


def test_what_was_altered_by_hand_is_never_touched(folder: Path) -> None:
    text = "Some 51<!-- leaksim: run=one metric=pass_through.value value=50 --> arrive.\n"
    (folder / "paper.md").write_text(text, encoding="utf-8")
    assert main(["check-paper", "paper.md", "--fix"]) == 1
    assert (folder / "paper.md").read_text() == text
    assert not (folder / "paper.md.bak").exists()


def test_content_controls_of_word_are_written_anew(folder: Path) -> None:
    (number,) = (each for each in chosen(read_summaries([folder / "results"])) if each.metric == "pass_through.value")
    document = docx.Document()
    for form in ("estimate", "full"):
        paragraph = document.add_paragraph("Of 100 dollars ")
        paragraph._p.append(content_control(number, form))
        paragraph.add_run(" arrive.")
    document.save("paper.docx")
    move(folder)
    assert main(["check-paper", "paper.docx"]) == 1
    assert main(["check-paper", "paper.docx", "--fix"]) == 0
    texts = [
        "".join(each.text for each in p._p.iter() if each.tag.endswith("}t"))
        for p in docx.Document("paper.docx").paragraphs
    ]
    assert texts == ["Of 100 dollars 61 arrive.", "Of 100 dollars 61 (42 to 74) arrive."]
