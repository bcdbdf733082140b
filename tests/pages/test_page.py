"""The page about a study: what stands in it, that it needs nothing else, and that its numbers can be read back."""

from __future__ import annotations

import csv
import io
import json
import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from zipfile import ZipFile

import pytest

import leaksim
from leaksim.pages.page import RESULTS
from leaksim.pages.pictures import inline
from leaksim.pages.study import StudyError, study_of
from leaksim.scenario.problems import ScenarioProblems
from leaksim.store.formats import csv_bytes
from leaksim.store.runs import save_run
from leaksim.tables.gathering import HowToRun

SCENARIO = """\
leaksim: 1
name: {name}
title: '{title}'
description: Does fuel arrive?
references: [groll2017]
period: {{start: 2017-01-01, months: {months}}}
measures:
  - id: cut
    title: China cuts fuel
    provisions:
      - {{flow: motor_fuel, binds: [china], cut: 90 %, in_force: 2017-02-01}}
channels: {{cn_slippage: {slippage}, ru_port: off, un_dilution: off}}
uncertainties:
  suppliers.capacity: {{use: registry}}
run: {{seed: {seed}, replications: 6}}
"""


def write(folder: Path, name: str, **changes: object) -> Path:
    usual = {"title": f"Title of {name}", "months": 3, "slippage": "on", "seed": 5}
    file = folder / f"{name}.yaml"
    file.write_text(SCENARIO.format(name=name, **{**usual, **changes}), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("files")
    return [write(folder, "one", title="One <b> & 100 % 한국"), write(folder, "two", slippage="off")]


@pytest.fixture(scope="module")
def alone(files: list[Path]) -> str:
    return leaksim.page(files[0]).html


@pytest.fixture(scope="module")
def both(files: list[Path]) -> str:
    return leaksim.page(*files).html


@dataclass
class Seen(HTMLParser):
    """Tags in their order, with attributes; what is open; and the text of scripts."""

    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    scripts: dict[str, str] = field(default_factory=dict)
    text: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            self.scripts[self.tags[-1][1]["id"]] = data
        else:
            self.text.append(data)


@cache
def seen(html: str) -> Seen:
    found = Seen()
    found.feed(html)
    assert not found.open
    return found


def attributes(html: str, tag: str) -> Iterator[dict[str, str]]:
    return (attributes for name, attributes in seen(html).tags if name == tag)


def results(html: str) -> dict[str, object]:
    document: dict[str, object] = json.loads(seen(html).scripts[RESULTS])
    return document


def saved(html: str, name: str) -> bytes:
    (address,) = [each["href"] for each in attributes(html, "a") if each.get("download") == name]
    return b64decode(address.partition(";base64,")[2])


def test_the_page_asks_for_nothing_from_elsewhere(both: str) -> None:
    for tag, given in seen(both).tags:
        assert tag not in {"link", "iframe", "img", "object", "embed", "form", "base"}
        for name in ("src", "href", "srcset", "data", "action"):
            if name in given and not (tag == "a" and "id" not in given):
                assert given[name].startswith("#"), (tag, given[name][:80])
    inside = re.sub(r"<script.*?</script>", "", both, flags=re.DOTALL)
    assert "@import" not in inside
    assert all(address.startswith("#") for address in re.findall(r"url\(([^)]*)\)", inside))
    references = re.search(r'<section id="sources".*?</section>', both, flags=re.DOTALL)
    assert references
    elsewhere = inside.replace(references[0], "")
    assert not re.findall(r"""(?:src|href)\s*=\s*["']?(?!#|data:)[^"'\s>]+""", elsewhere)
    assert "http" not in "".join(f"{given}" for tag, given in seen(elsewhere).tags)


def test_the_only_scripts_are_data(both: str) -> None:
    assert [each["type"] for each in attributes(both, "script")] == ["application/json"]
    assert not any(name.startswith("on") for _, given in seen(both).tags for name in given)


def test_the_numbers_can_be_read_back_as_the_run_saved_them(files: list[Path], alone: str, tmp_path: Path) -> None:
    result = leaksim.simulate(leaksim.load_scenario(files[0]))
    folder = save_run(result, tmp_path, file=files[0])
    written = (folder / "summary.csv").read_bytes()
    assert saved(alone, "one.csv") == written
    rows = results(alone)["results"]
    assert isinstance(rows, list)
    of_file = list(csv.DictReader(io.StringIO(written.decode())))
    assert len(rows) == len(of_file) > 50
    for row, line in zip(rows, of_file, strict=True):
        assert list(row) == list(line)
        for name in ("estimate", "low", "high"):
            assert row[name] == (float(line[name]) if line[name] else None)
        assert (row["metric"], row["item"], row["unit"]) == (line["metric"], line["item"], line["unit"])


def test_a_saved_run_gives_the_page_of_its_scenario_file_but_for_the_command(
    files: list[Path], alone: str, tmp_path: Path
) -> None:
    folder = save_run(leaksim.simulate(leaksim.load_scenario(files[0])), tmp_path, file=files[0])
    page = leaksim.page(folder)
    assert results(page.html) == results(alone)
    figures = [re.findall(r"<figure.*?</figure>", html, flags=re.DOTALL) for html in (page.html, alone)]
    assert figures[0] == figures[1]
    assert "leaksim run one.yaml --replications 6 --seed 5" in page.html
    assert "leaksim report one.yaml --replications 6 --seed 5" in alone


def test_the_same_files_give_the_same_bytes(files: list[Path], both: str) -> None:
    assert leaksim.page(*files, jobs=2).html == both


def test_headings_go_down_one_step_at_a_time_and_every_part_has_one(both: str) -> None:
    levels = [int(tag[1]) for tag, _ in seen(both).tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    names = {given["id"] for _, given in seen(both).tags if "id" in given}
    assert all(each["aria-labelledby"] in names for each in attributes(both, "section"))


def test_every_name_is_there_once_and_every_link_leads_somewhere(both: str) -> None:
    names = [given["id"] for _, given in seen(both).tags if "id" in given]
    assert len(names) == len(set(names))
    inside = {given["href"][1:] for _, given in seen(both).tags if given.get("href", "").startswith("#")}
    assert "reference-1" in inside
    assert inside <= set(names)
    assert set(re.findall(r"url\(#([^)]+)\)", both)) <= set(names)


def test_landmarks_and_pictures_are_named(both: str) -> None:
    tags = [tag for tag, _ in seen(both).tags]
    assert [tags.count(each) for each in ("header", "nav", "main", "footer")] == [1, 1, 1, 1]
    first = next(given for tag, given in seen(both).tags if tag == "a")
    assert first == {"class": "skip", "href": "#content"}
    pictures = list(attributes(both, "svg"))
    assert len(pictures) == 4  # where 100 dollars go, differences, and two fans
    assert all(each["role"] == "img" and len(each["aria-label"]) > 40 for each in pictures)
    assert all(each["scope"] in {"col", "row", "colgroup", "rowgroup"} for each in attributes(both, "th"))
    assert tags.count("caption") == tags.count("table")


def test_a_single_run_has_its_five_figures(alone: str) -> None:
    assert len(list(attributes(alone, "svg"))) == 5
    assert 'id="comparison"' not in alone
    assert "One &lt;b&gt; &amp; 100 % 한국" in alone
    assert "<b> & 100" not in alone.replace(seen(alone).scripts[RESULTS], "")


def test_scenarios_are_compared_as_compare_does(files: list[Path], both: str) -> None:
    comparison = leaksim.compare(files)
    assert saved(both, "every_difference.csv") == csv_bytes(comparison.table)
    assert "Chinese slippage: open in A, closed in B" in both
    assert "realised pressure +" in both


def test_every_file_to_save_has_a_name_of_its_own(alone: str, both: str) -> None:
    for html in (alone, both):
        names = [each["download"] for each in attributes(html, "a") if "download" in each]
        assert len(names) == len(set(names)) > 10


def test_the_reference_can_be_chosen(files: list[Path]) -> None:
    page = leaksim.page(*files, reference="two", title="My study")
    assert results(page.html)["reference"] == "two"
    assert "<h1>My study</h1>" in page.html
    assert "Reference (A): Title of two" in page.html
    assert "Chinese slippage: closed in A, open in B" in page.html


def test_runs_of_other_luck_are_not_compared_and_the_page_says_so(files: list[Path], tmp_path: Path) -> None:
    folders = [
        save_run(leaksim.simulate(leaksim.load_scenario(file), seed=seed), tmp_path, file=file)
        for file, seed in zip(files, (1, 2), strict=True)
    ]
    html = leaksim.page(*folders).html
    assert "There is no comparison: only runs of the same luck can be compared with one: two has another seed" in html
    assert results(html)["comparison"] == []


def test_scenarios_of_another_period_are_shown_side_by_side(files: list[Path], tmp_path: Path) -> None:
    study = study_of([files[0], write(tmp_path, "longer", months=4)], HowToRun())
    assert study.comparison is None
    assert "longer has another period" in study.not_compared
    assert [case.manifest["run"]["months"] for case in study.cases] == [3, 4]


def test_tables_can_be_saved_for_papers(alone: str) -> None:
    assert saved(alone, "headline.tex").startswith((b"\\begin", b"%"))
    assert "word/document.xml" in ZipFile(io.BytesIO(saved(alone, "headline.docx"))).namelist()
    rows = list(csv.DictReader(io.StringIO(saved(alone, "headline.csv").decode())))
    assert {row["metric"] for row in rows} >= {"pressure.intended", "pass_through.value"}


def test_assumed_parameters_come_first(alone: str) -> None:
    part = re.search(r'<section id="assumptions".*?</section>', alone, flags=re.DOTALL)
    assert part
    assert part[0].index("Assumed: no source") < part[0].index("With a source")
    registry = leaksim.load_registry()
    assert f"Of the {len(registry.parameters)} parameters" in part[0]
    rows = list(csv.DictReader(io.StringIO(saved(alone, "fixed_parameters.csv").decode())))
    grades = [row["text"] for row in rows if row["column"] == "Grade"]
    is_assumed = [grade in ("assumed", "calibrated (prior)") for grade in grades]
    assert is_assumed == sorted(is_assumed, reverse=True)
    assert any(is_assumed)


def test_a_scenario_without_measures_has_a_page(tmp_path: Path) -> None:
    file = write(tmp_path, "nothing")
    text = file.read_text(encoding="utf-8")
    measures = re.search(r"measures:\n.*?(?=channels)", text, flags=re.DOTALL)
    assert measures
    file.write_text(text.replace(measures[0], ""), encoding="utf-8")
    html = leaksim.page(file).html
    assert "No pressure is intended, so nothing can leak." in html
    assert "there are no measures to put on a line of time" in html


def test_policies_are_compared_with_their_scenario(tmp_path: Path) -> None:
    file = write(tmp_path, "base")
    policy = "policies:\n  sealed:\n    title: China enforces\n    channels: {cn_slippage: off}\n"
    file.write_text(file.read_text(encoding="utf-8") + policy, encoding="utf-8")
    study = study_of([file], HowToRun())
    assert [case.scenario.name for case in study.cases] == ["base", "base_sealed"]
    assert study.comparison is not None
    assert study.comparison.reference == "base"


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    wrong = [write(tmp_path, name, months=0) for name in ("a", "b")]
    with pytest.raises(ScenarioProblems) as error:
        leaksim.page(*wrong)
    assert len(error.value.problems) == 2


def test_twins_unknown_references_and_nothing_are_refused(files: list[Path], tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="two of the scenarios are called one; leave one out"):
        leaksim.page(files[0], write(tmp_path, "one"))
    with pytest.raises(StudyError, match="the reference 'tow' is not among the scenarios; did you mean two"):
        leaksim.page(*files, reference="tow")
    with pytest.raises(StudyError, match="name a scenario file, or the folder of a run"):
        leaksim.page()
    with pytest.raises(StudyError, match="these are runs already"):
        leaksim.page(leaksim.simulate(leaksim.load_scenario(files[0])), seed=3)


def test_names_inside_a_picture_get_its_prefix() -> None:
    svg = (
        b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9pt" '
        b'viewBox="0 0 9 9">'
        b'<metadata>away</metadata><path id="p" d="M 0 0\nz" clip-path="url(#q)"/><use xlink:href="#p"/></svg>'
    )
    assert inline(svg, "x", 'a "b"') == (
        '<svg viewBox="0 0 9 9" role="img" aria-label="a &quot;b&quot;">'
        '<path id="x-p" d="M 0 0 z" clip-path="url(#x-q)" /><use href="#x-p" /></svg>'
    )
