"""Small pieces of MyST from which the reference pages are put together."""

import re
from collections.abc import Iterable, Sequence
from textwrap import indent


def cited(keys: Iterable[str]) -> str:
    """Return citations of BibTeX keys, or nothing without any.

    >>> cited(["groll2017", "rinna2017"])
    '{cite:p}`groll2017,rinna2017`'
    """
    together = ",".join(dict.fromkeys(keys))
    return f"{{cite:p}}`{together}`" if together else ""


def number(value: float | str) -> str:
    r"""Return a number as short as it is, with a blank (that does not break) between thousands.

    >>> number(40000.0), number(0.05), number("isoelastic")
    ('40\xa0000', '0.05', 'isoelastic')
    """
    return value if isinstance(value, str) else f"{value:,.12g}".replace(",", "\u00a0")


def prose(text: str | None) -> str:
    r"""Return a text in one line, with signs escaped that MyST would take for its own, except between backticks.

    >>> prose("costs $m 5, a `file_name`")
    'costs \\$m 5, a `file_name`'
    """
    pieces = " ".join((text or "").split()).split("`")
    pieces[::2] = [re.sub(r"([\\$*_<\[\]])", r"\\\1", piece) for piece in pieces[::2]]
    return "`".join(pieces)


def table(header: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int], kind: str = "") -> str:
    """Return a table whose cells may hold several paragraphs.

    Parameters
    ----------
    widths
        Of the columns, in per cent.
    kind
        A class for the style sheet.
    """
    lines = [
        "::::{list-table}",
        ":header-rows: 1",
        f":widths: {' '.join(map(str, widths))}",
        f":class: {kind or 'plain'}",
        "",
    ]
    for row in (header, *rows):
        for position, cell in enumerate(row):
            bullet = "* - " if position == 0 else "  - "
            lines.append(bullet + indent(cell, "    ").lstrip())
    return "\n".join([*lines, "::::", ""])
