"""Tables on disk lose nothing and take little room."""

import csv
from io import BytesIO, StringIO
from math import inf, isnan, nan

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from leaksim.outcomes.statistics import Estimate
from leaksim.outcomes.table import TableBuilder
from leaksim.store.formats import csv_bytes, parquet_bytes, read_csv, read_parquet

AWKWARD = (0.1, 1 / 3, 5e-324, 1.7976931348623157e308, 2**53 + 1.0, -0.0, nan, 1e22, 123456789.123456789)


def table(*numbers: float) -> pd.DataFrame:
    rows = TableBuilder("case", 8, 1)
    for number in numbers:
        estimate = Estimate(number, number, number, "replication")
        rows.add("metric", "", "$m/year", [estimate], note='with "quotes", commas\nand lines; NA')
    return rows.table()


@given(st.lists(st.floats(allow_infinity=False), min_size=1, max_size=20))
def test_any_number_comes_back_from_csv_to_the_last_bit(numbers: list[float]) -> None:
    back = read_csv(csv_bytes(table(*numbers)))
    assert back["estimate"].to_numpy().tobytes() == np.array(numbers).tobytes() or any(map(isnan, numbers))
    assert np.array_equal(back["estimate"].to_numpy(), numbers, equal_nan=True)


def test_a_program_that_knows_nothing_of_leaksim_reads_the_same_numbers() -> None:
    rows = list(csv.DictReader(StringIO(csv_bytes(table(*AWKWARD)).decode(), newline="")))
    found = [float(row["estimate"] or "nan") for row in rows]
    assert np.array_equal(found, AWKWARD, equal_nan=True)


def test_empty_text_stays_text_and_a_missing_number_stays_missing() -> None:
    original = table(*AWKWARD)
    pd.testing.assert_frame_equal(read_csv(csv_bytes(original)), original, check_exact=True)


def test_a_table_without_a_single_number_comes_back() -> None:
    original = table(nan, nan)
    pd.testing.assert_frame_equal(read_csv(csv_bytes(original)), original, check_exact=True)


def test_bulk_comes_back_from_parquet_to_the_last_bit() -> None:
    original = pd.DataFrame({"lane": range(3), "arm": list("aba"), "total": [0.1, inf, nan]})
    pd.testing.assert_frame_equal(read_parquet(parquet_bytes(original)), original, check_exact=True)


def test_the_same_table_gives_the_same_bytes() -> None:
    bulk = pd.DataFrame({"arm": ["a", "b"] * 500, "total": np.linspace(0, 1, 1000)})
    assert parquet_bytes(bulk) == parquet_bytes(bulk.copy())
    assert parquet_bytes(read_parquet(parquet_bytes(bulk))) == parquet_bytes(bulk)
    assert csv_bytes(read_csv(csv_bytes(table(*AWKWARD)))) == csv_bytes(table(*AWKWARD))


def test_floats_are_split_by_bytes_and_everything_is_compressed() -> None:
    bulk = pd.DataFrame({"lane": range(1000), "arm": ["a", "b"] * 500, "total": np.linspace(0, 1, 1000)})
    group = parquet.ParquetFile(BytesIO(parquet_bytes(bulk))).metadata.row_group(0)
    columns = {group.column(index).path_in_schema: group.column(index) for index in range(group.num_columns)}
    assert {column.compression for column in columns.values()} == {"ZSTD"}
    assert "BYTE_STREAM_SPLIT" in columns["total"].encodings
    assert "RLE_DICTIONARY" in columns["arm"].encodings


def test_the_bytes_do_not_name_the_library_the_table_came_from() -> None:
    schema = parquet.ParquetFile(BytesIO(parquet_bytes(pd.DataFrame({"total": [0.5]})))).schema_arrow
    assert schema.metadata is None
