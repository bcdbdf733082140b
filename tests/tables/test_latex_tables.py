"""LaTeX shows what was written, needs no more room than a page has, and says where each row comes from."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaksim.evidence import bibliography_keys, bibtex
from leaksim.paper.latex_reader import read_latex
from leaksim.tables.cells import Cell, Number, Origin
from leaksim.tables.latex import PACKAGES, latex, warnings
from leaksim.tables.latex_shape import PAGE, Shape
from leaksim.tables.latex_text import breakable, latex_text, needs_another_engine, width, wrapped
from leaksim.tables.making import lay_out
from leaksim.tables.model import Row, Table
from leaksim.tables.reading import built_in_file, built_in_layouts, read_layout
from leaksim.tables.tracing import marks_of
from papers import HARD, HEADLINE, subject, titled

_LETTERS = {
    r"\textbackslash{}": "\\",
    r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
    r"\textless{}": "<",
    r"\textgreater{}": ">",
    r"\textbar{}": "|",
    r"\textasciigrave{}": "`",
    r"\textquotedblleft{}": '"',
    r"\textquotedblright{}": '"',
    r"\ensuremath{-}": "−",
    r"\ensuremath{\times}": "×",
    r"\ensuremath{\leq}": "≤",
    r"\ensuremath{\geq}": "≥",
    r"\ensuremath{\approx}": "≈",
    r"\ensuremath{\rightarrow}": "→",
    **{f"\\{letter}": letter for letter in "{}#$%&_"},
    **{r"\allowbreak{}": "", "{}": "", "~": "\N{NO-BREAK SPACE}"},
}
"""What LaTeX makes of each command, written here once more, from its manual."""

_COMMAND = re.compile("|".join(map(re.escape, sorted(_LETTERS, key=len, reverse=True))))


def as_set(text: str) -> str:
    """What a reader sees of text in a LaTeX file."""
    return _COMMAND.sub(lambda found: _LETTERS[found[0]], text)


plain_text = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="’\u2009\u202f"))


@given(plain_text | st.text(st.sampled_from("\\{}#$%&_~^<>|\"`'-!?, a.\N{NO-BREAK SPACE}−")))
def test_latex_shows_what_was_written(text: str) -> None:
    expected = re.sub(" +", " ", text)
    assert as_set(latex_text(text)) == expected
    assert as_set(breakable(text)) == expected


@given(st.text(st.sampled_from("\\{}#$%&_~^ab ")))
def test_no_letter_keeps_a_meaning_of_its_own(text: str) -> None:
    left = _COMMAND.sub("", latex_text(text))
    assert not set(left) & set("\\{}#$%&_^")


@given(plain_text, st.floats(20, 400), st.sampled_from([8.0, 9.0, 10.0]))
def test_broken_lines_fit_and_lose_no_word(text: str, room: float, size: float) -> None:
    lines = wrapped(text, room, size)
    assert " ".join(lines).split() == text.split()
    assert all(width(line, size) <= room or len(line.split()) == 1 for line in lines)


def table(name: str = "headline", *scenarios: str, label: str | None = None) -> Table:
    subjects = [subject(f"run_{number}", title) for number, title in enumerate(scenarios)]
    return lay_out(read_layout(built_in_file(name)), subjects, label=label)


def test_every_row_says_where_it_comes_from() -> None:
    text = latex(table("headline", "One", "Two"))
    for run in ("results/run_0", "results/run_1"):
        (line,) = [line for line in text.splitlines() if line.startswith(f"% {run}: ")]
        assert line.startswith(
            f"% {run}: pressure.intended, pressure.realised, pass_through.value, leakage.owen [china]"
        )


def test_every_number_of_a_run_has_a_mark_that_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "table.tex"
    file.write_text(latex(table("headline", "One")), encoding="utf-8")
    found, _ = read_latex(file)
    marks = {(each.mark.metric, each.mark.item, each.mark.value) for each in found if each.mark}
    assert len(found) == 5
    assert ("pressure.realised", "", "2,110 (1,570 to 2,670)") in marks
    assert ("leakage.owen", "china", "28 (14 to 44)") in marks
    assert {each.mark.run for each in found if each.mark} == {"run_0"}


def test_numbers_are_bare_for_siunitx_and_intervals_stand_below() -> None:
    lines = latex(table("headline", "One")).splitlines()
    (first,) = [number for number, line in enumerate(lines) if line.startswith("One &")]
    assert lines[first] == r"One & 3610 & 2110 & 58 & 28 & 6 \\"
    assert lines[first + 1] == (
        r" & {\footnotesize (3,090 to 4,270)} & {\footnotesize (1,570 to 2,670)} & {\footnotesize (42 to 74)} "
        r"& {\footnotesize (14 to 44)} & {\footnotesize (3 to 10)} \\"
    )
    assert "S[table-format=4] S[table-format=4] S[table-format=2]" in "\n".join(lines)


def test_a_long_label_goes_on_beside_the_interval() -> None:
    label = "A scenario whose title is so long that it needs a second line, and a third one, and then a fourth one too"
    lines = latex(table("headline", label)).splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("A scenario whose"))
    starts = []
    for line in lines[first:]:
        if line.startswith("\\"):
            break
        starts.append(line.partition(" &")[0])
    assert " ".join(starts) == label
    assert len(starts) > 2


def test_a_long_table_goes_over_to_more_pages_under_one_number() -> None:
    text = latex(table("headline", *(f"Scenario number {number}" for number in range(60))))
    floats = text.count(r"\begin{table*}")
    assert floats == text.count(r"\end{table*}") > 1
    assert text.count(r"\label{") == 1
    assert text.count(r"\addtocounter{table}{-1}") == text.count("(continued)") == floats - 1
    assert text.count("Scenario number ") == 60
    assert text.index(r"\begin{tablenotes}") > text.rindex("Scenario number 59")


def test_a_wide_table_takes_both_columns_and_a_narrow_one_does_not() -> None:
    assert Shape(table("headline", "One")).is_wide
    few = lay_out(read_layout(built_in_file("time")), [subject(numbers=HEADLINE[6:7])])
    assert not Shape(few).is_wide
    assert r"\begin{table}[tbp]" in latex(few)


def test_what_is_too_wide_for_a_page_is_told() -> None:
    across = table("attribution", *(f"Scenario {number}" for number in range(20)))
    assert sum(Shape(across).number_widths) > PAGE
    assert any("wider than a page" in warning for warning in warnings(across))
    assert list(warnings(table("headline", "One"))) == []


@pytest.mark.parametrize("title", ["조선", "Хасан", "咸興"])
def test_letters_beyond_pdflatex_are_told(title: str) -> None:
    made = table("headline", title)
    assert any("LuaLaTeX" in warning for warning in warnings(made))
    assert "% It has letters for which LuaLaTeX is needed" in latex(made)
    assert title in latex(made)


def test_an_author_with_an_accent_needs_no_other_engine() -> None:
    assert not needs_another_engine("Größe, Łódź, naïve – “so” 5 % − € …")


needs_latex = pytest.mark.skipif(
    not all(map(shutil.which, ("pdflatex", "bibtex", "pdftotext"))), reason="pdflatex, bibtex or pdftotext is missing"
)


def compiled(folder: Path, body: str, engine: str = "pdflatex", preamble: str = "") -> tuple[str, str]:
    """Log and text of a two-column article with this body."""
    (folder / "article.tex").write_text(
        f"\\documentclass[twocolumn]{{article}}\n\\usepackage{{{','.join(PACKAGES)}}}\n{preamble}\n"
        f"\\begin{{document}}\n{body}\n\\bibliographystyle{{plain}}{{\\sloppy\\bibliography{{references}}}}\n"
        "\\end{document}\n",
        encoding="utf-8",
    )
    (folder / "references.bib").write_text(bibtex(bibliography_keys()), encoding="utf-8")
    command = [engine, "-interaction=nonstopmode", "-halt-on-error", "article"]
    for words in (command, ["bibtex", "article"], command, command):
        subprocess.run(words, cwd=folder, capture_output=True, check=words[0] != "bibtex", timeout=120)
    subprocess.run(["pdftotext", "-layout", "article.pdf"], cwd=folder, check=True, timeout=60)
    log = (folder / "article.log").read_text(encoding="utf-8", errors="replace")
    return log, (folder / "article.txt").read_text(encoding="utf-8")


@needs_latex
def test_every_layout_compiles_without_a_line_or_a_float_that_is_too_large(tmp_path: Path) -> None:
    titles = [
        "China tightens, Russia backfills",
        HARD,
        *(f"A further scenario, number {number}" for number in range(20)),
    ]
    tables = [table("headline", *titles, label="tab:headline_long")]
    for name, file in built_in_layouts().items():
        layout = read_layout(file)
        if layout.of in ("runs", "parameters", "instruments"):
            tables += [
                lay_out(layout, [titled("first", titles[0]), titled("second", HARD)]),
                lay_out(layout, [titled("first", titles[0])], label=f"tab:{name}_of_one"),
            ]
    log, text = compiled(tmp_path, "\n".join(f"{latex(each)}\\clearpage" for each in tables))
    bad = re.findall(r"^(?:Overfull|.*Float too large|.*undefined|.*multiply defined|! ).*$", log, flags=re.MULTILINE)
    assert bad == []
    assert "Table 1: What reaches Pyongyang (continued)" in text
    assert "3,610" in text
    assert "(42 to 74)" in text


@needs_latex
def test_every_sign_of_a_keyboard_is_printed(tmp_path: Path) -> None:
    signs = "".join(map(chr, range(0x21, 0x7F)))
    _, text = compiled(tmp_path, f"\\onecolumn {latex_text(signs)} \\cite{{groll2017}}")
    # The fonts of TeX have curved quotation marks and higher accents, and draw the underscore as a line.
    assert signs.translate(str.maketrans("'\"^~", "’”ˆ˜", "_")) in re.sub("[_ ]", "", text)


@needs_latex
@pytest.mark.skipif(not shutil.which("lualatex"), reason="lualatex is missing")
@pytest.mark.parametrize(("word", "font"), [("Хасан", "DejaVu Serif"), ("라진항", "Noto Serif CJK KR")])
def test_other_letters_are_printed_by_lualatex_with_a_font_that_has_them(tmp_path: Path, word: str, font: str) -> None:
    if not shutil.which("fc-list") or not package_is_there("fontspec"):
        pytest.skip("nothing to choose a font with")
    if font not in subprocess.run(["fc-list"], capture_output=True, text=True, check=True).stdout:
        pytest.skip(f"the font {font} is missing")
    preamble = f"\\usepackage{{fontspec}}\\setmainfont{{{font}}}"
    log, text = compiled(tmp_path, latex(table("headline", word)), "lualatex", preamble)
    assert word in text
    assert "Missing character" not in log


def package_is_there(name: str) -> bool:
    found = subprocess.run(["kpsewhich", f"{name}.sty"], capture_output=True, text=True, check=False)
    return found.returncode == 0


def test_the_mark_of_a_number_in_another_unit_has_the_factor() -> None:
    origin = Origin("results/one", "one", "pressure.realised", "")
    billions = Number(2.1124, 1.89, 2.411, "replication", "$bn a year", 1, scale=0.001)
    other = Origin("results/one", "one", "difference.leakage.value", "", reference="two")
    row = Row(
        "One", (Cell(number=billions, origin=origin), Cell(number=billions, origin=other), Cell("–", origin=origin))
    )
    assert list(marks_of(row)) == [
        "leaksim: run=one metric=pressure.realised scale=0.001 interval=replication value=2.1 (1.9 to 2.4)",
        "leaksim: run=one reference=two metric=difference.leakage.value scale=0.001 interval=replication "
        "value=2.1 (1.9 to 2.4)",
    ]
