"""When two runs of one scenario agree: by hand, and for runs that differ by nothing but chance."""

from math import inf, nan, sqrt

import numpy as np
import pytest
from scipy.special import stdtr, stdtrit

from leaksim.outcomes.agreement import FALSE_ALARM, Cell, agreement, judged, worst
from leaksim.outcomes.chance import Row, chance_of, row_of
from leaksim.outcomes.statistics import Estimate, mean, median
from leaksim.outcomes.table import TableBuilder
from leaksim.store.formats import csv_bytes
from leaksim.store.summaries import text_rows

Rows = list[dict[str, str]]


def rows(values: np.ndarray, draws: int = 1, unit: str = "day") -> Rows:
    builder = TableBuilder("test", len(values), draws)
    builder.add("council.delay", "measure", unit, mean(values, draws))
    return text_rows(csv_bytes(builder.table()))


def verdicts(saved: Rows, rebuilt: Rows, *, shorter: bool = False) -> dict[tuple[str, str], str]:
    cells = judged(agreement(saved, rebuilt, shorter=shorter).cells)
    return {(cell.key[3], cell.column): cell.verdict for cell in cells}


def draw(seed: int, lanes: int = 400) -> np.ndarray:
    return np.random.default_rng(seed).normal(10, 2, lanes)


def test_the_same_text_is_identical() -> None:
    assert set(verdicts(rows(draw(1)), rows(draw(1))).values()) == {"identical"}


def test_the_last_bits_are_rounding_and_more_is_not() -> None:
    saved = rows(np.full(10, 3.0))
    assert verdicts(saved, rows(np.full(10, 3.0 * (1 + 1e-12))))["replication", "estimate"] == "rounding"
    assert verdicts(saved, rows(np.full(10, 3.0 * (1 + 1e-6))))["replication", "estimate"] == "different"


def test_other_random_histories_are_chance_and_another_model_is_not() -> None:
    assert verdicts(rows(draw(1)), rows(draw(2)))["replication", "estimate"] == "within"
    assert verdicts(rows(draw(1)), rows(draw(2) + 1.5))["replication", "estimate"] == "different"


def test_the_difference_is_in_standard_errors_of_both_runs_together() -> None:
    old = Row(10.0, 9.0, 11.0, 101, 1, "day")
    new = Row(12.0, 11.0, 13.0, 101, 1, "day")
    error = 1 / stdtrit(100, 0.975)  # of one estimate; the scatter of both runs is the same
    found = chance_of("estimate", "replication", (old, new), (old, new))
    assert found is not None
    assert found.z == pytest.approx(2 / (sqrt(2) * error))
    assert found.p == pytest.approx(2 * stdtr(200, -found.z))


def test_what_is_rare_may_not_happen_in_a_short_run() -> None:
    """Two in a hundred of 1,000 lanes, none of 50: the short run's own error would be nought."""
    often = np.zeros(1000)
    often[:20] = 1
    kinds = verdicts(rows(often), rows(np.zeros(50)), shorter=True)
    assert kinds["replication", "estimate"] == "within"


def test_a_shorter_run_is_not_blamed_for_its_width() -> None:
    saved, rebuilt = rows(draw(1, 400), 20), rows(draw(1, 400)[:20], 20)
    found = agreement(saved, rebuilt, shorter=True)
    compared = {(cell.key[3], cell.column) for cell in found.cells}
    assert compared == {
        (interval, column) for interval in ("replication", "parameter") for column in ("estimate", "level", "unit")
    }
    assert found.skipped == 10


def test_a_shorter_run_still_has_the_spread_of_what_no_luck_touches() -> None:
    of_draws = np.tile(np.arange(20.0), 20)
    assert verdicts(rows(of_draws, 20), rows(of_draws[:20], 20), shorter=True)["parameter", "low"] == "identical"
    moved = verdicts(rows(of_draws, 20), rows(of_draws[:20] ** 1.01, 20), shorter=True)
    assert moved["parameter", "high"] == "different"


def medians(values: np.ndarray) -> Rows:
    builder = TableBuilder("test", len(values), 1)
    builder.add("supplier.first_month_on_top", "jet_fuel/russia", "months from the start", [median(values)])
    return text_rows(csv_bytes(builder.table()))


def test_a_median_may_move_within_the_ranks_and_by_a_month() -> None:
    values = np.repeat([3.0, 4.0, 8.0], [40, 21, 40])
    other = np.repeat([3.0, 4.0, 8.0], [51, 10, 40])
    assert verdicts(medians(values), medians(other))["replication", "estimate"] == "within"
    assert verdicts(medians(values), medians(values + 9))["replication", "estimate"] == "different"


def test_a_median_at_which_all_ranks_agree_may_still_move_by_a_month() -> None:
    assert verdicts(medians(np.full(100, 3.0)), medians(np.full(100, 4.0)))["replication", "estimate"] == "within"
    assert verdicts(medians(np.full(100, 3.0)), medians(np.full(100, 5.0)))["replication", "estimate"] == "different"


def test_never_in_half_of_the_lanes_is_as_near_as_the_interval_says() -> None:
    nearly = np.repeat([3.0, inf], [52, 49])
    never = np.repeat([3.0, inf], [49, 52])
    hardly = np.repeat([3.0, inf], [99, 2])
    assert verdicts(medians(nearly), medians(never))["replication", "estimate"] == "within"
    assert verdicts(medians(hardly), medians(never))["replication", "estimate"] == "different"


def test_words_and_rows_have_to_be_the_same() -> None:
    saved = rows(draw(1), 4)
    other_unit = [row | {"unit": "month"} for row in saved]
    assert verdicts(saved, other_unit)["replication", "unit"] == "different"
    found = agreement(saved, saved[:1], shorter=False)
    assert [key[3] for key in found.missing] == ["parameter"]
    assert [key[3] for key in agreement(saved[:1], saved, shorter=False).added] == ["parameter"]


def test_what_did_not_happen_in_a_shorter_run_is_not_compared() -> None:
    """Items of a metric may be rare; a metric that is gone altogether is not."""
    whole = rows(draw(1))
    rare = [{**row, "item": "rare"} for row in whole]
    gone = [{**row, "metric": "council.gone"} for row in whole]
    (key,) = {row["metric"] for row in gone}
    found = agreement([*whole, *rare, *gone], whole, shorter=True)
    assert {metric for _, metric, _, _ in found.missing} == {key}
    assert {item for _, _, item, _ in agreement([*whole, *rare], whole, shorter=False).missing} == {"rare"}


def test_a_missing_number_is_different() -> None:
    saved = rows(draw(1))
    without = [row | {"estimate": ""} for row in saved]
    assert verdicts(saved, without)["replication", "estimate"] == "different"


def shares_of_draws(lanes: int, share: float) -> Rows:
    builder = TableBuilder("test", lanes, 20)
    builder.add("success.pass_through_draws", "0.5", "share of draws", [Estimate(share, nan, nan, "parameter")])
    return text_rows(csv_bytes(builder.table()))


def test_without_scatter_only_the_length_of_the_run_excuses_a_difference() -> None:
    assert verdicts(shares_of_draws(100, 0.5), shares_of_draws(100, 0.6))["parameter", "estimate"] == "different"
    for share in (0.6, nan):
        shorter = verdicts(shares_of_draws(100, 0.5), shares_of_draws(20, share), shorter=True)
        assert ("parameter", "estimate") not in shorter


def test_many_cells_raise_the_bar() -> None:
    """One cell in ten thousand may look as unlikely as 1 in 10,000."""
    one = Cell(("test", "metric", "", "replication"), "estimate", 2, "1", "2", "different", 3.9, 1e-4)
    same = [Cell(one.key, "low", line, "1", "1", "identical") for line in range(10_000)]
    assert judged([one])[0].verdict == "different"
    assert judged([one, *same])[0].verdict == "within"


def test_chance_alone_rarely_raises_an_alarm() -> None:
    """Fifty families of 10 outcomes each, with uneven luck; one alarm is the limit."""
    generator = np.random.default_rng(7)
    alarms = 0
    for _ in range(50):
        cells: list[Cell] = []
        for _ in range(10):
            long, short = generator.exponential(1.0, 600), generator.exponential(1.0, 120)
            cells += agreement(rows(long, 60), rows(short, 60), shorter=True).cells
        alarms += any(cell.verdict == "different" for cell in judged(cells))
    assert alarms <= 2 * 50 * FALSE_ALARM


def test_the_worst_cells_come_first() -> None:
    key = ("test", "metric", "", "replication")
    kinds = [
        Cell(key, "low", 2, "1", "1", "identical"),
        Cell(key, "low", 3, "1", "1.1", "within", 1.0, 0.3),
        Cell(key, "low", 4, "1", "9", "different", 50.0, 0.0),
        Cell(key, "low", 5, "1", "1.2", "within", 2.0, 0.05),
    ]
    assert [cell.line for cell in worst(kinds)] == [4, 5, 3]


def test_a_row_is_read_from_its_text() -> None:
    assert row_of(None) is None
    found = row_of(rows(draw(1, 400), 40)[0])
    assert found is not None
    assert (found.lanes, found.draws, found.freedom) == (400, 40, 360)
    assert not found.is_ranked
