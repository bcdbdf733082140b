"""A Word document has real styles, a head that is repeated, a caption that Word numbers, and opens elsewhere."""

import shutil
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

from leaksim.tables.making import lay_out
from leaksim.tables.model import Table
from leaksim.tables.reading import built_in_file, read_layout
from leaksim.tables.word import word
from leaksim.tables.word_styles import CELL, NOTES, TABLE
from papers import HARD, HEADLINE, cell_text, subject


def made(name: str = "headline") -> Table:
    return lay_out(read_layout(built_in_file(name)), [subject("first", HARD), subject("second", "조선과 Хасан")])


def test_the_document_uses_styles_that_can_be_changed_in_one_place() -> None:
    document = Document(BytesIO(word(made())))
    (table,) = document.tables
    assert table.style is not None
    assert table.style.name == TABLE
    assert document.paragraphs[0].style is not None
    assert document.paragraphs[0].style.name == "Caption"
    assert {paragraph.style.name for paragraph in document.paragraphs[1:] if paragraph.style} == {NOTES}
    inside = (paragraph for row in table.rows for cell in row.cells for paragraph in cell.paragraphs)
    assert {paragraph.style.name for paragraph in inside if paragraph.style and paragraph.text} == {CELL}


def test_the_head_is_repeated_and_no_row_is_split() -> None:
    (table,) = Document(BytesIO(word(made()))).tables
    repeated = [row._tr.trPr is not None and row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
    # Units that columns share stand above their headings.
    assert repeated == [True, True, False, False]
    assert all(row._tr.trPr is not None and row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)


def test_word_numbers_the_caption() -> None:
    caption = Document(BytesIO(word(made()))).paragraphs[0]
    (field,) = caption._p.iter(qn("w:fldSimple"))
    assert field.get(qn("w:instr")) == r"SEQ Table \* ARABIC"
    assert caption.text.endswith(". What reaches Pyongyang")


def test_cells_hold_the_estimate_with_its_interval_below() -> None:
    (table,) = Document(BytesIO(word(made()))).tables
    assert [cell_text(cell) for cell in table.rows[2].cells] == [
        *(HARD, "3,610\n(3,090 to 4,270)", "2,110\n(1,570 to 2,670)", "58\n(42 to 74)", "28\n(14 to 44)"),
        "6\n(3 to 10)",
    ]
    assert table.rows[0].cells[1].text == "$m a year"
    assert table.rows[3].cells[0].text == "조선과 Хасан"


def test_a_wide_table_lies_across() -> None:
    assert Document(BytesIO(word(made("parameters")))).sections[0].orientation == WD_ORIENT.LANDSCAPE
    narrow = lay_out(read_layout(built_in_file("time")), [subject(numbers=HEADLINE[6:])])
    assert Document(BytesIO(word(narrow))).sections[0].orientation == WD_ORIENT.PORTRAIT


def test_every_part_of_the_file_has_the_same_time() -> None:
    with zipfile.ZipFile(BytesIO(word(made()))) as file:
        assert {part.date_time for part in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    properties = Document(BytesIO(word(made()))).core_properties
    assert (properties.author, properties.title) == ("leaksim", "What reaches Pyongyang")


@pytest.mark.skipif(not all(map(shutil.which, ("soffice", "pdftotext"))), reason="LibreOffice or pdftotext is missing")
def test_libreoffice_opens_it_and_repeats_the_head_on_the_next_page(tmp_path: Path) -> None:
    layout = read_layout(built_in_file("parameters"))
    every = layout.model_copy(update={"which": "all"})
    (tmp_path / "table.docx").write_bytes(word(lay_out(every, [subject()])))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "table.docx"]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=True, timeout=240)
    subprocess.run(["pdftotext", "-layout", "table.pdf"], cwd=tmp_path, check=True, timeout=60)
    pages = (tmp_path / "table.txt").read_text(encoding="utf-8").split("\f")[:-1]
    assert len(pages) > 3
    assert "Table 1. Uncertain parameters" in pages[0]
    assert pages[1].split()[:3] == ["Parameter", "Value", "Unit"]
    assert "leaksim 0." in "".join(pages)
