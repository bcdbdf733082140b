"""Numbers in a Word document, as a person who works with Word puts them there."""

from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn

from leaksim.paper.check import check
from leaksim.paper.marks import Mark, mark_of
from leaksim.paper.numbers import NumberInText
from leaksim.paper.texts import TextError
from leaksim.paper.word import content_control, frame, tag_of, word_list
from leaksim.paper.word_reader import read_word
from leaksim.store.summaries import SavedSummary, read_summaries
from saved import USUAL, chosen, save


@pytest.fixture
def summaries(tmp_path: Path) -> list[SavedSummary]:
    save(tmp_path / "runs", "one")
    return read_summaries([tmp_path / "runs"])


@pytest.fixture
def numbers(summaries: list[SavedSummary]) -> list[NumberInText]:
    return chosen(summaries)


def saved(document: Document, folder: Path) -> Path:
    document.save(str(folder / "paper.docx"))
    return folder / "paper.docx"


def test_every_number_of_the_list_is_found_again(
    summaries: list[SavedSummary], numbers: list[NumberInText], tmp_path: Path
) -> None:
    file = tmp_path / "numbers.docx"
    file.write_bytes(word_list(numbers, summaries))
    checked = check(read_word(file, numbers), numbers)
    assert {each.verdict for each in checked} == {"fresh"}
    assert len(checked) == sum(len([form for form in number.forms if form != "interval"]) for number in numbers)


def test_the_same_numbers_give_the_same_bytes(summaries: list[SavedSummary], numbers: list[NumberInText]) -> None:
    assert word_list(numbers, summaries) == word_list(numbers, summaries)


def test_a_pasted_number_keeps_its_mark_and_is_stale_when_the_run_changes(
    summaries: list[SavedSummary], numbers: list[NumberInText], tmp_path: Path
) -> None:
    (tmp_path / "numbers.docx").write_bytes(word_list(numbers, summaries))
    source = docx.Document(str(tmp_path / "numbers.docx"))
    control = next(each for each in source.element.body.iter() if each.tag.endswith("}sdt"))
    paper = docx.Document()
    paragraph = paper.add_paragraph("Realised pressure is $")
    paragraph._p.append(deepcopy(control))
    paragraph.add_run(" million a year.")
    file = saved(paper, tmp_path)
    assert [each.verdict for each in check(read_word(file, numbers), numbers)] == ["fresh"]
    moved = [("pressure.realised", "", "$m/year", 1712.4, 1590.0, 1911.0), *USUAL[1:]]
    save(tmp_path / "runs", "one", moved)
    now = chosen(read_summaries([tmp_path / "runs"]))
    (checked,) = check(read_word(file, now), now)
    assert (checked.verdict, checked.found.shown, checked.now) == ("stale", "2,110", "1,710")
    assert "'Realised pressure is $2,110 million a year.'" in checked.found.place


def test_a_number_may_be_marked_by_a_comment(numbers: list[NumberInText], tmp_path: Path) -> None:
    paper = docx.Document()
    paragraph = paper.add_paragraph("Of every 100 dollars ")
    runs = [paragraph.add_run("58 "), paragraph.add_run("(42 to 75)")]
    paragraph.add_run(" arrive.")
    paper.add_comment(runs, text="leaksim: run=one metric=pass_through.value", author="A", initials="A")
    paper.add_comment(runs[0], text="leaksim: one", author="A", initials="A")
    paper.add_comment(runs[0], text="Is this right?", author="B", initials="B")
    first, second = check(read_word(saved(paper, tmp_path), numbers), numbers)
    assert (first.verdict, first.found.shown, first.now) == ("stale", "58 (42 to 75)", "58 (42 to 74)")
    assert "Of every 100 dollars 58 (42 to 75) arrive." in first.found.place
    assert second.verdict == "unreadable"


def test_a_number_in_a_footnote_or_a_head_is_found(numbers: list[NumberInText], tmp_path: Path) -> None:
    paper = docx.Document()
    paper.sections[0].header.paragraphs[0]._p.append(content_control(numbers[1], "full"))
    (checked,) = check(read_word(saved(paper, tmp_path), numbers), numbers)
    assert checked.verdict == "fresh"
    assert "header" in checked.found.place


def test_a_number_of_a_run_that_is_gone_is_unknown_and_named_by_its_title(
    numbers: list[NumberInText], tmp_path: Path
) -> None:
    paper = docx.Document()
    gone = NumberInText("gone", "pass_through.value", "", 3.0, 2.0, 4.0, "parameter", "")
    paper.add_paragraph()._p.append(content_control(gone, "estimate"))
    (checked,) = check(read_word(saved(paper, tmp_path), numbers), numbers)
    assert checked.verdict == "unknown"
    assert "gone: Pressure that reaches Pyongyang" in checked.words


def test_other_controls_are_left_alone(numbers: list[NumberInText], tmp_path: Path) -> None:
    paper = docx.Document()
    control = content_control(numbers[0], "estimate")
    for each in control.iter():
        if each.tag.endswith("}tag"):
            each.set(qn("w:val"), "a form of somebody else")
        if each.tag.endswith("}bookmarkStart"):
            each.set(qn("w:name"), "somebody")
    paper.add_paragraph()._p.append(control)
    assert not read_word(saved(paper, tmp_path), numbers)


def test_a_tag_fits_and_names_one_form_of_one_number() -> None:
    tags = {tag_of(Mark("a" * 60, "leakage.quantity_channel", item, "full")) for item in ("x", "y", "x\ny")}
    assert len(tags) == 3
    assert max(map(len, tags)) <= 64


def test_a_number_is_known_by_its_bookmark_where_the_tag_is_lost(numbers: list[NumberInText], tmp_path: Path) -> None:
    paper = docx.Document()
    for number in numbers[:2]:
        mark = replace(mark_of(number, "full"), scale=0.001, interval="parameter")
        run = deepcopy(content_control(number, "full").find(f".//{qn('w:r')}"))
        paragraph = paper.add_paragraph("Before ")
        paragraph._p.append(frame(mark, "a title", [run]))
        paragraph.add_run(" after")
    for properties in list(paper.element.iter(qn("w:sdtPr"))):
        properties.getparent().remove(properties)
    found = read_word(saved(paper, tmp_path), numbers)
    assert [(each.mark.metric, each.mark.scale, each.mark.interval) for each in found if each.mark] == [
        (number.metric, 0.001, "parameter") for number in numbers[:2]
    ]
    assert [each.shown for each in found] == [number.text("full") for number in numbers[:2]]
    assert "Before" in found[0].place


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_word_document_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "paper.docx").write_bytes(content)
    with pytest.raises(TextError, match="not a Word document"):
        read_word(tmp_path / "paper.docx", [])
