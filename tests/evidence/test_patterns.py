"""What was observed: every pattern has a source from before the cut-off, and the model can compute it."""

import csv
import inspect
import re
from pathlib import Path
from statistics import fmean

import pytest

from dating import later
from leaksim.calibration.patterns import history
from leaksim.calibration.series import SERIES
from leaksim.calibration.summaries import COMPARING, SUMMARIES
from leaksim.engine.calendar import Calendar
from leaksim.evidence.bibliography import split_entries
from leaksim.evidence.data_files import DATA, OBSERVED
from leaksim.evidence.errors import EvidenceError
from leaksim.evidence.patterns import NotComputed, Pattern, load_patterns, read_patterns
from leaksim.evidence.registry import load_registry
from leaksim.evidence.units import dimension
from leaksim.forecasting import quantities

PATTERNS = load_patterns()
COMPUTED = PATTERNS.computed.values()
ENTRIES: list[Pattern | NotComputed] = [*COMPUTED, *PATTERNS.not_computed.values()]
LAST_MONTH = "2017-12"


def rows(file: str) -> list[dict[str, str]]:
    with (DATA / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize("pattern", COMPUTED, ids=lambda pattern: pattern.id)
def test_the_model_can_compute_a_pattern(pattern: Pattern) -> None:
    asked = pattern.computed
    dimension(pattern.unit)
    inspect.signature(SERIES[asked.series]).bind(None, **asked.arguments)
    assert asked.summary in SUMMARIES
    assert (asked.against is not None) == (asked.summary in COMPARING)
    months = Calendar(history().period.start, history().period.months).labels
    for first, last in filter(None, (asked.over, asked.against)):
        assert first in months
        assert last in months
        assert first <= last


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_nothing_of_a_pattern_was_first_known_after_18_january_2018(entry: Pattern | NotComputed) -> None:
    assert [key for key in entry.sources if later(key)] == []
    assert {load_registry().figures[figure].use for figure in entry.figures} <= {"calibration"}
    assert not re.search(r"20(1[89]|[2-9]\d)", entry.title)


@pytest.mark.parametrize("pattern", COMPUTED, ids=lambda pattern: pattern.id)
def test_the_months_of_a_pattern_are_over_by_the_cut_off(pattern: Pattern) -> None:
    assert pattern.computed.over[1] <= LAST_MONTH
    assert all(int(year) <= 2018 for year in re.findall(r"\b20\d\d\b", pattern.period))


@pytest.mark.parametrize("pattern", COMPUTED, ids=lambda pattern: pattern.id)
def test_both_errors_have_a_reason(pattern: Pattern) -> None:
    assert len(pattern.sd_reason) > 5
    assert len(pattern.discrepancy_reason) > 5
    assert (pattern.role_reason is not None) == (pattern.role == "check")


def test_there_are_patterns_of_every_channel_that_was_seen() -> None:
    assert len(PATTERNS.for_calibration) >= 30
    assert {pattern.group for pattern in PATTERNS.for_calibration} == {pattern.group for pattern in COMPUTED}
    assert not set(PATTERNS.computed) & set(PATTERNS.not_computed)


def test_every_function_serves_a_pattern_or_the_forecast() -> None:
    computed = [each.computed for each in (*COMPUTED, *quantities())]
    assert {each.series for each in computed} == set(SERIES)
    assert {each.summary for each in computed} == set(SUMMARIES)


@pytest.mark.parametrize("file", ["china_trade_monthly.csv", "pump_prices.csv"])
def test_a_monthly_series_ends_at_the_cut_off_and_has_sources(file: str) -> None:
    keys = split_entries(DATA / "sources.bib")
    for row in rows(file):
        assert row["source"] in keys
        assert not later(row["source"])
        assert next(iter(row.values())) <= "2018-01-18"


def test_patterns_of_single_months_are_those_of_the_series() -> None:
    trade = {row["month"]: row for row in rows("china_trade_monthly.csv")}
    months = {"april": "2017-04", "september": "2017-09", "october": "2017-10", "december": "2017-12"}
    for name, month in months.items():
        assert PATTERNS.computed[f"imports_{name}_2017"].observed == float(trade[month]["purchases_usd_m"])
    autumn = fmean(float(trade[month]["purchases_usd_m"]) for month in ("2016-09", "2016-10"))
    assert PATTERNS.computed["imports_autumn_2016"].observed == pytest.approx(autumn, abs=0.5)
    assert PATTERNS.computed["imports_december_2016"].observed == float(trade["2016-12"]["purchases_usd_m"])
    december = float(trade["2017-12"]["sales_usd_m"]) / float(trade["2016-12"]["sales_usd_m"])
    assert PATTERNS.computed["exports_december"].observed == pytest.approx(december, abs=0.001)
    for row in trade.values():
        if row["purchases_usd_m"] and row["total_usd_m"]:
            total = float(row["purchases_usd_m"]) + float(row["sales_usd_m"])
            assert total == pytest.approx(float(row["total_usd_m"]), abs=0.1)


def test_patterns_of_prices_are_those_of_the_series() -> None:
    petrol = [(row["date"], float(row["usd_per_kg"])) for row in rows("pump_prices.csv") if row["fuel"] == "petrol"]

    def mean(*days: str) -> float:
        return fmean(price for day, price in petrol if day in days)

    start = mean("2017-01")
    expected = {
        "petrol_april_2017": mean("2017-04-21") / start,
        "petrol_august_2017": mean("2017-08-04", "2017-08-28") / start,
        "petrol_september_2017": (20 * mean("2017-09-20") + 10 * mean("2017-09-21")) / 30 / start,
        "petrol_november_2017": mean("2017-11-07", "2017-11-16", "2017-12-01") / start,
        "petrol_dip": mean("2017-12-01") / mean("2017-11-07"),
    }
    for name, ratio in expected.items():
        assert PATTERNS.computed[name].observed == pytest.approx(ratio, abs=0.006), name


def test_a_pattern_that_refers_to_nothing_is_refused(tmp_path: Path) -> None:
    for name in (*OBSERVED, "sources.bib"):
        (tmp_path / name).write_bytes((DATA / name).read_bytes())
    wrong = (DATA / "patterns.yaml").read_text(encoding="utf-8").replace("[E104]", "[E9999]", 1)
    (tmp_path / "patterns.yaml").write_text(wrong, encoding="utf-8")
    with pytest.raises(EvidenceError, match=r"'E9999' is referred to but not in figures\.yaml"):
        read_patterns(tmp_path)


def test_a_check_without_a_reason_is_refused(tmp_path: Path) -> None:
    for name in (*OBSERVED, "sources.bib"):
        (tmp_path / name).write_bytes((DATA / name).read_bytes())
    wrong = (DATA / "patterns.yaml").read_text(encoding="utf-8").replace("role: calibration", "role: check", 1)
    (tmp_path / "patterns.yaml").write_text(wrong, encoding="utf-8")
    with pytest.raises(EvidenceError, match="a check needs a reason"):
        read_patterns(tmp_path)
