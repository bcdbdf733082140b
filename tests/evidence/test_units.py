"""Quantities with units."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaksim.evidence.errors import UnitError
from leaksim.evidence.units import dimension, parse_quantity


@pytest.mark.parametrize(
    ("written", "unit", "number"),
    [
        (160, "kb/month", 160),
        ("160", "kb/month", 160),
        ("160 kb/month", "kb/month", 160),
        ("1920 kb/year", "kb/month", 160),
        ("160kb / month", "kb/month", 160),
        ("12 barrels/day", "bbl/month", 365.25),
        ("90 %", "1", 0.9),
        ("90%", "1", 0.9),
        ("5 %/month", "1/month", 0.05),
        ("50_000 persons", "person", 50_000),
        ("50_000 workers", "person", 50_000),
        ("600 $/worker/month", "$/person/year", 7200),
        ("2 Mt/year", "Mt/year", 2),
        ("160 kt/year", "t/month", 160_000 / 12),
        ("1.2 $bn/year", "$m/month", 100),
        ("4 $/t", "$k/kt", 4),
        ("400.9 $m", "$bn", 0.4009),
        ("2 $k", "$", 2000),
        ("2 weeks", "day", 14),
        ("30 days", "month", 30 * 12 / 365.25),
        ("12 1/year", "1/month", 1),
        ("-.5 kb", "bbl", -500),
        ("1e3 bbl", "kb", 1),
    ],
)
def test_a_quantity_is_read_in_the_unit_that_is_wanted(written: str | int, unit: str, number: float) -> None:
    assert parse_quantity(written, unit) == number


@pytest.mark.parametrize(
    ("written", "unit", "found", "wanted"),
    [
        ("160 t/month", "kb/month", "mass / time", "volume / time"),
        ("160 kb", "kb/month", "volume", "volume / time"),
        ("90 %", "kb/month", "a pure number", "volume / time"),
        ("30 days", "1", "time", "a pure number"),
        ("75 $/t", "$/bbl", "money / mass", "money / volume"),
        ("100 persons", "$m/month", "person", "money / time"),
    ],
)
def test_a_wrong_dimension_is_refused_naming_both(written: str, unit: str, found: str, wanted: str) -> None:
    with pytest.raises(UnitError) as refused:
        parse_quantity(written, unit)
    assert f"is {found}, but {wanted} in '{unit}' is wanted" in str(refused.value)
    assert "write for example" in str(refused.value)


@pytest.mark.parametrize(
    "written",
    [
        "much",
        "",
        "kb",
        "1_ kb",
        "1,000 kb",
        "5. kb",
        "$5m",
        "five kb",
        "5 kb/",
        "5 kb kb",
        "5 2",
        "5 parsec",
        "5 mb",
        "5 kb**2",
        "5 kb/0",
        "5 microkb",
        "5 (kb)",
        "nan",
        "inf",
        "1e999",
        "1e999999999",
        "1e999 bbl",
        "- 5 kb",
    ],
)
def test_what_is_no_quantity_is_refused(written: str) -> None:
    with pytest.raises(UnitError):
        parse_quantity(written, "kb")


@pytest.mark.parametrize("written", [True, float("nan"), float("inf"), -float("inf"), 10**400])
def test_numbers_that_measure_nothing_are_refused(written: float) -> None:
    with pytest.raises(UnitError):
        parse_quantity(written, "kb")


def test_a_mistake_in_a_unit_is_a_value_error_for_pydantic() -> None:
    assert issubclass(UnitError, ValueError)


@pytest.mark.parametrize(
    ("unit", "exponents"),
    [
        ("1", {}),
        ("%", {}),
        ("kb/month", {"volume": 1, "time": -1}),
        ("Mt/year", {"mass": 1, "time": -1}),
        ("$/person/year", {"money": 1, "person": -1, "time": -1}),
        ("$bn/year", {"money": 1, "time": -1}),
        ("1/month", {"time": -1}),
    ],
)
def test_a_unit_says_what_it_measures(unit: str, exponents: dict[str, int]) -> None:
    assert dimension(unit) == exponents


@given(st.floats(min_value=-1e12, max_value=1e12))
def test_a_plain_number_and_the_same_number_with_its_unit_are_equal(number: float) -> None:
    assert parse_quantity(f"{number!r} kb/month", "kb/month") == parse_quantity(number, "kb/month") == number


@given(st.floats(min_value=1e-6, max_value=1e9))
def test_there_and_back_is_where_one_began(number: float) -> None:
    yearly = parse_quantity(f"{number!r} kb/month", "bbl/year")
    assert parse_quantity(f"{yearly!r} bbl/year", "kb/month") == pytest.approx(number, rel=1e-12)


def test_plain_numbers_shares_and_the_registry_do_not_need_the_unit_library() -> None:
    script = (
        "import sys; from leaksim.evidence import load_registry, parse_quantity; load_registry();"
        "parse_quantity('160 kb/month', 'kb/month'); parse_quantity('90 %', '1'); parse_quantity(3, 'kb');"
        "assert not {'pint', 'pybtex', 'pandas', 'scipy', 'matplotlib', 'numpy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
