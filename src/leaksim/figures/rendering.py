"""From a drawing to the bytes of a file: the same bytes for the same numbers."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from leaksim.figures.sheet import FigureError, Sheet
from leaksim.figures.style import INCHES, Width, styled

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Canvas

FORMATS = ("pdf", "svg", "png")

_MISSING_LETTER = "missing from font"


def drawn(sheet: Sheet, width: Width) -> Canvas:
    """Draw a sheet; the canvas has to be rendered within `styled` too."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Canvas

    canvas = Canvas(figsize=(INCHES[width], sheet.height), layout="constrained")
    FigureCanvasAgg(canvas)  # no display is asked for
    sheet.draw(canvas, width)
    return canvas


def rendered(sheet: Sheet, width: Width, format: str) -> bytes:
    """Draw a sheet and write it as ``pdf``, ``svg`` or ``png``.

    Raises
    ------
    FigureError
        When no font that is installed has all letters.
    """
    file = BytesIO()
    with styled(), warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        drawn(sheet, width).savefig(file, format=format, metadata=dict(_metadata(sheet, format)))
    for warning in said:
        if _MISSING_LETTER in str(warning.message):
            raise FigureError(
                f"no font that is installed has all letters of this figure ({warning.message}); "
                "install Noto Sans CJK, or change the title"
            )
        warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
    return _with_description(file.getvalue(), sheet.alt) if format == "svg" else file.getvalue()


def _metadata(sheet: Sheet, format: str) -> Mapping[str, str | None]:
    """Say inside the file what it shows, and leave out when it was made."""
    title = sheet.caption.partition(". ")[0]
    match format:
        case "pdf":
            return {"Title": title, "Subject": sheet.alt, "CreationDate": None}
        case "svg":
            return {"Title": title, "Description": sheet.alt, "Date": None}
    return {"Title": title, "Description": sheet.alt}


def _with_description(svg: bytes, alt: str) -> bytes:
    """Make an SVG one picture with a description: screen readers do not look into its metadata."""
    svg = svg.replace(b"<svg ", b'<svg role="img" ', 1)
    return svg.replace(b"</title>", f"</title>\n <desc>{escape(alt)}</desc>".encode(), 1)
