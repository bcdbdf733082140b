"""`leaksim attribute`, from the outside."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from leaksim.outcomes.table import COLUMNS
from leaksim.store.formats import read_csv

SCENARIO = """\
leaksim: 1
name: one
title: A test [of brackets]
period: {start: 2017-01-01, months: 4}
measures:
  - id: cut
    title: China cuts fuel
    provisions:
      - {flow: motor_fuel, binds: [china], cut: 90 %, in_force: 2017-02-01}
channels: {cn_slippage: off, ru_port: off, un_dilution: off}
levers:
  port_monitoring: {level: 100 %}
  bank_pressure: {level: 100 %}
run: {seed: 5, replications: 16}
"""


def leaksim(*words: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "leaksim", "attribute", *map(str, words)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "one.yaml").write_text(SCENARIO, encoding="utf-8")
    return tmp_path


def test_the_report_can_be_read_and_is_saved(folder: Path) -> None:
    done = leaksim("one.yaml", "--levers", "--out", "here", "--jobs", 1, cwd=folder)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0] == "A test [of brackets]"
    assert "  Russian fuel firms" in done.stdout
    assert "to the total, exactly" in " ".join(done.stdout.split())
    assert "Port monitoring" in done.stdout
    table = read_csv((folder / "here" / "attribution.csv").read_bytes())
    assert tuple(table.columns) == COLUMNS
    assert "Total leakage" in (folder / "here" / "attribution.md").read_text(encoding="utf-8")
    names = {path.name for path in (folder / "here").iterdir()}
    assert names == {"attribution.csv", "attribution.md", "attribution.manifest.json"}


def test_json_is_one_document_and_nothing_is_saved(folder: Path) -> None:
    done = leaksim("one.yaml", "--json", "--replications", 8, "--seed", 9, "--quiet", "--jobs", 1, cwd=folder)
    document = json.loads(done.stdout)
    assert document["seed"] == 9
    assert {row["replications"] for row in document["results"]} == {8}
    assert not done.stderr
    assert [path.name for path in folder.iterdir()] == ["one.yaml"]


def test_quiet_is_one_sentence(folder: Path) -> None:
    done = leaksim("one.yaml", "--quiet", "--jobs", 1, cwd=folder)
    assert done.stdout.startswith("one: of every 100 dollars of intended pressure ")
    assert len(done.stdout.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("none.yaml",), "none.yaml"),
        (("bad.yaml",), "bad.yaml:9"),
        (("one.yaml", "--replications", 0), "replications"),
        (("one.yaml", "--jobs", 0), "jobs"),
        (("one.yaml", "--out", "one.yaml"), "one.yaml"),
    ],
)
def test_wrong_input_is_told_before_anything_is_run(folder: Path, words: tuple[object, ...], said: str) -> None:
    (folder / "bad.yaml").write_text(SCENARIO.replace("90 %", "90 kg"), encoding="utf-8")
    done = leaksim(*words, cwd=folder)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not done.stdout


def test_a_policy_is_attributed_under_its_own_name(folder: Path) -> None:
    (folder / "one.yaml").write_text(
        f"{SCENARIO}policies: {{no_firms: {{channels: {{ru_fuel: off}}}}}}\n", encoding="utf-8"
    )
    done = leaksim("one.yaml", "--policy", "no_firms", "--replications", 4, "--jobs", 1, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "one_no_firms: 4 months" in done.stdout
    assert "Russian fuel firms" not in done.stdout
    refused = leaksim("one.yaml", "--policy", "no_firm", cwd=folder)
    assert refused.returncode == 2
    assert "did you mean no_firms?" in refused.stderr
