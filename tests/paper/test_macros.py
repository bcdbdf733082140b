"""LaTeX commands: names that nobody else has, texts that TeX reads as meant."""

import re
import shutil
import subprocess
from math import nan
from pathlib import Path

import pytest

from leaksim.paper.latex_reader import read_latex
from leaksim.paper.macros import latex_macros, markdown_list, plain_list
from leaksim.paper.names import MacroNameError, macro_name, macro_names
from leaksim.paper.numbers import FORMS, NumberInText
from leaksim.store.summaries import read_summaries
from saved import chosen, save

RESULTS = Path(__file__).parents[2] / "results"


def number(run: str, metric: str = "leakage.owen", item: str = "china") -> NumberInText:
    return NumberInText(run, metric, item, 58.37, 42.1, 73.9, "parameter", "")


def test_no_two_numbers_of_the_library_have_the_same_name() -> None:
    numbers = chosen(read_summaries([RESULTS]))
    names = macro_names(numbers)
    assert len(set(names.values())) == len(names) > 5000
    assert all(re.fullmatch("ls[A-Za-z]+", name) for name in names.values())


def test_a_name_does_not_depend_on_what_else_there_is() -> None:
    numbers = chosen(read_summaries([RESULTS]), ["pass_through.value"])
    everything = macro_names(chosen(read_summaries([RESULTS])))
    assert {everything[key] for key in everything if key[0].metric == "pass_through.value"} == set(
        macro_names(numbers).values()
    )


def test_digits_become_words_and_a_run_may_have_a_short_name() -> None:
    assert macro_name(number("ban_2397"), "estimate") == "lsBanTwoThreeNineSevenLeakageOwenChina"
    assert macro_name(number("ban_2397"), "full", {"ban_2397": "ban"}) == "lsBanLeakageOwenChinaWithInterval"


def test_two_numbers_of_one_name_are_refused_with_a_remedy() -> None:
    with pytest.raises(MacroNameError) as caught:
        macro_names([number("run_2"), number("run_two")])
    assert "run_2 leakage.owen china and run_two leakage.owen china" in str(caught.value)
    assert "--short" in str(caught.value)
    macro_names([number("run_2"), number("run_two")], {"run_2": "first"})


def test_a_number_without_interval_has_one_command() -> None:
    alone = NumberInText("one", "leakage.value", "", 10.4, nan, nan, "replication", "")
    assert list(macro_names([alone])) == [(alone, "estimate")]


def test_the_same_runs_give_the_same_bytes_and_say_which_they_are(tmp_path: Path) -> None:
    save(tmp_path, "one")
    summaries = read_summaries([tmp_path])
    text = latex_macros(chosen(summaries), summaries)
    assert text == latex_macros(chosen(read_summaries([tmp_path])), summaries)
    assert f"table {summaries[0].digest[:12]}" in text
    assert r"\newcommand*{\lsOnePressureRealised}{2{,}110}" in text
    minus = r"\ensuremath{-}"
    assert f"\\lsOneLeakageOwenRussiaWithInterval}}{{{minus}5 ({minus}8 to {minus}2)}}" in text


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    save(tmp_path, "one")
    summaries = read_summaries([tmp_path])
    numbers = chosen(summaries)
    file = tmp_path / "numbers.tex"
    file.write_text(latex_macros(numbers, summaries), encoding="utf-8")
    found, absent = read_latex(file)
    assert not absent
    assert {(each.name[1:], each.mark.metric, each.mark.form) for each in found if each.mark} == {
        (name, of.metric, form) for (of, form), name in macro_names(numbers).items()
    }
    assert {each.shown for each in found} >= {"2,110", "-5 (-8 to -2)"}


def test_lists_have_the_number_and_the_mark(tmp_path: Path) -> None:
    save(tmp_path, "one")
    summaries = read_summaries([tmp_path])
    numbers = chosen(summaries, ["leakage.owen"])
    rows = [line.split("\t") for line in plain_list(numbers).splitlines()]
    assert {len(row) for row in rows} == {8}
    assert rows[1][3:] == ["28", "15", "46", "28 (15 to 46)", "leaksim: run=one metric=leakage.owen item=china"]
    text = markdown_list(numbers, summaries)
    assert "28 (15 to 46)<!-- leaksim: run=one metric=leakage.owen item=china show=full value=28 (15 to 46) -->" in text


def test_only_metrics_of_a_pattern_are_taken(tmp_path: Path) -> None:
    save(tmp_path, "one")
    metrics = {each.metric for each in chosen(read_summaries([tmp_path]), ["leakage.*", "pass*"])}
    assert metrics == {"leakage.owen", "leakage.quantity", "pass_through.value"}


def test_every_form_is_known_by_its_text() -> None:
    assert [number("one").text(form) for form in FORMS] == ["58", "42", "74", "42 to 74", "58 (42 to 74)"]


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="there is no LaTeX")
def test_latex_sets_the_numbers_of_the_whole_library(tmp_path: Path) -> None:
    summaries = read_summaries([RESULTS])
    (tmp_path / "numbers.tex").write_text(latex_macros(chosen(summaries), summaries), encoding="utf-8")
    sentence = r"Of 100 dollars \lsNoRussiaPassThroughValueWithInterval{} arrive, $\lsNoRussiaPressureRealised+1$."
    paper = f"\\documentclass{{article}}\\input{{numbers}}\\begin{{document}}{sentence}\\end{{document}}"
    (tmp_path / "paper.tex").write_text(paper, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "paper.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout[-2000:]
    assert "Warning" not in done.stdout.replace("LaTeX Warning: Label(s) may have changed", "")
