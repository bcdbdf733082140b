"""Rows of text as columns."""

from __future__ import annotations

from collections.abc import Iterable


def aligned(rows: Iterable[tuple[str, ...]], indent: str = "  ") -> str:
    """Return rows of text as columns, the last of any width.

    >>> print(aligned([("a", "1", "one"), ("bcd", "22", "two")]))
      a    1   one
      bcd  22  two
    """
    table = list(rows)
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    padded = ([cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in table)
    return "\n".join((indent + "  ".join(cells)).rstrip() for cells in padded)
