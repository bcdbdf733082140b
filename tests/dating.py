"""When the sources of the evidence came out."""

import re

from leaksim.evidence.bibliography import split_entries
from leaksim.evidence.data_files import DATA


def later(key: str) -> bool:
    """Whether a source is dated after January 2018; a source without a date is not."""
    entry = split_entries(DATA / "sources.bib")[key]
    year = re.search(r"year = \{(\d+)\}", entry)
    month = re.search(r"month = (\w+)", entry)
    return year is not None and (int(year[1]), month is None or month[1] != "jan") >= (2018, True)
