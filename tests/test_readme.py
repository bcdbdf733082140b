"""What the README tells a new user to type works, and the table it shows is the one that comes out."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from leaksim.cli import main
from leaksim.scenario.loading import load_scenario
from leaksim.simulation import simulate

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, flags=re.DOTALL)
COMMANDS = [line for kind, text in BLOCKS if kind == "sh" for line in text.splitlines() if line.startswith("leaksim")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_readme_works(
    command: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setattr("leaksim.cli.work.processors", lambda: 1)
    assert main(shlex.split(command)[1:]) == 0
    said = capsys.readouterr()
    assert said.out or said.err


def test_the_python_of_the_readme_works(folder: Path) -> None:
    (code,) = (text for kind, text in BLOCKS if kind == "python")
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "pass-through" in done.stdout


def test_there_are_exactly_two_commands_to_set_up() -> None:
    makes = [line.split("#")[0].strip() for _, text in BLOCKS for line in text.splitlines() if line.startswith("make")]
    assert makes == ["make results", "make test"]
    recipes = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert all(f"\n{command.removeprefix('make ')}:" in recipes for command in makes)


@pytest.mark.parametrize("name", ["china_tightens_russia_backfills_2017", "before_calibration_2017", "no_russia"])
def test_the_table_of_the_readme_is_what_comes_out(name: str) -> None:
    scenario = load_scenario(ROOT / "scenarios" / f"{name}.yaml")
    (row,) = (line for line in README.splitlines() if line.startswith(f"| {scenario.title} |"))
    shown = [int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", row)]
    table = simulate(scenario).table

    def found(metric: str, item: str = "", column: str = "estimate") -> float:
        rows = (table["metric"] == metric) & (table["item"] == item) & (table["interval"] == "parameter")
        return float(table.loc[rows, column].to_numpy()[0])

    groups = table.loc[(table["metric"] == "leakage.owen") & (table["interval"] == "parameter"), "item"]
    expected = [found(f"pressure.{arm}") for arm in ("intended", "realised")]
    expected += [100 * found("pass_through.value", column=column) for column in ("estimate", "low", "high")]
    expected += [100 * found("leakage.owen", str(group)) for group in groups]
    assert shown[:2] == pytest.approx(expected[:2], abs=10)
    assert shown[2:] == pytest.approx(expected[2:], abs=0.8)
