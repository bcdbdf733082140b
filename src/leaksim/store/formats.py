"""Tables as bytes and back, without loss: CSV for reading, Parquet for bulk; and as JSON says them."""

from __future__ import annotations

from io import BytesIO
from math import isnan, nan
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    import pandas as pd

_NUMBERS = ("estimate", "low", "high")
"""Columns of the tidy table in which an empty field means that there is no number; elsewhere it is empty text."""


def csv_bytes(table: pd.DataFrame) -> bytes:
    """Write a tidy table as CSV; every number is written with the digits that bring it back exactly."""
    return table.to_csv(index=False, lineterminator="\n").encode()


def read_csv(content: bytes) -> pd.DataFrame:
    """Read what `csv_bytes` has written."""
    import pandas as pd

    # Python's own conversion brings back every number exactly, whatever the version of pandas.
    exact = dict.fromkeys(_NUMBERS, _number)
    return pd.read_csv(BytesIO(content), keep_default_na=False, converters=exact)


def json_rows(table: pd.DataFrame) -> list[dict[str, object]]:
    """Return the rows of a table as JSON can say them: nothing in place of what is not a number."""
    return [
        {str(column): None if isinstance(value, float) and isnan(value) else value for column, value in row.items()}
        for row in table.to_dict("records")
    ]


def _number(text: str) -> float:
    return float(text) if text else nan


def parquet_bytes(table: pd.DataFrame) -> bytes:
    """Write a table as `write_parquet` does."""
    file = BytesIO()
    write_parquet(table, file)
    return file.getvalue()


def write_parquet(table: pd.DataFrame, file: BinaryIO) -> None:
    """Write a table as Parquet: zstd over byte-stream-split floats, the same bytes for the same table."""
    import pyarrow as pa
    from pyarrow import parquet

    # The metadata that pandas adds would change with the version of pandas.
    columns = pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(None)
    floats = [field.name for field in columns.schema if pa.types.is_floating(field.type)]
    parquet.write_table(
        columns,
        file,
        compression="zstd",
        use_byte_stream_split=floats,
        use_dictionary=[name for name in columns.column_names if name not in floats],
    )


def read_parquet(content: bytes | Path) -> pd.DataFrame:
    """Read what `write_parquet` has written: the content of a file, or the file."""
    import pandas as pd

    return pd.read_parquet(BytesIO(content) if isinstance(content, bytes) else content)
