"""Figures inside a page: drawn as SVG, with their alternative text, caption and numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from itertools import count
from xml.etree import ElementTree

from leaksim.figures.rendering import rendered
from leaksim.figures.sheet import FigureError, Sheet
from leaksim.pages.markup import download, downloads
from leaksim.store.formats import csv_bytes

_SPACE = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_LEFT_OUT = frozenset(f"{_SPACE}{name}" for name in ("metadata", "style", "title", "desc"))
"""What only a file of its own needs; alternative text and style are those of the page."""

_REFERENCE = re.compile(r"url\(#([^)]+)\)")


class Pictures:
    """Draws the figures of one page and counts them."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def figure(self, name: str, make: Callable[[], Sheet]) -> str:
        """Draw a figure, or say why there is none.

        Parameters
        ----------
        name
            Of the file with its numbers.
        make
            Returns the sheet.
        """
        try:
            sheet = make()
            drawn = rendered(sheet, "one", "svg")
        except FigureError as error:
            return f"<p>Figure not drawn: {escape(str(error))}.</p>\n"
        number = next(self._numbers)
        svg = inline(drawn, f"figure-{number}-in", sheet.alt)
        numbers = download(f"{name}.csv", "numbers as CSV", "text/csv", csv_bytes(sheet.data))
        return (
            f'<figure id="figure-{number}">\n<div class="picture">{svg}</div>\n'
            f"<figcaption><b>Figure {number}.</b> {escape(sheet.caption)}</figcaption>\n"
            f'<details><summary>Figure {number} in words</summary><p id="figure-{number}-words">{escape(sheet.alt)}</p>'
            f"</details>\n{downloads(f'Figure {number}', [numbers])}</figure>\n"
        )


def inline(svg: bytes, prefix: str, alt: str) -> str:
    """Turn a file of SVG into a part of a page.

    Parameters
    ----------
    prefix
        Begins all names inside, which may not be those of another picture in the page.
    alt
        What it shows, for those who cannot see it.
    """
    root = ElementTree.fromstring(svg)
    for parent in list(root.iter()):
        for child in [each for each in parent if each.tag in _LEFT_OUT]:
            parent.remove(child)
    for element in root.iter():
        element.tag = element.tag.removeprefix(_SPACE)
        if _LINK in element.attrib:
            element.set("href", element.attrib.pop(_LINK).replace("#", f"#{prefix}-", 1))
        for name, value in element.attrib.items():
            if name == "id":
                element.set(name, f"{prefix}-{value}")
            elif name != "d":
                element.set(name, _REFERENCE.sub(rf"url(#{prefix}-\1)", value))
            else:
                element.set(name, " ".join(value.split()))
    for size in ("width", "height"):
        root.attrib.pop(size, None)
    root.set("role", "img")
    root.set("aria-label", alt)
    return ElementTree.tostring(root, encoding="unicode")
