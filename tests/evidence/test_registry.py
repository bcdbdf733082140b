"""The registry as a whole: complete, validated, fast, and known by its digest."""

import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from leaksim.evidence.data_files import DATA, NAMES, OBSERVED
from leaksim.evidence.ensembles import ensemble_names
from leaksim.evidence.errors import EvidenceError, UnknownParameter
from leaksim.evidence.registry import load_registry, read_registry


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def test_a_copy_of_the_files_has_the_same_digest(folder: Path) -> None:
    assert read_registry(folder) == load_registry()


@pytest.mark.parametrize("name", NAMES)
def test_the_digest_changes_with_any_file(folder: Path, name: str) -> None:
    with (folder / name).open("a", encoding="utf-8") as file:
        file.write("\n# a remark\n")
    assert read_registry(folder).digest != load_registry().digest


ENSEMBLES = [f"{name}.{end}" for name in ensemble_names() for end in ("csv", "json")]


def test_all_files_in_the_data_folder_count(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {*NAMES, *OBSERVED, *ENSEMBLES}


def replace(name: str, pattern: str, text: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / name
        changed, count = re.subn(pattern, text, path.read_text(encoding="utf-8"), count=1)
        assert count == 1
        path.write_text(changed, encoding="utf-8")

    return change


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (replace("parameters.yaml", "figures: \\[E317\\]", "figures: [E9999]"), "'E9999' .* figures.yaml"),
        (
            replace("parameters.yaml", "sources: \\[\\w+", "sources: [nobody1999"),
            "'nobody1999' .* sources.bib",
        ),
        (replace("figures.yaml", "sources: \\[\\w+", "sources: [nobody1999"), "'nobody1999' .* sources.bib"),
        (
            replace("instruments.yaml", "sources: \\[\\w+", "sources: [nobody1999"),
            "'nobody1999' .* sources.bib",
        ),
        (replace("sources.bib", "misc{unscr2371", "misc{unscr2371a"), "'unscr2371' .* sources.bib"),
        (replace("parameters.yaml", "\ngdp:", "\nprice.fuel:"), "parameters.yaml: price.fuel stands twice"),
        (replace("parameters.yaml", "  unit: kb/month", "  unit: kb/month\n  colour: red"), "colour"),
        (replace("parameters.yaml", "value: 185", "value: lots"), "'lots' is not a number"),
        (replace("figures.yaml", "  grade: A", "  grade: Z"), "figures.yaml"),
        (replace("figures.yaml", "title: ", "title: ["), "figures.yaml"),
        (replace("instruments.yaml", "cut: 1", "cut: 2"), "instruments.yaml"),
    ],
)
def test_a_damaged_file_is_refused_naming_what_is_wrong(
    folder: Path, change: Callable[[Path], None], complaint: str
) -> None:
    change(folder)
    with pytest.raises(EvidenceError, match=complaint):
        read_registry(folder)


@pytest.mark.parametrize("content", ["", "- a\n- b\n", "a: 1\n", "just words\n"])
def test_a_file_that_is_no_mapping_of_entries_is_refused(folder: Path, content: str) -> None:
    (folder / "figures.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(EvidenceError, match=r"figures\.yaml"):
        read_registry(folder)


def test_an_unknown_parameter_is_refused_with_the_nearest_names() -> None:
    with pytest.raises(UnknownParameter) as refused:
        load_registry().parameter("baseline.motor_feul.china")
    assert refused.value.nearest[0] == "baseline.motor_fuel.china"
    assert str(refused.value).startswith("unknown parameter 'baseline.motor_feul.china'; did you mean")
    assert isinstance(refused.value, KeyError)


def test_loading_the_registry_does_not_keep_a_command_waiting() -> None:
    """Time of this process, the best of three: a bound for mistakes of an order of magnitude, not a measurement."""

    def seconds() -> float:
        begin = time.process_time()
        read_registry(DATA)
        return time.process_time() - begin

    assert min(seconds() for _ in range(3)) < 1.0
