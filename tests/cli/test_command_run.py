"""`leaksim run`, from the outside."""

import json
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from leaksim.store.runs import RUN_FILES, TRACE, manifest_in

SCENARIO = """\
leaksim: 1
name: {name}
title: A test
period: {{start: 2017-01-01, months: 4}}
measures:
  - id: cut
    title: China cuts fuel
    provisions:
      - {{flow: motor_fuel, binds: [china], cut: 90 %, in_force: 2017-02-01}}
run: {{seed: 5, replications: 16}}
"""


def write(folder: Path, name: str, text: str = SCENARIO) -> Path:
    file = folder / f"{name}.yaml"
    file.write_text(text.format(name=name), encoding="utf-8")
    return file


def leaksim(*words: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "leaksim", *map(str, words)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=120)


def test_a_run_prints_a_sentence_and_a_table_and_saves_both(tmp_path: Path) -> None:
    done = leaksim("run", write(tmp_path, "one"), "--jobs", 1, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Of every 100 dollars of intended pressure" in done.stdout
    assert "Realised pressure" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    saved = {path.name for path in (tmp_path / "results" / "one").iterdir()}
    assert saved == {*RUN_FILES} - {TRACE}


def test_more_is_shown_on_request_and_once(tmp_path: Path) -> None:
    words = ("run", write(tmp_path, "one"), "--no-save", "--jobs", 1, "--quiet")
    plain = leaksim(*words, cwd=tmp_path)
    more = leaksim(*words, "--show", "displacement", "--show", "displacement", cwd=tmp_path)
    assert more.returncode == 0, more.stderr
    assert more.stdout.startswith(plain.stdout)
    assert more.stdout.count("Displacement") == 1
    assert "Displacement" not in plain.stdout
    assert max(map(len, more.stdout.removeprefix(plain.stdout).splitlines())) <= 80


def test_several_scenarios_are_compared(tmp_path: Path) -> None:
    write(tmp_path, "one")
    write(tmp_path, "two")
    done = leaksim("run", ".", "--out", "here", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "All scenarios" in done.stdout
    assert (tmp_path / "here" / "headline.csv").exists()
    assert "| A test |" in (tmp_path / "here" / "headline.md").read_text(encoding="utf-8")


def test_json_is_one_document_and_nothing_else(tmp_path: Path) -> None:
    done = leaksim("run", write(tmp_path, "one"), "--json", "--no-save", "--replications", 8, "--seed", 9, cwd=tmp_path)
    document = json.loads(done.stdout)
    assert set(document) == {"leaksim", "manifest", "results", "traces"}
    assert {row["replications"] for row in document["results"]} == {8}
    facts = document["manifest"]["scenarios"]["one"]
    assert facts["run"]["seed"] == 9
    assert not (tmp_path / "results").exists()


def test_any_mistake_in_any_file_stops_everything_before_it_begins(tmp_path: Path) -> None:
    good, bad = write(tmp_path, "good"), write(tmp_path, "bad", SCENARIO.replace("90 %", "90 kg"))
    worse = write(tmp_path, "worse", SCENARIO.replace("motor_fuel", "moter_fuel"))
    done = leaksim("run", good, bad, worse, cwd=tmp_path)
    assert done.returncode == 2
    assert "bad.yaml:9" in done.stderr
    assert "worse.yaml:9" in done.stderr
    assert not (tmp_path / "results").exists()
    assert not done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--replications", "0"), "replications"),
        (("--jobs", "few"), "jobs"),
        (("--out", "one.yaml"), "not a folder"),
        (("--sed", "1"), "--sed"),
        (("--show", "displacment"), "displacement"),
    ],
)
def test_wrong_options_are_refused_in_words(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    done = leaksim("run", write(tmp_path, "one"), *words, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_two_scenarios_of_one_name_are_refused(tmp_path: Path) -> None:
    one = write(tmp_path, "one")
    (tmp_path / "again.yaml").write_text(one.read_text(encoding="utf-8"), encoding="utf-8")
    done = leaksim("run", ".", cwd=tmp_path)
    assert done.returncode == 2
    assert "same name" in done.stderr


def test_an_interrupt_keeps_what_is_finished(tmp_path: Path) -> None:
    """The second scenario is long; the first must be whole on disk when Ctrl-C comes."""
    quick = write(tmp_path, "a_quick")
    long = write(tmp_path, "b_long", SCENARIO.replace("replications: 16", "replications: 400000"))
    command = [sys.executable, "-m", "leaksim", "run", str(quick), str(long), "--jobs", "1"]
    # A job that a shell runs in the background ignores interrupts, and its children with it.
    heeded = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=heeded
    )
    whole = tmp_path / "results" / "a_quick" / "manifest.json"
    for _ in range(600):
        if whole.exists():
            break
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    # Python ends by the signal itself if it came while a class was being made; shells call both 130.
    assert process.returncode in {130, -signal.SIGINT}, stderr
    assert "leaksim: interrupted" in stderr
    assert "Traceback" not in stderr
    assert whole.exists()
    assert not (tmp_path / "results" / "b_long" / "manifest.json").exists()


WITH_POLICY = f"{SCENARIO}policies: {{{{no_firms: {{{{channels: {{{{ru_fuel: off}}}}}}}}}}}}\n"


def test_a_file_with_policies_says_how_to_run_one(tmp_path: Path) -> None:
    file = write(tmp_path, "one", WITH_POLICY)
    done = leaksim("run", file.name, "--no-save", "--replications", 2, cwd=tmp_path)
    assert "one.yaml has 1 policy: no_firms." in done.stderr
    assert "leaksim run one.yaml --policy no_firms" in done.stderr
    assert "one: 4 months" in done.stdout
    assert "one_no_firms" not in done.stdout


def test_a_policy_is_run_and_saved_under_its_own_name(tmp_path: Path) -> None:
    write(tmp_path, "one", WITH_POLICY)
    done = leaksim("run", "one.yaml", "--policy", "no_firms", "--replications", 2, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert [path.name for path in (tmp_path / "results").glob("[!.]*")] == ["one_no_firms"]
    manifest = manifest_in(tmp_path / "results" / "one_no_firms")
    assert manifest["scenario"]["content"]["channels"]["ru_fuel"] is False
    assert manifest["scenario"]["file"] == "one.yaml"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["one.yaml", "--policy", "no_firm"], "did you mean no_firms"),
        (["one.yaml", "--policy", "xyz"], "there are no_firms"),
        (["two.yaml", "--policy", "no_firms"], "it has none"),
        (["one.yaml", "two.yaml", "--policy", "no_firms"], "one scenario file"),
    ],
)
def test_a_policy_that_is_not_there_is_a_wrong_input(tmp_path: Path, words: list[str], said: str) -> None:
    write(tmp_path, "one", WITH_POLICY)
    write(tmp_path, "two")
    done = leaksim("run", *words, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert not (tmp_path / "results").exists()
