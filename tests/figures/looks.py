"""What is seen of a figure: every text that is drawn, and where."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import combinations

from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure as Canvas
from matplotlib.text import Text
from matplotlib.transforms import Bbox, BboxBase

from leaksim.figures.rendering import drawn
from leaksim.figures.sheet import Sheet
from leaksim.figures.style import Width, styled

ROUNDING = 0.6
"""Pixels by which boxes may touch."""


@contextmanager
def noted(texts: list[tuple[str, Bbox]]) -> Iterator[None]:
    """Note every text that is drawn meanwhile, with its place in pixels."""
    draw = Text.draw

    def draw_and_note(self: Text, renderer: RendererBase) -> None:
        draw(self, renderer)
        if self.get_visible() and self.get_text().strip():
            texts.append((self.get_text(), self.get_window_extent(renderer)))

    Text.draw = draw_and_note  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        Text.draw = draw  # type: ignore[method-assign]


def texts_of(sheet: Sheet, width: Width) -> tuple[Canvas, list[tuple[str, Bbox]]]:
    """Draw a sheet and return the canvas with all its texts."""
    texts: list[tuple[str, Bbox]] = []
    with styled():
        canvas = drawn(sheet, width)
        canvas.set_dpi(200)
        canvas.draw_without_rendering()  # the layout is settled now
        with noted(texts):
            canvas.draw_without_rendering()
    return canvas, texts


def faults(sheet: Sheet, width: Width) -> list[str]:
    """Say which texts are cut off at the edge, and which lie over each other."""
    canvas, texts = texts_of(sheet, width)
    found = [f"cut off: {text!r}" for text, box in texts if not _inside(box, canvas.bbox)]
    for (one, its), (other, theirs) in combinations(texts, 2):
        if _overlap(its, theirs):
            found.append(f"over each other: {one!r} and {other!r}")
    return found


def _inside(box: Bbox, whole: BboxBase) -> bool:
    return bool(
        box.x0 >= whole.x0 - ROUNDING
        and box.y0 >= whole.y0 - ROUNDING
        and box.x1 <= whole.x1 + ROUNDING
        and box.y1 <= whole.y1 + ROUNDING
    )


def _overlap(one: Bbox, other: Bbox) -> bool:
    across = min(one.x1, other.x1) - max(one.x0, other.x0)
    down = min(one.y1, other.y1) - max(one.y0, other.y0)
    return bool(across > ROUNDING and down > ROUNDING)
