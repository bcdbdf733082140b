"""What a file has to be before its content matters: small, text, YAML, one mapping."""

import os
from pathlib import Path

import pytest

from leaksim.scenario.loading import check_scenario, load_scenario
from leaksim.scenario.problems import Problem

START = "leaksim: 1\nname: short\ntitle: A scenario\nperiod: {start: 2017-01-01, months: 12}\n"


def only_problem(path: Path) -> Problem:
    scenario, problems = check_scenario(path)
    assert scenario is None
    assert len(problems) == 1
    return problems[0]


def written(folder: Path, content: str | bytes) -> Path:
    file = folder / "scenario.yaml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def test_a_huge_file_is_refused_without_being_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "huge.yaml"
    with file.open("wb") as stream:
        stream.truncate(100 * 2**20)
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("it was read"))
    assert "104,857,600 bytes are too many" in only_problem(file).message


def test_a_missing_file_is_told_with_the_nearest_name(tmp_path: Path) -> None:
    written(tmp_path, START)
    problem = only_problem(tmp_path / "scenarios.yaml")
    assert problem.message == "there is no such file"
    assert problem.nearest == ("scenario.yaml",)


def test_a_folder_is_not_a_scenario(tmp_path: Path) -> None:
    assert "folder" in only_problem(tmp_path).message


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    assert "not an ordinary file" in only_problem(tmp_path / "pipe.yaml").message


def test_an_unreadable_file_is_told_with_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert only_problem(written(tmp_path, START)).message == "the file cannot be read: Permission denied"


def test_a_name_that_no_file_can_have_is_refused() -> None:
    assert "cannot be read" in only_problem(Path("null\0byte.yaml")).message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (START.encode("utf-16"), "UTF-16"),
        (b"\x89PNG\r\n\x00\x00", "not a text file"),
        (b"", "empty"),
        (b"title: \x07", "not allowed in YAML"),
    ],
    ids=["utf-16", "binary", "empty", "control character"],
)
def test_what_is_not_text_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    assert message in only_problem(written(tmp_path, content)).message


def test_a_letter_in_an_old_encoding_is_shown_where_it_stands(tmp_path: Path) -> None:
    problem = only_problem(written(tmp_path, START.encode() + "description: é café".encode("latin-1")))
    assert "save the file as UTF-8" in problem.message
    assert (problem.place.line, problem.place.column) == (5, 14)


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    assert load_scenario(written(tmp_path, START.encode("utf-8-sig"))).name == "short"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["unix", "windows", "old mac"])
def test_lines_are_counted_whatever_ends_them(tmp_path: Path, line_end: str) -> None:
    content = (START + "chanels: {}\n").replace("\n", line_end)
    problem = only_problem(written(tmp_path, content))
    assert problem.place.line == 5
    assert "chanels: {}\n" in problem.place.excerpt()


def test_the_caret_stands_under_the_mistake_after_wide_letters(tmp_path: Path) -> None:
    move = "{title: 러시아, amount: 4 kt, date: 2017-02-01, actor: russia, act: fuel_capacity, kind: response}"
    problem = only_problem(written(tmp_path, START + f"moves: [{move}]\n"))
    line, caret = problem.place.excerpt().split("\n")
    assert caret.index("^") == line.index("4 kt") + len("러시아")


def test_a_long_line_is_shown_around_the_mistake(tmp_path: Path) -> None:
    problem = only_problem(written(tmp_path, START + f"run: {{seed: 1, {' ' * 5000}sead: 2}}\n"))
    line, caret = problem.place.excerpt().split("\n")
    assert len(line) < 130
    assert line[caret.index("^") :].startswith("sead: 2")


def test_a_file_with_too_many_values_is_refused(tmp_path: Path) -> None:
    problem = only_problem(written(tmp_path, START + "references: [" + "a, " * 30_000 + "]\n"))
    assert "more than 20,000 values" in problem.message


def test_an_alias_repeats_what_it_names(tmp_path: Path) -> None:
    text = START + "levers: {bank_pressure: &half {level: 0.5}, port_monitoring: *half}\n"
    levers = load_scenario(written(tmp_path, text)).levers
    assert levers.port_monitoring == levers.bank_pressure
    assert levers.port_monitoring is not None


def test_numbers_may_be_written_with_underscores_and_exponents(tmp_path: Path) -> None:
    text = START + "assumptions: {workers.russia.number: 30_000 persons, gdp: 2.9e1}\nrun: {replications: 1e3}\n"
    scenario = load_scenario(written(tmp_path, text))
    assert scenario.value("workers.russia.number") == 30_000
    assert scenario.value("gdp") == 29
    assert scenario.run.replications == 1000
