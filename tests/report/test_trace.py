"""How a trace is written: few rows, and widths that can be read aloud."""

from math import nan

from rich.console import Console

from leaksim.outcomes.precision import Precision
from leaksim.outcomes.statistics import Estimate
from leaksim.outcomes.table import TableBuilder
from leaksim.report.precision import not_reached, trace_report


def precision(*looks: tuple[int, float], reached: bool = False, outcome: str = "pressure.realised") -> Precision:
    rows: list[dict[str, object]] = []
    for lanes, half in looks:
        table = TableBuilder("case", lanes, 1)
        unit = "$m/year" if outcome.startswith("pressure") else "share"
        table.add(outcome, "", unit, [Estimate(2000.0, 2000.0 - half, 2000.0 + half, "replication")])
        rows += table.rows
    return Precision(outcome, 20.0, reached, 1000, TableBuilder("case", 1000, 1, rows).table())


def printed(found: Precision) -> list[list[str]]:
    console = Console(width=80)
    with console.capture() as shown:
        console.print(trace_report(found))
    return [line.split() for line in shown.get().splitlines() if line.strip()]


def test_the_trace_shows_each_doubling_and_the_end() -> None:
    lines = printed(precision(*((count, 1000 / count) for count in range(10, 50)), reached=True))
    text = " ".join(word for line in lines[:2] for word in line)
    assert "half-width of 20 $m a year. It took 49 random histories, of at most 1,000." in text
    assert [line[0] for line in lines[3:]] == ["10", "20", "40", "49"]
    assert lines[3] == ["10", "2,000", "1,900", "to", "2,100", "100"]


def test_the_number_that_may_do_follows_from_the_square_of_the_width() -> None:
    """Half of 40 where 20 is wanted takes four times as many; in draws of 50 lanes each replication is 50 lanes."""
    found = precision((10, 80.0), (1000, 40.0))
    assert "is 40 $m a year, not 20 $m a year; about 4,000 replications may do" in not_reached(found, 1)
    assert "about 80 replications may do" in not_reached(found, 50)
    assert "1,000 random histories did not suffice" in " ".join(word for line in printed(found) for word in line)


def test_an_outcome_without_value_has_no_width() -> None:
    found = precision((10, nan), (20, nan), outcome="leakage.value")
    assert not_reached(found, 1) == (
        "leakage by value has no interval in this scenario, so all 20 random histories were run"
    )
    assert printed(found)[-1] == ["20", "none", "none", "none"]
