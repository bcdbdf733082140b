"""Tables and figures from one list: made from the runs beside it, and checked against them cell by cell."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from leaksim.cli import main

SCENARIO = """\
leaksim: 1
name: {name}
title: Cut of {share} %
period: {{start: 2017-01-01, months: 4}}
measures:
  - id: cut
    title: China cuts fuel
    provisions:
      - {{flow: motor_fuel, binds: [china], cut: {share} %, in_force: 2017-02-01}}
channels: {{ru_port: off, un_dilution: off, ru_labour: off, sts_third: off, cn_smuggling: off}}
levers: {{bank_pressure: {{level: 50 %, start: 2017-02-01}}}}
uncertainties:
  suppliers.capacity: {{use: registry}}
run: {{seed: 5, replications: 4, draws: 10}}
"""

LISTING = """\
exhibits: 1
comparisons:
  both: {of: [hard, soft]}
attributions:
  hard_shared: {of: hard, replications: 2, levers: true}
tables:
  headline: {layout: headline, of: [hard, soft], title: What arrives}
  compared: {layout: comparison, of: [both]}
  channels: {layout: channels, of: [hard_shared]}
  levers: {layout: levers, of: [hard_shared]}
  parameters: {layout: parameters, of: [hard]}
figures:
  pressure: {kind: fan, of: hard}
  differences: {kind: differences, of: both}
"""


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


Leaksim = Callable[..., Done]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with scenarios, their runs, and the exhibits."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "scenarios").mkdir()
    for name, share in (("hard", 90), ("soft", 70)):
        (folder / "scenarios" / f"{name}.yaml").write_text(SCENARIO.format(name=name, share=share), encoding="utf-8")
    (folder / "results").mkdir()
    (folder / "results" / "exhibits.yaml").write_text(LISTING, encoding="utf-8")
    files = (str(folder / name) for name in ("scenarios", "results", "results/exhibits.yaml"))
    scenarios, results, listing = files
    assert main(["run", scenarios, "--out", results, "--quiet", "--jobs", "1"]) == 0
    assert main(["exhibits", listing, "--scenarios", scenarios, "--quiet", "--jobs", "1"]) == 0
    return folder


@pytest.fixture
def leaksim(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Leaksim:
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    capsys.readouterr()

    def called(*words: object) -> Done:
        alone = ("--jobs", "1") if words[0] in ("exhibits", "reproduce") else ()
        return Done(main([*map(str, words), *alone]), *capsys.readouterr())

    return called


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def kept_under_version_control(results: Path) -> None:
    for file in (*results.rglob("*.parquet"), *results.rglob("monthly.csv"), *results.rglob("record.json")):
        file.unlink()


def test_the_same_runs_give_the_same_bytes_wherever_they_lie(leaksim: Leaksim, made: Path, tmp_path: Path) -> None:
    files = json.loads(leaksim("exhibits", "--json").stdout)["files"]
    assert {"results/tables/headline.tex", "results/figures/pressure.alt.txt"} <= set(files)
    assert all(Path(file).is_file() for file in files)
    for name in ("tables", "figures", "both", "hard_shared"):
        assert contents(tmp_path / "results" / name) == contents(made / "results" / name)
    everything = b"".join(contents(tmp_path / "results").values())
    assert str(tmp_path).encode() not in everything


def test_exhibits_come_out_again(leaksim: Leaksim) -> None:
    done = leaksim("reproduce", "--json")
    document = json.loads(done.stdout)
    assert document["agrees"], document
    assert {"both/comparison.csv", "hard_shared/attribution.csv", "tables/headline.csv", "figures/pressure.csv"} <= set(
        document["files"]
    )
    assert document["not_rebuilt"] == []
    assert not [cell for file in document["files"].values() for cell in file["moved"]]


def test_a_fast_rebuild_judges_studies_by_chance_and_tables_exactly(leaksim: Leaksim, tmp_path: Path) -> None:
    kept_under_version_control(tmp_path / "results")
    document = json.loads(leaksim("reproduce", "--fast", "--json").stdout)
    assert document["agrees"], document
    assert [cell["verdict"] for cell in document["files"]["both/comparison.csv"]["moved"]]
    assert document["files"]["tables/compared.csv"]["moved"] == []
    assert "figures/pressure.csv" not in document["files"]


def test_what_somebody_changed_is_named_with_its_line(leaksim: Leaksim, tmp_path: Path) -> None:
    results = tmp_path / "results"
    for file in ("tables/headline.csv", "figures/pressure.csv"):
        line, row, number = next(
            (line, row, cell)
            for line, row in enumerate((results / file).read_text(encoding="utf-8").splitlines(), start=1)
            for cell in row.split(",")
            if "." in cell and cell.replace(".", "").isdigit() and float(cell)
        )
        change(results / file, row, row.replace(number, "12345.5"))
        assert line < 9
    change(results / "tables" / "parameters.md", "Uncertain", "Certain")
    (results / "figures" / "differences.csv").unlink()
    done = leaksim("reproduce")
    shown = " ".join(done.stdout.split())
    assert done.returncode == 1
    assert shown.count("saved 12345.5, now") >= 2
    assert re.search(r"tables/headline\.csv:\d .* figures/pressure\.csv:\d|figures/pressure.* tables/headline", shown)
    assert "tables/parameters.md: the numbers are the same, but the page is not; leaksim exhibits" in shown
    assert "figures/differences.csv: not there; leaksim exhibits writes it" in shown


def test_tables_need_only_what_is_kept_under_version_control(leaksim: Leaksim, tmp_path: Path) -> None:
    kept_under_version_control(tmp_path / "results")
    made_with_records = (tmp_path / "results" / "tables" / "headline.md").read_text(encoding="utf-8")
    bare = re.sub("<!--.*?-->", "", made_with_records)
    assert bare != made_with_records
    assert leaksim("table", "headline", "results", "--title", "What arrives").stdout == bare
    assert "Cut of 90 %" in leaksim("table", "comparison", "results/both").stdout
    change(tmp_path / "scenarios" / "hard.yaml", "cut: 90 %", "cut: 80 %")
    assert "Cut of 90 %" in leaksim("table", "headline", "results").stdout
    done = leaksim("cite", "results/hard")
    assert done.returncode == 2
    assert "is not what was run" in done.stderr


FORMATS = ("tex", "md", "html", "docx")
MARKED = (("headline", "results"), ("comparison", "results/both"), ("channels", "results/hard_shared"))


@pytest.mark.parametrize("format", FORMATS)
def test_every_number_of_a_table_is_found_again_and_a_stale_one_is_told(
    leaksim: Leaksim, tmp_path: Path, format: str
) -> None:
    tables = [f"{layout}.{format}" for layout, _ in MARKED]
    for table, (layout, folder) in zip(tables, MARKED, strict=True):
        assert leaksim("table", layout, folder, "--out", table).returncode == 0
    checked = json.loads(leaksim("check-paper", *tables, "--json").stdout)["numbers"]
    assert {number["verdict"] for number in checked} == {"fresh"}
    metrics = {number["mark"]["metric"] for number in checked}
    assert {"pass_through.value", "difference.leakage.value", "attribution.owen"} <= metrics
    assert {number["mark"]["reference"] for number in checked} == {"", "hard"}
    for name in ("both/comparison", "hard_shared/attribution"):
        (tmp_path / "results" / f"{name}.manifest.json").unlink()
        rows = (tmp_path / "results" / f"{name}.csv").read_text(encoding="utf-8").splitlines()
        moved = [re.sub(r"^((?:[^,]*,){3})[^,]+,", r"\g<1>0.0123,", row) for row in rows[1:]]
        (tmp_path / "results" / f"{name}.csv").write_text("\n".join([rows[0], *moved, ""]), encoding="utf-8")
    done = leaksim("check-paper", *tables[1:])
    assert done.returncode == 1
    assert ": stale: " in done.stdout
    assert "difference from hard of soft" in done.stdout


def test_numbers_of_a_table_survive_libreoffice(leaksim: Leaksim) -> None:
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed")
    leaksim("table", "comparison", "results/both", "--out", "compared.docx")
    words = ["soffice", "--headless", f"-env:UserInstallation={Path('profile').absolute().as_uri()}"]
    subprocess.run([*words, "--convert-to", "docx", "--outdir", "again", "compared.docx"], check=True, timeout=120)
    one, two = (leaksim("check-paper", file).stdout for file in ("compared.docx", "again/compared.docx"))
    assert one == two
    assert "fresh" in two


def test_differences_and_attributions_can_be_put_into_sentences(leaksim: Leaksim, tmp_path: Path) -> None:
    assert leaksim("macros", "results", "--out", "numbers.tex").returncode == 0
    text = (tmp_path / "numbers.tex").read_text(encoding="utf-8")
    assert "% leaksim: run=soft reference=hard metric=difference.leakage.quantity item=motor_fuel" in text
    assert "% leaksim: run=hard metric=attribution.owen item=cn_slippage" in text
    assert leaksim("check-paper", "numbers.tex").returncode == 0


def test_a_printed_difference_leads_back_to_its_line(leaksim: Leaksim, tmp_path: Path) -> None:
    asked = ("explain", "scenarios/soft.yaml", "--outcome", "difference.leakage.quantity", "--item", "motor_fuel")
    found = json.loads(leaksim(*asked, "--json").stdout)["outcome"]
    assert found["file"] == "results/both/comparison.csv"
    assert found["as_run"] is True
    line = (tmp_path / found["file"]).read_text(encoding="utf-8").splitlines()[found["line"] - 1]
    assert line.startswith(f"soft,difference.leakage.quantity,motor_fuel,{found['estimate']!r}")
    change(tmp_path / "scenarios" / "soft.yaml", "cut: 70 %", "cut: 60 %")
    assert "CHANGED" in leaksim(*asked).stdout
    done = leaksim("explain", "scenarios/soft.yaml", "--outcome", "attribution.owen", "--item", "cn_slippage")
    assert done.returncode == 2
    assert "no comparison or attribution in results has attribution.owen [cn_slippage] of soft" in done.stderr


def test_a_comparison_that_is_not_saved_is_told(leaksim: Leaksim, tmp_path: Path) -> None:
    text = "3<!-- leaksim: run=hard reference=soft metric=difference.leakage.value value=3 -->\n"
    (tmp_path / "paper.md").write_text(text, encoding="utf-8")
    done = leaksim("check-paper", "paper.md")
    assert "there is no comparison of hard with soft; `leaksim compare --out` saves one" in done.stdout


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("layout: headline", "layout: headlines", "there is no layout called 'headlines'"),
        ("kind: fan", "kind: fun", "there is no figure called 'fun'"),
        ("kind: differences, of: both", "kind: differences, of: hard", "there is no comparison called 'hard'"),
        ("{of: [hard, soft]}", "{of: [hard]}", "results/exhibits.yaml:3"),
        ("  hard_shared:", "  both:", "a comparison has this name"),
        ("exhibits: 1", "exhibits: 2", "results/exhibits.yaml:1"),
        ("kind: fan, of: hard", "kind: fan, of: harder", "harder holds no run"),
    ],
)
def test_a_mistake_in_the_list_is_told_and_nothing_is_written(
    leaksim: Leaksim, tmp_path: Path, old: str, new: str, said: str
) -> None:
    change(tmp_path / "results" / "exhibits.yaml", old, new)
    before = contents(tmp_path)
    done = leaksim("exhibits", "--quiet")
    assert done.returncode == 2
    assert said in done.stderr
    assert contents(tmp_path) == before
