"""Outcomes as numbers for a sentence."""

from pathlib import Path

import pytest

from leaksim.paper.numbers import NumberInText, numbers_of
from leaksim.store.summaries import SummaryError, read_summaries, read_summary
from saved import save


@pytest.fixture
def numbers(tmp_path: Path) -> dict[tuple[str, str], NumberInText]:
    save(tmp_path, "one", months=[("jet_fuel/russia", 3.0)])
    return {(number.metric, number.item): number for number in numbers_of(read_summary(tmp_path / "one"))}


@pytest.mark.parametrize(
    ("metric", "item", "estimate", "full"),
    [
        ("pressure.realised", "", "2,110", "2,110 (1,890 to 2,410)"),
        ("pass_through.value", "", "58", "58 (42 to 74)"),
        ("leakage.owen", "russia", "−5", "−5 (−8 to −2)"),
        ("leakage.quantity", "motor_fuel", "10.4", "10.4"),
        ("supplier.first_month_on_top", "jet_fuel/russia", "April 2017", "April 2017 (March 2017 to June 2018)"),
    ],
)
def test_a_number_has_the_digits_that_its_interval_supports(
    numbers: dict[tuple[str, str], NumberInText], metric: str, item: str, estimate: str, full: str
) -> None:
    number = numbers[metric, item]
    assert number.text("estimate") == estimate
    assert number.text("full") == full


def test_the_ends_are_written_alone_and_together(numbers: dict[tuple[str, str], NumberInText]) -> None:
    number = numbers["pass_through.value", ""]
    assert [number.text(form) for form in ("low", "high", "interval")] == ["42", "74", "42 to 74"]
    assert number.unit == "% of intended"


def test_folders_of_runs_and_runs_are_read_alike(tmp_path: Path) -> None:
    save(tmp_path, "one")
    save(tmp_path, "two")
    assert [each.scenario for each in read_summaries([tmp_path])] == ["one", "two"]
    assert [each.scenario for each in read_summaries([tmp_path / "two", tmp_path / "two"])] == ["two"]


def test_all_that_is_wrong_with_runs_is_told_at_once(tmp_path: Path) -> None:
    save(tmp_path / "here", "one")
    save(tmp_path / "there", "one")
    with pytest.raises(SummaryError) as caught:
        read_summaries([tmp_path / "here", tmp_path / "there", tmp_path / "nowhere"])
    assert "nowhere is not a folder" in str(caught.value)
    assert "are runs of the same scenario" in str(caught.value)
