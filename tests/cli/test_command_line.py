"""The shell around the commands: exit codes, one-line messages, a quick answer."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import leaksim
from leaksim.cli import COMMANDS, main
from leaksim.errors import InputError, LeaksimError

SOURCE = Path(leaksim.__file__).parents[1]
DATA = Path(__file__).parents[1] / "scenario" / "data"
BAD = Path(__file__).parents[1] / "bad_scenarios"


def python(code: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(SOURCE)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert [name for name in COMMANDS if name not in shown] == []


def test_help_waits_for_no_heavy_import() -> None:
    with python(
        "import sys; from leaksim.cli import main; main(['--help']);"
        "names = {'docx', 'matplotlib', 'numpy', 'pandas', 'scipy', 'pint', 'pybtex', 'pydantic', 'ruamel', 'simpy'};"
        "print(sorted(names"
        " & set(sys.modules)))"
    ) as process:
        assert process.stdout is not None
        assert process.stdout.read().splitlines()[-1] == "[]"


def test_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.strip() == leaksim.__version__


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["chekc"], "did you mean 'check'?"),
        (["zzz"], "the commands are run, check"),
        (["check"], "requires an argument"),
        (["check", "--bogus", "file.yaml"], "--bogus"),
        (["check", str(BAD / "unknown_key.yaml"), "--jsno"], "--jsno"),
        (["explain", str(BAD / "unknown_key.yaml")], "unknown key 'chanels'"),
        (["explain", str(DATA / "smallest.yaml"), "price.feul"], "price.fuel"),
        (["check", str(BAD / "base" / "..")], ""),
    ],
)
def test_a_wrong_word_ends_with_code_2_and_a_message(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    shown = capsys.readouterr()
    assert message in shown.err
    assert "Traceback" not in shown.err


@pytest.mark.parametrize(("error", "code"), [(LeaksimError("no"), 1), (InputError("no"), 2)])
def test_a_known_error_becomes_its_message_and_its_code(
    error: LeaksimError, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: object) -> None:
        raise error

    monkeypatch.setattr("leaksim.cli.explain.load", fail)
    assert main(["explain", "file.yaml"]) == code
    assert capsys.readouterr().err == "no\n"


def test_an_interruption_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("leaksim.cli.explain.load", interrupt)
    assert main(["explain", "file.yaml"]) == 130
    assert capsys.readouterr().err == "leaksim: interrupted\n"


def test_a_reader_that_stops_early_causes_no_complaint() -> None:
    with python("import sys; from leaksim.cli import main; sys.exit(main(['schema']))") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0


def test_the_public_names_are_all_there() -> None:
    for name in set(leaksim.__all__) - {"simulate", "Result"}:
        assert getattr(leaksim, name) is not None
    assert dir(leaksim) == sorted(leaksim.__all__)
    with pytest.raises(AttributeError, match="no attribute 'simulat'"):
        _ = leaksim.simulat
