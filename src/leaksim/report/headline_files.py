"""The files that put the headlines of several runs side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from leaksim.report.headline import headline_of, headline_rows
from leaksim.report.markdown import headline_markdown
from leaksim.store.formats import csv_bytes

if TYPE_CHECKING:
    import pandas as pd

HEADLINE_TABLE, HEADLINE_PAGE = "headline.csv", "headline.md"


def headline_files(runs: Sequence[tuple[str, pd.DataFrame]]) -> dict[str, bytes]:
    """Return the headlines as a tidy table and as a page, by file name.

    Parameters
    ----------
    runs
        Title and tidy table of each scenario.
    """
    page = headline_markdown([headline_of(title, table) for title, table in runs])
    return {
        HEADLINE_TABLE: csv_bytes(headline_rows([table for _, table in runs])),
        HEADLINE_PAGE: page.encode(),
    }
